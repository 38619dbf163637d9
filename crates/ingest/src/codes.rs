//! 编码 Codes of objects: unique and permanent.

use crate::faults::FaultLog;
use lifang_model::Place;
use std::collections::BTreeSet;

/// Longest code taken from a source; a longer one is no identifier.
const LONGEST: usize = 48;

/// Hands out codes, each once.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    used: BTreeSet<String>,
}

impl Codes {
    /// The code the source gave, else one made of a letter and the row's number. A code already used gets the first free
    /// ordinal behind it, with a warning: the data's own order decides which keeps it.
    pub(crate) fn take(
        &mut self,
        given: Option<String>,
        letter: char,
        row: usize,
        place: Place,
        log: &mut FaultLog,
    ) -> String {
        let given = given
            .map(|code| code.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>())
            .map(|code| code.trim().to_owned())
            .filter(|code| !code.is_empty() && code.chars().count() <= LONGEST);
        let told = given.is_some();
        let wanted = given.unwrap_or_else(|| format!("{letter}{:06}", row + 1));
        if self.used.insert(wanted.clone()) {
            return wanted;
        }
        let free = (2u32..).map(|n| format!("{wanted}-{n}")).find(|code| !self.used.contains(code));
        let code = free.unwrap_or_else(|| wanted.clone());
        self.used.insert(code.clone());
        if told {
            let cause = format!("code {wanted:?} is used more than once");
            log.warning(
                "I-117",
                place,
                cause,
                &format!("This one is called {code:?}; give each its own code."),
            );
        }
        code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_a_second_owner_is_told() {
        let (mut codes, mut log) = (Codes::default(), FaultLog::default());
        let mut take = |given: Option<&str>, row| {
            codes.take(given.map(str::to_owned), 'b', row, Place::default(), &mut log)
        };
        assert_eq!(take(Some("A1"), 0), "A1");
        assert_eq!(take(Some("A1"), 1), "A1-2");
        assert_eq!(take(Some("A1"), 2), "A1-3");
        assert_eq!(take(None, 3), "b000004");
        assert_eq!(take(Some(" \n"), 4), "b000005");
        assert_eq!(take(Some(&"9".repeat(60)), 5), "b000006");
        assert_eq!(log.finish().unwrap().len(), 2);
    }
}
