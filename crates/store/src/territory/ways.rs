//! 道路与隔离 Streets and barriers.

use crate::error::Problem;
use crate::geometry::Lattice;
use crate::gpkg::Index;
use crate::keys::Keyed;
use crate::rows::rows;
use lifang_model::{Barrier, Cut, Extent, Point, Street, Traffic};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;

pub(super) fn save_streets(db: &Connection, lattice: &Lattice, streets: &[Street]) -> Result<(), Problem> {
    let mut index = Index::restart(db, "streets")?;
    let mut insert = db.prepare_cached("INSERT INTO streets VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?;
    for (fid, street) in (1..).zip(streets) {
        insert.execute(params![
            fid,
            lattice.write_line(&street.line),
            street.code,
            street.name,
            street.class.word(),
            street.layer,
            street.bridge,
            street.tunnel,
            street.foot.word(),
        ])?;
        index.add(fid, Extent::of(street.line.iter().copied()), lattice)?;
    }
    let traffic: BTreeMap<i64, Traffic> = (1..)
        .zip(streets)
        .filter(|(_, street)| !street.traffic.is_plain())
        .map(|(fid, street)| (fid, street.traffic))
        .collect();
    let text = serde_json::to_string(&traffic).map_err(|error| Problem::Unfit(error.to_string()))?;
    db.execute("INSERT OR REPLACE INTO lifang_meta VALUES ('traffic', ?1)", params![text])?;
    index.finish()
}

/// What streets cost besides their length, by `fid`; files of older programs have none.
fn read_traffic(db: &Connection) -> Result<BTreeMap<i64, Traffic>, Problem> {
    let sql = "SELECT value FROM lifang_meta WHERE key = 'traffic'";
    let text: Option<String> = db.query_row(sql, [], |row| row.get(0)).optional()?;
    let Some(text) = text else { return Ok(BTreeMap::new()) };
    serde_json::from_str(&text).map_err(|error| Problem::Unfit(error.to_string()))
}

pub(super) fn read_streets(db: &Connection, lattice: &Lattice) -> Result<Vec<Street>, Problem> {
    let traffic = read_traffic(db)?;
    let sql = "SELECT fid, code, name, class, geom, layer, bridge, tunnel, foot FROM streets ORDER BY fid";
    rows(db, "streets", sql, |fid, fields| {
        Ok(Street {
            traffic: traffic.get(&fid).copied().unwrap_or_default(),
            code: fields.next()?,
            name: fields.next()?,
            class: fields.key()?,
            line: fields.line(lattice)?,
            layer: fields.next()?,
            bridge: fields.next()?,
            tunnel: fields.next()?,
            foot: fields.key()?,
        })
    })
}

pub(super) fn save_barriers(db: &Connection, lattice: &Lattice, barriers: &[Barrier]) -> Result<(), Problem> {
    let mut index = Index::restart(db, "barriers")?;
    let mut insert = db.prepare_cached("INSERT INTO barriers VALUES (?1, ?2, ?3)")?;
    for (fid, barrier) in (1..).zip(barriers) {
        insert.execute(params![fid, lattice.write_line(&barrier.line), barrier.class.word()])?;
        index.add(fid, Extent::of(barrier.line.iter().copied()), lattice)?;
    }
    index.finish()
}

pub(super) fn read_barriers(db: &Connection, lattice: &Lattice) -> Result<Vec<Barrier>, Problem> {
    rows(db, "barriers", "SELECT fid, class, geom FROM barriers ORDER BY fid", |_, fields| {
        Ok(Barrier { class: fields.key()?, line: fields.line(lattice)? })
    })
}

pub(crate) fn save_cuts(db: &Connection, lattice: &Lattice, cuts: &[Cut]) -> Result<(), Problem> {
    let mut index = Index::restart(db, "cuts")?;
    let mut insert = db.prepare_cached("INSERT INTO cuts VALUES (?1, ?2, ?3)")?;
    for (fid, cut) in (1..).zip(cuts) {
        let within: Vec<(i32, i32)> = cut.within.iter().map(|p| (p.x, p.y)).collect();
        let within = serde_json::to_string(&within).map_err(|error| Problem::Unfit(error.to_string()))?;
        insert.execute(params![
            fid,
            lattice.write_line(&cut.line),
            (!cut.within.is_empty()).then_some(within)
        ])?;
        index.add(fid, Extent::of(cut.line.iter().copied()), lattice)?;
    }
    index.finish()
}

pub(super) fn read_cuts(db: &Connection, lattice: &Lattice) -> Result<Vec<Cut>, Problem> {
    rows(db, "cuts", "SELECT fid, geom, within FROM cuts ORDER BY fid", |_, fields| {
        let line = fields.line(lattice)?;
        let within: Vec<(i32, i32)> = match fields.next::<Option<String>>()? {
            None => Vec::new(),
            Some(text) => serde_json::from_str(&text)
                .map_err(|error| format!("column \"within\": {error}; leave it empty for all cells"))?,
        };
        Ok(Cut { line, within: within.into_iter().map(Point::from).collect() })
    })
}
