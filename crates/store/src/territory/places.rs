//! 地块、设施与问题 Areas, facilities and faults.

use crate::error::Problem;
use crate::geometry::{Lattice, extent};
use crate::gpkg::Index;
use crate::keys::Keyed;
use crate::rows::rows;
use lifang_model::{Area, Extent, Facility, FacilityCode, Fault, Place};
use rusqlite::{Connection, params};

pub(super) fn save_areas(db: &Connection, lattice: &Lattice, areas: &[Area]) -> Result<(), Problem> {
    let mut index = Index::restart(db, "areas")?;
    let mut insert = db.prepare_cached("INSERT INTO areas VALUES (?1, ?2, ?3, ?4)")?;
    for (fid, area) in (1..).zip(areas) {
        insert.execute(params![fid, lattice.write_polygon(&area.outline), area.cover.word(), area.name])?;
        index.add(fid, extent(std::slice::from_ref(&area.outline)), lattice)?;
    }
    index.finish()
}

pub(super) fn read_areas(db: &Connection, lattice: &Lattice) -> Result<Vec<Area>, Problem> {
    rows(db, "areas", "SELECT fid, cover, name, geom FROM areas ORDER BY fid", |_, fields| {
        Ok(Area { cover: fields.key()?, name: fields.next()?, outline: fields.polygon(lattice)? })
    })
}

pub(super) fn save_facilities(
    db: &Connection,
    lattice: &Lattice,
    facilities: &[Facility],
) -> Result<(), Problem> {
    let mut index = Index::restart(db, "facilities")?;
    let mut insert = db.prepare_cached("INSERT INTO facilities VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
    for (fid, facility) in (1..).zip(facilities) {
        insert.execute(params![
            fid,
            lattice.write_point(facility.at),
            facility.code.as_str(),
            facility.name,
            facility.category,
            facility.capacity,
            facility.area_m2,
            facility.open_to_public,
        ])?;
        index.add(fid, Extent::of([facility.at]), lattice)?;
    }
    index.finish()
}

pub(super) fn read_facilities(db: &Connection, lattice: &Lattice) -> Result<Vec<Facility>, Problem> {
    let sql = "SELECT fid, code, name, category, geom, capacity, area_m2, open_to_public
        FROM facilities ORDER BY fid";
    rows(db, "facilities", sql, |_, fields| {
        Ok(Facility {
            code: FacilityCode::new(fields.next::<String>()?).map_err(|error| error.to_string())?,
            name: fields.next()?,
            category: fields.next()?,
            at: fields.point(lattice)?,
            capacity: fields.next()?,
            area_m2: fields.next()?,
            open_to_public: fields.next()?,
        })
    })
}

pub(super) fn save_faults(db: &Connection, faults: &[Fault]) -> Result<(), Problem> {
    db.execute("DELETE FROM faults", [])?;
    let mut insert =
        db.prepare_cached("INSERT INTO faults VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?;
    for (fid, fault) in (1i64..).zip(faults) {
        let place = &fault.place;
        let row = match place.row.map(i64::try_from) {
            None => None,
            Some(Ok(row)) => Some(row),
            Some(Err(_)) => return Err(Problem::Unfit(format!("a fault names row {:?}", place.row))),
        };
        insert.execute(params![
            fid,
            fault.severity.word(),
            fault.code,
            place.file,
            place.layer,
            row,
            place.column,
            place.feature,
            fault.cause,
            fault.action,
        ])?;
    }
    Ok(())
}

pub(super) fn read_faults(db: &Connection) -> Result<Vec<Fault>, Problem> {
    let sql = "SELECT fid, severity, code, file, layer, row, \"column\", feature, cause, action
        FROM faults ORDER BY fid";
    rows(db, "faults", sql, |_, fields| {
        Ok(Fault {
            severity: fields.key()?,
            code: fields.next()?,
            place: Place {
                file: fields.next()?,
                layer: fields.next()?,
                row: fields.next::<Option<u64>>()?,
                column: fields.next()?,
                feature: fields.next()?,
            },
            cause: fields.next()?,
            action: fields.next()?,
        })
    })
}
