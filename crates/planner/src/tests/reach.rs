//! Scores, needs, loads and the layers measured anew, on the sample community.

use super::sample;
use crate::{NeedRequest, ReachLayer, ReachLayerRequest, ScoreRequest, Session};
use geo::{Area as _, BooleanOps as _, Contains as _, Validation as _};
use geo_types::{Geometry, MultiPolygon};
use lifang_crs::CrsSpec;
use lifang_formats::{Encoding, FeatureTable, Format, Value};
use lifang_model::{Demand, Silent};
use std::path::PathBuf;

fn request(layer: ReachLayer) -> ReachLayerRequest {
    ReachLayerRequest {
        layer,
        category: Some("convenience".to_owned()),
        tiers: crate::DEFAULT_TIERS.to_owned(),
        tier: None,
        profile: None,
        station: None,
        level: None,
        snap_to: None,
        mix: "fifteen".to_owned(),
        need: "everyone".to_owned(),
        format: Format::GeoJson,
        crs: None,
        encoding: Encoding::Utf8,
        csv_geometry: lifang_formats::CsvGeometry::Points,
        out: PathBuf::new(),
    }
}

fn layer(session: &Session, request: &ReachLayerRequest) -> FeatureTable {
    session.reach_layer(request, &CrsSpec::Local, &Silent).unwrap()
}

fn land(table: &FeatureTable, row: usize) -> &MultiPolygon<f64> {
    match table.rows[row].geometry.as_ref() {
        Some(Geometry::MultiPolygon(land)) => land,
        other => panic!("row {row} has {other:?}"),
    }
}

fn text<'a>(table: &'a FeatureTable, row: usize, column: &str) -> &'a str {
    match &table.rows[row].values[table.column(column).unwrap()] {
        Value::Text(text) => text,
        other => panic!("{column} of row {row} is {other:?}"),
    }
}

/// Where a station is, in the coordinates of the layers.
fn place(session: &Session, code: &str) -> geo_types::Point<f64> {
    let table = lifang_export::table(
        &session.scene(),
        &lifang_export::LayerRequest::of(lifang_export::LayerKind::Facilities),
        &CrsSpec::Local,
    )
    .unwrap();
    let row = (0..table.rows.len()).find(|&row| text(&table, row, "code") == code).unwrap();
    match table.rows[row].geometry {
        Some(Geometry::Point(point)) => point,
        _ => panic!("{code} is nowhere"),
    }
}

#[test]
fn circles_are_valid_lie_in_each_other_and_contain_their_station() {
    let (_folder, path) = sample();
    let session = Session::open(&path, &Silent).unwrap();
    let table = layer(&session, &request(ReachLayer::Circles));
    assert!(table.rows.len() >= 6 && table.rows.len().is_multiple_of(3));
    let boundary = session.territory.boundary.clone();
    let mut inside = 0;
    for first in (0..table.rows.len()).step_by(3).take(6) {
        let code = text(&table, first, "station").to_owned();
        let row = session.territory.facilities.iter().find(|f| f.code.as_str() == code).unwrap();
        let within = boundary.iter().any(|part| part.contains(row.at));
        for tier in 0..3 {
            assert_eq!(text(&table, first + tier, "station"), code);
            let circle = land(&table, first + tier);
            assert!(circle.is_valid(), "{code} {tier}");
            if within {
                assert!(circle.contains(&place(&session, &code)), "{code} {tier}");
                inside += 1;
            }
            if tier > 0 {
                let left = land(&table, first + tier - 1).difference(circle).unsigned_area();
                assert!(left < 0.01, "{code}: {left} m2 of the inner circle lie outside the outer");
            }
        }
    }
    assert!(inside > 3);
    let refused = ReachLayerRequest { station: Some("nobody".to_owned()), ..request(ReachLayer::Circles) };
    assert!(session.reach_layer(&refused, &CrsSpec::Local, &Silent).is_err());
}

#[test]
fn areas_of_responsibility_never_overlap_and_keep_zones_whole_where_asked() {
    let (_folder, path) = sample();
    let session = Session::open(&path, &Silent).unwrap();
    let table = layer(&session, &request(ReachLayer::Responsibility));
    assert!(table.rows.len() > 1);
    for a in 0..table.rows.len() {
        assert!(land(&table, a).is_valid());
        for b in 0..a {
            let both = land(&table, a).intersection(land(&table, b)).unsigned_area();
            assert!(both < 0.01, "{a} and {b} share {both} m2");
        }
    }
    let persons = |table: &FeatureTable| -> i64 {
        let column = table.column("persons").unwrap();
        let count = |row: &lifang_formats::Row| match row.values[column] {
            Value::Integer(count) => count,
            _ => 0,
        };
        table.rows.iter().map(count).sum()
    };
    let all: Demand = session.ground.atoms.iter().map(|atom| atom.demand).sum();
    assert!(persons(&table) > 0 && persons(&table) <= i64::from(all.persons));
    let snapped =
        ReachLayerRequest { snap_to: Some("micro_grid".to_owned()), ..request(ReachLayer::Responsibility) };
    let snapped = layer(&session, &snapped);
    // Every zone lies in one area: their borders are borders of zones.
    let plan = session.plan.as_ref().unwrap();
    let level = plan.levels.last().unwrap();
    let labels: Vec<Option<u32>> = level.assignment.iter().map(|zone| zone.map(|zone| zone.0)).collect();
    for outline in session.ground.fabric.dissolve(&labels).iter().take(12) {
        let drawing = lifang_export::Pen::new(&session.territory.frame, &CrsSpec::Local).unwrap();
        let Some(Geometry::MultiPolygon(zone)) = drawing.polygons(&outline.polygons).unwrap() else {
            continue;
        };
        let parts = (0..snapped.rows.len())
            .filter(|&row| zone.intersection(land(&snapped, row)).unsigned_area() > 0.01)
            .count();
        assert!(parts <= 1, "zone {} lies in {parts} areas", outline.label);
    }
}

#[test]
fn scores_of_buildings_zones_and_levels_tell_the_same_people() {
    let (_folder, path) = sample();
    let session = Session::open(&path, &Silent).unwrap();
    let result = session.score(&ScoreRequest::default(), &Silent).unwrap();
    let all: Demand = session.ground.atoms.iter().map(|atom| atom.demand).sum();
    assert_eq!(result.all.people, u64::from(all.persons));
    for (level, zones) in &result.levels {
        assert_eq!(zones.iter().map(|zone| zone.figures.people).sum::<u64>(), result.all.people, "{level}");
    }
    assert_eq!(result.buildings.iter().map(|building| building.people).sum::<u64>(), result.all.people);
    for item in &result.items {
        let sum = item.whole + item.part + item.zero + item.unreached + item.unknown;
        assert_eq!(sum, result.all.people, "{}", item.item);
        assert_eq!(item.data, item.unknown < result.all.people, "{}", item.item);
    }
    let (low, score, high) = (result.all.low.unwrap(), result.all.score.unwrap(), result.all.high.unwrap());
    assert!(0.0 <= low && low <= score && score <= high && high <= 100.0);
    let elder = ScoreRequest { profile: "elder".to_owned(), ..ScoreRequest::default() };
    assert!(session.score(&elder, &Silent).unwrap().all.score.unwrap() <= score);
    let wrong = ScoreRequest { mix: "nothing".to_owned(), ..ScoreRequest::default() };
    assert!(session.score(&wrong, &Silent).unwrap_err().to_string().contains("fifteen"));
    let buildings = layer(&session, &request(ReachLayer::Scores));
    assert_eq!(buildings.rows.len(), result.buildings.len());
    let zones = ReachLayerRequest { level: Some("grid".to_owned()), ..request(ReachLayer::Scores) };
    assert_eq!(layer(&session, &zones).rows.len(), session.plan.as_ref().unwrap().levels[0].zones.len());
}

#[test]
fn a_need_divides_everybody_into_those_who_have_it_those_who_have_not_and_the_unknown() {
    let (_folder, path) = sample();
    let session = Session::open(&path, &Silent).unwrap();
    let all: Demand = session.ground.atoms.iter().map(|atom| atom.demand).sum();
    for key in ["elders", "children", "everyone"] {
        let result = session.needs(&NeedRequest::Named(key.to_owned()), &Silent).unwrap();
        let figures = &result.all;
        assert_eq!(figures.met.persons + figures.unmet.persons + figures.unknown.persons, all.persons);
        for part in &result.parts {
            assert!(
                part.figures.met.persons >= figures.met.persons,
                "{key}: no part is rarer than all of them"
            );
            assert!(part.only_this.persons <= figures.unmet.persons);
        }
        for level in session.plan.as_ref().unwrap().levels.iter().map(|level| level.key.as_str()) {
            let of = result.zones.iter().filter(|zone| zone.level == level);
            assert_eq!(of.map(|zone| zone.figures.met.persons).sum::<u32>(), figures.met.persons);
        }
    }
    assert_eq!(
        layer(&session, &request(ReachLayer::Needs)).rows.len(),
        session.needs(&NeedRequest::Named("everyone".to_owned()), &Silent).unwrap().buildings.len()
    );
}
