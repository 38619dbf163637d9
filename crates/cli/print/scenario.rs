//! Scenarios, and what merging one does.

use super::Printer;
use lifang_planner::{Merged, Scenario};
use serde_json::json;

/// Clashes told one by one; `--json` has them all.
const MOST: usize = 20;

impl Printer {
    /// `scenario list`, and after each change of the list.
    pub fn scenarios(&self, list: &[Scenario]) {
        if self.json {
            say!("{}", json!({ "scenarios": list }));
            return;
        }
        if !self.text() {
            return;
        }
        for one in list {
            let star = if one.current { "*" } else { " " };
            let origin = one.origin.as_ref().map_or(String::new(), |origin| format!("  from {origin}"));
            let why = one.note.reason.as_ref().map_or(String::new(), |why| format!("  {why}"));
            say!("{star} {}  {} entries{origin}{why}", one.name, one.entries);
        }
    }

    /// `scenario merge`.
    pub fn merged(&self, merged: &Merged) {
        if self.json {
            say!("{}", json!(merged));
            return;
        }
        if !self.text() {
            return;
        }
        for clash in merged.clashes.iter().take(MOST) {
            let word = |text: &str| if text.is_empty() { "-".to_owned() } else { text.to_owned() };
            say!(
                "  both changed the {} of {} {}: {} became {} here, {} there",
                clash.what,
                clash.level,
                clash.of,
                word(&clash.base),
                word(&clash.ours),
                word(&clash.theirs)
            );
        }
        if merged.clashes.len() > MOST {
            say!("  and {} more; --json lists them", merged.clashes.len() - MOST);
        }
        match &merged.outcome {
            Some(outcome) => {
                self.edited(outcome);
                let people = merged.moved.households;
                say!("{} into {}: {people} households change zone", merged.from, merged.into);
            }
            None if merged.clashes.is_empty() => {
                say!("{} holds nothing that {} lacks", merged.from, merged.into)
            }
            None => say!("nothing was merged; say --prefer ours or --prefer theirs, or edit one of the two"),
        }
    }
}
