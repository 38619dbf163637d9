//! What edits did, and the history.

use super::Printer;
use lifang_model::Violation;
use lifang_planner::{EditOutcome, Entry};
use serde_json::json;

impl Printer {
    /// After an edit, an undo or a redo, or a dry run.
    pub fn edited(&self, outcome: &EditOutcome) {
        if self.json {
            say!("{}", json!(outcome));
            return;
        }
        if !self.text() {
            return;
        }
        match outcome.entry {
            0 => say!("tried at revision {}; nothing was changed", outcome.revision),
            entry => say!("entry {entry}, revision {}", outcome.revision),
        }
        for zone in &outcome.zones {
            let figures = |tally: Option<&lifang_planner::ZoneTally>| {
                tally.map_or("-".to_owned(), |tally| {
                    let band = match tally.in_band {
                        Some(true) => ", in band",
                        Some(false) => ", out of band",
                        None => "",
                    };
                    format!("{} households, {} atoms{band}", tally.households, tally.atoms)
                })
            };
            say!(
                "  {} {}: {} -> {}",
                zone.level,
                zone.code,
                figures(zone.before.as_ref()),
                figures(zone.after.as_ref())
            );
        }
        let list = |word: &str, violations: &[Violation]| {
            for violation in violations {
                let zone = violation.zone.as_deref().unwrap_or("-");
                say!("  {word} {} {} {zone}: {}", violation.code.key(), violation.level, violation.cause);
            }
        };
        list("made", &outcome.made);
        list("cured", &outcome.cured);
    }

    /// `history`.
    pub fn history(&self, entries: &[Entry]) {
        if self.json {
            say!("{}", json!({ "entries": entries }));
            return;
        }
        if !self.text() {
            return;
        }
        if entries.is_empty() {
            say!("nothing was done to the plan since it was made");
        }
        for entry in entries {
            let kind = json!(entry.kind);
            let kind = kind.as_str().unwrap_or_default().to_owned();
            let what = entry.edit.as_ref().map_or(kind, |edit| edit.key().to_owned());
            let of = entry.of.map_or(String::new(), |of| format!(" of {of}"));
            let force = if entry.in_force || entry.of.is_some() { "" } else { "  (taken back)" };
            say!(
                "{:>5} {} {:<10} {what}{of}  {}{force}",
                entry.seq,
                entry.note.at.as_deref().unwrap_or("-"),
                entry.note.author.as_deref().unwrap_or("-"),
                entry.note.reason.as_deref().unwrap_or("")
            );
        }
    }
}
