//! 控制点 A local survey grid fitted to control points from a table.

use crate::named;
use crate::{FitKind, PlannerError};
use lifang_crs::{ControlPoint, CrsSpec, Fitting, fit_grid};
use lifang_formats::{FeatureTable, Value};
use lifang_ingest::IngestError;
use lifang_model::{Fault, Place, Severity};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// 控制点请求 Which points tie the grid to Earth, and how well they must fit.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlRequest {
    /// A table with the local coordinates and the known ones of every point.
    pub path: PathBuf,
    /// The system the points are known in; CGCS2000 degrees where the table has longitudes and latitudes.
    pub known: Option<CrsSpec>,
    /// The map to fit.
    pub kind: FitKind,
    /// Largest residual that is accepted, metres.
    pub tolerance_m: f64,
}

/// 拟合精度 How a local grid lies on the known system.
#[derive(Clone, Debug, Serialize)]
pub struct ControlFit {
    /// The fitted grid as a coordinate system: what `--crs` takes and the plan keeps.
    pub crs: String,
    /// Residual of each point, mm.
    pub points: Vec<ControlResidual>,
    /// Standard deviation of a coordinate, mm; `None` without redundancy.
    pub sigma_mm: Option<f64>,
    /// Scale beyond 1, parts per million.
    pub scale_ppm: f64,
    /// Rotation, degrees counter-clockwise.
    pub rotation_deg: f64,
}

/// 残差 How far the map misses one point.
#[derive(Clone, Debug, Serialize)]
pub struct ControlResidual {
    /// The point.
    pub name: String,
    /// Distance, mm.
    pub residual_mm: f64,
}

const LOCAL: [&[&str]; 2] = [
    &["local_x", "local_e", "local_east", "x", "东坐标", "横坐标", "地方东坐标", "地方横坐标", "独立横坐标"],
    &["local_y", "local_n", "local_north", "y", "北坐标", "纵坐标", "地方北坐标", "地方纵坐标", "独立纵坐标"],
];
const DEGREES: [&[&str]; 2] = [&["lon", "lng", "longitude", "经度"], &["lat", "latitude", "纬度"]];
const METRES: [&[&str]; 2] = [
    &["known_x", "known_e", "east", "easting", "cgcs2000_x", "e", "2000东坐标", "2000横坐标", "国家横坐标"],
    &["known_y", "known_n", "north", "northing", "cgcs2000_y", "n", "2000北坐标", "2000纵坐标", "国家纵坐标"],
];
const NAMES: &[&str] = &["name", "point", "id", "no", "点号", "点名", "名称"];

/// Reads the points and fits the grid; what a planner must know of it comes as faults.
pub(crate) fn fit(request: &ControlRequest) -> Result<(CrsSpec, ControlFit, Vec<Fault>), PlannerError> {
    let table = named::read(&request.path)?;
    let (points, known) = points(&table, request)?;
    let fitting = fit_grid(&points, &known, request.kind)?;
    let place = Place { file: Some(request.path.display().to_string()), ..Place::default() };
    let faults = judge(&fitting, &points, request, &place)?;
    let crs = CrsSpec::Fitted(fitting.grid);
    let tenth = |mm: f64| (mm * 10.0).round() / 10.0;
    let residual = |(point, mm): (&ControlPoint, &f64)| ControlResidual {
        name: point.name.clone(),
        residual_mm: tenth(*mm),
    };
    let told = ControlFit {
        crs: crs.to_string(),
        points: points.iter().zip(&fitting.residuals_mm).map(residual).collect(),
        sigma_mm: fitting.sigma_mm.map(tenth),
        scale_ppm: fitting.scale_ppm,
        rotation_deg: fitting.rotation_deg,
    };
    Ok((crs, told, faults))
}

fn judge(
    fitting: &Fitting,
    points: &[ControlPoint],
    request: &ControlRequest,
    place: &Place,
) -> Result<Vec<Fault>, PlannerError> {
    let limit = request.tolerance_m * 1000.0;
    let mut faults: Vec<Fault> = points
        .iter()
        .zip(&fitting.residuals_mm)
        .filter(|(_, mm)| **mm > limit)
        .map(|(point, mm)| {
            let cause = format!("the point misses the fit by {mm:.1} mm; at most {limit:.1} mm is accepted");
            let action = "Check the point, leave it out, say --fit affine with four points or more, or --fit-tolerance METRES.";
            Fault::new(Severity::Error, "C-503", cause, action).at(Place { feature: Some(point.name.clone()), ..place.clone() })
        })
        .collect();
    if fitting.exchanged {
        let cause = "the points fit ten times better with the two local coordinates exchanged";
        let action = "Put east first: in Chinese surveys X is north; name the columns local_x (east) and local_y (north).";
        faults.push(Fault::new(Severity::Error, "C-504", cause, action).at(place.clone()));
    }
    if !faults.is_empty() {
        return Err(IngestError::Faults(faults).into());
    }
    let worst = fitting.residuals_mm.iter().copied().fold(0.0, f64::max);
    let cause = format!(
        "the local grid was fitted to {} points onto {}: largest residual {worst:.1} mm, scale {:+.2} ppm, rotation {:+.6}°",
        points.len(),
        fitting.grid.onto(),
        fitting.scale_ppm,
        fitting.rotation_deg
    );
    faults.push(
        Fault::new(
            Severity::Notice,
            "C-502",
            cause,
            "Exports go back into the local grid unless --crs says otherwise.",
        )
        .at(place.clone()),
    );
    if fitting.sigma_mm.is_none() {
        let cause = "the points are just enough for the fit, so none of them was checked";
        faults.push(
            Fault::new(Severity::Warning, "C-505", cause, "Give one more point, well away from the others.")
                .at(place.clone()),
        );
    }
    Ok(faults)
}

/// The points of a table and the system they are known in.
fn points(
    table: &FeatureTable,
    request: &ControlRequest,
) -> Result<(Vec<ControlPoint>, CrsSpec), PlannerError> {
    let local = pair(table, LOCAL);
    let degrees = pair(table, DEGREES)
        .filter(|_| request.known.as_ref().is_none_or(|crs| crs.is_geographic().unwrap_or(false)));
    let known = degrees.or_else(|| pair(table, METRES));
    let (Some(local), Some(known)) = (local, known) else {
        return Err(PlannerError::Table {
            file: request.path.display().to_string(),
            row: 1,
            column: "local_x, local_y, lon, lat".to_owned(),
            cause: format!(
                "a table of control points has local_x, local_y and lon, lat or east, north; this one has {}",
                table.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
            ),
            action: "Name the columns so; x is east, y is north".to_owned(),
        });
    };
    let system = match (&request.known, degrees) {
        (Some(crs), _) => crs.clone(),
        (None, Some(_)) => CrsSpec::Epsg(4490),
        (None, None) => return Err(missing(&request.path)),
    };
    let name = NAMES.iter().find_map(|name| column(table, &[name]));
    let mut points = Vec::with_capacity(table.rows.len());
    for (at, row) in table.rows.iter().enumerate() {
        let number = |column: usize| match row.values.get(column) {
            Some(Value::Integer(whole)) => Ok(*whole as f64),
            Some(Value::Real(real)) => Ok(*real),
            Some(Value::Text(text)) => text.trim().parse::<f64>().map_err(|_no_number| column),
            _ => Err(column),
        };
        let all = || Ok([number(local.0)?, number(local.1)?, number(known.0)?, number(known.1)?]);
        let line = table.lines.get(at).copied().unwrap_or(at as u64 + 1);
        let [x, y, u, v] = all().map_err(|column: usize| PlannerError::Table {
            file: request.path.display().to_string(),
            row: line,
            column: table.columns[column].name.clone(),
            cause: "the cell holds no coordinate".to_owned(),
            action: "Correct it, or delete the row".to_owned(),
        })?;
        let called =
            name.and_then(|at| row.values.get(at)).map(Value::to_text).filter(|name| !name.is_empty());
        points.push(ControlPoint {
            name: called.unwrap_or_else(|| format!("row {line}")),
            local: (x, y),
            known: (u, v),
        });
    }
    Ok((points, system))
}

fn missing(path: &Path) -> PlannerError {
    PlannerError::Table {
        file: path.display().to_string(),
        row: 1,
        column: "east, north".to_owned(),
        cause: "the table does not say which system east and north are in".to_owned(),
        action: "Say it with --control-crs, e.g. --control-crs EPSG:4545".to_owned(),
    }
}

fn pair(table: &FeatureTable, names: [&[&str]; 2]) -> Option<(usize, usize)> {
    Some((column(table, names[0])?, column(table, names[1])?))
}

fn column(table: &FeatureTable, names: &[&str]) -> Option<usize> {
    names
        .iter()
        .find_map(|name| table.columns.iter().position(|column| column.name.trim().to_lowercase() == *name))
}
