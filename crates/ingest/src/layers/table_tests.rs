//! Household tables joined to buildings.

use super::tests::{block, faults, only, request, run, table};
use super::*;
use crate::{Columns, HouseholdTable, TableForm, TableRole};
use lifang_formats::FeatureTable;
use lifang_model::{BuildingUse, Certainty, Demand, Severity, Storey};

/// Four buildings of two compounds: two of them with the same number.
fn town() -> FeatureTable {
    let rows = [
        ("B-1", "1栋", "御景湾", "6"),
        ("B-2", "2栋", "御景湾", "6"),
        ("C-1", "1号楼", "翠屏苑小区", "18"),
        ("C-2", "三号楼", "翠屏苑小区", "18"),
    ];
    let place = |at: usize| Some(block(at as f64 * 40.0, 0.0, 20.0));
    let rows = rows.iter().enumerate().map(|(at, (code, name, compound, floors))| {
        (place(at), vec![*code, *name, *compound, *floors, "住宅"])
    });
    table(&["楼栋编码", "名称", "小区", "层数", "用途"], rows.collect())
}

fn sheet(columns: &[&str], rows: &[&[&str]]) -> FeatureTable {
    let mut table = table(columns, rows.iter().map(|row| (None, row.to_vec())).collect());
    table.name = "住户".to_owned();
    // A title and a header stand above the rows.
    table.lines = (3..).take(table.rows.len()).collect();
    table
}

fn ask() -> HouseholdTable {
    HouseholdTable::new(Layer::new("households.xlsx"))
}

fn joined(ask: HouseholdTable, table: FeatureTable) -> Result<Territory, IngestError> {
    let request = LayersRequest { table: Some(ask), ..request(Columns::default()) };
    let mut sources = only(town());
    sources.table = Some(Source::of(table, "households.xlsx".to_owned(), None));
    run(&request, &sources)
}

fn demand(territory: &Territory, code: &str) -> Demand {
    territory.buildings.iter().find(|b| b.code == code).unwrap().demand
}

fn told<'a>(territory: &'a Territory, code: &str) -> Vec<&'a Fault> {
    territory.faults.iter().filter(|fault| fault.code == code).collect()
}

#[test]
fn a_row_per_household_is_counted_by_building_unit_and_floor() {
    let rows: &[&[&str]] = &[
        &["B-1", "1", "101", "3"],
        &["B-1", "1", "201", "2"],
        &["B-1", "2单元", "２０２", "1"],
        &["C-2", "", "2-1803", "4"],
    ];
    let t = joined(ask(), sheet(&["楼栋编码", "单元", "房号", "家庭人口数"], rows)).unwrap();
    assert_eq!((demand(&t, "B-1").households, demand(&t, "B-1").persons), (3, 6));
    assert_eq!((demand(&t, "C-2").households, demand(&t, "C-2").persons), (1, 4));
    let storey = |unit, floor, households, persons| Storey { unit, floor, households, persons, merchants: 0 };
    assert_eq!(t.buildings[0].storeys, [storey(1, 1, 1, 3), storey(1, 2, 1, 2), storey(2, 2, 1, 1)]);
    assert_eq!(t.buildings[3].storeys, [storey(2, 18, 1, 4)]);
    assert_eq!((t.buildings[0].units, t.buildings[0].levels), (Some(2), Some(6)));
    assert_eq!(t.buildings[0].sources.households, Certainty::Given);
    // Buildings the table does not speak of are unknown, and told one by one.
    assert_eq!((demand(&t, "B-2").households, t.buildings[1].sources.households), (0, Certainty::Unknown));
    let silent: Vec<_> = told(&t, "I-136").iter().filter_map(|fault| fault.place.feature.clone()).collect();
    assert_eq!(silent, ["B-2", "C-1"]);
    assert!(told(&t, "I-131")[0].cause.contains("one row per household"), "{:?}", told(&t, "I-131"));
    assert!(told(&t, "I-137")[0].cause.starts_with("4 of 4 rows"), "{:?}", told(&t, "I-137"));
}

#[test]
fn addresses_find_buildings_however_they_are_written() {
    let rows: &[&[&str]] = &[
        &["御景湾小区1栋1单元101"],
        &["涪陵区太平街道御景湾２幢２０３"],
        &["翠屏苑3#-1-1203"],
        &["翠屏苑小区一号楼1单元1204"],
    ];
    let t = joined(ask(), sheet(&["地址"], rows)).unwrap();
    for building in &t.buildings {
        assert_eq!(building.demand.households, 1, "{}", building.code);
    }
    assert_eq!(t.buildings[3].storeys[0].floor, 12);
}

#[test]
fn what_matches_nothing_or_too_much_is_told_with_sheet_row_and_column() {
    let rows: &[&[&str]] = &[&["1栋101"], &["御景湾9栋101"], &[""], &["御景湾2栋101"], &["合计"]];
    let t = joined(ask(), sheet(&["地址"], rows));
    let t = t.unwrap();
    for (code, row) in [("I-134", 3), ("I-133", 4), ("I-132", 5)] {
        let fault = told(&t, code);
        assert_eq!(fault.len(), usize::from(code != "I-132"), "{fault:?}");
        for fault in fault {
            assert_eq!(fault.severity, Severity::Warning);
            let place = &fault.place;
            assert_eq!(
                (place.layer.as_deref(), place.row, place.column.as_deref()),
                (Some("住户"), Some(row), Some("地址"))
            );
        }
    }
    assert!(told(&t, "I-141")[0].cause.contains("1 rows of sums"), "{:?}", t.faults);
    let nothing = faults(joined(ask(), sheet(&["地址"], &[&["滨江路9栋101"]])));
    assert!(
        nothing.iter().any(|fault| fault.code == "I-137" && fault.severity == Severity::Error),
        "{nothing:?}"
    );
}

#[test]
fn a_row_per_resident_gives_households_residents_elders_and_children() {
    let columns = ["楼栋编码", "房号", "姓名", "与户主关系", "出生日期"];
    let rows: &[&[&str]] = &[
        &["B-1", "101", "王建国", "户主", "1950-03-02"],
        &["B-1", "101", "李秀英", "配偶", "1966-12-31"],
        &["B-1", "101", "王小明", "孙子", "2016-06-01"],
        &["B-1", "301", "赵德柱", "户主", "1980/1/1"],
        &["C-1", "1203", "孙桂兰", "户主", "不详"],
    ];
    let t = joined(ask(), sheet(&columns, rows)).unwrap();
    let d = demand(&t, "B-1");
    assert_eq!((d.households, d.persons, d.elders, d.children), (2, 4, 1, 1));
    assert_eq!(t.buildings[0].sources.ages, Certainty::Given);
    assert!(told(&t, "I-140")[0].cause.contains("2016-12-31"), "{:?}", told(&t, "I-140"));
    // Nobody is called an elder by a date that cannot be read.
    assert_eq!((demand(&t, "C-1").households, t.buildings[2].sources.ages), (1, Certainty::Estimated));
    let later = HouseholdTable { as_of: Some("2026-12-31".parse().unwrap()), elder_age: 60, ..ask() };
    assert_eq!(demand(&joined(later, sheet(&columns, rows)).unwrap(), "B-1").elders, 2);
}

#[test]
fn counts_per_floor_are_added_up_and_merged_cells_can_be_filled_down() {
    let rows: &[&[&str]] = &[
        &["御景湾", "1", "1", "1", "4"],
        &["", "", "", "2", "4"],
        &["", "", "2", "1", "3"],
        &["", "2", "", "", "12"],
        &["合计", "", "", "", "23"],
    ];
    let columns = ["小区", "楼栋", "单元", "楼层", "户数"];
    let t = joined(HouseholdTable { fill_down: true, ..ask() }, sheet(&columns, rows)).unwrap();
    assert_eq!((demand(&t, "B-1").households, demand(&t, "B-2").households), (11, 12));
    assert_eq!(t.buildings[0].storeys.len(), 3);
    assert!(t.buildings[1].storeys.is_empty());
    let bare = joined(ask(), sheet(&columns, rows)).unwrap();
    assert_eq!(told(&bare, "I-132").len(), 2);
    assert_eq!(demand(&bare, "B-1").households, 4);
}

#[test]
fn shops_are_counted_without_touching_the_homes() {
    let rows: &[&[&str]] = &[&["B-1", "老王面馆"], &["B-1", "一品茶楼"]];
    let t = joined(ask(), sheet(&["楼栋编码", "店铺名称"], rows)).unwrap();
    let d = demand(&t, "B-1");
    assert_eq!(d.merchants, 2);
    assert!(d.households > 0 && t.buildings[0].sources.households == Certainty::Estimated);
    assert!(told(&t, "I-131")[0].cause.contains("one row per merchant"));
}

#[test]
fn doubles_are_told_and_a_household_number_is_counted_once() {
    let rows: &[&[&str]] = &[&["B-1", "101", "7"], &["B-1", "101", "7"], &["B-1", "102", "8"]];
    let t = joined(ask(), sheet(&["楼栋编码", "房号", "户号"], rows)).unwrap();
    assert_eq!(demand(&t, "B-1").households, 2);
    assert_eq!(told(&t, "I-135")[0].place.row, Some(4));
    let t = joined(ask(), sheet(&["楼栋编码", "房号"], &[&["B-1", "101"], &["B-1", "101"]])).unwrap();
    assert_eq!(demand(&t, "B-1").households, 2);
    assert_eq!(told(&t, "I-135")[0].place.row, Some(4));
}

#[test]
fn what_a_row_is_can_be_forced_and_is_asked_for_when_it_cannot_be_told() {
    let rows: &[&[&str]] = &[&["B-1"], &["B-1"], &["B-2"]];
    let unclear = faults(joined(ask(), sheet(&["楼栋编码"], rows)));
    assert!(unclear.iter().any(|fault| fault.code == "I-131" && fault.severity == Severity::Error));
    let t = joined(HouseholdTable { form: Some(TableForm::Persons), ..ask() }, sheet(&["楼栋编码"], rows))
        .unwrap();
    let d = demand(&t, "B-1");
    assert_eq!(
        (d.persons, d.households),
        (2, 1),
        "households follow from residents where nothing tells them apart"
    );
    let named = HouseholdTable { columns: [(TableRole::Key, "栋号码".to_owned())].into(), ..ask() };
    let wrong = faults(joined(named, sheet(&["楼栋编码"], rows)));
    assert!(wrong.iter().any(|fault| fault.code == "I-111"), "{wrong:?}");
}

#[test]
fn more_floors_than_the_layer_has_and_other_counts_are_told() {
    let mut sources = only(table(
        &["楼栋编码", "户数", "层数", "用途"],
        vec![(Some(block(0.0, 0.0, 20.0)), vec!["B-1", "9", "6", "住宅"])],
    ));
    sources.table = Some(Source::of(
        sheet(&["楼栋编码", "房号"], &[&["B-1", "801"]]),
        "households.xlsx".to_owned(),
        None,
    ));
    let request = LayersRequest { table: Some(ask()), ..request(Columns::default()) };
    let t = run(&request, &sources).unwrap();
    assert_eq!((t.buildings[0].levels, t.buildings[0].demand.households), (Some(8), 1));
    assert_eq!((told(&t, "I-138").len(), told(&t, "I-139").len()), (1, 1));
    assert_eq!(t.buildings[0].use_, BuildingUse::Residential);
}

#[test]
fn nothing_of_a_person_is_in_the_territory_or_in_what_is_told() {
    let columns = ["地址", "户主姓名", "身份证号", "联系电话", "出生日期", "与户主关系", "备注"];
    let rows: &[&[&str]] = &[
        &[
            "御景湾1栋1单元101",
            "王建国",
            "11010519491231002X",
            "13800138000",
            "1949-12-31",
            "户主",
            "手机13900139000",
        ],
        &["御景湾1栋1单元101", "李秀英", "110105195203020028", "13800138001", "1952-03-02", "配偶", ""],
        &["赵德柱家", "赵德柱", "110105198001010010", "", "1980-01-01", "户主", ""],
        &["110105198001010010", "钱多多", "110105198001010010", "", "19800x01", "户主", ""],
    ];
    for ages_from_id in [false, true] {
        let t = joined(HouseholdTable { ages_from_id, ..ask() }, sheet(&columns, rows)).unwrap();
        assert_eq!((demand(&t, "B-1").households, demand(&t, "B-1").persons), (1, 2));
        let all = serde_json::to_string(&t).unwrap();
        for secret in [
            "王建国",
            "李秀英",
            "赵德柱",
            "钱多多",
            "110105",
            "1380013",
            "1390013",
            "1949",
            "1952-03",
            "1980-01",
            "户主\"",
        ] {
            assert!(!all.contains(secret), "{secret} is in {all}");
        }
    }
}
