//! 写出图层 A table to files: the layer, and beside it the dictionary of its fields, with what the files say of themselves.

use crate::{ExportError, LayerKind, Scene, dictionary, effective, shape};
use geo_types::Geometry;
use lifang_crs::CrsSpec;
use lifang_formats::{CsvGeometry, Encoding, FeatureTable, Format, Sheet, WriteOptions};
use std::path::{Path, PathBuf};

/// 事实 Something an exported file says of itself: in GeoJSON as a member of `lifang`, in a GeoPackage as metadata of the
/// layer, for every format as a row of the dictionary beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Key.
    pub key: &'static str,
    /// Key in Chinese.
    pub zh: &'static str,
    /// What is said.
    pub value: String,
}

impl Fact {
    /// A fact.
    #[must_use]
    pub const fn new(key: &'static str, zh: &'static str, value: String) -> Self {
        Self { key, zh, value }
    }
}

/// 去向 Where a layer goes, and how.
#[derive(Copy, Clone, Debug)]
pub struct Target<'a> {
    /// What it is a layer of; `None` for a table made elsewhere.
    pub layer: Option<LayerKind>,
    /// File format.
    pub format: Format,
    /// Coordinate system the table is in.
    pub crs: &'a CrsSpec,
    /// Text encoding of shapefile tables, CSV and DXF.
    pub encoding: Encoding,
    /// What a CSV says of where its rows are.
    pub csv_geometry: CsvGeometry,
    /// The file when it ends in the format's extension, else a folder, which is made if it is not there.
    pub out: &'a Path,
}

/// 写出 Writes a table, and beside it a dictionary of its fields in Chinese and English that also says which coordinate
/// system it is in, whether it is a draft, and the facts. Returns the files written.
///
/// # Errors
/// What the format or the operating system refuses. Each file is written whole or not at all.
pub fn save(
    scene: &Scene<'_>,
    table: &FeatureTable,
    target: &Target<'_>,
    facts: &[Fact],
) -> Result<Vec<PathBuf>, ExportError> {
    let Target { format, out, encoding, .. } = *target;
    let named = out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(format.extension()));
    let path =
        if named { out.to_owned() } else { out.join(format!("{}.{}", table.name, format.extension())) };
    let system = effective(scene, target.crs);
    let options = WriteOptions {
        crs_wkt: lifang_crs::esri_wkt(&system).ok(),
        epsg: match system {
            CrsSpec::Epsg(code) => Some(code),
            _ => None,
        },
        encoding,
        // A tenth of a millimetre: lattice points stay apart.
        decimals: Some(9),
        csv_geometry: CsvGeometry::Points,
        facts: facts.iter().map(|fact| (fact.key.to_owned(), fact.value.clone())).collect(),
    };
    let options = WriteOptions { csv_geometry: target.csv_geometry, ..options };
    let mut files = match format {
        Format::Xlsx => workbook(scene, table, target.layer, facts, &path)?,
        Format::Dxf => {
            crate::drawing::metric(target.crs)?;
            lifang_formats::write(&path, table, format, &options)?
        }
        _ => lifang_formats::write(&path, table, format, &options)?,
    };
    if format == Format::Xlsx {
        return Ok(files);
    }
    let dictionary = dictionary::of(scene, target.layer, table, facts);
    let stem =
        path.file_stem().map_or_else(|| table.name.clone(), |stem| stem.to_string_lossy().into_owned());
    let beside = path.with_file_name(format!("{stem}-dictionary.csv"));
    let options = WriteOptions { csv_geometry: CsvGeometry::Points, ..options };
    files.extend(lifang_formats::write(&beside, &dictionary, Format::Csv, &options)?);
    Ok(files)
}

/// A layer as a workbook of its own: the table, and its dictionary as a second sheet.
fn workbook(
    scene: &Scene<'_>,
    table: &FeatureTable,
    layer: Option<LayerKind>,
    facts: &[Fact],
    path: &Path,
) -> Result<Vec<PathBuf>, ExportError> {
    let words = dictionary::of(scene, layer, table, facts);
    let table = lifang_formats::with_positions(table);
    let (head, dictionary) = (crate::titles(scene, &table), crate::titles(scene, &words));
    let sheets = [
        Sheet { name: &table.name, table: &table, titles: &head },
        Sheet { name: "字段说明 Dictionary", table: &words, titles: &dictionary },
    ];
    Ok(lifang_formats::write_workbook(path, &sheets)?)
}

/// 分区 The land of one label.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// The label.
    pub label: u32,
    /// Its outline, a multipolygon.
    pub geometry: Option<Geometry<f64>>,
    /// Its area on the ground, m2.
    pub area_m2: f64,
}

/// 分区 The land of every label of a labelling of the atoms, dissolved through the fabric's arcs.
///
/// # Errors
/// [`ExportError`] when the labels are not one an atom, or the system cannot be reached from the frame.
pub fn regions(scene: &Scene<'_>, labels: &[Option<u32>], crs: &CrsSpec) -> Result<Vec<Region>, ExportError> {
    if labels.len() != scene.fabric.cells.len() {
        return Err(ExportError::Mismatch {
            what: "labels and cells do not have the same number".to_owned(),
        });
    }
    let shapes = shape::Shapes::new(&scene.territory.frame, crs)?;
    scene
        .fabric
        .dissolve(labels)
        .into_iter()
        .map(|outline| {
            let area = outline.polygons.iter().map(|part| part.area_m2()).sum::<f64>();
            let area_m2 = (area * 100.0).round() / 100.0;
            Ok(Region { label: outline.label, geometry: shapes.polygons(&outline.polygons)?, area_m2 })
        })
        .collect()
}
