//! 问题清单 The list every stage reports to: many equal faults are summarised, none is lost from the count.

use crate::IngestError;
use lifang_model::{Fault, Place, Severity};
use std::collections::BTreeMap;

/// Faults of one code in one file that are listed one by one; the rest are counted.
const LISTED: u64 = 20;

/// What tells faults of one kind from others: severity, code, file and column.
type Kind = (Severity, String, Option<String>, Option<String>);

/// Collects faults.
#[derive(Debug, Default)]
pub(crate) struct FaultLog {
    faults: Vec<Fault>,
    seen: BTreeMap<Kind, u64>,
    errors: u64,
}

impl FaultLog {
    pub(crate) fn push(&mut self, fault: Fault) {
        if fault.severity == Severity::Error {
            self.errors += 1;
        }
        let kind = (fault.severity, fault.code.clone(), fault.place.file.clone(), fault.place.column.clone());
        let seen = self.seen.entry(kind).or_default();
        *seen += 1;
        if *seen <= LISTED {
            self.faults.push(fault);
        }
    }

    pub(crate) fn extend(&mut self, faults: impl IntoIterator<Item = Fault>) {
        faults.into_iter().for_each(|fault| self.push(fault));
    }

    pub(crate) fn notice(&mut self, code: &str, place: Place, cause: impl Into<String>, action: &str) {
        self.push(Fault::new(Severity::Notice, code, cause, action).at(place));
    }

    pub(crate) fn warning(&mut self, code: &str, place: Place, cause: impl Into<String>, action: &str) {
        self.push(Fault::new(Severity::Warning, code, cause, action).at(place));
    }

    pub(crate) fn error(&mut self, code: &str, place: Place, cause: impl Into<String>, action: &str) {
        self.push(Fault::new(Severity::Error, code, cause, action).at(place));
    }

    /// Whether an error was met.
    pub(crate) fn failed(&self) -> bool {
        self.errors > 0
    }

    /// Every fault listed, then a line for each kind that had more than the limit.
    pub(crate) fn into_faults(mut self) -> Vec<Fault> {
        for ((severity, code, file, column), seen) in self.seen {
            if seen > LISTED {
                let cause = format!("{} more of the same kind, {seen} in all", seen - LISTED);
                let place = Place { file, column, ..Place::default() };
                self.faults
                    .push(Fault::new(severity, &code, cause, "The first of them are listed.").at(place));
            }
        }
        self.faults
    }

    /// The faults, or an error holding them when one of them is an error.
    pub(crate) fn finish(self) -> Result<Vec<Fault>, IngestError> {
        if self.failed() { Err(IngestError::Faults(self.into_faults())) } else { Ok(self.into_faults()) }
    }

    /// Stops here when an error was met.
    pub(crate) fn settle(&mut self) -> Result<(), IngestError> {
        if self.failed() { std::mem::take(self).finish().map(|_| ()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_equal_faults_is_counted_not_listed() {
        let mut log = FaultLog::default();
        for row in 0..1000 {
            let place = Place { file: Some("a.shp".to_owned()), row: Some(row), ..Place::default() };
            log.warning("I-106", place, "zero area", "Left out.");
        }
        log.notice("I-114", Place::default(), "taken", "Say otherwise if wrong.");
        let faults = log.finish().unwrap();
        assert_eq!(faults.len(), 22);
        assert!(faults[21].cause.contains("980 more") && faults[21].cause.contains("1000 in all"));
    }

    #[test]
    fn an_error_makes_the_whole_list_an_error_with_the_warnings_in_it() {
        let mut log = FaultLog::default();
        log.warning("I-1", Place::default(), "w", "a");
        assert!(log.settle().is_ok());
        log.error("I-2", Place::default(), "e", "a");
        let Err(IngestError::Faults(faults)) = log.settle() else { panic!("went on") };
        assert_eq!(faults.len(), 2);
    }
}
