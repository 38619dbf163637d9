//! 镶嵌 Tessellates buildings inside streets without a plan file.

use crate::{
    Catalog, CrsSpec, ParcelsRequest, PlannerError, Stage, Stopwatch, divide, parcels, peak_memory_mib,
    processor_seconds,
};
use lifang_export::{LayerKind, LayerRequest, Scene};
use lifang_fabric::Fabric;
use lifang_formats::{Encoding, Format, WriteOptions};
use lifang_ingest::{Columns, Layer, LayersRequest, OsmRequest};
use lifang_model::{Progress, Territory};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// 镶嵌来源 What the ground is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum TessellateSource {
    /// Layer files.
    Layers {
        /// Building footprints.
        buildings: PathBuf,
        /// Street centre lines, which enclose.
        streets: Option<PathBuf>,
    },
    /// An OpenStreetMap extract: streets, rail, water and walls enclose.
    Osm(PathBuf),
}

/// 镶嵌请求 What to tessellate.
#[derive(Debug)]
pub struct TessellateRequest {
    /// What the ground is made of.
    pub source: TessellateSource,
    /// Border; the buildings' surroundings when not given.
    pub boundary: Option<PathBuf>,
    /// Parcels as cells or limits, if any.
    pub parcels: Option<ParcelsRequest>,
    /// Lines that divide cells, if any.
    pub cuts: Option<Layer>,
    /// Coordinate system, when the files do not declare one.
    pub crs: Option<CrsSpec>,
    /// Where the cells go; the extension chooses the format. `None` writes nothing.
    pub out: Option<PathBuf>,
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
    /// The same as a part of the area.
    pub area_error: f64,
    /// Land in no cell, m2, as `verify` measures it.
    pub gap_m2: f64,
    /// Land in two cells or beyond the border, m2, as `verify` measures it.
    pub overlap_m2: f64,
    /// Cells of more than one piece.
    pub multipart: usize,
    /// Cells whose outline meets itself or encloses nothing.
    pub invalid: usize,
    /// Faults found in the input.
    pub faults: usize,
    /// How many of each code.
    pub faults_by_code: BTreeMap<String, usize>,
    /// Fingerprint of the ground.
    pub fingerprint: String,
    /// Files written.
    pub files: Vec<PathBuf>,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Processor time of all threads, seconds, where the system tells.
    pub cpu_seconds: Option<f64>,
    /// The most memory held, MiB, where the system tells.
    pub peak_memory_mib: Option<f64>,
    /// Time per stage.
    pub stages: Vec<Stage>,
}

/// Reads, tessellates and writes.
///
/// # Errors
/// Any [`PlannerError`] of reading, building or writing; no file is left half-written.
pub fn tessellate(request: &TessellateRequest, progress: &dyn Progress) -> Result<Tessellated, PlannerError> {
    let mut watch = Stopwatch::default();
    let format = request.out.as_deref().map(format_of).transpose()?;
    let catalog = Catalog::built_in()?;
    progress.stage("read", None);
    let mut territory = read(request, &catalog, progress)?;
    if let Some(parcels) = &request.parcels {
        parcels::add(&mut territory, parcels)?;
    }
    if let Some(cuts) = &request.cuts {
        divide::add(&mut territory, cuts)?;
    }
    watch.lap("read");
    let fabric = lifang_fabric::build(&territory, &[], progress)?;
    watch.lap("fabric");
    let files = match (&request.out, format) {
        (Some(out), Some(format)) => write(out, format, &territory, &fabric, &catalog)?,
        _ => Vec::new(),
    };
    watch.lap("write");
    let tiling = lifang_verify::land(&territory, &fabric);
    let (multipart, invalid) = flaws(&fabric);
    watch.lap("check");
    let mut faults_by_code: BTreeMap<String, usize> = BTreeMap::new();
    for fault in territory.faults.iter().chain(&fabric.faults) {
        *faults_by_code.entry(fault.code.clone()).or_default() += 1;
    }
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
        area_error: (cells - boundary) as f64 / (boundary as f64).max(1.0),
        gap_m2: tiling.gap_m2,
        overlap_m2: tiling.overlap_m2,
        multipart,
        invalid,
        faults: territory.faults.len() + fabric.faults.len(),
        faults_by_code,
        fingerprint: fabric.hash.clone(),
        files,
        seconds,
        cpu_seconds: processor_seconds(),
        peak_memory_mib: peak_memory_mib(),
        stages,
    })
}

/// The format a file's extension names.
fn format_of(out: &Path) -> Result<Format, PlannerError> {
    match out.extension().and_then(|ext| ext.to_str()) {
        Some("geojson" | "json") => Ok(Format::GeoJson),
        Some("shp") => Ok(Format::Shapefile),
        Some("gpkg") => Ok(Format::GeoPackage),
        other => Err(PlannerError::UnknownKey {
            what: "format for the extension",
            key: other.unwrap_or_default().to_owned(),
            known: "geojson, shp, gpkg".to_owned(),
        }),
    }
}

fn read(
    request: &TessellateRequest,
    catalog: &Catalog,
    progress: &dyn Progress,
) -> Result<Territory, PlannerError> {
    let layer = |path: &PathBuf| Layer { path: path.clone(), layer: None, crs: None };
    let (name, code) = ("tessellation".to_owned(), String::new());
    let boundary = request.boundary.as_ref().map(layer);
    let crs = request.crs.clone();
    Ok(match &request.source {
        TessellateSource::Layers { buildings, streets } => lifang_ingest::from_layers(
            &LayersRequest {
                name,
                code,
                buildings: layer(buildings),
                columns: Columns::default(),
                streets: streets.as_ref().map(layer),
                facilities: None,
                compounds: None,
                gates: None,
                boundary,
                table: None,
                crs,
                encoding: None,
            },
            &catalog.services,
            &catalog.estimates,
            progress,
        )?,
        TessellateSource::Osm(osm) => lifang_ingest::from_osm(
            &OsmRequest { name, code, osm: osm.clone(), boundary, table: None, crs },
            &catalog.services,
            &catalog.estimates,
            progress,
        )?,
    })
}

/// Writes the cells.
fn write(
    out: &Path,
    format: Format,
    territory: &Territory,
    fabric: &Fabric,
    catalog: &Catalog,
) -> Result<Vec<PathBuf>, PlannerError> {
    let atoms = lifang_partition::atoms(territory, fabric, &[])?;
    let scene = Scene {
        territory,
        fabric,
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
    let layer = LayerRequest::of(LayerKind::Atoms);
    let table = lifang_export::table(&scene, &layer, &crs)?;
    let options = WriteOptions {
        crs_wkt: lifang_crs::esri_wkt(&crs).ok(),
        epsg: if let CrsSpec::Epsg(code) = crs { Some(code) } else { None },
        encoding: Encoding::Utf8,
        csv_geometry: lifang_formats::CsvGeometry::Points,
        decimals: Some(9),
        facts: Vec::new(),
    };
    Ok(lifang_formats::write(out, &table, format, &options)?)
}

/// Cells of several pieces, and cells whose rings pass a point twice or enclose nothing.
fn flaws(fabric: &Fabric) -> (usize, usize) {
    let labels: Vec<Option<u32>> = (0..fabric.cells.len() as u32).map(Some).collect();
    let (mut multipart, mut found, mut sound) = (0, 0, 0);
    for outline in fabric.dissolve(&labels) {
        found += 1;
        multipart += usize::from(outline.polygons.len() > 1);
        let simple = outline.polygons.iter().all(|polygon| {
            let once = polygon.rings().all(|ring| {
                let mut points = ring.0.clone();
                points.sort_unstable();
                points.windows(2).all(|w| w[0] != w[1])
            });
            once && polygon.twice_area() > 0
        });
        sound += usize::from(simple);
    }
    // A cell without any land is not among the outlines.
    (multipart, found - sound + fabric.cells.len() - found)
}
