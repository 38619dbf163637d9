//! 新编码 Codes that were never used: the next number after all that ever were.

use super::EditError;
use crate::{Plan, ZoneCode, ZoneIdx, ZoneStatus};
use std::collections::BTreeSet;

impl Plan {
    /// 阶段 How far the plan is: the least advanced of its zones, those retired left aside.
    #[must_use]
    pub fn stage(&self) -> ZoneStatus {
        let living = self.living().map(|(_, zone)| zone.status);
        living.min().unwrap_or_default()
    }

    /// The next code under a parent (or under the territory's code, where there is none): one more than the highest number
    /// any zone there has or had. `more` are codes given out since, or in revisions before.
    ///
    /// # Errors
    /// [`EditError::UnknownLevel`]; [`EditError::Code`] when the code would be too long.
    pub fn fresh_code(
        &self,
        level: usize,
        parent: Option<ZoneIdx>,
        territory: &str,
        more: &BTreeSet<ZoneCode>,
    ) -> Result<ZoneCode, EditError> {
        let unknown = || EditError::UnknownLevel { level: level.to_string(), known: String::new() };
        let own = self.levels.get(level).ok_or_else(unknown)?;
        let coarser = level.checked_sub(1).and_then(|above| self.levels.get(above));
        let parent = parent.and_then(|parent| coarser?.zones.get(parent.at()));
        let before = parent.map_or(territory, |parent| parent.code.as_str());
        let separator = if before.is_empty() { "" } else { self.rules.codes.separator.as_str() };
        let prefix = format!("{before}{separator}");
        let rules = self.rules.levels.iter().find(|rules| rules.key == own.key);
        let mut width = usize::from(rules.map_or(1, |rules| rules.code_digits)).max(1);
        let tail = |code: &ZoneCode| {
            let rest = code.as_str().strip_prefix(prefix.as_str())?.to_owned();
            Some(rest).filter(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let mut highest = 0u64;
        for rest in own.zones.iter().filter_map(|zone| tail(&zone.code)) {
            width = width.max(rest.len());
            highest = highest.max(rest.parse().unwrap_or(0));
        }
        // A longer tail among codes of all levels is that of a finer level's zone.
        for rest in more.iter().filter_map(tail).filter(|rest| rest.len() <= width) {
            highest = highest.max(rest.parse().unwrap_or(0));
        }
        let highest = highest.saturating_add(1);
        Ok(ZoneCode::new(format!("{prefix}{:0width$}", highest))?)
    }
}
