//! 辖区 The inputs: one feature layer each, so that any GIS opens them.
//!
//! `fid` is the row's place in the territory plus one. References between layers are by `fid`, and are resolved by it,
//! so rows another program deleted do not shift them.

mod places;
mod structures;
mod ways;

use crate::error::Problem;
use crate::geometry::{Lattice, extent};
use crate::gpkg::Index;
use crate::rows::rows;
use crate::{derived, srs};
use lifang_model::{Fault, Frame, Polygon, Territory};
use rusqlite::{Connection, OptionalExtension, params};

/// Writes the territory in place of what was there.
pub(crate) fn save(db: &Connection, territory: &Territory) -> Result<(), Problem> {
    if read_frame(db)?.is_some_and(|frame| frame != territory.frame) {
        derived::drop_all(db)?;
    }
    let lattice = Lattice::new(&territory.frame, srs::enter(db, &territory.frame)?)?;
    let fingerprint = fingerprint(territory)?;
    let before: Option<Vec<u8>> =
        db.query_row("SELECT fingerprint FROM lifang_territory", [], |row| row.get(0)).optional()?;
    if before.is_some_and(|before| before != fingerprint) {
        db.execute("UPDATE lifang_ground SET stale = 1", [])?;
    }
    db.execute(
        "INSERT OR REPLACE INTO lifang_territory VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            territory.name,
            territory.code,
            territory.frame.crs,
            territory.frame.source,
            territory.frame.origin.0,
            territory.frame.origin.1,
            fingerprint
        ],
    )?;
    save_boundary(db, &lattice, &territory.boundary)?;
    structures::save_buildings(db, &lattice, &territory.buildings)?;
    structures::save_compounds(db, &lattice, &territory.compounds)?;
    ways::save_streets(db, &lattice, &territory.streets)?;
    ways::save_barriers(db, &lattice, &territory.barriers)?;
    ways::save_cuts(db, &lattice, &territory.cuts)?;
    places::save_areas(db, &lattice, &territory.areas)?;
    places::save_facilities(db, &lattice, &territory.facilities)?;
    places::save_faults(db, &territory.faults)
}

/// Reads the territory; `None` when none was saved.
pub(crate) fn read(db: &Connection) -> Result<Option<Territory>, Problem> {
    let Some(frame) = read_frame(db)? else { return Ok(None) };
    let (name, code) =
        db.query_row("SELECT name, code FROM lifang_territory", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let lattice = Lattice::new(&frame, srs::current(db)?)?;
    let mut faults: Vec<Fault> = places::read_faults(db)?;
    let (compounds, order) = structures::read_compounds(db, &lattice, &mut faults)?;
    Ok(Some(Territory {
        name,
        code,
        boundary: read_boundary(db, &lattice)?,
        buildings: structures::read_buildings(db, &lattice, &order, &mut faults)?,
        compounds,
        streets: ways::read_streets(db, &lattice)?,
        barriers: ways::read_barriers(db, &lattice)?,
        cuts: ways::read_cuts(db, &lattice)?,
        areas: places::read_areas(db, &lattice)?,
        facilities: places::read_facilities(db, &lattice)?,
        faults,
        frame,
    }))
}

/// Writes the lines that divide cells in place of those there; the ground made with them is saved beside.
pub(crate) fn save_cuts(db: &Connection, territory: &Territory) -> Result<(), Problem> {
    let lattice = Lattice::new(&territory.frame, srs::current(db)?)?;
    ways::save_cuts(db, &lattice, &territory.cuts)?;
    db.execute("UPDATE lifang_territory SET fingerprint = ?1", params![fingerprint(territory)?])?;
    Ok(())
}

/// The frame of the territory saved last.
pub(crate) fn read_frame(db: &Connection) -> Result<Option<Frame>, Problem> {
    let sql = "SELECT frame_crs, frame_source, origin_x, origin_y FROM lifang_territory";
    let frame = db
        .query_row(sql, [], |row| {
            Ok(Frame { crs: row.get(0)?, source: row.get(1)?, origin: (row.get(2)?, row.get(3)?) })
        })
        .optional()?;
    Ok(frame)
}

/// Of everything the ground is made from.
fn fingerprint(territory: &Territory) -> Result<Vec<u8>, Problem> {
    let ground = (
        &territory.boundary,
        &territory.buildings,
        &territory.compounds,
        &territory.streets,
        &territory.barriers,
        &territory.areas,
    );
    let mut bytes = serde_json::to_vec(&ground).map_err(|error| Problem::Unfit(error.to_string()))?;
    if !territory.cuts.is_empty() {
        // Files from before there were cuts have a fingerprint without them.
        bytes.extend(serde_json::to_vec(&territory.cuts).map_err(|error| Problem::Unfit(error.to_string()))?);
    }
    Ok(blake3::hash(&bytes).as_bytes().to_vec())
}

fn save_boundary(db: &Connection, lattice: &Lattice, boundary: &[Polygon]) -> Result<(), Problem> {
    let mut index = Index::restart(db, "boundary")?;
    let mut insert = db.prepare_cached("INSERT INTO boundary VALUES (?1, ?2)")?;
    for (fid, polygon) in (1..).zip(boundary) {
        insert.execute(params![fid, lattice.write_polygon(polygon)])?;
        index.add(fid, extent(std::slice::from_ref(polygon)), lattice)?;
    }
    index.finish()
}

fn read_boundary(db: &Connection, lattice: &Lattice) -> Result<Vec<Polygon>, Problem> {
    let parts = rows(db, "boundary", "SELECT fid, geom FROM boundary ORDER BY fid", |_, fields| {
        fields.polygons(lattice)
    })?;
    Ok(parts.concat())
}
