//! 沿用编码 Codes of atoms outlast a ground built anew: land that did not change keeps its code, and no old code comes back
//! for other land.

use crate::PartitionError;
use lifang_model::{Atom, AtomCode, Point};
use std::collections::{BTreeMap, BTreeSet};

/// 沿用编码 Gives atoms of a ground built anew the codes they had. Atoms of buildings are named by their building and need
/// nothing; land without a building is named by a count that shifts when a street or a building comes or goes, so it keeps the
/// code it had where its anchor did not move, and gets a code never used before elsewhere. Returns how many kept a code that
/// would have become another.
///
/// # Errors
/// [`PartitionError::Code`] if no code can be formed.
pub fn keep_codes(atoms: &mut [Atom], before: &[Atom]) -> Result<usize, PartitionError> {
    let land = |atom: &&Atom| atom.building.is_none();
    let places: BTreeMap<Point, &AtomCode> =
        before.iter().filter(land).map(|atom| (atom.anchor, &atom.code)).collect();
    let used: BTreeSet<&AtomCode> = before.iter().map(|atom| &atom.code).collect();
    let mut taken: BTreeSet<AtomCode> =
        atoms.iter().filter(|atom| atom.building.is_some()).map(|atom| atom.code.clone()).collect();
    let mut kept = 0;
    let mut fresh = Vec::new();
    for (row, atom) in atoms.iter_mut().enumerate().filter(|(_, atom)| atom.building.is_none()) {
        match places.get(&atom.anchor) {
            Some(&code) if taken.insert(code.clone()) => {
                kept += usize::from(*code != atom.code);
                atom.code = code.clone();
            }
            _ => fresh.push(row),
        }
    }
    for row in fresh {
        let Some(atom) = atoms.get_mut(row) else { continue };
        let base =
            atom.code.as_str().rsplit_once('-').map_or(atom.code.as_str(), |(base, _)| base).to_owned();
        let mut count = 0u32;
        while used.contains(&atom.code) || taken.contains(&atom.code) {
            count += 1;
            atom.code = AtomCode::new(format!("{base}-{count}"))?;
        }
        taken.insert(atom.code.clone());
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::keep_codes;
    use lifang_model::{Atom, AtomCode, AtomKind, BuildingIdx, Demand, Point, Sources};

    fn atom(code: &str, building: Option<u32>, x: i32) -> Atom {
        Atom {
            code: AtomCode::new(code).unwrap(),
            kind: AtomKind::Open,
            building: building.map(BuildingIdx),
            compound: None,
            unit: 0,
            floors: None,
            demand: Demand::default(),
            sources: Sources::GIVEN,
            anchor: Point::new(x, 0),
        }
    }

    #[test]
    fn land_keeps_its_code_and_new_land_gets_one_never_used() {
        let before =
            [atom("B1", Some(0), 0), atom("E1-1", None, 10), atom("E1-2", None, 20), atom("E2-1", None, 30)];
        // An enclosure came before the others: every count shifts, and the land at 20 is gone.
        let mut after = [
            atom("B1", Some(0), 0),
            atom("E1-1", None, 5),
            atom("E2-1", None, 10),
            atom("E3-1", None, 30),
            atom("E3-2", None, 31),
        ];
        assert_eq!(keep_codes(&mut after, &before).unwrap(), 2);
        let codes: Vec<&str> = after.iter().map(|atom| atom.code.as_str()).collect();
        assert_eq!(codes, ["B1", "E1-3", "E1-1", "E2-1", "E3-2"]);
        let again = after.clone();
        assert_eq!(keep_codes(&mut after, &again).unwrap(), 0);
        assert_eq!(after, again);
    }
}
