//! What is known of one zone beside its counts.

use super::sample;
use crate::{Effort, From, ReplanOptions, Session, view};
use lifang_model::Silent;

#[test]
fn a_zone_tells_its_groups_with_the_house_of_the_central_household() {
    let (_folder, path) = sample();
    let session = Session::open(&path, &Silent).unwrap();
    let all = session.groups.as_ref().unwrap();
    let zone = all.groups.first().unwrap().zone.as_str();
    let of_zone: Vec<_> = all.groups.iter().filter(|group| group.zone.as_str() == zone).collect();
    let told = session.groups_of(zone);
    assert_eq!(told.len(), of_zone.len());
    assert!(told.iter().zip(1..).all(|(group, number)| group.number == number), "{told:?}");
    let sum = |counts: &mut dyn Iterator<Item = u32>| counts.sum::<u32>();
    assert_eq!(sum(&mut told.iter().map(|one| one.count)), sum(&mut of_zone.iter().map(|one| one.count)));
    let [west, south, east, north] = view::bounds(&session).unwrap().unwrap();
    for group in &told {
        let (lon, lat) = group.at.unwrap();
        assert!((west..=east).contains(&lon) && (south..=north).contains(&lat), "{group:?}");
        assert!(group.building.as_ref().is_none_or(|house| group.buildings.contains(house)), "{group:?}");
    }
    assert!(session.groups_of("nobody").is_empty());
    let json = view::zone(&session, zone).unwrap();
    assert_eq!(json["groups"].as_array().unwrap().len(), told.len());
    assert!(
        json["lineage"].as_array().unwrap().is_empty() && json["coverage"].as_array().unwrap().is_empty()
    );
}

#[test]
fn a_zone_tells_where_its_households_came_from_the_latest_replanning_first() {
    let (_folder, path) = sample();
    let mut session = Session::open(&path, &Silent).unwrap();
    // Households given to the neighbour, so that replanning has something to put right.
    super::repair::broken(&mut session);
    let level = session.plan.as_ref().unwrap().levels.last().unwrap().key.clone();
    let options = ReplanOptions {
        from: From::Current,
        preset: None,
        relax: None,
        seed: 1,
        effort: Effort { moves: Some(3000), seconds: None },
    };
    let summary = session.replan(&options, &Silent).unwrap();
    let lineage = summary.replan.unwrap().lineage;
    let changed: Vec<_> = lineage.iter().filter(|line| line.level == level).collect();
    assert!(!changed.is_empty());
    let known = &session.plan.as_ref().unwrap().levels.last().unwrap().zones;
    for line in changed {
        let told = session.lineage_of(line.zone.as_str()).unwrap();
        if known.iter().any(|zone| zone.code == line.zone) {
            assert_eq!(
                (told[0].event, &told[0].shares, told[0].others),
                (line.event, &line.shares, line.others)
            );
        } else {
            assert!(told.is_empty(), "{told:?}");
        }
    }
}
