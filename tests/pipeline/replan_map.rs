//! Maps of the replanning scenarios, before and after: `LIFANG_DRAW=folder cargo test --test main drawn` keeps them.

use super::replan::{change, demolish, new_compound};
use crate::support::{json, lifang, partitioned_sample, text};
use lifang_store::PlanFile;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

/// Width and height of one map, pixels.
const WIDE: f64 = 760.0;
const HIGH: f64 = 760.0;

/// Features of a layer of a plan.
fn layer(plan: &Path, args: &[&str]) -> Vec<Value> {
    let out = plan.with_extension("layers");
    let mut all = vec!["--json", "export", text(plan), "--format", "geojson", "--out", text(&out)];
    all.extend(args);
    let written = json(&all);
    let mut files = written["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap());
    let file = files.find(|path| path.ends_with(".geojson")).unwrap();
    let layer: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    std::fs::remove_dir_all(&out).unwrap();
    layer["features"].as_array().unwrap().clone()
}

/// What turns longitude and latitude into pixels.
struct Frame {
    west: f64,
    north: f64,
    scale: f64,
    squeeze: f64,
}

impl Frame {
    fn of(features: &[Value]) -> Self {
        let (mut w, mut e, mut s, mut n) = (f64::MAX, f64::MIN, f64::MAX, f64::MIN);
        for (x, y) in features.iter().flat_map(rings).flatten() {
            (w, e, s, n) = (w.min(x), e.max(x), s.min(y), n.max(y));
        }
        let squeeze = (s.midpoint(n)).to_radians().cos();
        Self { west: w, north: n, scale: (WIDE / ((e - w) * squeeze)).min(HIGH / (n - s)), squeeze }
    }

    fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        ((x - self.west) * self.squeeze * self.scale, (self.north - y) * self.scale)
    }

    /// The point inside a zone farthest from its border, of those of a fine lattice, and how far that is, pixels.
    fn inside(&self, feature: &Value) -> ((f64, f64), f64) {
        let rings: Vec<Vec<(f64, f64)>> =
            rings(feature).into_iter().map(|ring| ring.into_iter().map(|p| self.at(p)).collect()).collect();
        let edges: Vec<_> = rings.iter().flat_map(|ring| ring.windows(2).map(|e| (e[0], e[1]))).collect();
        let low = edges.iter().fold((f64::MAX, f64::MAX), |low, (a, _)| (low.0.min(a.0), low.1.min(a.1)));
        let high = edges.iter().fold((f64::MIN, f64::MIN), |high, (a, _)| (high.0.max(a.0), high.1.max(a.1)));
        let mut best = (low, f64::MIN);
        for i in 0..40 * 40 {
            let share = |k: i32| (f64::from(k) + 0.5) / 40.0;
            let p = (low.0 + (high.0 - low.0) * share(i % 40), low.1 + (high.1 - low.1) * share(i / 40));
            let crossed = edges.iter().filter(|(a, b)| {
                (a.1 > p.1) != (b.1 > p.1) && p.0 < a.0 + (p.1 - a.1) / (b.1 - a.1) * (b.0 - a.0)
            });
            let clear = edges.iter().map(|&(a, b)| apart(p, a, b)).fold(f64::MAX, f64::min);
            if crossed.count() % 2 == 1 && clear > best.1 {
                best = (p, clear);
            }
        }
        best
    }

    fn path(&self, feature: &Value) -> String {
        let mut path = String::new();
        for ring in rings(feature) {
            for (i, point) in ring.into_iter().enumerate() {
                let (x, y) = self.at(point);
                write!(path, "{}{x:.1} {y:.1}", if i == 0 { 'M' } else { 'L' }).unwrap();
            }
            path.push('Z');
        }
        path
    }
}

/// Distance of a point from a segment.
fn apart(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (ux, uy) = (b.0 - a.0, b.1 - a.1);
    let square = ux * ux + uy * uy;
    let t = if square > 0.0 { (((p.0 - a.0) * ux + (p.1 - a.1) * uy) / square).clamp(0.0, 1.0) } else { 0.0 };
    (p.0 - a.0 - t * ux).hypot(p.1 - a.1 - t * uy)
}

fn rings(feature: &Value) -> Vec<Vec<(f64, f64)>> {
    let polygons = match feature["geometry"]["type"].as_str().unwrap() {
        "Polygon" => vec![feature["geometry"]["coordinates"].clone()],
        _ => feature["geometry"]["coordinates"].as_array().unwrap().clone(),
    };
    let ring = |ring: &Value| {
        let points = ring.as_array().unwrap().iter();
        points.map(|p| (p[0].as_f64().unwrap(), p[1].as_f64().unwrap())).collect()
    };
    polygons.iter().flat_map(|polygon| polygon.as_array().unwrap().iter().map(ring)).collect()
}

/// One map: zones, those in `changed` with a heavy border, buildings, and what each zone holds.
fn map(
    svg: &mut String,
    frame: &Frame,
    plan: &Path,
    changed: &BTreeSet<String>,
    heading: &str,
    left: f64,
) -> usize {
    const PALE: [&str; 6] = ["#dbe9f6", "#fde7d0", "#dff0dd", "#f6e0ec", "#ece6f5", "#f5f0d5"];
    let zones = layer(plan, &["--layer", "zones", "--level", "micro_grid"]);
    write!(svg, r#"<g transform="translate({left} 60)" clip-path="url(#map)"><text y="-22" font-size="21">{heading}</text>"#)
        .unwrap();
    for feature in &zones {
        let code = feature["properties"]["code"].as_str().unwrap();
        let grid: usize = code[code.len() - 4..code.len() - 2].parse().unwrap();
        let (stroke, width) = if changed.contains(code) { ("#c2272d", 3.5) } else { ("#55606b", 1.0) };
        let fill = if changed.contains(code) { "#f9b7a8" } else { PALE[grid % PALE.len()] };
        let path = frame.path(feature);
        write!(
            svg,
            r#"<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke="{stroke}" stroke-width="{width}"/>"#
        )
        .unwrap();
    }
    for feature in layer(plan, &["--layer", "buildings"]) {
        write!(svg, r##"<path d="{}" fill="#00000022" stroke="none"/>"##, frame.path(&feature)).unwrap();
    }
    for feature in &zones {
        let ((x, y), clear) = frame.inside(feature);
        let households = &feature["properties"]["households"];
        let code = feature["properties"]["code"].as_str().unwrap();
        let (short, size) = (&code[code.len() - 4..], if clear > 14.0 { 11 } else { 6 });
        write!(
            svg,
            r#"<text x="{x:.0}" y="{:.0}" font-size="{size}" text-anchor="middle">{short} · {households}</text>"#,
            y + 3.0
        )
        .unwrap();
    }
    svg.push_str("</g>");
    zones.len()
}

/// Codes of micro-grids of `new` whose atoms are not those of the zone with the same code in `old`.
fn changed(old: &Path, new: &Path) -> BTreeSet<String> {
    let (before, after) = (super::replan::zones(old), super::replan::zones(new));
    after.into_iter().filter(|(code, atoms)| before.get(code) != Some(atoms)).map(|(code, _)| code).collect()
}

#[test]
fn the_scenarios_are_drawn_before_and_after() {
    let folder = tempfile::tempdir().unwrap();
    let old = partitioned_sample(folder.path(), "1");
    let (built, down) = (folder.path().join("built.gpkg"), folder.path().join("down.gpkg"));
    for copy in [&built, &down] {
        std::fs::copy(&old, copy).unwrap();
    }
    change(&built, new_compound);
    change(&down, |territory| drop(demolish(territory)));
    for plan in [&built, &down] {
        assert!(lifang(&["partition", text(plan), "--from", "current"]).status.success());
    }
    assert!(PlanFile::open_read_only(&built).unwrap().plan().unwrap().is_some());
    let frame = Frame::of(&layer(&old, &["--layer", "boundary"]));
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="-16 0 {} {}" font-family="Noto Sans CJK SC, sans-serif"><clipPath id="map"><rect x="-6" y="-60" width="{}" height="{}"/></clipPath><rect x="-16" width="100%" height="100%" fill="#fff"/>"##,
        3.0 * WIDE + 112.0,
        HIGH + 90.0,
        WIDE + 12.0,
        HIGH + 66.0
    );
    let headings = [
        "44 micro-grids in force 现行 44 个微网格",
        "600 new households 新增小区 600 户",
        "12 homes come down 拆除 12 户",
    ];
    let mut drawn = Vec::new();
    for (i, plan) in [&old, &built, &down].into_iter().enumerate() {
        let marked = changed(&old, plan);
        let left = i as f64 * (WIDE + 40.0);
        drawn.push((map(&mut svg, &frame, plan, &marked, headings[i], left), marked.len()));
    }
    svg.push_str("</svg>");
    assert_eq!((drawn[0], drawn[1]), ((44, 0), (50, 6)));
    assert!(drawn[2].0 == 44 && (1..=4).contains(&drawn[2].1), "{drawn:?}");
    if let Some(to) = std::env::var_os("LIFANG_DRAW") {
        std::fs::write(Path::new(&to).join("replan.svg"), svg).unwrap();
    }
}
