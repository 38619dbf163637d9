//! 变更 Packed: what an entry of the log changed, before and after.

use crate::division::Division;
use crate::error::Problem;
use crate::keys::Keyed;
use crate::pack::{Packer, Unpacker};
use lifang_model::{AtomSet, Patch, Plan, Step, Zone, ZoneCode, ZoneIdx, ZoneKind, ZoneStatus};

/// What an entry of the log holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// 编辑 Steps of an edit.
    Patch(Patch),
    /// 整案 A whole plan took the place of another, as a new partition does.
    Whole(Box<(Plan, Plan)>),
    /// 切分 Cells were divided: the ground changes with the plan.
    Divide(Box<Division>),
    /// 并回 The same taken back.
    Join(Box<Division>),
}

impl Change {
    /// The change that takes this one back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        match self {
            Self::Patch(patch) => Self::Patch(patch.inverse()),
            Self::Whole(plans) => Self::Whole(Box::new((plans.1.clone(), plans.0.clone()))),
            Self::Divide(division) => Self::Join(division.clone()),
            Self::Join(division) => Self::Divide(division.clone()),
        }
    }

    /// Changes a plan.
    ///
    /// # Errors
    /// [`lifang_model::EditError`] when the plan is not in the state the change was made for; it is then unchanged.
    pub fn apply(&self, plan: &mut Plan) -> Result<(), lifang_model::EditError> {
        match self {
            Self::Patch(patch) => patch.apply(plan),
            Self::Whole(plans) if plans.0.levels == plan.levels => {
                *plan = plans.1.clone();
                Ok(())
            }
            Self::Whole(_) => Err(lifang_model::EditError::Unfit("the plan it replaces is another")),
            Self::Divide(division) => division.divide(plan),
            Self::Join(division) => division.join(plan),
        }
    }
}

/// Tags of packed steps; a whole plan has its own and is followed by JSON.
const ASSIGN: u64 = 0;
const ADD: u64 = 1;
const DROP: u64 = 2;
const ZONE: u64 = 3;
const PIN: u64 = 4;
const UNPIN: u64 = 5;
const STATUSES: [ZoneStatus; 5] = [
    ZoneStatus::Draft,
    ZoneStatus::Consulted,
    ZoneStatus::Approved,
    ZoneStatus::Published,
    ZoneStatus::Retired,
];

/// Packs a change. The first number is 0 for steps, 1 for a whole plan, 2 for cells divided, 3 for the same taken back.
pub(crate) fn pack(change: &Change) -> Result<Vec<u8>, Problem> {
    let mut packer = Packer::default();
    match change {
        Change::Whole(plans) => {
            packer.unsigned(1);
            let json =
                serde_json::to_vec(plans.as_ref()).map_err(|error| Problem::Unfit(error.to_string()))?;
            packer.bytes(&json);
        }
        Change::Divide(division) | Change::Join(division) => {
            packer.unsigned(if matches!(change, Change::Divide(_)) { 2 } else { 3 });
            let json = serde_json::to_vec(division).map_err(|error| Problem::Unfit(error.to_string()))?;
            packer.bytes(&json);
        }
        Change::Patch(patch) => {
            packer.unsigned(0);
            packer.unsigned(patch.steps.len() as u64);
            patch.steps.iter().for_each(|step| pack_step(&mut packer, step));
        }
    }
    packer.seal()
}

fn pack_step(packer: &mut Packer, step: &Step) {
    let index = |zone: &Option<ZoneIdx>| zone.map(|zone| zone.0);
    match step {
        Step::Assign { level, from, to, atoms } => {
            packer.unsigned(ASSIGN);
            packer.unsigned(*level as u64);
            packer.optional(index(from));
            packer.optional(index(to));
            pack_atoms(packer, atoms);
        }
        Step::Add { level, zone } | Step::Drop { level, zone } => {
            packer.unsigned(if matches!(step, Step::Add { .. }) { ADD } else { DROP });
            packer.unsigned(*level as u64);
            pack_zone(packer, zone);
        }
        Step::Zone { level, zone, before, after } => {
            packer.unsigned(ZONE);
            packer.unsigned(*level as u64);
            packer.unsigned(u64::from(zone.0));
            pack_zone(packer, before);
            pack_zone(packer, after);
        }
        Step::Pin { atoms } | Step::Unpin { atoms } => {
            packer.unsigned(if matches!(step, Step::Pin { .. }) { PIN } else { UNPIN });
            pack_atoms(packer, atoms);
        }
    }
}

fn pack_atoms(packer: &mut Packer, atoms: &AtomSet) {
    packer.unsigned(atoms.runs().len() as u64);
    let mut free = 0;
    for (first, count) in atoms.runs() {
        packer.unsigned(u64::from(first - free));
        packer.unsigned(u64::from(*count));
        free = first + count;
    }
}

fn pack_zone(packer: &mut Packer, zone: &Zone) {
    packer.bytes(zone.code.as_str().as_bytes());
    packer.unsigned(u64::from(zone.name.is_some()));
    packer.bytes(zone.name.as_deref().unwrap_or_default().as_bytes());
    packer.bytes(zone.kind.word().as_bytes());
    packer.optional(zone.parent.map(|parent| parent.0));
    packer.unsigned(STATUSES.iter().position(|status| *status == zone.status).unwrap_or(0) as u64);
}

/// Unpacks a change.
pub(crate) fn unpack(bytes: &[u8]) -> Result<Change, Problem> {
    const WHAT: &str = "a change in the log";
    let mut unpacker = Unpacker::open(WHAT, bytes)?;
    let damaged = |error: serde_json::Error| Problem::Damaged(format!("{WHAT}: {error}"));
    let change = match unpacker.unsigned()? {
        0 => {
            let count = unpacker.count()?;
            let mut steps = Vec::with_capacity(count);
            for _ in 0..count {
                steps.push(unpack_step(&mut unpacker)?);
            }
            Change::Patch(Patch { steps })
        }
        1 => Change::Whole(Box::new(serde_json::from_slice(unpacker.bytes()?).map_err(damaged)?)),
        2 => Change::Divide(Box::new(serde_json::from_slice(unpacker.bytes()?).map_err(damaged)?)),
        3 => Change::Join(Box::new(serde_json::from_slice(unpacker.bytes()?).map_err(damaged)?)),
        _ => return Err(Problem::Damaged(format!("{WHAT}: of an unknown kind"))),
    };
    unpacker.end()?;
    Ok(change)
}

fn unpack_step(unpacker: &mut Unpacker) -> Result<Step, Problem> {
    Ok(match unpacker.unsigned()? {
        ASSIGN => Step::Assign {
            level: unpacker.small()?,
            from: unpacker.optional()?.map(ZoneIdx),
            to: unpacker.optional()?.map(ZoneIdx),
            atoms: unpack_atoms(unpacker)?,
        },
        ADD => Step::Add { level: unpacker.small()?, zone: unpack_zone(unpacker)? },
        DROP => Step::Drop { level: unpacker.small()?, zone: unpack_zone(unpacker)? },
        ZONE => Step::Zone {
            level: unpacker.small()?,
            zone: ZoneIdx(unpacker.small()?),
            before: unpack_zone(unpacker)?,
            after: unpack_zone(unpacker)?,
        },
        PIN => Step::Pin { atoms: unpack_atoms(unpacker)? },
        UNPIN => Step::Unpin { atoms: unpack_atoms(unpacker)? },
        _ => return Err(Problem::Damaged("a change in the log: an unknown step".to_owned())),
    })
}

fn unpack_atoms(unpacker: &mut Unpacker) -> Result<AtomSet, Problem> {
    let damaged = || Problem::Damaged("a change in the log: atoms out of order".to_owned());
    let count = unpacker.count()?;
    let mut runs = Vec::with_capacity(count);
    let mut free = 0u32;
    for _ in 0..count {
        let first = free.checked_add(unpacker.small()?).ok_or_else(damaged)?;
        let count: u32 = unpacker.small()?;
        free = first.checked_add(count).ok_or_else(damaged)?;
        runs.push((first, count));
    }
    AtomSet::from_runs(runs).ok_or_else(damaged)
}

fn unpack_zone(unpacker: &mut Unpacker) -> Result<Zone, Problem> {
    let damaged = |why: String| Problem::Damaged(format!("a zone in the log: {why}"));
    let code = ZoneCode::new(unpacker.text()?).map_err(|error| damaged(error.to_string()))?;
    let named = unpacker.unsigned()? == 1;
    let name = unpacker.text()?;
    let kind = ZoneKind::parse(&unpacker.text()?).map_err(damaged)?;
    let parent = unpacker.optional()?.map(ZoneIdx);
    Ok(Zone { code, name: named.then_some(name), kind, parent, status: unpacker.one_of(&STATUSES)? })
}
