//! 拓扑 The shared arcs as TopoJSON, for an editor that draws borders from any assignment by itself.

use crate::arcs::{Arcs, NOBODY};
use serde_json::{Value, json};

/// Steps of a degree in the quantised coordinates: about a centimetre.
const STEPS: f64 = 1e7;

/// 拓扑 The ground as a TopoJSON topology: `arcs` quantised, and `objects.atoms` with `properties` for each cell. Beside
/// what the format asks for stand `sides`, the cells on the left and right of each arc, `null` outside, and `barriers`.
/// Rings of an atom run with its land on the left; the outer one is the one around the others.
#[must_use]
pub fn topology(arcs: &Arcs, barriers: &[&str], properties: impl Fn(usize) -> Value) -> Value {
    let [west, south, east, north] = arcs.bounds().unwrap_or([0.0; 4]);
    let step = |(lon, lat): (f64, f64)| {
        (((lon - west) * STEPS).round() as i64, ((lat - south) * STEPS).round() as i64)
    };
    let count = arcs.sides.len() as u32;
    let lines: Vec<Value> = (0..count)
        .map(|arc| {
            let mut before = (0, 0);
            let points = arcs.degrees[arcs.range(arc)].iter().map(|&place| {
                let at = step(place);
                let moved = json!([at.0 - before.0, at.1 - before.1]);
                before = at;
                moved
            });
            points.collect()
        })
        .collect();
    let side = |cell: u32| if cell == NOBODY { Value::Null } else { cell.into() };
    let sides: Vec<Value> =
        arcs.sides.iter().map(|&[left, right]| json!([side(left), side(right)])).collect();
    let atoms: Vec<Value> = (0..arcs.cells())
        .map(|cell| {
            let rings: Vec<Vec<i64>> = crate::zones::rings(arcs, cell as u32)
                .into_iter()
                .map(|walk| {
                    // TopoJSON writes an arc run backwards as the complement of its number.
                    let index = |half: u32| {
                        let arc = i64::from(half / 2);
                        if half.is_multiple_of(2) { arc } else { !arc }
                    };
                    walk.into_iter().map(index).collect()
                })
                .collect();
            json!({ "type": "Polygon", "arcs": rings, "id": cell, "properties": properties(cell) })
        })
        .collect();
    json!({
        "type": "Topology",
        "bbox": [west, south, east, north],
        "transform": { "scale": [1.0 / STEPS, 1.0 / STEPS], "translate": [west, south] },
        "arcs": lines,
        "sides": sides,
        "barriers": barriers,
        "objects": { "atoms": { "type": "GeometryCollection", "geometries": atoms } },
    })
}
