//! One-way streets, limits and speeds for those who drive, and none of it for those who walk.

use super::{CROSSING, free, places, profile, street, towns};
use crate::{
    BuildOptions, Costs, Field, Reached, Snap, Snapper, StreetGraph, build_with, costs, nearest_source,
};
use lifang_model::{DriveRule, MotorLimit, OneWay, Point, Profile, Street, StreetClass, Traffic};
use proptest::prelude::*;

const DRIVING: BuildOptions = BuildOptions { vehicles: true, ..CROSSING };

/// 30 km/h, half of it on service roads.
fn driver() -> Profile {
    let rule = DriveRule {
        turnout_s: 60.0,
        private: true,
        emergency: false,
        kmh: [(StreetClass::Residential, 30.0), (StreetClass::Service, 15.0)].into(),
        source: "test".into(),
        certainty: "C".into(),
    };
    Profile { metres_per_minute: 500.0, drive: Some(rule), ..profile(None) }
}

/// The lattice streets as roads, some of them one-way, slower, or closed.
fn roads() -> impl Strategy<Value = Vec<Street>> {
    let way = prop_oneof![Just(None), Just(Some(OneWay::Forward)), Just(Some(OneWay::Backward))];
    let motor = prop_oneof![
        6 => Just(None), 1 => Just(Some(MotorLimit::Private)), 1 => Just(Some(MotorLimit::Emergency)),
        1 => Just(Some(MotorLimit::No)),
    ];
    let class = prop_oneof![
        4 => Just(StreetClass::Residential), 2 => Just(StreetClass::Service), 1 => Just(StreetClass::Footway),
        1 => Just(StreetClass::Primary),
    ];
    (towns(), proptest::collection::vec((way, motor, class), 9)).prop_map(|(mut town, rules)| {
        for (street, (oneway, motor, class)) in town.iter_mut().zip(rules) {
            street.class = class;
            street.traffic = Traffic { oneway, motor, ..Traffic::default() };
        }
        town
    })
}

/// All distances between junctions the slow way, one-way streets forward only.
fn floyd_warshall(graph: &StreetGraph, costs: &Costs) -> Vec<Vec<Option<u64>>> {
    let n = graph.nodes().len();
    let mut all = vec![vec![None; n]; n];
    (0..n).for_each(|node| all[node][node] = Some(0));
    let mut lower = |from: u32, to: u32, d: u64| {
        let slot: &mut Option<u64> = &mut all[from as usize][to as usize];
        *slot = Some(slot.map_or(d, |old| old.min(d)));
    };
    for (row, edge) in (0u32..).zip(graph.edges()) {
        let Some(cost) = costs.edge(row).map(u64::from) else { continue };
        if edge.traffic.oneway != Some(OneWay::Backward) {
            lower(edge.a, edge.b, cost);
        }
        if edge.traffic.oneway != Some(OneWay::Forward) {
            lower(edge.b, edge.a, cost);
        }
    }
    for k in 0..n {
        for i in 0..n {
            for j in 0..n {
                if let (Some(a), Some(b)) = (all[i][k], all[k][j])
                    && all[i][j].is_none_or(|old| a + b < old)
                {
                    all[i][j] = Some(a + b);
                }
            }
        }
    }
    all
}

/// From one place to another: along the edge they share, or out of one end and in at another, as far as each may be used.
fn slow_distance(
    graph: &StreetGraph,
    costs: &Costs,
    all: &[Vec<Option<u64>>],
    s: &Snap,
    t: &Snap,
) -> Option<u64> {
    let facts = |snap: &Snap| {
        let edge = graph.edges()[snap.edge as usize];
        let cost = u64::from(costs.edge(snap.edge)?);
        let part = cost * u64::from(snap.along_mm) / u64::from(edge.length_mm.max(1));
        let forward = edge.traffic.oneway != Some(OneWay::Backward);
        let back = edge.traffic.oneway != Some(OneWay::Forward);
        Some((edge, cost, part, forward, back))
    };
    let ((s_edge, s_cost, s_part, s_forward, s_back), (t_edge, t_cost, t_part, t_forward, t_back)) =
        (facts(s)?, facts(t)?);
    let mut found: Vec<u64> = Vec::new();
    if s.edge == t.edge && (s_part <= t_part && s_forward || s_part >= t_part && s_back) {
        found.push(s_part.abs_diff(t_part));
    }
    let out = [(s_edge.b, s_cost - s_part, s_forward), (s_edge.a, s_part, s_back)];
    let into = [(t_edge.a, t_part, t_forward), (t_edge.b, t_cost - t_part, t_back)];
    for (i, before, _) in out.into_iter().filter(|(.., open)| *open) {
        for (j, after, _) in into.into_iter().filter(|(.., open)| *open) {
            found.extend(all[i as usize][j as usize].map(|middle| before + middle + after));
        }
    }
    found.into_iter().min().map(|best| best + u64::from(s.access_mm) + u64::from(t.access_mm))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn who_drives_is_led_as_floyd_and_warshall_lead_with_one_way_streets(
        town in roads(), places in places(), cutoff in prop_oneof![Just(80_000u32), Just(u32::MAX)],
    ) {
        let (graph, _) = build_with(&town, &DRIVING);
        prop_assume!(!graph.edges().is_empty());
        let costs = costs(&graph, &driver());
        let snapper = Snapper::new(&graph);
        let snaps: Vec<Snap> = places.iter().filter_map(|&p| snapper.nearest(p, &free)).collect();
        let (sources, targets) = snaps.split_at(snaps.len() / 2);
        let field = nearest_source(&graph, &costs, sources, cutoff);
        let all = floyd_warshall(&graph, &costs);
        for target in targets {
            let slow = (0u32..).zip(sources)
                .filter_map(|(i, source)| Some((slow_distance(&graph, &costs, &all, source, target)?, i)))
                .min().filter(|&(d, _)| d <= u64::from(cutoff))
                .map(|(d, source)| Reached { distance_mm: d as u32, source });
            prop_assert_eq!(field.distance_to(&graph, &costs, target), slow);
            // What is drawn a little farther holds the place; at the end of a one-way edge there is nothing left to draw.
            let length = graph.edges()[target.edge as usize].length_mm;
            let inside = target.along_mm > 9 && target.along_mm + 9 < length;
            if let Some(reached) = slow.filter(|reached| inside && reached.distance_mm + 50 < cutoff) {
                let limit = reached.distance_mm - target.access_mm + 50;
                let drawn = field.stretches(&graph, &costs, target.edge, limit);
                let holds = |&(from, to): &(u32, u32)| from <= target.along_mm + 9 && target.along_mm <= to + 9;
                prop_assert!(drawn.iter().any(holds), "{:?} {:?}", drawn, target);
            }
        }
    }

    #[test]
    fn on_foot_one_way_streets_and_limits_for_vehicles_change_nothing(town in roads(), places in places()) {
        let mut plain = town.clone();
        plain.iter_mut().for_each(|street| street.traffic = Traffic::default());
        let ((graph, report), (other, told)) = (build_with(&town, &CROSSING), build_with(&plain, &CROSSING));
        prop_assert_eq!(report, told);
        let walker = profile(Some(1.5));
        let (costs, plain_costs) = (costs(&graph, &walker), costs(&other, &walker));
        prop_assert_eq!(&costs, &plain_costs);
        let snaps = |graph: &StreetGraph| -> Vec<Snap> {
            let snapper = Snapper::new(graph);
            places.iter().filter_map(|&p| snapper.nearest(p, &free)).collect()
        };
        let (here, there) = (snaps(&graph), snaps(&other));
        prop_assert_eq!(&here, &there);
        let near = |graph: &StreetGraph, costs: &Costs| -> Vec<Option<Reached>> {
            let field = nearest_source(graph, costs, &here[..here.len() / 2], u32::MAX);
            here.iter().map(|snap| field.distance_to(graph, costs, snap)).collect()
        };
        prop_assert_eq!(near(&graph, &costs), near(&other, &plain_costs));
    }

    #[test]
    fn a_search_for_some_junctions_finds_them_as_far_as_a_whole_search_does(
        town in towns(), places in places(), chosen in proptest::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let (graph, _) = build_with(&town, &CROSSING);
        prop_assume!(!graph.edges().is_empty());
        let costs = costs(&graph, &profile(Some(1.0)));
        let snapper = Snapper::new(&graph);
        let sources: Vec<Snap> = places.iter().filter_map(|&p| snapper.nearest(p, &free)).collect();
        let whole = nearest_source(&graph, &costs, &sources, 40_000_000);
        let junctions: Vec<u32> = chosen.iter().map(|at| at.index(graph.nodes().len()) as u32).collect();
        let mut field = Field::default();
        // Twice in the same memory: nothing is left behind.
        for _ in 0..2 {
            field.run_to(&graph, &costs, &sources, 40_000_000, &junctions);
            for &node in &junctions {
                prop_assert_eq!(field.at_node(node), whole.at_node(node));
            }
        }
        field.run(&graph, &costs, &sources, 40_000_000);
        for node in 0..graph.nodes().len() as u32 {
            prop_assert_eq!(field.at_node(node), whole.at_node(node));
        }
    }
}

#[test]
fn a_vehicle_keeps_to_the_direction_the_speed_and_the_limits_of_a_street() {
    let like = |code: &str, class, oneway, motor, line: &[(i32, i32)]| Street {
        class,
        traffic: Traffic { oneway, motor, ..Traffic::default() },
        ..street(code, line)
    };
    // A street east, one-way west, and back around a block of which one side is a slow service road.
    let block = |oneway, motor| {
        vec![
            like("east", StreetClass::Residential, oneway, motor, &[(0, 0), (100_000, 0)]),
            street("north", &[(100_000, 0), (100_000, 50_000)]),
            like("service", StreetClass::Service, None, None, &[(100_000, 50_000), (0, 50_000)]),
            street("south", &[(0, 50_000), (0, 0)]),
            like("steps", StreetClass::Steps, None, None, &[(0, 0), (50_000, 1_000), (100_000, 0)]),
        ]
    };
    let drive = |streets: &[Street], from: (i32, i32), to: (i32, i32)| {
        let (graph, _) = build_with(streets, &DRIVING);
        let costs = costs(&graph, &driver());
        let snapper = Snapper::new(&graph);
        let snap = |(x, y): (i32, i32)| snapper.nearest(Point::new(x, y), &free).unwrap();
        let field = nearest_source(&graph, &costs, &[snap(from)], u32::MAX);
        field.distance_to(&graph, &costs, &snap(to)).map(|reached| reached.distance_mm)
    };
    let (west, east) = ((10_000, 0), (90_000, 0));
    assert_eq!(drive(&block(None, None), west, east), Some(80_000));
    assert_eq!(drive(&block(Some(OneWay::Forward), None), west, east), Some(80_000));
    // Around the block, where a metre of the service road counts as two.
    let around = 10_000 + 50_000 + 200_000 + 50_000 + 10_000;
    assert_eq!(drive(&block(Some(OneWay::Forward), None), east, west), Some(around));
    assert_eq!(drive(&block(Some(OneWay::Backward), None), west, east), Some(around));
    let mut drawn_back = block(Some(OneWay::Backward), None);
    drawn_back[0].line.reverse();
    assert_eq!(drive(&drawn_back, west, east), Some(80_000), "along the line as it is drawn");
    assert_eq!(drive(&block(None, Some(MotorLimit::Private)), west, east), Some(80_000));
    let (graph, _) = build_with(&block(None, Some(MotorLimit::No)), &DRIVING);
    let rows: Vec<u32> = graph.edges().iter().map(|edge| edge.street).collect();
    assert!(!rows.contains(&0) && !rows.contains(&4), "neither what is closed nor steps: {rows:?}");
    let (graph, _) = build_with(&block(None, Some(MotorLimit::Emergency)), &DRIVING);
    let costs = costs(&graph, &driver());
    let shut = |(row, edge): (u32, &crate::Edge)| (edge.street == 0).then(|| costs.edge(row));
    let own: Vec<_> = (0u32..).zip(graph.edges()).filter_map(shut).collect();
    assert_eq!(own, [None], "only emergency vehicles, and this is none");
}
