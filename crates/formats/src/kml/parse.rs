//! The elements of KML that say where something is and what it is; read as events, so nothing nests in memory.

use crate::geom::from_points;
use geo_types::{Coord, Geometry, LineString, Polygon};
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use std::collections::BTreeSet;

/// Elements inside each other that are still followed.
const DEEP: usize = 200;

/// Elements with a place of their own that are not read.
const UNREAD: [&str; 7] =
    ["Track", "MultiTrack", "Model", "GroundOverlay", "PhotoOverlay", "ScreenOverlay", "NetworkLink"];

/// Why reading ended.
#[derive(Debug)]
pub(super) enum Stop {
    /// More placemarks than allowed.
    Many,
    /// No KML, or damaged: the byte, and the cause.
    Broken(usize, String),
}

/// A placemark.
#[derive(Debug, Default)]
pub(super) struct Mark {
    pub name: String,
    pub folders: Vec<String>,
    pub fields: Vec<(String, String)>,
    pub parts: Vec<Geometry<f64>>,
    /// What was wrong with it.
    pub faults: Vec<String>,
}

/// What a document holds.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub marks: Vec<Mark>,
    /// Placemarks with heights.
    pub flattened: usize,
    /// Kinds of elements left out.
    pub unread: BTreeSet<String>,
}

/// State between events.
#[derive(Default)]
struct State {
    found: Found,
    path: Vec<String>,
    folders: Vec<String>,
    mark: Option<Mark>,
    /// Name of the data element open now.
    field: Option<String>,
    rings: Vec<LineString<f64>>,
    outer: Option<LineString<f64>>,
    high: bool,
    text: String,
}

/// Reads a document.
pub(super) fn parse(text: &str, limit: usize) -> Result<Found, Stop> {
    let mut reader = Reader::from_str(text);
    let mut state = State::default();
    let mut seen = false;
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let broken = |cause: String| Stop::Broken(at, cause);
        let event = reader.read_event().map_err(|why| broken(format!("this is no sound XML: {why}")))?;
        match event {
            Event::Start(start) => {
                if state.path.len() >= DEEP {
                    return Err(broken(format!("more than {DEEP} elements inside each other")));
                }
                seen |= state.open(&start);
            }
            Event::Empty(start) => {
                seen |= state.open(&start);
                state.close();
            }
            Event::End(_) => {
                state.close();
                if state.found.marks.len() > limit {
                    return Err(Stop::Many);
                }
            }
            Event::Text(part) => state.text.push_str(&part.xml10_content()),
            Event::CData(part) => state.text.push_str(&part.xml10_content()),
            Event::GeneralRef(entity) => match entity.resolve_char_ref() {
                Ok(Some(sign)) => state.text.push(sign),
                // Entities a document defines itself are never followed.
                _ => state.text.push_str(resolve_predefined_entity(&entity.xml10_content()).unwrap_or("")),
            },
            Event::Eof => break,
            _ => {}
        }
    }
    if !seen {
        return Err(Stop::Broken(0, "it has no placemark, document or folder".to_owned()));
    }
    if let Some(open) = state.path.last() {
        return Err(Stop::Broken(text.len(), format!("it ends inside <{open}>")));
    }
    Ok(state.found)
}

impl State {
    /// Whether the element is one that only KML has.
    fn open(&mut self, start: &BytesStart<'_>) -> bool {
        let name = local(start);
        self.text.clear();
        let own = matches!(name.as_str(), "kml" | "Document" | "Folder" | "Placemark");
        match name.as_str() {
            "Document" | "Folder" => self.folders.push(String::new()),
            "Placemark" => {
                let folders = self.folders.iter().filter(|folder| !folder.is_empty()).cloned().collect();
                self.mark = Some(Mark { folders, ..Mark::default() });
                self.high = false;
            }
            "Polygon" => {
                self.rings.clear();
                self.outer = None;
            }
            "Data" | "SimpleData" => {
                let named = start
                    .attributes()
                    .flatten()
                    .find(|attribute| attribute.key.local_name().as_ref() == "name");
                self.field = named.map(|attribute| unescaped(&attribute.value));
            }
            other if UNREAD.contains(&other) => {
                self.found.unread.insert(name.clone());
            }
            _ => {}
        }
        self.path.push(name);
        own
    }

    fn close(&mut self) {
        let Some(name) = self.path.pop() else { return };
        let parent = self.path.last().map_or("", String::as_str);
        let text = std::mem::take(&mut self.text);
        match (name.as_str(), parent) {
            ("Document" | "Folder", _) => {
                self.folders.pop();
            }
            ("name", "Document" | "Folder") => {
                // The document's own name is that of the file, not of a folder in it.
                if let (Some(folder), "Folder") = (self.folders.last_mut(), parent) {
                    text.trim().clone_into(folder);
                }
            }
            ("Placemark", _) => {
                self.found.flattened += usize::from(self.high);
                self.found.marks.extend(self.mark.take());
            }
            ("name", "Placemark") => self.field_of(None, text),
            ("description" | "address" | "phoneNumber", "Placemark") => self.field_of(Some(name), text),
            ("value", "Data") | ("SimpleData", _) => {
                if let Some(field) = self.field.clone() {
                    self.field_of(Some(field), text);
                }
            }
            ("coordinates", _) => self.coordinates(&text),
            ("Polygon", _) => {
                let holes = std::mem::take(&mut self.rings);
                match self.outer.take() {
                    Some(outer) => self.part(Polygon::new(outer, holes).into()),
                    None => self.fault("an area has no outer ring that can be read".to_owned()),
                }
            }
            _ => {}
        }
    }

    fn field_of(&mut self, field: Option<String>, text: String) {
        if let Some(mark) = &mut self.mark {
            match field {
                None => text.trim().clone_into(&mut mark.name),
                Some(field) => mark.fields.push((field, text.trim().to_owned())),
            }
        }
    }

    fn part(&mut self, part: Geometry<f64>) {
        if let Some(mark) = &mut self.mark {
            mark.parts.push(part);
        }
    }

    fn fault(&mut self, cause: String) {
        if let Some(mark) = &mut self.mark {
            mark.faults.push(cause);
        }
    }

    fn coordinates(&mut self, text: &str) {
        let points = match positions(text, &mut self.high) {
            Ok(points) => points,
            Err(cause) => return self.fault(cause),
        };
        let kind = self.path.last().map_or("", String::as_str);
        let inside = |name: &str| self.path.iter().rev().any(|element| element == name);
        match kind {
            "Point" if points.len() == 1 => self.part(from_points(points)),
            "Point" => self.fault(format!("a point has {} positions", points.len())),
            "LinearRing" if inside("Polygon") => {
                let hole = inside("innerBoundaryIs");
                let mut ring = points;
                if ring.len() > 2 && ring.first() != ring.last() {
                    ring.push(ring[0]);
                    self.fault("a ring does not end where it began; it was closed".to_owned());
                }
                if ring.len() < 4 {
                    self.fault(format!("a ring has {} positions; it needs 4", ring.len()));
                } else if hole {
                    self.rings.push(LineString(ring));
                } else {
                    self.outer = Some(LineString(ring));
                }
            }
            "LineString" | "LinearRing" if points.len() > 1 => self.part(LineString(points).into()),
            "LineString" | "LinearRing" => {
                self.fault(format!("a line has {} positions; it needs 2", points.len()))
            }
            _ => {}
        }
    }
}

/// Longitude and latitude of every position; sets `high` where there are heights that are not 0.
fn positions(text: &str, high: &mut bool) -> Result<Vec<Coord<f64>>, String> {
    let mut points = Vec::new();
    // Blanks beside commas are not allowed, and common.
    let mut rest = text.trim();
    while !rest.is_empty() {
        let mut numbers = [0.0; 3];
        let mut count = 0;
        loop {
            let end = rest.find(|c: char| c == ',' || c.is_whitespace()).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            let number = word.parse::<f64>().ok().filter(|number| number.is_finite());
            let Some(number) = number else {
                return Err(format!("{:?} is no coordinate", word.chars().take(40).collect::<String>()));
            };
            if count < 3 {
                numbers[count] = number;
            }
            count += 1;
            rest = after.trim_start();
            match rest.strip_prefix(',') {
                // A comma in front of nothing ends the position all the same.
                Some(after) if !after.trim().is_empty() => rest = after.trim_start(),
                Some(_) => {
                    rest = "";
                    break;
                }
                None => break,
            }
        }
        if !(2..=3).contains(&count) {
            return Err(format!("a position has {count} numbers"));
        }
        if numbers[0].abs() > 360.0 || numbers[1].abs() > 90.0 {
            return Err(format!("{},{} is no longitude and latitude", numbers[0], numbers[1]));
        }
        *high |= numbers[2] != 0.0;
        points.push(Coord { x: numbers[0], y: numbers[1] });
    }
    Ok(points)
}

fn local(start: &BytesStart<'_>) -> String {
    start.local_name().as_ref().to_owned()
}

/// The value of an attribute with its entities resolved; left as it stands where they cannot be.
fn unescaped(value: &str) -> String {
    quick_xml::escape::unescape(value).map_or_else(|_| value.to_owned(), |text| text.into_owned())
}
