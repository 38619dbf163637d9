use super::*;
use crate::Effort;
use lifang_model::{
    AtomCode, AtomIdx, AtomKind, BarrierClass, Demand, Link, LinkKind, Millimetres, Point, Silent, Sources,
    ZoneIdx,
};

fn board(width: usize, height: usize) -> (Vec<Atom>, Vec<Link>) {
    let atom = |i: usize| Atom {
        code: AtomCode::new(format!("A{i}")).unwrap(),
        kind: AtomKind::Residential,
        building: None,
        compound: None,
        unit: 0,
        floors: None,
        demand: Demand { households: 8 + (i * 7 % 5) as u32, ..Demand::default() },
        sources: Sources::GIVEN,
        anchor: Point::new((i % width) as i32 * 20_000, (i / width) as i32 * 20_000),
    };
    let link = |a: usize, b: usize| Link {
        a: AtomIdx::of(a),
        b: AtomIdx::of(b),
        kind: LinkKind::Lateral,
        shared: Millimetres(20_000),
        barrier: BarrierClass::None,
    };
    let mut links = Vec::new();
    for i in 0..width * height {
        if i % width + 1 < width {
            links.push(link(i, i + 1));
        }
        if i + width < width * height {
            links.push(link(i, i + width));
        }
    }
    ((0..width * height).map(atom).collect(), links)
}

#[test]
fn alternatives_are_good_clearly_different_and_the_same_every_time() {
    let (atoms, links) = board(14, 12);
    let path = format!("{}/../../data/presets/census.toml", env!("CARGO_MANIFEST_DIR"));
    let rules: Rules = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let request = Request {
        atoms: &atoms,
        links: &links,
        walks: None,
        compounds: &[],
        rules: &rules,
        territory_code: "5",
        fabric_hash: "f",
        name: "p",
        seed: 1,
        effort: Effort::default(),
    };
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let plans = pool.install(|| alternatives(&request, 3, &Silent)).unwrap();
        plans
            .into_iter()
            .map(|plan| (plan.proposal.plan, plan.style, plan.seed, plan.distance))
            .collect::<Vec<_>>()
    };
    let plans = run(1);
    assert_eq!(plans.len(), 3);
    for (i, (plan, _, _, far)) in plans.iter().enumerate() {
        assert_eq!(plan.rules, rules, "the rules are those given");
        for (j, &far) in far.iter().enumerate() {
            assert_eq!(far == 0.0, i == j);
            assert!(i == j || far >= APART);
        }
    }
    assert!(plans == run(2), "one thread and two offer the same plans");
}

#[test]
fn the_distance_counts_households_outside_the_best_match_and_minds_no_names() {
    let (atoms, links) = board(4, 4);
    let path = format!("{}/../../data/presets/census.toml", env!("CARGO_MANIFEST_DIR"));
    let rules: Rules = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let request = Request {
        atoms: &atoms,
        links: &links,
        walks: None,
        compounds: &[],
        rules: &rules,
        territory_code: "5",
        fabric_hash: "f",
        name: "p",
        seed: 1,
        effort: Effort::default(),
    };
    let mut plan = propose(&request, &Silent).unwrap().plan;
    let label = |plan: &mut Plan, zones: [u32; 16]| {
        plan.levels[0].assignment = zones.iter().map(|&zone| Some(ZoneIdx(zone))).collect();
    };
    label(&mut plan, [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
    let mut other = plan.clone();
    label(&mut other, [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(distance(&plan, &other, &atoms), 0.0);
    label(&mut other, [1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let total: u32 = atoms.iter().map(|atom| atom.demand.households).sum();
    let moved = f64::from(atoms[7].demand.households) / f64::from(total);
    assert!((distance(&plan, &other, &atoms) - moved).abs() < 1e-12);
}
