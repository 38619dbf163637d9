//! Reading a drawing: what is drawn in model space on one layer, with the texts that stand in it.

use super::entity::{Entity, Kind, Made, Parts};
use super::groups::{Group, Groups, decoder};
use super::labels::{self, Outline};
use crate::FormatError;
use crate::csv::numbers;
use crate::encoding::Decoder;
use crate::error::{bad, io, place, row_place};
use crate::position::Columns;
use crate::read::{ReadOptions, stem};
use crate::table::{Column, FeatureTable, FieldType, Row, Value};
use geo_types::{Geometry, Point, Polygon};
use lifang_model::{Fault, Severity};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

/// Faults of one kind listed one by one.
const LISTED: usize = 50;
/// Kinds of entities not read that are named.
const KINDS: usize = 12;

/// Everything that can be read of a drawing, on whatever layer.
#[derive(Default)]
struct Drawing {
    shapes: Vec<Entity>,
    texts: Vec<Entity>,
    unread: BTreeMap<String, usize>,
    odd: Vec<(u64, String)>,
    encoding: String,
}

/// Reads what is drawn on the layer [`ReadOptions::layer`] names, or on the only one that is drawn on.
pub(crate) fn read(path: &Path, options: &ReadOptions) -> Result<FeatureTable, FormatError> {
    let drawing = drawing(path, options)?;
    let drawn = drawing.layers();
    let layer = match &options.layer {
        Some(layer) if drawn.contains(layer) || drawing.texts.iter().any(|text| text.layer == *layer) => {
            layer
        }
        Some(layer) => {
            let missing = Some(layer.clone());
            return Err(FormatError::ChooseLayer { path: path.to_owned(), missing, layers: drawn });
        }
        None => match drawn.as_slice() {
            [only] => only,
            [] => return Err(empty(path)),
            _ => {
                return Err(FormatError::ChooseLayer { path: path.to_owned(), missing: None, layers: drawn });
            }
        },
    };
    let name = options.layer.clone().unwrap_or_else(|| stem(path));
    Ok(table(path, &drawing, &said(&drawing), layer, name))
}

/// Every layer anything is drawn on, with its name; the drawing is read once.
pub(crate) fn read_layers(
    path: &Path,
    options: &ReadOptions,
) -> Result<Vec<(String, FeatureTable)>, FormatError> {
    let drawing = drawing(path, options)?;
    let said = said(&drawing);
    let layers = drawing.layers();
    if layers.is_empty() {
        return Err(empty(path));
    }
    let of = |layer: String| (layer.clone(), table(path, &drawing, &said, &layer, layer.clone()));
    Ok(layers.into_iter().map(of).collect())
}

fn empty(path: &Path) -> FormatError {
    let cause = "nothing in its model space can be read";
    bad("F-811", place(path), cause, "Explode blocks and regions to polylines, and save again")
}

/// The layers anything but text is drawn on; those of the texts if there is nothing else.
pub(crate) fn layers(path: &Path) -> Result<Vec<String>, FormatError> {
    Ok(drawing(path, &ReadOptions::default())?.layers())
}

impl Drawing {
    fn layers(&self) -> Vec<String> {
        let of = |entities: &[Entity]| {
            let mut names: Vec<String> = entities.iter().map(|entity| entity.layer.clone()).collect();
            names.sort_unstable();
            names.dedup();
            names
        };
        if self.shapes.is_empty() { of(&self.texts) } else { of(&self.shapes) }
    }

    fn take(&mut self, made: Made) {
        match made {
            Made::Entity(entity) => match entity.kind {
                Kind::Shape(_) => self.shapes.push(*entity),
                Kind::Text(..) => self.texts.push(*entity),
            },
            Made::Nothing => {}
            Made::Unread(kind) => *self.unread.entry(kind).or_default() += 1,
            Made::Odd(line, cause) => self.odd.push((line, cause)),
        }
    }
}

fn drawing(path: &Path, options: &ReadOptions) -> Result<Drawing, FormatError> {
    let bytes = std::fs::read(path).map_err(io(path, "read"))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let decoder = match &options.encoding {
        Some(label) => Decoder::by_label(label, "as asked").ok_or_else(|| {
            bad("F-113", place(path), format!("encoding {label:?} is unknown"), "Use UTF-8 or GBK")
        })?,
        None => decoder(bytes),
    };
    let (text, lossy) = decoder.decode(bytes);
    if lossy {
        let cause = format!("some bytes are no {}", decoder.note);
        return Err(bad(
            "F-202",
            place(path),
            cause,
            "Save the drawing again, as DXF of release 2007 or later",
        ));
    }
    let mut drawing = Drawing { encoding: decoder.note, ..Drawing::default() };
    let mut groups = Groups::new(&text);
    let mut held: Vec<Group<'_>> = Vec::new();
    let (mut inside, mut opened) = (false, false);
    for group in groups.by_ref() {
        if group.code == 0 {
            let name = group.value.trim();
            // Vertices and attributes belong to what they follow.
            if !matches!(name, "VERTEX" | "ATTRIB" | "SEQEND") && !held.is_empty() {
                drawing.take(Parts { groups: &held }.made());
                held.clear();
                if drawing.shapes.len() + drawing.texts.len() > options.max_features {
                    return Err(options.too_many(path));
                }
            }
            match name {
                "SECTION" => opened = true,
                "ENDSEC" | "EOF" => inside = false,
                _ => {}
            }
            if name == "EOF" {
                break;
            }
        } else if opened && group.code == 2 {
            (inside, opened) = (group.value.trim() == "ENTITIES", false);
            continue;
        }
        if inside {
            held.push(group);
        }
    }
    if let Some((line, found)) = groups.broken {
        let cause = format!("a group code is expected, not {found:?}");
        return Err(bad("F-811", row_place(path, line), cause, "Save the drawing again, as DXF"));
    }
    if !held.is_empty() {
        drawing.take(Parts { groups: &held }.made());
    }
    Ok(drawing)
}

fn table(path: &Path, drawing: &Drawing, said: &Said, layer: &str, name: String) -> FeatureTable {
    let mine: Vec<&Entity> = drawing.shapes.iter().filter(|entity| entity.layer == *layer).collect();
    let lone = mine.is_empty();
    let rows_of: Vec<&Entity> =
        if lone { drawing.texts.iter().filter(|text| text.layer == *layer).collect() } else { mine };
    let astray = if lone { 0 } else { said.astray };
    let mut names = vec!["layer".to_owned(), "text".to_owned()];
    for name in rows_of.iter().flat_map(|entity| entity.fields.keys()) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let mut rows = Vec::with_capacity(rows_of.len());
    let mut high = 0;
    for entity in &rows_of {
        let mut values = vec![Value::Null; names.len()];
        values[0] = Value::Text(entity.layer.clone());
        let (shape, text) = match &entity.kind {
            Kind::Shape(shape) => (shape.clone(), said.words.get(&entity.line).cloned()),
            Kind::Text(at, text) => (Geometry::Point(Point(*at)), Some(text.clone())),
        };
        values[1] = text.map_or(Value::Null, Value::Text);
        for (name, value) in &entity.fields {
            if let (Some(at), false) = (names.iter().position(|n| n == name), value.is_empty()) {
                values[at] = Value::Text(value.clone());
            }
        }
        high += usize::from(entity.high);
        rows.push(Row { geometry: Some(shape), values });
    }
    let lines = rows_of.iter().map(|entity| entity.line).collect();
    let mut table = FeatureTable {
        name,
        encoding: Some(drawing.encoding.clone()),
        columns: names.into_iter().map(|name| Column { name, kind: FieldType::Text }).collect(),
        rows,
        lines,
        ..FeatureTable::default()
    };
    numbers(&mut table, Columns::None);
    table.settle_types(&[]);
    tell(path, drawing, (high, astray), &mut table.faults);
    table
}

/// What stands in the outlines.
struct Said {
    /// By the line of the outline's entity.
    words: BTreeMap<u64, String>,
    /// Texts that stand in none.
    astray: usize,
}

/// Reads the texts into the outlines they stand in; a line that ends where it began is an outline too.
fn said(drawing: &Drawing) -> Said {
    let (mut lines, mut polygons) = (Vec::new(), Vec::new());
    for entity in &drawing.shapes {
        let polygon = match &entity.kind {
            Kind::Shape(Geometry::Polygon(polygon)) => Cow::Borrowed(polygon),
            Kind::Shape(Geometry::LineString(line)) if line.0.len() > 3 && line.is_closed() => {
                Cow::Owned(Polygon::new(line.clone(), Vec::new()))
            }
            _ => continue,
        };
        lines.push(entity.line);
        polygons.push((entity.layer.as_str(), polygon));
    }
    let outlines: Vec<Outline<'_>> =
        polygons.iter().map(|(layer, polygon)| Outline { layer, polygon }).collect();
    let (mut texts, mut spots) = (Vec::new(), Vec::new());
    for entity in &drawing.texts {
        if let Kind::Text(at, text) = &entity.kind {
            texts.push(text.as_str());
            spots.push((entity.layer.as_str(), *at));
        }
    }
    let mut said = Said { words: BTreeMap::new(), astray: 0 };
    for (found, text) in labels::outlines(&spots, &outlines).into_iter().zip(texts) {
        let Some(found) = found else {
            said.astray += 1;
            continue;
        };
        let all = said.words.entry(lines[found]).or_default();
        if !all.is_empty() {
            all.push(' ');
        }
        all.push_str(text);
    }
    said
}

fn tell(path: &Path, drawing: &Drawing, (high, astray): (usize, usize), faults: &mut Vec<Fault>) {
    for (line, cause) in drawing.odd.iter().take(LISTED) {
        let action = "It is left out: correct it, or draw it again";
        let fault = Fault::new(Severity::Warning, "F-812", cause.clone(), action);
        faults.push(fault.at(row_place(path, *line)));
    }
    let mut note = |severity, code: &str, cause: String, action: &str| {
        faults.push(Fault::new(severity, code, cause, action).at(place(path)));
    };
    let more = drawing.odd.len().saturating_sub(LISTED);
    if more > 0 {
        let cause = format!("{more} more entities cannot be read");
        note(Severity::Warning, "F-812", cause, "They are left out: correct them, or draw them again");
    }
    if high > 0 {
        note(Severity::Notice, "F-121", format!("{high} entities have heights"), "The heights are left out");
    }
    if !drawing.unread.is_empty() {
        let told = drawing.unread.iter().take(KINDS).map(|(kind, count)| format!("{count} {kind}"));
        let more = drawing.unread.len().saturating_sub(KINDS);
        let more = (more > 0).then(|| format!("{more} more kinds"));
        let cause = format!("it also holds {}", told.chain(more).collect::<Vec<_>>().join(", "));
        let action = "Only polylines, lines, arcs, circles, points, blocks as points and texts are read: explode the rest";
        note(Severity::Warning, "F-813", cause, action);
    }
    if astray > 0 {
        let cause = format!("{astray} texts stand in no outline");
        note(
            Severity::Notice,
            "F-814",
            cause,
            "Texts in an outline became its column text; these label nothing",
        );
    }
}
