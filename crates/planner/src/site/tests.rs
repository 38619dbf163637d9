//! Siting, what-if, gaps and impact on the sample community.

use crate::{
    Candidates, GapsRequest, ImpactArea, PlannerError, Session, SiteModel, SiteRequest, SiteResult, WhatIf,
};
use lifang_coverage::GapCause;
use lifang_crs::{CrsSpec, FromFrame};
use lifang_model::{Demand, Point, Silent};
use std::sync::OnceLock;

/// The sample community, not divided yet.
fn session() -> (tempfile::TempDir, Session) {
    static MADE: OnceLock<Vec<u8>> = OnceLock::new();
    let (folder, path) = crate::tests::community(&MADE, |_| {});
    let session = Session::open(&path, &Silent).unwrap();
    (folder, session)
}

fn degrees(session: &Session, p: Point) -> (f64, f64) {
    FromFrame::new(&session.territory.frame, &CrsSpec::Epsg(4326)).unwrap().point(p).unwrap()
}

fn covered(result: &SiteResult, after: bool) -> Demand {
    let side = if after { &result.after } else { &result.before };
    side.tiers.iter().find(|tier| tier.tier == result.tier).unwrap().covered
}

/// A category some but not all people have near, so that more stations can help.
fn wanting(session: &Session) -> String {
    let found = session.catalog.services.iter().find(|category| {
        let result =
            session.gaps(&GapsRequest { openings: 0, ..GapsRequest::new(&category.key) }, &Silent).unwrap();
        result.share.persons.is_some_and(|share| share > 0.05 && share < 0.8)
    });
    found.expect("the sample lacks something").key.clone()
}

#[test]
fn new_stations_add_up_to_what_coverage_finds_and_open_ones_stay() {
    let (_folder, session) = session();
    let category = wanting(&session);
    for model in [SiteModel::Mclp, SiteModel::PMedian, SiteModel::PCenter] {
        let request = SiteRequest {
            model: Some(model),
            new_sites: Some(2),
            candidates_max: 150,
            ..SiteRequest::new(&category)
        };
        let result = session.site(&request, &Silent).unwrap();
        let answer = result.answer.as_ref().unwrap();
        assert!(answer.proven && answer.gap_pct == 0.0, "{model:?}");
        assert_eq!(answer.stations.len(), 2);
        assert_eq!(result.after.stations, result.before.stations + 2);
        let adds: Demand = answer.stations.iter().map(|station| station.adds).sum();
        let (before, after) = (covered(&result, false), covered(&result, true));
        assert_eq!(before.persons + adds.persons, after.persons, "{model:?}");
        assert_eq!(before.elders + adds.elders, after.elders);
        assert_eq!((result.gained.demand, result.lost.demand), (adds, Demand::default()));
        assert!(result.gained.buildings.is_sorted() && result.lost.buildings.is_empty());
        assert!(!result.gained.buildings.is_empty() || adds == Demand::default());
        assert!(answer.stations[0].adds.persons >= answer.stations[1].adds.persons);
        if model == SiteModel::Mclp {
            assert_eq!(answer.objective, f64::from(after.persons));
            assert!(adds.persons > 0);
        }
        assert_eq!(session.site(&request, &Silent).unwrap().answer, result.answer, "the same again");
    }
}

#[test]
fn the_fewest_stations_leave_nobody_out_whom_a_candidate_could_serve() {
    let (_folder, session) = session();
    let category = wanting(&session);
    let request = SiteRequest { model: Some(SiteModel::Lscp), ..SiteRequest::new(&category) };
    let result = session.site(&request, &Silent).unwrap();
    let answer = result.answer.as_ref().unwrap();
    let all = result.after.tiers[0].total;
    assert!(answer.proven && !answer.stations.is_empty());
    assert_eq!(covered(&result, true).persons + answer.unserved.persons, all.persons);
    assert_eq!(answer.objective, f64::from(result.after.stations));
}

#[test]
fn closing_a_station_undoes_adding_one_and_a_station_that_is_not_there_is_refused() {
    let (_folder, session) = session();
    let category = wanting(&session);
    let open = |f: &&lifang_model::Facility| f.category == category && f.open_to_public;
    let station = session.territory.facilities.iter().find(open).unwrap();
    let what_if = |what_if| SiteRequest { what_if, ..SiteRequest::new(&category) };
    let close = WhatIf { close: vec![station.code.as_str().to_owned()], ..WhatIf::default() };
    let closed = session.site(&what_if(close.clone()), &Silent).unwrap();
    assert!(closed.answer.is_none() && closed.changes.len() == 1);
    assert_eq!(closed.after.stations + 1, closed.before.stations);
    assert!(covered(&closed, true).persons <= covered(&closed, false).persons);
    let back = WhatIf { add: vec![degrees(&session, station.at)], ..close };
    let same = session.site(&what_if(back), &Silent).unwrap();
    assert_eq!(same.after.tiers, same.before.tiers);
    let nobody = WhatIf { close: vec!["nowhere".to_owned()], ..WhatIf::default() };
    assert!(matches!(session.site(&what_if(nobody), &Silent), Err(PlannerError::Selection { .. })));
    assert!(matches!(
        session.site(&SiteRequest::new(&category), &Silent),
        Err(PlannerError::Selection { .. })
    ));
}

#[test]
fn closing_every_gate_moves_the_compound_into_the_gaps_for_want_of_a_gate_and_opening_one_is_the_remedy() {
    let (_folder, mut session) = session();
    // The compound whose people reach something now, with all its gates shut.
    let category = session
        .catalog
        .services
        .iter()
        .map(|category| category.key.clone())
        .find(|key| {
            let gaps = session.gaps(&GapsRequest { openings: 0, ..GapsRequest::new(key) }, &Silent).unwrap();
            gaps.share.persons.is_some_and(|share| share > 0.9)
        })
        .unwrap();
    let lives = |session: &Session, row: usize| -> u32 {
        let of = |atom: &&lifang_model::Atom| atom.compound.is_some_and(|compound| compound.at() == row);
        session.ground.atoms.iter().filter(of).map(|atom| atom.demand.persons).sum()
    };
    let row = (0..session.territory.compounds.len())
        .filter(|&row| {
            session.territory.compounds[row].walled && !session.territory.compounds[row].gates.is_empty()
        })
        .max_by_key(|&row| lives(&session, row))
        .unwrap();
    let before = session.gaps(&GapsRequest::new(&category), &Silent).unwrap();
    let gates: Vec<Point> = session.territory.compounds[row].gates.iter().map(|gate| gate.at).collect();
    let shut =
        WhatIf { close_gates: gates.iter().map(|&at| degrees(&session, at)).collect(), ..WhatIf::default() };
    let tried = session.site(&SiteRequest { what_if: shut, ..SiteRequest::new(&category) }, &Silent).unwrap();
    let missing = tried.after.gaps.iter().find(|gaps| gaps.cause == GapCause::MissingGate).unwrap();
    for gate in &mut session.territory.compounds[row].gates {
        gate.open = false;
    }
    let after = session.gaps(&GapsRequest::new(&category), &Silent).unwrap();
    let behind: Vec<_> = after.gaps.iter().filter(|gap| gap.cause == GapCause::MissingGate).collect();
    assert_eq!(behind.iter().map(|gap| gap.demand.persons).sum::<u32>(), missing.demand.persons);
    assert!(missing.demand.persons > 0);
    for gap in &behind {
        for atom in &gap.atoms {
            let compound = session.ground.atoms[atom.at()].compound;
            assert_eq!(compound.map(|compound| compound.at()), Some(row), "only those behind the gates");
            assert!(!before.gaps.iter().any(|old| old.atoms.contains(atom)), "who was served before");
        }
    }
    let best = &after.openings[0];
    assert_eq!(best.kind, lifang_coverage::OpeningKind::OpenGate);
    assert!(gates.iter().any(|&at| degrees(&session, at) == best.from), "one of the gates that were shut");
    let remedy = WhatIf { open_gates: vec![best.from], ..WhatIf::default() };
    let cured =
        session.site(&SiteRequest { what_if: remedy, ..SiteRequest::new(&category) }, &Silent).unwrap();
    assert_eq!(covered(&cured, true).persons, covered(&cured, false).persons + best.demand.persons);
}

#[test]
fn an_area_counts_everyone_once_and_its_zones_add_up() {
    let (_folder, mut session) = session();
    let effort = crate::Effort { moves: Some(500), seconds: None };
    let options = crate::PartitionOptions {
        preset: crate::DEFAULT_PRESET.to_owned(),
        counts: Vec::new(),
        seed: 1,
        effort,
    };
    session.partition(&options, &Silent).unwrap();
    let all: Demand = session.ground.atoms.iter().map(|atom| atom.demand).sum();
    let ring: Vec<(f64, f64)> =
        session.territory.boundary[0].outer.0.iter().map(|&corner| degrees(&session, corner)).collect();
    let whole = session.impact(&ImpactArea::Rings(vec![ring.clone()]), None).unwrap();
    assert_eq!(whole.demand, all);
    assert!(whole.zones.iter().all(|zone| zone.whole && zone.inside == zone.total));
    // An island of nothing: the same ring twice.
    let nothing = session.impact(&ImpactArea::Rings(vec![ring.clone(), ring]), None).unwrap();
    assert_eq!((nothing.demand, nothing.zones.len()), (Demand::default(), 0));
    let middle = session.ground.atoms.iter().find(|atom| atom.demand.households > 0).unwrap().anchor;
    let circle = |radius_m| ImpactArea::Circle { at: degrees(&session, middle), radius_m };
    let near = session.impact(&circle(100.0), None).unwrap();
    let inside = |atom: &&lifang_model::Atom| atom.anchor.distance(middle) <= 100_000.0;
    let counted: Demand = session.ground.atoms.iter().filter(inside).map(|atom| atom.demand).sum();
    assert_eq!(near.demand, counted);
    for level in session.plan.as_ref().unwrap().levels.iter().map(|level| level.key.as_str()) {
        let of_level = near.zones.iter().filter(|zone| zone.level == level);
        assert_eq!(of_level.map(|zone| zone.inside).sum::<Demand>().persons, near.demand.persons);
    }
    assert_eq!(
        near.inhabited.iter().map(|one| one.inside).sum::<Demand>().households,
        near.demand.households
    );
    assert!(session.impact(&circle(0.0), None).is_err());
}

#[test]
fn candidates_come_from_a_layer_or_from_places_given() {
    let (folder, session) = session();
    let category = wanting(&session);
    let home = session.ground.atoms.iter().max_by_key(|atom| atom.demand.persons).unwrap().anchor;
    let (x, y) = degrees(&session, home);
    let layer = folder.path().join("idle.geojson");
    let feature = |x: f64| {
        format!(
            r#"{{"type":"Feature","properties":{{"name":"闲置房"}},"geometry":{{"type":"Point","coordinates":[{x},{y}]}}}}"#
        )
    };
    let text =
        format!(r#"{{"type":"FeatureCollection","features":[{},{}]}}"#, feature(x), feature(x + 0.0005));
    std::fs::write(&layer, text).unwrap();
    let request = |candidates| SiteRequest {
        model: Some(SiteModel::Mclp),
        new_sites: Some(1),
        candidates,
        ..SiteRequest::new(&category)
    };
    let from_layer = session.site(&request(Candidates::Layer(layer)), &Silent).unwrap().answer.unwrap();
    let given = Candidates::Points(vec![(x, y), (x + 0.0005, y)]);
    let from_places = session.site(&request(given), &Silent).unwrap().answer.unwrap();
    assert_eq!((from_layer.candidates.there, from_layer.candidates.source), (2, "layer"));
    assert_eq!(from_layer.objective, from_places.objective);
    assert_eq!(from_layer.stations[0].name.as_deref(), Some("闲置房"));
    assert_eq!(from_layer.stations[0].at, from_places.stations[0].at);
}

#[test]
fn stations_with_little_room_serve_fewer_and_who_finds_none_is_a_gap_of_that_cause() {
    let (_folder, session) = session();
    let category = wanting(&session);
    let request = |capacity| SiteRequest {
        model: Some(SiteModel::Mclp),
        new_sites: Some(3),
        candidates_max: 60,
        capacity,
        ..SiteRequest::new(&category)
    };
    let free = session.site(&request(None), &Silent).unwrap();
    let tight = session.site(&request(Some(40)), &Silent).unwrap();
    let (open, shut) = (free.answer.as_ref().unwrap(), tight.answer.as_ref().unwrap());
    assert!(shut.proven && shut.objective <= open.objective && shut.objective <= shut.bound);
    assert!(shut.stations.iter().all(|station| station.takes.is_some_and(|takes| takes <= 40)));
    assert_eq!(shut.capacity, Some(40));
    let all = tight.after.tiers[0].total.persons;
    assert_eq!(shut.objective as u64 + shut.without_room.unwrap(), u64::from(all));
    assert!(tight.after.gaps.iter().any(|gaps| gaps.cause == GapCause::Capacity));
    assert!(free.after.gaps.iter().all(|gaps| gaps.cause != GapCause::Capacity));
}
