//! 问题 Faults found in input: where, why, what to do. All are collected, none is repaired silently.

use serde::{Deserialize, Serialize};

/// 严重程度 How bad a fault is.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; nothing was changed.
    Notice,
    /// Something was left out or adjusted, and this says what.
    Warning,
    /// The input cannot be used.
    Error,
}

/// 位置 Where in the input a fault is; what is not known stays `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The file, as the user named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The layer or table in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// Row of a table or number of a feature, counted from 1 as people do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// The column or field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The object's own code or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feature: Option<String>,
}

/// 问题 One fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// How bad it is.
    pub severity: Severity,
    /// Stable code, e.g. `I-104`; `crates/README.md` lists the letters.
    pub code: String,
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub cause: String,
    /// What was done, or what the user should do.
    pub action: String,
}

impl Fault {
    /// A fault without a place; add one with [`Fault::at`].
    pub fn new(severity: Severity, code: &str, cause: impl Into<String>, action: impl Into<String>) -> Self {
        Self {
            severity,
            code: code.to_owned(),
            place: Place::default(),
            cause: cause.into(),
            action: action.into(),
        }
    }

    /// The same fault at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = &self.place;
        if let Some(file) = &place.file {
            write!(f, "{file}")?;
        }
        if let Some(layer) = &place.layer {
            write!(f, " [{layer}]")?;
        }
        if let Some(row) = place.row {
            write!(f, " row {row}")?;
        }
        if let Some(column) = &place.column {
            write!(f, " column {column:?}")?;
        }
        if let Some(feature) = &place.feature {
            write!(f, " feature {feature:?}")?;
        }
        if *place != Place::default() {
            f.write_str(": ")?;
        }
        write!(f, "{} {}. {}", self.code, self.cause, self.action)
    }
}
