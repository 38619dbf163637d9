//! 内容 What a plan says, apart from the file it lies in: who belongs to which zone, by permanent codes. It is what is
//! signed, published and compared.

use crate::{PlannerError, Session};
use lifang_model::{Atom, Plan, ZoneStatus};
use serde::{Deserialize, Serialize};

/// 内容网格 One zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentZone {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Option<String>,
    /// Its kind.
    pub kind: String,
    /// Code of its parent.
    pub parent: Option<String>,
}

/// 内容单元 One atom: its code, whom it counts, and its zone of every level, by place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentAtom {
    /// Its code.
    pub code: String,
    /// Households.
    pub households: u32,
    /// Residents.
    pub persons: u32,
    /// Place of its zone in each level's list.
    pub zones: Vec<Option<u32>>,
}

/// 内容 See the module. Zones and atoms are in order of code, so equal contents have equal bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// Version of this layout.
    pub version: u32,
    /// Name of the plan.
    pub plan: String,
    /// Name and official code of the territory.
    pub territory: (String, String),
    /// Hash of the ground.
    pub fabric: String,
    /// The rules, as JSON.
    pub rules: serde_json::Value,
    /// Key and zones in force of every level, coarse to fine.
    pub levels: Vec<(String, Vec<ContentZone>)>,
    /// The atoms.
    pub atoms: Vec<ContentAtom>,
}

impl Content {
    /// The content of a plan over its atoms.
    #[must_use]
    pub fn of(plan: &Plan, atoms: &[Atom], territory: (&str, &str)) -> Self {
        let mut levels = Vec::new();
        let mut places: Vec<Vec<Option<u32>>> = Vec::new();
        for (depth, level) in plan.levels.iter().enumerate() {
            let mut rows: Vec<usize> = (0..level.zones.len())
                .filter(|&row| level.zones[row].status != ZoneStatus::Retired)
                .collect();
            rows.sort_by(|&a, &b| level.zones[a].code.cmp(&level.zones[b].code));
            let mut place = vec![None; level.zones.len()];
            for (at, &row) in (0..).zip(&rows) {
                place[row] = Some(at);
            }
            places.push(place);
            let coarser = depth.checked_sub(1).and_then(|above| plan.levels.get(above));
            let zones = rows.into_iter().map(|row| {
                let zone = &level.zones[row];
                let parent = zone.parent.and_then(|parent| coarser?.zones.get(parent.at()));
                ContentZone {
                    code: zone.code.to_string(),
                    name: zone.name.clone(),
                    kind: zone.kind.key().to_owned(),
                    parent: parent.map(|parent| parent.code.to_string()),
                }
            });
            levels.push((level.key.clone(), zones.collect()));
        }
        let zone_of = |row: usize, depth: usize| {
            let zone = plan.levels[depth].assignment.get(row).copied().flatten()?;
            places[depth].get(zone.at()).copied().flatten()
        };
        let mut list: Vec<ContentAtom> = atoms
            .iter()
            .enumerate()
            .map(|(row, atom)| ContentAtom {
                code: atom.code.to_string(),
                households: atom.demand.households,
                persons: atom.demand.persons,
                zones: (0..plan.levels.len()).map(|depth| zone_of(row, depth)).collect(),
            })
            .collect();
        list.sort_by(|a, b| a.code.cmp(&b.code));
        Self {
            version: 1,
            plan: plan.name.clone(),
            territory: (territory.0.to_owned(), territory.1.to_owned()),
            fabric: plan.fabric.clone(),
            rules: serde_json::to_value(&plan.rules).unwrap_or_default(),
            levels,
            atoms: list,
        }
    }

    /// The bytes that are signed.
    ///
    /// # Errors
    /// [`PlannerError::Selection`] never in practice: every content is JSON.
    pub fn bytes(&self) -> Result<Vec<u8>, PlannerError> {
        serde_json::to_vec(self).map_err(|error| PlannerError::Selection {
            what: format!("the content cannot be written: {error}"),
            action: "Report this as a fault of the program".to_owned(),
        })
    }

    /// Reads what [`Content::bytes`] wrote.
    ///
    /// # Errors
    /// [`PlannerError::Selection`] when it is something else.
    pub fn read(bytes: &[u8]) -> Result<Self, PlannerError> {
        serde_json::from_slice(bytes).map_err(|error| PlannerError::Selection {
            what: format!("this is no published plan: {error}"),
            action: "Open a publication of this version of the program or older".to_owned(),
        })
    }
}

impl Session {
    /// 内容 What the plan says now.
    ///
    /// # Errors
    /// [`PlannerError::NoPlan`].
    pub fn content(&self) -> Result<Content, PlannerError> {
        let territory = (self.territory.name.as_str(), self.territory.code.as_str());
        Ok(Content::of(self.plan_or_none()?, &self.ground.atoms, territory))
    }

    /// 签名 BLAKE3 of what the plan says now, hexadecimal. A published plan that was not edited since has the signature of
    /// its publication.
    ///
    /// # Errors
    /// [`PlannerError::NoPlan`].
    pub fn signature(&self) -> Result<String, PlannerError> {
        Ok(lifang_store::signature(&self.content()?.bytes()?))
    }
}
