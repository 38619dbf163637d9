//! Cells divided exactly along drawn lines: in the file, through undo, beside scenarios.

use super::{Dice, approve, border, note, sample};
use crate::{CoverOptions, Ground, PlannerError, Prefer, Session, State};
use lifang_model::{Edit, Extent, Plan, Point, Polygon, Silent, Territory};
use lifang_verify::Input;

/// A line across some zone of the finest level.
fn across(session: &Session, dice: &mut Dice) -> Edit {
    let plan = session.plan.as_ref().unwrap();
    let level = plan.levels.last().unwrap();
    let labels: Vec<Option<u32>> = level.assignment.iter().map(|zone| zone.map(|zone| zone.0)).collect();
    let outlines = session.ground.fabric.dissolve(&labels);
    let outline = &outlines[dice.roll(outlines.len())];
    let Extent { min, max } =
        outline.polygons.iter().filter_map(Polygon::extent).reduce(Extent::union).unwrap();
    let mut at =
        |low: i32, high: i32| low + (high - low) / 4 + dice.roll(((high - low) / 2).max(1) as usize) as i32;
    let line = if max.x - min.x > max.y - min.y {
        vec![Point::new(at(min.x, max.x), min.y - 500), Point::new(at(min.x, max.x), max.y + 500)]
    } else {
        vec![Point::new(min.x - 500, at(min.y, max.y)), Point::new(max.x + 500, at(min.y, max.y))]
    };
    let zone = level.zones[outline.label as usize].code.clone();
    Edit::Divide { level: level.key.clone(), zone, line }
}

fn divide(session: &mut Session, dice: &mut Dice) -> crate::EditOutcome {
    loop {
        let edit = across(session, dice);
        match session.edit(&edit, None, &note()) {
            Ok(outcome) if outcome.ground => return outcome,
            // Along the borders of cells.
            Ok(_) => drop(session.undo(None, &note()).unwrap()),
            Err(PlannerError::Selection { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

fn state(session: &Session) -> (Territory, Ground, Plan, Vec<u8>) {
    let content = session.content().unwrap().bytes().unwrap();
    (session.territory.clone(), session.ground.clone(), session.plan.clone().unwrap(), content)
}

fn people(session: &Session) -> (u64, u64) {
    let sum = |count: fn(&lifang_model::Demand) -> u32| {
        session.ground.atoms.iter().map(|atom| u64::from(count(&atom.demand))).sum()
    };
    (sum(|demand| demand.households), sum(|demand| demand.persons))
}

/// What must hold of the ground of any plan.
fn sound(session: &Session) {
    let Session { territory, ground, plan, .. } = session;
    let land = lifang_verify::land(territory, &ground.fabric);
    assert_eq!((land.gap_m2, land.overlap_m2), (0.0, 0.0));
    let plan = plan.as_ref().unwrap();
    assert_eq!(plan.fabric, ground.fabric.hash);
    assert!(plan.levels.iter().all(|level| level.assignment.len() == ground.atoms.len()));
    assert_eq!(ground.atoms.len(), ground.fabric.cells.len());
    let anew = Ground::build(territory, &plan.rules, &Silent).unwrap();
    assert!(anew == *ground, "the ground built anew is the one in the file, cuts and codes and all");
}

#[test]
fn any_stream_of_cuts_edits_and_undos_goes_back_to_the_byte_and_survives_closing() {
    let (_folder, path) = sample();
    let mut session = Session::open(&path, &Silent).unwrap();
    let living = people(&session);
    let mut dice = Dice(4);
    let mut states = vec![state(&session)];
    for turn in 0..9 {
        if turn % 3 == 2 {
            session.edit(&border(&session, &mut dice), None, &note()).unwrap();
        } else {
            let tried = loop {
                let edit = across(&session, &mut dice);
                match session.try_edit(&edit, None) {
                    Ok(tried) if tried.ground => break (edit, tried),
                    _ => {}
                }
            };
            assert!(state(&session) == *states.last().unwrap(), "trying changes nothing");
            let outcome = session.edit(&tried.0, None, &note()).unwrap();
            assert_eq!((&tried.1.zones, &tried.1.made), (&outcome.zones, &outcome.made));
            sound(&session);
        }
        assert_eq!(people(&session), living, "everybody stays with the building");
        session.judge(&Silent);
        let judged = session.report().unwrap().clone();
        let Session { territory, ground, plan, .. } = &session;
        let input =
            Input { territory, fabric: &ground.fabric, atoms: &ground.atoms, plan: plan.as_ref().unwrap() };
        assert!(judged == lifang_verify::verify(&input, &Silent));
        states.push(state(&session));
        if turn % 4 == 1 {
            drop(session);
            session = Session::open(&path, &Silent).unwrap();
            assert!(state(&session) == *states.last().unwrap(), "opened again after turn {turn}");
        }
    }
    for expected in states.iter().rev().skip(1) {
        session.undo(None, &note()).unwrap();
        assert!(state(&session) == *expected);
    }
    drop(session);
    let mut session = Session::open(&path, &Silent).unwrap();
    assert!(state(&session) == states[0]);
    for expected in &states[1..] {
        session.redo(None, &note()).unwrap();
        assert!(state(&session) == *expected);
    }
    // There, back and there again are in the history, and every moment of it opens over the cells of its time.
    let ways: Vec<usize> =
        (0..states.len()).chain((0..states.len() - 1).rev()).chain(1..states.len()).collect();
    assert_eq!(session.history().unwrap().len(), ways.len() - 1);
    for (entry, &at) in ways.iter().enumerate() {
        let then = Session::open_state(&path, &State::Entry(entry as u64), &Silent).unwrap();
        assert!(state(&then) == states[at], "entry {entry}");
    }
    session.refresh(&Silent).unwrap();
    session.end_editing();
    assert_eq!(crate::check(&path, false, &Silent).unwrap().findings.len(), 0);
    let words: Vec<_> =
        session.history().unwrap().iter().filter_map(|entry| Some(entry.edit.as_ref()?.key())).collect();
    assert!(words.contains(&"divide"), "{words:?}");
}

#[test]
fn what_was_published_before_a_cut_opens_over_the_cells_it_was_published_on() {
    let (_folder, path) = sample();
    let mut session = Session::open(&path, &Silent).unwrap();
    approve(&mut session);
    let options = CoverOptions { categories: vec!["clinic".to_owned()], ..CoverOptions::default() };
    session.cover(&options, &Silent).unwrap();
    let published = session.publish("2026-07-01", None, &note(), &Silent).unwrap();
    let before =
        (session.ground.clone(), session.content().unwrap().bytes().unwrap(), session.coverage.clone());
    divide(&mut session, &mut Dice(7));
    session.end_editing();
    for state in [State::Publication(published.number), State::InForce("2026-08-01".to_owned())] {
        let then = Session::open_state(&path, &state, &Silent).unwrap();
        assert!(
            (then.ground.clone(), then.content().unwrap().bytes().unwrap())
                == (before.0.clone(), before.1.clone())
        );
        assert_eq!(then.signature().unwrap(), published.signature);
        assert!(then.coverage == before.2, "measured in the atoms of the time");
    }
}

#[test]
fn coverage_is_told_in_the_atoms_there_are() {
    let (_folder, path) = sample();
    let mut session = Session::open(&path, &Silent).unwrap();
    let options = CoverOptions {
        profiles: vec!["adult".to_owned()],
        categories: vec!["clinic".to_owned()],
        ..CoverOptions::default()
    };
    session.cover(&options, &Silent).unwrap();
    let before = session.coverage.clone();
    divide(&mut session, &mut Dice(8));
    assert_ne!(session.coverage, before);
    drop(session);
    let mut session = Session::open(&path, &Silent).unwrap();
    let kept = session.coverage.clone().unwrap();
    session.cover(&options, &Silent).unwrap();
    assert_eq!(session.coverage, Some(kept));
    session.undo(None, &note()).unwrap();
    assert_eq!(session.coverage, before);
}

#[test]
fn scenarios_stand_on_the_same_ground_and_go_along() {
    let (_folder, path) = sample();
    let mut session = Session::open(&path, &Silent).unwrap();
    let main = session.plan.as_ref().unwrap().name.clone();
    let (_, ground, before, _) = state(&session);
    session.branch("方案二", None, &note()).unwrap();
    divide(&mut session, &mut Dice(6));
    sound(&session);
    let branched = session.plan.clone().unwrap();
    session.switch(&main, None, &Silent).unwrap();
    sound(&session);
    assert_eq!(session.plan.as_ref().unwrap().levels[0].zones, before.levels[0].zones);
    assert_eq!(session.history().unwrap().len(), 1, "the cut alone");
    session.merge_scenario("方案二", Some(Prefer::Theirs), false, None, &note()).unwrap();
    assert_eq!(session.plan.as_ref().unwrap().levels, branched.levels);
    // The other plan's cut can only be taken back where both can.
    session.switch("方案二", None, &Silent).unwrap();
    let refused = session.undo(None, &note()).unwrap_err();
    assert!(refused.to_string().contains(&main), "{refused}");
    assert_eq!(session.plan.as_ref(), Some(&branched), "and nothing changed");
    session.switch(&main, None, &Silent).unwrap();
    session.undo(None, &note()).unwrap();
    session.undo(None, &note()).unwrap();
    assert_eq!(session.plan.as_ref().unwrap().levels, before.levels);
    assert!(session.ground == ground);
    session.redo(None, &note()).unwrap();
    session.switch("方案二", None, &Silent).unwrap();
    assert_eq!(session.plan.as_ref(), Some(&branched), "it came back there too");
    sound(&session);
}

#[test]
fn a_line_along_the_borders_of_cells_divides_the_zone_and_no_cell() {
    let (_folder, path) = sample();
    let mut session = Session::open(&path, &Silent).unwrap();
    let plan = session.plan.as_ref().unwrap();
    let level = plan.levels.last().unwrap();
    let far = vec![Point::new(-400_000_000, 0), Point::new(-400_000_000, 1000)];
    let edit = Edit::Divide { level: level.key.clone(), zone: level.zones[0].code.clone(), line: far };
    let before = state(&session);
    let refused = session.edit(&edit, None, &note()).unwrap_err();
    assert!(matches!(refused, PlannerError::Selection { .. }), "{refused}");
    assert!(state(&session) == before);
    assert!(
        edit.patch(session.plan.as_ref().unwrap(), &Default::default()).is_err(),
        "a plan alone has no cells"
    );
}

#[test]
fn a_ground_built_anew_keeps_the_codes_of_land_and_the_cuts() {
    let (_folder, path) = sample();
    let mut session = Session::open(&path, &Silent).unwrap();
    divide(&mut session, &mut Dice(6));
    session.refresh(&Silent).unwrap();
    session.end_editing();
    let before = session.ground.clone();
    let plan = session.plan.clone().unwrap();
    // A house in the east moves a little, as somebody with a GIS would have it.
    let mut territory = session.territory.clone();
    let houses = before.atoms.iter().filter(|atom| atom.building.is_some());
    let house = houses.max_by_key(|atom| atom.anchor).unwrap().building.unwrap().at();
    for p in &mut territory.buildings[house].outline[0].outer.0 {
        p.x -= 300;
    }
    session.saving(|file, _| Ok(file.save_territory(&territory)?)).unwrap();
    session.reload(&Silent).unwrap();
    assert_ne!(session.ground.fabric.hash, before.fabric.hash);
    let land = |ground: &Ground| -> std::collections::BTreeMap<Point, String> {
        let land = ground.atoms.iter().filter(|atom| atom.building.is_none());
        land.map(|atom| (atom.anchor, atom.code.to_string())).collect()
    };
    let (was, is) = (land(&before), land(&session.ground));
    let same = is.iter().filter(|(anchor, _)| was.contains_key(anchor)).count();
    assert!(same * 10 > was.len() * 9, "{same} of {}", was.len());
    for (anchor, code) in &is {
        match was.get(anchor) {
            Some(old) => assert_eq!(old, code),
            None => assert!(!was.values().any(|old| old == code), "{code} was other land"),
        }
    }
    assert_eq!(session.territory.cuts.len(), 1);
    assert_eq!(session.ground.atoms.len(), before.atoms.len());
    let options = crate::ReplanOptions {
        from: crate::From::Current,
        preset: None,
        relax: None,
        seed: 1,
        effort: crate::Effort { moves: Some(200), seconds: None },
    };
    session.replan(&options, &Silent).unwrap();
    let now = session.plan.as_ref().unwrap();
    assert_eq!(now.fabric, session.ground.fabric.hash);
    assert_eq!(now.levels.len(), plan.levels.len());
}
