//! 编辑日志 The log of edits: entries are only ever added, each sealed together with the one before it.
//!
//! The state of a plan is its stored assignment and, on top, the entries since. One edit adds one row; the assignment
//! itself is written anew only now and then ([`FOLD`]) and on [`crate::PlanFile::refresh`].

use crate::change::{self, Change};
use crate::error::Problem;
use lifang_model::{Edit, Plan};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

/// Entries after which the assignment is written anew, so that opening never replays many.
const FOLD: u64 = 1000;
/// Length of a seal.
const SEAL: usize = 16;

/// 签注 Who did something, when and why, as the caller says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// When, RFC 3339; this crate has no clock.
    #[serde(default)]
    pub at: Option<String>,
    /// Who.
    #[serde(default)]
    pub author: Option<String>,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}

/// 条目类型 What an entry of the log is.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// 编辑 An edit.
    Edit,
    /// 撤销 An entry taken back.
    Undo,
    /// 重做 An entry brought back.
    Redo,
    /// 合并 A scenario merged into the plan.
    Merge,
    /// 整案 Another plan under the same name, as a new partition makes it.
    Plan,
}

impl EntryKind {
    const fn word(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Undo => "undo",
            Self::Redo => "redo",
            Self::Merge => "merge",
            Self::Plan => "plan",
        }
    }

    fn parse(word: &str) -> Result<Self, Problem> {
        [Self::Edit, Self::Undo, Self::Redo, Self::Merge, Self::Plan]
            .into_iter()
            .find(|kind| kind.word() == word)
            .ok_or_else(|| Problem::Damaged(format!("the log holds {word:?}, which is no kind of entry")))
    }
}

/// 条目 One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its number, from 1.
    pub seq: u64,
    /// What it is.
    pub kind: EntryKind,
    /// The entry an undo takes back or a redo brings back.
    pub of: Option<u64>,
    /// Revision of the file it was made on.
    pub base: i64,
    /// Who, when, why.
    #[serde(flatten)]
    pub note: Note,
    /// What was asked for, where it was an edit.
    pub edit: Option<Edit>,
    /// Whether the plan as it is now holds it. Entries that do not are kept all the same.
    pub in_force: bool,
}

/// 游标 What undo and redo would do, newest last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// Entries in force, in order.
    pub undo: Vec<u64>,
    /// Entries taken back that can be brought back.
    pub redo: Vec<u64>,
}

impl Cursor {
    /// Takes a new entry into account. `false` when an undo or redo names another entry than the one that is next.
    #[must_use]
    pub fn follow(&mut self, seq: u64, kind: EntryKind, of: Option<u64>) -> bool {
        match kind {
            EntryKind::Edit | EntryKind::Merge | EntryKind::Plan => {
                self.undo.push(seq);
                self.redo.clear();
                true
            }
            EntryKind::Undo => step(&mut self.undo, &mut self.redo, of),
            EntryKind::Redo => step(&mut self.redo, &mut self.undo, of),
        }
    }

    fn checked(&mut self, seq: u64, kind: EntryKind, of: Option<u64>) -> Result<(), Problem> {
        let what = || Problem::Damaged(format!("entry {seq} of the log takes back what was not done last"));
        self.follow(seq, kind, of).then_some(()).ok_or_else(what)
    }
}

fn step(from: &mut Vec<u64>, to: &mut Vec<u64>, of: Option<u64>) -> bool {
    let next = of.is_some() && from.last().copied() == of;
    if next {
        to.extend(from.pop());
    }
    next
}

/// The end of the log of the current plan.
#[derive(Clone, Debug)]
pub(crate) struct Tail {
    pub plan: i64,
    pub seq: u64,
    /// Entries the stored assignment includes.
    pub logged: u64,
    seal: Vec<u8>,
    /// Whether the outlines in the file are marked stale.
    stale: bool,
}

/// Finds the end of the log of the current plan; `None` without a plan.
pub(crate) fn tail(db: &Connection) -> Result<Option<Tail>, Problem> {
    let sql = "SELECT id, logged FROM lifang_plan WHERE current";
    let head = db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((plan, logged)) = head else { return Ok(None) };
    Ok(Some(tail_of(db, plan, logged)?))
}

/// Finds the end of the log of a plan whose stored assignment includes so many entries.
pub(crate) fn tail_of(db: &Connection, plan: i64, logged: u64) -> Result<Tail, Problem> {
    let (seq, seal) = last(db, plan)?;
    let sql = "SELECT EXISTS (SELECT 1 FROM gpkg_contents, lifang_derived USING (table_name)
        WHERE description LIKE 'stale%')";
    let stale = db.query_row(sql, [], |row| row.get(0))?;
    Ok(Tail { plan, seq, logged, seal, stale })
}

/// The last entry's number and seal; 0 and nothing for an empty log.
fn last(db: &Connection, plan: i64) -> Result<(u64, Vec<u8>), Problem> {
    let sql = "SELECT seq, seal FROM lifang_edit WHERE plan = ?1 ORDER BY seq DESC LIMIT 1";
    let last = db.query_row(sql, [plan], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(last.unwrap_or_default())
}

/// What goes into a new entry.
pub(crate) struct Fresh<'a> {
    pub kind: EntryKind,
    pub of: Option<u64>,
    pub base: i64,
    pub note: &'a Note,
    pub edit: Option<&'a Edit>,
    pub change: Option<&'a Change>,
}

/// Adds an entry behind the last and returns the new tail.
pub(crate) fn append(db: &Connection, tail: &Tail, fresh: &Fresh<'_>) -> Result<Tail, Problem> {
    let row = Row {
        seq: tail.seq + 1,
        kind: fresh.kind.word().to_owned(),
        of: fresh.of,
        base: fresh.base,
        note: fresh.note.clone(),
        edit: fresh
            .edit
            .map(|edit| {
                let json = serde_json::to_vec(edit).map_err(|error| Problem::Unfit(error.to_string()))?;
                crate::pack::seal(&json)
            })
            .transpose()?,
        change: fresh.change.map(change::pack).transpose()?,
    };
    let seal = row.seal(&tail.seal);
    db.prepare_cached("INSERT INTO lifang_edit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")?
        .execute(params![
            tail.plan,
            row.seq,
            row.kind,
            row.of,
            row.base,
            row.note.at,
            row.note.author,
            row.note.reason,
            row.edit,
            row.change,
            seal
        ])?;
    if !tail.stale {
        // The outlines in the file no longer show the plan; whoever opens it in a GIS is told.
        db.execute(
            "UPDATE gpkg_contents SET description = 'stale 待更新, ' || description
             WHERE table_name IN (SELECT table_name FROM lifang_derived)",
            [],
        )?;
    }
    Ok(Tail { seq: row.seq, seal, stale: true, ..tail.clone() })
}

/// Whether the assignment should be written anew with the next entry.
pub(crate) fn is_long(tail: &Tail) -> bool {
    tail.seq - tail.logged >= FOLD
}

/// Notes that the stored assignment includes the whole log, and says so in the tail.
pub(crate) fn folded(db: &Connection, tail: &mut Tail) -> Result<(), Problem> {
    db.execute("UPDATE lifang_plan SET logged = ?2 WHERE id = ?1", params![tail.plan, tail.seq])?;
    tail.logged = tail.seq;
    Ok(())
}

/// Notes that the outlines were drawn anew.
pub(crate) fn drawn(tail: &mut Tail) {
    tail.stale = false;
}

/// Whether the outlines in the file are older than the last edit.
pub(crate) fn is_stale(tail: &Tail) -> bool {
    tail.stale
}

/// A row as it is stored.
struct Row {
    seq: u64,
    kind: String,
    of: Option<u64>,
    base: i64,
    note: Note,
    edit: Option<Vec<u8>>,
    change: Option<Vec<u8>>,
}

impl Row {
    /// Over the seal before and everything in the row, each part with its length.
    fn seal(&self, before: &[u8]) -> Vec<u8> {
        let mut hasher = blake3::Hasher::new();
        let mut part = |bytes: Option<&[u8]>| {
            hasher.update(&bytes.map_or(u64::MAX, |bytes| bytes.len() as u64).to_le_bytes());
            hasher.update(bytes.unwrap_or_default());
        };
        part(Some(before));
        part(Some(&self.seq.to_le_bytes()));
        part(Some(self.kind.as_bytes()));
        part(self.of.map(u64::to_le_bytes).as_ref().map(|bytes| &bytes[..]));
        part(Some(&self.base.to_le_bytes()));
        for text in [&self.note.at, &self.note.author, &self.note.reason] {
            part(text.as_deref().map(str::as_bytes));
        }
        part(self.edit.as_deref());
        part(self.change.as_deref());
        hasher.finalize().as_bytes()[..SEAL].to_vec()
    }
}

/// Goes through the log of a plan from an entry on, checking every seal.
fn walk(
    db: &Connection,
    plan: i64,
    after: u64,
    mut each: impl FnMut(Row) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let sql = "SELECT seal FROM lifang_edit WHERE plan = ?1 AND seq = ?2";
    let mut before: Vec<u8> =
        db.query_row(sql, params![plan, after], |row| row.get(0)).optional()?.unwrap_or_default();
    let mut statement = db.prepare_cached(
        "SELECT seq, kind, of, base, at, author, reason, edit, change, seal
         FROM lifang_edit WHERE plan = ?1 AND seq > ?2 ORDER BY seq",
    )?;
    let mut query = statement.query(params![plan, after])?;
    let mut expected = after;
    while let Some(row) = query.next()? {
        let note = Note { at: row.get(4)?, author: row.get(5)?, reason: row.get(6)? };
        let entry = Row {
            seq: row.get(0)?,
            kind: row.get(1)?,
            of: row.get(2)?,
            base: row.get(3)?,
            note,
            edit: row.get(7)?,
            change: row.get(8)?,
        };
        let seal: Vec<u8> = row.get(9)?;
        expected += 1;
        if entry.seq != expected || entry.seal(&before) != seal {
            let what = format!("entry {expected} of the log was changed, or one before it is missing");
            return Err(Problem::Damaged(what));
        }
        before = seal;
        each(entry)?;
    }
    Ok(())
}

/// What every entry after one changed, in order.
fn effects(db: &Connection, id: i64, after: u64) -> Result<Vec<Change>, Problem> {
    let mut effects = Vec::new();
    walk(db, id, after, |row| {
        effects.push(match (EntryKind::parse(&row.kind)?, row.of, row.change) {
            (EntryKind::Edit | EntryKind::Merge | EntryKind::Plan, _, Some(packed)) => {
                change::unpack(&packed)?
            }
            (EntryKind::Undo, Some(of), _) => change(db, id, of)?.inverse(),
            (EntryKind::Redo, Some(of), _) => change(db, id, of)?,
            _ => return Err(Problem::Damaged(format!("entry {} of the log says nothing", row.seq))),
        });
        Ok(())
    })?;
    Ok(effects)
}

/// Applies changes. The name of a plan is its own: one that took its place under an older name does not bring that back.
fn take(plan: &mut Plan, changes: impl Iterator<Item = Change>) -> Result<(), Problem> {
    let name = plan.name.clone();
    for change in changes {
        change
            .apply(plan)
            .map_err(|error| Problem::Damaged(format!("the log does not fit the plan: {error}")))?;
    }
    plan.name = name;
    Ok(())
}

/// Brings a plan read from its stored assignment up to the end of the log.
pub(crate) fn replay(db: &Connection, id: i64, logged: u64, plan: &mut Plan) -> Result<(), Problem> {
    take(plan, effects(db, id, logged)?.into_iter())
}

/// Takes a plan at the end of the log back to what it was right after an entry.
pub(crate) fn back(db: &Connection, id: i64, seq: u64, plan: &mut Plan) -> Result<(), Problem> {
    take(plan, effects(db, id, seq)?.iter().rev().map(Change::inverse))
}

/// What turned the ground into what it is at the end of the log, newest first, each as the change that takes it back.
pub(crate) fn grounds_back(db: &Connection, id: i64) -> Result<Vec<Change>, Problem> {
    let ground = |change: &Change| matches!(change, Change::Divide(_) | Change::Join(_));
    Ok(effects(db, id, 0)?.iter().rev().filter(|change| ground(change)).map(Change::inverse).collect())
}

/// What an entry changed.
pub(crate) fn change(db: &Connection, plan: i64, seq: u64) -> Result<Change, Problem> {
    let sql = "SELECT change FROM lifang_edit WHERE plan = ?1 AND seq = ?2";
    let packed: Option<Vec<u8>> =
        db.prepare_cached(sql)?.query_row(params![plan, seq], |row| row.get(0)).optional()?.flatten();
    change::unpack(&packed.ok_or_else(|| Problem::Damaged(format!("the log lacks entry {seq}")))?)
}

/// What undo and redo would do.
pub(crate) fn cursor(db: &Connection, plan: i64) -> Result<Cursor, Problem> {
    let mut statement =
        db.prepare_cached("SELECT seq, kind, of FROM lifang_edit WHERE plan = ?1 ORDER BY seq")?;
    let mut query = statement.query([plan])?;
    let mut cursor = Cursor::default();
    while let Some(row) = query.next()? {
        cursor.checked(row.get(0)?, EntryKind::parse(&row.get::<_, String>(1)?)?, row.get(2)?)?;
    }
    Ok(cursor)
}

/// The whole log, checked.
pub(crate) fn entries(db: &Connection, plan: i64) -> Result<Vec<Entry>, Problem> {
    let mut entries = Vec::new();
    let mut cursor = Cursor::default();
    walk(db, plan, 0, |row| {
        let kind = EntryKind::parse(&row.kind)?;
        cursor.checked(row.seq, kind, row.of)?;
        let edit = row.edit.as_deref().map(|sealed| crate::pack::unseal("an edit in the log", sealed));
        let edit = edit.transpose()?.map(|json| serde_json::from_slice(&json));
        entries.push(Entry {
            seq: row.seq,
            kind,
            of: row.of,
            base: row.base,
            note: row.note,
            edit: edit
                .transpose()
                .map_err(|error| Problem::Damaged(format!("an edit in the log: {error}")))?,
            in_force: false,
        });
        Ok(())
    })?;
    for seq in cursor.undo {
        if let Some(entry) = usize::try_from(seq - 1).ok().and_then(|at| entries.get_mut(at)) {
            entry.in_force = true;
        }
    }
    Ok(entries)
}
