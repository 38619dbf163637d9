//! 坐标统一 Which coordinate system each layer is in, and the one frame everything is put in.

use crate::IngestError;
use crate::faults::FaultLog;
use lifang_crs::{CrsError, CrsSpec, FromFrame, ToFrame, choose_frame, detect};
use lifang_model::{Frame, Place, Point};

/// A box of raw coordinates: west, south, east, north.
pub(crate) type Box4 = [f64; 4];

/// 读法 How the numbers of a layer are to be read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reading {
    pub(crate) spec: CrsSpec,
    /// Whether north comes first.
    pub(crate) swapped: bool,
    /// The box of the numbers, east first.
    pub(crate) extent: Box4,
}

/// What may say how a layer's numbers are to be read, in this order of strength.
pub(crate) struct Says<'a> {
    /// The user, for this layer.
    pub(crate) layer: Option<&'a CrsSpec>,
    /// The file.
    pub(crate) declared: Option<&'a str>,
    /// The user, for all layers.
    pub(crate) asked: Option<&'a CrsSpec>,
    /// Another layer in the same place.
    pub(crate) neighbour: Option<&'a Reading>,
}

/// Decides how a layer's numbers are to be read; `None` after an error was logged.
pub(crate) fn reading(says: &Says<'_>, extent: Box4, place: &Place, log: &mut FaultLog) -> Option<Reading> {
    let web = says.asked.filter(|spec| matches!(spec, CrsSpec::Gcj02 | CrsSpec::Bd09));
    let degrees = |text: &str| CrsSpec::parse(text).and_then(|spec| spec.is_geographic()).unwrap_or(false);
    if let Some(spec) = says.layer {
        return told(spec, extent, place, log);
    }
    // Files with web-map data call it WGS 84 or say nothing, so the user's word on degrees is stronger than theirs.
    if let Some(spec) = web.filter(|_| says.declared.is_none_or(degrees)) {
        return told(spec, extent, place, log);
    }
    let candidates = detect(says.declared, extent);
    if let Some(sure) = candidates.iter().find(|candidate| candidate.certain) {
        let reading =
            Reading { spec: sure.spec.clone(), swapped: sure.swapped, extent: turned(extent, sure.swapped) };
        if says.declared.is_none() || sure.swapped {
            let cause = format!("the coordinates are taken as {}: {}", sure.spec, sure.why);
            log.notice("I-116", place.clone(), cause, "Name the coordinate system if that is wrong.");
        }
        return Some(reading);
    }
    if let Some(spec) = says.asked {
        if let Some(declared) = says.declared {
            let cause = format!("the file declares {declared:?}, which its numbers do not fit");
            log.warning("I-116", place.clone(), cause, &format!("They were read as {spec}, as asked."));
        }
        return told(spec, extent, place, log);
    }
    if let Some(neighbour) = says.neighbour.filter(|other| says.declared.is_none() && near(extent, other)) {
        let cause = format!(
            "the file names no coordinate system; its numbers lie where the buildings' lie ({})",
            neighbour.spec
        );
        log.warning("I-116", place.clone(), cause, "They were read as the buildings are.");
        return Some(Reading { extent: turned(extent, neighbour.swapped), ..neighbour.clone() });
    }
    let why: Vec<String> = candidates.iter().map(|c| format!("{} ({})", c.spec, c.why)).collect();
    let list = if why.is_empty() { "nothing known fits".to_owned() } else { why.join("; ") };
    let cause = format!(
        "the coordinate system of x {} to {}, y {} to {} is not certain: {list}",
        extent[0], extent[2], extent[1], extent[3]
    );
    log.error("I-116", place.clone(), cause, "Name it with --crs, for example --crs EPSG:4545.");
    None
}

/// Reads numbers as the user said, if they can be that.
fn told(spec: &CrsSpec, extent: Box4, place: &Place, log: &mut FaultLog) -> Option<Reading> {
    let found = detect(Some(&spec.to_string()), extent).into_iter().find(|candidate| candidate.spec == *spec);
    match found {
        Some(candidate) if candidate.swapped => {
            let cause = format!("in {spec} the coordinates fit only with north first");
            log.warning("I-116", place.clone(), cause, "The two coordinates were exchanged.");
            Some(Reading { spec: spec.clone(), swapped: true, extent: turned(extent, true) })
        }
        Some(candidate) if !candidate.certain => {
            let cause = format!(
                "x {} to {}, y {} to {} cannot be {spec}: {}",
                extent[0], extent[2], extent[1], extent[3], candidate.why
            );
            log.error("I-107", place.clone(), cause, "Name the coordinate system the data is in.");
            None
        }
        _ => Some(Reading { spec: spec.clone(), swapped: false, extent }),
    }
}

fn turned(extent: Box4, swapped: bool) -> Box4 {
    if swapped { [extent[1], extent[0], extent[3], extent[2]] } else { extent }
}

fn near(raw: Box4, other: &Reading) -> bool {
    let (a, b) = (turned(raw, other.swapped), other.extent);
    a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]
}

/// The frame for buildings read this way: the user's wish where it is a metric system on Earth, else what suits the data.
pub(crate) fn frame(buildings: &Reading, wish: Option<&CrsSpec>) -> Result<Frame, IngestError> {
    let own = choose_frame(&buildings.spec, buildings.extent)?;
    let mut frame = match wish {
        Some(spec) if *spec != buildings.spec && *spec != CrsSpec::Local && !spec.is_geographic()? => {
            choose_frame(spec, carried(&own, &buildings.spec, buildings.extent, spec)?)?
        }
        _ => own,
    };
    frame.source = Some(buildings.spec.to_string());
    Ok(frame)
}

/// A box in one system as a box in another: its corners and the middles of its sides.
fn carried(frame: &Frame, from: &CrsSpec, extent: Box4, to: &CrsSpec) -> Result<Box4, CrsError> {
    let (forth, back) = (ToFrame::new(from, frame)?, FromFrame::new(frame, to)?);
    let mut out = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let middle = [f64::midpoint(extent[0], extent[2]), f64::midpoint(extent[1], extent[3])];
    for x in [extent[0], middle[0], extent[2]] {
        for y in [extent[1], middle[1], extent[3]] {
            let (x, y) = back.point(forth.point(x, y)?)?;
            out = [out[0].min(x), out[1].min(y), out[2].max(x), out[3].max(y)];
        }
    }
    Ok(out)
}

/// Puts raw coordinates on the lattice.
pub(crate) struct Mover {
    to: ToFrame,
    swapped: bool,
}

impl Mover {
    pub(crate) fn new(reading: &Reading, frame: &Frame) -> Result<Self, CrsError> {
        Ok(Self { to: ToFrame::new(&reading.spec, frame)?, swapped: reading.swapped })
    }

    pub(crate) fn point(&self, x: f64, y: f64) -> Result<Point, CrsError> {
        if self.swapped { self.to.point(y, x) } else { self.to.point(x, y) }
    }
}
