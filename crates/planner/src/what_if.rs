//! 假设 What if a station closed, moved or opened, a gate opened or closed, a way were built: the territory as it would be.
//! Nothing is saved.

use crate::{PlannerError, Session};
use lifang_crs::CrsSpec;
use lifang_model::{Facility, FacilityCode, FootAccess, Gate, Point, Street, StreetClass, Territory};

/// How far a place may lie from the wall, the gate or the street it means, mm.
const MEANT_MM: f64 = 100_000.0;
/// A closed gate this near a place is the gate that opens there, mm.
const SAME_GATE_MM: f64 = 30_000.0;

/// 假设 Changes to try. Coordinates are longitude and latitude unless a system is named.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WhatIf {
    /// Stations that close: code or name.
    pub close: Vec<String>,
    /// Stations that open, of the category asked about.
    pub add: Vec<(f64, f64)>,
    /// Stations that move.
    pub moves: Vec<(String, (f64, f64))>,
    /// Gates that open: the nearest walled compound's closed gate near the place, else a new gate in its wall.
    pub open_gates: Vec<(f64, f64)>,
    /// Gates that close: the nearest open one.
    pub close_gates: Vec<(f64, f64)>,
    /// Footbridges, underpasses, paths: straight from street to street.
    pub links: Vec<[(f64, f64); 2]>,
}

impl WhatIf {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The territory as it would be upon one as it is, and each change in words.
    ///
    /// # Errors
    /// [`PlannerError::Selection`] when a change names nothing there is.
    pub(crate) fn apply(
        &self,
        session: &Session,
        is: &Territory,
        category: &str,
        crs: Option<&CrsSpec>,
    ) -> Result<(Territory, Vec<String>), PlannerError> {
        let mut territory = is.clone();
        let mut told = Vec::new();
        let place = |at: (f64, f64)| -> Result<Point, PlannerError> { Ok(session.to_frame(&[at], crs)?[0]) };
        for key in &self.close {
            let facility = named(&mut territory, category, key)?;
            facility.open_to_public = false;
            told.push(format!("{} closes", title(facility)));
        }
        for (key, at) in &self.moves {
            let at = place(*at)?;
            let facility = named(&mut territory, category, key)?;
            facility.at = at;
            told.push(format!("{} moves", title(facility)));
        }
        for (number, at) in self.add.iter().enumerate() {
            let at = place(*at)?;
            territory.facilities.push(station(&format!("added-{}", number + 1), category, at)?);
            told.push(format!("a station opens (added-{})", number + 1));
        }
        for at in &self.open_gates {
            told.push(open_gate(&mut territory, place(*at)?)?);
        }
        for at in &self.close_gates {
            told.push(close_gate(&mut territory, place(*at)?)?);
        }
        for (number, [from, to]) in self.links.iter().enumerate() {
            let code = format!("what-if-{}", number + 1);
            told.push(link(&mut territory, &code, place(*from)?, place(*to)?)?);
        }
        Ok((territory, told))
    }
}

/// A station that is only supposed.
pub(crate) fn station(code: &str, category: &str, at: Point) -> Result<Facility, PlannerError> {
    let code = FacilityCode::new(code)
        .map_err(|error| refuse(format!("{code:?} is no code: {error}"), "Choose another code"))?;
    Ok(Facility {
        code,
        name: None,
        category: category.to_owned(),
        at,
        capacity: None,
        area_m2: None,
        open_to_public: true,
    })
}

pub(crate) fn refuse(what: String, action: &str) -> PlannerError {
    PlannerError::Selection { what, action: action.to_owned() }
}

fn title(facility: &Facility) -> String {
    match &facility.name {
        Some(name) => format!("{name} ({})", facility.code.as_str()),
        None => facility.code.as_str().to_owned(),
    }
}

/// The one open station of a category with this code or name.
fn named<'a>(
    territory: &'a mut Territory,
    category: &str,
    key: &str,
) -> Result<&'a mut Facility, PlannerError> {
    let hit = |facility: &Facility| {
        facility.category == category
            && facility.open_to_public
            && (facility.code.as_str() == key || facility.name.as_deref() == Some(key))
    };
    let found: Vec<usize> =
        (0..territory.facilities.len()).filter(|&row| hit(&territory.facilities[row])).collect();
    match found[..] {
        [row] => Ok(&mut territory.facilities[row]),
        [] => {
            let open = territory.facilities.iter().filter(|f| f.category == category && f.open_to_public);
            let some: Vec<String> = open.take(12).map(title).collect();
            Err(refuse(
                format!("there is no open station {key:?} of category {category:?}"),
                &format!(
                    "Choose one of: {}",
                    if some.is_empty() { "none".to_owned() } else { some.join(", ") }
                ),
            ))
        }
        _ => {
            let codes: Vec<&str> = found.iter().map(|&row| territory.facilities[row].code.as_str()).collect();
            Err(refuse(
                format!("{} stations are called {key:?}", codes.len()),
                &format!("Give a code: {}", codes.join(", ")),
            ))
        }
    }
}

/// The point of a segment nearest to a place, and how far it is, mm.
fn nearest_on(from: Point, to: Point, p: Point) -> (Point, f64) {
    let (dx, dy) = (f64::from(to.x) - f64::from(from.x), f64::from(to.y) - f64::from(from.y));
    let (px, py) = (f64::from(p.x) - f64::from(from.x), f64::from(p.y) - f64::from(from.y));
    let square = dx * dx + dy * dy;
    let t = if square > 0.0 { ((px * dx + py * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
    let at =
        Point::new((f64::from(from.x) + t * dx).round() as i32, (f64::from(from.y) + t * dy).round() as i32);
    (at, at.distance(p))
}

fn open_gate(territory: &mut Territory, p: Point) -> Result<String, PlannerError> {
    let mut best: Option<(f64, usize, Point)> = None;
    for (row, compound) in territory.compounds.iter().enumerate().filter(|(_, compound)| compound.walled) {
        let walls = compound.outline.iter().flat_map(|part| part.rings()).flat_map(|ring| ring.edges());
        for (from, to) in walls {
            let (at, far) = nearest_on(from, to, p);
            if far <= MEANT_MM && best.is_none_or(|(least, ..)| far < least) {
                best = Some((far, row, at));
            }
        }
    }
    let Some((_, row, at)) = best else {
        return Err(refuse(
            "there is no walled compound within 100 m of the gate".to_owned(),
            "Give a place on the wall of a compound",
        ));
    };
    let compound = &mut territory.compounds[row];
    let name = compound.name.clone().unwrap_or_else(|| compound.code.clone());
    if compound.gates.is_empty() {
        return Err(refuse(
            format!("none of the gates of {name} is known, so nobody is kept in by its wall"),
            "Give its gates first, as points of the compound layer or in OpenStreetMap",
        ));
    }
    let near = |gate: &&mut Gate| !gate.open && gate.at.distance(p) <= SAME_GATE_MM;
    let closed =
        compound.gates.iter_mut().filter(near).min_by(|a, b| a.at.distance(p).total_cmp(&b.at.distance(p)));
    Ok(match closed {
        Some(gate) => {
            gate.open = true;
            format!("a closed gate of {name} opens")
        }
        None => {
            compound.gates.push(Gate { at, open: true, hours: None });
            format!("{name} gets a new gate")
        }
    })
}

fn close_gate(territory: &mut Territory, p: Point) -> Result<String, PlannerError> {
    let mut best: Option<(f64, usize, usize)> = None;
    for (row, compound) in territory.compounds.iter().enumerate().filter(|(_, compound)| compound.walled) {
        for (number, gate) in compound.gates.iter().enumerate().filter(|(_, gate)| gate.open) {
            let far = gate.at.distance(p);
            if far <= MEANT_MM && best.is_none_or(|(least, ..)| far < least) {
                best = Some((far, row, number));
            }
        }
    }
    let Some((_, row, number)) = best else {
        return Err(refuse(
            "there is no open gate of a walled compound within 100 m".to_owned(),
            "Give the place of the gate",
        ));
    };
    let compound = &mut territory.compounds[row];
    compound.gates[number].open = false;
    Ok(format!("a gate of {} closes", compound.name.as_deref().unwrap_or(&compound.code)))
}

/// Makes a place on the nearest street one of its points.
fn join(territory: &mut Territory, p: Point) -> Result<Point, PlannerError> {
    let mut best: Option<(f64, usize, usize, Point)> = None;
    for (row, street) in territory.streets.iter().enumerate().filter(|(_, s)| s.foot != FootAccess::No) {
        for (piece, pair) in street.line.windows(2).enumerate() {
            let (at, far) = nearest_on(pair[0], pair[1], p);
            if far <= MEANT_MM && best.is_none_or(|(least, ..)| far < least) {
                best = Some((far, row, piece, at));
            }
        }
    }
    let Some((_, row, piece, at)) = best else {
        return Err(refuse(
            "there is no street for people on foot within 100 m of an end of the way".to_owned(),
            "Give two places on streets",
        ));
    };
    let line = &mut territory.streets[row].line;
    if line[piece] != at && line[piece + 1] != at {
        line.insert(piece + 1, at);
    }
    Ok(at)
}

fn link(territory: &mut Territory, code: &str, from: Point, to: Point) -> Result<String, PlannerError> {
    let (from, to) = (join(territory, from)?, join(territory, to)?);
    if from == to {
        return Err(refuse(
            "both ends of the way meet the street at one place".to_owned(),
            "Give two places that are apart",
        ));
    }
    territory.streets.push(Street {
        code: code.to_owned(),
        name: None,
        class: StreetClass::Footway,
        line: vec![from, to],
        layer: 0,
        bridge: false,
        tunnel: false,
        foot: FootAccess::Yes,
        traffic: Default::default(),
    });
    Ok(format!("a way of {:.0} m is built", from.distance(to) / 1000.0))
}
