//! 图层接入 A territory from survey layers.
//!
//! First every table is read and its columns and cells are checked, so that one run tells all that is wrong with them; then
//! the frame is chosen and the geometry follows.

mod boundary;
mod buildings;
mod compounds;
mod facilities;
mod source;
mod streets;
#[cfg(test)]
mod tests;

use crate::codes::Codes;
use crate::columns::Sheet;
use crate::faults::FaultLog;
use crate::frame::{self, Reading, Says, reading};
use crate::services::Catalogue;
use crate::{EstimateRules, IngestError, Layer, LayersRequest, place, shape};
use lifang_crs::CrsSpec;
use lifang_model::{Extent, Frame, Place, Polygon, Progress, ServiceCategory, Territory};
use source::Source;

/// Layers further apart than this do not belong together, mm.
const APART_MM: i32 = 500_000;

/// 从图层建立辖区 Reads survey layers into a territory.
///
/// Everything is put in one metric frame. Counts that are given stay given; households that no column gives are estimated
/// by `estimates` and marked so. Columns with personal records are never read.
///
/// # Errors
/// [`IngestError::Faults`] with every fault found when one of them makes the input unusable; [`IngestError::Format`] when a
/// file cannot be read; [`IngestError::Crs`] when a coordinate system cannot be used.
///
/// # Determinism
/// The same files and options give the same territory.
pub fn from_layers(
    request: &LayersRequest,
    services: &[ServiceCategory],
    estimates: &EstimateRules,
    progress: &dyn Progress,
) -> Result<Territory, IngestError> {
    let mut log = FaultLog::default();
    let sources = Sources::read(request, progress)?;
    let territory = assemble(request, &sources, services, estimates, progress, &mut log)?;
    Ok(Territory { faults: log.finish()?, ..territory })
}

/// The layers in memory.
struct Sources {
    buildings: Source,
    streets: Option<Source>,
    facilities: Option<Source>,
    compounds: Option<Source>,
    boundary: Option<Source>,
}

impl Sources {
    fn read(request: &LayersRequest, progress: &dyn Progress) -> Result<Self, IngestError> {
        progress.stage("read", Some(5));
        let mut step = 0;
        let mut read = |layer: &Layer| -> Result<Source, IngestError> {
            step += 1;
            progress.advance(step);
            Source::read(layer, request.encoding.as_deref())
        };
        Ok(Self {
            buildings: read(&request.buildings)?,
            streets: request.streets.as_ref().map(&mut read).transpose()?,
            facilities: request.facilities.as_ref().map(&mut read).transpose()?,
            compounds: request.compounds.as_ref().map(&mut read).transpose()?,
            boundary: request.boundary.as_ref().map(&mut read).transpose()?,
        })
    }

    fn all(&self) -> impl Iterator<Item = &Source> {
        let others = [&self.streets, &self.facilities, &self.compounds, &self.boundary];
        std::iter::once(&self.buildings).chain(others.into_iter().flatten())
    }
}

/// Everything after reading.
fn assemble(
    request: &LayersRequest,
    sources: &Sources,
    services: &[ServiceCategory],
    estimates: &EstimateRules,
    progress: &dyn Progress,
    log: &mut FaultLog,
) -> Result<Territory, IngestError> {
    progress.stage("columns", None);
    let catalogue = Catalogue::new(services);
    for source in sources.all() {
        log.extend(source.table.faults.iter().cloned());
    }
    let columns = &request.columns;
    let rows_of_buildings =
        buildings::rows(&mut Sheet::open(&sources.buildings.table, sources.buildings.file.clone(), log), columns, estimates, log);
    let rows_of_streets = sources
        .streets
        .as_ref()
        .map(|source| streets::rows(&mut Sheet::open(&source.table, source.file.clone(), log), log));
    let rows_of_facilities = sources.facilities.as_ref().map(|source| {
        let mut sheet = Sheet::open(&source.table, source.file.clone(), log);
        facilities::rows(&mut sheet, columns.category.as_deref(), &catalogue, log)
    });
    let rows_of_compounds = sources
        .compounds
        .as_ref()
        .map(|source| compounds::rows(&mut Sheet::open(&source.table, source.file.clone(), log), log));

    let asked = request.crs.as_ref();
    let home = decide(&sources.buildings, asked, None, log);
    let streets = located(sources.streets.as_ref(), asked, home.as_ref(), log);
    let facilities = located(sources.facilities.as_ref(), asked, home.as_ref(), log);
    let compounds = located(sources.compounds.as_ref(), asked, home.as_ref(), log);
    let drawn = located(sources.boundary.as_ref(), asked, home.as_ref(), log);
    log.settle()?;
    let Some(home) = home else { return Err(IngestError::Faults(std::mem::take(log).into_faults())) };
    let frame = frame::frame(&home, asked)?;

    progress.stage("buildings", Some(sources.buildings.table.rows.len() as u64));
    let mut codes = Codes::default();
    let mut compound_list = Vec::new();
    if let (Some((source, reading)), Some(rows)) = (&compounds, rows_of_compounds) {
        compound_list = compounds::make(source, rows, &source.mover(reading, &frame)?, &mut codes, log);
    }
    let made = buildings::make(&sources.buildings, rows_of_buildings, &sources.buildings.mover(&home, &frame)?, estimates, progress, log);
    let mut building_list = made.buildings;
    place::by_name(&mut building_list, &made.compounds, &mut compound_list, &mut codes, log);
    place::by_position(&mut building_list, &compound_list);

    progress.stage("streets", None);
    let street_list = match (&streets, rows_of_streets) {
        (Some((source, reading)), Some(rows)) => streets::make(source, rows, &source.mover(reading, &frame)?, log),
        _ => Vec::new(),
    };
    progress.stage("facilities", None);
    let facility_list = match (&facilities, rows_of_facilities) {
        (Some((source, reading)), Some(rows)) => facilities::make(source, rows, &source.mover(reading, &frame)?, log),
        _ => Vec::new(),
    };
    progress.stage("boundary", None);
    let boundary = match &drawn {
        Some((source, reading)) => boundary::make(source, &source.mover(reading, &frame)?, log),
        None => place::hull(&building_list, log),
    };

    let ground = building_list.iter().filter_map(|building| shape::extent(&building.outline)).reduce(Extent::union);
    let lines = street_list.iter().filter_map(|street| Extent::of(street.line.iter().copied())).reduce(Extent::union);
    let crs = |side: &Option<(&Source, Reading)>| side.as_ref().map(|(source, r)| (source.file.clone(), r.spec.to_string()));
    let apart = [
        (lines, crs(&streets)),
        (Extent::of(facility_list.iter().map(|facility| facility.at)), crs(&facilities)),
        (compound_list.iter().filter_map(|c| shape::extent(&c.outline)).reduce(Extent::union), crs(&compounds)),
        (shape::extent(&boundary), crs(&drawn)),
    ];
    for (extent, named) in apart {
        if let (Some(ground), Some(extent), Some((file, spec))) = (ground, extent, named) {
            together((&sources.buildings.file, &home.spec.to_string(), ground), (&file, &spec, extent), log);
        }
    }
    place::tell(&building_list, &boundary, estimates, log);
    Ok(Territory {
        name: request.name.clone(),
        code: request.code.clone(),
        frame,
        boundary,
        buildings: building_list,
        compounds: compound_list,
        streets: street_list,
        barriers: Vec::new(),
        areas: Vec::new(),
        facilities: facility_list,
        faults: Vec::new(),
    })
}

/// A boundary layer in a frame that is already chosen.
pub(crate) fn drawn_boundary(
    layer: &Layer,
    frame: &Frame,
    asked: Option<&CrsSpec>,
    log: &mut FaultLog,
) -> Result<Vec<Polygon>, IngestError> {
    let source = Source::read(layer, None)?;
    log.extend(source.table.faults.iter().cloned());
    let Some(reading) = decide(&source, asked, None, log) else { return Ok(Vec::new()) };
    Ok(boundary::make(&source, &source.mover(&reading, frame)?, log))
}

/// A layer with how its numbers are to be read.
fn located<'a>(
    source: Option<&'a Source>,
    asked: Option<&CrsSpec>,
    neighbour: Option<&Reading>,
    log: &mut FaultLog,
) -> Option<(&'a Source, Reading)> {
    let source = source?;
    Some((source, decide(source, asked, neighbour, log)?))
}

/// How a layer's numbers are to be read.
fn decide(
    source: &Source,
    asked: Option<&CrsSpec>,
    neighbour: Option<&Reading>,
    log: &mut FaultLog,
) -> Option<Reading> {
    let place = Place { file: Some(source.file.clone()), ..Place::default() };
    let Some(extent) = source.extent else {
        log.error("I-101", place, "the layer holds no feature with a geometry", "Choose another file or layer.");
        return None;
    };
    let says = Says { layer: source.crs.as_ref(), declared: source.table.crs.as_deref(), asked, neighbour };
    reading(&says, extent, &place, log)
}

/// An error when two layers lie nowhere near each other.
fn together(a: (&str, &str, Extent), b: (&str, &str, Extent), log: &mut FaultLog) {
    let wide = |e: Extent| Extent {
        min: lifang_model::Point::new(e.min.x.saturating_sub(APART_MM), e.min.y.saturating_sub(APART_MM)),
        max: lifang_model::Point::new(e.max.x.saturating_add(APART_MM), e.max.y.saturating_add(APART_MM)),
    };
    if !wide(a.2).touches(&b.2) {
        let say = |(file, spec, e): (&str, &str, Extent)| {
            let (west, south) = e.min.metres();
            let (east, north) = e.max.metres();
            format!("{file} ({spec}) covers {west:.0} to {east:.0} m east, {south:.0} to {north:.0} m north")
        };
        let place = Place { file: Some(b.0.to_owned()), ..Place::default() };
        let cause = format!("the layers lie apart in the common frame: {}; {}", say(a), say(b));
        log.error("I-109", place, cause, "Check the coordinate system of each.");
    }
}
