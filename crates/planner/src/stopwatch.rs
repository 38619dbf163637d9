//! 计时 Time per stage, for the figures each command reports.

use serde::Serialize;
use std::time::Instant;

/// 阶段 One stage and how long it took.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stage {
    /// Name of the stage.
    pub stage: &'static str,
    /// Wall time, seconds.
    pub seconds: f64,
}

/// 秒表 Splits a use case into stages.
#[derive(Debug)]
pub struct Stopwatch {
    begun: Instant,
    last: Instant,
    stages: Vec<Stage>,
}

impl Default for Stopwatch {
    fn default() -> Self {
        let now = Instant::now();
        Self { begun: now, last: now, stages: Vec::new() }
    }
}

impl Stopwatch {
    /// Ends the current stage under this name and begins the next.
    pub fn lap(&mut self, stage: &'static str) {
        let now = Instant::now();
        self.stages.push(Stage { stage, seconds: (now - self.last).as_secs_f64() });
        self.last = now;
    }

    /// Total seconds so far and the stages.
    #[must_use]
    pub fn finish(self) -> (f64, Vec<Stage>) {
        (self.begun.elapsed().as_secs_f64(), self.stages)
    }
}
