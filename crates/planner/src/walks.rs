//! 门间步行 How far it is on foot between doors near each other, for rules that give walks a weight.

use crate::{PlannerError, Session};
use lifang_model::{Polygon, Progress, Rules};
use lifang_partition::DoorTable;
use std::sync::Arc;

/// Radii of a finest zone within which walks are told apart; whoever is farther from the middle is far.
const RADII: f64 = 4.0;
/// Shortest and longest cut-off, metres.
const CUTOFF: (f64, f64) = (200.0, 3000.0);

impl Session {
    /// The walks between doors, an adult's, as far as zones of the finest banded level reach. `None` where the rules give walks no
    /// weight, or no street is known: then the straight line alone counts, as compactness.
    ///
    /// # Errors
    /// [`PlannerError`] when it is cancelled.
    pub(crate) fn door_table(
        &self,
        rules: &Rules,
        progress: &dyn Progress,
    ) -> Result<Option<Arc<DoorTable>>, PlannerError> {
        let Some(band) = rules.levels.iter().rev().find_map(|level| level.band) else { return Ok(None) };
        if rules.weights.walking == 0 || self.territory.streets.is_empty() {
            return Ok(None);
        }
        let atoms = &self.ground.atoms;
        let load: u64 = atoms.iter().map(|atom| rules.load(&atom.demand).0).sum();
        let zones = (load as f64 / 1000.0 / f64::from(band.target.max(1))).max(1.0);
        let area: f64 = self.territory.boundary.iter().map(Polygon::area_m2).sum();
        let cutoff = (RADII * (area / zones / std::f64::consts::PI).sqrt()).clamp(CUTOFF.0, CUTOFF.1);
        let ways = lifang_coverage::ways(&self.territory, atoms, progress)?;
        let homes = ways.homes(atoms);
        progress.stage("doors", None);
        let adult = self.catalog.profile("adult")?;
        let metres =
            |row: Vec<(u32, u32)>| row.into_iter().map(|(door, mm)| (door, mm as f32 / 1000.0)).collect();
        let rows: Vec<Vec<(u32, f32)>> =
            ways.between_doors(&homes, adult, (cutoff * 1000.0) as u32).into_iter().map(metres).collect();
        Ok(Some(Arc::new(DoorTable::new(ways.doors(), &rows, cutoff as f32))))
    }
}
