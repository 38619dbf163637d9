//! 错误 Why a file cannot be read or written.

use lifang_model::{Fault, Place, Severity};
use std::path::{Path, PathBuf};

/// Why a file cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The operating system refused.
    #[error("F-101 {}: cannot {doing}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// The input cannot be used; the fault says where, why and what to do.
    #[error("{0}")]
    Input(Box<Fault>),
    /// The file holds several layers and none was chosen, or the chosen one is not there.
    #[error("F-103 {}: {}. Choose one of: {}", path.display(), missing.as_ref().map_or_else(|| "several layers with geometry".to_owned(), |name| format!("no layer {name:?}")), layers.join(", "))]
    ChooseLayer {
        /// The file.
        path: PathBuf,
        /// The layer asked for, if one was.
        missing: Option<String>,
        /// The layers it has.
        layers: Vec<String>,
    },
    /// The table cannot be written in this format without loss.
    #[error("{}", list(.0))]
    Unwritable(Vec<Fault>),
    /// The user asked to stop.
    #[error("F-105 cancelled")]
    Cancelled,
}

fn list(faults: &[Fault]) -> String {
    let mut text: Vec<String> = faults.iter().take(20).map(ToString::to_string).collect();
    if faults.len() > 20 {
        text.push(format!("and {} more", faults.len() - 20));
    }
    text.join("\n")
}

impl FormatError {
    /// The error as faults, to be reported with others.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let one = |code: &str, path: &Path, cause: String, action: String| {
            vec![Fault::new(Severity::Error, code, cause, action).at(place(path))]
        };
        match self {
            Self::Io { path, doing, source } => one(
                "F-101",
                path,
                format!("cannot {doing}: {source}"),
                "Check that the file exists and may be used".into(),
            ),
            Self::Input(fault) => vec![(**fault).clone()],
            Self::ChooseLayer { path, missing, layers } => one(
                "F-103",
                path,
                missing.as_ref().map_or_else(
                    || "it holds several layers".into(),
                    |name| format!("it has no layer {name:?}"),
                ),
                format!("Choose one of: {}", layers.join(", ")),
            ),
            Self::Unwritable(faults) => faults.clone(),
            Self::Cancelled => {
                vec![Fault::new(Severity::Error, "F-105", "cancelled", "Nothing was read or written")]
            }
        }
    }
}

/// A place that is only a file.
pub(crate) fn place(path: &Path) -> Place {
    Place { file: Some(path.display().to_string()), ..Place::default() }
}

/// A place that is a row of a file, counted from 1.
pub(crate) fn row_place(path: &Path, row: u64) -> Place {
    Place { row: Some(row), ..place(path) }
}

/// An unusable input.
pub(crate) fn bad(
    code: &str,
    place: Place,
    cause: impl Into<String>,
    action: impl Into<String>,
) -> FormatError {
    FormatError::Input(Box::new(Fault::new(Severity::Error, code, cause, action).at(place)))
}

/// Wraps an operating system error.
pub(crate) fn io(path: &Path, doing: &'static str) -> impl FnOnce(std::io::Error) -> FormatError {
    move |source| FormatError::Io { path: path.to_owned(), doing, source }
}
