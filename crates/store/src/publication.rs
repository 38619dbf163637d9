//! 发布 What was published: whole, signed, never changed. The file's own triggers refuse to delete or alter it.

use crate::error::{Problem, StoreError};
use crate::log::{self, Note};
use crate::{PlanFile, pack};
use lifang_model::{Edit, Patch, Plan, ZoneCode};
use rusqlite::{Connection, params};
use serde::Serialize;

/// 发布记录 One published state of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Publication {
    /// Its number, from 1.
    pub number: i64,
    /// Entry of the log that published it.
    pub entry: u64,
    /// The day it comes into force, `YYYY-MM-DD`.
    pub effective: String,
    /// The day it goes out of force, once the next one is published.
    pub retired: Option<String>,
    /// Who, when, why.
    #[serde(flatten)]
    pub note: Note,
    /// BLAKE3 of the content, hexadecimal.
    pub signature: String,
}

/// 沿革行 How many people went from a zone of the publication before to a zone of this one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Succession {
    /// Key of the level.
    pub level: String,
    /// Code before; empty for people who were in no zone or not there.
    pub old: String,
    /// Code now; empty for people who are in no zone or gone.
    pub new: String,
    /// Households.
    pub households: u64,
    /// Residents.
    pub persons: u64,
}

/// 签名 The signature of a content.
#[must_use]
pub fn signature(content: &[u8]) -> String {
    blake3::hash(content).to_hex().to_string()
}

impl PlanFile {
    /// 记入发布 Adds to the log that the plan was published, and keeps what was published. `content` is everything a
    /// reader of the publication needs; it is kept as it is.
    ///
    /// # Errors
    /// As [`PlanFile::log_edit`]; nothing is published then.
    pub fn publish(
        &mut self,
        (edit, patch, after): (&Edit, &Patch, &Plan),
        effective: &str,
        content: &[u8],
        succession: &[Succession],
        note: &Note,
    ) -> Result<u64, StoreError> {
        let base = self.revision();
        self.tail = None;
        let tail = self.write("publishing", |db| {
            let tail = log::tail(db)?.ok_or_else(|| Problem::Unfit("there is no plan".to_owned()))?;
            let change = crate::Change::Patch(patch.clone());
            let kind = log::EntryKind::Edit;
            let fresh = log::Fresh { kind, of: None, base, note, edit: Some(edit), change: Some(&change) };
            let mut tail = log::append(db, &tail, &fresh)?;
            crate::plan::write(db, tail.plan, after)?;
            log::folded(db, &mut tail)?;
            save(db, tail.plan, tail.seq, effective, content, succession, note)?;
            Ok(tail)
        })?;
        let seq = tail.seq;
        self.tail = Some(tail);
        Ok(seq)
    }

    /// 发布名录 What was published of the current plan, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn publications(&self) -> Result<Vec<Publication>, StoreError> {
        self.read("reading the publications", |db| match log::tail(db)? {
            Some(tail) => list(db, tail.plan),
            None => Ok(Vec::new()),
        })
    }

    /// 发布内容 The content of a publication, its signature checked.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it is not what was published, or there is none of that number.
    pub fn published(&self, number: i64) -> Result<Vec<u8>, StoreError> {
        self.read("reading the publication", |db| content(db, number))
    }

    /// 沿革 How people went from the publication before to this one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn succession(&self, number: i64) -> Result<Vec<Succession>, StoreError> {
        self.read("reading the publication", |db| {
            let sql = "SELECT level, old, new, households, persons FROM lifang_succession
                WHERE publication = ?1 ORDER BY level, old, new";
            let mut statement = db.prepare(sql)?;
            let rows = statement.query_map([number], |row| {
                Ok(Succession {
                    level: row.get(0)?,
                    old: row.get(1)?,
                    new: row.get(2)?,
                    households: row.get(3)?,
                    persons: row.get(4)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// 曾用编码 Codes that were ever published for the current plan.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn published_codes(&self) -> Result<Vec<ZoneCode>, StoreError> {
        self.read("reading the publications", |db| {
            let Some(tail) = log::tail(db)? else { return Ok(Vec::new()) };
            let mut statement = db.prepare("SELECT code FROM lifang_code WHERE plan = ?1 ORDER BY code")?;
            let codes: Vec<String> =
                statement.query_map([tail.plan], |row| row.get(0))?.collect::<Result<_, _>>()?;
            let code =
                |text: String| ZoneCode::new(text).map_err(|error| Problem::Damaged(error.to_string()));
            codes.into_iter().map(code).collect()
        })
    }
}

fn save(
    db: &Connection,
    plan: i64,
    seq: u64,
    effective: &str,
    content: &[u8],
    succession: &[Succession],
    note: &Note,
) -> Result<(), Problem> {
    db.execute(
        "UPDATE lifang_publication SET retired = ?2 WHERE plan = ?1 AND retired IS NULL",
        params![plan, effective],
    )?;
    db.execute(
        "INSERT INTO lifang_publication (plan, seq, effective, at, author, reason, signature, content)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            plan,
            seq,
            effective,
            note.at,
            note.author,
            note.reason,
            signature(content),
            pack::seal(content)?
        ],
    )?;
    let number = db.last_insert_rowid();
    let mut insert = db.prepare("INSERT INTO lifang_succession VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for row in succession {
        insert.execute(params![number, row.level, row.old, row.new, row.households, row.persons])?;
    }
    db.execute(
        "INSERT OR IGNORE INTO lifang_code SELECT plan, code FROM lifang_zone WHERE plan = ?1",
        [plan],
    )?;
    Ok(())
}

fn list(db: &Connection, plan: i64) -> Result<Vec<Publication>, Problem> {
    let mut statement = db.prepare(
        "SELECT id, seq, effective, retired, at, author, reason, signature
         FROM lifang_publication WHERE plan = ?1 ORDER BY id",
    )?;
    let rows = statement.query_map([plan], |row| {
        Ok(Publication {
            number: row.get(0)?,
            entry: row.get(1)?,
            effective: row.get(2)?,
            retired: row.get(3)?,
            note: Note { at: row.get(4)?, author: row.get(5)?, reason: row.get(6)? },
            signature: row.get(7)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Checks every signature.
pub(crate) fn check(db: &Connection) -> Result<(), Problem> {
    let mut statement = db.prepare("SELECT id FROM lifang_publication ORDER BY id")?;
    let numbers: Vec<i64> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    numbers.into_iter().try_for_each(|number| content(db, number).map(drop))
}

fn content(db: &Connection, number: i64) -> Result<Vec<u8>, Problem> {
    use rusqlite::OptionalExtension as _;
    let sql = "SELECT content, signature FROM lifang_publication WHERE id = ?1";
    let row: Option<(Vec<u8>, String)> =
        db.query_row(sql, [number], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((sealed, signed)) = row else {
        return Err(Problem::Damaged(format!("there is no publication {number}")));
    };
    let content = pack::unseal("a publication", &sealed)?;
    if signature(&content) == signed {
        Ok(content)
    } else {
        Err(Problem::Damaged(format!("publication {number} is not what was signed")))
    }
}
