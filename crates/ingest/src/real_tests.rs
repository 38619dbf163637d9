//! Real data, where it is at hand: `shared/data` beside the repository. Without it these tests say so and pass.

use crate::{
    Columns, Layer, LayersRequest, OsmRequest, from_layers, from_osm, parse_estimates, parse_services,
};
use lifang_model::{
    AreaKind, BarrierClass, BuildingUse, Certainty, Severity, Silent, StreetClass, Territory,
};
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
    let request = OsmRequest {
        table: None,
        name: path.to_owned(),
        code: String::new(),
        osm: data(path)?,
        boundary: None,
        crs: None,
    };
    let services = parse_services(include_str!("../../../data/services/standard.toml")).unwrap();
    let rules = parse_estimates(include_str!("../../../data/estimates.toml")).unwrap();
    let territory = from_osm(&request, &services, &rules, &Silent).unwrap();
    describe(&territory);
    sound(&territory);
    Some(territory)
}

fn households(t: &Territory) -> u32 {
    t.buildings.iter().map(|b| b.demand.households).sum()
}

fn of_use(t: &Territory, use_: BuildingUse) -> usize {
    t.buildings.iter().filter(|b| b.use_ == use_).count()
}

/// A few lines to look at with `--nocapture`.
fn describe(t: &Territory) {
    fn tally<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
        keys.fold(BTreeMap::new(), |mut all, key| {
            *all.entry(key).or_default() += 1;
            all
        })
    }
    let area: f64 = t.boundary.iter().map(lifang_model::Polygon::area_m2).sum();
    eprintln!(
        "== {}: {} buildings, {} households, {:.1} ha",
        t.name,
        t.buildings.len(),
        households(t),
        area / 1e4
    );
    eprintln!("   uses {:?}", tally(t.buildings.iter().map(|b| b.use_)));
    eprintln!("   compounds {:?}", tally(t.compounds.iter().map(|c| c.kind)));
    eprintln!("   barriers {:?}", tally(t.barriers.iter().map(|b| b.class)));
    eprintln!("   facilities {:?}", tally(t.facilities.iter().map(|f| f.category.as_str())));
    eprintln!("   faults {:?}", tally(t.faults.iter().map(|f| (f.severity, f.code.as_str()))));
}

/// What holds for every territory.
fn sound(t: &Territory) {
    let mut codes = std::collections::BTreeSet::new();
    assert!(t.buildings.iter().all(|b| codes.insert(&b.code)), "codes are unique");
    assert_eq!(t.boundary.len(), 1);
    assert!(
        t.buildings.iter().all(|b| b.outline.iter().all(|p| p.twice_area() > 0 && p.outer.twice_area() > 0))
    );
    assert!(
        t.buildings
            .iter()
            .flat_map(|b| &b.outline)
            .flat_map(|p| &p.outer.0)
            .all(|p| t.boundary[0].contains(*p))
    );
    assert!(t.buildings.iter().all(|b| b.sources.households != Certainty::Unknown));
    assert!(t.streets.iter().all(|s| s.line.len() >= 2));
    assert!(t.faults.iter().all(|f| f.severity != Severity::Error));
    assert!(t.faults.len() < 120, "{} faults", t.faults.len());
}

#[test]
fn punggol_keeps_every_one_of_its_28_044_households() {
    let (Some(buildings), Some(streets)) =
        (data("punggol/buildings.geojson"), data("punggol/streets.geojson"))
    else {
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
        gates: None,
        boundary: None,
        table: None,
        crs: None,
        encoding: None,
    };
    let services = parse_services(include_str!("../../../data/services/standard.toml")).unwrap();
    let rules = parse_estimates(include_str!("../../../data/estimates.toml")).unwrap();
    let t = from_layers(&request, &services, &rules, &Silent).unwrap();
    describe(&t);
    assert_eq!(t.buildings.len(), 376);
    assert_eq!(t.buildings.iter().map(|b| b.demand.households).sum::<u32>(), 28_044);
    assert_eq!(t.streets.len(), 1841, "2,133 rows, 292 of them the way back");
    assert_eq!(of_use(&t, BuildingUse::Ancillary), 24, "car parks tagged as homes");
    assert_eq!(t.buildings[0].code, "way/768461439");
}

#[test]
fn nanjing_gives_about_its_1278_buildings_with_homes_shops_and_schools() {
    let Some(t) = osm("nanjing/xinjiekou.osm.pbf") else { return };
    assert!((1250..=1280).contains(&t.buildings.len()));
    assert!((10_000..=40_000).contains(&households(&t)));
    assert_eq!(t.streets.len(), 384);
    assert!(t.facilities.iter().any(|f| f.category == "middle_school"));
    assert!(t.compounds.iter().any(|c| c.kind == AreaKind::School));
}

#[test]
fn tsim_sha_tsui_is_mostly_commercial() {
    let Some(t) = osm("hongkong/tsim-sha-tsui.osm.pbf") else { return };
    assert!((275..=285).contains(&t.buildings.len()));
    assert!(of_use(&t, BuildingUse::Commercial) > t.buildings.len() / 2);
    assert!(t.buildings.iter().filter(|b| b.levels.is_some()).count() >= 240);
}

#[test]
fn athens_has_thousands_of_merchants_and_tells_of_buildings_cut_at_the_edge() {
    let Some(t) = osm("athens/centre.osm.pbf") else { return };
    assert!((5900..=6260).contains(&t.buildings.len()));
    assert!((3000..=4700).contains(&t.buildings.iter().map(|b| b.demand.merchants).sum::<u32>()));
    assert!(t.faults.iter().any(|f| f.code == "I-126" && f.cause.contains("in all")));
}

#[test]
fn shingu_is_a_town_of_houses() {
    let Some(t) = osm("fukuoka/shingu.osm.pbf") else { return };
    assert!((8150..=8321).contains(&t.buildings.len()));
    assert!(of_use(&t, BuildingUse::Residential) > t.buildings.len() / 2);
    assert!((8_000..=14_000).contains(&households(&t)));
}

#[test]
fn helsinki_has_doors_and_gates() {
    let Some(t) = osm("helsinki/centre.osm.pbf") else { return };
    assert!((430..=500).contains(&t.buildings.len()));
    assert!(t.buildings.iter().map(|b| b.entrances.len()).sum::<usize>() > 200);
    assert!(t.compounds.iter().map(|c| c.gates.len()).sum::<usize>() > 100);
}

#[test]
fn monaco_comes_in_whole() {
    let Some(t) = osm("monaco/monaco.osm.pbf") else { return };
    assert!((23_300..=23_373).contains(&t.buildings.len()));
    assert!(t.streets.iter().any(|s| s.class == StreetClass::Steps));
    assert!(t.streets.iter().any(|s| s.tunnel));
    assert!(t.barriers.iter().any(|b| b.class == BarrierClass::Water));
}

#[test]
fn reading_twice_gives_the_same_territory() {
    let (Some(a), Some(b)) = (osm("hongkong/tsim-sha-tsui.osm.pbf"), osm("hongkong/tsim-sha-tsui.osm.pbf"))
    else {
        return;
    };
    assert!(a == b);
}
