//! 化简 How much each vertex of a line matters, worked out once for all zooms.

/// 顶点 A vertex in the world; it is drawn where its weight is at least the square of the tolerance.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(crate) struct Vertex {
    pub(crate) at: [f64; 2],
    /// Square of the distance the line would be off without it; infinite at ends.
    pub(crate) weight: f64,
}

/// Weighs the vertices of a line by Douglas and Peucker's rule; a vertex never weighs more than the one it hangs from, so
/// that every zoom shows a simplification of the next.
pub(crate) fn weigh(points: &[[f64; 2]]) -> Vec<Vertex> {
    let mut line: Vec<Vertex> = points.iter().map(|&at| Vertex { at, weight: 0.0 }).collect();
    let Some(last) = line.len().checked_sub(1) else { return line };
    line[0].weight = f64::INFINITY;
    line[last].weight = f64::INFINITY;
    let mut open = vec![(0, last, f64::INFINITY)];
    while let Some((from, to, above)) = open.pop() {
        let mut most = (-1.0, from);
        for at in from + 1..to {
            let off = square(points[at], points[from], points[to]);
            if off > most.0 {
                most = (off, at);
            }
        }
        if to - from < 2 {
            continue;
        }
        let (off, at) = most;
        let weight = off.min(above);
        line[at].weight = weight;
        open.push((from, at, weight));
        open.push((at, to, weight));
    }
    line
}

/// Square of the distance of a point from a piece of line.
fn square(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let (vx, vy) = (b[0] - a[0], b[1] - a[1]);
    let (wx, wy) = (p[0] - a[0], p[1] - a[1]);
    let length = vx * vx + vy * vy;
    let t = if length > 0.0 { ((wx * vx + wy * vy) / length).clamp(0.0, 1.0) } else { 0.0 };
    let (dx, dy) = (wx - t * vx, wy - t * vy);
    dx * dx + dy * dy
}
