//! Draws a sample as SVG: `cargo run -p lifang-samples --example draw -- SEED BUILDINGS OUT.svg [HALF_WIDTH_M]`; 0
//! buildings means the community as published.
#![expect(clippy::print_stderr, reason = "an example talks to the person who runs it")]

use lifang_model::{BuildingUse, LandCover, Point, Polygon, StreetClass, Territory};
use lifang_samples::{SampleOptions, taipingjie};
use std::fmt::Write as _;

fn path(points: &[Point], close: bool) -> String {
    let mut d = String::new();
    for (i, p) in points.iter().enumerate() {
        let _ = write!(
            d,
            "{}{:.1} {:.1}",
            if i == 0 { "M" } else { "L" },
            f64::from(p.x) / 1e3,
            -f64::from(p.y) / 1e3
        );
    }
    if close {
        d.push('Z');
    }
    d
}

fn fill(out: &mut String, polygons: &[Polygon], style: &str) {
    for polygon in polygons {
        let d: String = polygon.rings().map(|ring| path(&ring.0, true)).collect();
        let _ = writeln!(out, "<path d='{d}' {style}/>");
    }
}

fn width(class: StreetClass) -> f64 {
    match class {
        StreetClass::Primary => 17.0,
        StreetClass::Secondary => 13.0,
        StreetClass::Tertiary => 9.0,
        StreetClass::Residential => 7.0,
        StreetClass::Pedestrian => 6.0,
        StreetClass::Service => 3.2,
        _ => 1.2,
    }
}

fn draw(t: &Territory, half: f64) -> String {
    let mut s = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='1600' height='1600' viewBox='{} {} {} {}'>\
         <rect x='-30000' y='-30000' width='60000' height='60000' fill='#f3f0ea'/>",
        -half,
        -half,
        2.0 * half,
        2.0 * half
    );
    fill(&mut s, &t.boundary, "fill='#fffdf5'");
    for c in &t.compounds {
        let walled = if c.walled { "stroke='#9a8c78' stroke-width='.8'" } else { "" };
        let colour = if c.walled { "#f7f3e6" } else { "#fdeee2" };
        fill(&mut s, &c.outline, &format!("fill='{colour}' {walled}"));
    }
    for a in &t.areas {
        let colour = match a.cover {
            LandCover::Water => "#a9cfe8",
            LandCover::Green => "#cfe6bf",
            LandCover::Square => "#ece4d0",
            LandCover::Pitch => "#8fc79a",
        };
        fill(&mut s, std::slice::from_ref(&a.outline), &format!("fill='{colour}'"));
    }
    for (grow, steps) in [(1.6, false), (0.0, true)] {
        for r in t.streets.iter().filter(|r| !r.bridge) {
            let colour = match (steps, r.class) {
                (false, _) => "#c9bfae",
                (true, StreetClass::Steps) => "#c0504d",
                (true, StreetClass::Footway) => "#c9a97a",
                (true, StreetClass::Primary) => "#ffe3a6",
                _ => "#ffffff",
            };
            let _ = writeln!(
                s,
                "<path d='{}' fill='none' stroke='{colour}' stroke-width='{}'/>",
                path(&r.line, false),
                width(r.class) + grow
            );
        }
    }
    for r in t.streets.iter().filter(|r| r.bridge) {
        let _ = writeln!(
            s,
            "<path d='{}' fill='none' stroke='#b39b6d' stroke-width='15'/>",
            path(&r.line, false)
        );
    }
    for b in &t.buildings {
        let colour = match (b.compound, b.use_) {
            (None, _) => "#dcd5ca",
            (_, BuildingUse::Residential) if b.levels > Some(12) => "#c98f5a",
            (_, BuildingUse::Residential) => "#e0b07e",
            (_, BuildingUse::Mixed) => "#d98a8a",
            (_, BuildingUse::Commercial) => "#b77ab5",
            (_, BuildingUse::Public) => "#6f8fc9",
            _ => "#9a9a9a",
        };
        fill(&mut s, &b.outline, &format!("fill='{colour}' stroke='#7a6a5a' stroke-width='.35'"));
        for e in b.entrances.iter().filter(|_| b.compound.is_some()) {
            let _ = writeln!(
                s,
                "<circle cx='{}' cy='{}' r='.9' fill='#222'/>",
                f64::from(e.x) / 1e3,
                -f64::from(e.y) / 1e3
            );
        }
    }
    for p in &t.boundary {
        fill(
            &mut s,
            std::slice::from_ref(p),
            "fill='none' stroke='#d02020' stroke-width='2' stroke-dasharray='9 5'",
        );
    }
    for c in &t.compounds {
        for g in &c.gates {
            let colour = if g.open { "#109030" } else { "#d01010" };
            let _ = writeln!(
                s,
                "<circle cx='{}' cy='{}' r='3' fill='{colour}'/>",
                f64::from(g.at.x) / 1e3,
                -f64::from(g.at.y) / 1e3
            );
        }
        if let Some(e) = c.outline.first().and_then(Polygon::extent) {
            let at = e.centre();
            let _ = writeln!(
                s,
                "<text x='{}' y='{}' font-size='11' text-anchor='middle'>{}</text>",
                f64::from(at.x) / 1e3,
                -f64::from(at.y) / 1e3,
                c.name.as_deref().unwrap_or("")
            );
        }
    }
    for f in &t.facilities {
        let _ = writeln!(
            s,
            "<circle cx='{}' cy='{}' r='2.2' fill='{}'/>",
            f64::from(f.at.x) / 1e3,
            -f64::from(f.at.y) / 1e3,
            if f.open_to_public { "#0040d0" } else { "#888" }
        );
    }
    s + "</svg>"
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize, default: u64| args.get(i).and_then(|a| a.parse().ok()).unwrap_or(default);
    let buildings = u32::try_from(number(1, 0))?;
    let options = SampleOptions { seed: number(0, 1), buildings: (buildings > 0).then_some(buildings) };
    let start = std::time::Instant::now();
    let t = taipingjie(&options)?;
    eprintln!("made in {:?}", start.elapsed());
    let inside = t.buildings.iter().filter(|b| b.compound.is_some()).count();
    let sum = |of: fn(&lifang_model::Building) -> u32| t.buildings.iter().map(of).sum::<u32>();
    eprintln!(
        "{inside} buildings inside, {} in all, {} streets, {} facilities, {} households, {} persons, {} merchants, {:.1} m2",
        t.buildings.len(),
        t.streets.len(),
        t.facilities.len(),
        sum(|b| b.demand.households),
        sum(|b| b.demand.persons),
        sum(|b| b.demand.merchants),
        t.boundary.iter().map(Polygon::area_m2).sum::<f64>()
    );
    for (i, c) in t.compounds.iter().enumerate().take(10) {
        let of = t.buildings.iter().filter(|b| b.compound.is_some_and(|c| c.at() == i));
        eprintln!(
            "{} {} {} households",
            c.code,
            c.name.as_deref().unwrap_or(""),
            of.map(|b| b.demand.households).sum::<u32>()
        );
    }
    let out = args.get(2).cloned().unwrap_or_else(|| "sample.svg".into());
    std::fs::write(&out, draw(&t, number(3, 380) as f64))?;
    Ok(())
}
