//! Reading KML and KMZ: placemarks with their folders, names and data; always WGS 84 degrees by definition (OGC 12-007r2).

use super::parse::{Found, Mark, parse};
use crate::FormatError;
use crate::csv::numbers;
use crate::encoding::Decoder;
use crate::error::{bad, io, place, row_place};
use crate::position::Columns;
use crate::read::{ReadOptions, stem};
use crate::table::{Column, FeatureTable, FieldType, Row, Value};
use lifang_model::{Fault, Severity};
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

/// Faults of one kind listed one by one.
const LISTED: usize = 50;

/// Whether the bytes are KML or a KMZ, going by the name too: any archive may hold a `.kml`.
pub(crate) fn is_kml(head: &[u8], extension: &str) -> bool {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let xml = text.iter().copied().find(|b| !b.is_ascii_whitespace()) == Some(b'<');
    let named = xml && extension == "kml";
    named
        || (extension == "kmz" && head.starts_with(b"PK"))
        || (xml && text.windows(4).any(|at| at == b"<kml"))
}

/// Reads every placemark, or those in the folders named by [`ReadOptions::layer`].
pub(crate) fn read(path: &Path, options: &ReadOptions) -> Result<FeatureTable, FormatError> {
    let bytes = std::fs::read(path).map_err(io(path, "read"))?;
    let bytes = if bytes.starts_with(b"PK") { unpacked(path, options)? } else { bytes };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
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
    let found = parse(&text, options.max_features).map_err(|stop| match stop {
        super::parse::Stop::Many => options.too_many(path),
        super::parse::Stop::Broken(byte, cause) => {
            let line = text.bytes().take(byte).filter(|&b| b == b'\n').count() as u64 + 1;
            bad("F-801", row_place(path, line), cause, "Export the file again, as KML 2.2")
        }
    })?;
    table(path, found, options, decoder.note)
}

/// The document in an archive: `doc.kml`, else the first `.kml`.
fn unpacked(path: &Path, options: &ReadOptions) -> Result<Vec<u8>, FormatError> {
    let damaged = |why: &dyn std::fmt::Display| {
        bad("F-801", place(path), format!("the KMZ cannot be read: {why}"), "Save it again, as KML")
    };
    let file = std::fs::File::open(path).map_err(io(path, "open"))?;
    let mut archive = zip::ZipArchive::new(std::io::BufReader::new(file)).map_err(|why| damaged(&why))?;
    let names: Vec<String> =
        archive.file_names().filter_map(Result::ok).map(|name| name.into_owned()).collect();
    let document = names.iter().find(|name| name.eq_ignore_ascii_case("doc.kml"));
    let document = document.or_else(|| names.iter().find(|name| name.to_lowercase().ends_with(".kml")));
    let Some(document) = document else { return Err(damaged(&"it holds no .kml")) };
    let part = archive.by_name(document).map_err(|why| damaged(&why))?;
    let mut bytes = Vec::new();
    // The size is counted, not believed: a bomb claims a small one.
    part.take(options.max_unpacked.saturating_add(1)).read_to_end(&mut bytes).map_err(|why| damaged(&why))?;
    if bytes.len() as u64 > options.max_unpacked {
        let cause = format!("it unpacks to more than {} bytes", options.max_unpacked);
        return Err(bad("F-702", place(path), cause, "Cut out the area you plan for"));
    }
    Ok(bytes)
}

fn table(
    path: &Path,
    found: Found,
    options: &ReadOptions,
    encoding: String,
) -> Result<FeatureTable, FormatError> {
    let mut marks = found.marks;
    if let Some(wanted) = &options.layer {
        let mut folders: Vec<String> = marks.iter().flat_map(|mark| mark.folders.iter().cloned()).collect();
        folders.sort_unstable();
        folders.dedup();
        if !folders.contains(wanted) {
            let missing = Some(wanted.clone());
            return Err(FormatError::ChooseLayer { path: path.to_owned(), missing, layers: folders });
        }
        marks.retain(|mark| mark.folders.contains(wanted));
    }
    let mut names: Vec<String> = Vec::new();
    let mut index: BTreeMap<String, usize> = BTreeMap::new();
    let mut at = |name: &str| {
        *index.entry(name.to_owned()).or_insert_with(|| {
            names.push(name.to_owned());
            names.len() - 1
        })
    };
    let (name, folder) = (at("name"), at("folder"));
    let mut rows = Vec::with_capacity(marks.len());
    let mut odd = Vec::new();
    for (number, mark) in (1..).zip(marks) {
        let Mark { name: title, folders, fields, parts, faults } = mark;
        let mut values = vec![Value::Null; 2];
        let text = |text: String| if text.trim().is_empty() { Value::Null } else { Value::Text(text) };
        values[name] = text(title);
        values[folder] = text(folders.join("/"));
        for (field, value) in fields {
            let column = at(&field);
            if values.len() <= column {
                values.resize(column + 1, Value::Null);
            }
            values[column] = text(value);
        }
        odd.extend(faults.into_iter().map(|cause| (number, cause)));
        rows.push(Row { geometry: crate::geom::together(parts), values });
    }
    for row in &mut rows {
        row.values.resize(names.len(), Value::Null);
    }
    let mut table = FeatureTable {
        name: options.layer.clone().unwrap_or_else(|| stem(path)),
        crs: Some("OGC:CRS84".to_owned()),
        encoding: Some(encoding),
        columns: names.into_iter().map(|name| Column { name, kind: FieldType::Text }).collect(),
        rows,
        ..FeatureTable::default()
    };
    numbers(&mut table, Columns::None);
    table.settle_types(&[]);
    let more = odd.len().saturating_sub(LISTED);
    for (row, cause) in odd.into_iter().take(LISTED) {
        let fault = Fault::new(Severity::Warning, "F-802", cause, "Correct this placemark, or draw it again");
        table.faults.push(fault.at(row_place(path, row)));
    }
    let mut note = |severity, code: &str, cause: String, action: &str| {
        table.faults.push(Fault::new(severity, code, cause, action).at(place(path)));
    };
    if more > 0 {
        note(
            Severity::Warning,
            "F-802",
            format!("{more} more placemarks are odd"),
            "Correct them, or draw them again",
        );
    }
    if found.flattened > 0 {
        let cause = format!("{} placemarks have heights", found.flattened);
        note(Severity::Notice, "F-121", cause, "The heights are left out");
    }
    if !found.unread.is_empty() {
        let kinds: Vec<&str> = found.unread.iter().map(String::as_str).collect();
        let cause = format!("it also holds {}", kinds.join(", "));
        note(Severity::Warning, "F-803", cause, "Only placemarks with points, lines and areas are read");
    }
    Ok(table)
}
