use super::{filled, place, town};
use crate::{PlanFile, StoreError};
use lifang_model::*;
use proptest::collection::vec;
use proptest::option::of as maybe;
use proptest::prelude::*;

#[test]
fn everything_saved_is_read_back_equal() {
    let (_folder, path, file) = filled();
    drop(file);
    for file in [PlanFile::open(&path).unwrap(), PlanFile::open_read_only(&path).unwrap()] {
        assert_eq!(file.territory().unwrap(), town::territory());
        assert_eq!(file.ground().unwrap(), Some(town::ground()));
        assert_eq!(file.plan().unwrap(), Some(town::plan()));
        assert_eq!(file.plans().unwrap(), ["第一稿"]);
        assert_eq!(file.coverage::<u8>().unwrap(), None);
        file.check().unwrap();
    }
}

#[test]
fn the_same_content_gives_the_same_bytes() {
    let ((_one, first, a), (_two, second, b)) = (filled(), filled());
    drop((a, b));
    assert!(std::fs::read(first).unwrap() == std::fs::read(second).unwrap());
}

#[test]
fn plans_of_several_names_are_kept_and_the_last_saved_is_current() {
    let (_folder, _path, mut file) = filled();
    let (fabric, _, atoms) = town::ground();
    let mut other = town::plan();
    other.name = "第二稿'; DROP TABLE lifang_plan; --".to_owned();
    other.levels[1].assignment = vec![None, Some(ZoneIdx(1)), Some(ZoneIdx(0)), None];
    file.save_plan(&other, &fabric, &atoms).unwrap();
    assert_eq!(file.plan().unwrap(), Some(other.clone()));
    assert_eq!(file.plan_named("第一稿").unwrap(), Some(town::plan()));
    assert_eq!(file.plan_named("第三稿").unwrap(), None);
    file.save_plan(&town::plan(), &fabric, &atoms).unwrap();
    assert_eq!(file.plans().unwrap(), ["第一稿".to_owned(), other.name]);
}

#[test]
fn a_ground_is_not_handed_out_once_its_inputs_changed() {
    let (_folder, _path, mut file) = filled();
    let mut territory = town::territory();
    territory.facilities.clear();
    territory.faults.clear();
    file.save_territory(&territory).unwrap();
    assert!(file.ground().unwrap().is_some(), "facilities are not what a ground is made from");
    territory.buildings.pop();
    file.save_territory(&territory).unwrap();
    assert_eq!(file.ground().unwrap(), None);
    assert!(file.plan().unwrap().is_some(), "the plan is the user's work and stays");
}

#[test]
fn a_plan_over_another_fabric_is_kept_and_not_drawn() {
    let (_folder, _path, mut file) = filled();
    let (mut fabric, _, atoms) = town::ground();
    fabric.hash = "beef".to_owned();
    file.save_plan(&town::plan(), &fabric, &atoms).unwrap();
    assert_eq!(file.plan().unwrap(), Some(town::plan()));
    let layers: i64 = file
        .db
        .query_row("SELECT count(*) FROM gpkg_contents WHERE table_name LIKE 'zones%'", [], |row| row.get(0))
        .unwrap();
    assert_eq!(layers, 0);
}

#[test]
fn numbers_of_a_result_come_back_to_the_last_bit() {
    let (_folder, _path, mut file) = filled();
    let shares: Vec<f64> = (1..2000).map(|n| 1.0 / f64::from(n)).collect();
    file.save_coverage(&shares).unwrap();
    assert_eq!(file.coverage::<Vec<f64>>().unwrap(), Some(shares));
    assert!(matches!(file.coverage::<String>(), Err(StoreError::Corrupt { .. })));
}

fn point() -> impl Strategy<Value = Point> {
    (-9_000_000..9_000_000, -9_000_000..9_000_000).prop_map(Point::from)
}

fn line() -> impl Strategy<Value = Vec<Point>> {
    vec(point(), 2..6)
}

fn polygon() -> impl Strategy<Value = Polygon> {
    let ring = || vec(point(), 3..6).prop_map(Ring);
    (ring(), vec(ring(), 0..2)).prop_map(|(outer, holes)| Polygon { outer, holes })
}

fn text() -> impl Strategy<Value = String> {
    "[ -~一-龥㙟\u{20000}\n'\"]{0,8}"
}

fn demand() -> impl Strategy<Value = Demand> {
    any::<[u32; 6]>().prop_map(|[households, persons, merchants, elders, children, day_persons]| Demand {
        households,
        persons,
        merchants,
        elders,
        children,
        day_persons,
    })
}

fn one_of<T: Copy + std::fmt::Debug>(values: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(values)
}

prop_compose! {
    fn building()(
        (code, name) in (text(), maybe(text())), outline in vec(polygon(), 0..3), use_ in one_of(BuildingUse::ALL),
        levels in any::<Option<u16>>(), units in any::<Option<u16>>(),
        compound in maybe((0..3u32).prop_map(CompoundIdx)), demand in demand(), entrances in vec(point(), 0..3),
        storeys in vec((any::<[u16; 2]>(), any::<[u32; 3]>()), 0..3),
        certainty in one_of(&[Certainty::Given, Certainty::Estimated, Certainty::Unknown]),
    ) -> Building {
        let sources = Sources { ages: certainty, ..Sources::GIVEN };
        let storey = |([unit, floor], [households, persons, merchants]): ([u16; 2], [u32; 3])| Storey { unit, floor, households, persons, merchants };
        let storeys = storeys.into_iter().map(storey).collect();
        Building { code, name, outline, use_, levels, units, compound, demand, sources, entrances, storeys }
    }
}

prop_compose! {
    fn compound()(
        (code, name) in (text(), maybe(text())), kind in one_of(AreaKind::ALL), outline in vec(polygon(), 0..3),
        walled in any::<bool>(), gates in vec((point(), any::<bool>(), maybe(text())), 0..3),
    ) -> Compound {
        let gates = gates.into_iter().map(|(at, open, hours)| Gate { at, open, hours }).collect();
        Compound { code, name, kind, outline, walled, gates }
    }
}

prop_compose! {
    fn street()(
        (code, name) in (text(), maybe(text())), class in one_of(StreetClass::ALL), line in line(),
        layer in any::<i8>(), (bridge, tunnel) in any::<(bool, bool)>(), foot in one_of(FootAccess::ALL),
        incline_permille in proptest::option::of(any::<u16>()), crossing in maybe(one_of(Crossing::ALL)),
        oneway in maybe(one_of(OneWay::ALL)), motor in maybe(one_of(MotorLimit::ALL)),
    ) -> Street {
        let traffic = Traffic { incline_permille, crossing, oneway, motor };
        Street { code, name, class, line, layer, bridge, tunnel, foot, traffic }
    }
}

prop_compose! {
    fn facility()(
        code in "[0-9A-Z网]{1,9}", name in maybe(text()), category in text(), at in point(),
        capacity in any::<Option<u32>>(), area_m2 in maybe(0.0..1e9), open_to_public in any::<bool>(),
    ) -> Facility {
        let code = FacilityCode::new(code).unwrap();
        Facility { code, name, category, at, capacity, area_m2, open_to_public }
    }
}

prop_compose! {
    fn territory()(
        (name, code) in (text(), text()), origin in (-1e7..1e7, -1e7..1e7), source in maybe(text()),
        known in any::<bool>(), boundary in vec(polygon(), 0..3), buildings in vec(building(), 0..6),
        compounds in vec(compound(), 3..5), streets in vec(street(), 0..4),
        barriers in vec((one_of(BarrierClass::ALL), line()), 0..4), outlines in vec((polygon(), maybe(text())), 0..4),
        facilities in vec(facility(), 0..4), cuts in vec((vec(point(), 2..5), vec(point(), 0..3)), 0..3),
    ) -> Territory {
        let frame = Frame { crs: known.then(|| "EPSG:4545".to_owned()), origin, source };
        let barriers = barriers.into_iter().map(|(class, line)| Barrier { class, line }).collect();
        let cover = LandCover::Square;
        let areas = outlines.into_iter().map(|(outline, name)| Area { cover, name, outline }).collect();
        let cuts = cuts.into_iter().map(|(line, within)| Cut { line, within }).collect();
        let faults = town::territory().faults;
        Territory {
            name, code, frame, boundary, buildings, compounds, streets, barriers, areas, cuts, facilities, faults,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_territory_comes_back_bit_equal_and_may_be_replaced_by_any_other(a in territory(), b in territory()) {
        let (_folder, path) = place();
        let mut file = PlanFile::create(&path).unwrap();
        for territory in [&a, &b, &a] {
            file.save_territory(territory).unwrap();
            prop_assert_eq!(&file.territory().unwrap(), territory);
        }
    }
}
