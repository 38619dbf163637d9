use super::*;
use lifang_model::{AreaKind, Band, Building, BuildingUse, Load, Point, Polygon, Territory};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn make(seed: u64) -> Territory {
    taipingjie(&SampleOptions { seed, buildings: None }).unwrap()
}

fn inside(t: &Territory) -> impl Iterator<Item = &Building> {
    t.buildings.iter().filter(|b| b.compound.is_some())
}

fn sum(t: &Territory, of: impl Fn(&Building) -> u32) -> u32 {
    t.buildings.iter().map(of).sum()
}

/// Whether two simple polygons share inner points: crossing edges, or a corner of one inside the other.
fn overlap(a: &Polygon, b: &Polygon) -> bool {
    let crosses = |(p, q): (Point, Point), (r, s): (Point, Point)| {
        let side = |v: i64| v.signum();
        side(p.cross(q, r)) * side(p.cross(q, s)) < 0 && side(r.cross(s, p)) * side(r.cross(s, q)) < 0
    };
    a.extent().unwrap().touches(&b.extent().unwrap())
        && (a.outer.edges().any(|e| b.outer.edges().any(|f| crosses(e, f)))
            || b.contains(a.outer.0[0])
            || a.contains(b.outer.0[0]))
}

fn check_figures(t: &Territory) {
    let area: f64 = t.boundary.iter().map(Polygon::area_m2).sum();
    assert!((area - 360_000.0).abs() < 36.0, "area {area}");
    assert_eq!(t.boundary.len(), 1);
    let kinds = |kind| t.compounds.iter().filter(|c| c.kind == kind).count();
    assert_eq!((kinds(AreaKind::Residential), kinds(AreaKind::Commercial)), (7, 3));
    assert_eq!(sum(t, |b| b.demand.persons), 12_116);
    assert_eq!(sum(t, |b| b.demand.merchants), 2_775);
    assert_eq!(sum(t, |b| b.demand.households), 4_180);
    assert_eq!(sum(t, |b| b.demand.elders), 2_666);
    assert_eq!(sum(t, |b| b.demand.children), 1_696);
    let band = Band { min: 90, target: 95, max: 100 };
    let mut micro_grids = 0;
    for (i, _) in t.compounds.iter().enumerate() {
        let of = inside(t).filter(|b| b.compound.unwrap().at() == i);
        let households: u32 = of.map(|b| b.demand.households).sum();
        assert!(band.can_tile(Load::units(households)), "{households}");
        micro_grids += (households + 47) / 95;
    }
    assert_eq!(micro_grids, 44);
}

fn check_buildings(t: &Territory) {
    let mut codes = BTreeSet::new();
    for b in &t.buildings {
        assert!(codes.insert(&b.code), "{} twice", b.code);
        let d = &b.demand;
        assert!(d.elders + d.children <= d.persons && d.persons >= d.households.min(d.persons));
        assert!(d.households == 0 || matches!(b.use_, BuildingUse::Residential | BuildingUse::Mixed));
        assert!(b.levels.unwrap() >= 1 && b.levels.unwrap() <= 33, "{:?}", b.levels);
        for ring in b.outline.iter().map(|p| &p.outer) {
            assert!(ring.twice_area() > 0 && ring.0.len() >= 4);
        }
        assert!(!b.entrances.is_empty());
    }
    for b in inside(t) {
        let compound = &t.compounds[b.compound.unwrap().at()];
        let corners = b.outline.iter().flat_map(|p| &p.outer.0);
        assert!(corners.into_iter().all(|&p| compound.outline[0].contains(p)), "{} leaves its area", b.code);
    }
    let polygons: Vec<(&str, &Polygon)> =
        t.buildings.iter().flat_map(|b| b.outline.iter().map(|p| (b.code.as_str(), p))).collect();
    // A coarse lattice of buckets keeps the pairs few.
    let mut buckets: BTreeMap<(i32, i32), Vec<usize>> = BTreeMap::new();
    for (i, (_, p)) in polygons.iter().enumerate() {
        let e = p.extent().unwrap();
        for x in e.min.x / 60_000..=e.max.x / 60_000 {
            for y in e.min.y / 60_000..=e.max.y / 60_000 {
                buckets.entry((x, y)).or_default().push(i);
            }
        }
    }
    for bucket in buckets.values() {
        for (k, &i) in bucket.iter().enumerate() {
            for &j in &bucket[k + 1..] {
                let ((a, p), (b, q)) = (polygons[i], polygons[j]);
                assert!(!overlap(p, q), "{a} and {b} overlap");
            }
        }
    }
}

fn check_streets(t: &Territory) {
    // Every street hangs together with every other through shared vertices.
    let mut group: BTreeMap<Point, usize> = BTreeMap::new();
    let mut parent: Vec<usize> = (0..t.streets.len()).collect();
    fn root(parent: &mut [usize], mut i: usize) -> usize {
        while parent[i] != i {
            parent[i] = parent[parent[i]];
            i = parent[i];
        }
        i
    }
    let mut codes = BTreeSet::new();
    for (i, street) in t.streets.iter().enumerate() {
        assert!(codes.insert(&street.code) && street.line.len() >= 2);
        let ends = [street.line[0], street.line[street.line.len() - 1]];
        let points: Vec<Point> = if street.at_ground() { street.line.clone() } else { ends.to_vec() };
        for p in points {
            let j = *group.entry(p).or_insert(i);
            let (a, b) = (root(&mut parent, i), root(&mut parent, j));
            parent[a] = b;
        }
    }
    let first = root(&mut parent, 0);
    for i in 0..t.streets.len() {
        assert_eq!(root(&mut parent, i), first, "{:?} is cut off", t.streets[i]);
    }
}

#[test]
fn the_same_seed_gives_the_same_town_and_another_seed_another() {
    assert_eq!(make(7), make(7));
    assert_ne!(make(7).buildings, make(8).buildings);
}

#[test]
fn every_walled_compound_has_an_open_gate_on_its_wall_and_one_has_its_near_gate_closed() {
    let t = make(1);
    let walled: Vec<_> = t.compounds.iter().filter(|c| c.walled).collect();
    assert_eq!(walled.len(), 7);
    for c in &walled {
        assert!(c.gates.iter().any(|g| g.open), "{}", c.code);
    }
    assert_eq!(walled.iter().filter(|c| c.gates.iter().any(|g| !g.open)).count(), 1);
}

#[test]
fn facilities_of_every_category_exist_and_some_are_closed() {
    let t = make(1);
    let found: BTreeSet<&str> = t.facilities.iter().map(|f| f.category.as_str()).collect();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/services/standard.toml");
    let Ok(catalogue) = std::fs::read_to_string(root) else {
        eprintln!("no service catalogue here; skipped");
        return;
    };
    let keys = catalogue.lines().filter_map(|line| line.strip_prefix("key = \"")?.strip_suffix('"'));
    let keys: BTreeSet<&str> = keys.collect();
    assert_eq!(found, keys, "every category of the catalogue, and no other");
    assert!(t.facilities.iter().any(|f| !f.open_to_public));
    assert!(t.streets.iter().any(|s| s.class == lifang_model::StreetClass::Steps));
    assert!(t.streets.iter().any(|s| s.bridge));
}

#[test]
fn surroundings_reach_a_kilometre_beyond_the_border() {
    let t = make(3);
    let border = t.boundary[0].extent().unwrap();
    let all = lifang_model::Extent::of(t.streets.iter().flat_map(|s| s.line.iter().copied())).unwrap();
    assert!(border.min.x - all.min.x > 1_000_000 && all.max.x - border.max.x > 1_000_000);
    assert!(border.min.y - all.min.y > 1_000_000 && all.max.y - border.max.y > 1_000_000);
}

#[test]
fn a_number_of_buildings_is_met_exactly_and_figures_grow_with_it() {
    for n in [50, 333, 2_000] {
        let t = taipingjie(&SampleOptions { seed: 5, buildings: Some(n) }).unwrap();
        assert_eq!(inside(&t).count(), n as usize);
        assert_eq!(t.boundary.len(), 1);
        check_buildings(&t);
        check_streets(&t);
        let households = f64::from(sum(&t, |b| b.demand.households));
        let ratio = f64::from(sum(&t, |b| b.demand.persons)) / households;
        assert!((ratio - 12_116.0 / 4_180.0).abs() < 0.02, "{ratio}");
    }
    let refused = taipingjie(&SampleOptions { seed: 5, buildings: Some(3) });
    assert!(matches!(refused, Err(SampleError::Buildings { asked: 3, .. })));
}

#[test]
fn blocks_whose_side_ends_below_the_last_row_of_houses_are_drawn() {
    // In these two the width of the land was without end at such a height, and the row never finished.
    for seed in [754_867_568_233_097_654, 726_345_632_492_076_031] {
        check_figures(&make(seed));
    }
}

#[test]
fn a_plan_of_streets_that_cannot_hold_the_homes_is_drawn_again() {
    // The first plan drawn from these seeds has a block for two micro-grids fewer than the community needs.
    for seed in [2080, 4010, 1_787_464_537_211_253_089] {
        check_figures(&make(seed));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn figures_and_shapes_hold_for_any_seed(seed in any::<u64>()) {
        let t = make(seed);
        check_figures(&t);
        check_buildings(&t);
        check_streets(&t);
        for key in ["party_centre", "elder_care", "market", "clinic", "canteen", "bus_stop"] {
            prop_assert!(t.facilities.iter().any(|f| f.category == key && f.open_to_public), "no {}", key);
        }
    }
}
