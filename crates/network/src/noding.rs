//! 建网 From street lines to the graph.

use crate::components::{connect, likely_gaps};
use crate::cuts::{Cuts, Line};
use crate::graph::{Edge, NetworkReport, StreetGraph};
use lifang_model::{Fault, FootAccess, MotorLimit, Place, Point, Severity, Street};

/// 建网选项 How lines become a graph.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct BuildOptions {
    /// Whether streets on the ground meet wherever they cross. OpenStreetMap data says where streets meet by shared
    /// points, so there this stays off; a drawn layer of lines needs it.
    pub node_crossings: bool,
    /// An end this close to a line of its level meets it, mm.
    pub touch_mm: u32,
    /// Whether the streets are for vehicles instead of people on foot. Dead ends are not looked into then.
    pub vehicles: bool,
    /// A dead end this close to another street is listed as a likely gap, mm.
    pub gap_mm: u32,
}

impl Default for BuildOptions {
    fn default() -> Self {
        Self { node_crossings: false, touch_mm: 50, vehicles: false, gap_mm: 5000 }
    }
}

/// Builds the graph with the default options; see [`build_with`].
#[must_use]
pub fn build(streets: &[Street]) -> (StreetGraph, NetworkReport) {
    build_with(streets, &BuildOptions::default())
}

/// Whether a street is in the graph: open to people on foot, or one some vehicle may use.
fn taken(street: &Street, options: &BuildOptions) -> bool {
    if options.vehicles {
        street.class.takes_vehicles() && street.traffic.motor != Some(MotorLimit::No)
    } else {
        street.foot != FootAccess::No
    }
}

/// Builds the graph of all streets people may walk, or of those vehicles may drive on. The others are left out; nothing is
/// repaired.
///
/// # Determinism
/// The graph does not depend on the order of the streets or on the direction they are drawn in; only
/// [`Edge::street`] follows the rows given.
#[must_use]
pub fn build_with(streets: &[Street], options: &BuildOptions) -> (StreetGraph, NetworkReport) {
    let mut faults = Vec::new();
    let mut lines: Vec<Line> = Vec::new();
    for (row, street) in (0u32..).zip(streets) {
        if !taken(street, options) {
            continue;
        }
        match Line::new(row, street) {
            Some(line) => lines.push(line),
            None => faults.push(
                Fault::new(
                    Severity::Warning,
                    "N-101",
                    "the street has fewer than two different points",
                    "It was left out of the street graph.",
                )
                .at(Place { feature: Some(street.code.clone()), ..Place::default() }),
            ),
        }
    }
    let code = |line: &Line| streets[line.street as usize].code.as_str();
    lines.sort_by(|x, y| (&x.points, x.level, x.steps, code(x)).cmp(&(&y.points, y.level, y.steps, code(y))));
    let mut graph = assemble(&lines, options);
    let (component, components) = connect(&graph);
    graph.component = component;
    if graph.edges.is_empty() {
        faults.push(Fault::new(
            Severity::Warning,
            "N-201",
            if options.vehicles {
                "there is no street to drive on"
            } else {
                "there is no street people may walk"
            },
            "Network distances are unknown; give a street layer or check its access column.",
        ));
    } else if components.len() > 1 {
        faults.push(Fault::new(
            Severity::Notice,
            "N-202",
            format!("the street network is in {} pieces that do not meet", components.len()),
            "Check the likely gaps; places on a small piece count as reached only on that piece.",
        ));
    }
    let likely_gaps =
        if options.vehicles { Vec::new() } else { likely_gaps(&graph, streets, options.gap_mm) };
    if !likely_gaps.is_empty() {
        faults.push(Fault::new(
            Severity::Notice,
            "N-203",
            format!("{} dead ends lie within {} mm of another street", likely_gaps.len(), options.gap_mm),
            "They are listed as likely gaps; nothing was joined.",
        ));
    }
    let report = NetworkReport {
        nodes: graph.nodes.len() as u32,
        edges: graph.edges.len() as u32,
        km: graph.edges.iter().map(|edge| u64::from(edge.length_mm)).sum::<u64>() as f64 / 1e6,
        components,
        likely_gaps,
        faults,
    };
    (graph, report)
}

fn assemble(lines: &[Line], options: &BuildOptions) -> StreetGraph {
    let mut cuts = Cuts::new(lines);
    cuts.at_shared_vertices();
    cuts.at_touching_ends(options.touch_mm);
    if options.node_crossings {
        cuts.at_crossings();
    }
    let (cut_lines, found) = cuts.finish();

    // Number the junctions along a Hilbert curve: neighbours on the ground are neighbours in memory.
    let mut order: Vec<u32> = (0..found.len() as u32).collect();
    order.sort_by_key(|&i| (hilbert(found[i as usize]), i));
    let mut rank = vec![0u32; found.len()];
    for (new, &old) in (0u32..).zip(&order) {
        rank[old as usize] = new;
    }
    let nodes: Vec<Point> = order.iter().map(|&old| found[old as usize]).collect();

    let mut pieces: Vec<(Edge, Vec<Point>)> = Vec::new();
    for (line, cuts) in lines.iter().zip(&cut_lines) {
        for pair in cuts.windows(2) {
            let ((from, a), (to, b)) = (pair[0], pair[1]);
            let (a, b) = (rank[a as usize], rank[b as usize]);
            let (start, end) = (f64::from(from.position), f64::from(to.position));
            let mut shape = vec![nodes[a as usize]];
            shape.extend(
                line.points
                    .iter()
                    .zip(&line.at)
                    .filter(|&(_, &at)| at > start + 0.5 && at < end - 0.5)
                    .map(|(&point, _)| point),
            );
            shape.push(nodes[b as usize]);
            let edge = Edge {
                a,
                b,
                street: line.street,
                steps: line.steps,
                class: line.class,
                level: line.level,
                length_mm: to.position - from.position,
                traffic: line.traffic,
                along_street: (from.position, line.at.last().map_or(0, |&mm| mm.round() as u32)),
            };
            pieces.push((edge, shape));
        }
    }
    // Stable: equal edges stay in the order of the sorted lines.
    pieces.sort_by_key(|(edge, _)| (edge.a.min(edge.b), edge.a.max(edge.b), edge.length_mm));
    let mut graph = StreetGraph { nodes, shape_first: vec![0], ..StreetGraph::default() };
    for (edge, shape) in pieces {
        graph.edges.push(edge);
        graph.points.extend(shape);
        graph.shape_first.push(graph.points.len() as u32);
    }
    graph.link();
    graph
}

/// The place of a point on a Hilbert curve over the whole frame.
fn hilbert(p: Point) -> u64 {
    let (mut x, mut y) = ((i64::from(p.x) + (1 << 31)) as u32, (i64::from(p.y) + (1 << 31)) as u32);
    let mut place = 0u64;
    for level in (0..32).rev() {
        let (right, up) = (x >> level & 1, y >> level & 1);
        place = place << 2 | u64::from((3 * right) ^ up);
        if up == 0 {
            if right == 1 {
                (x, y) = (!x, !y);
            }
            (x, y) = (y, x);
        }
    }
    place
}
