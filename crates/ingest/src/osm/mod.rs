//! OSM接入 A territory from an OpenStreetMap extract.

mod buildings;
mod data;
mod facilities;
mod land;
mod outlines;
mod source;
mod streets;
#[cfg(test)]
mod tests;

use crate::faults::FaultLog;
use crate::households::{self, Host};
use crate::inhabit::Told;
use crate::services::Catalogue;
use crate::{EstimateRules, IngestError, OsmRequest, layers, place};
use data::Osm;
use land::LandUse;
use lifang_model::{Building, Frame, Place, Point, Polygon, Progress, ServiceCategory, Territory};
use outlines::Outline;

/// 从OSM建立辖区 Reads an OpenStreetMap extract into a territory.
///
/// Buildings with their floors, uses, doors and shops; streets with class, level and foot access; rail, water, walls and
/// limits as barriers; land of one use as compounds with gates; facilities by the tags of `services`. Households are
/// estimated by `estimates` unless tagged, and marked so. Floors below the ground and building parts inside an outline are
/// not counted as buildings.
///
/// # Errors
/// [`IngestError::Faults`] when the extract holds no building; [`IngestError::Format`] when it cannot be read;
/// [`IngestError::Crs`] when the frame wished for does not reach there.
///
/// # Determinism
/// The same extract and options give the same territory.
pub fn from_osm(
    request: &OsmRequest,
    services: &[ServiceCategory],
    estimates: &EstimateRules,
    progress: &dyn Progress,
) -> Result<Territory, IngestError> {
    let mut log = FaultLog::default();
    progress.stage("read", None);
    let raw = lifang_formats::osm::read_pbf(&request.osm, progress)?;
    let (frame, osm) = source::framed(&raw, request.crs.as_ref(), &request.osm, &mut log)?;
    drop(raw);
    let drawn = match &request.boundary {
        Some(layer) => Some(layers::drawn_boundary(layer, &frame, request.crs.as_ref(), &mut log)?),
        None => None,
    };
    let table = request.table.as_ref().map(|table| layers::Source::read(&table.layer, None)).transpose()?;
    let read = Read { osm, frame, drawn, table };
    let territory = assemble(request, read, services, estimates, progress, &mut log);
    log.settle()?;
    Ok(Territory { faults: log.into_faults(), ..territory })
}

/// What was read.
struct Read {
    osm: Osm,
    frame: Frame,
    /// The boundary, where one was drawn.
    drawn: Option<Vec<Polygon>>,
    /// The household table, where there is one.
    table: Option<layers::Source>,
}

/// Everything after reading.
fn assemble(
    request: &OsmRequest,
    Read { osm, frame, drawn, table }: Read,
    services: &[ServiceCategory],
    estimates: &EstimateRules,
    progress: &dyn Progress,
    log: &mut FaultLog,
) -> Territory {
    progress.stage("buildings", None);
    let outlines = outlines::outlines(&osm, log);
    let key = request.table.as_ref().and_then(|table| table.building_key.as_deref());
    let (mut buildings, hosts) = people(&osm, &outlines, key, estimates, log);
    if buildings.is_empty() {
        let place = Place { file: Some(request.osm.display().to_string()), ..Place::default() };
        log.error("I-102", place, "the extract holds no building", "Take an extract of a built-up area.");
    }
    progress.stage("boundary", None);
    let boundary = drawn.unwrap_or_else(|| place::hull(&buildings, log));
    progress.stage("land", None);
    let barriers = streets::barriers(&osm, &outlines, &boundary);
    let inner: Vec<Point> =
        buildings.iter().filter_map(|building| crate::shape::inner_point(&building.outline)).collect();
    let compounds = land::compounds(&outlines, &osm, &inner, &barriers, &boundary, log);
    place::by_position(&mut buildings, &compounds);
    if let (Some(request), Some(table)) = (&request.table, &table) {
        progress.stage("households", None);
        let hosts = (&mut buildings[..], &hosts[..], Told::default());
        households::join(request, table, hosts, &compounds, estimates, log);
    }
    progress.stage("streets", None);
    let streets = streets::streets(&osm);
    progress.stage("facilities", None);
    let facilities = facilities::facilities(&osm, &outlines, &Catalogue::new(services));
    place::tell(&buildings, &boundary, estimates, log);
    Territory {
        name: request.name.clone(),
        code: request.code.clone(),
        frame,
        boundary,
        buildings,
        compounds,
        streets,
        barriers,
        areas: land::areas(&outlines),
        cuts: Vec::new(),
        facilities,
        faults: Vec::new(),
    }
}

/// The buildings with their people and merchants.
fn people(
    osm: &Osm,
    outlines: &[Outline],
    key: Option<&str>,
    estimates: &EstimateRules,
    log: &mut FaultLog,
) -> (Vec<Building>, Vec<Host>) {
    let mut drafts = buildings::drafts(outlines, osm, key, estimates, log);
    let points = osm.nodes.iter().filter(|node| buildings::trades(&node.tags)).map(|node| node.at);
    let areas = outlines
        .iter()
        .filter(|outline| buildings::trades(&outline.tags) && !outline.tags.yes("building"))
        .filter_map(|outline| crate::shape::inner_point(&outline.polygons));
    let merchants: Vec<Point> = points.chain(areas).collect();
    let lost = buildings::settle_merchants(&mut drafts, &merchants, estimates);
    if lost > 0 {
        let cause = format!(
            "{lost} of {} merchants lie further than {} m from any building",
            merchants.len(),
            estimates.merchants.reach_m
        );
        log.notice("I-129", Place::default(), cause, "They belong to no building and are not counted.");
    }
    let land = LandUse::of(outlines);
    buildings::inhabited(drafts, |p| land.at(p), estimates)
}
