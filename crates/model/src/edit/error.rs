//! Why an edit is refused. Letter `E`; each message names the zones and says what to do.

use crate::{CodeError, ZoneCode};

/// 编辑被拒 Why an edit is refused. The plan is then as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// The plan has no such level.
    #[error("E-101 there is no level {level:?} in this plan. Choose one of: {known}")]
    UnknownLevel {
        /// The level asked for.
        level: String,
        /// Those there are.
        known: String,
    },
    /// The level has no such zone.
    #[error("E-102 level {level} has no zone {code}. Check the code; retired zones cannot be edited")]
    UnknownZone {
        /// The level.
        level: String,
        /// The code asked for.
        code: String,
    },
    /// An atom that does not exist.
    #[error("E-103 there is no atom number {atom}; the plan has {atoms}. Select the atoms again")]
    UnknownAtom {
        /// The index asked for.
        atom: u32,
        /// How many there are.
        atoms: usize,
    },
    /// Nothing would change.
    #[error("E-104 this edit would change nothing. Select other atoms or another zone")]
    Nothing,
    /// Pinned atoms would move.
    #[error("E-105 {count} of these atoms are pinned (the first is number {first}). Unpin them first")]
    Pinned {
        /// How many.
        count: usize,
        /// The first of them.
        first: u32,
    },
    /// Atoms would leave their zone of the coarser level.
    #[error(
        "E-106 {count} of these atoms lie in {from} on level {level}, but zone {zone} belongs to {to}. Move them on \
         both levels (across = follow), or choose a zone inside {from}"
    )]
    Crosses {
        /// The coarser level.
        level: String,
        /// How many atoms.
        count: usize,
        /// Their zone there.
        from: String,
        /// The parent of the zone they would go to.
        to: String,
        /// The zone they would go to.
        zone: ZoneCode,
    },
    /// A zone of the finer level would be cut.
    #[error(
        "E-107 zone {zone} of level {level} lies only partly in the selection, so it would lie in {from} and in {to} \
         at once. Select all of it, or move its atoms on level {level}"
    )]
    Straddles {
        /// The finer level.
        level: String,
        /// Its zone.
        zone: ZoneCode,
        /// The coarser zone it lies in.
        from: String,
        /// The coarser zone part of it would go to.
        to: String,
    },
    /// A code that was used before.
    #[error("E-108 code {code} is or was in use; codes never come back. Choose another")]
    CodeUsed {
        /// The code.
        code: ZoneCode,
    },
    /// A code in force cannot change.
    #[error("E-109 zone {code} was published, so its code is permanent. Rename it instead")]
    Permanent {
        /// The code.
        code: ZoneCode,
    },
    /// A zone that holds atoms or zones cannot be retired.
    #[error(
        "E-110 zone {code} still holds {atoms} atoms and {zones} zones. Move them or merge the zone first"
    )]
    Occupied {
        /// Its code.
        code: ZoneCode,
        /// Atoms in it.
        atoms: usize,
        /// Zones of the finer level in it.
        zones: usize,
    },
    /// The parts of a split do not divide the zone.
    #[error("E-111 zone {code} cannot be split so: {why}. Give disjoint parts of it and leave it some atoms")]
    BadSplit {
        /// Its code.
        code: ZoneCode,
        /// What is wrong.
        why: &'static str,
    },
    /// No code left or no code at all.
    #[error("E-112 {0}. Give a code by hand")]
    Code(#[from] CodeError),
    /// Stages follow each other.
    #[error("E-113 a plan that is {from} cannot become {to}: {why}")]
    Stage {
        /// Where it is.
        from: &'static str,
        /// Where it should go.
        to: &'static str,
        /// Why not.
        why: &'static str,
    },
    /// A zone of a finer level without a parent.
    #[error("E-115 zone {code} would have no parent. Name one, or give the zone atoms that lie in one")]
    NoParent {
        /// Its code.
        code: ZoneCode,
    },
    /// An edit that changes the ground too.
    #[error(
        "E-116 dividing cells changes the ground, which the plan alone does not hold. Open the plan file"
    )]
    Ground,
    /// A patch made for another state of the plan.
    #[error("E-114 the change does not fit this plan: {0}. Open the plan again")]
    Unfit(&'static str),
}
