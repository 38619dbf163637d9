//! 归档 Takes the write-ahead log into the file while edits go on, on a thread and a connection of its own: an edit waits
//! for its own line of the log only, never for the pages of a hundred edits before it.
//!
//! What is in the log is safe already, so nothing here can lose anything; a checkpoint that cannot be had now is had
//! later, at the latest when the file is let go of.

use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// Saves between two checkpoints.
const EVERY: u32 = 100;
/// Pages of the log, 64 MB, beyond which writers are asked to wait until it begins anew.
const LONG: i64 = 16_384;
/// How long to wait for writers then.
const PATIENCE: Duration = Duration::from_millis(500);

/// The thread, and how it is woken.
#[derive(Debug)]
pub(crate) struct Keeper {
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    saves: u32,
}

impl Keeper {
    /// Starts one for a file in write-ahead mode; `None` where the system gives no thread.
    pub(crate) fn start(path: &Path) -> Option<Self> {
        let path: PathBuf = path.to_owned();
        // One call waiting is enough: it takes in whatever came until it is heard.
        let (wake, woken) = sync_channel(1);
        let thread = std::thread::Builder::new().name("lifang-store".to_owned());
        let thread = thread.spawn(move || keep(&path, &woken)).ok()?;
        Some(Self { wake: Some(wake), thread: Some(thread), saves: 0 })
    }

    /// Says that something was saved.
    pub(crate) fn saved(&mut self) {
        self.saves += 1;
        if self.saves >= EVERY
            && let Some(wake) = &self.wake
            && wake.try_send(()).is_ok()
        {
            self.saves = 0;
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // Without a sender the thread comes to its end.
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            // A thread that failed has nothing to say: what it had to do is done when the file is let go of.
            let _ = thread.join();
        }
    }
}

fn keep(path: &Path, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        let _ = checkpoint(path);
    }
}

fn checkpoint(path: &Path) -> Result<(), rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(PATIENCE)?;
    let pages: i64 = db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1))?;
    if pages > LONG {
        // Somebody saves without a pause, so the log never came to its beginning by itself.
        db.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(()))?;
    }
    Ok(())
}
