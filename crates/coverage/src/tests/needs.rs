use super::town::{Town, profile, text, tiers};
use crate::{Met, Nearness, Reach, met, score, ways};
use lifang_model::{MixItem, NeedPart, Silent};

/// A street with a canteen at its start and a clinic at 600 m; homes every 200 m, and one far from any street.
fn street() -> Town {
    let mut town = Town::new();
    town.street(&[(0, 0), (3000, 0)]);
    town.facility("canteen", (0, 0));
    town.facility("clinic", (600, 0));
    for x in [0, 200, 400, 600, 800, 1000] {
        town.house((x, 10), 10);
    }
    town.house((1500, 4000), 10);
    town
}

fn near(town: &Town, services: &[&str], cutoff_m: u32) -> Nearness {
    let ways = ways(&town.territory, &town.atoms, &Silent).unwrap();
    let services: Vec<String> = services.iter().map(|key| (*key).to_owned()).collect();
    ways.nearness(&town.territory, &services, &profile("adult", Some(1.0)), cutoff_m * 1000)
}

fn part(services: &[&str], within_m: f64) -> NeedPart {
    NeedPart { services: services.iter().map(|key| (*key).to_owned()).collect(), within_m }
}

fn item(service: &str, weight: f64) -> MixItem {
    MixItem {
        key: service.to_owned(),
        title: text(service),
        services: vec![service.to_owned()],
        weight,
        full_m: 310.0,
        zero_m: 510.0,
        source: "test".to_owned(),
        certainty: "C".to_owned(),
    }
}

#[test]
fn a_combined_need_is_met_only_where_all_parts_are_and_unknown_is_no_miss() {
    let town = street();
    let parts = [part(&["canteen"], 420.0), part(&["clinic", "hospital"], 420.0)];
    let nears = [near(&town, &["canteen"], 900), near(&town, &["clinic", "hospital"], 900)];
    let answers: Vec<Met> = (0..7).map(|row| met(&parts, &nears, row)).collect();
    // 0 and 200 lack nothing but the clinic at 0; 600 and more lack the canteen; nobody knows the last.
    assert_eq!(answers, [Met::No, Met::Yes, Met::Yes, Met::No, Met::No, Met::No, Met::Unknown]);
    // No data about a service: unknown, not missing; but what is known to be missed stays missed.
    let parts = [part(&["canteen"], 420.0), part(&["school"], 420.0)];
    let nears = [near(&town, &["canteen"], 900), near(&town, &["school"], 900)];
    assert!(!nears[1].data);
    assert_eq!(met(&parts, &nears, 1), Met::Unknown);
    assert_eq!(met(&parts, &nears, 5), Met::No);
}

#[test]
fn unreached_unknown_and_zero_are_three_values_of_a_score() {
    let mut town = street();
    let items = [item("canteen", 1.0), item("clinic", 3.0)];
    let nears = |town: &Town| [near(town, &["canteen"], 700), near(town, &["clinic"], 700)];
    let told = nears(&town);
    // 10 m and 610 m: whole and nothing, both known.
    assert_eq!((told[0].reach[0], told[1].reach[0]), (Reach::Known(10_000), Reach::Known(610_000)));
    assert_eq!(score(&items, &told, 0).score, Some(25.0));
    // 410 m of 310 to 510: half.
    assert_eq!(score(&items, &told, 2).score, Some((0.5 + 3.0) / 4.0 * 100.0));
    // The canteen is beyond the search: it counts nothing and is no longer a distance.
    assert_eq!(told[0].reach[4], Reach::Beyond);
    assert_eq!(score(&items, &told, 4).score, Some(75.0));
    // Nobody knows the last home.
    let unknown = score(&items, &told, 6);
    assert_eq!((unknown.score, unknown.low, unknown.high), (None, 0.0, 100.0));
    // Nobody knows of clinics: the score is that of the canteen, the range that of both.
    town.territory.facilities.truncate(1);
    let told = nears(&town);
    let half = score(&items, &told, 0);
    assert_eq!((half.score, half.low, half.high), (Some(100.0), 25.0, 100.0));
    // A clinic that is closed is data: there is one, and it serves nobody.
    town.facility("clinic", (600, 0)).open_to_public = false;
    let closed = score(&items, &nears(&town), 0);
    assert_eq!((closed.score, closed.low, closed.high), (Some(25.0), 25.0, 25.0));
}

#[test]
fn a_need_of_one_part_counts_as_coverage_does() {
    let town = street();
    let coverage = town.coverage();
    let within = coverage.reached("clinic", "adult", "10min");
    let limit = tiers().tiers[1].distance_m;
    let (parts, nears) = ([part(&["clinic"], limit)], [near(&town, &["clinic"], 1000)]);
    for (row, within) in within.iter().enumerate() {
        assert_eq!(met(&parts, &nears, row) == Met::Yes, within.is_some(), "{row}");
    }
}
