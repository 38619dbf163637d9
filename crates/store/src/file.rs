//! 方案文件 The plan file: opening, creating, and the transaction around everything.

use crate::error::{Problem, StoreError};
use crate::keeper::Keeper;
use crate::log::Tail;
use crate::schema;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long to wait for another program to finish a write before saying that the file is locked.
const PATIENCE: Duration = Duration::from_secs(2);
/// "GPKG", as SQLite keeps it.
const APPLICATION: i64 = 0x4750_4B47;
/// GeoPackage 1.3.
const GEOPACKAGE: i64 = 10300;

/// 方案文件 An open plan file.
///
/// Every save is one transaction that is on the disk when the call returns; a save that fails changes nothing. When
/// another program saved or edited in between, a save is refused ([`StoreError::Changed`]) rather than undoing it.
#[derive(Debug)]
pub struct PlanFile {
    pub(crate) path: PathBuf,
    pub(crate) db: Connection,
    /// The end of the log, once known.
    pub(crate) tail: Option<Tail>,
    seen: i64,
    held: bool,
    /// Present while the file is held.
    keeper: Option<Keeper>,
}

impl Drop for PlanFile {
    fn drop(&mut self) {
        // Its connection would keep the file from going back.
        self.keeper = None;
        if self.held {
            // Back to one file at rest. Where another program still has it open, that program's last close does it, or
            // the next one to open it here.
            let _ = at_rest(&self.db);
        }
    }
}

impl PlanFile {
    /// Makes a new plan file with nothing in it. It appears under its name only once it is whole.
    ///
    /// # Errors
    /// [`StoreError::Exists`] if there is a file of that name, and what the system or the engine refuses.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        if path.exists() {
            return Err(StoreError::Exists { path: path.to_owned() });
        }
        Self::make(path, false)
    }

    /// Makes a new plan file, in place of one that may be there; call it only where the user asked for that.
    ///
    /// # Errors
    /// What the system or the engine refuses; the old file is then still there.
    pub fn create_over(path: &Path) -> Result<Self, StoreError> {
        Self::make(path, true)
    }

    fn make(path: &Path, over: bool) -> Result<Self, StoreError> {
        let failed = |doing| move |source| StoreError::Io { path: path.to_owned(), doing, source };
        let draft = draft(path)?;
        {
            let db = Connection::open(draft.path()).map_err(|e| Problem::from(e).at(path, "creating"))?;
            prepare(&db).map_err(|problem| problem.at(path, "creating"))?;
        }
        publish(draft, path, over)?;
        // The new name must survive a power cut too.
        #[cfg(unix)]
        std::fs::File::open(folder(path))
            .and_then(|dir| dir.sync_all())
            .map_err(failed("syncing the folder"))?;
        #[cfg(not(unix))]
        let _ = failed;
        Self::open(path)
    }

    /// Opens a plan file to read and save.
    ///
    /// # Errors
    /// [`StoreError`] when the file is missing, no plan, damaged, from a newer version, locked or read-only.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        look(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db =
            Connection::open_with_flags(path, flags).map_err(|e| Problem::from(e).at(path, "opening"))?;
        let mut file = Self { path: path.to_owned(), db, tail: None, seen: 0, held: false, keeper: None };
        file.settle().map_err(|problem| problem.at(path, "opening"))?;
        let version = file.version()?;
        if file.db.is_readonly("main").map_err(|e| Problem::from(e).at(path, "opening"))? {
            return Err(StoreError::ReadOnly { path: path.to_owned() });
        }
        if version < schema::newest() {
            file.write("bringing the file up to date", |db| schema::migrate(db, version))?;
        }
        Ok(file)
    }

    /// Opens a plan file to read only, also from a folder or medium that cannot be written to.
    ///
    /// # Errors
    /// As [`PlanFile::open`]; [`StoreError::Older`] for a file of an older version, which must be opened for saving once.
    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        look(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db =
            Connection::open_with_flags(path, flags).map_err(|e| Problem::from(e).at(path, "opening"))?;
        let mut file = Self { path: path.to_owned(), db, tail: None, seen: 0, held: false, keeper: None };
        file.settle().map_err(|problem| problem.at(path, "opening"))?;
        let version = file.version()?;
        if version < schema::newest() {
            return Err(StoreError::Older { path: path.to_owned(), found: version });
        }
        Ok(file)
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Number of changes the file had seen when it was opened here, plus the saves since.
    #[must_use]
    pub fn revision(&self) -> i64 {
        self.seen
    }

    /// 占用 Readies the file for an editing session: until this value is dropped, saves go to a write-ahead log beside the
    /// file, so that each costs one wait for the disk instead of five, and other programs can read all the while.
    /// Returns whether that could be had; where it could not, as on some network drives or while another program
    /// reads, saves are as safe but slower.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be used.
    pub fn hold(&mut self) -> Result<bool, StoreError> {
        let ask = || -> Result<String, rusqlite::Error> {
            self.db.busy_timeout(Duration::ZERO)?;
            let mode = self.db.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0));
            self.db.busy_timeout(PATIENCE)?;
            mode
        };
        self.held = match ask() {
            Ok(mode) => mode == "wal",
            Err(error) if busy(&error) => false,
            Err(error) => return Err(Problem::from(error).at(&self.path, "opening for editing")),
        };
        self.keeper = if self.held { Keeper::start(&self.path) } else { None };
        if self.keeper.is_some() {
            // No save waits for the pages of those before it.
            self.db
                .pragma_update_and_check(None, "wal_autocheckpoint", 0, |_| Ok(()))
                .map_err(|error| Problem::from(error).at(&self.path, "opening for editing"))?;
        }
        Ok(self.held)
    }

    /// Writes a copy of the file, whole and consistent even while others write, under a name that must be free.
    ///
    /// # Errors
    /// [`StoreError::Exists`], and what the system or the engine refuses.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        if to.exists() {
            return Err(StoreError::Exists { path: to.to_owned() });
        }
        let draft = draft(to)?;
        let copy = || -> Result<(), rusqlite::Error> {
            let mut target = Connection::open(draft.path())?;
            rusqlite::backup::Backup::new(&self.db, &mut target)?.run_to_completion(
                1024,
                Duration::ZERO,
                None,
            )?;
            target.pragma_update(None, "journal_mode", "DELETE")
        };
        copy().map_err(|error| Problem::from(error).at(to, "copying"))?;
        publish(draft, to, false)
    }

    /// Looks for damage: the engine's own check of every page, then every table read as a plan needs it.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] or [`StoreError::BadRow`] with what was found first.
    pub fn check(&self) -> Result<(), StoreError> {
        self.read("checking", |db| {
            let answer: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
            if answer == "ok" { Ok(()) } else { Err(Problem::Damaged(answer)) }
        })?;
        self.territory_if_any()?;
        self.ground()?;
        for name in self.plans()? {
            self.plan_named(&name)?;
        }
        self.history()?;
        for publication in self.publications()? {
            self.published(publication.number)?;
        }
        Ok(())
    }

    /// Runs a save in one transaction, on the disk when this returns.
    pub(crate) fn write<T>(
        &mut self,
        doing: &'static str,
        save: impl FnOnce(&Connection) -> Result<T, Problem>,
    ) -> Result<T, StoreError> {
        let seen = self.seen;
        let run = || {
            let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let found = schema::revision(&transaction)?;
            if found != seen {
                return Err(Problem::Changed { seen, found });
            }
            let value = save(&transaction)?;
            schema::set(&transaction, "revision", seen + 1)?;
            transaction.commit()?;
            Ok(value)
        };
        let value = run().map_err(|problem| problem.at(&self.path, doing))?;
        self.seen += 1;
        if let Some(keeper) = &mut self.keeper {
            keeper.saved();
        }
        Ok(value)
    }

    /// Runs a read over one state of the file.
    pub(crate) fn read<T>(
        &self,
        doing: &'static str,
        read: impl FnOnce(&Connection) -> Result<T, Problem>,
    ) -> Result<T, StoreError> {
        let run = || read(&*self.db.unchecked_transaction()?);
        run().map_err(|problem| problem.at(&self.path, doing))
    }

    /// Sets the connection up and, if that fails because the folder cannot be written to, takes the file as it is.
    fn settle(&mut self) -> Result<(), Problem> {
        let first = configure(&self.db);
        let Err(rusqlite::Error::SqliteFailure(error, _)) = &first else { return Ok(first?) };
        let readable = self.db.is_readonly("main").unwrap_or(false);
        if error.code != rusqlite::ErrorCode::CannotOpen || !readable || sidecar(&self.path, "-wal").exists()
        {
            return Ok(first?);
        }
        // A file another program left in write-ahead mode needs a helper file, which cannot be made here. Without a
        // log beside it the file itself is complete.
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        self.db = Connection::open_with_flags(immutable(&self.path), flags)?;
        Ok(configure(&self.db)?)
    }

    fn version(&mut self) -> Result<i64, StoreError> {
        let path = self.path.clone();
        let refuse = |why: &str| StoreError::NotAPlan { path: path.clone(), why: why.to_owned() };
        let ask = || -> Result<_, rusqlite::Error> {
            let application: i64 = self.db.pragma_query_value(None, "application_id", |row| row.get(0))?;
            Ok((application, schema::version(&self.db)?))
        };
        let (application, version) = ask().map_err(|error| Problem::from(error).at(&path, "opening"))?;
        let Some(version) = version else {
            let is = if application == APPLICATION { "a GeoPackage" } else { "a SQLite database" };
            return Err(refuse(&format!("it is {is} without a plan in it")));
        };
        if version > schema::newest() {
            return Err(StoreError::Newer { path, found: version, known: schema::newest() });
        }
        if application != APPLICATION || version < 1 {
            return Err(refuse("its header is not that of a plan file"));
        }
        self.seen = schema::revision(&self.db).map_err(|error| Problem::from(error).at(&path, "opening"))?;
        Ok(version)
    }
}

/// What can be told without opening the file is told before the engine sees it. The file itself is left to the engine:
/// on Unix, closing a file a second time in one process gives up the locks the first holds, and another program could
/// then take the log away from under an editing session.
fn look(path: &Path) -> Result<(), StoreError> {
    let refuse = |why: &str| StoreError::NotAPlan { path: path.to_owned(), why: why.to_owned() };
    let meta = match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(StoreError::Missing { path: path.to_owned() });
        }
        other => {
            other.map_err(|source| StoreError::Io { path: path.to_owned(), doing: "opening", source })?
        }
    };
    if !meta.is_file() {
        return Err(refuse("it is a folder, or no ordinary file"));
    }
    if meta.len() == 0 { Err(refuse("it is empty")) } else { Ok(()) }
}

fn configure(db: &Connection) -> Result<(), rusqlite::Error> {
    db.busy_timeout(PATIENCE)?;
    // The triggers are for other programs and call functions only they have; whole layers are written here.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    // A file from elsewhere must not run code through its schema.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    db.pragma_update(None, "synchronous", "EXTRA")?;
    db.pragma_update(None, "foreign_keys", false)?;
    // Reads the first page, so that a file that cannot be used is found now.
    let mode: String = db.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if mode == "wal" && !db.is_readonly("main")? {
        // Left so by another program; back to one file at rest, unless that program still has it open.
        let _ = at_rest(db);
    }
    Ok(())
}

/// Takes the write-ahead log back into the file.
fn at_rest(db: &Connection) -> Result<(), rusqlite::Error> {
    db.busy_timeout(Duration::ZERO)?;
    let done = db.pragma_update_and_check(None, "journal_mode", "DELETE", |row| row.get::<_, String>(0));
    db.busy_timeout(PATIENCE)?;
    done.map(drop)
}

fn busy(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode as Code;
    matches!(error.sqlite_error_code(), Some(Code::DatabaseBusy | Code::DatabaseLocked))
}

/// Writes an empty plan into a fresh database.
fn prepare(db: &Connection) -> Result<(), Problem> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    db.pragma_update_and_check(None, "journal_mode", "MEMORY", |row| row.get::<_, String>(0))?;
    db.pragma_update(None, "application_id", APPLICATION)?;
    db.pragma_update(None, "user_version", GEOPACKAGE)?;
    let transaction = db.unchecked_transaction()?;
    schema::migrate(&transaction, 0)?;
    transaction.commit()?;
    Ok(())
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn sidecar(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// An unnamed file beside the wanted one, removed again unless published.
fn draft(path: &Path) -> Result<tempfile::NamedTempFile, StoreError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".lifang-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder(path)).map_err(|source| match source.kind() {
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
            StoreError::ReadOnly { path: path.to_owned() }
        }
        std::io::ErrorKind::StorageFull => StoreError::DiskFull { path: path.to_owned() },
        _ => StoreError::Io { path: path.to_owned(), doing: "creating", source },
    })
}

/// Gives a finished draft its name.
fn publish(draft: tempfile::NamedTempFile, path: &Path, over: bool) -> Result<(), StoreError> {
    let failed = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::AlreadyExists => StoreError::Exists { path: path.to_owned() },
        _ => StoreError::Io { path: path.to_owned(), doing: "creating", source },
    };
    draft.as_file().sync_all().map_err(failed)?;
    for ending in ["-journal", "-wal", "-shm"] {
        // What an earlier file of this name left must not be taken for a log of the new one.
        let _ = std::fs::remove_file(sidecar(path, ending));
    }
    let named = if over { draft.persist(path) } else { draft.persist_noclobber(path) };
    named.map(drop).map_err(|error| failed(error.error))
}

fn immutable(path: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let text = absolute.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{text}?immutable=1")
}
