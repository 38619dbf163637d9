//! 编辑台 What editing keeps at hand: the open file, the judge that follows, what undo would take back.

use crate::select::Names;
use crate::{PlannerError, Session};
use lifang_fabric::Reuse;
use lifang_model::{Progress, ZoneCode};
use lifang_store::{Cursor, PlanFile, StoreError};
use lifang_verify::{Input, Judge};
use std::collections::BTreeSet;
use std::sync::{Mutex, OnceLock, PoisonError};

/// See the module. The file is behind a lock only so that a session can be shared between threads that read; editing
/// has the session to itself.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    file: Mutex<Option<PlanFile>>,
    pub(crate) revision: i64,
    pub(crate) judge: Option<Judge>,
    pub(crate) cursor: Option<Cursor>,
    /// What codes mean on the ground at hand.
    pub(crate) names: OnceLock<Names>,
    /// Codes ever in force.
    pub(crate) published: BTreeSet<ZoneCode>,
    /// Entries up to this one belong to a published plan.
    pub(crate) floor: u64,
    /// What the last ground that was built is built anew with.
    pub(crate) reuse: Reuse,
}

impl Desk {
    /// A desk for a file seen at a revision.
    pub(crate) fn at(revision: i64) -> Self {
        Self { revision, ..Self::default() }
    }

    /// Another plan is in place: nobody followed how.
    pub(crate) fn replaced(&mut self) {
        self.judge = None;
        self.cursor = None;
        self.names = OnceLock::new();
    }

    fn file(&mut self) -> &mut Option<PlanFile> {
        self.file.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    /// 版本 The revision of the plan file as this session knows it; it grows with every change, also of other programs.
    #[must_use]
    pub fn revision(&self) -> i64 {
        self.desk.revision
    }

    /// Runs something that saves, over the file that is open for editing or one opened for the purpose.
    pub(crate) fn saving<T>(
        &mut self,
        save: impl FnOnce(&mut PlanFile, &Self) -> Result<T, PlannerError>,
    ) -> Result<T, PlannerError> {
        let held = self.desk.file().take();
        let keep = held.is_some();
        let mut file = match held {
            Some(file) => file,
            None => self.open_at_revision()?,
        };
        let done = save(&mut file, self);
        self.desk.revision = file.revision();
        if keep {
            *self.desk.file() = Some(file);
        }
        done.map_err(|error| self.told(error))
    }

    /// Opens the file, which must be as this session last saw it.
    fn open_at_revision(&self) -> Result<PlanFile, PlannerError> {
        let file = PlanFile::open(&self.path)?;
        if file.revision() != self.desk.revision {
            return Err(PlannerError::Conflict {
                file: self.file(),
                base: self.desk.revision,
                current: file.revision(),
            });
        }
        Ok(file)
    }

    /// Says a change by another program the way a change by another user is said.
    fn told(&self, error: PlannerError) -> PlannerError {
        match error {
            PlannerError::Store(StoreError::Changed { seen, found, .. }) => {
                PlannerError::Conflict { file: self.file(), base: seen, current: found }
            }
            other => other,
        }
    }

    /// Readies the session for edits: opens the file and keeps it, and takes ground and plan into a judge.
    ///
    /// The first edit does this by itself; a program that wants the first edit to be as quick as the others does it
    /// before.
    ///
    /// # Errors
    /// [`PlannerError::NoPlan`], [`PlannerError::Conflict`] when another program changed the file since it was opened
    /// here, or what the file refuses.
    pub fn begin_editing(&mut self, progress: &dyn Progress) -> Result<(), PlannerError> {
        let file = self.file();
        let Some(plan) = &mut self.plan else { return Err(PlannerError::NoPlan { file }) };
        plan.pinned.sort_unstable();
        plan.pinned.dedup();
        if self.desk.file().is_none() {
            let mut file = self.open_at_revision()?;
            file.hold()?;
            *self.desk.file() = Some(file);
        }
        if self.desk.cursor.is_none() {
            let (cursor, floor, published) = self.saving(|file, _| {
                let floor = file.publications()?.last().map_or(0, |last| last.entry);
                Ok((file.cursor()?, floor, file.published_codes()?.into_iter().collect()))
            })?;
            self.desk.cursor = Some(cursor);
            self.desk.floor = floor;
            self.desk.published = published;
        }
        if self.desk.judge.is_none()
            && let Some(plan) = &self.plan
        {
            let Session { territory, ground, .. } = &*self;
            let input = Input { territory, fabric: &ground.fabric, atoms: &ground.atoms, plan };
            self.desk.judge = Some(Judge::new(&input, progress));
        }
        Ok(())
    }

    /// 正在编辑 Whether the file is open for editing.
    #[must_use]
    pub const fn editing(&self) -> bool {
        self.desk.judge.is_some()
    }

    /// Lets go of the file and of what editing kept. The file is one file at rest again, unless another program has it
    /// open.
    pub fn end_editing(&mut self) {
        *self.desk.file() = None;
        self.desk.judge = None;
    }

    /// 更新图层 Draws the zones in the file anew after edits, judges the plan, and computes coverage again where there was
    /// some, because its shares are told zone by zone.
    ///
    /// # Errors
    /// Any [`PlannerError`] of computing or saving; what was edited is safe in any case.
    pub fn refresh(&mut self, progress: &dyn Progress) -> Result<(), PlannerError> {
        if self.plan.is_none() {
            return Err(PlannerError::NoPlan { file: self.file() });
        }
        self.judge(progress);
        progress.stage("save", None);
        self.saving(|file, session| {
            if let Some(plan) = &session.plan {
                file.refresh(plan, &session.ground.fabric, &session.ground.atoms)?;
            }
            Ok(())
        })?;
        if let Some(options) = self.coverage.as_ref().map(crate::CoverOptions::of) {
            self.cover(&options, progress)?;
        }
        Ok(())
    }

    /// Saves the ground as it is in memory, and draws the zones over it.
    pub(crate) fn save_ground(&mut self) -> Result<(), PlannerError> {
        self.saving(|file, session| {
            let crate::Ground { fabric, stacks, atoms } = &session.ground;
            file.save_ground(fabric, stacks, atoms)?;
            if let Some(plan) = &session.plan {
                file.refresh(plan, fabric, atoms)?;
            }
            Ok(())
        })
    }

    /// Whether another program saved something since the file was read here. Never while this one edits: others wait then.
    ///
    /// # Errors
    /// [`PlannerError::Store`] when the file cannot be read, e.g. because it was moved.
    pub fn overtaken(&self) -> Result<bool, PlannerError> {
        Ok(!self.editing() && PlanFile::open_read_only(&self.path)?.revision() != self.revision())
    }

    /// 重新读取 Takes in what another program saved meanwhile.
    ///
    /// # Errors
    /// As [`Session::open`]; the session is then as before.
    pub fn reload(&mut self, progress: &dyn Progress) -> Result<(), PlannerError> {
        let path = self.path.clone();
        let reuse = std::mem::take(&mut self.desk.reuse);
        *self = Self::open_with(&path, reuse, progress)?;
        Ok(())
    }

    /// A new partition gives new codes, which a published plan must not get.
    pub(crate) fn unpublished(&self) -> Result<(), PlannerError> {
        if PlanFile::open_read_only(&self.path)?.publications()?.is_empty() {
            return Ok(());
        }
        let what = "the plan was published, so its codes are permanent, and a new partition would give new ones. Edit the \
                    plan, or copy the inputs into another plan file";
        Err(PlannerError::Published { file: self.file(), what: what.to_owned() })
    }
}
