//! 方案室 The plans that are open: each in a room of its own, at an address of its own, and one of them in front.
//!
//! `/plans/{file}/…` is the room of that plan: its page, its API, its OGC interface, its events and jobs. It is opened when
//! somebody first asks there, and closed when nobody has asked or listened for long. An address without `/plans/` means the
//! plan in front: the one the server was started with, or the one somebody put there.

use crate::error::ApiError;
use crate::folder::existing;
use crate::plans::{Open, Plans, said};
use crate::routes;
use crate::state::{Served, Shared};
use crate::warm;
use axum::Router;
use lifang_model::Silent;
use lifang_planner::Session;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// Plans open at once; one more closes the one that was left alone the longest.
const MOST: usize = 24;

/// How long a plan stays open that nobody looks at.
const IDLE: Duration = Duration::from_secs(600);

/// 方案室 One open plan, or none, and what answers for it.
pub(crate) struct Room {
    pub(crate) served: Arc<Served>,
    pub(crate) router: Router,
    /// Requests under way.
    asked: AtomicUsize,
    last: Mutex<Instant>,
    /// What the file looked like when it was last asked whether it changed.
    seen: Mutex<[Option<(u64, SystemTime)>; 2]>,
}

/// Length and time of a plan file and of its log.
fn stamp(path: &Path) -> [Option<(u64, SystemTime)>; 2] {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    [path.as_os_str(), &log].map(|file| {
        let meta = std::fs::metadata(file).ok()?;
        Some((meta.len(), meta.modified().ok()?))
    })
}

/// A request under way in a room, which keeps it open.
pub(crate) struct Visit(Arc<Room>);

impl Drop for Visit {
    fn drop(&mut self) {
        self.0.touch();
        self.0.asked.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Room {
    fn new(shared: &Shared, plan: Option<Arc<dyn Plans>>) -> Arc<Self> {
        let served = Served::new(shared, plan);
        let router = routes::of_plan(Arc::clone(&served));
        Arc::new(Self {
            served,
            router,
            asked: AtomicUsize::new(0),
            last: Mutex::new(Instant::now()),
            seen: Mutex::default(),
        })
    }

    /// Says that somebody is asking here until the visit is over.
    pub(crate) fn visit(self: &Arc<Self>) -> Visit {
        self.asked.fetch_add(1, Ordering::AcqRel);
        self.touch();
        Visit(Arc::clone(self))
    }

    /// Works out what the first map of the plan asks for, beside whatever else is asked.
    fn warm(&self) {
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(warm::first_map(Arc::clone(&self.served), self.router.clone()));
        }
    }

    fn touch(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn look(&self) {
        let Some(plan) = self.served.plan() else { return };
        if self.served.events.listeners() == 0 || self.served.jobs.busy(&plan.file_name()) {
            return;
        }
        let stamp = stamp(&plan.path());
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen == stamp {
            return;
        }
        // A file that cannot be read just now is looked at again.
        if let Ok(overtaken) = plan.overtaken() {
            *seen = stamp;
            if overtaken && plan.reload().is_ok() {
                self.served.changed(&*plan, "elsewhere");
            }
        }
    }

    /// How long nobody has been here; `None` while somebody asks, listens or works.
    fn idle(&self) -> Option<Duration> {
        let busy = self.asked.load(Ordering::Acquire) > 0
            || self.served.events.listeners() > 0
            || self.served.plan().is_some_and(|plan| self.served.jobs.busy(&plan.file_name()));
        (!busy).then(|| self.last.lock().unwrap_or_else(PoisonError::into_inner).elapsed())
    }
}

#[derive(Default)]
struct Rooms {
    open: BTreeMap<String, Arc<Room>>,
    front: Option<String>,
}

/// 方案室 See the module.
pub(crate) struct Hall {
    shared: Shared,
    /// Where nobody's plan is: the start page, uploads, plans being made.
    lobby: Arc<Room>,
    rooms: Mutex<Rooms>,
    /// Held while a plan is read, so that two who ask for it at once open it once.
    door: Mutex<()>,
    /// Whether plans are made ready for their first map as soon as they are open.
    warming: AtomicBool,
}

impl Hall {
    /// A folder of plans, and the plan in front if there is one.
    pub(crate) fn new(folder: PathBuf, front: Option<Arc<dyn Plans>>) -> Arc<Self> {
        let shared = Shared::new(folder);
        let lobby = Room::new(&shared, None);
        let mut rooms = Rooms::default();
        if let Some(plan) = front {
            let name = plan.file_name();
            rooms.open.insert(name.clone(), Room::new(&shared, Some(plan)));
            rooms.front = Some(name);
        }
        Arc::new(Self {
            shared,
            lobby,
            rooms: Mutex::new(rooms),
            door: Mutex::default(),
            warming: AtomicBool::new(false),
        })
    }

    fn rooms(&self) -> MutexGuard<'_, Rooms> {
        // Every change is one assignment after another; none can panic halfway.
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes every plan that is open, and every one opened from now on, ready for its first map in the background.
    pub(crate) fn warm(&self) {
        self.warming.store(true, Ordering::Relaxed);
        self.front().warm();
    }

    /// The name of the plan in front.
    pub(crate) fn front_name(&self) -> Option<String> {
        self.rooms().front.clone()
    }

    /// The room of the plan in front, or the lobby.
    pub(crate) fn front(&self) -> Arc<Room> {
        let rooms = self.rooms();
        let front = rooms.front.as_ref().and_then(|name| rooms.open.get(name));
        Arc::clone(front.unwrap_or(&self.lobby))
    }

    /// The plans that are open, and how many pages look at each.
    pub(crate) fn opened(&self) -> Value {
        let rooms = self.rooms();
        let told = |(file, room): (&String, &Arc<Room>)| json!({ "file": file, "pages": room.served.events.listeners() });
        rooms.open.iter().map(told).collect()
    }

    /// A room that is open already.
    pub(crate) fn open_room(&self, file: &str) -> Option<Arc<Room>> {
        self.rooms().open.get(file).cloned()
    }

    /// The room of a plan, opened if it is not. Reads the file: for the threads that may wait.
    ///
    /// # Errors
    /// [`ApiError`] where there is no such plan, it cannot be read, or too many are being looked at.
    pub(crate) fn room(&self, file: &str) -> Result<Arc<Room>, ApiError> {
        if let Some(room) = self.open_room(file) {
            return Ok(room);
        }
        let _one_at_a_time = self.door.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(room) = self.open_room(file) {
            return Ok(room);
        }
        let path = existing(&self.shared.folder, file)?;
        self.sweep()?;
        let session = Session::open(&path, &Silent).map_err(|error| self.nameless(said(error)))?;
        let plan: Arc<dyn Plans> = Arc::new(Open::new(session));
        let room = Room::new(&self.shared, Some(plan));
        self.rooms().open.insert(file.to_owned(), Arc::clone(&room));
        if self.warming.load(Ordering::Relaxed) {
            room.warm();
        }
        Ok(room)
    }

    /// The same without the folder's own place, which is nobody's business.
    fn nameless(&self, error: ApiError) -> ApiError {
        let folder = format!("{}/", self.shared.folder.display());
        match error {
            ApiError::Refused(text) => ApiError::Refused(text.replace(&folder, "")),
            ApiError::Unavailable(text) => ApiError::Unavailable(text.replace(&folder, "")),
            other => other,
        }
    }

    /// Puts a plan in front. Reads the file if it is not open.
    pub(crate) fn put_in_front(&self, file: &str) -> Result<Value, ApiError> {
        let room = self.room(file)?;
        self.rooms().front = Some(file.to_owned());
        let plan = room.served.plan().ok_or(ApiError::NoPlanOpen)?;
        let summary = plan.summary()?;
        Ok(
            json!({ "file": file, "name": summary["name"], "revision": plan.revision(), "address": address(file) }),
        )
    }

    /// Closes the plans nobody has looked at for long, and one more if there are too many.
    fn sweep(&self) -> Result<(), ApiError> {
        let mut rooms = self.rooms();
        let mut alone: Vec<(Duration, String)> = rooms
            .open
            .iter()
            .filter(|(name, _)| rooms.front.as_ref() != Some(name))
            .filter_map(|(name, room)| Some((room.idle()?, name.clone())))
            .collect();
        alone.sort_by(|one, other| other.cmp(one));
        let mut closing = Vec::new();
        for (idle, name) in alone {
            if idle < IDLE && rooms.open.len() < MOST {
                break;
            }
            closing.extend(rooms.open.remove(&name));
        }
        let full = rooms.open.len() >= MOST;
        drop(rooms);
        closing.iter().for_each(|room| room.served.close());
        if full {
            return Err(ApiError::Refused(format!(
                "{MOST} plans are being looked at; open this one when another page was closed"
            )));
        }
        Ok(())
    }

    /// Closes a plan for everybody, who are told.
    pub(crate) fn close(&self, file: &str) {
        let room = {
            let mut rooms = self.rooms();
            if rooms.front.as_deref() == Some(file) {
                rooms.front = None;
            }
            rooms.open.remove(file)
        };
        if let Some(room) = room {
            let told = json!({ "file": null, "revision": null, "reason": "closed" });
            room.served.events.tell("plan", told);
            room.served.close();
        }
    }

    /// Tells the pages of every plan.
    pub(crate) fn tell_all(&self, kind: &'static str, data: &Value) {
        for room in self.all() {
            room.served.events.tell(kind, data.clone());
        }
    }

    fn all(&self) -> Vec<Arc<Room>> {
        let rooms = self.rooms();
        rooms.open.values().chain([&self.lobby]).cloned().collect()
    }

    /// Looks whether other programs changed plans that pages look at, takes in what they saved, and tells the pages. Reads
    /// files: for the threads that may wait.
    pub(crate) fn look(&self) {
        for room in self.all() {
            room.look();
        }
    }

    /// Ends events and asks jobs to stop, everywhere.
    pub(crate) fn stop(&self) {
        self.lobby.served.jobs.close();
        for room in self.all() {
            room.served.events.close();
        }
    }

    /// Closes every plan: the zones others see in the files follow the edits, and each file is one file again.
    pub(crate) fn close_all(&self) {
        let rooms = std::mem::take(&mut *self.rooms());
        rooms.open.values().for_each(|room| room.served.close());
    }
}

/// Where the page and the routes of a plan are.
pub(crate) fn address(file: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');
    format!("/plans/{}/", utf8_percent_encode(file, KEPT))
}
