//! 控制点拟合 A local survey grid tied to Earth by control points: a least-squares similarity (four parameters) or affine map onto
//! a known metric system, with the residual of every point.
//!
//! Cities survey in grids of their own, which no registry lists; a handful of points known in both systems is all their users
//! have. The similarity keeps angles and is what survey offices call the 4-parameter method (四参数); the affine map also takes
//! up different scales of the axes, and with them errors of the points, so it wants at least four.

use crate::china::{self, Datum};
use crate::{CrsError, CrsSpec, engine};

/// 控制点 A point known in both systems.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlPoint {
    /// What it is called.
    pub name: String,
    /// East and north in the local grid, metres.
    pub local: (f64, f64),
    /// East and north in the known system, metres, or longitude and latitude.
    pub known: (f64, f64),
}

/// 拟合方式 Which map is fitted.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum FitKind {
    /// 四参数 Shift, rotation and one scale; two points or more.
    #[default]
    Similarity,
    /// 六参数 Shift and any linear map; four points or more.
    Affine,
}

/// 地方坐标系 A local grid by its map onto a known system: `onto = to + m * (local - from)`.
#[derive(Clone, Debug)]
pub struct LocalGrid {
    /// The known metric system.
    onto: Box<CrsSpec>,
    map: Map,
}

/// The map itself: eight numbers.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(crate) struct Map {
    from: (f64, f64),
    to: (f64, f64),
    m: [f64; 4],
}

/// 拟合结果 A fitted grid, and how well it fits.
#[derive(Clone, Debug)]
pub struct Fitting {
    /// The grid, to be used like any coordinate system.
    pub grid: LocalGrid,
    /// For each point how far the map misses it, mm, in the order given.
    pub residuals_mm: Vec<f64>,
    /// Root mean square of the residuals over the redundancy, mm; `None` without redundancy: nothing was checked.
    pub sigma_mm: Option<f64>,
    /// Scale of the known system's metre, parts per million beyond 1; the mean of both axes for an affine map.
    pub scale_ppm: f64,
    /// Rotation from the local grid to the known system, degrees counter-clockwise.
    pub rotation_deg: f64,
    /// Whether the points fit at least ten times better with east and north of the local grid exchanged.
    pub exchanged: bool,
}

impl PartialEq for LocalGrid {
    fn eq(&self, other: &Self) -> bool {
        self.onto == other.onto && self.map.bits() == other.map.bits()
    }
}

impl Eq for LocalGrid {}

impl Map {
    fn bits(&self) -> [u64; 8] {
        let Self { from, to, m } = *self;
        [from.0, from.1, to.0, to.1, m[0], m[1], m[2], m[3]].map(f64::to_bits)
    }

    /// Local to known.
    pub(crate) fn forth(&self, x: f64, y: f64) -> (f64, f64) {
        let (dx, dy) = (x - self.from.0, y - self.from.1);
        (self.to.0 + self.m[0] * dx + self.m[1] * dy, self.to.1 + self.m[2] * dx + self.m[3] * dy)
    }

    /// Known to local.
    pub(crate) fn back(&self, x: f64, y: f64) -> (f64, f64) {
        let (dx, dy) = (x - self.to.0, y - self.to.1);
        let [a, b, c, d] = self.m;
        let det = a * d - b * c;
        (self.from.0 + (d * dx - b * dy) / det, self.from.1 + (a * dy - c * dx) / det)
    }

    fn usable(&self) -> bool {
        let [a, b, c, d] = self.m;
        let finite =
            [self.from.0, self.from.1, self.to.0, self.to.1, a, b, c, d].iter().all(|v| v.is_finite());
        finite && (a * d - b * c).abs() > 1e-6
    }
}

impl LocalGrid {
    /// The known system.
    #[must_use]
    pub fn onto(&self) -> &CrsSpec {
        &self.onto
    }

    pub(crate) fn map(&self) -> Map {
        self.map
    }

    /// `FIT[EPSG:4545,…eight numbers]`, as [`std::fmt::Display`] writes it.
    pub(crate) fn parse(text: &str) -> Option<Result<Self, CrsError>> {
        let inner = text.strip_prefix("FIT[")?.strip_suffix(']')?;
        let parts: Vec<&str> = inner.rsplitn(9, ',').collect();
        let numbers: Vec<f64> = parts.iter().take(8).filter_map(|part| part.trim().parse().ok()).collect();
        let (Some(onto), [d, c, b, a, y1, x1, y0, x0]) = (parts.get(8), &numbers[..]) else { return None };
        let map = Map { from: (*x0, *y0), to: (*x1, *y1), m: [*a, *b, *c, *d] };
        let wrong = |reason: &str| CrsError::Unknown { text: engine::short(text), reason: reason.to_owned() };
        Some(match CrsSpec::parse(onto) {
            _ if !map.usable() => Err(wrong("its numbers make no map")),
            Ok(CrsSpec::Fitted(_) | CrsSpec::Local | CrsSpec::Gcj02 | CrsSpec::Bd09) => {
                Err(wrong("a grid is fitted onto a system of metres on Earth"))
            }
            Ok(onto) => Ok(Self { onto: Box::new(onto), map }),
            Err(error) => Err(error),
        })
    }
}

impl std::fmt::Display for LocalGrid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Map { from, to, m: [a, b, c, d] } = self.map;
        write!(f, "FIT[{},{},{},{},{},{a},{b},{c},{d}]", self.onto, from.0, from.1, to.0, to.1)
    }
}

/// 拟合 Fits a local grid to control points known in `known`; degrees are projected first, to the 3° zone of CGCS2000 they lie
/// in, or to metres around them elsewhere.
///
/// # Errors
/// [`CrsError::Control`] when there are too few points, they lie on one spot or line, or are no numbers; [`CrsError`] of the known
/// system.
///
/// # Determinism
/// The same points give the same grid.
pub fn fit_grid(points: &[ControlPoint], known: &CrsSpec, kind: FitKind) -> Result<Fitting, CrsError> {
    let least = if kind == FitKind::Affine { 4 } else { 2 };
    let refuse = |reason: String| Err(CrsError::Control { reason });
    if points.len() < least {
        return refuse(format!("{} control points were given, and {least} are needed", points.len()));
    }
    let finite =
        |p: &ControlPoint| [p.local.0, p.local.1, p.known.0, p.known.1].iter().all(|v| v.is_finite());
    if let Some(bad) = points.iter().find(|point| !finite(point)) {
        return refuse(format!("point {:?} has a coordinate that is no number", bad.name));
    }
    let (onto, targets) = metres(points, known)?;
    let locals: Vec<(f64, f64)> = points.iter().map(|point| point.local).collect();
    let Some(map) = solve(&locals, &targets, kind) else {
        return refuse("the control points lie on one spot or one line".to_owned());
    };
    let residuals = residuals(&map, &locals, &targets);
    let square = |residuals: &[f64]| residuals.iter().map(|r| r * r).sum::<f64>();
    let redundancy = 2 * points.len() - if kind == FitKind::Affine { 6 } else { 4 };
    let [a, b, c, d] = map.m;
    let turned: Vec<(f64, f64)> = locals.iter().map(|p| (p.1, p.0)).collect();
    let better = points.len() > 2
        && solve(&turned, &targets, FitKind::Similarity).is_some_and(|other| {
            let swapped = square(&self::residuals(&other, &turned, &targets)).sqrt();
            swapped * 10.0 < square(&residuals).sqrt() && square(&residuals) > 1e-4
        });
    Ok(Fitting {
        residuals_mm: residuals.iter().map(|metres| metres * 1000.0).collect(),
        sigma_mm: (redundancy > 0).then(|| (square(&residuals) / redundancy as f64).sqrt() * 1000.0),
        scale_ppm: ((a * d - b * c).abs().sqrt() - 1.0) * 1e6,
        rotation_deg: (c - b).atan2(a + d).to_degrees(),
        exchanged: better && kind == FitKind::Similarity,
        grid: LocalGrid { onto: Box::new(onto), map },
    })
}

/// The known coordinates in metres, and the system they are in then.
fn metres(points: &[ControlPoint], known: &CrsSpec) -> Result<(CrsSpec, Vec<(f64, f64)>), CrsError> {
    let raw: Vec<(f64, f64)> = points.iter().map(|point| point.known).collect();
    if matches!(known, CrsSpec::Local | CrsSpec::Fitted(_) | CrsSpec::Gcj02 | CrsSpec::Bd09) {
        return Err(CrsError::Control {
            reason: format!("{known} is no system control points can be known in"),
        });
    }
    if !known.is_geographic()? {
        return Ok((known.clone(), raw));
    }
    let count = raw.len() as f64;
    let middle = raw.iter().fold((0.0, 0.0), |sum, p| (sum.0 + p.0 / count, sum.1 + p.1 / count));
    let meridian = (middle.0 / 3.0).round() * 3.0;
    let in_china = (73.0..136.0).contains(&middle.0) && (3.0..54.0).contains(&middle.1);
    let onto = match china::plain(Datum::Cgcs2000, meridian as u32).filter(|_| in_china) {
        Some(code) => CrsSpec::Epsg(code),
        None => CrsSpec::Definition(crate::frame::own_frame(middle.0, middle.1)),
    };
    let path = engine::path(&known.proj_text(), &onto.proj_text())?;
    let name = known.to_string();
    let moved = raw.iter().map(|p| engine::convert(&path, p.0, p.1, &name)).collect::<Result<_, _>>()?;
    Ok((onto, moved))
}

fn residuals(map: &Map, locals: &[(f64, f64)], targets: &[(f64, f64)]) -> Vec<f64> {
    let miss = |(local, target): (&(f64, f64), &(f64, f64))| {
        let (x, y) = map.forth(local.0, local.1);
        (x - target.0).hypot(y - target.1)
    };
    locals.iter().zip(targets).map(miss).collect()
}

/// Least squares about the centres of gravity, which keeps large coordinates from eating the digits.
fn solve(locals: &[(f64, f64)], targets: &[(f64, f64)], kind: FitKind) -> Option<Map> {
    let count = locals.len() as f64;
    let centre = |points: &[(f64, f64)]| {
        let first = points.first().copied().unwrap_or_default();
        let sum = points.iter().fold((0.0, 0.0), |sum, p| (sum.0 + p.0 - first.0, sum.1 + p.1 - first.1));
        (first.0 + sum.0 / count, first.1 + sum.1 / count)
    };
    let (from, to) = (centre(locals), centre(targets));
    let (mut xx, mut xy, mut yy, mut ux, mut uy, mut vx, mut vy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for (local, target) in locals.iter().zip(targets) {
        let (x, y, u, v) = (local.0 - from.0, local.1 - from.1, target.0 - to.0, target.1 - to.1);
        xx += x * x;
        xy += x * y;
        yy += y * y;
        ux += u * x;
        uy += u * y;
        vx += v * x;
        vy += v * y;
    }
    let m = match kind {
        FitKind::Similarity if xx + yy > 1e-6 => {
            let (cos, sin) = ((ux + vy) / (xx + yy), (vx - uy) / (xx + yy));
            [cos, -sin, sin, cos]
        }
        FitKind::Affine => {
            let det = xx * yy - xy * xy;
            if det <= 1e-9 * (xx + yy) * (xx + yy) {
                return None;
            }
            [
                (ux * yy - uy * xy) / det,
                (uy * xx - ux * xy) / det,
                (vx * yy - vy * xy) / det,
                (vy * xx - vx * xy) / det,
            ]
        }
        FitKind::Similarity => return None,
    };
    Some(Map { from, to, m }).filter(Map::usable)
}
