//! A process that edits is killed at random moments: every edit it was told is saved is there, and the file is whole.
//!
//! The child is this test program itself, asked for one test only. `LIFANG_CRASH_POINTS=1000` kills it that often.

use super::{place, town};
use crate::{Note, PlanFile, StoreError};
use lifang_model::{Across, AtomIdx, Edit, Patch, Plan, ZoneCode, ZoneIdx};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const FILE: &str = "LIFANG_CRASH_FILE";
const EDITS: &str = "LIFANG_CRASH_EDITS";

/// A stream of numbers without a clock or a seed from outside.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// The edit that comes at a place of the stream, whatever was killed before.
fn nth(plan: &Plan, turn: u64) -> (Edit, Patch) {
    let atom = Dice(turn).roll(4) as u32;
    let now = plan.levels[1].assignment[atom as usize];
    let to = if now == Some(ZoneIdx(0)) { "500102006001002" } else { "500102006001001" };
    let edit = Edit::Transfer {
        level: "micro_grid".to_owned(),
        atoms: [AtomIdx(atom)].into_iter().collect(),
        to: ZoneCode::new(to).unwrap(),
        across: Across::Refuse,
    };
    let patch = edit.patch(plan, &BTreeSet::new()).unwrap();
    (edit, patch)
}

fn start() -> (tempfile::TempDir, std::path::PathBuf) {
    let (folder, path) = place();
    let mut file = PlanFile::create(&path).unwrap();
    let (fabric, stacks, atoms) = town::ground();
    file.save_territory(&town::territory()).unwrap();
    file.save_ground(&fabric, &stacks, &atoms).unwrap();
    file.save_plan(&Plan { pinned: Vec::new(), ..town::plan() }, &fabric, &atoms).unwrap();
    (folder, path)
}

#[test]
#[ignore = "the other process of the tests below"]
fn child() {
    let Some(path) = std::env::var_os(FILE) else { return };
    let most: u64 = std::env::var(EDITS).unwrap().parse().unwrap();
    let (fabric, _, atoms) = town::ground();
    let mut done = 0;
    while done < most {
        let mut file = match PlanFile::open(Path::new(&path)) {
            Err(StoreError::Locked { .. }) => continue,
            other => other.unwrap(),
        };
        file.hold().unwrap();
        let mut plan = file.plan().unwrap().unwrap();
        let mut turn = file.history().unwrap().len() as u64;
        while done < most {
            let (edit, patch) = nth(&plan, turn);
            patch.apply(&mut plan).unwrap();
            match file.log_edit(&edit, &patch, &plan, &Note::default()) {
                Ok(seq) => {
                    writeln!(std::io::stdout(), "saved {seq}").unwrap();
                    std::io::stdout().flush().unwrap();
                    turn += 1;
                    done += 1;
                    if turn.is_multiple_of(9) {
                        match file.refresh(&plan, &fabric, &atoms) {
                            Ok(()) => {}
                            Err(StoreError::Changed { .. } | StoreError::Locked { .. }) => break,
                            Err(error) => panic!("{error}"),
                        }
                    }
                }
                // The other process was faster: take in what it did.
                Err(StoreError::Changed { .. } | StoreError::Locked { .. }) => break,
                Err(error) => panic!("{error}"),
            }
        }
    }
}

fn spawn(path: &Path, edits: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::crash::child", "--ignored", "--nocapture", "--test-threads", "1"])
        .env(FILE, path)
        .env(EDITS, edits.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The numbers of the entries a child was told are saved.
fn told(child: &mut Child) -> Vec<u64> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.map_while(Result::ok).filter_map(|line| line.split("saved ").nth(1)?.parse().ok()).collect()
}

/// The plan after so many turns.
fn expected(turns: u64) -> Plan {
    let mut plan = Plan { pinned: Vec::new(), ..town::plan() };
    for turn in 0..turns {
        nth(&plan, turn).1.apply(&mut plan).unwrap();
    }
    plan
}

#[test]
fn no_saved_edit_is_lost_when_the_process_is_killed_at_any_moment() {
    let points = std::env::var("LIFANG_CRASH_POINTS").ok().and_then(|text| text.parse().ok()).unwrap_or(30);
    let (_folder, path) = start();
    let mut dice = Dice(7);
    let mut survived = 0;
    for point in 0..points {
        let mut child = spawn(&path, u64::MAX);
        std::thread::sleep(Duration::from_micros(2_000 + dice.roll(90_000)));
        child.kill().unwrap();
        let acknowledged = told(&mut child).last().copied().unwrap_or(survived);
        child.wait().unwrap();
        let file = PlanFile::open(&path).unwrap();
        let kept = file.history().unwrap().len() as u64;
        assert!(kept >= acknowledged, "point {point}: {acknowledged} were saved, {kept} are there");
        // One more may be there than was told: it was on the disk before the word was out.
        assert!(kept <= acknowledged + 1, "point {point}: {acknowledged} were saved, {kept} are there");
        assert_eq!(file.plan().unwrap(), Some(expected(kept)), "point {point}");
        file.check().unwrap();
        survived = kept;
    }
    assert!(survived > points / 4, "only {survived} edits in {points} runs: nothing was tried");
}

#[test]
fn two_processes_on_one_file_lose_no_edit_of_either() {
    let (_folder, path) = start();
    let mut children = [spawn(&path, 12), spawn(&path, 12)];
    let mut saved: Vec<u64> = Vec::new();
    for child in &mut children {
        let status = child.wait().unwrap();
        saved.extend(told(child));
        let complaints = std::io::read_to_string(child.stderr.take().unwrap()).unwrap();
        assert!(status.success(), "{complaints}");
    }
    saved.sort_unstable();
    assert_eq!(saved, (1..=24).collect::<Vec<_>>());
    let file = PlanFile::open(&path).unwrap();
    assert_eq!(file.plan().unwrap(), Some(expected(24)));
    file.check().unwrap();
}

#[test]
fn looking_into_a_file_that_is_edited_here_does_not_take_it_from_under_the_edits() {
    let (_folder, path) = start();
    let mut file = PlanFile::open(&path).unwrap();
    assert!(file.hold().unwrap());
    let mut plan = file.plan().unwrap().unwrap();
    let mut edit = |file: &mut PlanFile, turn| {
        let (edit, patch) = nth(&plan, turn);
        patch.apply(&mut plan).unwrap();
        file.log_edit(&edit, &patch, &plan, &Note::default())
    };
    edit(&mut file, 0).unwrap();
    // A second look in the same process must not give up the locks of the first: the other process would then put the
    // log away that this one goes on writing to.
    PlanFile::open_read_only(&path).unwrap().check().unwrap();
    let mut child = spawn(&path, 1);
    assert_eq!(told(&mut child), [2]);
    assert!(child.wait().unwrap().success());
    assert!(matches!(edit(&mut file, 1), Err(StoreError::Changed { .. })));
    drop(file);
    let file = PlanFile::open(&path).unwrap();
    assert_eq!(file.plan().unwrap(), Some(expected(2)));
    file.check().unwrap();
}
