//! Editing a whole session: the sample community, partitioned, edited, taken back, published.

use crate::{
    Created, Effort, NewRequest, Note, PartitionOptions, PlannerError, SampleOptions, Session, Source, create,
};
use lifang_model::{Across, AtomIdx, Edit, Plan, Silent, ZoneIdx, ZoneStatus};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::OnceLock;

/// A copy of the sample, made and prepared once for all tests that share `made`.
pub(crate) fn community(
    made: &OnceLock<Vec<u8>>,
    prepare: impl FnOnce(&mut Session),
) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    let bytes = made.get_or_init(|| {
        let made = folder.path().join("made.gpkg");
        let request = NewRequest {
            out: made.clone(),
            replace: false,
            source: Source::Sample(SampleOptions { seed: 1, buildings: None }),
            preset: crate::DEFAULT_PRESET.to_owned(),
            parcels: None,
            cuts: None,
            control: None,
        };
        let (mut session, _): (Session, Created) = create(&request, &Silent).unwrap();
        prepare(&mut session);
        drop(session);
        std::fs::read(made).unwrap()
    });
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn options() -> PartitionOptions {
    let effort = Effort { moves: Some(3000), seconds: None };
    PartitionOptions { preset: crate::DEFAULT_PRESET.to_owned(), counts: Vec::new(), seed: 1, effort }
}

/// The sample, partitioned.
fn sample() -> (tempfile::TempDir, PathBuf) {
    static MADE: OnceLock<Vec<u8>> = OnceLock::new();
    community(&MADE, |session| drop(session.partition(&options(), &Silent).unwrap()))
}

mod divide;
mod dossier;
mod reach;
mod repair;
mod scenario;
mod staff;

struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % below as u64) as usize
    }
}

/// Some atom goes to the zone of a neighbour, as a planner who paints a border does.
fn border(session: &Session, dice: &mut Dice) -> Edit {
    let plan = session.plan.as_ref().unwrap();
    let level = plan.levels.last().unwrap();
    let links = &session.ground.fabric.links;
    loop {
        let link = &links[dice.roll(links.len())];
        let to = level.assignment[link.b.at()];
        if let Some(to) = to.filter(|to| level.assignment[link.a.at()] != Some(*to)) {
            return Edit::Transfer {
                level: level.key.clone(),
                atoms: [link.a].into_iter().collect(),
                to: level.zones[to.at()].code.clone(),
                across: Across::Follow,
            };
        }
    }
}

fn note() -> Note {
    Note { reason: Some("试".to_owned()), ..Note::default() }
}

#[test]
fn what_an_edit_says_is_what_two_full_verdicts_say() {
    let (_folder, path) = sample();
    let mut session = Session::open(&path, &Silent).unwrap();
    let mut dice = Dice(3);
    for _ in 0..12 {
        session.judge(&Silent);
        let before = session.report().unwrap().clone();
        let edit = border(&session, &mut dice);
        let tried = session.try_edit(&edit, None).unwrap();
        let outcome = session.edit(&edit, Some(session.revision()), &note()).unwrap();
        assert_eq!(
            (&tried.zones, &tried.made, &tried.cured),
            (&outcome.zones, &outcome.made, &outcome.cured)
        );
        session.judge(&Silent);
        let after = session.report().unwrap().clone();
        let fresh = lifang_verify::verify(
            &lifang_verify::Input {
                territory: &session.territory,
                fabric: &session.ground.fabric,
                atoms: &session.ground.atoms,
                plan: session.plan.as_ref().unwrap(),
            },
            &Silent,
        );
        assert!(after == fresh, "the judge that follows and a fresh one differ");
        let key = |v: &lifang_model::Violation| (v.code, v.level.clone(), v.zone.clone());
        let keys = |list: &[lifang_model::Violation]| -> BTreeSet<_> { list.iter().map(key).collect() };
        let (old, new) = (keys(&before.violations), keys(&after.violations));
        assert_eq!(keys(&outcome.made), &new - &old);
        assert_eq!(keys(&outcome.cured), &old - &new);
        for level in &after.levels {
            let then = before.levels.iter().find(|other| other.key == level.key).unwrap();
            for tally in &level.detail {
                let told =
                    outcome.zones.iter().find(|zone| zone.level == level.key && zone.code == tally.code);
                match told {
                    Some(zone) => assert_eq!(zone.after.as_ref(), Some(tally)),
                    None => {
                        assert_eq!(then.detail.iter().find(|other| other.code == tally.code), Some(tally))
                    }
                }
            }
        }
    }
}

#[test]
fn any_stream_of_edits_undos_and_redos_is_what_a_list_of_plans_would_be() {
    let (_folder, path) = sample();
    let mut session = Session::open(&path, &Silent).unwrap();
    let mut dice = Dice(11);
    let turns =
        std::env::var("LIFANG_EDIT_TURNS").ok().and_then(|text| text.parse().ok()).unwrap_or(120usize);
    let mut done: Vec<Plan> = vec![session.plan.clone().unwrap()];
    let mut undone: Vec<Plan> = Vec::new();
    for turn in 0..turns {
        match dice.roll(5) {
            0 => match session.undo(None, &note()) {
                Ok(_) => undone.extend(done.pop()),
                Err(PlannerError::Nothing { .. }) => {
                    assert_eq!(done.len(), 1)
                }
                Err(error) => panic!("{error}"),
            },
            1 => match session.redo(None, &note()) {
                Ok(_) => done.extend(undone.pop()),
                Err(PlannerError::Nothing { .. }) => assert!(undone.is_empty()),
                Err(error) => panic!("{error}"),
            },
            _ => {
                let edit = border(&session, &mut dice);
                session.edit(&edit, None, &note()).unwrap();
                done.push(session.plan.clone().unwrap());
                undone.clear();
            }
        }
        assert!(session.plan.as_ref() == done.last(), "turn {turn}");
        if turn % 37 == 0 {
            // As if the program had been ended and started again.
            drop(session);
            session = Session::open(&path, &Silent).unwrap();
            assert!(session.plan.as_ref() == done.last(), "turn {turn}, opened again");
        }
    }
    while session.undo(None, &note()).is_ok() {}
    assert!(session.plan.as_ref() == done.first());
    assert!(session.history().unwrap().iter().all(|entry| !entry.in_force));
}

#[test]
fn whoever_is_slower_is_told_of_the_conflict_and_loses_nothing() {
    let (_folder, path) = sample();
    let mut mine = Session::open(&path, &Silent).unwrap();
    let mut theirs = Session::open(&path, &Silent).unwrap();
    let mut dice = Dice(5);
    let base = mine.revision();
    mine.edit(&border(&mine, &mut dice), Some(base), &note()).unwrap();
    let stale = mine.edit(&border(&mine, &mut dice), Some(base), &note()).unwrap_err();
    assert!(
        matches!(stale, PlannerError::Conflict { base: old, current, .. } if old == base && current == base + 1)
    );
    let before = theirs.plan.clone();
    let error = theirs.edit(&border(&theirs, &mut dice), None, &note()).unwrap_err();
    assert!(matches!(error, PlannerError::Conflict { .. }), "{error}");
    assert!(theirs.plan == before, "a refused edit changes nothing");
    theirs.reload(&Silent).unwrap();
    assert!(theirs.plan == mine.plan);
    theirs.edit(&border(&theirs, &mut dice), None, &note()).unwrap();
    let late = mine.edit(&border(&mine, &mut dice), None, &note()).unwrap_err();
    assert!(matches!(late, PlannerError::Conflict { .. }), "{late}");
}

#[test]
fn a_split_by_number_gives_connected_parts_with_codes_never_used() {
    let (_folder, path) = sample();
    let mut session = Session::open(&path, &Silent).unwrap();
    let (level, zone) = {
        let plan = session.plan.as_ref().unwrap();
        let level = plan.levels.last().unwrap();
        let members = level.members();
        let at = (0..members.len()).max_by_key(|&at| members[at].len()).unwrap();
        (level.key.clone(), level.zones[at].code.clone())
    };
    let edit = session.division(&level, &zone, crate::Division::Into(2), &Silent).unwrap();
    let codes: BTreeSet<String> = session
        .plan
        .as_ref()
        .unwrap()
        .levels
        .iter()
        .flat_map(|l| &l.zones)
        .map(|z| z.code.to_string())
        .collect();
    let outcome = session.edit(&edit, None, &note()).unwrap();
    let parts: Vec<_> = outcome.zones.iter().filter(|part| part.level == level).collect();
    assert_eq!(parts.len(), 2);
    for part in parts {
        assert_eq!(part.after.as_ref().unwrap().pieces, 1);
        assert_eq!(codes.contains(&part.code), part.before.is_some(), "{}", part.code);
    }
}

/// Takes a plan up to its publication, under rules that nothing breaks.
fn approve(session: &mut Session) {
    let plan = session.plan.as_mut().unwrap();
    plan.rules.levels.iter_mut().for_each(|level| {
        level.band = None;
        level.grouping = lifang_model::Grouping::Band;
    });
    session.desk.replaced();
    session.judge(&Silent);
    let left: Vec<_> = session.report().unwrap().violations.iter().map(|v| v.cause.clone()).collect();
    assert_eq!(left, Vec::<String>::new());
    let saved = session.plan.clone().unwrap();
    session
        .saving(|file, session| Ok(file.save_plan(&saved, &session.ground.fabric, &session.ground.atoms)?))
        .unwrap();
    session.stage(ZoneStatus::Consulted, None, &note()).unwrap();
    session.stage(ZoneStatus::Approved, None, &note()).unwrap();
}

#[test]
fn an_unverified_plan_is_not_published_and_a_published_one_is_permanent() {
    let (_folder, path) = sample();
    let mut session = Session::open(&path, &Silent).unwrap();
    let refused = session.publish("2026-07-01", None, &note(), &Silent).unwrap_err();
    assert!(matches!(refused, PlannerError::Published { .. } | PlannerError::Edit(_)), "{refused}");
    approve(&mut session);
    let first = session.publish("2026-07-01", None, &note(), &Silent).unwrap();
    assert_eq!(first.signature, session.signature().unwrap());
    let kept = session.alternatives(&options(), 1, Some(1), &Silent);
    assert!(matches!(kept, Err(PlannerError::Published { .. })), "new codes in place of permanent ones");
    assert_eq!(first.signature, session.signature().unwrap(), "and the plan is as it was");
    assert!(matches!(session.undo(None, &note()), Err(PlannerError::Published { .. })));
    let level = session.plan.as_ref().unwrap().levels.last().unwrap().key.clone();
    let zone = session.plan.as_ref().unwrap().levels.last().unwrap().zones[0].code.clone();
    let renumber = Edit::Renumber { level, code: lifang_model::ZoneCode::new("X1").unwrap(), zone };
    assert!(matches!(session.edit(&renumber, None, &note()), Err(PlannerError::Edit(_))));
    let mut dice = Dice(2);
    let edit = border(&session, &mut dice);
    session.edit(&edit, None, &note()).unwrap();
    assert_eq!(session.plan.as_ref().unwrap().stage(), ZoneStatus::Draft);
    assert_ne!(first.signature, session.signature().unwrap());
    session.undo(None, &note()).unwrap();
    assert_eq!(
        first.signature,
        session.signature().unwrap(),
        "what was published can always be gone back to"
    );
    session.redo(None, &note()).unwrap();
    drop(session);
    let session = Session::open(&path, &Silent).unwrap();
    let published = session.publication(first.number).unwrap();
    let compared = crate::compare(&published, &session.content().unwrap());
    let Edit::Transfer { atoms, .. } = &edit else { panic!("a border") };
    let people: u64 =
        atoms.iter().map(|AtomIdx(at)| u64::from(session.ground.atoms[at as usize].demand.households)).sum();
    assert!(compared.levels.last().unwrap().moved.households <= people);
    assert_eq!(compared.levels.last().unwrap().recoded.households, people);
    let mut session = session;
    let options = PartitionOptions {
        preset: crate::DEFAULT_PRESET.to_owned(),
        counts: Vec::new(),
        seed: 2,
        effort: Effort { moves: Some(10), seconds: None },
    };
    assert!(matches!(session.partition(&options, &Silent), Err(PlannerError::Published { .. })));
}

#[test]
fn a_repair_copies_the_file_and_makes_the_ground_anew() {
    let (_folder, path) = sample();
    let mut session = Session::open(&path, &Silent).unwrap();
    let mut dice = Dice(9);
    session.edit(&border(&session, &mut dice), None, &note()).unwrap();
    let plan = session.plan.clone();
    drop(session);
    let found = crate::check(&path, false, &Silent).unwrap();
    assert_eq!(found.findings.iter().map(|finding| finding.part).collect::<Vec<_>>(), ["outlines"]);
    let mended = crate::check(&path, true, &Silent).unwrap();
    assert_eq!((mended.findings.len(), mended.mended.len()), (0, 1));
    assert!(mended.backup.is_some_and(|backup| backup.exists()));
    let session = Session::open(&path, &Silent).unwrap();
    assert!(session.plan == plan);
    assert!(session.plan.unwrap().levels[0].assignment.contains(&Some(ZoneIdx(0))));
}

#[test]
fn an_alternative_takes_the_place_and_the_name_of_the_plan_at_hand() {
    let (_folder, path) = sample();
    let mut session = Session::open(&path, &Silent).unwrap();
    session.plan.as_mut().unwrap().name = "方案乙".to_owned();
    session.alternatives(&options(), 1, Some(1), &Silent).unwrap();
    assert_eq!(session.plan.as_ref().unwrap().name, "方案乙");
    drop(session);
    assert_eq!(Session::open(&path, &Silent).unwrap().plan.unwrap().name, "方案乙");
}
