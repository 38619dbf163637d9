//! 由上传新建 Makes a plan from files that were looked at.

use super::Upload;
use super::table::{TableBody, table};
use crate::answer::taken;
use crate::error::ApiError;
use crate::folder::{free, make};
use crate::hall::Hall;
use crate::state::Served;
use crate::tasks::{Begun, preset};
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use lifang_planner::{Columns, CrsSpec, Layer, LayersRequest, OsmRequest, Source};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LayerBody {
    file: String,
    layer: Option<String>,
    crs: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ColumnsBody {
    households: Option<String>,
    persons: Option<String>,
    elders: Option<String>,
    children: Option<String>,
    merchants: Option<String>,
    floors: Option<String>,
    units: Option<String>,
    #[serde(rename = "use")]
    use_: Option<String>,
    name: Option<String>,
    code: Option<String>,
    compound: Option<String>,
    category: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanBody {
    /// Name of the plan file.
    file: String,
    /// Name of the territory; that of the file without one.
    name: Option<String>,
    code: Option<String>,
    preset: Option<String>,
    buildings: Option<LayerBody>,
    streets: Option<LayerBody>,
    facilities: Option<LayerBody>,
    compounds: Option<LayerBody>,
    gates: Option<LayerBody>,
    boundary: Option<LayerBody>,
    /// Households, residents or merchants, joined to the buildings.
    table: Option<TableBody>,
    #[serde(default)]
    columns: ColumnsBody,
    /// Name of an OpenStreetMap extract, in the place of layers.
    osm: Option<String>,
    crs: Option<String>,
    encoding: Option<String>,
}

fn crs(text: Option<&String>) -> Result<Option<CrsSpec>, ApiError> {
    let spec = text.filter(|text| !text.is_empty()).map(|text| CrsSpec::parse(text)).transpose();
    spec.map_err(|error| ApiError::BadRequest(error.to_string()))
}

fn layer(upload: &Upload, body: Option<&LayerBody>) -> Result<Option<Layer>, ApiError> {
    let Some(body) = body else { return Ok(None) };
    Ok(Some(Layer {
        path: upload.file(&body.file)?,
        layer: body.layer.clone(),
        crs: crs(body.crs.as_ref())?,
    }))
}

fn source(upload: &Upload, body: PlanBody, stem: String) -> Result<Source, ApiError> {
    let name = body.name.filter(|name| !name.trim().is_empty()).unwrap_or(stem);
    let code = body.code.unwrap_or_default();
    let boundary = layer(upload, body.boundary.as_ref())?;
    let spec = crs(body.crs.as_ref())?;
    let table = body.table.map(|body| table(upload, body)).transpose()?;
    if let Some(osm) = &body.osm {
        let osm = upload.file(osm)?;
        return Ok(Source::Osm(Box::new(OsmRequest { name, code, osm, boundary, table, crs: spec })));
    }
    let buildings = layer(upload, body.buildings.as_ref())?.ok_or_else(|| {
        ApiError::BadRequest("say which file holds the buildings, or name an extract as osm".to_owned())
    })?;
    let columns = body.columns;
    Ok(Source::Layers(Box::new(LayersRequest {
        name,
        code,
        buildings,
        columns: Columns {
            households: columns.households,
            persons: columns.persons,
            elders: columns.elders,
            children: columns.children,
            merchants: columns.merchants,
            floors: columns.floors,
            units: columns.units,
            use_: columns.use_,
            name: columns.name,
            code: columns.code,
            compound: columns.compound,
            category: columns.category,
        },
        streets: layer(upload, body.streets.as_ref())?,
        facilities: layer(upload, body.facilities.as_ref())?,
        compounds: layer(upload, body.compounds.as_ref())?,
        gates: layer(upload, body.gates.as_ref())?,
        boundary,
        table,
        crs: spec,
        encoding: body.encoding.filter(|text| !text.is_empty()),
    })))
}

/// `POST /api/uploads/{id}/plan`: a job that makes a plan file of the upload.
pub(crate) async fn plan(
    State(served): State<Arc<Served>>,
    Extension(hall): Extension<Arc<Hall>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Result<Json<PlanBody>, JsonRejection>,
) -> Begun {
    let body = taken(&headers, body)?;
    let upload = served.uploads.find(&id)?;
    let out = free(&served.folder, &body.file)?;
    let stem = out.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let preset = preset(body.preset.clone())?;
    let source = source(&upload, body, stem)?;
    make(&served, hall, out, source, preset, Some(upload))
}
