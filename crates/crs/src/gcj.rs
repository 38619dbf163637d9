//! 火星坐标 GCJ-02 (Amap, Tencent) and BD-09 (Baidu), both ways.
//!
//! GCJ-02 shifts WGS 84 by 23 to 696 m with a published-by-reverse-engineering formula; BD-09 shifts GCJ-02 further.
//! Source: googollee/eviltransform (BSD-like licence), whose numbers are reproduced bit for bit; BD-09 as in
//! wandergis/coordtransform. The real obfuscation may differ, BD-09's by tens of metres: good enough to place points
//! of interest, never to survey. Outside a coarse box around China all functions are the identity.
//!
//! The inverses iterate on the forward formula, which contracts: the result is off by less than 0.2 mm.

use std::f64::consts::PI;

/// Semi-major axis of Krassovsky 1940, metres.
const A: f64 = 6_378_245.0;
/// First eccentricity squared of Krassovsky 1940.
const EE: f64 = 0.006_693_421_622_965_943;
/// Baidu's angular constant.
const X_PI: f64 = PI * 3000.0 / 180.0;
/// Inverse stops below this step, degrees: about a micrometre.
const STEP: f64 = 1e-11;
/// Iterations allowed; five are enough everywhere in China.
const ROUNDS: usize = 12;

fn outside_china(lon: f64, lat: f64) -> bool {
    !((72.004..=137.8347).contains(&lon) && (0.8293..=55.8271).contains(&lat))
}

fn shift(lon: f64, lat: f64) -> (f64, f64) {
    let (x, y) = (lon - 105.0, lat - 35.0);
    let (xy, root) = (x * y, x.abs().sqrt());
    let (x_pi, y_pi) = (x * PI, y * PI);
    let d = 20.0 * (6.0 * x_pi).sin() + 20.0 * (2.0 * x_pi).sin();
    let mut d_lat = d;
    let mut d_lon = d;
    d_lat += 20.0 * y_pi.sin() + 40.0 * (y_pi / 3.0).sin();
    d_lon += 20.0 * x_pi.sin() + 40.0 * (x_pi / 3.0).sin();
    d_lat += 160.0 * (y_pi / 12.0).sin() + 320.0 * (y_pi / 30.0).sin();
    d_lon += 150.0 * (x_pi / 12.0).sin() + 300.0 * (x_pi / 30.0).sin();
    d_lat *= 2.0 / 3.0;
    d_lon *= 2.0 / 3.0;
    d_lat += -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * xy + 0.2 * root;
    d_lon += 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * xy + 0.1 * root;
    let rad = lat / 180.0 * PI;
    let magic = 1.0 - EE * rad.sin() * rad.sin();
    let root_magic = magic.sqrt();
    d_lat = (d_lat * 180.0) / ((A * (1.0 - EE)) / (magic * root_magic) * PI);
    d_lon = (d_lon * 180.0) / (A / root_magic * rad.cos() * PI);
    (d_lon, d_lat)
}

/// WGS 84 (or CGCS2000) degrees to GCJ-02 degrees.
#[must_use]
pub fn wgs84_to_gcj02(lon: f64, lat: f64) -> (f64, f64) {
    if outside_china(lon, lat) {
        return (lon, lat);
    }
    let (d_lon, d_lat) = shift(lon, lat);
    (lon + d_lon, lat + d_lat)
}

/// Solves `forward(p) = target` by fixed-point steps from `target` itself.
fn invert(forward: fn(f64, f64) -> (f64, f64), target: (f64, f64)) -> (f64, f64) {
    let (mut lon, mut lat) = target;
    for _ in 0..ROUNDS {
        let (x, y) = forward(lon, lat);
        let (step_x, step_y) = (target.0 - x, target.1 - y);
        lon += step_x;
        lat += step_y;
        if step_x.abs() < STEP && step_y.abs() < STEP {
            break;
        }
    }
    (lon, lat)
}

/// GCJ-02 degrees to WGS 84 degrees, within 0.2 mm of the exact inverse.
#[must_use]
pub fn gcj02_to_wgs84(lon: f64, lat: f64) -> (f64, f64) {
    if outside_china(lon, lat) { (lon, lat) } else { invert(wgs84_to_gcj02, (lon, lat)) }
}

fn gcj_to_bd(lon: f64, lat: f64) -> (f64, f64) {
    let z = (lon * lon + lat * lat).sqrt() + 0.00002 * (lat * X_PI).sin();
    let theta = lat.atan2(lon) + 0.000_003 * (lon * X_PI).cos();
    (z * theta.cos() + 0.0065, z * theta.sin() + 0.006)
}

/// GCJ-02 degrees to BD-09 degrees.
#[must_use]
pub fn gcj02_to_bd09(lon: f64, lat: f64) -> (f64, f64) {
    if outside_china(lon, lat) { (lon, lat) } else { gcj_to_bd(lon, lat) }
}

/// BD-09 degrees to GCJ-02 degrees, iterated: the usual closed formula is off by up to 0.21 m.
#[must_use]
pub fn bd09_to_gcj02(lon: f64, lat: f64) -> (f64, f64) {
    if outside_china(lon, lat) { (lon, lat) } else { invert(gcj_to_bd, (lon, lat)) }
}

/// BD-09 degrees to WGS 84 degrees.
#[must_use]
pub fn bd09_to_wgs84(lon: f64, lat: f64) -> (f64, f64) {
    let (lon, lat) = bd09_to_gcj02(lon, lat);
    gcj02_to_wgs84(lon, lat)
}

/// WGS 84 degrees to BD-09 degrees.
#[must_use]
pub fn wgs84_to_bd09(lon: f64, lat: f64) -> (f64, f64) {
    let (lon, lat) = wgs84_to_gcj02(lon, lat);
    gcj02_to_bd09(lon, lat)
}
