//! Real data, where it is at hand: `shared/data` beside the repository. Without it these tests say so and pass.

use crate::{Columns, Layer, LayersRequest, OsmRequest, from_layers, from_osm, parse_estimates, parse_services};
use lifang_model::{BuildingUse, Certainty, Severity, Silent, Territory};
use std::collections::BTreeMap;
use std::path::PathBuf;

fn data(path: &str) -> Option<PathBuf> {
    let full = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path);
    if !full.exists() {
        eprintln!("skipped: {path} is not there");
        return None;
    }
    Some(full)
}

fn osm(path: &str) -> Option<Territory> {
    let request =
        OsmRequest { name: path.to_owned(), code: String::new(), osm: data(path)?, boundary: None, crs: None };
    let services = parse_services(include_str!("../../../data/services/standard.toml")).unwrap();
    let rules = parse_estimates(include_str!("../../../data/estimates.toml")).unwrap();
    let territory = from_osm(&request, &services, &rules, &Silent).unwrap();
    describe(&territory);
    sound(&territory);
    Some(territory)
}

fn describe(t: &Territory) {
    let mut uses: BTreeMap<BuildingUse, usize> = BTreeMap::new();
    t.buildings.iter().for_each(|b| *uses.entry(b.use_).or_default() += 1);
    let sum = |f: &dyn Fn(&lifang_model::Building) -> u32| t.buildings.iter().map(|b| u64::from(f(b))).sum::<u64>();
    let levels = t.buildings.iter().filter(|b| b.levels.is_some()).count();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    t.compounds.iter().for_each(|c| *kinds.entry(c.kind.key()).or_default() += 1);
    let mut services: BTreeMap<&str, usize> = BTreeMap::new();
    t.facilities.iter().for_each(|f| *services.entry(&f.category).or_default() += 1);
    let mut barriers: BTreeMap<&str, usize> = BTreeMap::new();
    t.barriers.iter().for_each(|b| *barriers.entry(b.class.key()).or_default() += 1);
    let km: f64 = t.streets.iter().flat_map(|s| s.line.windows(2)).map(|w| w[0].distance(w[1])).sum::<f64>() / 1e6;
    eprintln!("== {}: {} buildings ({levels} with levels), {:.1} ha in {} vertices", t.name, t.buildings.len(),
        t.boundary.iter().map(lifang_model::Polygon::area_m2).sum::<f64>() / 1e4,
        t.boundary.iter().map(|p| p.outer.0.len()).sum::<usize>());
    eprintln!("   uses {uses:?}");
    eprintln!("   households {} persons {} merchants {}", sum(&|b| b.demand.households), sum(&|b| b.demand.persons), sum(&|b| b.demand.merchants));
    eprintln!("   {} entrances, {} in compounds", t.buildings.iter().map(|b| b.entrances.len()).sum::<usize>(), t.buildings.iter().filter(|b| b.compound.is_some()).count());
    eprintln!("   compounds {kinds:?} walled {} gates {}", t.compounds.iter().filter(|c| c.walled).count(), t.compounds.iter().map(|c| c.gates.len()).sum::<usize>());
    eprintln!("   {} streets {km:.1} km, barriers {barriers:?}, {} areas", t.streets.len(), t.areas.len());
    eprintln!("   facilities {services:?}");
    let mut by_code: BTreeMap<(Severity, &str), usize> = BTreeMap::new();
    t.faults.iter().for_each(|f| *by_code.entry((f.severity, f.code.as_str())).or_default() += 1);
    eprintln!("   faults {by_code:?}");
    for fault in &t.faults { if by_code[&(fault.severity, fault.code.as_str())] < 3 { eprintln!("   {fault}"); } }
}

/// What holds for every territory.
fn sound(t: &Territory) {
    let mut codes = std::collections::BTreeSet::new();
    assert!(t.buildings.iter().all(|b| codes.insert(&b.code)), "codes are unique");
    assert_eq!(t.boundary.len(), 1);
    assert!(t.buildings.iter().all(|b| b.outline.iter().all(|p| p.twice_area() > 0 && p.outer.twice_area() > 0)));
    assert!(t.buildings.iter().flat_map(|b| &b.outline).flat_map(|p| &p.outer.0).all(|p| t.boundary[0].contains(*p)));
    assert!(t.buildings.iter().all(|b| b.sources.households != Certainty::Unknown));
    assert!(t.streets.iter().all(|s| s.line.len() >= 2));
    assert!(t.faults.iter().all(|f| f.severity != Severity::Error));
    assert!(t.faults.len() < 120, "{} faults", t.faults.len());
}

#[test]
fn punggol_keeps_every_one_of_its_28_044_households() {
    let (Some(buildings), Some(streets)) = (data("punggol/buildings.geojson"), data("punggol/streets.geojson")) else {
        return;
    };
    let request = LayersRequest {
        name: "Punggol".to_owned(),
        code: String::new(),
        buildings: Layer::new(buildings),
        columns: Columns { households: Some("dwelling_units".to_owned()), ..Columns::default() },
        streets: Some(Layer::new(streets)),
        facilities: None,
        compounds: None,
        boundary: None,
        crs: None,
        encoding: None,
    };
    let services = parse_services(include_str!("../../../data/services/standard.toml")).unwrap();
    let rules = parse_estimates(include_str!("../../../data/estimates.toml")).unwrap();
    let t = from_layers(&request, &services, &rules, &Silent).unwrap();
    describe(&t);
    assert_eq!(t.buildings.len(), 376);
    assert_eq!(t.buildings.iter().map(|b| b.demand.households).sum::<u32>(), 28_044);
    assert_eq!(t.streets.len(), 2133);
    assert_eq!(t.buildings[0].code, "way/768461439");
}

#[test]
fn nanjing() {
    let Some(t) = osm("nanjing/xinjiekou.osm.pbf") else { return };
    assert!((1200..=1300).contains(&t.buildings.len()));
}

#[test]
fn hongkong() {
    let Some(t) = osm("hongkong/tsim-sha-tsui.osm.pbf") else { return };
    assert!((270..=300).contains(&t.buildings.len()));
}

#[test]
fn athens() {
    let Some(t) = osm("athens/centre.osm.pbf") else { return };
    assert!((5900..=6300).contains(&t.buildings.len()));
}

#[test]
fn fukuoka() {
    let Some(t) = osm("fukuoka/shingu.osm.pbf") else { return };
    assert!((8200..=8400).contains(&t.buildings.len()));
}

#[test]
fn helsinki() {
    let Some(t) = osm("helsinki/centre.osm.pbf") else { return };
    assert!((400..=560).contains(&t.buildings.len()));
}

#[test]
fn monaco() {
    let Some(t) = osm("monaco/monaco.osm.pbf") else { return };
    assert!((23_000..=23_500).contains(&t.buildings.len()));
}
