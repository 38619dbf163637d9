//! The synthetic community, with its real fabric.

use super::town::{category, profile, tiers};
use crate::{CoverageError, Request, Ways, cover_with};
use lifang_model::{Atom, AtomCode, AtomKind, Demand, Plan, Silent, Territory};
use lifang_network::BuildOptions;
use lifang_samples::{SampleOptions, taipingjie};
use std::collections::BTreeSet;

fn atoms(territory: &Territory, fabric: &lifang_fabric::Fabric) -> Vec<Atom> {
    let atom = |(row, cell): (usize, &lifang_fabric::Cell)| {
        let building = cell.building.and_then(|building| territory.buildings.get(building.at()));
        Atom {
            code: AtomCode::new(format!("a{row}")).unwrap(),
            kind: if building.is_some() { AtomKind::Residential } else { AtomKind::Open },
            building: cell.building,
            compound: building.and_then(|building| building.compound),
            unit: cell.unit,
            floors: None,
            demand: building.map_or(Demand::default(), |building| building.demand),
            sources: building.map(|building| building.sources).unwrap_or_default(),
            anchor: cell.anchor,
        }
    };
    fabric.cells.iter().enumerate().map(atom).collect()
}

/// The community, its fabric and its atoms.
pub(super) fn community() -> (Territory, lifang_fabric::Fabric, Vec<Atom>) {
    let territory = taipingjie(&SampleOptions { seed: 1, buildings: None }).unwrap();
    let fabric = lifang_fabric::build(&territory, &[], &Silent).unwrap();
    let atoms = atoms(&territory, &fabric);
    (territory, fabric, atoms)
}

#[test]
fn everyone_in_the_sample_community_has_a_street_and_nearer_than_the_crow_nobody_walks() {
    let (territory, fabric, atoms) = community();
    let keys: BTreeSet<&str> =
        territory.facilities.iter().map(|facility| facility.category.as_str()).collect();
    let categories: Vec<_> = keys.iter().map(|key| category(key, "15min")).collect();
    let options = BuildOptions { node_crossings: true, ..BuildOptions::default() };
    let began = std::time::Instant::now();
    let ways = Ways::new(&territory, &atoms, &options, &Silent).unwrap();
    let made = began.elapsed();
    let no_plan: Option<&Plan> = None;
    let tiers = tiers();
    let profiles = [profile("adult", Some(1.0)), profile("elder", Some(2.0)), profile("wheelchair", None)];
    let request = Request {
        territory: &territory,
        fabric: &fabric,
        atoms: &atoms,
        plan: no_plan,
        categories: &categories,
        tiers: &tiers,
        profiles: &profiles,
        rooms: false,
    };
    let began = std::time::Instant::now();
    let coverage = cover_with(&request, &ways, &Silent).unwrap();
    eprintln!("ways {made:?}, coverage {:?}, {:?}", began.elapsed(), coverage.network);
    assert!(coverage.network.largest_km > 0.9 * coverage.network.km, "one network: {:?}", coverage.network);
    let lost: Vec<_> = coverage.unsnapped.iter().filter(|atom| atoms[atom.at()].building.is_some()).collect();
    assert!(lost.is_empty(), "{lost:?}");
    for entry in &coverage.categories {
        for (walk, straight) in entry.distance_mm.iter().zip(&entry.straight_mm) {
            // Rounding on each edge and access may add up to a few millimetres.
            assert!(walk.is_none_or(|walk| straight.is_some_and(|straight| walk + 1000 >= straight)));
        }
    }
    for entries in coverage.categories.chunks(3) {
        let [adult, elder, wheelchair] = entries else { panic!("three profiles") };
        let no_nearer = |slow: &[Option<u32>], fast: &[Option<u32>]| {
            slow.iter()
                .zip(fast)
                .all(|(slow, fast)| slow.is_none_or(|slow| fast.is_some_and(|fast| fast <= slow)))
        };
        assert!(no_nearer(&elder.distance_mm, &adult.distance_mm), "{}", adult.category);
        assert!(no_nearer(&wheelchair.distance_mm, &adult.distance_mm), "{}", adult.category);
    }

    let mut other = territory.clone();
    other.facilities.pop();
    assert!(matches!(
        cover_with(&Request { territory: &other, ..request }, &ways, &Silent),
        Err(CoverageError::WaysOfAnotherTerritory { .. })
    ));
}
