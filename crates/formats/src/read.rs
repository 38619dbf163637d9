//! 读取 Which reader a file needs, by its first bytes and then by its name.

use crate::error::{bad, io, place};
use crate::{FeatureTable, FormatError, csv, dxf, geojson, geopackage, kml, shapefile, workbook};
use std::io::Read;
use std::path::Path;

/// 读取选项 How to read, and how much.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// Layer of a GeoPackage or drawing; `None` takes the only one with geometry. Sheet of a workbook; `None` takes the first visible
    /// one that is not empty.
    pub layer: Option<String>,
    /// Encoding of texts, over what the file says or looks like, e.g. `GBK`.
    pub encoding: Option<String>,
    /// Largest file read, bytes.
    pub max_bytes: u64,
    /// Most features read.
    pub max_features: usize,
    /// Most bytes a workbook may unpack to.
    pub max_unpacked: u64,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            layer: None,
            encoding: None,
            max_bytes: 2 << 30,
            max_features: 5_000_000,
            max_unpacked: 1 << 30,
        }
    }
}

impl ReadOptions {
    /// The error for a table with too many features.
    pub(crate) fn too_many(&self, path: &Path) -> FormatError {
        bad(
            "F-112",
            place(path),
            format!("more than {} features", self.max_features),
            "Cut out the area you plan for",
        )
    }
}

/// Reads a layer: `.geojson`, `.json`, `.geojsonl`, `.shp` (with its `.dbf`, `.prj`, `.cpg`), `.dbf`, `.gpkg`, `.csv`, `.xlsx`,
/// `.xlsm`, `.xls`, `.et`, `.kml`, `.kmz`, `.dxf`.
///
/// # Errors
/// [`FormatError`] naming the file, the row where there is one, the cause and what to do.
pub fn read(path: &Path, options: &ReadOptions) -> Result<FeatureTable, FormatError> {
    let head = head(path, options)?;
    let head = head.as_slice();
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    if head.starts_with(b"SQLite format 3\0") {
        return geopackage::read(path, options);
    }
    if is_workbook(head, &extension) {
        return workbook::read(path, options);
    }
    if kml::is_kml(head, &extension) {
        return kml::read(path, options);
    }
    if dxf::is_dxf(head, &extension) {
        return dxf::read(path, options);
    }
    if let Some((what, action)) = foreign(head, &extension) {
        return Err(bad("F-110", place(path), what, action));
    }
    match extension.as_str() {
        "geojson" | "json" | "geojsonl" | "geojsons" | "ndjson" | "jsonl" | "ndgeojson" => {
            geojson::read(path, options)
        }
        "shp" => shapefile::read(path, options),
        "dbf" => shapefile::read_table(path, options),
        "gpkg" => Err(bad(
            "F-401",
            place(path),
            "this is no GeoPackage: it is no SQLite database",
            "Export the layer again",
        )),
        "xlsx" | "xlsm" | "xls" | "et" => Err(bad(
            "F-701",
            place(path),
            "this is no Excel workbook, whatever its name ends in",
            "Open it in Excel and save it as .xlsx or CSV UTF-8",
        )),
        "csv" | "txt" | "tsv" => csv::read(path, options),
        _ if head.starts_with(&[0, 0, 0x27, 0x0a]) => shapefile::read(path, options),
        _ if matches!(first_sign(head), Some(b'{' | 0x1e)) => geojson::read(path, options),
        other => Err(bad(
            "F-110",
            place(path),
            format!("nothing here reads .{other} files"),
            "Save the layer as GeoPackage, Shapefile, GeoJSON, CSV, .xlsx, KML or DXF",
        )),
    }
}

/// The layers a GeoPackage or drawing offers for reading, the filled sheets of a workbook; a single-layer format gives its own name.
///
/// # Errors
/// [`FormatError`] when the file cannot be opened.
pub fn layers(path: &Path) -> Result<Vec<String>, FormatError> {
    let mut head = [0; 512];
    let read =
        std::fs::File::open(path).and_then(|mut file| file.read(&mut head)).map_err(io(path, "open"))?;
    let head = &head[..read];
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    if head.starts_with(b"SQLite format 3\0") {
        geopackage::layers(path)
    } else if is_workbook(head, &extension) {
        workbook::layers(path, &ReadOptions::default())
    } else if dxf::is_dxf(head, &extension) {
        dxf::layers(path)
    } else {
        Ok(vec![stem(path)])
    }
}

/// Every layer [`layers`] names, with its name; a drawing is read once for all of them.
///
/// # Errors
/// As [`read`], for the first layer that cannot be read.
pub fn read_layers(path: &Path, options: &ReadOptions) -> Result<Vec<(String, FeatureTable)>, FormatError> {
    let head = head(path, options)?;
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    if dxf::is_dxf(&head, &extension) {
        return dxf::read_layers(path, options);
    }
    let names = layers(path)?;
    let several = names.len() > 1;
    let of = |name: String| {
        let layer = several.then(|| name.clone());
        Ok((name, read(path, &ReadOptions { layer, ..options.clone() })?))
    };
    names.into_iter().map(of).collect()
}

/// The first bytes of a file that is none too large.
fn head(path: &Path, options: &ReadOptions) -> Result<Vec<u8>, FormatError> {
    let file = std::fs::File::open(path).map_err(io(path, "open"))?;
    let meta = file.metadata().map_err(io(path, "look at"))?;
    if meta.is_dir() {
        return Err(bad("F-110", place(path), "this is a folder", "Name the file itself, e.g. the .shp"));
    }
    if meta.len() > options.max_bytes {
        return Err(bad(
            "F-111",
            place(path),
            format!("{} bytes; the limit is {}", meta.len(), options.max_bytes),
            "Cut out the area you plan for",
        ));
    }
    let mut head = Vec::with_capacity(512);
    file.take(512).read_to_end(&mut head).map_err(io(path, "read"))?;
    Ok(head)
}

/// The file name without its extension.
pub(crate) fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The first byte that is neither a byte order mark nor white space.
fn first_sign(head: &[u8]) -> Option<u8> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    head.iter().copied().find(|b| !b.is_ascii_whitespace())
}

/// Whether the bytes are an archive, or an old Office document, that calls itself a workbook.
fn is_workbook(head: &[u8], extension: &str) -> bool {
    (head.starts_with(b"PK\x03\x04") && matches!(extension, "xlsx" | "xlsm" | "xls"))
        || (head.starts_with(workbook::OLD) && matches!(extension, "xls" | "et" | "xlsx" | "xlsm"))
}

/// Formats known by their first bytes but not read here.
fn foreign(head: &[u8], extension: &str) -> Option<(String, &'static str)> {
    let own = match extension {
        "parquet" | "geoparquet" => head.starts_with(b"PAR1"),
        "fgb" => head.starts_with(b"fgb"),
        "xml" | "html" | "htm" | "gml" | "svg" => first_sign(head) == Some(b'<'),
        "zip" => head.starts_with(b"PK"),
        "dwg" | "dxf" => dxf::foreign(head).is_some(),
        _ => false,
    };
    let what = |name: &str| format!("this is {name}{}", if own { "" } else { ", whatever its name ends in" });
    Some(if head.is_empty() {
        ("the file is empty".to_owned(), "Export the layer again")
    } else if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        match extension {
            "ods" => ("this is an OpenDocument sheet".to_owned(), "Save it as .xlsx or CSV UTF-8"),
            "xlsb" => ("this is a binary Excel workbook".to_owned(), "Save it as .xlsx or CSV UTF-8"),
            _ => (what("a ZIP archive"), "Unpack it and name the .shp inside"),
        }
    } else if head.starts_with(workbook::OLD) {
        (what("an old Office document"), "Save it as .xlsx or CSV UTF-8")
    } else if let Some((drawing, action)) = dxf::foreign(head) {
        (what(drawing), action)
    } else if head.starts_with(b"PAR1") {
        (what("a Parquet file"), "Save the layer as GeoPackage")
    } else if head.starts_with(b"fgb") {
        (what("a FlatGeobuf"), "Save the layer as GeoPackage")
    } else if head.get(4..).is_some_and(|rest| rest.starts_with(b"\x0a\x09OSMHeader")) {
        (what("an OpenStreetMap extract"), "Give it as OpenStreetMap data, not as a layer")
    } else if extension != "csv" && first_sign(head) == Some(b'<') {
        (what("XML or HTML"), "Save the layer as GeoPackage, Shapefile or GeoJSON")
    } else {
        return None;
    })
}
