//! PROJ, asked in one place only.
//!
//! The `proj` crate asserts in a few corners where PROJ gives up without a message (an engineering CRS, a system
//! that has no ESRI WKT). Input must never bring the program down, so every such call goes through [`guarded`].

use crate::CrsError;
use proj::Proj;
use serde_json::Value;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

/// What sort of horizontal system a CRS is.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Geographic,
    Projected,
}

/// What Lifang needs to know of a CRS.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub kind: Kind,
    /// Name of the datum or ensemble.
    pub datum: String,
    /// EPSG code at the root of the definition, if it has one.
    pub epsg: Option<u32>,
    /// Name of the projection method; empty for a geographic system.
    pub method: String,
    /// Central meridian, degrees.
    pub lon_0: Option<f64>,
    /// False easting, metres.
    pub false_easting: Option<f64>,
    /// Whether it is measured from the equator, with scale 1 on the meridian and no false northing, as the standard
    /// Gauss-Krüger zones are.
    pub standard_origin: bool,
    /// Whether it brings its own parameters to WGS 84 (`TOWGS84`), which its code would not.
    pub bound: bool,
    /// Whether its length unit is the metre.
    pub metric: bool,
}

/// The text, short enough for a message.
pub(crate) fn short(text: &str) -> String {
    let text = text.trim();
    if text.chars().count() <= 120 {
        text.to_owned()
    } else {
        let mut cut: String = text.chars().take(117).collect();
        cut.push_str("...");
        cut
    }
}

/// Runs a call into the `proj` crate and turns its assertions into `None`.
fn guarded<T>(call: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(call)).ok()
}

/// A CRS object from any text PROJ accepts.
pub(crate) fn object(text: &str) -> Result<Proj, CrsError> {
    let unknown = |reason: &str| CrsError::Unknown { text: short(text), reason: reason.to_owned() };
    let mut definition = text.trim().to_owned();
    if definition.starts_with('+') && !definition.contains("+type=crs") {
        definition.push_str(" +type=crs");
    }
    match guarded(|| Proj::new(&definition)) {
        Some(Ok(object)) => Ok(object),
        Some(Err(error)) => Err(unknown(&error.to_string())),
        None => Err(unknown("PROJ refused it without saying why")),
    }
}

/// Descriptions already asked for: PROJ takes some 10 ms for one, and the same few systems come again and again.
static KNOWN: Mutex<BTreeMap<String, Facts>> = Mutex::new(BTreeMap::new());

/// Descriptions kept; a plan uses three or four.
const KNOWN_LIMIT: usize = 256;

/// What Lifang needs to know of a CRS.
pub(crate) fn facts(text: &str) -> Result<Facts, CrsError> {
    let known = KNOWN.lock().ok().and_then(|known| known.get(text).cloned());
    if let Some(facts) = known {
        return Ok(facts);
    }
    let facts = describe(text)?;
    if let Ok(mut known) = KNOWN.lock()
        && known.len() < KNOWN_LIMIT
    {
        known.insert(text.to_owned(), facts.clone());
    }
    Ok(facts)
}

/// Reads the facts out of PROJ's own JSON description.
fn describe(text: &str) -> Result<Facts, CrsError> {
    let object = object(text)?;
    let unknown = |reason: String| CrsError::Unknown { text: short(text), reason };
    let json = guarded(|| object.to_projjson(Some(false), None, None))
        .ok_or_else(|| unknown("PROJ cannot describe it".to_owned()))?
        .map_err(|error| unknown(error.to_string()))?;
    let mut root: Value = serde_json::from_str(&json).map_err(|error| unknown(error.to_string()))?;
    // A WKT with TOWGS84 is a bound CRS, one with heights a compound CRS: the horizontal part is inside.
    let mut bound = false;
    for _ in 0..4 {
        let inner = match root["type"].as_str().unwrap_or("") {
            "BoundCRS" => {
                bound = true;
                root["source_crs"].take()
            }
            "CompoundCRS" => root["components"][0].take(),
            _ => break,
        };
        root = inner;
    }
    let type_name = root["type"].as_str().unwrap_or("nameless object").to_owned();
    let (kind, base) = match type_name.as_str() {
        "GeographicCRS" | "DerivedGeographicCRS" => (Kind::Geographic, &root),
        "GeodeticCRS" if root["coordinate_system"]["subtype"] == "ellipsoidal" => (Kind::Geographic, &root),
        "ProjectedCRS" => (Kind::Projected, &root["base_crs"]),
        _ => return Err(CrsError::NotHorizontal { text: short(text), kind: type_name }),
    };
    let datum = [&base["datum"]["name"], &base["datum_ensemble"]["name"]]
        .into_iter()
        .find_map(Value::as_str)
        .unwrap_or("")
        .to_owned();
    let conversion = &root["conversion"];
    let parameter = |wanted: &str| {
        conversion["parameters"]
            .as_array()?
            .iter()
            .find_map(|p| (p["name"].as_str()? == wanted).then(|| p["value"].as_f64())?)
    };
    let unit = &root["coordinate_system"]["axis"][0]["unit"];
    let metric = unit == "metre" || unit["conversion_factor"].as_f64() == Some(1.0);
    Ok(Facts {
        kind,
        datum,
        epsg: (root["id"]["authority"] == "EPSG")
            .then(|| root["id"]["code"].as_u64().and_then(|code| u32::try_from(code).ok()))
            .flatten(),
        method: conversion["method"]["name"].as_str().unwrap_or("").to_owned(),
        lon_0: parameter("Longitude of natural origin"),
        false_easting: parameter("False easting"),
        standard_origin: parameter("Scale factor at natural origin") == Some(1.0)
            && parameter("Latitude of natural origin") == Some(0.0)
            && parameter("False northing").is_none_or(|northing| northing == 0.0),
        bound,
        metric: kind == Kind::Projected && metric,
    })
}

/// A transformation between two systems, axes east and north on both sides.
pub(crate) fn path(from: &str, to: &str) -> Result<Proj, CrsError> {
    let no_path =
        |reason: &str| CrsError::NoPath { from: short(from), to: short(to), reason: reason.to_owned() };
    // Both ends are looked at first: PROJ says clearly what is wrong with one, and nothing about a pair.
    facts(from)?;
    facts(to)?;
    match guarded(|| Proj::new_known_crs(from, to, None)) {
        Some(Ok(path)) => Ok(path),
        Some(Err(error)) => Err(no_path(&error.to_string())),
        None => Err(no_path("PROJ knows none")),
    }
}

/// Whether PROJ's way between the two systems ignores a datum shift it has no parameters for ("ballpark").
pub(crate) fn is_ballpark(from: &str, to: &str) -> Result<bool, CrsError> {
    let made = path(from, to)?;
    let description = guarded(|| made.proj_info()).and_then(|info| info.description).unwrap_or_default();
    Ok(description.contains("Ballpark"))
}

/// One coordinate through a transformation.
pub(crate) fn convert(path: &Proj, x: f64, y: f64, crs: &str) -> Result<(f64, f64), CrsError> {
    let out = |reason: String| CrsError::OutOfRange { x, y, crs: crs.to_owned(), reason };
    if !(x.is_finite() && y.is_finite()) {
        return Err(out("is not a number".to_owned()));
    }
    match path.convert((x, y)) {
        Ok((a, b)) if a.is_finite() && b.is_finite() => Ok((a, b)),
        Ok(_) => Err(out("lies outside what the coordinate system covers".to_owned())),
        Err(error) => Err(out(format!("cannot be converted ({error})"))),
    }
}

/// The CRS as ESRI's dialect of WKT 1.
pub(crate) fn esri(text: &str) -> Result<String, CrsError> {
    let object = object(text)?;
    let none = |reason: String| CrsError::NoWkt { crs: short(text), reason };
    guarded(|| object.as_wkt(Some(proj::wkt::WktVersion::Wkt1_Esri), None))
        .ok_or_else(|| none("ESRI's WKT has no word for its projection".to_owned()))?
        .map_err(|error| none(error.to_string()))
}
