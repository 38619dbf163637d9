//! Reading GeoJSON.

use super::geometry::{Notes, geometry, kind_of};
use super::root::{Reader, Root};
use crate::encoding::Decoder;
use crate::error::{bad, io, place, row_place};
use crate::read::{ReadOptions, stem};
use crate::table::{Column, FeatureTable, FieldType, Row, Value as Cell};
use crate::{FormatError, geom};
use lifang_model::{Fault, Severity};
use serde::de::DeserializeSeed;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;

/// Rows while the columns are still being found.
struct Gatherer<'a> {
    path: &'a Path,
    limit: usize,
    names: Vec<String>,
    index: BTreeMap<String, usize>,
    rows: Vec<Row>,
    flattened: u64,
    closed: Vec<u64>,
    /// The error that ended the reading; serde can carry only text.
    error: Option<FormatError>,
}

/// Reads a GeoJSON file: a FeatureCollection, a Feature, a bare geometry, or a text sequence of features (RFC 8142, or one a line).
pub(crate) fn read(path: &Path, options: &ReadOptions) -> Result<FeatureTable, FormatError> {
    let bytes = std::fs::read(path).map_err(io(path, "read"))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let (text, note) = text(bytes, options, path)?;
    let mut gather = Gatherer {
        path,
        limit: options.max_features,
        names: Vec::new(),
        index: BTreeMap::new(),
        rows: Vec::new(),
        flattened: 0,
        closed: Vec::new(),
        error: None,
    };
    if is_sequence(path, &text) {
        sequence(&text, &mut gather)?;
        return Ok(gather.finish(note, None, options));
    }
    let root = parse(&text, &mut gather)?;
    let members = &root.members;
    let declared = match members.get("type") {
        Some(Value::String(kind)) => kind.clone(),
        Some(other) => return Err(wrong(path, format!("`type` is {}, not text", kind_of(other)))),
        None => return Err(wrong(path, "there is no `type`")),
    };
    match declared.as_str() {
        "FeatureCollection" if root.features.is_some() => {}
        "FeatureCollection" => return Err(wrong(path, "the FeatureCollection has no list of `features`")),
        "Feature" => {
            gather.rows.clear();
            gather.feature(1, &Value::Object(members.clone()))?;
        }
        _ => {
            gather.rows.clear();
            let mut notes = Notes::default();
            let found = geometry(members, 0, &mut notes).map_err(|why| wrong(path, why))?;
            gather.push(1, found, Vec::new(), &notes);
        }
    }
    Ok(gather.finish(note, members.get("crs"), options))
}

fn wrong(path: &Path, cause: impl Into<String>) -> FormatError {
    bad("F-201", place(path), cause, "Check the file against RFC 7946, or export it again")
}

/// The text of the file; GBK only when it is no UTF-8, since JSON should be.
fn text(bytes: &[u8], options: &ReadOptions, path: &Path) -> Result<(String, String), FormatError> {
    let decoder = match &options.encoding {
        Some(label) => Decoder::by_label(label, "as asked").ok_or_else(|| {
            bad("F-113", place(path), format!("encoding {label:?} is unknown"), "Use UTF-8 or GBK")
        })?,
        None => Decoder::sniff(std::iter::once(bytes)),
    };
    let (text, lossy) = decoder.decode(bytes);
    if lossy {
        let cause = format!("some bytes are no {}", decoder.note);
        return Err(bad("F-202", place(path), cause, "Save the file as UTF-8"));
    }
    Ok((text, decoder.note))
}

/// Sign in front of every text of a sequence, RFC 8142, section 2.
const RECORD: char = '\u{1e}';

/// Whether the features stand one after the other, in no list.
fn is_sequence(path: &Path, text: &str) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    let named =
        matches!(extension.as_deref(), Some("geojsonl" | "geojsons" | "ndjson" | "jsonl" | "ndgeojson"));
    named || text.trim_start().starts_with(RECORD)
}

fn sequence(text: &str, gather: &mut Gatherer<'_>) -> Result<(), FormatError> {
    // The sign stands between texts only; inside one it would have to be escaped.
    let text = text.replace(RECORD, " ");
    for (number, value) in (1..).zip(serde_json::Deserializer::from_str(&text).into_iter::<Value>()) {
        let value = value.map_err(|error| {
            let cause = format!("this is no JSON: {error}");
            bad(
                "F-201",
                row_place(gather.path, number),
                cause,
                "Give one feature a line, or a FeatureCollection",
            )
        })?;
        gather.feature(number, &value)?;
    }
    Ok(())
}

fn parse(text: &str, gather: &mut Gatherer<'_>) -> Result<Root, FormatError> {
    let path = gather.path;
    let mut json = serde_json::Deserializer::from_str(text);
    let mut feature = |number: u64, value: Value| {
        gather.feature(number, &value).map_err(|error| {
            let text = error.to_string();
            gather.error = Some(error);
            text
        })
    };
    let result = Reader { feature: &mut feature }.deserialize(&mut json).and_then(|root| {
        json.end()?;
        Ok(root)
    });
    result.map_err(|error| {
        gather.error.take().unwrap_or_else(|| {
            let what =
                if error.is_syntax() || error.is_eof() { "this is no JSON" } else { "this is no GeoJSON" };
            let count = gather.rows.len();
            let cause = if count == 0 {
                format!("{what}: {error}")
            } else {
                format!("{what} after feature {count}: {error}")
            };
            bad("F-201", place(path), cause, "Check the file against RFC 7946, or export it again")
        })
    })
}

impl Gatherer<'_> {
    fn feature(&mut self, number: u64, value: &Value) -> Result<(), FormatError> {
        let fail = |cause: String| {
            bad(
                "F-203",
                row_place(self.path, number),
                cause,
                "Correct or remove this feature, or export the file again",
            )
        };
        let Value::Object(object) = value else {
            return Err(fail(format!("the feature is {}, not an object", kind_of(value))));
        };
        match object.get("type") {
            Some(Value::String(kind)) if kind == "Feature" => {}
            Some(Value::String(kind)) => return Err(fail(format!("`type` is {kind:?}, not \"Feature\""))),
            _ => return Err(fail("`type` is not \"Feature\"".into())),
        }
        let mut notes = Notes::default();
        let found = match object.get("geometry") {
            Some(Value::Null) => None,
            Some(Value::Object(inner)) => geometry(inner, 0, &mut notes).map_err(fail)?,
            Some(other) => {
                return Err(fail(format!("`geometry` is {}, not an object or null", kind_of(other))));
            }
            None => return Err(fail("there is no `geometry`, not even null".into())),
        };
        let none = Map::new();
        let properties = match object.get("properties") {
            Some(Value::Object(properties)) => properties,
            Some(Value::Null) | None => &none,
            Some(other) => {
                return Err(fail(format!("`properties` is {}, not an object or null", kind_of(other))));
            }
        };
        let id = match object.get("id") {
            None | Some(Value::Null) => None,
            Some(id @ (Value::String(_) | Value::Number(_))) => Some(id),
            Some(other) => return Err(fail(format!("`id` is {}, not text or a number", kind_of(other)))),
        };
        if self.rows.len() >= self.limit {
            return Err(
                ReadOptions { max_features: self.limit, ..ReadOptions::default() }.too_many(self.path)
            );
        }
        let id = id.filter(|_| !properties.contains_key("id"));
        let mut values = Vec::new();
        for (name, value) in
            id.map(|id| ("id", id)).into_iter().chain(properties.iter().map(|(k, v)| (k.as_str(), v)))
        {
            let at = match self.index.get(name) {
                Some(&at) => at,
                None => {
                    self.index.insert(name.to_owned(), self.names.len());
                    self.names.push(name.to_owned());
                    self.names.len() - 1
                }
            };
            if values.len() <= at {
                values.resize(at + 1, Cell::Null);
            }
            values[at] = cell(value);
        }
        self.push(number, found, values, &notes);
        Ok(())
    }

    fn push(
        &mut self,
        number: u64,
        geometry: Option<geo_types::Geometry<f64>>,
        values: Vec<Cell>,
        notes: &Notes,
    ) {
        self.flattened += u64::from(notes.flattened);
        if notes.closed > 0 {
            self.closed.push(number);
        }
        self.rows.push(Row { geometry, values });
    }

    fn finish(mut self, encoding: String, crs: Option<&Value>, options: &ReadOptions) -> FeatureTable {
        for row in &mut self.rows {
            row.values.resize(self.names.len(), Cell::Null);
        }
        let mut table = FeatureTable {
            name: options.layer.clone().unwrap_or_else(|| stem(self.path)),
            encoding: Some(encoding),
            columns: self.names.into_iter().map(|name| Column { name, kind: FieldType::Text }).collect(),
            rows: self.rows,
            ..FeatureTable::default()
        };
        table.settle_types(&[]);
        let mut note = |severity, code: &str, row: Option<u64>, cause: String, action: &str| {
            let at = row.map_or_else(|| place(self.path), |row| row_place(self.path, row));
            table.faults.push(Fault::new(severity, code, cause, action).at(at));
        };
        if self.flattened > 0 {
            let cause = format!("{} features have heights", self.flattened);
            note(Severity::Notice, "F-121", None, cause, "The heights are left out");
        }
        for row in self.closed {
            note(
                Severity::Warning,
                "F-204",
                Some(row),
                "a ring does not end where it began".into(),
                "It was closed",
            );
        }
        let extent = geom::extent(table.rows.iter().filter_map(|row| row.geometry.as_ref()));
        table.crs = declared_crs(crs).or_else(|| match extent {
            Some([x0, y0, x1, y1]) if x0 < -180.0 || y0 < -90.0 || x1 > 180.0 || y1 > 90.0 => {
                table.faults.push(
                    Fault::new(
                        Severity::Warning,
                        "F-205",
                        "the coordinates are no degrees, though GeoJSON must be in WGS 84, and no system is named",
                        "Name the coordinate system",
                    )
                    .at(place(self.path)),
                );
                None
            }
            // RFC 7946, section 4: WGS 84, longitude first, unless something else was agreed.
            _ => Some("OGC:CRS84".to_owned()),
        });
        table
    }
}

/// The name in the `crs` member of GeoJSON before 2016.
fn declared_crs(crs: Option<&Value>) -> Option<String> {
    let properties = crs?.get("properties")?;
    if let Some(name) = properties.get("name").and_then(Value::as_str) {
        return Some(name.to_owned());
    }
    // The oldest dialect: {"type": "EPSG", "properties": {"code": 4545}}.
    properties.get("code").and_then(Value::as_u64).map(|code| format!("EPSG:{code}"))
}

fn cell(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Null,
        Value::Bool(yes) => Cell::Bool(*yes),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Cell::Integer(whole),
            (None, Some(real)) => Cell::Real(real),
            (None, None) => Cell::Text(number.to_string()),
        },
        Value::String(text) => Cell::Text(text.clone()),
        nested => Cell::Text(nested.to_string()),
    }
}
