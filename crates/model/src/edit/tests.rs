use super::*;
use crate::{
    AtomIdx, AtomRules, CodeRules, Grouping, LevelPlan, LevelRules, MeasureRules, Rules, SpecialRules, Text,
    Weights, Zone, ZoneIdx,
};
use proptest::prelude::*;

fn code(text: &str) -> ZoneCode {
    ZoneCode::new(text).unwrap()
}

fn atoms(list: &[u32]) -> AtomSet {
    list.iter().copied().map(AtomIdx).collect()
}

fn rules() -> Rules {
    let text = |word: &str| Text { en: word.to_owned(), zh: word.to_owned() };
    let level = |key: &str| LevelRules {
        key: key.to_owned(),
        title: text(key),
        grouping: Grouping::Band,
        band: None,
        count: None,
        code_digits: 2,
    };
    Rules {
        key: "t".to_owned(),
        title: text("t"),
        source: String::new(),
        certainty: "C".to_owned(),
        measure: MeasureRules::households(0.0),
        special: SpecialRules::default(),
        groups: None,
        atoms: AtomRules { split_above: None, by_floor: false },
        codes: CodeRules { separator: String::new(), row_height_m: 50 },
        weights: Weights {
            split_unit: 0,
            split_building: 0,
            split_compound: 0,
            compactness: 0,
            barrier: 0,
            balance: 0,
            kind: 0,
            change: 0,
            walking: 0,
        },
        levels: vec![level("grid"), level("micro")],
    }
}

/// Twelve atoms; grids 901 and 902 of six each; micro-grids of three each.
fn plan() -> Plan {
    let zone = |text: &str, parent: Option<u32>| Zone {
        code: code(text),
        name: None,
        kind: ZoneKind::Comprehensive,
        parent: parent.map(ZoneIdx),
        status: ZoneStatus::Draft,
    };
    Plan {
        name: "p".to_owned(),
        fabric: "f".to_owned(),
        rules: rules(),
        seed: 1,
        levels: vec![
            LevelPlan {
                key: "grid".to_owned(),
                zones: vec![zone("901", None), zone("902", None)],
                assignment: (0..12).map(|i| Some(ZoneIdx(i / 6))).collect(),
            },
            LevelPlan {
                key: "micro".to_owned(),
                zones: vec![
                    zone("90101", Some(0)),
                    zone("90102", Some(0)),
                    zone("90201", Some(1)),
                    zone("90202", Some(1)),
                ],
                assignment: (0..12).map(|i| Some(ZoneIdx(i / 3))).collect(),
            },
        ],
        pinned: Vec::new(),
    }
}

fn transfer(level: &str, list: &[u32], to: &str, across: Across) -> Edit {
    Edit::Transfer { level: level.to_owned(), atoms: atoms(list), to: code(to), across }
}

fn done(plan: &Plan, edit: &Edit) -> Plan {
    let patch = edit.patch(plan, &BTreeSet::new()).unwrap();
    let mut after = plan.clone();
    patch.apply(&mut after).unwrap();
    let mut back = after.clone();
    patch.inverse().apply(&mut back).unwrap();
    assert_eq!(&back, plan, "{edit:?}");
    assert_eq!(patch.inverse().inverse(), patch);
    after
}

fn refused(plan: &Plan, edit: &Edit) -> EditError {
    edit.patch(plan, &BTreeSet::new()).unwrap_err()
}

#[test]
fn atoms_inside_one_parent_just_change_zone() {
    let after = done(&plan(), &transfer("micro", &[2, 3], "90102", Across::Refuse));
    assert_eq!(after.levels[1].assignment[2], Some(ZoneIdx(1)));
    assert_eq!(after.levels[0], plan().levels[0]);
}

#[test]
fn a_transfer_over_the_border_of_a_grid_names_both_grids_or_moves_the_atoms_on_both_levels() {
    let message = refused(&plan(), &transfer("micro", &[5], "90201", Across::Refuse)).to_string();
    for word in ["901", "902", "90201", "follow"] {
        assert!(message.contains(word), "{message}");
    }
    let after = done(&plan(), &transfer("micro", &[5], "90201", Across::Follow));
    assert_eq!(after.levels[1].assignment[5], Some(ZoneIdx(2)));
    assert_eq!(after.levels[0].assignment[5], Some(ZoneIdx(1)));
}

#[test]
fn on_the_coarse_level_whole_zones_go_along_and_no_zone_is_cut() {
    let after = done(&plan(), &transfer("grid", &[3, 4, 5], "902", Across::Refuse));
    assert_eq!(after.levels[1].zones[1].parent, Some(ZoneIdx(1)));
    let message = refused(&plan(), &transfer("grid", &[4, 5], "902", Across::Refuse)).to_string();
    for word in ["90102", "901", "902"] {
        assert!(message.contains(word), "{message}");
    }
}

#[test]
fn merging_retires_the_code_and_no_new_zone_may_have_it() {
    let merge = Edit::Merge {
        level: "grid".to_owned(),
        from: vec![code("902")],
        into: code("901"),
        across: Across::Refuse,
    };
    let after = done(&plan(), &merge);
    assert!(after.levels[1].zones.iter().all(|zone| zone.parent == Some(ZoneIdx(0))));
    assert_eq!(after.levels[0].zones[1].status, ZoneStatus::Retired);
    assert_eq!(after.fresh_code(0, None, "9", &BTreeSet::new()).unwrap(), code("903"));
    let again = Edit::New {
        level: "grid".to_owned(),
        code: code("902"),
        name: None,
        kind: ZoneKind::Park,
        parent: None,
        atoms: atoms(&[0, 1, 2]),
        across: Across::Refuse,
    };
    assert!(matches!(refused(&after, &again), EditError::CodeUsed { .. }));
    assert!(matches!(
        refused(&after, &transfer("grid", &[0], "902", Across::Refuse)),
        EditError::UnknownZone { .. }
    ));
}

#[test]
fn a_split_leaves_the_code_with_what_is_left() {
    let split = |list: &[&[u32]]| Edit::Split {
        level: "micro".to_owned(),
        zone: code("90101"),
        parts: list
            .iter()
            .zip(["90103", "90104"])
            .map(|(part, text)| Part { code: code(text), atoms: atoms(part) })
            .collect(),
    };
    let after = done(&plan(), &split(&[&[0], &[2]]));
    assert_eq!(after.levels[1].assignment[..3], [Some(ZoneIdx(4)), Some(ZoneIdx(0)), Some(ZoneIdx(5))]);
    assert_eq!(after.levels[1].zones[5].parent, Some(ZoneIdx(0)));
    for bad in [&[&[0u32, 1, 2][..]][..], &[&[0], &[0]], &[&[3]], &[&[]], &[&[99]]] {
        refused(&plan(), &split(bad));
    }
}

#[test]
fn a_redraw_divides_zones_anew_ends_empty_ones_and_makes_new_ones() {
    let redraw = |parts: &[(&str, &[u32])]| Edit::Redraw {
        level: "micro".to_owned(),
        zones: vec![code("90101")],
        parts: parts.iter().map(|(text, list)| Part { code: code(text), atoms: atoms(list) }).collect(),
        across: Across::Follow,
    };
    let after = done(&plan(), &redraw(&[("90102", &[0, 1]), ("90103", &[2, 3])]));
    let zones: Vec<u32> = after.levels[1].assignment[..6].iter().flatten().map(|zone| zone.0).collect();
    assert_eq!(zones, [1, 1, 4, 4, 1, 1]);
    assert_eq!(after.levels[1].zones[0].status, ZoneStatus::Retired);
    assert_eq!(after.levels[1].zones[4].parent, Some(ZoneIdx(0)));
    let over = done(&plan(), &redraw(&[("90201", &[5])]));
    assert_eq!(over.levels[0].assignment[5], Some(ZoneIdx(1)), "the grid follows");
    assert!(matches!(
        refused(&plan(), &redraw(&[("90102", &[0]), ("90201", &[0])])),
        EditError::BadSplit { .. }
    ));
    assert_eq!(refused(&plan(), &redraw(&[("90101", &[0])])), EditError::Nothing);
}

#[test]
fn pinned_atoms_move_only_after_they_are_unpinned() {
    let pin = Edit::Pin { level: "micro".to_owned(), zones: vec![code("90101")], atoms: atoms(&[7]) };
    let pinned = done(&plan(), &pin);
    assert_eq!(pinned.pinned, [0, 1, 2, 7].map(AtomIdx));
    let go = transfer("micro", &[1], "90102", Across::Refuse);
    assert!(matches!(refused(&pinned, &go), EditError::Pinned { count: 1, first: 1 }));
    let unpin = Edit::Unpin { level: "micro".to_owned(), zones: Vec::new(), atoms: atoms(&[1]) };
    done(&done(&pinned, &unpin), &go);
    assert_eq!(refused(&pinned, &pin), EditError::Nothing);
}

#[test]
fn stages_follow_each_other_and_an_edit_begins_a_new_draft() {
    let stage = |to| Edit::Stage { to };
    assert!(matches!(refused(&plan(), &stage(ZoneStatus::Published)), EditError::Stage { .. }));
    let mut now = plan();
    for to in [ZoneStatus::Consulted, ZoneStatus::Approved, ZoneStatus::Published] {
        now = done(&now, &stage(to));
        assert_eq!(now.stage(), to);
    }
    assert!(matches!(refused(&now, &stage(ZoneStatus::Draft)), EditError::Stage { .. }));
    let edited = done(&now, &transfer("micro", &[0], "90102", Across::Refuse));
    assert_eq!(edited.stage(), ZoneStatus::Draft);
    let nothing = transfer("micro", &[0], "90101", Across::Refuse);
    assert_eq!(refused(&now, &nothing), EditError::Nothing);
}

#[test]
fn a_published_code_is_permanent() {
    let published = BTreeSet::from([code("90101"), code("90107")]);
    let renumber =
        |zone: &str, to: &str| Edit::Renumber { level: "micro".to_owned(), zone: code(zone), code: code(to) };
    assert!(matches!(
        renumber("90101", "90109").patch(&plan(), &published),
        Err(EditError::Permanent { .. })
    ));
    assert!(matches!(renumber("90102", "90107").patch(&plan(), &published), Err(EditError::CodeUsed { .. })));
    assert!(renumber("90102", "90109").patch(&plan(), &published).is_ok());
    assert_eq!(plan().fresh_code(1, Some(ZoneIdx(0)), "", &published).unwrap(), code("90108"));
}

#[test]
fn only_an_empty_zone_is_retired() {
    let retire = Edit::Retire { level: "micro".to_owned(), zone: code("90101") };
    assert!(matches!(refused(&plan(), &retire), EditError::Occupied { atoms: 3, zones: 0, .. }));
    let empty = done(&plan(), &transfer("micro", &[0, 1, 2], "90102", Across::Refuse));
    assert_eq!(done(&empty, &retire).levels[1].zones[0].status, ZoneStatus::Retired);
}

#[test]
fn a_patch_for_another_state_changes_nothing() {
    let patch =
        transfer("micro", &[2, 3, 5], "90202", Across::Follow).patch(&plan(), &BTreeSet::new()).unwrap();
    let mut other = plan();
    other.levels[0].assignment[5] = None;
    let before = other.clone();
    assert!(matches!(patch.apply(&mut other), Err(EditError::Unfit(_))));
    assert_eq!(other, before);
}

#[test]
fn an_edit_reads_as_json_and_back() {
    let edit = transfer("micro", &[2, 3, 9], "90102", Across::Follow);
    let text = toml::to_string(&edit).unwrap();
    assert_eq!(toml::from_str::<Edit>(&text).unwrap(), edit, "{text}");
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let level = prop::sample::select(vec!["grid", "micro"]);
    let codes = vec!["901", "902", "903", "90101", "90102", "90201", "90202", "90203"];
    let set = prop::collection::vec(0u32..13, 0..6);
    let what = (level, prop::collection::vec(prop::sample::select(codes), 3), set, 0..12u8, any::<bool>());
    what.prop_map(|(level, codes, set, kind, follow)| {
        let level = level.to_owned();
        let across = if follow { Across::Follow } else { Across::Refuse };
        let (a, b, c) = (code(codes[0]), code(codes[1]), code(codes[2]));
        let atoms = atoms(&set);
        match kind {
            0..4 => Edit::Transfer { level, atoms, to: a, across },
            4 => Edit::Merge { level, from: vec![b, c], into: a, across },
            5 => Edit::Split { level, zone: a, parts: vec![Part { code: b, atoms }] },
            6 => {
                Edit::New { level, code: a, name: None, kind: ZoneKind::School, parent: None, atoms, across }
            }
            7 => Edit::Pin { level, zones: if follow { vec![a] } else { Vec::new() }, atoms },
            8 => Edit::Unpin { level, zones: if follow { vec![a] } else { Vec::new() }, atoms },
            9 => Edit::Renumber { level, zone: a, code: b },
            10 => Edit::Redraw { level, zones: Vec::new(), parts: vec![Part { code: b, atoms }], across },
            _ => Edit::Retire { level, zone: a },
        }
    })
}

proptest! {
    #[test]
    fn streams_of_edits_keep_nesting_and_codes_and_are_taken_back_exactly(edits in prop::collection::vec(any_edit(), 1..30)) {
        let mut now = plan();
        let mut states = vec![now.clone()];
        let mut patches = Vec::new();
        for edit in &edits {
            let Ok(patch) = edit.patch(&now, &BTreeSet::new()) else { continue };
            let before = now.clone();
            patch.apply(&mut now).unwrap();
            // Nested, as before.
            for (atom, of) in now.levels[1].assignment.iter().enumerate() {
                let parent = of.and_then(|of| now.levels[1].zones[of.at()].parent);
                prop_assert_eq!(parent, now.levels[0].assignment[atom], "{:?}", edit);
            }
            // No code twice, none of a retired zone given up, no retired zone with atoms.
            let mut codes: Vec<&str> =
                now.levels.iter().flat_map(|level| &level.zones).map(|zone| zone.code.as_str()).collect();
            codes.sort_unstable();
            prop_assert!(codes.windows(2).all(|pair| pair[0] != pair[1]), "{:?}", codes);
            for level in &now.levels {
                for of in level.assignment.iter().flatten() {
                    prop_assert!(level.zones[of.at()].status != ZoneStatus::Retired);
                }
            }
            // Pinned atoms stayed.
            for atom in &before.pinned {
                for (old, new) in before.levels.iter().zip(&now.levels) {
                    prop_assert_eq!(old.assignment[atom.at()], new.assignment[atom.at()]);
                }
            }
            // Only what was touched changed.
            let touched = patch.touched(&now);
            for (at, (old, new)) in before.levels.iter().zip(&now.levels).enumerate() {
                for row in 0..old.zones.len() {
                    let same = old.zones[row] == new.zones[row] && (0..12).all(|atom| {
                        (old.assignment[atom] == Some(ZoneIdx::of(row))) == (new.assignment[atom] == Some(ZoneIdx::of(row)))
                    });
                    prop_assert!(same || touched.contains(&(at, ZoneIdx::of(row))), "{:?}", edit);
                }
            }
            let mut again = before.clone();
            Patch::between(&before, &now).unwrap().apply(&mut again).unwrap();
            prop_assert_eq!(&again, &now);
            states.push(now.clone());
            patches.push(patch);
        }
        for (patch, state) in patches.iter().zip(&states).rev() {
            patch.inverse().apply(&mut now).unwrap();
            prop_assert_eq!(&now, state);
        }
    }
}
