//! 写出 One table in, whole files out.

use crate::atomic::FileSet;
use crate::csv::{CsvGeometry, with_positions};
use crate::error::{bad, io, place};
use crate::{Encoding, FeatureTable, FormatError, csv, dxf, geojson, geopackage, kml, shapefile, workbook};
use std::path::{Path, PathBuf};

/// 文件格式 What can be written.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// GeoJSON (RFC 7946): coordinates must be WGS 84 degrees.
    GeoJson,
    /// ESRI Shapefile: `.shp .shx .dbf .cpg`, `.prj` when the system is known, and a list of full field names.
    Shapefile,
    /// OGC GeoPackage 1.3; a layer is added to a file that already exists.
    GeoPackage,
    /// Comma-separated text for Excel.
    Csv,
    /// Excel workbook, one sheet a table.
    Xlsx,
    /// AutoCAD DXF, release 12; coordinates must be metres.
    Dxf,
    /// KML: coordinates must be WGS 84 degrees.
    Kml,
}

impl Format {
    /// The format by a name or file extension.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name.trim().trim_start_matches('.').to_lowercase().as_str() {
            "geojson" | "json" => Some(Self::GeoJson),
            "shapefile" | "shp" => Some(Self::Shapefile),
            "geopackage" | "gpkg" => Some(Self::GeoPackage),
            "csv" => Some(Self::Csv),
            "xlsx" | "excel" => Some(Self::Xlsx),
            "dxf" => Some(Self::Dxf),
            "kml" => Some(Self::Kml),
            _ => None,
        }
    }

    /// The extension of its main file.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::GeoJson => "geojson",
            Self::Shapefile => "shp",
            Self::GeoPackage => "gpkg",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Dxf => "dxf",
            Self::Kml => "kml",
        }
    }
}

/// 写出选项 How to write.
#[derive(Clone, Debug, Default)]
pub struct WriteOptions {
    /// ESRI WKT of the coordinates' system, for the `.prj` and the GeoPackage; `None` when it is unknown.
    pub crs_wkt: Option<String>,
    /// Its EPSG code, if it has one.
    pub epsg: Option<u32>,
    /// Encoding of Shapefile, CSV and DXF text; the others are UTF-8 by definition.
    pub encoding: Encoding,
    /// What a CSV says of where its rows are.
    pub csv_geometry: CsvGeometry,
    /// Decimals of degrees in GeoJSON; seven, a centimetre, if `None`. A tiling on a millimetre lattice needs nine:
    /// with fewer, neighbouring points fall together.
    pub decimals: Option<u8>,
    /// What the file says of itself, by key: a foreign member of GeoJSON, the metadata of a GeoPackage. The other formats
    /// have no place for it.
    pub facts: Vec<(String, String)>,
}

/// Writes a table to a file, or into a folder under the table's name, and returns what was written.
///
/// # Errors
/// [`FormatError::Unwritable`] listing every row and column the format cannot hold; nothing is written then.
/// [`FormatError::Io`] when the system refuses; files of an earlier export then stay as they were.
pub fn write(
    dir_or_file: &Path,
    table: &FeatureTable,
    format: Format,
    options: &WriteOptions,
) -> Result<Vec<PathBuf>, FormatError> {
    let path = target(dir_or_file, table, format)?;
    if table.rows.iter().any(|row| row.values.len() != table.columns.len()) {
        return Err(bad(
            "F-901",
            place(&path),
            "a row has not one value a column",
            "This is a programming error",
        ));
    }
    let mut files = FileSet::new();
    match format {
        Format::GeoJson => files.add(&path, &geojson::bytes_of(table, options, &path)?)?,
        Format::Csv => {
            files.add(&path, &csv::bytes_at(table, options.encoding, options.csv_geometry, &path)?)?;
        }
        Format::Xlsx => {
            let table = with_positions(table);
            let sheet = workbook::Sheet { name: &table.name, table: &table, titles: &[] };
            files.add(&path, &workbook::bytes_at(&[sheet], &path)?)?;
        }
        Format::Dxf => {
            let layer = dxf::CadLayer { name: &table.name, table };
            files.add(&path, &dxf::bytes_at(&[layer], options.encoding)?)?;
        }
        Format::Kml => files.add(&path, &kml::bytes_of(table, options, &path)?)?,
        Format::Shapefile => shapefile::write(&mut files, &path, table, options)?,
        Format::GeoPackage => geopackage::write(&mut files, &path, table, options)?,
    }
    files.commit()
}

/// 写出工作簿 Writes sheets to a workbook and returns what was written.
///
/// # Errors
/// As [`crate::workbook_bytes`], and [`FormatError::Io`] when the system refuses.
pub fn write_workbook(file: &Path, sheets: &[workbook::Sheet<'_>]) -> Result<Vec<PathBuf>, FormatError> {
    whole(file, &workbook::bytes_at(sheets, file)?)
}

/// 写出图纸 Writes layers to a DXF drawing and returns what was written.
///
/// # Errors
/// As [`crate::dxf_bytes`], and [`FormatError::Io`] when the system refuses.
pub fn write_drawing(
    file: &Path,
    layers: &[dxf::CadLayer<'_>],
    encoding: Encoding,
) -> Result<Vec<PathBuf>, FormatError> {
    whole(file, &dxf::bytes_at(layers, encoding)?)
}

/// One file, in a folder that is made where it is not there.
fn whole(file: &Path, bytes: &[u8]) -> Result<Vec<PathBuf>, FormatError> {
    if let Some(parent) = file.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        std::fs::create_dir_all(parent).map_err(io(parent, "create the folder"))?;
    }
    let mut files = FileSet::new();
    files.add(file, bytes)?;
    files.commit()
}

/// The main file: as named, or in a folder under the table's name.
fn target(dir_or_file: &Path, table: &FeatureTable, format: Format) -> Result<PathBuf, FormatError> {
    let path = if dir_or_file.is_dir() {
        let name: String = table
            .name
            .chars()
            .map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c })
            .collect();
        let name = if name.trim_matches(['.', ' ']).is_empty() { "layer".to_owned() } else { name };
        dir_or_file.join(format!("{name}.{}", format.extension()))
    } else if dir_or_file.extension().is_none() {
        dir_or_file.with_extension(format.extension())
    } else {
        dir_or_file.to_owned()
    };
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        std::fs::create_dir_all(parent).map_err(io(parent, "create the folder"))?;
    }
    Ok(path)
}
