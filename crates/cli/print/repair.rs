//! What a repair does.

use super::Printer;
use lifang_planner::Repair;
use serde_json::json;

impl Printer {
    /// `repair`.
    pub fn repaired(&self, repair: &Repair) {
        if self.json {
            say!("{}", json!(repair));
            return;
        }
        if !self.text() {
            return;
        }
        for one in &repair.moves {
            say!(
                "  {} -> {}: {} households, {} persons, {} atoms",
                one.from,
                one.to,
                one.people.households,
                one.people.persons,
                one.atoms.len()
            );
        }
        match &repair.outcome {
            Some(outcome) => self.edited(outcome),
            None if repair.violations.is_empty() => say!("the judge finds nothing wrong with these zones"),
            None => say!("no division of these zones and {} rings around them is better", repair.rings),
        }
        for violation in &repair.left {
            let zone = violation.zone.as_deref().unwrap_or("-");
            say!("  left {} {} {zone}: {}", violation.code.key(), violation.level, violation.cause);
        }
        if repair.edit.is_some() {
            say!(
                "{} of {} violations cured; {} households change zone, {} rings of neighbours",
                repair.violations.len() - repair.left.len(),
                repair.violations.len(),
                repair.moved.households,
                repair.rings
            );
        }
    }
}
