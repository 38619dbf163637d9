//! 网格步行半径 How far the homes of each zone walk to its station, or else to the door most central to them.

use crate::{PlannerError, Session};
use lifang_coverage::{Ways, ZoneCentre, ZoneRadius, ZoneWalk, ways};
use lifang_model::{FacilityIdx, Plan, Progress};

/// Category of the stations zones are served from.
const STATION: &str = "party_centre";
/// Who walks.
const WALKER: &str = "adult";

impl Session {
    /// 网格步行半径 The walks of the homes of every zone of the current plan, level by level, coarse to fine, in code order of the
    /// plan: to the party-service centre inside the zone, or where there is none to its central door, see [`Ways::radii`].
    /// Empty without a plan. Nothing is saved; `cover` keeps the same with the coverage.
    ///
    /// # Errors
    /// [`PlannerError::Cancelled`], or [`PlannerError::UnknownKey`] without a profile of adults.
    pub fn zone_walks(&self, progress: &dyn Progress) -> Result<Vec<ZoneWalk>, PlannerError> {
        let Some(plan) = &self.plan else { return Ok(Vec::new()) };
        let ways = ways(&self.territory, &self.ground.atoms, progress)?;
        progress.stage("walks", None);
        self.walks_of(plan, &ways)
    }

    /// The same for any plan over this ground, on ways made before.
    pub(crate) fn walks_of(&self, plan: &Plan, ways: &Ways) -> Result<Vec<ZoneWalk>, PlannerError> {
        let profile = self.catalog.profile(WALKER)?;
        let stations = ways.open(&self.territory, STATION);
        let ground = (&self.territory, &self.ground.fabric, self.ground.atoms.as_slice());
        let mut told = Vec::new();
        for level in &plan.levels {
            let radii = ways.radii(ground, &level.assignment, &stations, profile);
            for (zone, radius) in level.zones.iter().zip(radii) {
                told.extend(radius.map(|radius| self.zone_walk(&level.key, zone.code.as_str(), radius)));
            }
        }
        Ok(told)
    }

    fn zone_walk(&self, level: &str, code: &str, radius: ZoneRadius) -> ZoneWalk {
        let station = |at: &FacilityIdx| self.territory.facilities[at.at()].code.to_string();
        let (to, centre) = match &radius.centre {
            None => ("none", Vec::new()),
            Some(ZoneCentre::Stations(stations)) => ("station", stations.iter().map(station).collect()),
            Some(ZoneCentre::Door(atom)) => {
                let building = self.ground.atoms[atom.at()].building;
                let code = building.map(|at| self.territory.buildings[at.at()].code.clone());
                ("door", code.into_iter().collect())
            }
        };
        ZoneWalk {
            level: level.to_owned(),
            code: code.to_owned(),
            to: to.to_owned(),
            centre,
            reached: radius.reached,
            unreached: radius.unreached,
            mean_m: radius.mean_m,
            max_m: radius.max_m,
        }
    }
}
