//! "Fix these zones": looked at first, one edit when taken, nothing outside touched.

use super::{note, sample};
use crate::{PlannerError, RepairOptions, Session};
use lifang_model::{Across, AtomSet, Edit, Silent, ZoneCode, ZoneIdx};
use std::collections::BTreeSet;

/// A session in which a building on the border of a zone went to the neighbour, so that both are out of band; their codes.
pub(super) fn broken(session: &mut Session) -> Vec<ZoneCode> {
    let plan = session.plan.clone().unwrap();
    let level = plan.levels.last().unwrap();
    for link in session.ground.fabric.links.clone() {
        let (a, b) = (level.assignment[link.a.at()], level.assignment[link.b.at()]);
        let (Some(a), Some(b)) = (a, b) else { continue };
        let within = level.zones[a.at()].parent == level.zones[b.at()].parent;
        if a == b || !within || session.ground.atoms[link.a.at()].demand.households < 12 {
            continue;
        }
        let edit = Edit::Transfer {
            level: level.key.clone(),
            atoms: [link.a].into_iter().collect(),
            to: level.zones[b.at()].code.clone(),
            across: Across::Refuse,
        };
        let tried = session.try_edit(&edit, None).unwrap();
        if !tried.made.is_empty() {
            session.edit(&edit, None, &note()).unwrap();
            return [a, b].map(|zone| level.zones[zone.at()].code.clone()).to_vec();
        }
    }
    panic!("no border of the sample breaks anything")
}

#[test]
fn a_repair_is_looked_at_taken_as_one_edit_and_taken_back() {
    let (_folder, path) = sample();
    let mut session = Session::open(&path, &Silent).unwrap();
    let zones = broken(&mut session);
    let before = session.plan.clone().unwrap();
    let entries = session.history().unwrap().len();
    let options = RepairOptions { zones: zones.clone(), ..RepairOptions::default() };
    let found = session.repair(&options, None, &Silent).unwrap();
    assert_eq!(session.plan.as_ref(), Some(&before), "looking changes nothing");
    assert_eq!(session.history().unwrap().len(), entries);
    assert!(!found.violations.is_empty() && found.left.len() < found.violations.len(), "{found:?}");
    assert_eq!(found, session.repair(&options, None, &Silent).unwrap(), "the same question, the same answer");
    let told: u64 = found.moves.iter().map(|one| one.people.households).sum();
    assert_eq!(told, found.moved.households);
    let outcome = session.accept(&found, &note()).unwrap();
    assert_eq!(outcome.cured, found.outcome.as_ref().unwrap().cured);
    let after = session.plan.clone().unwrap();
    let finest = before.levels.last().unwrap();
    let free: BTreeSet<&str> = found.zones.iter().chain(&found.neighbours).map(String::as_str).collect();
    for (was, now) in finest.assignment.iter().zip(&after.levels.last().unwrap().assignment) {
        let touched = was.is_some_and(|zone: ZoneIdx| free.contains(finest.zones[zone.at()].code.as_str()));
        assert!(was == now || touched, "nothing outside the zones and their neighbours moves");
    }
    assert!(matches!(session.accept(&found, &note()), Err(PlannerError::Conflict { .. })));
    session.undo(None, &note()).unwrap();
    assert_eq!(session.plan.as_ref(), Some(&before), "one step takes it back");
}

#[test]
fn pinned_buildings_stay_where_they_are_in_a_repair() {
    let (_folder, path) = sample();
    let mut session = Session::open(&path, &Silent).unwrap();
    let zones = broken(&mut session);
    let level = session.plan.as_ref().unwrap().levels.last().unwrap().key.clone();
    let all: Vec<ZoneCode> = session
        .plan
        .as_ref()
        .unwrap()
        .levels
        .last()
        .unwrap()
        .zones
        .iter()
        .map(|zone| zone.code.clone())
        .collect();
    session.edit(&Edit::Pin { level, zones: all, atoms: AtomSet::default() }, None, &note()).unwrap();
    let options = RepairOptions { zones, ..RepairOptions::default() };
    let found = session.repair(&options, None, &Silent).unwrap();
    assert!(found.moves.is_empty() && found.edit.is_none() && found.left == found.violations);
    assert!(matches!(session.accept(&found, &note()), Err(PlannerError::Nothing { .. })));
    let nobody = RepairOptions { zones: vec![ZoneCode::new("X9").unwrap()], ..RepairOptions::default() };
    assert!(matches!(session.repair(&nobody, None, &Silent), Err(PlannerError::Edit(_))));
    assert!(matches!(
        session.repair(&RepairOptions::default(), None, &Silent),
        Err(PlannerError::Selection { .. })
    ));
}
