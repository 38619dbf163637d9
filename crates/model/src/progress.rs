//! 进度 How long work tells the outside where it is, and hears that it should stop.

/// Told by long work about its stages. Implementations draw bars, send events, or do nothing.
pub trait Progress: Sync {
    /// A stage begins; `total` is how many steps it has, if known.
    fn stage(&self, key: &'static str, total: Option<u64>);
    /// `done` steps of the current stage are finished.
    fn advance(&self, done: u64);
    /// Whether the user asked to stop. Work then returns the best it has, or a "cancelled" error.
    fn cancelled(&self) -> bool {
        false
    }
}

/// Says nothing and is never cancelled.
#[derive(Copy, Clone, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _key: &'static str, _total: Option<u64>) {}
    fn advance(&self, _done: u64) {}
}
