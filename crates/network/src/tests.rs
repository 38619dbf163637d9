use crate::{
    BuildOptions, Costs, Field, Reached, Snap, Snapper, StreetGraph, build, build_with, costs, nearest_source,
};
use lifang_model::{FootAccess, Point, Profile, Street, StreetClass, Text};
use proptest::prelude::*;

mod driving;

const CROSSING: BuildOptions =
    BuildOptions { node_crossings: true, touch_mm: 50, vehicles: false, gap_mm: 5000 };

fn street(code: &str, line: &[(i32, i32)]) -> Street {
    Street {
        code: code.to_owned(),
        name: None,
        class: StreetClass::Residential,
        line: line.iter().map(|&(x, y)| Point::new(x, y)).collect(),
        layer: 0,
        bridge: false,
        tunnel: false,
        foot: FootAccess::Yes,
        traffic: Default::default(),
    }
}

fn profile(steps_factor: Option<f64>) -> Profile {
    let text = Text { en: "walker".into(), zh: "行人".into() };
    Profile {
        key: "walker".into(),
        title: text,
        metres_per_minute: 75.0,
        steps_factor,
        slope: None,
        crossing: None,
        drive: None,
        source: "test".into(),
        certainty: "C".into(),
    }
}

fn free(_: Point, _: Point) -> bool {
    false
}

/// Walking distance between two points, by the nearest street of each.
fn walk(graph: &StreetGraph, costs: &Costs, from: (i32, i32), to: (i32, i32)) -> Option<u32> {
    let snapper = Snapper::new(graph);
    let snap = |(x, y)| snapper.nearest(Point::new(x, y), &free);
    let field = nearest_source(graph, costs, &[snap(from)?], 10_000_000);
    field.distance_to(graph, costs, &snap(to)?).map(|reached| reached.distance_mm)
}

fn plain_walk(graph: &StreetGraph, from: (i32, i32), to: (i32, i32)) -> Option<u32> {
    walk(graph, &Costs::lengths(graph), from, to)
}

#[test]
fn streets_meet_at_shared_points_of_one_level_only() {
    let road = street("road", &[(0, 0), (5000, 0), (10_000, 0)]);
    let lane = street("lane", &[(5000, -5000), (5000, 0), (5000, 5000)]);
    let (graph, report) = build(&[road.clone(), lane.clone()]);
    assert_eq!((report.nodes, report.edges, report.components.len()), (5, 4, 1));
    assert_eq!(plain_walk(&graph, (0, 0), (5000, 5000)), Some(10_000));
    let bridge = Street { layer: 1, bridge: true, ..lane };
    let (graph, report) = build(&[road, bridge]);
    assert_eq!(report.components.len(), 2, "a bridge passes over the road");
    assert_eq!(plain_walk(&graph, (0, 0), (5000, 5000)), None);
}

#[test]
fn a_bridge_comes_down_where_it_ends() {
    let road = street("road", &[(0, 0), (5000, 0), (10_000, 0)]);
    let bridge = Street { layer: 1, bridge: true, ..street("bridge", &[(5000, 0), (5000, 8000)]) };
    let (graph, _) = build(&[road, bridge]);
    assert_eq!(plain_walk(&graph, (10_000, 0), (5000, 8000)), Some(13_000));
}

#[test]
fn crossings_without_a_shared_point_meet_only_when_asked() {
    let lines = [street("a", &[(0, 0), (10_000, 0)]), street("b", &[(4000, -4000), (4000, 4000)])];
    assert_eq!(build(&lines).1.components.len(), 2);
    let (graph, report) = build_with(&lines, &CROSSING);
    assert_eq!((report.nodes, report.components.len()), (5, 1));
    assert_eq!(plain_walk(&graph, (0, 0), (4000, 4000)), Some(8000));
    let over = [lines[0].clone(), Street { bridge: true, layer: 1, ..lines[1].clone() }];
    assert_eq!(build_with(&over, &CROSSING).1.components.len(), 2, "a bridge meets nothing below it");
}

#[test]
fn lines_drawn_over_each_other_meet_along_their_whole_common_part() {
    let lines = [street("a", &[(0, 0), (10_000, 0)]), street("b", &[(4000, 0), (20_000, 0)])];
    let (graph, report) = build_with(&lines, &CROSSING);
    assert_eq!(report.components.len(), 1);
    assert_eq!(plain_walk(&graph, (0, 0), (20_000, 0)), Some(20_000));
}

#[test]
fn an_end_that_touches_a_line_meets_it_and_one_farther_off_is_a_likely_gap() {
    let road = street("road", &[(0, 0), (200_000, 0)]);
    let (_, report) = build(&[road.clone(), street("lane", &[(50_000, 40), (50_000, 9000)])]);
    assert_eq!((report.components.len(), report.likely_gaps.len()), (1, 0));
    let (_, report) = build(&[road.clone(), street("lane", &[(50_000, 3000), (50_000, 9000)])]);
    assert_eq!(report.components.len(), 2);
    let gap = &report.likely_gaps[0];
    assert_eq!((gap.gap_mm, gap.street.as_str(), gap.other.as_str()), (3000, "lane", "road"));
    assert_eq!(gap.to, Point::new(50_000, 0));
    assert_eq!(report.likely_gaps.len(), 1);
    assert!(report.faults.iter().any(|fault| fault.code == "N-203"));
    let (_, report) = build(&[road, street("lane", &[(50_000, 5001), (50_000, 9000)])]);
    assert!(report.likely_gaps.is_empty());
}

#[test]
fn a_street_closed_to_walkers_and_one_without_length_are_left_out() {
    let closed = Street { foot: FootAccess::No, ..street("closed", &[(0, 0), (9000, 0)]) };
    let (graph, report) = build(&[closed, street("dot", &[(5, 5), (5, 5)])]);
    assert!(graph.edges().is_empty());
    let codes: Vec<_> = report.faults.iter().map(|fault| fault.code.as_str()).collect();
    assert_eq!(codes, ["N-101", "N-201"]);
    assert_eq!(plain_walk(&graph, (0, 0), (1, 1)), None);
}

#[test]
fn steps_cost_their_factor_and_stop_a_wheelchair() {
    let steps = Street { class: StreetClass::Steps, ..street("steps", &[(10_000, 0), (10_000, 5000)]) };
    let (graph, _) = build(&[street("a", &[(0, 0), (10_000, 0)]), steps]);
    let far = (10_000, 5000);
    assert_eq!(walk(&graph, &costs(&graph, &profile(Some(1.0))), (0, 0), far), Some(15_000));
    assert_eq!(walk(&graph, &costs(&graph, &profile(Some(2.5))), (0, 0), far), Some(22_500));
    assert_eq!(walk(&graph, &costs(&graph, &profile(None)), (0, 0), far), None);
    assert_eq!(walk(&graph, &costs(&graph, &profile(Some(f64::NAN))), (0, 0), far), None);
}

#[test]
fn a_place_reaches_the_nearest_street_nothing_stands_before() {
    let (graph, _) =
        build(&[street("near", &[(0, 0), (10_000, 0)]), street("far", &[(0, 9000), (10_000, 9000)])]);
    let snapper = Snapper::new(&graph);
    let here = Point::new(4000, 3000);
    let snap = snapper.nearest(here, &free).unwrap();
    assert_eq!((snap.access_mm, snap.along_mm, snap.at), (3000, 4000, Point::new(4000, 0)));
    let snap = snapper.nearest(here, &|_, to| to.y < 1000).unwrap();
    assert_eq!((snap.access_mm, snap.at), (6000, Point::new(4000, 9000)));
    assert_eq!(snapper.nearest(here, &|_, _| true), None);
    assert_eq!(snapper.nearest(Point::new(0, 309_001), &free), None, "no street within 300 m");
    assert!(snapper.nearest(Point::new(0, 308_999), &free).is_some());
}

#[test]
fn the_pieces_of_a_street_add_up_to_the_street() {
    let mut lines = vec![street("road", &[(0, 0), (33_333, 7777)])];
    for i in 1..40 {
        lines.push(street(&format!("lane {i}"), &[(i * 800, -20_000), (i * 800 + 111, 20_000)]));
    }
    let (graph, _) = build_with(&lines, &CROSSING);
    let road: u32 = graph.edges().iter().filter(|edge| edge.street == 0).map(|edge| edge.length_mm).sum();
    assert_eq!(f64::from(road), Point::new(0, 0).distance(Point::new(33_333, 7777)).round());
}

/// A line, whether it is steps, and its layer.
type Drawn = (Vec<(i32, i32)>, bool, i8);

/// Streets on a coarse lattice, so that they share points, cross and touch.
fn towns() -> impl Strategy<Value = Vec<Street>> {
    let corner = (0i32..7, 0i32..7, -20i32..20).prop_map(|(x, y, off)| (x * 10_000 + off, y * 10_000));
    let line = proptest::collection::vec(corner, 2..5);
    proptest::collection::vec((line, any::<bool>(), -1i8..2), 1..9).prop_map(|lines| {
        let build = |(row, (line, steps, layer)): (usize, Drawn)| Street {
            class: if steps { StreetClass::Steps } else { StreetClass::Path },
            layer: if row % 3 == 0 { layer } else { 0 },
            ..street(&format!("s{row}"), &line)
        };
        lines.into_iter().enumerate().map(build).collect()
    })
}

/// All distances between junctions, the slow and obvious way.
fn floyd_warshall(graph: &StreetGraph, costs: &Costs) -> Vec<Vec<Option<u64>>> {
    let n = graph.nodes().len();
    let mut all = vec![vec![None; n]; n];
    for (i, row) in all.iter_mut().enumerate() {
        row[i] = Some(0);
    }
    let mut lower = |i: usize, j: usize, d: u64| {
        if all[i][j].is_none_or(|old| d < old) {
            all[i][j] = Some(d);
        }
    };
    for (row, edge) in (0u32..).zip(graph.edges()) {
        if let Some(cost) = costs.edge(row) {
            lower(edge.a as usize, edge.b as usize, cost.into());
            lower(edge.b as usize, edge.a as usize, cost.into());
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

/// Distance between two snaps over all four ways out of their edges, and along the edge they may share.
fn slow_distance(
    graph: &StreetGraph,
    costs: &Costs,
    all: &[Vec<Option<u64>>],
    s: &Snap,
    t: &Snap,
) -> Option<u64> {
    let ends = |snap: &Snap| {
        let edge = graph.edges()[snap.edge as usize];
        let cost = u64::from(costs.edge(snap.edge)?);
        let part = cost * u64::from(snap.along_mm) / u64::from(edge.length_mm.max(1));
        Some((part, [(edge.a as usize, part), (edge.b as usize, cost - part)]))
    };
    let ((s_part, s_ends), (t_part, t_ends)) = (ends(s)?, ends(t)?);
    let mut best = (s.edge == t.edge).then(|| s_part.abs_diff(t_part));
    for (i, before) in s_ends {
        for (j, after) in t_ends {
            if let Some(middle) = all[i][j] {
                let d = before + middle + after;
                best = Some(best.map_or(d, |best| best.min(d)));
            }
        }
    }
    best.map(|best| best + u64::from(s.access_mm) + u64::from(t.access_mm))
}

fn places() -> impl Strategy<Value = Vec<Point>> {
    proptest::collection::vec((0i32..60_000, 0i32..60_000).prop_map(|(x, y)| Point::new(x, y)), 2..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn the_nearest_source_and_its_distance_are_those_of_floyd_and_warshall(
        town in towns(), places in places(), crossings: bool, factor in prop_oneof![Just(None), Just(Some(1.0)), Just(Some(1.7))],
        cutoff in prop_oneof![Just(50_000u32), Just(u32::MAX)],
    ) {
        let (graph, _) = build_with(&town, &BuildOptions { node_crossings: crossings, ..CROSSING });
        prop_assume!(!graph.edges().is_empty());
        let costs = costs(&graph, &profile(factor));
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
        }
    }

    #[test]
    fn the_order_and_direction_of_streets_change_nothing(town in towns(), crossings: bool, turn in any::<u64>()) {
        let options = BuildOptions { node_crossings: crossings, ..CROSSING };
        let mut order: Vec<usize> = (0..town.len()).collect();
        order.sort_by_key(|&row| turn.rotate_left(row as u32 * 7) % 97);
        let mixed: Vec<Street> = order.iter().map(|&row| {
            let mut street = town[row].clone();
            if turn >> row & 1 == 1 {
                street.line.reverse();
            }
            street
        }).collect();
        let ((one, mut report), (mut two, mut mixed_report)) = (build_with(&town, &options), build_with(&mixed, &options));
        for edge in &mut two.edges {
            edge.street = order[edge.street as usize] as u32;
        }
        prop_assert_eq!(one, two);
        report.faults.sort_by_key(ToString::to_string);
        mixed_report.faults.sort_by_key(ToString::to_string);
        prop_assert_eq!(report, mixed_report);
    }

    #[test]
    fn one_more_street_makes_no_walk_longer(town in towns(), crossings: bool) {
        let options = BuildOptions { node_crossings: crossings, ..CROSSING };
        let (less, more) = (build_with(&town[1..], &options).0, build_with(&town, &options).0);
        // The ends of streets are junctions in both graphs; each is looked up on its own street, because another level may have a
        // junction at the same place.
        let ends: Vec<(u32, Point)> = (0u32..).zip(&town[1..]).flat_map(|(row, street)| {
            let mut line = street.line.clone();
            line.dedup();
            if line.len() > 1 { vec![(row, line[0]), (row, line[line.len() - 1])] } else { Vec::new() }
        }).collect();
        let snap = |graph: &StreetGraph, (street, p): (u32, Point), shift: u32| {
            (0u32..).zip(graph.edges()).filter(|(_, edge)| edge.street == street + shift).find_map(|(row, edge)| {
                let along_mm = if graph.nodes()[edge.a as usize] == p { 0 }
                    else if graph.nodes()[edge.b as usize] == p { edge.length_mm } else { return None };
                Some(Snap { edge: row, along_mm, access_mm: 0, at: p })
            })
        };
        let distances = |graph: &StreetGraph, shift: u32| {
            let costs = Costs::lengths(graph);
            let mut field = Field::default();
            let mut table = Vec::new();
            for &from in &ends {
                for &to in &ends {
                    table.push(snap(graph, from, shift).zip(snap(graph, to, shift)).map(|(from, to)| {
                        field.run(graph, &costs, &[from], u32::MAX);
                        field.distance_to(graph, &costs, &to).map(|reached| reached.distance_mm)
                    }));
                }
            }
            table
        };
        for (before, after) in distances(&less, 0).into_iter().zip(distances(&more, 1)) {
            // A junction may move to the other end of a touch, at most 50 mm away: then it is not looked up.
            if let (Some(before), Some(after)) = (before, after) {
                prop_assert!(before.is_none_or(|before| after.is_some_and(|after| after <= before)), "{:?} {:?}", before, after);
            }
        }
    }
}

#[test]
fn a_piece_of_an_edge_follows_its_bends() {
    let (graph, _) = build(&[street("bent", &[(0, 0), (1000, 0), (1000, 1000)])]);
    let along = |from, to| graph.piece(0, from, to).iter().map(|p| (p.x, p.y)).collect::<Vec<_>>();
    assert_eq!(along(500, 1500), [(500, 0), (1000, 0), (1000, 500)]);
    assert_eq!(along(0, 1000), [(0, 0), (1000, 0)]);
    assert_eq!(along(1000, 2000), [(1000, 0), (1000, 1000)]);
    assert_eq!(along(1200, 1300), [(1000, 200), (1000, 300)]);
    assert!(along(700, 700).is_empty() && graph.piece(9, 0, 5).is_empty());
}

#[test]
fn slopes_and_waits_cost_what_the_profile_says_and_add_up_however_a_street_is_cut() {
    use lifang_model::{Crossing, CrossingRule, SlopeRule, SlopeStep, Traffic};
    let (source, certainty) = ("test".to_owned(), "C".to_owned());
    let step = |from_permille, factor| SlopeStep { from_permille, factor };
    let slope = SlopeRule {
        steps: vec![step(50, Some(1.5)), step(100, None)],
        source: source.clone(),
        certainty: certainty.clone(),
    };
    let crossing = CrossingRule { signals_s: 20.0, marked_s: 5.0, unmarked_s: 0.0, source, certainty };
    let careful = Profile { slope: Some(slope), crossing: Some(crossing), ..profile(Some(1.0)) };
    let like = |incline_permille, crossing, line: &[(i32, i32)]| Street {
        traffic: Traffic { incline_permille, crossing, ..Traffic::default() },
        ..street("s", line)
    };
    let cost = |street: &Street, more: &[Street]| -> Option<u64> {
        let (graph, _) = build(&[std::slice::from_ref(street), more].concat());
        let costs = costs(&graph, &careful);
        let of = (0u32..).zip(graph.edges()).filter(|(_, edge)| edge.street == 0);
        of.map(|(row, _)| costs.edge(row).map(u64::from)).sum()
    };
    let line = [(0, 0), (3_000, 0), (10_001, 0)];
    assert_eq!(cost(&like(None, None, &line), &[]), Some(10_001));
    assert_eq!(cost(&like(Some(49), None, &line), &[]), Some(10_001));
    assert_eq!(cost(&like(Some(50), None, &line), &[]), Some(15_002));
    assert_eq!(cost(&like(Some(100), None, &line), &[]), None, "too steep to be used");
    let wait = (20.0 * careful.metres_per_minute / 60.0 * 1000.0) as u64;
    let lights = like(None, Some(Crossing::Signals), &line);
    assert_eq!(cost(&lights, &[]), Some(10_001 + wait));
    // The road it crosses cuts it in two: the wait is the same.
    assert_eq!(
        cost(&lights, &[street("road", &[(3_000, -9_000), (3_000, 0), (3_000, 9_000)])]),
        Some(10_001 + wait)
    );
}
