//! Answers kept: between two edits a plan does not change, so each is worked out once, however many ask at the same time.

use crate::error::ApiError;
use axum::body::Bytes;
use std::collections::BTreeMap;
use std::future::Future;
use std::hash::{DefaultHasher, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// Bytes kept before answers that nobody is waiting for are forgotten.
const KEPT: usize = 512 << 20;

/// An answer's body and its `ETag`.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) bytes: Bytes,
    pub(crate) etag: String,
}

impl Body {
    fn new(bytes: Vec<u8>) -> Self {
        // Weak, because the bytes on the wire may be compressed; the hash is keyed the same in every process.
        let mut hasher = DefaultHasher::new();
        hasher.write(&bytes);
        let etag = format!("W/\"{:x}-{:016x}\"", bytes.len(), hasher.finish());
        Self { bytes: bytes.into(), etag }
    }
}

type Slot = Arc<OnceCell<Body>>;

#[derive(Default)]
pub(crate) struct Cache {
    slots: Mutex<BTreeMap<String, Slot>>,
}

impl Cache {
    /// The answer under this key; `work` runs only if it is not known. Failures are not kept.
    pub(crate) async fn get<W, F>(&self, key: String, work: W) -> Result<Body, ApiError>
    where
        W: FnOnce() -> F,
        F: Future<Output = Result<Vec<u8>, ApiError>>,
    {
        let slot = self.slot(&key);
        let found = slot.get_or_try_init(|| async { work().await.map(Body::new) }).await.cloned();
        match found {
            Ok(body) => {
                self.shrink(&key);
                Ok(body)
            }
            Err(error) => {
                // A key nobody can answer must not stay: whoever asks at random would fill the map.
                drop(slot);
                self.lock().retain(|_, slot| slot.initialized() || Arc::strong_count(slot) > 1);
                Err(error)
            }
        }
    }

    /// Forgets what an edit changes. An answer being worked out meanwhile is given to those who wait for it and not kept.
    pub(crate) fn forget(&self, changed: impl Fn(&str) -> bool) {
        self.lock().retain(|key, _| !changed(key));
    }

    fn slot(&self, key: &str) -> Slot {
        self.lock().entry(key.to_owned()).or_default().clone()
    }

    /// Forgets answers, in key order but never the one just given, until few enough bytes are kept.
    fn shrink(&self, just: &str) {
        let mut slots = self.lock();
        let size = |slot: &Slot| slot.get().map_or(0, |body| body.bytes.len());
        let mut total: usize = slots.values().map(size).sum();
        while total > KEPT {
            let Some(key) = slots
                .iter()
                .find(|(key, slot)| key.as_str() != just && size(slot) > 0)
                .map(|(key, _)| key.clone())
            else {
                return;
            };
            total -= slots.remove(&key).as_ref().map_or(0, size);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Slot>> {
        // A panic while the lock was held cannot leave the map half changed.
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(crate) fn keys(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }
}
