//! 事件 What happens to the plan, told to every page that listens, in order, with numbers to go on from.
//!
//! The log keeps the last [`KEPT`] events. A page that lost its connection names the last number it has seen and gets
//! what it missed; one that has seen too little, or another run of the program, is told to load everything anew.

use futures_util::{Stream, stream};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::broadcast::{Receiver, Sender, channel, error::RecvError};

/// Events kept for those who come back.
const KEPT: usize = 1024;

/// 事件 One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    /// Its number within this run; `None` for what is told to one listener only.
    pub(crate) number: Option<u64>,
    /// `hello`, `reset`, `edit`, `plan`, `plans` or `job`.
    pub(crate) kind: &'static str,
    pub(crate) data: Value,
}

struct Log {
    next: u64,
    kept: VecDeque<Arc<Event>>,
    /// `None` once the server stops.
    out: Option<Sender<Arc<Event>>>,
}

/// See the module.
pub(crate) struct Events {
    /// Tells one run of the program from another.
    run: String,
    log: Mutex<Log>,
}

impl Default for Events {
    fn default() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        let log = Log { next: 1, kept: VecDeque::new(), out: Some(channel(KEPT).0) };
        Self { run: format!("{now:x}"), log: Mutex::new(log) }
    }
}

/// One listener: what it is told first, then what comes.
struct Listener {
    first: VecDeque<Arc<Event>>,
    then: Option<Receiver<Arc<Event>>>,
}

impl Events {
    /// Tells everybody.
    pub(crate) fn tell(&self, kind: &'static str, data: Value) {
        let mut log = self.lock();
        let event = Arc::new(Event { number: Some(log.next), kind, data });
        log.next += 1;
        log.kept.push_back(Arc::clone(&event));
        if log.kept.len() > KEPT {
            log.kept.pop_front();
        }
        if let Some(out) = &log.out {
            // Nobody listening is no fault.
            let _nobody = out.send(event);
        }
    }

    /// The id a listener names when it comes back.
    pub(crate) fn id(&self, event: &Event) -> Option<String> {
        event.number.map(|number| format!("{}-{number}", self.run))
    }

    /// Everything from now on, after what was missed since `last`. Ends when the server stops.
    pub(crate) fn listen(&self, last: Option<&str>) -> impl Stream<Item = Arc<Event>> + use<> {
        let log = self.lock();
        let mut first = VecDeque::new();
        let newest = log.next - 1;
        let mut hello = Event { number: Some(newest), kind: "hello", data: Value::Null };
        match last.filter(|last| !last.is_empty()) {
            None => first.push_back(Arc::new(hello)),
            Some(last) => {
                let seen =
                    last.strip_prefix(&self.run).and_then(|rest| rest.strip_prefix('-')?.parse::<u64>().ok());
                let oldest = log.kept.front().and_then(|event| event.number).unwrap_or(log.next);
                match seen.filter(|seen| *seen <= newest && seen + 1 >= oldest) {
                    Some(seen) => {
                        first.extend(log.kept.iter().filter(|event| event.number > Some(seen)).cloned());
                    }
                    None => {
                        hello.kind = "reset";
                        first.push_back(Arc::new(hello));
                    }
                }
            }
        }
        let then = log.out.as_ref().map(Sender::subscribe);
        stream::unfold(Listener { first, then }, async |mut listener: Listener| {
            if let Some(event) = listener.first.pop_front() {
                return Some((event, listener));
            }
            match listener.then.as_mut()?.recv().await {
                Ok(event) => Some((event, listener)),
                // Too slow: what was missed is not known any more.
                Err(RecvError::Lagged(_)) => {
                    let reset = Event { number: None, kind: "reset", data: Value::Null };
                    Some((Arc::new(reset), listener))
                }
                Err(RecvError::Closed) => None,
            }
        })
    }

    /// How many listen.
    pub(crate) fn listeners(&self) -> usize {
        self.lock().out.as_ref().map_or(0, Sender::receiver_count)
    }

    /// The edits after a revision, oldest first.
    pub(crate) fn edits_since(&self, revision: i64) -> Vec<Value> {
        let log = self.lock();
        let edits = log.kept.iter().filter(|event| event.kind == "edit");
        edits
            .filter(|event| event.data["revision"].as_i64().is_some_and(|after| after > revision))
            .map(|event| event.data.clone())
            .collect()
    }

    /// Ends every listener, so that the server can stop.
    pub(crate) fn close(&self) {
        self.lock().out = None;
    }

    fn lock(&self) -> MutexGuard<'_, Log> {
        // A panic while the lock was held cannot leave the log half changed.
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::StreamExt as _;
    use serde_json::json;

    async fn kinds(events: &Events, last: Option<&str>, count: usize) -> Vec<(&'static str, u64)> {
        let stream = events.listen(last);
        stream.take(count).map(|event| (event.kind, event.number.unwrap())).collect().await
    }

    #[tokio::test]
    async fn who_comes_back_gets_what_was_missed_and_nothing_twice() {
        let events = Events::default();
        events.tell("edit", json!({ "revision": 5 }));
        let seen = events.id(&Event { number: Some(1), kind: "edit", data: json!({}) }).unwrap();
        events.tell("edit", json!({ "revision": 6 }));
        events.tell("plan", json!({}));
        assert_eq!(kinds(&events, Some(&seen), 2).await, [("edit", 2), ("plan", 3)]);
        assert_eq!(kinds(&events, None, 1).await, [("hello", 3)]);
        assert_eq!(events.edits_since(5), [json!({ "revision": 6 })]);
    }

    #[tokio::test]
    async fn who_has_seen_another_run_or_too_little_is_told_to_begin_anew() {
        let events = Events::default();
        for _ in 0..KEPT + 10 {
            events.tell("job", json!({}));
        }
        let old = format!("{}-3", events.run);
        for last in [old.as_str(), "0-1", "nonsense", "-", "18446744073709551616"] {
            assert_eq!(kinds(&events, Some(last), 1).await[0].0, "reset", "{last}");
        }
        assert_eq!(kinds(&events, Some(&format!("{}-11", events.run)), 1).await, [("job", 12)]);
    }

    #[tokio::test]
    async fn listeners_end_when_the_server_stops() {
        let events = Events::default();
        let stream = events.listen(None);
        events.tell("plan", json!({}));
        events.close();
        assert_eq!(stream.collect::<Vec<_>>().await.len(), 2);
    }
}
