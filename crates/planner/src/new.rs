//! 新建 Makes a plan file from layers, an OpenStreetMap extract or the sample.

use crate::desk::Desk;
use crate::{
    Catalog, ControlFit, ControlRequest, Ground, Layer, ParcelsRequest, PlannerError, Session, Stage,
    Stopwatch, divide, parcels,
};
use lifang_ingest::{LayersRequest, OsmRequest};
use lifang_model::{Demand, Fault, Progress, Territory};
use lifang_samples::SampleOptions;
use lifang_store::{PlanFile, StoreError};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// 来源 Where a territory comes from.
#[derive(Debug)]
pub enum Source {
    /// Layer files.
    Layers(Box<LayersRequest>),
    /// An OpenStreetMap extract.
    Osm(Box<OsmRequest>),
    /// The synthetic community.
    Sample(SampleOptions),
}

/// 新建请求 What to make, and where.
#[derive(Debug)]
pub struct NewRequest {
    /// The plan file; it must not exist unless `replace`.
    pub out: PathBuf,
    /// Whether an existing plan file may be replaced.
    pub replace: bool,
    /// Where the territory comes from.
    pub source: Source,
    /// Preset that decides how buildings may be divided.
    pub preset: String,
    /// Parcels to build the ground on, if any.
    pub parcels: Option<ParcelsRequest>,
    /// Lines that divide cells, if any.
    pub cuts: Option<Layer>,
    /// Control points that tie the local grid of the layers to Earth, if any.
    pub control: Option<ControlRequest>,
}

/// 新建结果 What was made.
#[derive(Clone, Debug, Serialize)]
pub struct Created {
    /// The plan file.
    pub plan: PathBuf,
    /// Name of the territory.
    pub name: String,
    /// Area to partition, m2.
    pub area_m2: f64,
    /// Buildings read, those outside the border included.
    pub buildings: usize,
    /// Atoms, land without a building included.
    pub atoms: usize,
    /// Compounds and other areas of one kind.
    pub compounds: usize,
    /// Streets.
    pub streets: usize,
    /// Facilities.
    pub facilities: usize,
    /// Counts of the atoms.
    pub demand: Demand,
    /// `given`, `estimated` or `unknown`: the least certain household count that went in.
    pub households: lifang_model::Certainty,
    /// The same of residents.
    pub persons: lifang_model::Certainty,
    /// The same of merchants.
    pub merchants: lifang_model::Certainty,
    /// How the local grid was fitted, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control: Option<ControlFit>,
    /// What was found and adjusted.
    pub faults: Vec<Fault>,
    /// Wall time, seconds.
    pub seconds: f64,
    /// Wall time per stage.
    pub stages: Vec<Stage>,
}

/// Reads the source, builds the ground and writes the plan file; an error leaves no file behind.
///
/// # Errors
/// Any [`PlannerError`] of reading, building or writing.
pub fn create(request: &NewRequest, progress: &dyn Progress) -> Result<(Session, Created), PlannerError> {
    let mut watch = Stopwatch::default();
    let catalog = Catalog::built_in()?;
    let rules = catalog.rules(&request.preset)?;
    if !request.replace && request.out.exists() {
        return Err(StoreError::Exists { path: request.out.clone() }.into());
    }
    let mut control = None;
    let mut territory = match (&request.source, &request.control) {
        (Source::Layers(layers), Some(points)) => {
            let (grid, fit, faults) = crate::control::fit(points)?;
            control = Some(fit);
            let layers = LayersRequest { crs: Some(grid), ..(**layers).clone() };
            let mut territory = read(&Source::Layers(Box::new(layers)), &catalog, progress)?;
            territory.faults.splice(0..0, faults);
            territory
        }
        (source, _) => read(source, &catalog, progress)?,
    };
    if let Some(parcels) = &request.parcels {
        parcels::add(&mut territory, parcels)?;
    }
    if let Some(cuts) = &request.cuts {
        divide::add(&mut territory, cuts)?;
    }
    watch.lap("read");
    let ground = Ground::build(&territory, &rules, progress)?;
    watch.lap("fabric");
    progress.stage("save", None);
    let revision = save(&request.out, &territory, &ground)?;
    watch.lap("save");
    let (seconds, stages) = watch.finish();
    let created = Created {
        plan: request.out.clone(),
        name: territory.name.clone(),
        area_m2: territory.boundary.iter().map(lifang_model::Polygon::area_m2).sum(),
        buildings: territory.buildings.len(),
        atoms: ground.atoms.len(),
        compounds: territory.compounds.len(),
        streets: territory.streets.len(),
        facilities: territory.facilities.len(),
        demand: ground.atoms.iter().map(|atom| atom.demand).sum(),
        households: crate::view::certainty(&ground.atoms),
        persons: crate::view::least(&ground.atoms, |atom| (atom.demand.persons, atom.sources.persons)),
        merchants: crate::view::least(&ground.atoms, |atom| (atom.demand.merchants, atom.sources.merchants)),
        control,
        faults: territory.faults.iter().chain(&ground.fabric.faults).cloned().collect(),
        seconds,
        stages,
    };
    let session = Session {
        path: request.out.clone(),
        territory,
        ground,
        plan: None,
        report: None,
        coverage: None,
        groups: None,
        catalog,
        desk: Desk::at(revision),
    };
    Ok((session, created))
}

/// Writes the plan file beside its place and moves it there when it is whole; returns its revision.
fn save(out: &Path, territory: &Territory, ground: &Ground) -> Result<i64, PlannerError> {
    let failed = |source| PlannerError::Io {
        path: out.to_owned(),
        source,
        action: "Choose a folder that exists and can be written to",
    };
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let workshop = tempfile::Builder::new().prefix(".lifang-").tempdir_in(folder).map_err(failed)?;
    let draft = workshop.path().join("draft.gpkg");
    let mut file = PlanFile::create(&draft)?;
    file.save_territory(territory)?;
    file.save_ground(&ground.fabric, &ground.stacks, &ground.atoms)?;
    let revision = file.revision();
    drop(file);
    std::fs::rename(&draft, out).map_err(failed)?;
    Ok(revision)
}

fn read(source: &Source, catalog: &Catalog, progress: &dyn Progress) -> Result<Territory, PlannerError> {
    progress.stage("read", None);
    Ok(match source {
        Source::Layers(request) => {
            lifang_ingest::from_layers(request, &catalog.services, &catalog.estimates, progress)?
        }
        Source::Osm(request) => {
            lifang_ingest::from_osm(request, &catalog.services, &catalog.estimates, progress)?
        }
        Source::Sample(options) => lifang_samples::taipingjie(options)?,
    })
}
