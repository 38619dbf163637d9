//! Builds a fabric and prints how long it took and what came of it:
//! `cargo run --release -p lifang-fabric --example tessellate -- buildings.geojson` or `-- town 20000`.
#![expect(clippy::print_stdout, reason = "an example that prints")]

use lifang_model::{
    Building, BuildingUse, Demand, Extent, Frame, Point, Polygon, Progress, Ring, Sources, Street,
    StreetClass, Territory,
};
use serde_json::Value;
use std::sync::Mutex;
use std::time::Instant;

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
        (Some(path), _) => read(path)?,
        (None, _) => town(3000),
    };
    let clock = Clock(Mutex::new((Instant::now(), "start")));
    let start = Instant::now();
    let fabric = lifang_fabric::build(&territory, &[], &clock)?;
    clock.stage("end", None);
    let built = start.elapsed();
    let labels: Vec<Option<u32>> = (0..fabric.cells.len() as u32).map(|c| Some(c / 10)).collect();
    let start = Instant::now();
    let outlines = fabric.dissolve(&labels).len();
    let dissolved = start.elapsed();
    let cells: i128 = fabric.cells.iter().map(|c| i128::from(c.twice_area)).sum();
    let wanted: i128 = territory.boundary.iter().map(Polygon::twice_area).sum();
    println!(
        "{} buildings -> {} cells, {} arcs, {} points, {} links, {} enclosures, {} faults in {:.3} s; area off by {:e}; \
         dissolve into {outlines} in {:.1} ms; {}",
        territory.buildings.len(),
        fabric.cells.len(),
        fabric.arcs.len(),
        fabric.arcs.iter().map(|a| a.points.len()).sum::<usize>(),
        fabric.links.len(),
        fabric.enclosures,
        fabric.faults.len(),
        built.as_secs_f64(),
        (cells - wanted) as f64 / wanted as f64,
        dissolved.as_secs_f64() * 1000.0,
        &fabric.hash[..12],
    );
    for fault in fabric.faults.iter().take(5) {
        println!("  {fault}");
    }
    Ok(())
}

/// Polygons of a GeoJSON file, longitude and latitude taken to metres about the first point.
fn read(path: &str) -> Result<Territory, Box<dyn std::error::Error>> {
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let mut origin: Option<(f64, f64)> = None;
    let mut buildings = Vec::new();
    for (row, feature) in file["features"].as_array().ok_or("no features")?.iter().enumerate() {
        let geometry = &feature["geometry"];
        let polygons: Vec<&Value> = match geometry["type"].as_str() {
            Some("Polygon") => vec![&geometry["coordinates"]],
            Some("MultiPolygon") => {
                geometry["coordinates"].as_array().map_or(Vec::new(), |a| a.iter().collect())
            }
            _ => continue,
        };
        let mut outline = Vec::new();
        for polygon in polygons {
            let mut rings = Vec::new();
            for ring in polygon.as_array().ok_or("no rings")? {
                let mut points = Vec::new();
                for at in ring.as_array().ok_or("no points")? {
                    let (x, y) = (at[0].as_f64().ok_or("no x")?, at[1].as_f64().ok_or("no y")?);
                    let (x0, y0) = *origin.get_or_insert((x, y));
                    let east = (x - x0) * 111_320.0 * y0.to_radians().cos();
                    points.push(Point::from_metres(east, (y - y0) * 110_574.0)?);
                }
                points.pop();
                rings.push(Ring(points));
            }
            if !rings.is_empty() {
                let outer = rings.remove(0);
                outline.push(Polygon { outer, holes: rings });
            }
        }
        buildings.push(building(row, outline));
    }
    let e = Extent::of(buildings.iter().flat_map(|b| &b.outline).flat_map(|p| p.outer.0.iter().copied()))
        .ok_or("no buildings")?;
    let (w, h) = (e.max.x - e.min.x + 40_000, e.max.y - e.min.y + 40_000);
    Ok(territory(rectangle(e.min.x - 20_000, e.min.y - 20_000, w, h), buildings))
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
            territory.streets.push(Street {
                code: format!("{i}"),
                name: None,
                class: StreetClass::Residential,
                line: vec![at(p.0, p.1), at(q.0, q.1)],
                layer: 0,
                bridge: false,
                tunnel: false,
                foot: lifang_model::FootAccess::Yes,
            });
        }
    }
    territory
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
        facilities: Vec::new(),
        faults: Vec::new(),
    }
}
