//! One entity: the groups between one `0` and the next.

use super::groups::Group;
use super::text::{paragraph, plain};
use geo_types::{Coord, Geometry, LineString, Point, Polygon};
use std::collections::BTreeMap;
use std::f64::consts::TAU;

/// How far a chord may lie from its arc, metres.
const SAGITTA: f64 = 0.01;
/// Most chords of a full circle.
const CHORDS: f64 = 256.0;

/// What an entity is to us.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Shape(Geometry<f64>),
    /// A text and where it stands.
    Text(Coord<f64>, String),
}

/// An entity of model space that can be read.
#[derive(Clone, Debug)]
pub(super) struct Entity {
    pub layer: String,
    pub line: u64,
    pub kind: Kind,
    /// Block, attributes and extended data.
    pub fields: BTreeMap<String, String>,
    pub high: bool,
}

/// What became of the groups of an entity.
#[derive(Debug)]
pub(super) enum Made {
    Entity(Box<Entity>),
    /// Not in model space, or nothing to see.
    Nothing,
    /// A kind that is not read.
    Unread(String),
    /// A kind that is read, but not like this.
    Odd(u64, String),
}

/// The groups of one entity, those of its vertices and attributes included, each beginning with its own `0`.
pub(super) struct Parts<'a> {
    pub groups: &'a [Group<'a>],
}

impl<'a> Parts<'a> {
    fn of(&self, code: i32) -> Option<&'a str> {
        let own = self.groups.iter().skip(1).take_while(|g| g.code != 0 && g.code < 1000);
        own.into_iter().find(|g| g.code == code).map(|g| g.value.trim())
    }

    fn number(&self, code: i32) -> Option<f64> {
        self.of(code)?.parse().ok().filter(|n: &f64| n.is_finite())
    }

    fn flags(&self, code: i32) -> u32 {
        self.of(code).and_then(|value| value.parse().ok()).unwrap_or(0)
    }

    /// The point of the codes `x` and `x` + 10.
    fn at(&self, x: i32) -> Option<Coord<f64>> {
        Some(Coord { x: self.number(x)?, y: self.number(x + 10)? })
    }

    /// The entities inside, such as vertices.
    fn inner(&self) -> impl Iterator<Item = Parts<'a>> {
        let groups = self.groups;
        let starts: Vec<usize> =
            groups.iter().enumerate().skip(1).filter(|(_, g)| g.code == 0).map(|(i, _)| i).collect();
        let ends: Vec<usize> = starts.iter().skip(1).copied().chain([groups.len()]).collect();
        starts.into_iter().zip(ends).map(move |(from, to)| Parts { groups: &groups[from..to] })
    }

    pub fn made(&self) -> Made {
        let Some(head) = self.groups.first() else { return Made::Nothing };
        let odd = |cause: &str| Made::Odd(head.line, cause.to_owned());
        if self.flags(67) == 1 {
            return Made::Nothing;
        }
        let kind = head.value.trim();
        let mut fields = self.data();
        let shape = match kind {
            "LWPOLYLINE" => self.light().and_then(|corners| drawn(&corners, self.flags(70) & 1 == 1)),
            "POLYLINE" if self.flags(70) & (16 | 64) != 0 => return Made::Unread("MESH".to_owned()),
            "POLYLINE" => self.heavy().and_then(|corners| drawn(&corners, self.flags(70) & 1 == 1)),
            "LINE" => self.at(10).zip(self.at(11)).map(|(a, b)| Geometry::LineString(LineString(vec![a, b]))),
            "CIRCLE" => self.circle(0.0, TAU).map(|ring| Geometry::Polygon(Polygon::new(ring, vec![]))),
            "ARC" => {
                let angle = |code| Some(self.number(code)?.to_radians());
                let sweep = |(from, to): (f64, f64)| self.circle(from, (to - from).rem_euclid(TAU));
                angle(50).zip(angle(51)).and_then(sweep).map(Geometry::LineString)
            }
            "POINT" => self.at(10).map(|at| Geometry::Point(Point(at))),
            "INSERT" => {
                fields.extend(self.of(2).map(|name| ("block".to_owned(), plain(name))));
                for attribute in self.inner().filter(|part| part.is("ATTRIB")) {
                    if let (Some(tag), Some(value)) = (attribute.of(2), attribute.of(1)) {
                        fields.insert(plain(tag), plain(value));
                    }
                }
                self.at(10).map(|at| Geometry::Point(Point(at)))
            }
            "TEXT" | "MTEXT" => return self.text(kind, fields),
            "SEQEND" | "VIEWPORT" | "ATTDEF" => return Made::Nothing,
            other => return Made::Unread(plain(other)),
        };
        let Some(mut shape) = shape else {
            return odd(&format!(
                "{kind}: coordinates are missing, no numbers, or too few for what is drawn"
            ));
        };
        if let Err(cause) = self.turn(kind, &mut shape) {
            return odd(&cause);
        }
        self.entity(Kind::Shape(shape), fields)
    }

    fn is(&self, kind: &str) -> bool {
        self.groups.first().is_some_and(|g| g.value.trim() == kind)
    }

    fn entity(&self, kind: Kind, fields: BTreeMap<String, String>) -> Made {
        let line = self.groups.first().map_or(0, |g| g.line);
        let layer = plain(self.of(8).unwrap_or("0"));
        let high = self
            .groups
            .iter()
            .any(|g| matches!(g.code, 30 | 31 | 38) && g.value.trim().parse().is_ok_and(|z: f64| z != 0.0));
        Made::Entity(Box::new(Entity { layer, line, kind, fields, high }))
    }

    fn text(&self, kind: &str, fields: BTreeMap<String, String>) -> Made {
        let whole: String = if kind == "MTEXT" {
            // Long ones come in pieces.
            let own = self.groups.iter().take_while(|g| g.code < 1000);
            paragraph(&own.filter(|g| g.code == 3 || g.code == 1).map(|g| g.value).collect::<String>())
        } else {
            plain(self.of(1).unwrap_or_default())
        };
        if whole.is_empty() {
            return Made::Nothing;
        }
        let aligned = kind == "TEXT" && (self.flags(72) != 0 || self.flags(73) != 0);
        let at = self.at(11).filter(|_| aligned).or_else(|| self.at(10));
        let Some(at) = at else {
            let line = self.groups.first().map_or(0, |g| g.line);
            return Made::Odd(line, format!("{kind}: it says nowhere where it stands"));
        };
        self.entity(Kind::Text(at, whole), fields)
    }

    /// The corners of a light polyline, each with its bulge.
    fn light(&self) -> Option<Vec<(Coord<f64>, f64)>> {
        let mut corners: Vec<(Coord<f64>, f64)> = Vec::new();
        for group in self.groups.iter().skip(1).take_while(|g| g.code < 1000) {
            let number = || group.value.trim().parse::<f64>().ok().filter(|n| n.is_finite());
            match (group.code, corners.last_mut()) {
                (10, _) => corners.push((Coord { x: number()?, y: f64::NAN }, 0.0)),
                (20, Some(corner)) => corner.0.y = number()?,
                (42, Some(corner)) => corner.1 = number()?,
                _ => {}
            }
        }
        corners.iter().all(|(at, _)| at.y.is_finite()).then_some(corners)
    }

    /// The same of an old polyline, whose corners are entities.
    fn heavy(&self) -> Option<Vec<(Coord<f64>, f64)>> {
        // Control points of a spline's frame are not on the line.
        let vertices = self.inner().filter(|part| part.is("VERTEX") && part.flags(70) & 16 == 0);
        vertices.map(|vertex| Some((vertex.at(10)?, vertex.number(42).unwrap_or(0.0)))).collect()
    }

    fn circle(&self, from: f64, sweep: f64) -> Option<LineString<f64>> {
        let (centre, radius) = (self.at(10)?, self.number(40).filter(|r| *r > 0.0)?);
        let count = chords(radius, sweep);
        let at = |i: usize| {
            let (sin, cos) = (from + sweep * i as f64 / count as f64).sin_cos();
            Coord { x: centre.x + radius * cos, y: centre.y + radius * sin }
        };
        Some(LineString((0..=count).map(at).collect()))
    }

    /// From the entity's own axes to those of the drawing: seen from below, x runs the other way (DXF Reference, "Object
    /// Coordinate Systems").
    fn turn(&self, kind: &str, shape: &mut Geometry<f64>) -> Result<(), String> {
        if kind == "LINE" || kind == "POINT" || (kind == "POLYLINE" && self.flags(70) & 8 != 0) {
            return Ok(());
        }
        let axis = [210, 220, 230].map(|code| self.number(code));
        let (x, y, z) = (axis[0].unwrap_or(0.0), axis[1].unwrap_or(0.0), axis[2].unwrap_or(1.0));
        if x.abs() > 1e-6 || y.abs() > 1e-6 || z == 0.0 {
            return Err(format!("{kind}: it does not lie flat"));
        }
        if z < 0.0 {
            use geo::MapCoordsInPlace as _;
            shape.map_coords_in_place(|c| Coord { x: -c.x, y: c.y });
        }
        Ok(())
    }

    /// Extended data: `field=value` of our own drawings, of other programs all that is said, under their name.
    fn data(&self) -> BTreeMap<String, String> {
        let mut fields = BTreeMap::new();
        let own = self.groups.iter().skip(1).take_while(|g| g.code != 0);
        let mut program = "";
        for group in own.filter(|g| g.code >= 1000) {
            match (group.code, program, group.value.split_once('=')) {
                (1001, ..) => program = group.value.trim(),
                (1000, "LIFANG", Some((field, value))) => {
                    fields.insert(plain(field), plain(value));
                }
                (1000 | 1040 | 1070 | 1071, "ACAD", _) => {}
                (1000 | 1040 | 1070 | 1071, name, _) if !name.is_empty() => {
                    let said: &mut String = fields.entry(plain(name)).or_default();
                    if !said.is_empty() {
                        said.push(' ');
                    }
                    said.push_str(&plain(group.value));
                }
                _ => {}
            }
        }
        fields
    }
}

/// How many chords stand for an arc.
fn chords(radius: f64, sweep: f64) -> usize {
    let step = 2.0 * (1.0 - (SAGITTA / radius).min(1.0)).acos();
    let most = (CHORDS * sweep.abs() / TAU).max(1.0);
    // Never fewer than eight to the circle.
    let least = (8.0 * sweep.abs() / TAU).max(1.0);
    (sweep.abs() / step.max(1e-9)).clamp(least, most.max(least)).ceil() as usize
}

/// A polyline as an area if it is closed, else as a line; `None` of too few corners. What is drawn open and ends where it began may
/// be a street around a square or a house: whoever knows what the layer is decides.
fn drawn(corners: &[(Coord<f64>, f64)], closed: bool) -> Option<Geometry<f64>> {
    let mut line: Vec<Coord<f64>> = Vec::with_capacity(corners.len() + 1);
    let next = |i: usize| corners.get(i + 1).or_else(|| corners.first().filter(|_| closed));
    for (i, &(at, bulge)) in corners.iter().enumerate() {
        line.push(at);
        if let Some(&(to, _)) = next(i).filter(|_| bulge != 0.0) {
            bend(at, to, bulge, &mut line);
        }
    }
    line.dedup();
    if closed {
        if line.first() == line.last() {
            line.pop();
        }
        return (line.len() >= 3).then(|| Geometry::Polygon(Polygon::new(LineString(line), vec![])));
    }
    (line.len() >= 2).then_some(Geometry::LineString(LineString(line)))
}

/// The points between the ends of an arc; `bulge` is the tangent of a quarter of its angle, positive to the left.
fn bend(from: Coord<f64>, to: Coord<f64>, bulge: f64, line: &mut Vec<Coord<f64>>) {
    let chord = to - from;
    let length = chord.x.hypot(chord.y);
    let sweep = 4.0 * bulge.atan();
    if length == 0.0 || sweep.abs() < 1e-9 || sweep.abs() > TAU - 1e-9 {
        return;
    }
    let radius = length / (2.0 * (sweep / 2.0).sin().abs());
    // The centre lies beside the middle of the chord, to the left of an arc that turns left by less than half a circle.
    let off = length / (2.0 * (sweep / 2.0).tan());
    let centre = Coord {
        x: from.x + chord.x / 2.0 - chord.y / length * off,
        y: from.y + chord.y / 2.0 + chord.x / length * off,
    };
    let start = (from.y - centre.y).atan2(from.x - centre.x);
    let count = chords(radius, sweep);
    for i in 1..count {
        let (sin, cos) = (start + sweep * i as f64 / count as f64).sin_cos();
        line.push(Coord { x: centre.x + radius * cos, y: centre.y + radius * sin });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bulge_of_one_is_half_a_circle_to_the_right_of_the_way_back() {
        let corners = [(Coord { x: 0.0, y: 0.0 }, 1.0), (Coord { x: 2.0, y: 0.0 }, 1.0)];
        let Some(Geometry::Polygon(disc)) = drawn(&corners, true) else { panic!("an area") };
        let area = crate::geom::twice_area(&disc.exterior().0) / 2.0;
        assert!((area - TAU / 2.0).abs() < 0.05, "{area}");
        assert!(disc.exterior().0.iter().all(|c| ((c.x - 1.0).hypot(c.y) - 1.0).abs() < 1e-9));
        let low = [(Coord { x: 0.0, y: 0.0 }, -0.5), (Coord { x: 2.0, y: 0.0 }, 0.0)];
        let Some(Geometry::LineString(arc)) = drawn(&low, false) else { panic!("a line") };
        let top = arc.0.iter().map(|c| c.y).fold(0.0, f64::max);
        assert!((top - 0.5).abs() < SAGITTA, "an arc that turns right lies to the left of its chord: {top}");
    }
}
