//! 方案 Plans: rules, levels, zones, and the assignment of atoms, which is the truth.

use crate::change::Change;
use crate::error::Problem;
use crate::keys::Keyed;
use crate::log::{self, Note};
use crate::pack::{Packer, Unpacker};
use crate::rows::rows;
use lifang_model::{AtomIdx, LevelPlan, Patch, Plan, Zone, ZoneCode, ZoneIdx};
use rusqlite::{Connection, OptionalExtension, params};

/// Writes a plan over the one of the same name, or beside the others, and makes it the current one. What it takes the
/// place of is kept in the log.
pub(crate) fn save(db: &Connection, plan: &Plan, note: &Note) -> Result<(), Problem> {
    let before = read(db, Some(&plan.name))?;
    db.execute("UPDATE lifang_plan SET current = 0", [])?;
    db.execute(
        "INSERT INTO lifang_plan (name, fabric, seed, rules, pinned, revision, current)
         VALUES (?1, '', '', '', x'', 0, 1)
         ON CONFLICT (name) DO UPDATE SET current = 1",
        [&plan.name],
    )?;
    let Some(mut tail) = log::tail(db)? else {
        return Err(Problem::Damaged("the plan just saved is not there".to_owned()));
    };
    if let Some(before) = before.filter(|before| before != plan) {
        let change = match Patch::between(&before, plan) {
            Some(patch) => Change::Patch(patch),
            None => Change::Whole(Box::new((before, plan.clone()))),
        };
        let base = crate::schema::revision(db)?;
        let kind = log::EntryKind::Plan;
        let fresh = log::Fresh { kind, of: None, base, note, edit: None, change: Some(&change) };
        tail = log::append(db, &tail, &fresh)?;
    }
    write(db, tail.plan, plan)?;
    log::folded(db, &mut tail)
}

/// Writes what a plan is now, in place of what its rows say.
pub(crate) fn write(db: &Connection, id: i64, plan: &Plan) -> Result<(), Problem> {
    let rules = serde_json::to_string(&plan.rules).map_err(|error| Problem::Unfit(error.to_string()))?;
    db.execute(
        "UPDATE lifang_plan SET fabric = ?2, seed = ?3, rules = ?4, pinned = ?5, revision = revision + 1 WHERE id = ?1",
        params![id, plan.fabric, plan.seed.to_string(), rules, pack_pinned(&plan.pinned)?],
    )?;
    write_levels(db, id, &plan.levels)?;
    write_zones(db, id, &plan.levels)
}

/// Writes the assignments that differ from those stored.
fn write_levels(db: &Connection, id: i64, levels: &[LevelPlan]) -> Result<(), Problem> {
    // What cannot be read is written anew.
    let stored = read_levels(db, id).unwrap_or_default();
    let mut insert = db.prepare_cached("INSERT OR REPLACE INTO lifang_level VALUES (?1, ?2, ?3, ?4)")?;
    for (row, level) in levels.iter().enumerate() {
        let same = |stored: &LevelPlan| stored.key == level.key && stored.assignment == level.assignment;
        if !stored.get(row).is_some_and(same) {
            insert.execute(params![id, place(row), level.key, pack_assignment(&level.assignment)?])?;
        }
    }
    db.execute("DELETE FROM lifang_level WHERE plan = ?1 AND level > ?2", params![id, levels.len()])?;
    Ok(())
}

/// Writes the zones that differ from those stored: an edit changes a few of thousands.
fn write_zones(db: &Connection, id: i64, levels: &[LevelPlan]) -> Result<(), Problem> {
    let mut stored: Vec<Vec<Zone>> = vec![Vec::new(); levels.len()];
    for (level, zone) in read_zones(db, id).unwrap_or_default() {
        if let Some(zones) = usize::try_from(level - 1).ok().and_then(|at| stored.get_mut(at)) {
            zones.push(zone);
        }
    }
    let mut insert =
        db.prepare_cached("INSERT OR REPLACE INTO lifang_zone VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
    let mut end =
        db.prepare_cached("DELETE FROM lifang_zone WHERE plan = ?1 AND level = ?2 AND zone > ?3")?;
    for (at, (level, stored)) in levels.iter().zip(&stored).enumerate() {
        for (row, zone) in level.zones.iter().enumerate() {
            if stored.get(row) == Some(zone) {
                continue;
            }
            insert.execute(params![
                id,
                place(at),
                place(row),
                zone.code.as_str(),
                zone.name,
                zone.kind.word(),
                zone.parent.map(|parent| i64::from(parent.0) + 1),
                zone.status.word(),
            ])?;
        }
        end.execute(params![id, place(at), level.zones.len()])?;
    }
    db.execute("DELETE FROM lifang_zone WHERE plan = ?1 AND level > ?2", params![id, levels.len()])?;
    Ok(())
}

/// Rows count from 1.
fn place(at: usize) -> i64 {
    at as i64 + 1
}

/// Reads the current plan, or the one with a name; `None` when there is none.
pub(crate) fn read(db: &Connection, name: Option<&str>) -> Result<Option<Plan>, Problem> {
    let sql = "SELECT id, name, fabric, seed, rules, pinned, logged FROM lifang_plan
        WHERE CASE WHEN ?1 IS NULL THEN current ELSE name = ?1 END";
    let head = db
        .query_row(sql, [name], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get::<_, String>(3)?,
                row.get::<_, String>(4)?,
                row.get::<_, Vec<u8>>(5)?,
                row.get(6)?,
            ))
        })
        .optional()?;
    let Some((id, name, fabric, seed, rules, pinned, logged)) = head else { return Ok(None) };
    let seed = seed.parse().map_err(|_not_a_number| Problem::Damaged(format!("the plan's seed {seed:?}")))?;
    let rules = serde_json::from_str(&rules)
        .map_err(|error| Problem::Damaged(format!("the rules of the plan: {error}")))?;
    let mut levels = read_levels(db, id)?;
    for (at, zone) in read_zones(db, id)? {
        let level = usize::try_from(at - 1).ok().and_then(|at| levels.get_mut(at));
        let Some(level) = level else {
            return Err(Problem::Damaged(format!("a zone lies in level {at}, which is not there")));
        };
        level.zones.push(zone);
    }
    let mut plan = Plan { name, fabric, rules, seed, levels, pinned: unpack_pinned(&pinned)? };
    log::replay(db, id, logged, &mut plan)?;
    Ok(Some(plan))
}

/// Names of all plans kept, the current one first, then by name.
pub(crate) fn names(db: &Connection) -> Result<Vec<String>, Problem> {
    let mut statement = db.prepare_cached("SELECT name FROM lifang_plan ORDER BY current DESC, name")?;
    let names = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(names)
}

fn read_levels(db: &Connection, plan: i64) -> Result<Vec<LevelPlan>, Problem> {
    let mut statement =
        db.prepare_cached("SELECT key, assignment FROM lifang_level WHERE plan = ?1 ORDER BY level")?;
    let mut query = statement.query([plan])?;
    let mut levels = Vec::new();
    while let Some(row) = query.next()? {
        let packed: Vec<u8> = row.get(1)?;
        levels.push(LevelPlan {
            key: row.get(0)?,
            zones: Vec::new(),
            assignment: unpack_assignment(&packed)?,
        });
    }
    Ok(levels)
}

fn read_zones(db: &Connection, plan: i64) -> Result<Vec<(i64, Zone)>, Problem> {
    let sql = format!(
        "SELECT zone, level, code, name, kind, parent, status FROM lifang_zone
         WHERE plan = {plan} ORDER BY level, zone"
    );
    rows(db, "lifang_zone", &sql, |_, fields| {
        let level = fields.next()?;
        Ok((
            level,
            Zone {
                code: ZoneCode::new(fields.next::<String>()?).map_err(|error| error.to_string())?,
                name: fields.next()?,
                kind: fields.key()?,
                parent: fields.next::<Option<u32>>()?.map(|parent| ZoneIdx(parent.saturating_sub(1))),
                status: fields.key()?,
            },
        ))
    })
}

fn pack_assignment(assignment: &[Option<ZoneIdx>]) -> Result<Vec<u8>, Problem> {
    let mut packer = Packer::default();
    packer.unsigned(assignment.len() as u64);
    assignment.iter().for_each(|zone| packer.optional(zone.map(|zone| zone.0)));
    packer.seal()
}

fn unpack_assignment(bytes: &[u8]) -> Result<Vec<Option<ZoneIdx>>, Problem> {
    let mut unpacker = Unpacker::open("the assignment of the plan", bytes)?;
    let count = unpacker.count()?;
    let mut assignment = Vec::with_capacity(count);
    for _ in 0..count {
        assignment.push(unpacker.optional()?.map(ZoneIdx));
    }
    unpacker.end()?;
    Ok(assignment)
}

fn pack_pinned(pinned: &[AtomIdx]) -> Result<Vec<u8>, Problem> {
    let mut packer = Packer::default();
    packer.unsigned(pinned.len() as u64);
    pinned.iter().for_each(|atom| packer.unsigned(u64::from(atom.0)));
    packer.seal()
}

fn unpack_pinned(bytes: &[u8]) -> Result<Vec<AtomIdx>, Problem> {
    let mut unpacker = Unpacker::open("the pinned atoms of the plan", bytes)?;
    let count = unpacker.count()?;
    let mut pinned = Vec::with_capacity(count);
    for _ in 0..count {
        pinned.push(AtomIdx(unpacker.small()?));
    }
    unpacker.end()?;
    Ok(pinned)
}
