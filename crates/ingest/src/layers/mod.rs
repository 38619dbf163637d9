//! 图层接入 A territory from survey layers.
//!
//! First every table is read and its columns and cells are checked, so that one run tells all that is wrong with them; then
//! the frame is chosen and the geometry follows.

mod boundary;
mod buildings;
mod compounds;
mod facilities;
mod gates;
mod source;
mod streets;
#[cfg(test)]
mod table_tests;
#[cfg(test)]
mod tests;

use crate::codes::Codes;
use crate::faults::FaultLog;
use crate::frame::{self, Mover, Reading, Says, reading};
use crate::services::Catalogue;
use crate::{EstimateRules, IngestError, Layer, LayersRequest, households, place, shape};
use lifang_crs::CrsSpec;
use lifang_model::{
    Compound, Extent, Fault, Frame, Place, Point, Polygon, Progress, ServiceCategory, Territory,
};
pub(crate) use source::Source;

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
    gates: Option<Source>,
    boundary: Option<Source>,
    table: Option<Source>,
}

impl Sources {
    fn read(request: &LayersRequest, progress: &dyn Progress) -> Result<Self, IngestError> {
        progress.stage("read", Some(7));
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
            gates: request.gates.as_ref().map(&mut read).transpose()?,
            boundary: request.boundary.as_ref().map(&mut read).transpose()?,
            table: request.table.as_ref().map(|table| read(&table.layer)).transpose()?,
        })
    }

    fn all(&self) -> impl Iterator<Item = &Source> {
        let others = [&self.streets, &self.facilities, &self.compounds, &self.gates, &self.boundary];
        std::iter::once(&self.buildings).chain(others.into_iter().flatten())
    }
}

/// What the cells of all tables say, checked.
struct Records {
    buildings: buildings::Records,
    streets: Vec<streets::Record>,
    facilities: Vec<facilities::Record>,
    compounds: Vec<compounds::Record>,
    gates: Vec<gates::Record>,
}

impl Records {
    fn read(
        request: &LayersRequest,
        sources: &Sources,
        services: &[ServiceCategory],
        estimates: &EstimateRules,
        log: &mut FaultLog,
    ) -> Self {
        for source in sources.all() {
            log.extend(source.table.faults.iter().cloned());
        }
        let columns = &request.columns;
        let catalogue = Catalogue::new(services);
        let key = request.table.as_ref().and_then(|table| table.building_key.as_deref());
        let buildings = buildings::rows(&mut sources.buildings.sheet(log), columns, key, estimates, log);
        let streets = sources.streets.as_ref().map(|source| streets::rows(&mut source.sheet(log), log));
        let facilities = sources.facilities.as_ref().map(|source| {
            facilities::rows(&mut source.sheet(log), columns.category.as_deref(), &catalogue, log)
        });
        let compounds = sources.compounds.as_ref().map(|source| compounds::rows(&mut source.sheet(log), log));
        let gates = sources.gates.as_ref().map(|source| gates::rows(&mut source.sheet(log), log));
        Self {
            buildings,
            streets: streets.unwrap_or_default(),
            facilities: facilities.unwrap_or_default(),
            compounds: compounds.unwrap_or_default(),
            gates: gates.unwrap_or_default(),
        }
    }
}

/// How the numbers of each layer are to be read; `None` where there is no layer, or after an error was logged.
struct Readings {
    streets: Option<Reading>,
    facilities: Option<Reading>,
    compounds: Option<Reading>,
    gates: Option<Reading>,
    boundary: Option<Reading>,
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
    let records = Records::read(request, sources, services, estimates, log);
    let asked = request.crs.as_ref();
    let home = decide(&sources.buildings, asked, None, log);
    let mut read = |source: &Option<Source>| decide(source.as_ref()?, asked, home.as_ref(), log);
    let readings = Readings {
        streets: read(&sources.streets),
        facilities: read(&sources.facilities),
        compounds: read(&sources.compounds),
        gates: read(&sources.gates),
        boundary: read(&sources.boundary),
    };
    log.settle()?;
    let Some(home) = home else { return Err(IngestError::Faults(std::mem::take(log).into_faults())) };
    let frame = frame::frame(&home, asked)?;

    progress.stage("buildings", Some(sources.buildings.table.rows.len() as u64));
    let mut codes = Codes::default();
    let mut compounds = match layer(&sources.compounds, &readings.compounds, &frame)? {
        Some((source, mover)) => compounds::make(source, records.compounds, &mover, &mut codes, log),
        None => Vec::new(),
    };
    if let Some((source, mover)) = layer(&sources.gates, &readings.gates, &frame)? {
        gates::make(source, records.gates, &mover, &mut compounds, log);
    }
    let mover = Mover::new(&home, &frame)?;
    let made = buildings::make(&sources.buildings, records.buildings, &mover, estimates, progress, log);
    let mut buildings = made.buildings;
    place::by_name(&mut buildings, &made.compounds, &mut compounds, &mut codes, log);
    place::by_position(&mut buildings, &compounds);
    if let (Some(table), Some(source)) = (&request.table, &sources.table) {
        progress.stage("households", None);
        let hosts = (&mut buildings[..], &made.hosts[..], made.told);
        households::join(table, source, hosts, &compounds, estimates, log);
        log.settle()?;
    }

    progress.stage("streets", None);
    let streets = match layer(&sources.streets, &readings.streets, &frame)? {
        Some((source, mover)) => streets::make(source, records.streets, &mover, log),
        None => Vec::new(),
    };
    progress.stage("facilities", None);
    let facilities = match layer(&sources.facilities, &readings.facilities, &frame)? {
        Some((source, mover)) => facilities::make(source, records.facilities, &mover, log),
        None => Vec::new(),
    };
    progress.stage("boundary", None);
    let boundary = match layer(&sources.boundary, &readings.boundary, &frame)? {
        Some((source, mover)) => boundary::make(source, &mover, log),
        None => place::hull(&buildings, log),
    };

    let territory = Territory {
        name: request.name.clone(),
        code: request.code.clone(),
        frame,
        boundary,
        buildings,
        compounds,
        streets,
        barriers: Vec::new(),
        areas: Vec::new(),
        cuts: Vec::new(),
        facilities,
        faults: Vec::new(),
    };
    all_together(&territory, sources, &home, &readings, log);
    place::tell(&territory.buildings, &territory.boundary, estimates, log);
    Ok(territory)
}

/// A layer with the way of its numbers into the frame; `None` where there is no layer.
fn layer<'a>(
    source: &'a Option<Source>,
    reading: &Option<Reading>,
    frame: &Frame,
) -> Result<Option<(&'a Source, Mover)>, IngestError> {
    match (source, reading) {
        (Some(source), Some(reading)) => Ok(Some((source, Mover::new(reading, frame)?))),
        _ => Ok(None),
    }
}

/// An error for each layer that lies nowhere near the buildings.
fn all_together(t: &Territory, sources: &Sources, home: &Reading, readings: &Readings, log: &mut FaultLog) {
    let of = |extents: &mut dyn Iterator<Item = Extent>| extents.reduce(Extent::union);
    let Some(ground) = of(&mut t.buildings.iter().filter_map(|b| shape::extent(&b.outline))) else { return };
    let lines = of(&mut t.streets.iter().filter_map(|street| Extent::of(street.line.iter().copied())));
    let points = Extent::of(t.facilities.iter().map(|facility| facility.at));
    let land = of(&mut t.compounds.iter().filter_map(|compound| shape::extent(&compound.outline)));
    for (extent, source, reading) in [
        (lines, &sources.streets, &readings.streets),
        (points, &sources.facilities, &readings.facilities),
        (land, &sources.compounds, &readings.compounds),
        (shape::extent(&t.boundary), &sources.boundary, &readings.boundary),
    ] {
        if let (Some(extent), Some(source), Some(reading)) = (extent, source, reading) {
            let near = (sources.buildings.file.as_str(), home.spec.to_string(), ground);
            together(&near, &(source.file.as_str(), reading.spec.to_string(), extent), log);
        }
    }
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
    Ok(boundary::make(&source, &Mover::new(&reading, frame)?, log))
}

/// 画出的地块 Areas of a layer - parcels, compounds, grids in force - in a frame that is already chosen, with the faults met.
///
/// A file that does not say what its coordinates mean is read as the frame's source was.
///
/// # Errors
/// As [`from_layers`].
pub fn drawn_areas(layer: &Layer, frame: &Frame) -> Result<(Vec<Compound>, Vec<Fault>), IngestError> {
    let mut log = FaultLog::default();
    let source = Source::read(layer, None)?;
    log.extend(source.table.faults.iter().cloned());
    let asked = frame.source.as_deref().map(CrsSpec::parse).transpose()?;
    let records = compounds::rows(&mut source.sheet(&mut log), &mut log);
    let reading = decide(&source, asked.as_ref(), None, &mut log);
    log.settle()?;
    let Some(reading) = reading else { return Err(IngestError::Faults(log.into_faults())) };
    let areas =
        compounds::make(&source, records, &Mover::new(&reading, frame)?, &mut Codes::default(), &mut log);
    if areas.is_empty() {
        source.none_of_kind("I-102", "polygon", &mut log);
    }
    Ok((areas, log.finish()?))
}

/// 画出的线 Lines of a layer, in their order, in a frame that is already chosen, with the faults met.
///
/// A file that does not say what its coordinates mean is read as the frame's source was.
///
/// # Errors
/// As [`from_layers`].
pub fn drawn_lines(layer: &Layer, frame: &Frame) -> Result<(Vec<Vec<Point>>, Vec<Fault>), IngestError> {
    let mut log = FaultLog::default();
    let source = Source::read(layer, None)?;
    log.extend(source.table.faults.iter().cloned());
    let asked = frame.source.as_deref().map(CrsSpec::parse).transpose()?;
    let reading = decide(&source, asked.as_ref(), None, &mut log);
    log.settle()?;
    let Some(reading) = reading else { return Err(IngestError::Faults(log.into_faults())) };
    let mover = Mover::new(&reading, frame)?;
    let mut lines = Vec::new();
    for row in 0..source.table.rows.len() {
        let Some(pieces) = source.moved(row, &mover, "", &mut log) else { continue };
        if pieces.lines.is_empty() {
            let cause = "the feature is no line";
            log.warning("I-110", source.place(row), cause, "It was left out.");
        }
        lines.extend(pieces.lines.iter().filter_map(|line| streets::sound_line(line)));
    }
    if lines.is_empty() {
        source.none_of_kind("I-103", "line", &mut log);
    }
    Ok((lines, log.finish()?))
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
        log.error(
            "I-101",
            place,
            "the layer holds no feature with a geometry",
            "Choose another file or layer.",
        );
        return None;
    };
    let says = Says { layer: source.crs.as_ref(), declared: source.table.crs.as_deref(), asked, neighbour };
    reading(&says, extent, &place, log)
}

/// An error when two layers - file, system, extent - lie nowhere near each other.
fn together(a: &(&str, String, Extent), b: &(&str, String, Extent), log: &mut FaultLog) {
    let wide = |e: Extent| Extent {
        min: Point::new(e.min.x.saturating_sub(APART_MM), e.min.y.saturating_sub(APART_MM)),
        max: Point::new(e.max.x.saturating_add(APART_MM), e.max.y.saturating_add(APART_MM)),
    };
    if !wide(a.2).touches(&b.2) {
        let say = |(file, spec, e): &(&str, String, Extent)| {
            let ((west, south), (east, north)) = (e.min.metres(), e.max.metres());
            format!("{file} ({spec}) covers {west:.0} to {east:.0} m east, {south:.0} to {north:.0} m north")
        };
        let place = Place { file: Some(b.0.to_owned()), ..Place::default() };
        let cause = format!("the layers lie apart in the common frame: {}; {}", say(a), say(b));
        log.error("I-109", place, cause, "Check the coordinate system of each.");
    }
}
