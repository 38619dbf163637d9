//! 道路与隔离 Streets and barriers.

use crate::error::Problem;
use crate::geometry::Lattice;
use crate::gpkg::Index;
use crate::keys::Keyed;
use crate::rows::rows;
use lifang_model::{Barrier, Extent, Street};
use rusqlite::{Connection, params};

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
    index.finish()
}

pub(super) fn read_streets(db: &Connection, lattice: &Lattice) -> Result<Vec<Street>, Problem> {
    let sql = "SELECT fid, code, name, class, geom, layer, bridge, tunnel, foot FROM streets ORDER BY fid";
    rows(db, "streets", sql, |_, fields| {
        Ok(Street {
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
