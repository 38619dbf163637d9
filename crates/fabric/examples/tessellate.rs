//! Builds a fabric and prints how long it took and what came of it:
//! `cargo run --release -p lifang-fabric --example tessellate -- buildings.geojson [streets.geojson [border.geojson]]`
//! or `-- town 20000`. Coordinates are degrees, or metres where one is beyond 360.
#![expect(clippy::print_stdout, reason = "an example that prints")]

use lifang_fabric::{Topology, Zoning};
use lifang_model::{
    AtomIdx, Building, BuildingUse, Demand, Extent, Frame, Point, Polygon, Progress, Ring, Sources, Street,
    StreetClass, Territory,
};
use serde_json::Value;
use std::sync::Mutex;
use std::time::{Duration, Instant};

struct Clock(Mutex<(Instant, &'static str)>);

impl Progress for Clock {
    fn stage(&self, key: &'static str, _total: Option<u64>) {
        if let Ok(mut last) = self.0.lock() {
            println!("  {:>13} {:8.3} s", last.1, last.0.elapsed().as_secs_f64());
            *last = (Instant::now(), key);
        }
    }
    fn advance(&self, _done: u64) {}
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let territory = match (args.next().as_deref(), args.next()) {
        (Some("town"), n) => town(n.as_deref().unwrap_or("20000").parse()?),
        (Some(path), streets) => read(path, streets.as_deref(), args.next().as_deref())?,
        (None, _) => town(3000),
    };
    let clock = Clock(Mutex::new((Instant::now(), "start")));
    let start = Instant::now();
    let fabric = lifang_fabric::build(&territory, &[], &clock)?;
    clock.stage("end", None);
    let built = start.elapsed();
    // The least of a few runs: what the machine does besides only adds.
    let (mut busy, mut spent) = (f64::MAX, 0.0);
    for _ in 0..5 {
        let before = processor();
        lifang_fabric::build(&territory, &[], &lifang_model::Silent)?;
        let took = processor() - before;
        (busy, spent) = (busy.min(took), spent + took);
        if spent > 10.0 {
            break;
        }
    }
    println!("building the ground takes {busy:.3} processor seconds");
    let tens: Vec<Option<u32>> = (0..fabric.cells.len() as u32).map(|c| Some(c / 10)).collect();
    // The least of several runs: what the machine does besides only adds.
    let (topology, indexed) = least(|| Topology::new(&fabric)).ok_or("no run")?;
    let (outlines, dissolved) = least(|| topology.dissolve(&fabric, &tens).len()).ok_or("no run")?;
    let mut zoning = Zoning::new(&fabric, &tens);
    let start = Instant::now();
    let moves = 1000.min(fabric.cells.len() as u32 - 1);
    for cell in 0..moves {
        zoning.relabel(&fabric, &[(AtomIdx(cell), tens[cell as usize + 1])]);
    }
    let moved = start.elapsed() / moves;
    let cells: i128 = fabric.cells.iter().map(|c| i128::from(c.twice_area)).sum();
    let wanted: i128 = territory.boundary.iter().map(Polygon::twice_area).sum();
    let (anew, spared) = rebuilt(&territory)?;
    println!(
        "one building moved: {anew} of {} enclosures swept, the ground built anew in {:.3} s instead of {:.3} s",
        fabric.enclosures,
        spared[1].as_secs_f64(),
        spared[0].as_secs_f64(),
    );
    println!(
        "{} buildings -> {} cells, {} arcs, {} points, {} links, {} enclosures, {} faults in {:.3} s; area off by {:e}; \
         topology {:.1} ms, dissolve into {outlines} {:.1} ms, one cell moved {:.4} ms; {}",
        territory.buildings.len(),
        fabric.cells.len(),
        fabric.arcs.len(),
        fabric.arcs.iter().map(|a| a.points.len()).sum::<usize>(),
        fabric.links.len(),
        fabric.enclosures,
        fabric.faults.len(),
        built.as_secs_f64(),
        (cells - wanted) as f64 / wanted as f64,
        indexed.as_secs_f64() * 1000.0,
        dissolved.as_secs_f64() * 1000.0,
        moved.as_secs_f64() * 1000.0,
        &fabric.hash[..12],
    );
    for fault in fabric.faults.iter().take(5) {
        println!("  {fault}");
    }
    Ok(())
}

/// Processor seconds of all threads so far; nothing where the system does not tell. Threads of the pool live on, so none is lost.
fn processor() -> f64 {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let spent = |thread: std::fs::DirEntry| {
        let told = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        told.split(' ').next()?.parse::<u64>().ok()
    };
    threads.filter_map(spent).sum::<u64>() as f64 / 1e9
}

/// How many enclosures are swept anew when one building moves, and the time of the whole and of the partial build.
fn rebuilt(territory: &Territory) -> Result<(usize, [Duration; 2]), Box<dyn std::error::Error>> {
    let mut changed = territory.clone();
    let mut reuse = lifang_fabric::Reuse::new();
    let start = Instant::now();
    lifang_fabric::rebuild(&changed, &[], &mut reuse, &lifang_model::Silent)?;
    let whole = start.elapsed();
    let middle = changed.buildings.len() / 2;
    for polygon in changed.buildings.get_mut(middle).map_or(&mut [][..], |house| &mut house.outline) {
        polygon.outer.0.iter_mut().for_each(|p| p.x += 500);
    }
    let start = Instant::now();
    lifang_fabric::rebuild(&changed, &[], &mut reuse, &lifang_model::Silent)?;
    Ok((reuse.anew(), [whole, start.elapsed()]))
}

/// What a call gives, and the least time it took in ten runs.
fn least<T>(mut run: impl FnMut() -> T) -> Option<(T, Duration)> {
    let mut timed = || {
        let start = Instant::now();
        let answer = run();
        (answer, start.elapsed())
    };
    (0..10).map(|_| timed()).min_by_key(|run| run.1)
}

/// Buildings, streets and border of GeoJSON files, taken to metres about the first point.
fn read(
    buildings: &str,
    streets: Option<&str>,
    border: Option<&str>,
) -> Result<Territory, Box<dyn std::error::Error>> {
    let mut origin: Option<(f64, f64)> = None;
    let outlines = parts(buildings, &mut origin)?;
    let e = Extent::of(outlines.iter().flatten().flatten().flatten().copied()).ok_or("no buildings")?;
    let (w, h) = (e.max.x - e.min.x + 40_000, e.max.y - e.min.y + 40_000);
    let border = match border {
        Some(border) => {
            parts(border, &mut origin)?.into_iter().flat_map(polygons).next().ok_or("no border")?
        }
        None => rectangle(e.min.x - 20_000, e.min.y - 20_000, w, h),
    };
    let buildings = outlines.into_iter().enumerate().map(|(row, parts)| building(row, polygons(parts)));
    let mut territory = territory(border, buildings.collect());
    for line in
        streets.map_or(Ok(Vec::new()), |path| parts(path, &mut origin))?.into_iter().flatten().flatten()
    {
        territory.streets.push(street(line));
    }
    Ok(territory)
}

fn polygons(parts: Vec<Lines>) -> Vec<Polygon> {
    let polygon = |mut rings: Vec<Vec<Point>>| {
        for ring in &mut rings {
            ring.pop();
        }
        let mut rings = rings.into_iter().map(Ring);
        Some(Polygon { outer: rings.next()?, holes: rings.collect() })
    };
    parts.into_iter().filter_map(polygon).collect()
}

/// The lines, or rings, of one part of a feature.
type Lines = Vec<Vec<Point>>;

/// Per feature its parts.
fn parts(path: &str, origin: &mut Option<(f64, f64)>) -> Result<Vec<Vec<Lines>>, Box<dyn std::error::Error>> {
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let mut features = Vec::new();
    for feature in file["features"].as_array().ok_or("no features")? {
        let at = &feature["geometry"]["coordinates"];
        let nested = match feature["geometry"]["type"].as_str() {
            Some("MultiPolygon") => at.clone(),
            Some("Polygon" | "MultiLineString") => Value::from(vec![at.clone()]),
            Some("LineString") => Value::from(vec![Value::from(vec![at.clone()])]),
            _ => continue,
        };
        let mut parts = Vec::new();
        for part in nested.as_array().into_iter().flatten() {
            let mut lines = Vec::new();
            for line in part.as_array().into_iter().flatten() {
                let mut points = Vec::new();
                for at in line.as_array().ok_or("no points")? {
                    let (x, y) = (at[0].as_f64().ok_or("no x")?, at[1].as_f64().ok_or("no y")?);
                    let (x0, y0) = *origin.get_or_insert((x, y));
                    let (east, north) = if x0.abs() > 360.0 {
                        (1.0, 1.0)
                    } else {
                        (111_320.0 * y0.to_radians().cos(), 110_574.0)
                    };
                    points.push(Point::from_metres((x - x0) * east, (y - y0) * north)?);
                }
                lines.push(points);
            }
            parts.push(lines);
        }
        features.push(parts);
    }
    Ok(features)
}

/// Slanted blocks of 5 x 5 buildings between streets.
fn town(n: usize) -> Territory {
    let side = (n as f64).sqrt().ceil() as i32;
    let (s, c) = 0.1f64.sin_cos();
    let at = |x: f64, y: f64| Point::new((x * c - y * s).round() as i32, (x * s + y * c).round() as i32);
    let size = f64::from(side) * 30_000.0;
    let ring =
        |p: [(f64, f64); 4]| Polygon { outer: Ring(p.map(|(x, y)| at(x, y)).to_vec()), holes: Vec::new() };
    let mut state = 1u64;
    let mut random = |low: f64, high: f64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        low + (high - low) * (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let buildings = (0..n)
        .map(|k| {
            let (x, y) = (f64::from(k as i32 % side) * 30_000.0, f64::from(k as i32 / side) * 30_000.0);
            let (x, y) = (x + random(3_000.0, 8_000.0), y + random(3_000.0, 8_000.0));
            let (w, h) = (random(8_000.0, 19_000.0), random(8_000.0, 19_000.0));
            let (u, v) = (random(0.0, 2_000.0), random(0.0, 2_000.0));
            building(k, vec![ring([(x, y + u), (x + w, y), (x + w - v, y + h), (x + v, y + h + u)])])
        })
        .collect();
    let mut territory =
        territory(ring([(-9e3, -1e4), (size + 5e3, -9e3), (size, size + 3e3), (-1e4, size)]), buildings);
    for i in (0..=side).step_by(5) {
        let d = f64::from(i) * 30_000.0;
        for (p, q) in [((d, -2e4), (d + 700.0, size + 2e4)), ((-2e4, d), (size + 2e4, d - 900.0))] {
            territory.streets.push(street(vec![at(p.0, p.1), at(q.0, q.1)]));
        }
    }
    territory
}

fn street(line: Vec<Point>) -> Street {
    Street {
        code: String::new(),
        name: None,
        class: StreetClass::Residential,
        line,
        layer: 0,
        bridge: false,
        tunnel: false,
        foot: lifang_model::FootAccess::Yes,
        traffic: Default::default(),
    }
}

fn building(row: usize, outline: Vec<Polygon>) -> Building {
    Building {
        code: format!("{row}"),
        name: None,
        outline,
        use_: BuildingUse::Residential,
        levels: None,
        units: None,
        compound: None,
        demand: Demand { households: 1, ..Demand::default() },
        sources: Sources::GIVEN,
        entrances: Vec::new(),
        storeys: Vec::new(),
    }
}

fn rectangle(x: i32, y: i32, w: i32, h: i32) -> Polygon {
    let ring = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)];
    Polygon { outer: Ring(ring.map(Point::from).to_vec()), holes: Vec::new() }
}

fn territory(boundary: Polygon, buildings: Vec<Building>) -> Territory {
    Territory {
        name: "example".to_owned(),
        code: String::new(),
        frame: Frame { crs: None, origin: (0.0, 0.0), source: None },
        boundary: vec![boundary],
        buildings,
        compounds: Vec::new(),
        streets: Vec::new(),
        barriers: Vec::new(),
        areas: Vec::new(),
        cuts: Vec::new(),
        facilities: Vec::new(),
        faults: Vec::new(),
    }
}
