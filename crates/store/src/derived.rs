//! 派生图层 The outlines of the current plan's zones, one layer a level, for other programs to show.
//!
//! They are derived from the assignment through the fabric's arcs when a plan is saved or refreshed, marked stale when
//! an edit comes after that, and never read back.

use crate::error::Problem;
use crate::geometry::{Lattice, extent};
use crate::gpkg::{Index, Layer, quoted};
use crate::keys::Keyed;
use crate::{srs, style, territory};
use lifang_fabric::Fabric;
use lifang_model::{Atom, Demand, Frame, Grouping, LevelPlan, Plan, ZoneKind, ZoneStatus};
use rusqlite::{Connection, params};

/// Removes every derived layer.
pub(crate) fn drop_all(db: &Connection) -> Result<(), Problem> {
    let mut statement = db.prepare("SELECT table_name FROM lifang_derived ORDER BY table_name")?;
    let tables: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for table in &tables {
        Layer { table, geometry: None, description: "" }.remove(db)?;
    }
    db.execute("DELETE FROM lifang_derived", [])?;
    Ok(())
}

/// Draws every level of a plan anew. A plan over another fabric gets no outlines: they would be wrong.
pub(crate) fn refresh(db: &Connection, plan: &Plan, fabric: &Fabric, atoms: &[Atom]) -> Result<(), Problem> {
    drop_all(db)?;
    if plan.fabric != fabric.hash || atoms.len() != fabric.cells.len() {
        return Ok(());
    }
    let undefined = || Frame { crs: None, origin: (0.0, 0.0), source: None };
    let frame = territory::read_frame(db)?.unwrap_or_else(undefined);
    let srs = srs::current(db)?;
    let lattice = Lattice::new(&frame, srs)?;
    let mut taken: Vec<String> = Vec::new();
    for (at, level) in plan.levels.iter().enumerate() {
        if level.assignment.len() != atoms.len() {
            continue;
        }
        let mut table = table_name(&level.key);
        if taken.contains(&table) {
            table = format!("{table}_{}", at + 1);
        }
        draw(db, plan, at, level, &table, (fabric, atoms), (&lattice, srs))?;
        taken.push(table);
    }
    Ok(())
}

/// `zones_` and the level's key, in characters every program takes in a table name.
fn table_name(key: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() { c } else { '_' };
    let key: String = key.chars().flat_map(char::to_lowercase).map(safe).take(40).collect();
    format!("zones_{key}")
}

/// What a zone adds up to.
#[derive(Copy, Clone, Default)]
struct Tally {
    demand: Demand,
    load: lifang_model::Load,
    twice_area: i128,
}

fn tallies(plan: &Plan, level: &LevelPlan, fabric: &Fabric, atoms: &[Atom]) -> Vec<Tally> {
    let mut tallies = vec![Tally::default(); level.zones.len()];
    for ((atom, cell), zone) in atoms.iter().zip(&fabric.cells).zip(&level.assignment) {
        if let Some(tally) = zone.and_then(|zone| tallies.get_mut(zone.at())) {
            tally.demand += atom.demand;
            tally.load += plan.rules.load(&atom.demand);
            tally.twice_area += i128::from(cell.twice_area);
        }
    }
    tallies
}

fn draw(
    db: &Connection,
    plan: &Plan,
    at: usize,
    level: &LevelPlan,
    table: &str,
    (fabric, atoms): (&Fabric, &[Atom]),
    (lattice, srs): (&Lattice, i32),
) -> Result<(), Problem> {
    let rules = plan.rules.levels.iter().find(|rules| rules.key == level.key);
    let title = rules.map_or(level.key.as_str(), |rules| rules.title.zh.as_str());
    let description = format!("derived 派生: {title} of plan {:?}; made anew at every save", plan.name);
    db.execute_batch(&format!(
        "CREATE TABLE {} (
           fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON,
           code TEXT NOT NULL, name TEXT, kind TEXT NOT NULL, status TEXT NOT NULL, parent TEXT,
           households INTEGER NOT NULL, persons INTEGER NOT NULL, merchants INTEGER NOT NULL,
           elders INTEGER NOT NULL, children INTEGER NOT NULL, in_band BOOLEAN, area_m2 DOUBLE NOT NULL)",
        quoted(table)
    ))?;
    Layer { table, geometry: Some("MULTIPOLYGON"), description: &description }.register(db, srs)?;
    style::zones(db, table, at)?;
    db.execute("INSERT INTO lifang_derived (table_name) VALUES (?1)", [table])?;

    let labels: Vec<Option<u32>> = level.assignment.iter().map(|zone| zone.map(|zone| zone.0)).collect();
    let mut outlines = vec![Vec::new(); level.zones.len()];
    for outline in fabric.dissolve(&labels) {
        if let Some(slot) = outlines.get_mut(outline.label as usize) {
            *slot = outline.polygons;
        }
    }
    let parents = at.checked_sub(1).and_then(|coarser| plan.levels.get(coarser));
    // Whether a band applies to a zone made of areas is for `verify` to say; here such zones stay without an answer.
    let band = rules.filter(|rules| rules.grouping == Grouping::Band).and_then(|rules| rules.band);
    let mut index = Index::restart(db, table)?;
    let mut insert = db.prepare(&format!(
        "INSERT INTO {} VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        quoted(table)
    ))?;
    let tallies = tallies(plan, level, fabric, atoms);
    for (fid, ((zone, outline), tally)) in (1..).zip(level.zones.iter().zip(&outlines).zip(&tallies)) {
        if zone.status == ZoneStatus::Retired && outline.is_empty() {
            continue;
        }
        let parent = zone.parent.and_then(|parent| parents?.zones.get(parent.at()));
        insert.execute(params![
            fid,
            lattice.write_polygons(outline),
            zone.code.as_str(),
            zone.name,
            zone.kind.word(),
            zone.status.word(),
            parent.map(|parent| parent.code.as_str()),
            tally.demand.households,
            tally.demand.persons,
            tally.demand.merchants,
            tally.demand.elders,
            tally.demand.children,
            band.filter(|_| zone.kind == ZoneKind::Comprehensive).map(|band| band.holds(tally.load)),
            tally.twice_area as f64 / 2e6,
        ])?;
        index.add(fid, extent(outline), lattice)?;
    }
    index.finish()
}
