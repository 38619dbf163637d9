//! 选择 Which atoms an edit means: codes, a rectangle, a polygon, the path of a brush.

use crate::{PlannerError, Session};
use lifang_crs::{CrsSpec, ToFrame};
use lifang_model::{Atom, AtomIdx, AtomSet, Point};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

/// 选择 A way to say which atoms are meant. Coordinates are longitude and latitude in WGS 84 unless a system is named;
/// an atom is in a shape when its anchor, a point inside its cell, is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// 列表 Codes of atoms, or of buildings or compounds, which stand for all their atoms.
    Codes(Vec<String>),
    /// 矩形 West, south, east, north.
    Rectangle([f64; 4]),
    /// 多边形 The corners of a ring.
    Polygon(Vec<(f64, f64)>),
    /// 笔刷 A path, and how far from it the brush reaches, metres.
    Brush {
        /// The path.
        path: Vec<(f64, f64)>,
        /// Half the width of the brush, metres.
        reach_m: f64,
    },
}

/// Atoms by their codes, and by the codes and names of what they belong to. Found once: looking through all of them takes
/// longer than everything else an edit of a large plan does.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<Box<str>, Vec<u32>>);

impl Names {
    fn of(session: &Session) -> Self {
        let mut names: HashMap<Box<str>, Vec<u32>> = HashMap::new();
        for (row, atom) in (0u32..).zip(&session.ground.atoms) {
            let building = atom.building.and_then(|at| session.territory.buildings.get(at.at()));
            let compound = atom.compound.and_then(|at| session.territory.compounds.get(at.at()));
            let own = [
                Some(atom.code.as_str()),
                building.map(|building| building.code.as_str()),
                compound.map(|compound| compound.code.as_str()),
                compound.and_then(|compound| compound.name.as_deref()),
            ];
            for name in own.into_iter().flatten() {
                match names.get_mut(name) {
                    Some(rows) if rows.last() == Some(&row) => {}
                    Some(rows) => rows.push(row),
                    None => drop(names.insert(name.into(), vec![row])),
                }
            }
        }
        Self(names)
    }
}

impl Session {
    /// 选中的单元 The atoms a selection means; `crs` is the system of its coordinates, WGS 84 where none is given.
    ///
    /// # Errors
    /// [`PlannerError::Selection`] when a code names nothing, a shape has too few points, or nothing is selected;
    /// [`PlannerError::Crs`] when the coordinates cannot be taken over.
    pub fn select(&self, selection: &Selection, crs: Option<&CrsSpec>) -> Result<AtomSet, PlannerError> {
        let refuse = |what: String, action: &str| PlannerError::Selection { what, action: action.to_owned() };
        let atoms = &self.ground.atoms;
        let set = match selection {
            Selection::Codes(codes) => return self.by_code(codes),
            Selection::Rectangle([west, south, east, north]) => {
                let corners = [(*west, *south), (*east, *south), (*east, *north), (*west, *north)];
                let ring = self.to_frame(&corners, crs)?;
                within(atoms, |anchor| inside(&ring, anchor))
            }
            Selection::Polygon(corners) if corners.len() < 3 => {
                return Err(refuse(
                    format!("a polygon has {} corners", corners.len()),
                    "Give at least three",
                ));
            }
            Selection::Polygon(corners) => {
                let ring = self.to_frame(corners, crs)?;
                within(atoms, |anchor| inside(&ring, anchor))
            }
            Selection::Brush { path, reach_m } => {
                if path.is_empty() || !reach_m.is_finite() || *reach_m <= 0.0 {
                    let what = "a brush needs a path and a width".to_owned();
                    return Err(refuse(what, "Give at least one point, and metres above 0"));
                }
                let path = self.to_frame(path, crs)?;
                within(atoms, |anchor| near(&path, anchor, reach_m * 1000.0))
            }
        };
        if set.is_empty() {
            return Err(refuse(
                "the shape holds no atom".to_owned(),
                "Draw it over the atoms that are meant",
            ));
        }
        Ok(set)
    }

    /// Coordinates in the plan's frame; without a system they are degrees, or the plan's own metres where it has no place
    /// on Earth.
    pub(crate) fn to_frame(
        &self,
        points: &[(f64, f64)],
        crs: Option<&CrsSpec>,
    ) -> Result<Vec<Point>, PlannerError> {
        let own = if self.territory.frame.crs.is_some() { CrsSpec::Epsg(4326) } else { CrsSpec::Local };
        let to = ToFrame::new(crs.unwrap_or(&own), &self.territory.frame)?;
        points.iter().map(|&(x, y)| Ok(to.point(x, y)?)).collect()
    }

    fn by_code(&self, codes: &[String]) -> Result<AtomSet, PlannerError> {
        let wanted: BTreeSet<&str> =
            codes.iter().map(|code| code.trim()).filter(|code| !code.is_empty()).collect();
        let names = self.desk.names.get_or_init(|| Names::of(self));
        if let Some(missing) = wanted.iter().find(|code| !names.0.contains_key(**code)) {
            return Err(PlannerError::Selection {
                what: format!("there is no atom, building or compound {missing:?}"),
                action: "`lifang export PLAN --layer atoms --format csv` lists the codes".to_owned(),
            });
        }
        let found: Vec<AtomIdx> =
            wanted.iter().filter_map(|code| names.0.get(*code)).flatten().copied().map(AtomIdx).collect();
        if found.is_empty() {
            return Err(PlannerError::Selection {
                what: "no atom is named".to_owned(),
                action: "Give codes of atoms, buildings or compounds".to_owned(),
            });
        }
        Ok(found.into_iter().collect())
    }
}

fn within(atoms: &[Atom], test: impl Fn(Point) -> bool) -> AtomSet {
    (0..).zip(atoms).filter(|(_, atom)| test(atom.anchor)).map(|(row, _)| AtomIdx(row)).collect()
}

/// By the even-odd rule, in exact integers; a point on the edge may be counted either way.
pub(crate) fn inside(ring: &[Point], p: Point) -> bool {
    let mut inside = false;
    for (i, a) in ring.iter().enumerate() {
        let b = ring[(i + 1) % ring.len()];
        let d = |from: i32, to: i32| i128::from(to) - i128::from(from);
        let turn = d(a.x, b.x) * d(a.y, p.y) - d(a.y, b.y) * d(a.x, p.x);
        if (a.y > p.y) != (b.y > p.y) && ((turn > 0) == (b.y > a.y)) {
            inside = !inside;
        }
    }
    inside
}

/// Whether a point lies within `reach` millimetres of a path.
fn near(path: &[Point], p: Point, reach: f64) -> bool {
    let from = |q: Point| (f64::from(p.x) - f64::from(q.x), f64::from(p.y) - f64::from(q.y));
    let to_piece = |a: Point, b: Point| {
        let (vx, vy) = (f64::from(b.x) - f64::from(a.x), f64::from(b.y) - f64::from(a.y));
        let (wx, wy) = from(a);
        let length = vx * vx + vy * vy;
        let t = if length > 0.0 { ((wx * vx + wy * vy) / length).clamp(0.0, 1.0) } else { 0.0 };
        (wx - t * vx).hypot(wy - t * vy)
    };
    match path {
        [only] => to_piece(*only, *only) <= reach,
        _ => path.windows(2).any(|pair| to_piece(pair[0], pair[1]) <= reach),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_rectangle_holds_what_lies_between_its_sides(x in -20i32..20, y in -20i32..20, flip in any::<bool>()) {
            let mut ring = [(-10, -5), (10, -5), (10, 5), (-10, 5)].map(Point::from).to_vec();
            if flip { ring.reverse(); }
            prop_assume!(x.abs() != 10 && y.abs() != 5);
            prop_assert_eq!(inside(&ring, Point::new(x, y)), x.abs() < 10 && y.abs() < 5);
        }

        #[test]
        fn a_brush_reaches_as_far_as_it_is_wide(x in -30i32..30, y in -30i32..30) {
            let path = [Point::new(-10, 0), Point::new(10, 0)];
            let beyond = (x.abs() - 10).max(0);
            let distance = f64::from(beyond).hypot(f64::from(y));
            prop_assert_eq!(near(&path, Point::new(x, y), 7.5), distance <= 7.5);
        }
    }
}
