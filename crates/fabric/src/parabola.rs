//! The line of equal distance between a corner and a wall.

/// Largest distance between the parabola and the line drawn for it, mm.
const SAG: f64 = 5.0;

/// Appends points along the parabola of `focus` and the line through `wall`, from `p` to `q`, which lie on it.
pub(crate) fn sample(
    focus: (f64, f64),
    wall: [f64; 4],
    p: (f64, f64),
    q: (f64, f64),
    points: &mut Vec<(f64, f64)>,
) {
    let [ax, ay, bx, by] = wall;
    let length = ((bx - ax) * (bx - ax) + (by - ay) * (by - ay)).sqrt();
    let u = ((bx - ax) / length, (by - ay) / length);
    let local = |at: (f64, f64)| {
        let (x, y) = (at.0 - ax, at.1 - ay);
        (x * u.0 + y * u.1, y * u.0 - x * u.1)
    };
    let (fs, ft) = local(focus);
    points.push(p);
    if length == 0.0 || ft.abs() < 1e-6 {
        points.push(q);
        return;
    }
    // Distance to the wall equals distance to the focus: t = ((s - fs)^2 + ft^2) / (2 ft).
    let at = |s: f64| {
        let t = ((s - fs) * (s - fs) + ft * ft) / (2.0 * ft);
        (ax + s * u.0 - t * u.1, ay + s * u.1 + t * u.0)
    };
    halve(&at, (local(p).0, p), (local(q).0, q), 12, points);
    points.push(q);
}

type At<'a> = &'a dyn Fn(f64) -> (f64, f64);

fn halve(
    at: At<'_>,
    from: (f64, (f64, f64)),
    to: (f64, (f64, f64)),
    depth: u32,
    points: &mut Vec<(f64, f64)>,
) {
    let s = (from.0 + to.0) / 2.0;
    let middle = at(s);
    let (dx, dy) = (to.1.0 - from.1.0, to.1.1 - from.1.1);
    let length = (dx * dx + dy * dy).sqrt();
    let (x, y) = (middle.0 - from.1.0, middle.1 - from.1.1);
    let off = if length > 0.0 { (dx * y - dy * x).abs() / length } else { (x * x + y * y).sqrt() };
    if depth == 0 || off.is_nan() || off <= SAG {
        return;
    }
    halve(at, from, (s, middle), depth - 1, points);
    points.push(middle);
    halve(at, (s, middle), to, depth - 1, points);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_is_as_far_from_the_corner_as_from_the_wall() {
        let mut points = Vec::new();
        let wall = [-9000.0, 0.0, 9000.0, 0.0];
        sample((0.0, 4000.0), wall, (-8000.0, 10_000.0), (4000.0, 4000.0), &mut points);
        assert!(points.len() > 4);
        for &(x, y) in &points {
            assert!((x.hypot(y - 4000.0) - y.abs()).abs() < 1e-6);
        }
    }
}
