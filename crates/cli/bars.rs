//! 进度条 Progress on the terminal, and Ctrl-C as a polite request to stop.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lifang_model::Progress;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Draws one bar a stage on standard error; nothing when quiet or when it is no terminal.
pub struct Bars {
    shown: bool,
    bar: Mutex<Option<ProgressBar>>,
    stop: Arc<AtomicBool>,
}

impl Bars {
    /// Bars, shown or not.
    pub fn new(shown: bool) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        listen_for_interrupt(Arc::clone(&stop));
        Self { shown, bar: Mutex::new(None), stop }
    }

    /// Takes the last bar away.
    pub fn done(&self) {
        if let Some(bar) = self.bar.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Bars {
    fn stage(&self, key: &'static str, total: Option<u64>) {
        if !self.shown {
            return;
        }
        self.done();
        let bar = match total {
            Some(total) => ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr())
                .with_style(style("{msg:<14} [{bar:32}] {percent:>3}% {eta}")),
            None => ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
                .with_style(style("{msg:<14} {spinner} {elapsed}")),
        };
        bar.set_message(key);
        bar.enable_steady_tick(Duration::from_millis(120));
        *self.bar.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar);
    }

    fn advance(&self, done: u64) {
        if let Some(bar) = &*self.bar.lock().unwrap_or_else(PoisonError::into_inner) {
            bar.set_position(done);
        }
    }

    fn cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_bad| ProgressStyle::default_bar())
        .progress_chars("=> ")
}

/// The first Ctrl-C asks work to stop and keep what it has; the second ends the process at once.
fn listen_for_interrupt(stop: Arc<AtomicBool>) {
    std::thread::spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
            return;
        };
        runtime.block_on(async {
            while tokio::signal::ctrl_c().await.is_ok() {
                if stop.swap(true, Ordering::Relaxed) {
                    std::process::exit(130);
                }
            }
        });
    });
}
