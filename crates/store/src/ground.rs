//! 底图 The ground: the fabric and the atoms on it, packed column by column.

use crate::atoms;
use crate::error::Problem;
use crate::pack::{Packer, Unpacker};
use lifang_fabric::{Arc, Cell, Fabric};
use lifang_model::{
    Atom, AtomIdx, BarrierClass, BuildingIdx, Demand, FloorBand, Link, LinkKind, Millimetres, Point,
    StackPart,
};
use rusqlite::{Connection, OptionalExtension, params};

/// The order packs count link kinds in; entries are only ever added.
const LINK_KINDS: [LinkKind; 4] =
    [LinkKind::Lateral, LinkKind::Vertical, LinkKind::Crossing, LinkKind::Party];

/// What [`read`] gives.
pub(crate) type Ground = (Fabric, Vec<StackPart>, Vec<Atom>);

/// Writes the ground in place of what was there.
pub(crate) fn save(
    db: &Connection,
    fabric: &Fabric,
    stacks: &[StackPart],
    atoms: &[Atom],
) -> Result<(), Problem> {
    let faults = serde_json::to_string(&fabric.faults).map_err(|error| Problem::Unfit(error.to_string()))?;
    db.execute(
        "INSERT OR REPLACE INTO lifang_ground
           (id, fabric, enclosures, arcs, cells, links, stacks, faults, stale, atoms)
         VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8)",
        params![
            fabric.hash,
            fabric.enclosures,
            pack_arcs(&fabric.arcs)?,
            pack_cells(&fabric.cells)?,
            pack_links(&fabric.links)?,
            pack_stacks(stacks)?,
            faults,
            atoms::pack(atoms)?,
        ],
    )?;
    Ok(())
}

/// Reads the ground; `None` when none was saved or the inputs changed since.
pub(crate) fn read(db: &Connection) -> Result<Option<Ground>, Problem> {
    let sql = "SELECT fabric, enclosures, arcs, cells, links, stacks, faults, atoms FROM lifang_ground WHERE stale = 0";
    let row = db
        .query_row(sql, [], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, u32>(1)?,
                [row.get::<_, Vec<u8>>(2)?, row.get(3)?, row.get(4)?, row.get(5)?],
                row.get::<_, String>(6)?,
                row.get::<_, Vec<u8>>(7)?,
            ))
        })
        .optional()?;
    let Some((hash, enclosures, [arcs, cells, links, stacks], faults, atoms)) = row else { return Ok(None) };
    let faults = serde_json::from_str(&faults)
        .map_err(|error| Problem::Damaged(format!("the faults of the ground: {error}")))?;
    let fabric = Fabric {
        arcs: unpack_arcs(&arcs)?,
        cells: unpack_cells(&cells)?,
        links: unpack_links(&links)?,
        enclosures,
        faults,
        hash,
    };
    Ok(Some((fabric, unpack_stacks(&stacks)?, atoms::unpack(&atoms)?)))
}

fn pack_point(packer: &mut Packer, base: &mut Point, p: Point) {
    packer.signed(i64::from(p.x) - i64::from(base.x));
    packer.signed(i64::from(p.y) - i64::from(base.y));
    *base = p;
}

fn unpack_point(unpacker: &mut Unpacker, base: &mut Point) -> Result<Point, Problem> {
    *base = Point::new(unpacker.delta(base.x)?, unpacker.delta(base.y)?);
    Ok(*base)
}

fn pack_arcs(arcs: &[Arc]) -> Result<Vec<u8>, Problem> {
    let mut packer = Packer::default();
    packer.unsigned(arcs.len() as u64);
    let mut base = Point::default();
    for arc in arcs {
        packer.optional(arc.left);
        packer.optional(arc.right);
        packer.unsigned(u64::from(arc.barrier.rank()));
        packer.unsigned(arc.points.len() as u64);
        arc.points.iter().for_each(|p| pack_point(&mut packer, &mut base, *p));
    }
    packer.seal()
}

fn unpack_arcs(bytes: &[u8]) -> Result<Vec<Arc>, Problem> {
    let mut unpacker = Unpacker::open("the arcs of the ground", bytes)?;
    let count = unpacker.count()?;
    let mut arcs = Vec::with_capacity(count);
    let mut base = Point::default();
    for _ in 0..count {
        let (left, right) = (unpacker.optional()?, unpacker.optional()?);
        let barrier = unpacker.one_of(BarrierClass::ALL)?;
        let length = unpacker.count()?;
        let mut points = Vec::with_capacity(length);
        for _ in 0..length {
            points.push(unpack_point(&mut unpacker, &mut base)?);
        }
        arcs.push(Arc { points, left, right, barrier });
    }
    unpacker.end()?;
    Ok(arcs)
}

fn pack_cells(cells: &[Cell]) -> Result<Vec<u8>, Problem> {
    let mut packer = Packer::default();
    packer.unsigned(cells.len() as u64);
    let mut base = Point::default();
    for cell in cells {
        packer.optional(cell.building.map(|building| building.0));
        packer.unsigned(u64::from(cell.unit));
        packer.unsigned(u64::from(cell.storey));
        packer.unsigned(u64::from(cell.enclosure));
        pack_point(&mut packer, &mut base, cell.anchor);
        packer.signed(cell.twice_area);
    }
    packer.seal()
}

fn unpack_cells(bytes: &[u8]) -> Result<Vec<Cell>, Problem> {
    let mut unpacker = Unpacker::open("the cells of the ground", bytes)?;
    let count = unpacker.count()?;
    let mut cells = Vec::with_capacity(count);
    let mut base = Point::default();
    for _ in 0..count {
        cells.push(Cell {
            building: unpacker.optional()?.map(BuildingIdx),
            unit: unpacker.small()?,
            storey: unpacker.small()?,
            enclosure: unpacker.small()?,
            anchor: unpack_point(&mut unpacker, &mut base)?,
            twice_area: unpacker.signed()?,
        });
    }
    unpacker.end()?;
    Ok(cells)
}

fn pack_links(links: &[Link]) -> Result<Vec<u8>, Problem> {
    let mut packer = Packer::default();
    packer.unsigned(links.len() as u64);
    let mut base = 0;
    for link in links {
        packer.signed(i64::from(link.a.0) - base);
        packer.signed(i64::from(link.b.0) - i64::from(link.a.0));
        packer.unsigned(
            LINK_KINDS.iter().position(|kind| *kind == link.kind).unwrap_or(LINK_KINDS.len()) as u64
        );
        packer.unsigned(u64::from(link.barrier.rank()));
        packer.unsigned(link.shared.0);
        base = i64::from(link.a.0);
    }
    packer.seal()
}

fn unpack_links(bytes: &[u8]) -> Result<Vec<Link>, Problem> {
    let mut unpacker = Unpacker::open("the links of the ground", bytes)?;
    let count = unpacker.count()?;
    let mut links = Vec::with_capacity(count);
    let mut base = 0i64;
    let index = |base: i64, delta: i64| {
        base.checked_add(delta)
            .and_then(|sum| u32::try_from(sum).ok())
            .ok_or_else(|| Problem::Damaged("the links of the ground: an index is out of range".to_owned()))
    };
    for _ in 0..count {
        let a = index(base, unpacker.signed()?)?;
        base = i64::from(a);
        links.push(Link {
            a: AtomIdx(a),
            b: AtomIdx(index(base, unpacker.signed()?)?),
            kind: unpacker.one_of(&LINK_KINDS)?,
            barrier: unpacker.one_of(BarrierClass::ALL)?,
            shared: Millimetres(unpacker.unsigned()?),
        });
    }
    unpacker.end()?;
    Ok(links)
}

fn pack_stacks(stacks: &[StackPart]) -> Result<Vec<u8>, Problem> {
    let mut packer = Packer::default();
    packer.unsigned(stacks.len() as u64);
    for part in stacks {
        packer.unsigned(u64::from(part.building.0));
        packer.unsigned(u64::from(part.unit));
        packer.optional(part.floors.map(|floors| u32::from(floors.low)));
        packer.unsigned(part.floors.map_or(0, |floors| u64::from(floors.high)));
        let d = &part.demand;
        for count in [d.households, d.persons, d.merchants, d.elders, d.children, d.day_persons] {
            packer.unsigned(u64::from(count));
        }
    }
    packer.seal()
}

fn unpack_stacks(bytes: &[u8]) -> Result<Vec<StackPart>, Problem> {
    let mut unpacker = Unpacker::open("the stacks of the ground", bytes)?;
    let count = unpacker.count()?;
    let mut stacks = Vec::with_capacity(count);
    for _ in 0..count {
        let building = BuildingIdx(unpacker.small()?);
        let unit = unpacker.small()?;
        let low = unpacker.optional()?.map(|low| u16::try_from(low).unwrap_or(u16::MAX));
        let high = unpacker.small()?;
        stacks.push(StackPart {
            building,
            unit,
            floors: low.map(|low| FloorBand { low, high }),
            demand: Demand {
                households: unpacker.small()?,
                persons: unpacker.small()?,
                merchants: unpacker.small()?,
                elders: unpacker.small()?,
                children: unpacker.small()?,
                day_persons: unpacker.small()?,
            },
        });
    }
    unpacker.end()?;
    Ok(stacks)
}
