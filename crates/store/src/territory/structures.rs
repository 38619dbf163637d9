//! 建筑与小区 Buildings with doors, compounds with gates.

use crate::error::Problem;
use crate::geometry::{Lattice, extent};
use crate::gpkg::Index;
use crate::keys::Keyed;
use crate::rows::rows;
use lifang_model::{Building, Compound, CompoundIdx, Extent, Fault, Gate, Place, Point, Severity, Storey};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;

/// Place in the territory of each `fid`.
type Order = BTreeMap<i64, u32>;

pub(super) fn save_buildings(
    db: &Connection,
    lattice: &Lattice,
    buildings: &[Building],
) -> Result<(), Problem> {
    let mut index = Index::restart(db, "buildings")?;
    let mut doors = Index::restart(db, "entrances")?;
    let mut insert = db.prepare_cached(
        "INSERT INTO buildings VALUES
         (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
    )?;
    let mut insert_door = db.prepare_cached("INSERT INTO entrances VALUES (?1, ?2, ?3)")?;
    db.execute("DELETE FROM storeys", [])?;
    let mut insert_storey = db.prepare_cached("INSERT INTO storeys VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
    let (mut door, mut floor) = (0, 0);
    for (fid, building) in (1..).zip(buildings) {
        let Building { demand, sources, .. } = building;
        insert.execute(params![
            fid,
            lattice.write_polygons(&building.outline),
            building.code,
            building.name,
            building.use_.word(),
            building.levels,
            building.units,
            building.compound.map(reference),
            demand.households,
            demand.persons,
            demand.merchants,
            demand.elders,
            demand.children,
            demand.day_persons,
            sources.households.word(),
            sources.persons.word(),
            sources.ages.word(),
            sources.merchants.word(),
        ])?;
        index.add(fid, extent(&building.outline), lattice)?;
        for at in &building.entrances {
            door += 1;
            insert_door.execute(params![door, lattice.write_point(*at), fid])?;
            doors.add(door, Extent::of([*at]), lattice)?;
        }
        for storey in &building.storeys {
            floor += 1;
            let Storey { unit, floor: on, households, persons, merchants } = storey;
            insert_storey.execute(params![floor, fid, unit, on, households, persons, merchants])?;
        }
    }
    index.finish()?;
    doors.finish()
}

pub(super) fn read_buildings(
    db: &Connection,
    lattice: &Lattice,
    compounds: &Order,
    faults: &mut Vec<Fault>,
) -> Result<Vec<Building>, Problem> {
    let sql = "SELECT fid, code, name, geom, use, levels, units, compound,
        households, persons, merchants, elders, children, day_persons,
        households_certainty, persons_certainty, ages_certainty, merchants_certainty
        FROM buildings ORDER BY fid";
    let mut order = Order::new();
    let mut buildings = rows(db, "buildings", sql, |fid, fields| {
        order.insert(fid, u32::try_from(order.len()).unwrap_or(u32::MAX));
        let code: String = fields.next()?;
        Ok(Building {
            name: fields.next()?,
            outline: fields.polygons(lattice)?,
            use_: fields.key()?,
            levels: fields.next()?,
            units: fields.next()?,
            compound: match fields.next::<Option<i64>>()? {
                None => None,
                Some(wanted) => {
                    let found = compounds.get(&wanted).copied().map(CompoundIdx);
                    if found.is_none() {
                        faults.push(dangling("buildings", fid, &code, "compound", wanted));
                    }
                    found
                }
            },
            code,
            demand: fields.demand()?,
            sources: fields.sources()?,
            entrances: Vec::new(),
            storeys: Vec::new(),
        })
    })?;
    let sql = "SELECT fid, building, geom FROM entrances ORDER BY fid";
    let doors =
        rows(db, "entrances", sql, |fid, fields| Ok((fid, fields.next::<i64>()?, fields.point(lattice)?)))?;
    for (fid, owner, at) in doors {
        match order.get(&owner).and_then(|row| buildings.get_mut(*row as usize)) {
            Some(building) => building.entrances.push(at),
            None => faults.push(dangling("entrances", fid, "", "building", owner)),
        }
    }
    for (fid, owner, storey) in read_storeys(db)? {
        match order.get(&owner).and_then(|row| buildings.get_mut(*row as usize)) {
            Some(building) => building.storeys.push(storey),
            None => faults.push(dangling("storeys", fid, "", "building", owner)),
        }
    }
    Ok(buildings)
}

/// Row, `fid` of the building, and what is on the floor. A file of a version before 4 has none.
fn read_storeys(db: &Connection) -> Result<Vec<(i64, i64, Storey)>, Problem> {
    if !crate::schema::has_table(db, "storeys")? {
        return Ok(Vec::new());
    }
    let sql = "SELECT fid, building, unit, floor, households, persons, merchants FROM storeys ORDER BY fid";
    rows(db, "storeys", sql, |fid, fields| {
        let building = fields.next()?;
        let storey = Storey {
            unit: fields.next()?,
            floor: fields.next()?,
            households: fields.next()?,
            persons: fields.next()?,
            merchants: fields.next()?,
        };
        Ok((fid, building, storey))
    })
}

pub(super) fn save_compounds(
    db: &Connection,
    lattice: &Lattice,
    compounds: &[Compound],
) -> Result<(), Problem> {
    let mut index = Index::restart(db, "compounds")?;
    let mut gates = Index::restart(db, "gates")?;
    let mut insert = db.prepare_cached("INSERT INTO compounds VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    let mut insert_gate = db.prepare_cached("INSERT INTO gates VALUES (?1, ?2, ?3, ?4)")?;
    let mut gate = 0;
    let mut hours: BTreeMap<i64, &str> = BTreeMap::new();
    for (fid, compound) in (1..).zip(compounds) {
        insert.execute(params![
            fid,
            lattice.write_polygons(&compound.outline),
            compound.code,
            compound.name,
            compound.kind.word(),
            compound.walled,
        ])?;
        index.add(fid, extent(&compound.outline), lattice)?;
        for Gate { at, open, hours: when } in &compound.gates {
            gate += 1;
            hours.extend(when.as_deref().map(|when| (gate, when)));
            insert_gate.execute(params![gate, lattice.write_point(*at), fid, open])?;
            gates.add(gate, Extent::of([*at]), lattice)?;
        }
    }
    let text = serde_json::to_string(&hours).map_err(|error| Problem::Unfit(error.to_string()))?;
    db.execute("INSERT OR REPLACE INTO lifang_meta VALUES ('gate_hours', ?1)", params![text])?;
    index.finish()?;
    gates.finish()
}

/// When gates are open, by `fid`; files of older programs have none.
fn read_hours(db: &Connection) -> Result<BTreeMap<i64, String>, Problem> {
    let sql = "SELECT value FROM lifang_meta WHERE key = 'gate_hours'";
    let text: Option<String> = db.query_row(sql, [], |row| row.get(0)).optional()?;
    let Some(text) = text else { return Ok(BTreeMap::new()) };
    serde_json::from_str(&text).map_err(|error| Problem::Unfit(error.to_string()))
}

pub(super) fn read_compounds(
    db: &Connection,
    lattice: &Lattice,
    faults: &mut Vec<Fault>,
) -> Result<(Vec<Compound>, Order), Problem> {
    let mut order = Order::new();
    let sql = "SELECT fid, code, name, geom, kind, walled FROM compounds ORDER BY fid";
    let mut compounds = rows(db, "compounds", sql, |fid, fields| {
        order.insert(fid, u32::try_from(order.len()).unwrap_or(u32::MAX));
        Ok(Compound {
            code: fields.next()?,
            name: fields.next()?,
            outline: fields.polygons(lattice)?,
            kind: fields.key()?,
            walled: fields.next()?,
            gates: Vec::new(),
        })
    })?;
    let sql = "SELECT fid, compound, open, geom FROM gates ORDER BY fid";
    let gates: Vec<(i64, i64, bool, Point)> = rows(db, "gates", sql, |fid, fields| {
        Ok((fid, fields.next()?, fields.next()?, fields.point(lattice)?))
    })?;
    let mut hours = read_hours(db)?;
    for (fid, owner, open, at) in gates {
        match order.get(&owner).and_then(|row| compounds.get_mut(*row as usize)) {
            Some(compound) => compound.gates.push(Gate { at, open, hours: hours.remove(&fid) }),
            None => faults.push(dangling("gates", fid, "", "compound", owner)),
        }
    }
    Ok((compounds, order))
}

/// The `fid` of a compound.
fn reference(compound: CompoundIdx) -> i64 {
    i64::from(compound.0) + 1
}

fn dangling(layer: &str, row: i64, code: &str, column: &str, wanted: i64) -> Fault {
    Fault::new(
        Severity::Warning,
        "S-201",
        format!("it refers to fid {wanted}, which is not there"),
        "It is treated as belonging to none; restore the feature, or correct the reference",
    )
    .at(Place {
        file: None,
        layer: Some(layer.to_owned()),
        row: u64::try_from(row).ok(),
        column: Some(column.to_owned()),
        feature: (!code.is_empty()).then(|| code.to_owned()),
    })
}
