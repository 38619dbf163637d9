//! 停止 When to stop early: the user asked, or the time is up.

use lifang_model::Progress;
use std::time::Instant;

/// Asked often, so it looks at the clock only now and then.
#[derive(Copy, Clone)]
pub(crate) struct Stop<'a> {
    progress: &'a dyn Progress,
    deadline: Option<Instant>,
}

impl<'a> Stop<'a> {
    /// Stops when `progress` is cancelled or `deadline` passes.
    pub fn new(progress: &'a dyn Progress, deadline: Option<Instant>) -> Self {
        Self { progress, deadline }
    }

    /// Whether to stop, asked for real at every 64th move.
    pub fn now(&self, moves: u64) -> bool {
        moves.is_multiple_of(64) && self.asked()
    }

    /// Whether to stop.
    pub fn asked(&self) -> bool {
        self.progress.cancelled() || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}
