//! 坐标转换 Coordinates of a file to the lattice and back.

use crate::china::Datum;
use crate::fit::Map;
use crate::{CrsError, CrsSpec, engine, frame_spec, gcj};
use lifang_model::{Frame, Point};
use proj::Proj;

/// What PROJ does not know of: the two Chinese web systems beside WGS 84, a fitted grid beside the system it is fitted to.
#[derive(Copy, Clone, Debug, PartialEq)]
enum Beside {
    No,
    Gcj02,
    Bd09,
    Grid(Map),
}

impl Beside {
    fn of(spec: &CrsSpec) -> Self {
        match spec {
            CrsSpec::Gcj02 => Self::Gcj02,
            CrsSpec::Bd09 => Self::Bd09,
            CrsSpec::Fitted(grid) => Self::Grid(grid.map()),
            _ => Self::No,
        }
    }

    /// To the system PROJ is given.
    fn to_proj(self, x: f64, y: f64) -> (f64, f64) {
        match self {
            Self::No => (x, y),
            Self::Gcj02 => gcj::gcj02_to_wgs84(x, y),
            Self::Bd09 => gcj::bd09_to_wgs84(x, y),
            Self::Grid(map) => map.forth(x, y),
        }
    }

    /// From the system PROJ was given.
    fn of_proj(self, x: f64, y: f64) -> (f64, f64) {
        match self {
            Self::No => (x, y),
            Self::Gcj02 => gcj::wgs84_to_gcj02(x, y),
            Self::Bd09 => gcj::wgs84_to_bd09(x, y),
            Self::Grid(map) => map.back(x, y),
        }
    }
}

/// Whether two systems are the same to PROJ.
fn same(a: &CrsSpec, b: &CrsSpec) -> bool {
    let base = |spec: &CrsSpec| match spec {
        CrsSpec::Fitted(grid) => grid.onto().clone(),
        other => other.clone(),
    };
    base(a) == base(b)
}

/// From `spec` to WGS 84 degrees.
pub(crate) struct ToLonLat {
    beside: Beside,
    path: Option<Proj>,
    name: String,
}

impl ToLonLat {
    pub(crate) fn point(&self, x: f64, y: f64) -> Result<(f64, f64), CrsError> {
        let (a, b) = self.beside.to_proj(x, y);
        if let Some(path) = &self.path {
            return engine::convert(path, a, b, &self.name);
        }
        check_degrees(x, y, &self.name)?;
        Ok((a, b))
    }
}

/// The way from any Earth-bound system to WGS 84 degrees.
pub(crate) fn lonlat_path(spec: &CrsSpec) -> Result<ToLonLat, CrsError> {
    let path = match spec {
        CrsSpec::Gcj02 | CrsSpec::Bd09 | CrsSpec::Local | CrsSpec::Epsg(4326) => None,
        CrsSpec::Epsg(_) | CrsSpec::Definition(_) | CrsSpec::Fitted(_) => {
            Some(engine::path(&spec.proj_text(), "EPSG:4326")?)
        }
    };
    Ok(ToLonLat { beside: Beside::of(spec), path, name: engine::short(&spec.to_string()) })
}

fn check_degrees(x: f64, y: f64, crs: &str) -> Result<(), CrsError> {
    if x.abs() <= 360.0 && y.abs() <= 90.0 {
        Ok(())
    } else {
        let reason = "is no longitude and latitude in degrees".to_owned();
        Err(CrsError::OutOfRange { x, y, crs: crs.to_owned(), reason })
    }
}

/// 入框 From a file's coordinates to the lattice. Not `Send`: PROJ wants one per thread.
pub struct ToFrame {
    beside: Beside,
    degrees: bool,
    path: Option<Proj>,
    origin: (f64, f64),
    name: String,
}

impl ToFrame {
    /// Prepares the way from `spec` into `frame`.
    ///
    /// # Errors
    /// [`CrsError`] when a system is unknown, when there is no way, or when only one side is a local survey grid.
    pub fn new(spec: &CrsSpec, frame: &Frame) -> Result<Self, CrsError> {
        let target = frame_spec(frame);
        let name = engine::short(&spec.to_string());
        let path = match (spec == &CrsSpec::Local, target == CrsSpec::Local) {
            (true, true) => None,
            (true, false) => return Err(CrsError::LocalData { frame: engine::short(&target.to_string()) }),
            (false, true) => return Err(CrsError::LocalFrame { wanted: name }),
            (false, false) if same(spec, &target) => None,
            (false, false) => Some(engine::path(&spec.proj_text(), &target.proj_text())?),
        };
        let degrees = spec.is_geographic()?;
        Ok(Self { beside: Beside::of(spec), degrees, path, origin: frame.origin, name })
    }

    /// One coordinate: x is east or longitude, y north or latitude.
    ///
    /// # Errors
    /// [`CrsError::OutOfRange`] when it is not finite, outside the system, or over 500 km from the frame's origin.
    pub fn point(&self, x: f64, y: f64) -> Result<Point, CrsError> {
        if self.degrees {
            check_degrees(x, y, &self.name)?;
        }
        let (a, b) = self.beside.to_proj(x, y);
        let (a, b) = match &self.path {
            Some(path) => engine::convert(path, a, b, &self.name)?,
            None => (a, b),
        };
        Point::from_metres(a - self.origin.0, b - self.origin.1).map_err(|_far| CrsError::OutOfRange {
            x,
            y,
            crs: self.name.clone(),
            reason: "lies over 500 km from the middle of the plan".to_owned(),
        })
    }
}

/// 出框 From the lattice to a coordinate system. Not `Send`: PROJ wants one per thread.
pub struct FromFrame {
    beside: Beside,
    path: Option<Proj>,
    origin: (f64, f64),
    name: String,
}

impl FromFrame {
    /// Prepares the way from `frame` to `target`. `Local` gives the coordinates of the frame's own CRS.
    ///
    /// # Errors
    /// [`CrsError`] when a system is unknown, there is no way, or the frame's relation to Earth is unknown.
    pub fn new(frame: &Frame, target: &CrsSpec) -> Result<Self, CrsError> {
        let source = frame_spec(frame);
        let path = if *target == CrsSpec::Local || same(&source, target) {
            None
        } else if source == CrsSpec::Local {
            return Err(CrsError::LocalFrame { wanted: engine::short(&target.to_string()) });
        } else {
            Some(engine::path(&source.proj_text(), &target.proj_text())?)
        };
        let name = engine::short(&source.to_string());
        Ok(Self { beside: Beside::of(target), path, origin: frame.origin, name })
    }

    /// One lattice point; x is east or longitude, y north or latitude.
    ///
    /// # Errors
    /// [`CrsError::OutOfRange`] when the target system does not reach there.
    pub fn point(&self, p: Point) -> Result<(f64, f64), CrsError> {
        let (x, y) = p.metres();
        let (x, y) = (x + self.origin.0, y + self.origin.1);
        let (a, b) = match &self.path {
            Some(path) => engine::convert(path, x, y, &self.name)?,
            None => (x, y),
        };
        Ok(self.beside.of_proj(a, b))
    }
}

/// 精度说明 What a planner must be told about the accuracy of going from one system to another; `None`: nothing.
///
/// Old Chinese datums have no public parameters: PROJ then keeps the degrees and ignores the 50 to 150 m between
/// the datums. GCJ-02 and BD-09 are known only by a reverse-engineered formula.
#[must_use]
pub fn accuracy_note(from: &CrsSpec, to: &CrsSpec) -> Option<String> {
    if from == to || *from == CrsSpec::Local || *to == CrsSpec::Local {
        return None;
    }
    for (spec, title, error) in
        [(CrsSpec::Gcj02, "GCJ-02", "a few metres"), (CrsSpec::Bd09, "BD-09", "tens of metres")]
    {
        if *from == spec || *to == spec {
            return Some(format!(
                "C-401 {title} is converted by the published reverse-engineered formula; expect errors of {error}. \
                 Do not use the result for surveying."
            ));
        }
    }
    let (source, target) = (from.proj_text(), to.proj_text());
    let (a, b) = (engine::facts(&source).ok()?, engine::facts(&target).ok()?);
    if a.datum == b.datum {
        return None;
    }
    let modern = |datum: &str| {
        datum.contains("World Geodetic System 1984") || Datum::from_name(datum) == Some(Datum::Cgcs2000)
    };
    if modern(&a.datum) && modern(&b.datum) {
        // The same within a decimetre; PROJ calls the null shift between them "ballpark" all the same.
        return None;
    }
    let old = |datum: &str| matches!(Datum::from_name(datum), Some(Datum::Xian80 | Datum::Beijing54));
    if engine::is_ballpark(&source, &target).unwrap_or(true) {
        return Some(format!(
            "C-402 no public parameters lead from {} to {}; the datum shift, for old Chinese datums 50 to 150 m, is \
             ignored. Ask the surveyors for data in CGCS2000, or convert with local control points first.",
            a.datum, b.datum
        ));
    }
    (old(&a.datum) || old(&b.datum)).then(|| {
        format!(
            "C-403 the public parameters from {} to {} are good to between 1 and 15 m only. For survey accuracy, \
             convert with local control points first.",
            a.datum, b.datum
        )
    })
}
