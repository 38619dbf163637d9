//! A judge that follows edits says what one says who sees the plan for the first time.

use super::town::{Town, good};
use crate::{Input, Judge, verify};
use lifang_model::{Across, Patch};
use lifang_model::{
    AtomIdx, AtomSet, Edit, Part, Plan, Silent, Step, Violation, ZoneCode, ZoneIdx, ZoneStatus,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn input<'a>(town: &'a Town, plan: &'a Plan) -> Input<'a> {
    Input { territory: &town.territory, fabric: &town.fabric, atoms: &town.atoms, plan }
}

fn code(text: &str) -> ZoneCode {
    ZoneCode::new(text).unwrap()
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let codes =
        vec!["101", "102", "103", "10101", "10102", "10103", "10104", "10201", "10202", "10203", "10105"];
    let set = prop::collection::vec(0u32..30, 1..5);
    let level = prop::sample::select(vec!["grid", "micro_grid", "micro_grid", "micro_grid"]);
    (level, prop::sample::select(codes.clone()), prop::sample::select(codes), set, 0..6u8).prop_map(
        |(level, a, b, set, kind)| {
            let level = level.to_owned();
            let atoms: AtomSet = set.into_iter().map(AtomIdx).collect();
            let across = Across::Follow;
            match kind {
                0..4 => Edit::Transfer { level, atoms, to: code(a), across },
                4 => Edit::Merge { level, from: vec![code(b)], into: code(a), across },
                _ => Edit::Split { level, zone: code(a), parts: vec![Part { code: code(b), atoms }] },
            }
        },
    )
}

fn follow(judge: &mut Judge, town: &Town, plan: &mut Plan, patch: &Patch) {
    let moved: Vec<AtomSet> = (0..plan.levels.len()).map(|level| patch.moved(level)).collect();
    patch.apply(plan).unwrap();
    judge.follow(&input(town, plan), &moved);
}

/// What does not take a look at all other zones.
fn facts(violation: &Violation) -> (String, String, Option<String>, Vec<String>, String) {
    let said = format!("{} of {}", violation.measured, violation.limit);
    (
        violation.code.key().to_owned(),
        violation.level.clone(),
        violation.zone.clone(),
        if violation.code.key().starts_with("P-30") { Vec::new() } else { violation.atoms.clone() },
        said,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn after_any_edits_and_their_undoing_the_report_is_that_of_a_fresh_judge(edits in prop::collection::vec(any_edit(), 1..12)) {
        let town = good();
        let mut plan = town.plan.clone();
        let mut judge = Judge::new(&input(&town, &plan), &Silent);
        let mut patches = Vec::new();
        for edit in edits {
            let Ok(patch) = edit.patch(&plan, &BTreeSet::new()) else { continue };
            follow(&mut judge, &town, &mut plan, &patch);
            let full = verify(&input(&town, &plan), &Silent);
            let touched = patch.touched(&plan);
            let seen = judge.look(&input(&town, &plan), &touched);
            for ((depth, zone), verdict) in &seen {
                let of = plan.levels[*depth].zones[zone.at()].code.as_str();
                let tally = full.levels[*depth].detail.iter().find(|tally| tally.code == of).unwrap();
                prop_assert_eq!(tally, &verdict.tally);
                let expected: Vec<_> = full
                    .violations
                    .iter()
                    .filter(|v| v.level == verdict.level && v.zone.as_deref() == Some(of))
                    .collect();
                let keys = |list: Vec<&Violation>| {
                    let mut keys: Vec<_> = list.into_iter().map(facts).collect();
                    keys.sort();
                    keys
                };
                prop_assert_eq!(keys(verdict.violations.iter().collect()), keys(expected.clone()));
                for violation in &verdict.violations {
                    let same = expected.iter().find(|v| v.code == violation.code).unwrap();
                    let alike = same.cause.starts_with(&violation.cause) || same.cause.contains("no plan puts it");
                    prop_assert!(alike, "{} / {}", same.cause, violation.cause);
                }
            }
            prop_assert_eq!(judge.report(&input(&town, &plan), &Silent), full);
            patches.push(patch);
        }
        for patch in patches.iter().rev() {
            follow(&mut judge, &town, &mut plan, &patch.inverse());
        }
        prop_assert_eq!(judge.report(&input(&town, &plan), &Silent), town.judge());
    }
}

#[test]
fn a_retired_zone_is_neither_judged_nor_counted() {
    let town = good();
    let mut plan = town.plan.clone();
    let merge = Edit::Merge {
        level: "micro_grid".to_owned(),
        from: vec![code("10102")],
        into: code("10101"),
        across: Across::Refuse,
    };
    let patch = merge.patch(&plan, &BTreeSet::new()).unwrap();
    patch.apply(&mut plan).unwrap();
    let report = verify(&input(&town, &plan), &Silent);
    assert_eq!((report.levels[1].zones, report.levels[1].detail.len()), (7, 7));
    assert!(report.violations.iter().all(|violation| violation.zone.as_deref() != Some("10102")));
    assert_eq!(plan.levels[1].zones[1].status, ZoneStatus::Retired);
    // With atoms in it again it counts again: nothing is lost by a wrong word.
    let step = Step::Assign {
        level: 1,
        from: Some(ZoneIdx(0)),
        to: Some(ZoneIdx(1)),
        atoms: [AtomIdx(0)].into_iter().collect(),
    };
    Patch { steps: vec![step] }.apply(&mut plan).unwrap();
    let report = verify(&input(&town, &plan), &Silent);
    assert!(report.violations.iter().any(|violation| violation.zone.as_deref() == Some("10102")));
}
