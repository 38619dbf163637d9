//! Scenarios: beside each other, each with its history, merged back atom by atom.

use super::{Dice, border, note, sample};
use crate::{PlannerError, Prefer, Session, State};
use lifang_model::{Across, AtomIdx, Edit, Plan, Silent, ZoneIdx, ZoneStatus};
use lifang_verify::Input;

fn name(session: &Session) -> String {
    session.plan.as_ref().unwrap().name.clone()
}

/// Code of the zone of every atom on every level.
fn codes(plan: &Plan) -> Vec<Vec<Option<String>>> {
    let of = |zone: ZoneIdx, level: &lifang_model::LevelPlan| level.zones[zone.at()].code.to_string();
    let row = |level: &lifang_model::LevelPlan| -> Vec<Option<String>> {
        level.assignment.iter().map(|zone| zone.map(|zone| of(zone, level))).collect()
    };
    plan.levels.iter().map(row).collect()
}

#[test]
fn a_branch_is_edited_beside_the_plan_and_merged_back_as_one_step() {
    let (_folder, path) = sample();
    let mut session = Session::open(&path, &Silent).unwrap();
    let main = name(&session);
    let before = session.plan.clone().unwrap();
    session.branch("方案二", None, &note()).unwrap();
    assert!(matches!(session.branch("方案二", None, &note()), Err(PlannerError::Store(_))));
    let mut dice = Dice(21);
    for _ in 0..5 {
        session.edit(&border(&session, &mut dice), None, &note()).unwrap();
    }
    let branched = session.plan.clone().unwrap();
    let refused = session.publish("2026-07-01", None, &note(), &Silent).unwrap_err();
    assert!(refused.to_string().contains(&main), "{refused}");
    drop(session);
    let mut session = Session::open(&path, &Silent).unwrap();
    assert_eq!(session.plan.as_ref(), Some(&branched), "what was current is current when opened again");
    session.switch(&main, None, &Silent).unwrap();
    assert_eq!(session.plan.as_ref(), Some(&before), "the plan did not change");
    assert_eq!(session.history().unwrap().len(), 0, "each has its own history");
    let list = session.scenarios().unwrap();
    let told: Vec<_> = list.iter().map(|one| (one.name.as_str(), one.current, one.entries)).collect();
    assert_eq!(told, [(main.as_str(), true, 0), ("方案二", false, 5)]);
    assert_eq!(list[1].origin.as_deref(), Some(main.as_str()));
    let tried = session.merge_scenario("方案二", None, true, None, &note()).unwrap();
    assert_eq!(session.plan.as_ref(), Some(&before), "looking changes nothing");
    let done = session.merge_scenario("方案二", None, false, None, &note()).unwrap();
    assert!(done.clashes.is_empty());
    assert_eq!(tried.outcome.unwrap().made, done.outcome.unwrap().made);
    assert_eq!(session.plan.as_ref().unwrap().levels, branched.levels);
    let again = session.merge_scenario("方案二", None, false, None, &note()).unwrap();
    assert!(again.outcome.is_none() && again.clashes.is_empty(), "there is nothing left to merge");
    session.rename_scenario(&main, "街道", None).unwrap();
    drop(session);
    let mut session = Session::open(&path, &Silent).unwrap();
    assert_eq!(name(&session), "街道");
    session.undo(None, &note()).unwrap();
    assert_eq!(session.plan.as_ref().unwrap().levels, before.levels);
    assert!(matches!(
        session.merge_scenario("街道", None, false, None, &note()),
        Err(PlannerError::Selection { .. })
    ));
}

#[test]
fn a_merge_takes_for_every_atom_what_one_side_changed_and_tells_what_both_did() {
    for (seed, prefer) in [(1, Prefer::Ours), (2, Prefer::Theirs), (3, Prefer::Theirs)] {
        let (_folder, path) = sample();
        let mut session = Session::open(&path, &Silent).unwrap();
        let main = name(&session);
        let base = session.plan.clone().unwrap();
        let mut dice = Dice(seed);
        let pairs: Vec<AtomIdx> = session.ground.fabric.links.iter().map(|link| link.a).take(40).collect();
        // Both sides redraw the same few places, so that some changes meet.
        let push = |session: &mut Session, dice: &mut Dice| {
            let atom = pairs[dice.roll(pairs.len())];
            let plan = session.plan.as_ref().unwrap();
            let level = plan.levels.last().unwrap();
            let to = &level.zones[dice.roll(level.zones.len())];
            let edit = Edit::Transfer {
                level: level.key.clone(),
                atoms: [atom].into_iter().collect(),
                to: to.code.clone(),
                across: Across::Follow,
            };
            let _ = session.edit(&edit, None, &note());
        };
        session.branch("乙", None, &note()).unwrap();
        (0..25).for_each(|_| push(&mut session, &mut dice));
        let split = session.plan.as_ref().unwrap().levels.last().unwrap().zones[0].code.clone();
        let key = session.plan.as_ref().unwrap().levels.last().unwrap().key.clone();
        if let Ok(edit) = session.division(&key, &split, crate::Division::Into(2), &Silent) {
            session.edit(&edit, None, &note()).unwrap();
        }
        let theirs = session.plan.clone().unwrap();
        session.switch(&main, None, &Silent).unwrap();
        (0..25).for_each(|_| push(&mut session, &mut dice));
        let ours = session.plan.clone().unwrap();
        let told = session.merge_scenario("乙", None, false, None, &note()).unwrap();
        assert!(told.clashes.is_empty() || told.outcome.is_none() && session.plan.as_ref() == Some(&ours));
        let done = session.merge_scenario("乙", Some(prefer), false, None, &note()).unwrap();
        let merged = session.plan.clone().unwrap();
        let [b, o, t, m] = [&base, &ours, &theirs, &merged].map(|plan| codes(plan).pop().unwrap());
        let new = |code: &Option<String>| {
            code.as_ref().is_some_and(|code| {
                base.levels.iter().flat_map(|level| &level.zones).all(|zone| zone.code.as_str() != code)
            })
        };
        let mut clashes = 0;
        for at in 0..b.len() {
            if new(&t[at]) {
                continue;
            }
            let expected = if o[at] == t[at] || t[at] == b[at] {
                &o[at]
            } else if o[at] == b[at] {
                &t[at]
            } else {
                clashes += 1;
                if prefer == Prefer::Ours { &o[at] } else { &t[at] }
            };
            if done.clashes.iter().all(|clash| clash.what == "atom") {
                assert_eq!(&m[at], expected, "atom {at}");
            }
        }
        assert!(done.clashes.iter().filter(|clash| clash.what == "atom").count() >= clashes);
        // Nested as any plan is.
        let [coarse, fine] = &merged.levels[..] else { panic!("two levels") };
        for (atom, zone) in fine.assignment.iter().enumerate() {
            let parent = zone.and_then(|zone| fine.zones[zone.at()].parent);
            assert!(parent.is_none() || coarse.assignment[atom] == parent, "atom {atom}");
            assert!(zone.is_none_or(|zone| fine.zones[zone.at()].status != ZoneStatus::Retired));
        }
        let mut all: Vec<&str> =
            merged.levels.iter().flat_map(|level| &level.zones).map(|zone| zone.code.as_str()).collect();
        all.sort_unstable();
        assert!(all.windows(2).all(|pair| pair[0] != pair[1]), "a code twice");
        session.judge(&Silent);
        let Session { territory, ground, .. } = &session;
        let input = Input { territory, fabric: &ground.fabric, atoms: &ground.atoms, plan: &merged };
        assert!(session.report().unwrap() == &lifang_verify::verify(&input, &Silent), "the judge followed");
        drop(session);
        let mut session = Session::open(&path, &Silent).unwrap();
        assert_eq!(session.plan.as_ref(), Some(&merged));
        session.undo(None, &note()).unwrap();
        assert_eq!(session.plan.as_ref(), Some(&ours));
    }
}

#[test]
fn every_entry_of_the_history_can_be_shown_again_and_is_never_saved() {
    let (_folder, path) = sample();
    let mut session = Session::open(&path, &Silent).unwrap();
    let mut dice = Dice(8);
    let mut states = vec![session.plan.clone().unwrap()];
    for turn in 0..12 {
        let done = if turn % 4 == 3 {
            session.undo(None, &note()).is_ok()
        } else {
            session.edit(&border(&session, &mut dice), None, &note()).is_ok()
        };
        assert!(done);
        states.push(session.plan.clone().unwrap());
    }
    session.end_editing();
    for (seq, state) in states.iter().enumerate() {
        let shown = Session::open_state(&path, &State::Entry(seq as u64), &Silent).unwrap();
        assert_eq!(shown.plan.as_ref(), Some(state), "entry {seq}");
    }
    let mut shown = Session::open_state(&path, &State::Entry(2), &Silent).unwrap();
    let edit = border(&shown, &mut dice);
    assert!(matches!(shown.edit(&edit, None, &note()), Err(PlannerError::Conflict { .. })));
    assert!(Session::open_state(&path, &State::Entry(99), &Silent).is_err());
    assert!(Session::open_state(&path, &State::InForce("2020-01-01".to_owned()), &Silent).is_err());
}

#[test]
fn so_many_edits_and_as_many_undos_give_back_the_same_bytes() {
    let turns = std::env::var("LIFANG_UNDO_TURNS").ok().and_then(|text| text.parse().ok()).unwrap_or(60usize);
    let (_folder, path) = sample();
    let mut session = Session::open(&path, &Silent).unwrap();
    let before = (session.content().unwrap().bytes().unwrap(), session.plan.clone());
    let mut dice = Dice(77);
    for _ in 0..turns {
        session.edit(&border(&session, &mut dice), None, &note()).unwrap();
    }
    let after = session.content().unwrap().bytes().unwrap();
    for _ in 0..turns {
        session.undo(None, &note()).unwrap();
    }
    assert!((session.content().unwrap().bytes().unwrap(), session.plan.clone()) == before);
    drop(session);
    let mut session = Session::open(&path, &Silent).unwrap();
    assert!((session.content().unwrap().bytes().unwrap(), session.plan.clone()) == before, "opened again");
    assert_eq!(session.history().unwrap().len(), turns * 2);
    for _ in 0..turns {
        session.redo(None, &note()).unwrap();
    }
    assert!(session.content().unwrap().bytes().unwrap() == after);
}
