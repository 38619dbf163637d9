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
    /// Processor time of all threads, seconds; `None` where the system does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_seconds: Option<f64>,
}

/// 处理器时间 Processor time of the whole process so far, seconds, where the system tells (Unix).
#[must_use]
pub fn processor_seconds() -> Option<f64> {
    #[cfg(unix)]
    {
        let spent = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        Some(spent.tv_sec as f64 + spent.tv_nsec as f64 / 1e9)
    }
    #[cfg(not(unix))]
    None
}

/// 内存峰值 The most memory the process has held, MiB, where the system tells (Linux).
#[must_use]
pub fn peak_memory_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kib| kib / 1024.0)
}

/// 秒表 Splits a use case into stages.
#[derive(Debug)]
pub struct Stopwatch {
    begun: Instant,
    last: Instant,
    spent: Option<f64>,
    stages: Vec<Stage>,
}

impl Default for Stopwatch {
    fn default() -> Self {
        let now = Instant::now();
        Self { begun: now, last: now, spent: processor_seconds(), stages: Vec::new() }
    }
}

impl Stopwatch {
    /// Ends the current stage under this name and begins the next.
    pub fn lap(&mut self, stage: &'static str) {
        let now = Instant::now();
        let spent = processor_seconds();
        let cpu_seconds = spent.zip(self.spent).map(|(after, before)| after - before);
        self.stages.push(Stage { stage, seconds: (now - self.last).as_secs_f64(), cpu_seconds });
        (self.last, self.spent) = (now, spent);
    }

    /// Total seconds so far and the stages.
    #[must_use]
    pub fn finish(self) -> (f64, Vec<Stage>) {
        (self.begun.elapsed().as_secs_f64(), self.stages)
    }
}
