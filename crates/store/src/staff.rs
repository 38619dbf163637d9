//! 人员 Who has which role in which zone. Optional, entered by people who run the zones; in a table of its own that no
//! layer shows and nothing else reads.

use crate::PlanFile;
use crate::error::StoreError;
use rusqlite::params;
use serde::{Deserialize, Serialize};

/// 岗位人员 One person in one role of one zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Staff {
    /// Code of the zone.
    pub zone: String,
    /// Key of the role.
    pub role: String,
    /// Name.
    pub name: String,
    /// Telephone number.
    pub phone: Option<String>,
    /// Day the person began, as it was written.
    pub since: Option<String>,
}

impl PlanFile {
    /// 保存人员 Saves all staff, in place of those in the file.
    ///
    /// # Errors
    /// [`StoreError`], also when one person is listed twice for a role of a zone; the file is then as before.
    pub fn save_staff(&mut self, staff: &[Staff]) -> Result<(), StoreError> {
        self.write("saving the staff", |db| {
            db.execute("DELETE FROM lifang_staff", [])?;
            let mut insert = db.prepare_cached("INSERT INTO lifang_staff VALUES (?1, ?2, ?3, ?4, ?5)")?;
            for one in staff {
                insert.execute(params![one.zone, one.role, one.name, one.phone, one.since])?;
            }
            Ok(())
        })
    }

    /// 人员 All staff, by zone, role and name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn staff(&self) -> Result<Vec<Staff>, StoreError> {
        self.read("reading the staff", |db| {
            let sql = "SELECT zone, role, name, phone, since FROM lifang_staff ORDER BY zone, role, name";
            let mut statement = db.prepare_cached(sql)?;
            let rows = statement.query_map([], |row| {
                Ok(Staff {
                    zone: row.get(0)?,
                    role: row.get(1)?,
                    name: row.get(2)?,
                    phone: row.get(3)?,
                    since: row.get(4)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}
