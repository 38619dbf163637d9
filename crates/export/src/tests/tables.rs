use super::town::town;
use crate::{ExportError, LayerKind, LayerRequest, dictionary, table};
use lifang_crs::CrsSpec;
use lifang_formats::{FeatureTable, Value};
use lifang_model::{Certainty, Sources};

fn value<'a>(table: &'a FeatureTable, row: usize, field: &str) -> &'a Value {
    &table.rows[row].values[table.column(field).unwrap_or_else(|| panic!("no field {field}"))]
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn zones_carry_codes_counts_and_sizes() {
    let town = town();
    let zones = table(&town.scene(), &LayerRequest::of(LayerKind::Zones), &CrsSpec::Local).unwrap();
    assert_eq!(zones.name, "zones-micro_grid");
    assert_eq!(zones.crs.as_deref(), Some("EPSG:4545"), "local means the frame's own system");
    assert_eq!(zones.rows.len(), 3);
    assert_eq!(*value(&zones, 0, "code"), text("500102006001001"));
    assert_eq!(*value(&zones, 0, "parent"), text("500102006001"));
    assert_eq!(*value(&zones, 0, "households"), Value::Integer(95));
    assert_eq!(*value(&zones, 0, "load"), Value::Real(95.0));
    assert_eq!(*value(&zones, 0, "certainty"), text("estimated"));
    assert_eq!(*value(&zones, 2, "pieces"), Value::Integer(2));
    assert_eq!(*value(&zones, 0, "in_band"), Value::Null, "nobody judged it");
    assert_eq!(*value(&zones, 0, "band_max"), Value::Integer(100));
    let total: f64 = (0..3)
        .map(|row| match value(&zones, row, "area_m2") {
            Value::Real(area) => *area,
            other => panic!("{other:?}"),
        })
        .sum();
    assert!((total - 40_000.0).abs() < 0.01, "{total}");
}

#[test]
fn what_nobody_knows_is_empty_and_says_nothing_about_what_is_known() {
    let mut town = town();
    let unknown = Sources { merchants: Certainty::Unknown, ages: Certainty::Unknown, ..Sources::GIVEN };
    for building in &mut town.territory.buildings {
        building.sources = unknown;
        building.demand.elders = 0;
    }
    town.atoms[0].sources = unknown;
    town.atoms[0].demand.elders = 0;
    let of = |layer| table(&town.scene(), &LayerRequest::of(layer), &CrsSpec::Local).unwrap();
    let (zones, atoms, buildings) = (of(LayerKind::Zones), of(LayerKind::Atoms), of(LayerKind::Buildings));
    for table in [&zones, &atoms, &buildings] {
        for field in ["merchants", "elders", "children"] {
            assert_eq!(*value(table, 0, field), Value::Null, "{field} of {}", table.name);
        }
        assert_eq!(*value(table, 0, "households"), Value::Integer(95));
        assert_eq!(*value(table, 0, "certainty"), text("given"), "{}", table.name);
    }
    // Somebody counted none there, and land without a building has none.
    assert_eq!(*value(&zones, 1, "merchants"), Value::Integer(0));
    assert_eq!(*value(&atoms, 1, "merchants"), Value::Integer(0));
    assert_eq!(*value(&atoms, 2, "merchants"), Value::Integer(0));
    // What somebody knows in part is a number; what nobody knows anywhere is none.
    let coverage = of(LayerKind::Coverage);
    assert_eq!(*value(&coverage, 0, "merchants"), Value::Integer(0));
    town.atoms[1].sources = unknown;
    for layer in [LayerKind::Coverage, LayerKind::Gaps] {
        let table = table(&town.scene(), &LayerRequest::of(layer), &CrsSpec::Local).unwrap();
        assert_eq!(*value(&table, 0, "merchants"), Value::Null, "{layer:?}");
        assert_ne!(*value(&table, 0, "households"), Value::Null, "{layer:?}");
    }
}

#[test]
fn what_nobody_verified_is_a_draft_and_the_dictionary_says_so() {
    let town = town();
    let request = LayerRequest::of(LayerKind::Zones);
    let zones = table(&town.scene(), &request, &CrsSpec::Epsg(4326)).unwrap();
    assert_eq!(*value(&zones, 0, "status"), text("draft"));
    let words = dictionary::of(&town.scene(), Some(request.layer), &zones, &[]);
    let last = &words.rows[words.rows.len() - 1].values;
    assert!(matches!(&last[1], Value::Text(zh) if zh.starts_with("草案")), "{last:?}");
}

#[test]
fn every_field_of_every_layer_is_in_the_dictionary() {
    let town = town();
    for layer in LayerKind::ALL {
        let request = LayerRequest::of(*layer);
        let table = table(&town.scene(), &request, &CrsSpec::Local).unwrap();
        let words = dictionary::of(&town.scene(), Some(request.layer), &table, &[]);
        for (column, row) in table.columns.iter().zip(&words.rows) {
            assert_eq!(row.values[0], text(&column.name));
            assert!(
                matches!(&row.values[1], Value::Text(zh) if !zh.is_empty()),
                "{} of {layer:?}",
                column.name
            );
        }
        assert!(table.rows.iter().all(|row| row.values.len() == table.columns.len()), "{layer:?}");
    }
}

#[test]
fn atoms_name_their_zone_on_every_level() {
    let town = town();
    let atoms = table(&town.scene(), &LayerRequest::of(LayerKind::Atoms), &CrsSpec::Local).unwrap();
    assert_eq!(*value(&atoms, 1, "zone_grid"), text("500102006001"));
    assert_eq!(*value(&atoms, 1, "zone_micro_grid"), text("500102006001002"));
    assert_eq!(*value(&atoms, 1, "floor_high"), Value::Integer(6));
    assert_eq!(*value(&atoms, 0, "floor_high"), Value::Null);
    assert_eq!(*value(&atoms, 0, "building"), text("B0"));
}

#[test]
fn a_contact_group_is_a_point_with_counts_of_its_atoms_and_nobody_is_named() {
    let town = town();
    let request = LayerRequest::of(LayerKind::ContactGroups);
    let groups = table(&town.scene(), &request, &CrsSpec::Local).unwrap();
    assert_eq!((groups.rows.len(), groups.name.as_str()), (1, "contact_groups"));
    let (first, second) = (town.atoms[0].code.as_str(), town.atoms[1].code.as_str());
    assert_eq!(*value(&groups, 0, "members"), text(&format!("{first}:12 {second}:12")));
    assert_eq!(*value(&groups, 0, "count"), Value::Integer(24));
    assert!(matches!(groups.rows[0].geometry, Some(geo_types::Geometry::Point(_))));
    let mut long = town.groups.clone();
    long[0].members = (0..60).flat_map(|_| town.groups[0].members.clone()).collect();
    let scene = crate::Scene { groups: &long, ..town.scene() };
    let groups = table(&scene, &request, &CrsSpec::Local).unwrap();
    let Value::Text(list) = value(&groups, 0, "members") else { panic!() };
    assert!(list.len() < 254 && list.ends_with(')'), "{list}");
}

#[test]
fn a_nearer_tier_lies_inside_a_farther_one() {
    let town = town();
    let circles = table(&town.scene(), &LayerRequest::of(LayerKind::Coverage), &CrsSpec::Local).unwrap();
    assert_eq!(circles.rows.len(), 2);
    let area = |row| match value(&circles, row, "area_m2") {
        Value::Real(area) => *area,
        other => panic!("{other:?}"),
    };
    assert!(0.0 < area(0) && area(0) < area(1));
    assert_eq!(*value(&circles, 0, "share_households"), Value::Real(0.5));
    assert_eq!(*value(&circles, 0, "title_zh"), text("党群服务"));
    let one = LayerRequest { tier: Some("10min".to_owned()), ..LayerRequest::of(LayerKind::Coverage) };
    let circles = table(&town.scene(), &one, &CrsSpec::Local).unwrap();
    assert_eq!((circles.rows.len(), circles.name.as_str()), (1, "coverage-10min"));
}

#[test]
fn gaps_name_their_buildings_and_the_cause() {
    let town = town();
    let gaps = table(&town.scene(), &LayerRequest::of(LayerKind::Gaps), &CrsSpec::Local).unwrap();
    assert_eq!(*value(&gaps, 0, "cause"), text("missing_path"));
    assert_eq!(*value(&gaps, 0, "buildings"), text("B1"));
    assert_eq!(*value(&gaps, 0, "nearest"), text("F1"));
    assert!(gaps.rows[0].geometry.is_some());
}

#[test]
fn what_is_not_there_is_an_error_that_names_what_is() {
    let town = town();
    let try_ =
        |request: LayerRequest| table(&town.scene(), &request, &CrsSpec::Local).unwrap_err().to_string();
    let level = LayerRequest { level: Some("社区".to_owned()), ..LayerRequest::of(LayerKind::Zones) };
    assert!(try_(level).contains("grid, micro_grid"));
    let tier = LayerRequest { tier: Some("3min".to_owned()), ..LayerRequest::of(LayerKind::Gaps) };
    assert!(try_(tier).contains("5min, 10min"));
    let bare = crate::Scene { plan: None, coverage: None, ..town.scene() };
    let try_ = |layer| table(&bare, &LayerRequest::of(layer), &CrsSpec::Local);
    assert!(matches!(try_(LayerKind::Zones), Err(ExportError::NoPlan)));
    assert!(matches!(try_(LayerKind::Gaps), Err(ExportError::NoCoverage)));
    assert!(try_(LayerKind::Atoms).is_ok());
}

#[test]
fn a_plan_over_another_ground_is_not_drawn() {
    let mut town = town();
    town.plan.fabric = "beef".to_owned();
    let zones = table(&town.scene(), &LayerRequest::of(LayerKind::Zones), &CrsSpec::Local);
    assert!(matches!(zones, Err(ExportError::Mismatch { .. })));
}

#[test]
fn the_judgement_is_that_of_verify_and_violations_make_a_draft() {
    let town = town();
    let scene = town.scene();
    let input = lifang_verify::Input {
        territory: scene.territory,
        fabric: scene.fabric,
        atoms: scene.atoms,
        plan: &town.plan,
    };
    let mut report = lifang_verify::verify(&input, &lifang_model::Silent);
    assert!(!report.violations.is_empty(), "the north has nobody and two pieces");
    let request = LayerRequest::of(LayerKind::Zones);
    let status = |report: &lifang_verify::Report| {
        let judged = crate::Scene { report: Some(report), ..scene };
        let zones = table(&judged, &request, &CrsSpec::Local).unwrap();
        (
            value(&zones, 0, "status").clone(),
            value(&zones, 0, "in_band").clone(),
            value(&zones, 2, "in_band").clone(),
        )
    };
    assert_eq!(status(&report), (text("draft"), Value::Bool(true), Value::Bool(false)));
    report.violations.clear();
    assert_eq!(status(&report).0, text("approved"));
}
