//! 编辑 Edits of a plan: what a planner wants, the exact change it comes to, and the way back.
//!
//! An [`Edit`] names zones by code, so that it can be read years later. [`Edit::patch`] checks it against a plan and
//! gives a [`Patch`], which holds everything before and after; [`Patch::inverse`] takes it back to the last bit.

mod build;
mod codes;
mod error;
mod patch;
mod set;

#[cfg(test)]
mod tests;

pub use error::EditError;
pub use patch::{Patch, Step};
pub use set::AtomSet;

use crate::{Plan, Point, ZoneCode, ZoneKind, ZoneStatus};
use build::Builder;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// 跨界方式 What happens when atoms go to a zone of another parent.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Across {
    /// The edit is refused, and the message names both parents.
    #[default]
    Refuse,
    /// The atoms change parent too, level by level upwards.
    Follow,
}

/// 拆出部分 Atoms that go together: a part a split makes a zone of, or one a redraw gives to a zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Code of the zone.
    pub code: ZoneCode,
    /// The atoms.
    pub atoms: AtomSet,
}

/// 编辑 One thing a planner does to a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "edit", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Edit {
    /// 划转 Atoms go to a zone; moving a border is this too. A zone of the finer level goes with them if it goes whole.
    Transfer {
        /// Key of the level.
        level: String,
        /// The atoms.
        atoms: AtomSet,
        /// Where they go.
        to: ZoneCode,
        /// What happens at the border of the parent.
        #[serde(default)]
        across: Across,
    },
    /// 合并 Zones become part of another; their codes are retired.
    Merge {
        /// Key of the level.
        level: String,
        /// The zones that end.
        from: Vec<ZoneCode>,
        /// The zone that goes on.
        into: ZoneCode,
        /// What happens at the border of the parent.
        #[serde(default)]
        across: Across,
    },
    /// 拆分 Parts of a zone become zones beside it; what is left keeps the code.
    Split {
        /// Key of the level.
        level: String,
        /// The zone.
        zone: ZoneCode,
        /// The parts; they are disjoint and leave something.
        parts: Vec<Part>,
    },
    /// 划线切分 Cells of a zone are divided exactly along a line, buildings staying whole, and what lies across it becomes zones
    /// beside it. The ground changes with the plan, so [`Edit::patch`] alone cannot make it.
    Divide {
        /// Key of the level.
        level: String,
        /// The zone.
        zone: ZoneCode,
        /// The line.
        line: Vec<Point>,
    },
    /// 重划 Atoms of some zones are divided among them anew, as a repair does. A part whose code no zone has becomes a zone
    /// beside those its first atom lies among; zones left with nothing end.
    Redraw {
        /// Key of the level.
        level: String,
        /// The zones this was asked for.
        zones: Vec<ZoneCode>,
        /// Where atoms go; those not named stay.
        parts: Vec<Part>,
        /// What happens at the border of the parent.
        #[serde(default)]
        across: Across,
    },
    /// 新建 A zone is made of some atoms.
    New {
        /// Key of the level.
        level: String,
        /// Its code.
        code: ZoneCode,
        /// Its name.
        name: Option<String>,
        /// Its kind.
        kind: ZoneKind,
        /// Its parent; where it is not given, that of its first atom.
        parent: Option<ZoneCode>,
        /// Its atoms.
        atoms: AtomSet,
        /// What happens at the border of the parent.
        #[serde(default)]
        across: Across,
    },
    /// 锁定 Atoms, or all atoms of zones, stay where they are, for engine and hand alike.
    Pin {
        /// Key of the level of the zones.
        level: String,
        /// Zones.
        zones: Vec<ZoneCode>,
        /// Atoms.
        atoms: AtomSet,
    },
    /// 解锁 Takes a pin back.
    Unpin {
        /// Key of the level of the zones.
        level: String,
        /// Zones.
        zones: Vec<ZoneCode>,
        /// Atoms.
        atoms: AtomSet,
    },
    /// 更名 A zone gets another name, or none.
    Rename {
        /// Key of the level.
        level: String,
        /// The zone.
        zone: ZoneCode,
        /// Its name from now on.
        name: Option<String>,
    },
    /// 改码 A zone that was never published gets another code.
    Renumber {
        /// Key of the level.
        level: String,
        /// The zone.
        zone: ZoneCode,
        /// Its code from now on.
        code: ZoneCode,
    },
    /// 专属 A zone becomes one of another kind.
    Special {
        /// Key of the level.
        level: String,
        /// The zone.
        zone: ZoneCode,
        /// Its kind from now on.
        kind: ZoneKind,
    },
    /// 停用 An empty zone ends; its code never comes back.
    Retire {
        /// Key of the level.
        level: String,
        /// The zone.
        zone: ZoneCode,
    },
    /// 推进 The plan goes to the next stage: draft, consulted, approved, published; or back to draft before it is
    /// published.
    Stage {
        /// The stage from now on.
        to: ZoneStatus,
    },
}

impl Edit {
    /// The word for what is done, as in the edit's own JSON.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Transfer { .. } => "transfer",
            Self::Merge { .. } => "merge",
            Self::Split { .. } => "split",
            Self::Divide { .. } => "divide",
            Self::Redraw { .. } => "redraw",
            Self::New { .. } => "new",
            Self::Pin { .. } => "pin",
            Self::Unpin { .. } => "unpin",
            Self::Rename { .. } => "rename",
            Self::Renumber { .. } => "renumber",
            Self::Special { .. } => "special",
            Self::Retire { .. } => "retire",
            Self::Stage { .. } => "stage",
        }
    }

    /// What the edit changes in a plan, which is not changed here. `published` are the codes that were ever in force.
    ///
    /// Any edit of zones takes a plan that was consulted, approved or published back to draft: what was approved is no
    /// longer what is there.
    ///
    /// # Errors
    /// [`EditError`] with the reason.
    pub fn patch(&self, plan: &Plan, published: &BTreeSet<ZoneCode>) -> Result<Patch, EditError> {
        let mut build = Builder::new(plan, published);
        match self {
            Self::Transfer { level, atoms, to, across } => {
                build.reopen();
                let level = build.level(level)?;
                let to = build.living(level, to)?;
                build.transfer(level, atoms, to, *across)?;
            }
            Self::Merge { level, from, into, across } => {
                build.reopen();
                build.merge(level, from, into, *across)?;
            }
            Self::Split { level, zone, parts } => {
                build.reopen();
                build.split(level, zone, parts)?;
            }
            Self::Divide { .. } => return Err(EditError::Ground),
            Self::Redraw { level, parts, across, .. } => {
                build.reopen();
                build.redraw(level, parts, *across)?;
            }
            Self::New { level, code, name, kind, parent, atoms, across } => {
                build.reopen();
                let level = build.level(level)?;
                let zone = build.fresh(level, code, name.clone(), *kind, parent.as_ref(), atoms)?;
                build.transfer(level, atoms, zone, *across)?;
            }
            Self::Pin { level, zones, atoms } => build.pin(level, zones, atoms)?,
            Self::Unpin { level, zones, atoms } => build.unpin(level, zones, atoms)?,
            Self::Rename { level, zone, name } => {
                build.reopen();
                build.say(level, zone, |zone| zone.name.clone_from(name))?;
            }
            Self::Renumber { level, zone, code } => {
                build.reopen();
                if published.contains(zone) {
                    return Err(EditError::Permanent { code: zone.clone() });
                }
                build.unused(code)?;
                build.say(level, zone, |zone| zone.code = code.clone())?;
            }
            Self::Special { level, zone, kind } => {
                build.reopen();
                build.say(level, zone, |zone| zone.kind = *kind)?;
            }
            Self::Retire { level, zone } => {
                build.reopen();
                build.retire(level, zone)?;
            }
            Self::Stage { to } => build.stage(*to)?,
        }
        build.finish()
    }
}
