//! Many editors on one plan over real connections. Ignored by default; `LIFANG_URL=127.0.0.1:8080` aims at a server that
//! runs, else one is started over the plan file `LIFANG_PLAN` or a sample of `LIFANG_BUILDINGS`. `LIFANG_EDITORS`, `LIFANG_SECONDS` say how many and how
//! long. Prints its figures; fails when an edit is lost or counted twice.

use lifang_model::Silent;
use lifang_planner::{Effort, NewRequest, PartitionOptions, SampleOptions, Source};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// One connection that stays open, in a thread of its own.
struct Client {
    stream: TcpStream,
    host: String,
}

impl Client {
    fn new(host: &str) -> Self {
        let stream = TcpStream::connect(host).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, host: host.to_owned() }
    }

    fn ask(&mut self, method: &str, path: &str, body: Option<&Value>) -> (u16, Vec<u8>) {
        let body = body.map(Value::to_string).unwrap_or_default();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.host,
            body.len()
        );
        self.stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        let mut got = Vec::new();
        let mut buffer = vec![0; 1 << 16];
        loop {
            let count = self.stream.read(&mut buffer).unwrap();
            assert!(count > 0, "{path}: the server hung up");
            got.extend_from_slice(&buffer[..count]);
            if let Some(end) = got.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&got[..end]).to_lowercase();
                let length =
                    head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
                let length: usize = length.unwrap_or(0);
                while got.len() < end + 4 + length {
                    let count = self.stream.read(&mut buffer).unwrap();
                    assert!(count > 0, "{path}: the server hung up");
                    got.extend_from_slice(&buffer[..count]);
                }
                let status = head.split(' ').nth(1).unwrap().parse().unwrap();
                return (status, got.split_off(end + 4));
            }
        }
    }

    fn json(&mut self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let (status, bytes) = self.ask(method, path, body);
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }
}

/// Numbers that look random and are the same every time.
fn next(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

fn told(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    if times.is_empty() {
        return eprintln!("{what}: none");
    }
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    let all = (times.len(), at(0.5), at(0.95), at(0.99), at(1.0));
    eprintln!(
        "{what}: {} times, median {:.1} ms, 95 % {:.1} ms, 99 % {:.1} ms, most {:.1} ms",
        all.0, all.1, all.2, all.3, all.4
    );
}

/// A server over a divided sample, unless one is given.
async fn host(folder: &std::path::Path) -> String {
    if let Ok(host) = std::env::var("LIFANG_URL") {
        return host;
    }
    if let Some(plan) = std::env::var_os("LIFANG_PLAN") {
        let session = lifang_planner::Session::open(std::path::Path::new(&plan), &Silent).unwrap();
        return listen(session, folder).await;
    }
    let out = folder.join("load.gpkg");
    let options = SampleOptions {
        seed: 1,
        buildings: u32::try_from(number("LIFANG_BUILDINGS", 0)).ok().filter(|n| *n > 0),
    };
    let preset = "taipingjie".to_owned();
    let request = NewRequest {
        out,
        replace: false,
        source: Source::Sample(options),
        preset,
        parcels: None,
        cuts: None,
        control: None,
    };
    let (mut session, _) = lifang_planner::create(&request, &Silent).unwrap();
    let options = PartitionOptions {
        preset: "taipingjie".to_owned(),
        counts: Vec::new(),
        seed: 1,
        effort: Effort { moves: None, seconds: Some(60.0) },
    };
    session.partition(&options, &Silent).unwrap();
    listen(session, folder).await
}

async fn listen(session: lifang_planner::Session, folder: &std::path::Path) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let content = crate::Content { session: Some(session), folder: folder.to_owned() };
    tokio::spawn(crate::serve(listener, content, std::future::pending()));
    host
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes; see the module"]
async fn many_editors_lose_nothing_and_wait_little() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(folder.path()).await;
    let mut first = Client::new(&host);
    let (_, topology) = first.json("GET", "/api/arcs", None);
    let (_, assignment) = first.json("GET", "/api/assignment", None);
    let (_, before) = first.json("GET", "/api/history", None);
    let level = assignment["levels"].as_array().unwrap().last().unwrap().clone();
    let atoms: Vec<String> = topology["objects"]["atoms"]["geometries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|atom| atom["properties"]["code"].as_str().unwrap().to_owned())
        .collect();
    // Every border between two zones of one parent: an atom, and the zone across.
    let zone = |atom: &Value| Some(level["atoms"][atom.as_u64()? as usize].as_u64()? as usize);
    let mut moves: Vec<(String, String)> = Vec::new();
    for side in topology["sides"].as_array().unwrap() {
        if let (Some(a), Some(b)) = (zone(&side[0]), zone(&side[1]))
            && a != b
            && level["zones"][a]["parent"] == level["zones"][b]["parent"]
        {
            let code = atoms[side[0].as_u64().unwrap() as usize].clone();
            moves.push((code, level["zones"][b]["code"].as_str().unwrap().to_owned()));
        }
    }
    let moves = Arc::new(moves);
    let (editors, length) = (number("LIFANG_EDITORS", 50), Duration::from_secs(number("LIFANG_SECONDS", 30)));
    eprintln!("{} atoms, {} borders, {editors} editors, {length:?}", atoms.len(), moves.len());
    let key = level["key"].as_str().unwrap().to_owned();
    let end = Instant::now() + length;
    let pause = number("LIFANG_PAUSE_MS", 1000);
    let mut tasks = Vec::new();
    for editor in 0..editors {
        let (moves, host, key) = (Arc::clone(&moves), host.clone(), key.clone());
        tasks.push(std::thread::spawn(move || {
            let mut client = Client::new(&host);
            let mut seed = editor + 1;
            let (mut done, mut times, mut conflicts, mut refused) = (Vec::new(), Vec::new(), 0u32, 0u32);
            let mut base = Value::Null;
            let mut count = 0u32;
            // Editors do not all begin in the same instant.
            std::thread::sleep(Duration::from_millis(next(&mut seed) % (pause + 1)));
            while Instant::now() < end {
                let (atom, to) = &moves[next(&mut seed) as usize % moves.len()];
                let reason = format!("e{editor}-{count}");
                count += 1;
                let body = json!({ "base": base, "note": { "reason": reason },
                    "edit": { "move": { "level": key, "atoms": { "codes": [atom] }, "to": to } } });
                let began = Instant::now();
                let (status, answer) = client.json("POST", "/api/edits", Some(&body));
                times.push(began.elapsed());
                match status {
                    200 => {
                        done.push(reason);
                        base = answer["revision"].clone();
                    }
                    409 => {
                        conflicts += 1;
                        base = answer["current"].clone();
                        continue;
                    }
                    422 => refused += 1,
                    other => panic!("{other}: {answer}"),
                }
                std::thread::sleep(Duration::from_millis(pause / 2 + next(&mut seed) % (pause + 1)));
            }
            (done, times, conflicts, refused)
        }));
    }
    let (mut done, mut times, mut conflicts, mut refused) = (Vec::new(), Vec::new(), 0, 0);
    for task in tasks {
        let (more, took, clashes, no) = task.join().unwrap();
        done.extend(more);
        times.extend(took);
        conflicts += clashes;
        refused += no;
    }
    eprintln!("{} edits made, {conflicts} conflicts answered, {refused} refused", done.len());
    told("edit to verified answer", times);
    let (_, after) = first.json("GET", "/api/history", None);
    let known = before["entries"].as_array().map_or(0, Vec::len);
    let logged: Vec<&str> = after["entries"].as_array().unwrap()[known..]
        .iter()
        .map(|entry| entry["reason"].as_str().unwrap_or_default())
        .collect();
    let wanted: BTreeSet<&str> = done.iter().map(String::as_str).collect();
    let found: BTreeSet<&str> = logged.iter().copied().collect();
    assert_eq!(logged.len(), found.len(), "an edit is in the history twice");
    assert_eq!(wanted, found, "an edit that was acknowledged is not in the history, or the other way round");
    alone(&mut first, &moves, &key, &topology);
}

/// One editor without a pause, and the tiles around after each edit.
fn alone(client: &mut Client, moves: &[(String, String)], key: &str, topology: &Value) {
    let bounds: Vec<f64> = topology["bbox"].as_array().unwrap().iter().map(|b| b.as_f64().unwrap()).collect();
    let mut seed = 99;
    let (mut edits, mut cold, mut warm) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..100 {
        let (atom, to) = &moves[next(&mut seed) as usize % moves.len()];
        let body = json!({ "edit": { "move": { "level": key, "atoms": { "codes": [atom] }, "to": to } } });
        let began = Instant::now();
        let (status, _) = client.json("POST", "/api/edits", Some(&body));
        if status == 200 {
            edits.push(began.elapsed());
        }
        for (layer, zoom) in
            [("zones", 11 + round % 6), ("atoms", 14 + round % 4), ("buildings", 14 + round % 4)]
        {
            let across = f64::from(1u32 << zoom);
            let share = |seed: &mut u64| (next(seed) % 1000) as f64 / 1000.0;
            let (lon, lat) = (
                bounds[0] + (bounds[2] - bounds[0]) * share(&mut seed),
                bounds[1] + (bounds[3] - bounds[1]) * share(&mut seed),
            );
            let y = 0.5 - lat.to_radians().tan().asinh() / (2.0 * std::f64::consts::PI);
            let path = format!(
                "/api/tiles/{layer}/{zoom}/{}/{}.mvt",
                ((lon / 360.0 + 0.5) * across) as u32,
                (y * across) as u32
            );
            for times in [&mut cold, &mut warm] {
                let began = Instant::now();
                let (status, _) = client.ask("GET", &path, None);
                assert_eq!(status, 200, "{path}");
                // The first rounds project and index the ground, once for a plan.
                if round >= 4 {
                    times.push(began.elapsed());
                }
            }
        }
    }
    told("edit to verified answer, alone", edits);
    told("tile after an edit", cold);
    told("tile again", warm);
    let began = Instant::now();
    client.ask("GET", "/api/verify", None);
    eprintln!("verdict on everything: {:.1} ms", began.elapsed().as_secs_f64() * 1e3);
}
