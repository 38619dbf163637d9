//! 发布流程 Draft, consulted, approved, published: each step is in the history, and what was published stays.

use crate::compare::{Comparison, compare, succession};
use crate::content::Content;
use crate::{EditOutcome, PlannerError, Session};
use lifang_model::{Edit, Progress, ZoneStatus};
use lifang_store::{Note, PlanFile, Publication, Succession};
use serde::Serialize;

/// 发布结果 What was published.
#[derive(Clone, Debug, Serialize)]
pub struct Published {
    /// Its number.
    pub number: i64,
    /// The day it comes into force.
    pub effective: String,
    /// BLAKE3 of its content, hexadecimal.
    pub signature: String,
    /// Revision of the file with it.
    pub revision: i64,
    /// How people went from the publication before to this one; empty for the first.
    pub succession: Vec<Succession>,
}

/// Whether a text is a day of the calendar, `YYYY-MM-DD`.
pub(crate) fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    let digits = |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return false;
    }
    let number = |part: &str| part.parse::<u32>().unwrap_or(0);
    let (year, month, day) = (number(year), number(month), number(day));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

impl Session {
    /// 推进 Takes the plan to a stage before publication: consulted, approved, or back to draft.
    ///
    /// # Errors
    /// [`PlannerError::Edit`] when the stages do not follow each other, else as [`Session::edit`].
    pub fn stage(
        &mut self,
        to: ZoneStatus,
        base: Option<i64>,
        note: &Note,
    ) -> Result<EditOutcome, PlannerError> {
        if to == ZoneStatus::Published {
            let what =
                "a plan is published with the day it comes into force: `lifang publish --effective DATE`";
            return Err(PlannerError::Published { file: self.file(), what: what.to_owned() });
        }
        self.edit(&Edit::Stage { to }, base, note)
    }

    /// 发布 Publishes an approved plan from a day on. Its codes are permanent from now on, what was published is kept whole
    /// and signed, and the next edit begins a new draft.
    ///
    /// # Errors
    /// [`PlannerError::Published`] when the judge finds a violation that can be avoided, or the day is none or not
    /// after that of the publication before; [`PlannerError::Edit`] when the plan is not approved; else as
    /// [`Session::edit`].
    pub fn publish(
        &mut self,
        effective: &str,
        base: Option<i64>,
        note: &Note,
        progress: &dyn Progress,
    ) -> Result<Published, PlannerError> {
        let refuse = |file: String, what: String| PlannerError::Published { file, what };
        if !is_day(effective) {
            let what = format!("{effective:?} is no day. Give it as YYYY-MM-DD");
            return Err(refuse(self.file(), what));
        }
        self.ready(base)?;
        let own = self.plan_or_none()?.name.clone();
        let origin = self.saving(|file, _| Ok(file.common(&own)?))?;
        if let Some((origin, _)) = origin {
            let what = format!(
                "{own:?} is a scenario of {origin:?}, and what is in force is one line of publications. Switch to \
                 {origin:?}, merge {own:?} into it, and publish that"
            );
            return Err(refuse(self.file(), what));
        }
        self.judge(progress);
        let hard = self.report()?.violations.iter().filter(|v| v.avoidable != Some(false)).count();
        if hard > 0 {
            let what = format!(
                "the judge finds {hard} violations that are not proven unavoidable; only a verified plan can be \
                 published. `lifang verify` lists them"
            );
            return Err(refuse(self.file(), what));
        }
        let before = self.saving(|file, _| Ok(file.publications()?))?;
        if let Some(last) = before.last().filter(|last| last.effective.as_str() >= effective) {
            let what = format!(
                "publication {} is in force from {}; the next one must begin on a later day",
                last.number, last.effective
            );
            return Err(refuse(self.file(), what));
        }
        let edit = Edit::Stage { to: ZoneStatus::Published };
        let patch = edit.patch(self.plan_or_none()?, &self.desk.published)?;
        let content = self.content()?;
        let bytes = content.bytes()?;
        let succession = match before.last() {
            Some(last) => {
                let old = self.saving(|file, _| Ok(file.published(last.number)?))?;
                succession(&Content::read(&old)?, &content)
            }
            None => Vec::new(),
        };
        let change = lifang_store::Change::Patch(patch.clone());
        self.commit(
            &change,
            |file, session| {
                let plan = session.plan_or_none()?;
                Ok(file.publish((&edit, &patch, plan), effective, &bytes, &succession, note)?)
            },
            None,
        )?;
        // Codes and the floor of undo are read anew.
        self.desk.cursor = None;
        let number = self.saving(|file, _| Ok(file.publications()?))?.last().map_or(0, |last| last.number);
        Ok(Published {
            number,
            effective: effective.to_owned(),
            signature: lifang_store::signature(&bytes),
            revision: self.revision(),
            succession,
        })
    }

    /// 发布名录 What was published, oldest first.
    ///
    /// # Errors
    /// [`PlannerError::Store`].
    pub fn publications(&self) -> Result<Vec<Publication>, PlannerError> {
        Ok(PlanFile::open_read_only(&self.path)?.publications()?)
    }

    /// 发布内容 What a publication says.
    ///
    /// # Errors
    /// [`PlannerError::Store`] when there is none of that number, or it is not what was signed.
    pub fn publication(&self, number: i64) -> Result<Content, PlannerError> {
        Content::read(&PlanFile::open_read_only(&self.path)?.published(number)?)
    }

    /// 对比 Compares this plan, as it was, with another, as it became.
    ///
    /// # Errors
    /// [`PlannerError::NoPlan`] when either holds none.
    pub fn compare(&self, after: &Self) -> Result<Comparison, PlannerError> {
        let mut compared = compare(&self.content()?, &after.content()?);
        let count = |session: &Self| session.report.as_ref().map(|report| report.violations.len());
        compared.violations = count(self).zip(count(after));
        if let (Some(old), Some(new)) = (&self.coverage, &after.coverage) {
            compared.coverage = crate::changes::coverage(old, new);
        }
        Ok(compared)
    }
}

#[cfg(test)]
mod tests {
    use super::is_day;

    #[test]
    fn only_days_of_the_calendar_are_days() {
        for day in ["2026-01-31", "2024-02-29", "2000-02-29", "2026-12-01"] {
            assert!(is_day(day), "{day}");
        }
        for day in [
            "2026-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-1-01",
            "2026-04-31",
            "明天",
            "2026-00-10",
            "26-01-01",
            "",
        ] {
            assert!(!is_day(day), "{day}");
        }
    }
}
