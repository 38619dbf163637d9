//! 结果 Results of computations: JSON, compressed and sealed like the packs. They can always be computed again.

use crate::error::Problem;
use crate::pack;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Keeps a value under a key.
pub(crate) fn save<T: Serialize>(db: &Connection, key: &str, value: &T) -> Result<(), Problem> {
    let json = serde_json::to_vec(value).map_err(|error| Problem::Unfit(format!("the {key}: {error}")))?;
    db.execute(
        "INSERT OR REPLACE INTO lifang_result VALUES (?1, ?2)",
        params![key, pack::seal_folded(&json)?],
    )?;
    Ok(())
}

/// Reads the value of a key.
pub(crate) fn read<T: DeserializeOwned>(db: &Connection, key: &str) -> Result<Option<T>, Problem> {
    let sql = "SELECT value FROM lifang_result WHERE key = ?1";
    let Some(bytes) = db.query_row(sql, [key], |row| row.get::<_, Vec<u8>>(0)).optional()? else {
        return Ok(None);
    };
    serde_json::from_slice(&pack::unseal(key, &bytes)?)
        .map(Some)
        .map_err(|error| Problem::Damaged(format!("the {key}: {error}")))
}
