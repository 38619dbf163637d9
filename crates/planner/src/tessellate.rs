//! 镶嵌 Tessellates buildings inside streets without a plan file.

use crate::{Catalog, CrsSpec, PlannerError, Stage, Stopwatch};
use lifang_export::{LayerKind, LayerRequest, Scene};
use lifang_formats::{Encoding, Format, WriteOptions};
use lifang_ingest::{Columns, Layer, LayersRequest};
use lifang_model::Progress;
use serde::Serialize;
use std::path::PathBuf;

/// 镶嵌请求 What to tessellate.
#[derive(Debug)]
pub struct TessellateRequest {
    /// Building footprints.
    pub buildings: PathBuf,
    /// Street centre lines, which enclose.
    pub streets: Option<PathBuf>,
    /// Border; the buildings' surroundings when not given.
    pub boundary: Option<PathBuf>,
    /// Coordinate system, when the files do not declare one.
    pub crs: Option<CrsSpec>,
    /// Where the cells go; the extension chooses the format.
    pub out: PathBuf,
}

/// 镶嵌结果 What came out.
#[derive(Debug, Serialize)]
pub struct Tessellated {
    /// Buildings read.
    pub buildings: usize,
    /// Cells made.
    pub cells: usize,
    /// Enclosures found.
    pub enclosures: u32,
    /// Arcs.
    pub arcs: usize,
    /// Neighbours.
    pub links: usize,
    /// Area of the territory, m2.
    pub area_m2: f64,
    /// Area of the cells minus area of the territory, m2.
    pub area_error_m2: f64,
    /// Faults found in the input.
    pub faults: usize,
    /// Files written.
    pub files: Vec<PathBuf>,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Wall time per stage.
    pub stages: Vec<Stage>,
}

/// Reads, tessellates and writes.
///
/// # Errors
/// Any [`PlannerError`] of reading, building or writing; no file is left half-written.
pub fn tessellate(request: &TessellateRequest, progress: &dyn Progress) -> Result<Tessellated, PlannerError> {
    let mut watch = Stopwatch::default();
    let format = match request.out.extension().and_then(|ext| ext.to_str()) {
        Some("geojson" | "json") => Format::GeoJson,
        Some("shp") => Format::Shapefile,
        Some("gpkg") => Format::GeoPackage,
        other => {
            return Err(PlannerError::UnknownKey {
                what: "format for the extension",
                key: other.unwrap_or_default().to_owned(),
                known: "geojson, shp, gpkg".to_owned(),
            });
        }
    };
    let catalog = Catalog::built_in()?;
    let layer = |path: &PathBuf| Layer { path: path.clone(), layer: None, crs: None };
    progress.stage("read", None);
    let territory = lifang_ingest::from_layers(
        &LayersRequest {
            name: "tessellation".to_owned(),
            code: String::new(),
            buildings: layer(&request.buildings),
            columns: Columns::default(),
            streets: request.streets.as_ref().map(layer),
            facilities: None,
            compounds: None,
            boundary: request.boundary.as_ref().map(layer),
            crs: request.crs.clone(),
            encoding: None,
        },
        &catalog.services,
        &catalog.estimates,
        progress,
    )?;
    watch.lap("read");
    let fabric = lifang_fabric::build(&territory, &[], progress)?;
    watch.lap("fabric");
    let atoms = lifang_partition::atoms(&territory, &fabric, &[])?;
    let scene = Scene {
        territory: &territory,
        fabric: &fabric,
        atoms: &atoms,
        plan: None,
        report: None,
        coverage: None,
        categories: &catalog.services,
        groups: &[],
    };
    let crs = match &territory.frame.source {
        Some(source) if format != Format::GeoJson => CrsSpec::parse(source)?,
        _ => CrsSpec::Epsg(4326),
    };
    let layer =
        LayerRequest { layer: LayerKind::Atoms, level: None, category: None, tier: None, profile: None };
    let table = lifang_export::table(&scene, &layer, &crs)?;
    let options = WriteOptions {
        crs_wkt: lifang_crs::esri_wkt(&crs).ok(),
        epsg: if let CrsSpec::Epsg(code) = crs { Some(code) } else { None },
        encoding: Encoding::Utf8,
        decimals: Some(9),
    };
    let files = lifang_formats::write(&request.out, &table, format, &options)?;
    watch.lap("write");
    let boundary: i128 = territory.boundary.iter().map(lifang_model::Polygon::twice_area).sum();
    let cells: i128 = fabric.cells.iter().map(|cell| i128::from(cell.twice_area)).sum();
    let (seconds, stages) = watch.finish();
    Ok(Tessellated {
        buildings: territory.buildings.len(),
        cells: fabric.cells.len(),
        enclosures: fabric.enclosures,
        arcs: fabric.arcs.len(),
        links: fabric.links.len(),
        area_m2: boundary as f64 / 2e6,
        area_error_m2: (cells - boundary) as f64 / 2e6,
        faults: territory.faults.len() + fabric.faults.len(),
        files,
        seconds,
        stages,
    })
}
