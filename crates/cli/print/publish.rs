//! What was published, how plans differ, what is wrong with a file.

use super::Printer;
use lifang_model::ZoneStatus;
use lifang_planner::{Checked, Comparison, EditOutcome, Publication, Published};
use serde_json::json;
use std::path::{Path, PathBuf};

impl Printer {
    /// After a stage.
    pub fn staged(&self, to: ZoneStatus, outcome: &EditOutcome) {
        if self.json {
            say!("{}", json!({ "stage": to, "entry": outcome.entry, "revision": outcome.revision }));
        } else if self.text() {
            say!("the plan is {} (entry {}, revision {})", to.key(), outcome.entry, outcome.revision);
        }
    }

    /// After publication.
    pub fn published(&self, published: &Published) {
        if self.json {
            say!("{}", json!(published));
        } else if self.text() {
            say!("publication {} is in force from {}", published.number, published.effective);
            say!("  signature {}", published.signature);
            for row in published.succession.iter().filter(|row| row.old != row.new) {
                say!(
                    "  {} {} -> {}: {} households, {} persons",
                    row.level,
                    if row.old.is_empty() { "-" } else { &row.old },
                    if row.new.is_empty() { "-" } else { &row.new },
                    row.households,
                    row.persons
                );
            }
        }
    }

    /// `publish --list`.
    pub fn publications(&self, list: &[Publication]) {
        if self.json {
            say!("{}", json!({ "publications": list }));
        } else if self.text() {
            for one in list {
                let until = one.retired.as_ref().map_or(String::new(), |day| format!(" until {day}"));
                say!("{:>3}  from {}{until}  {}", one.number, one.effective, one.signature);
            }
        }
    }

    /// `backup`.
    pub fn copied(&self, to: &Path) {
        if self.json {
            say!("{}", json!({ "copy": to }));
        } else if self.text() {
            say!("copied to {}", to.display());
        }
    }

    /// `compare`.
    pub fn compared(&self, compared: &Comparison, files: &[PathBuf]) {
        if self.json {
            let mut told = json!(compared);
            told["files"] = json!(files);
            say!("{told}");
            return;
        }
        if !self.text() {
            return;
        }
        for level in &compared.levels {
            say!(
                "{}: {} zones -> {}; {} households ({} persons) change zone, {} get another code",
                level.level,
                level.zones.0,
                level.zones.1,
                level.moved.households,
                level.moved.persons,
                level.recoded.households
            );
            for row in level.matches.iter().filter(|row| row.old != row.new || row.left != row.came) {
                say!(
                    "  {} -> {}: {} stay, {} leave, {} come",
                    row.old.as_deref().unwrap_or("-"),
                    row.new.as_deref().unwrap_or("-"),
                    row.stayed.households,
                    row.left.households,
                    row.came.households
                );
            }
        }
        if compared.gone.households + compared.new.households > 0 {
            say!("{} households gone, {} new", compared.gone.households, compared.new.households);
        }
        if let Some((before, after)) = compared.violations {
            say!("violations: {before} -> {after}");
        }
        for row in compared.coverage.iter().filter(|row| row.covered.0 != row.covered.1) {
            let (before, after) = (row.covered.0.persons, row.covered.1.persons);
            say!("{} {} {}: {before} -> {after} residents covered", row.category, row.profile, row.tier);
        }
        for file in files {
            say!("  {}", file.display());
        }
    }

    /// `check`.
    pub fn checked(&self, checked: &Checked) {
        if self.json {
            say!("{}", json!(checked));
            return;
        }
        if !self.text() {
            return;
        }
        if let Some(backup) = &checked.backup {
            say!("copied to {}", backup.display());
        }
        for finding in &checked.mended {
            say!("mended {}: {}", finding.part, finding.what);
        }
        for finding in &checked.findings {
            let cure = match finding.cure {
                lifang_planner::Cure::Remake => "`lifang check --repair` makes it anew",
                lifang_planner::Cure::Backup => "restore a backup",
                lifang_planner::Cure::Correct => "correct the row in a GIS",
            };
            say!("{}: {}. {cure}", finding.part, finding.what);
        }
        if checked.findings.is_empty() {
            say!("the file is whole");
        }
    }
}
