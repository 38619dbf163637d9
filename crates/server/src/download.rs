//! 下载 A layer, or the whole plan, as files to take away: one file, or all of them in a ZIP archive.

use crate::answer::{key, parsed};
use crate::error::ApiError;
use crate::plans::said;
use crate::state::Served;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use lifang_model::Silent;
use lifang_planner::{
    CrsSpec, Encoding, ExportRequest, Format, LayerKind, LayerRequest, Session, Thinning, WholeRequest,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use std::io::{Cursor, Write as _};
use std::path::Path;
use std::sync::Arc;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Everything RFC 8187 does not let stand as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The name of the whole plan among layers.
pub(crate) const WHOLE: &str = "plan";

/// What to take away.
#[derive(Debug)]
pub(crate) struct Wish {
    /// `None` for the whole plan.
    layer: Option<LayerRequest>,
    /// How much thinner outlines of zones are drawn.
    thinning: Option<Thinning>,
    format: Format,
    crs: Option<CrsSpec>,
    encoding: Encoding,
    zip: bool,
}

/// What is taken away.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) bytes: Vec<u8>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameters {
    layer: String,
    level: Option<String>,
    category: Option<String>,
    profile: Option<String>,
    tier: Option<String>,
    format: String,
    crs: Option<String>,
    encoding: Option<String>,
    zip: Option<bool>,
    simplify: Option<f64>,
    smooth: Option<bool>,
}

/// How much thinner outlines are drawn. Only those of zones are: what is measured anew is drawn as it is.
fn thinning(parameters: &Parameters, zones: bool, format: Format) -> Result<Option<Thinning>, ApiError> {
    let smooth = parameters.smooth.unwrap_or(false);
    let wrong = |text: &str| Err(ApiError::BadRequest(text.to_owned()));
    match parameters.simplify {
        None if smooth => wrong("smooth goes with simplify"),
        None => Ok(None),
        Some(_) if !zones => wrong("simplify is for the outlines of zones: layer zones or plan"),
        Some(_) if matches!(format, Format::Xlsx | Format::Csv) => {
            wrong("simplify is for files with outlines: geojson, shp, gpkg, dxf, kml")
        }
        Some(metres) => {
            let thinning = Thinning::new(metres, smooth);
            Ok(Some(thinning.map_err(|error| ApiError::BadRequest(error.to_string()))?))
        }
    }
}

fn wish(parameters: Parameters) -> Result<Wish, ApiError> {
    let wrong =
        |what: &str, known: &str| ApiError::BadRequest(format!("there is no such {what}; there are {known}"));
    let whole = parameters.layer == WHOLE;
    let layer = LayerKind::from_key(&parameters.layer).filter(|_| !whole);
    if layer.is_none() && !whole {
        return Err(wrong("layer", &format!("{}, and {WHOLE} for all", crate::read::LAYERS.join(", "))));
    }
    let format = match parameters.format.as_str() {
        "geojson" => Format::GeoJson,
        "shp" => Format::Shapefile,
        "gpkg" => Format::GeoPackage,
        "csv" => Format::Csv,
        "xlsx" => Format::Xlsx,
        "dxf" => Format::Dxf,
        "kml" => Format::Kml,
        _ => return Err(wrong("format", "geojson, shp, gpkg, csv, xlsx, dxf, kml")),
    };
    if whole && !matches!(format, Format::Xlsx | Format::Dxf) {
        return Err(wrong("format of a whole plan", "xlsx, dxf"));
    }
    let zones = whole || layer == Some(LayerKind::Zones);
    let thinning = thinning(&parameters, zones, format)?;
    let encoding = match key(parameters.encoding)?.as_deref() {
        None | Some("utf-8" | "utf8") => Encoding::Utf8,
        Some("gbk") => Encoding::Gbk,
        Some(_) => return Err(wrong("encoding", "utf-8, gbk")),
    };
    let crs = key(parameters.crs)?.map(|text| CrsSpec::parse(&text)).transpose();
    let (level, category) = (key(parameters.level)?, key(parameters.category)?);
    let (tier, profile) = (key(parameters.tier)?, key(parameters.profile)?);
    Ok(Wish {
        layer: layer.map(|layer| LayerRequest { layer, level, category, tier, profile, thinning }),
        thinning,
        format,
        crs: crs.map_err(|error| ApiError::BadRequest(error.to_string()))?,
        encoding,
        // A shapefile is several files.
        zip: parameters.zip.unwrap_or(true) || format == Format::Shapefile,
    })
}

/// Writes the files and packs them. The same plan gives the same bytes.
pub(crate) fn pack(session: &Session, wish: &Wish) -> Result<Package, ApiError> {
    let failed = |error: std::io::Error| ApiError::internal(&error);
    let folder = tempfile::Builder::new().prefix("lifang-export-").tempdir().map_err(failed)?;
    let exported = match &wish.layer {
        Some(layer) => session.export(
            &ExportRequest {
                layer: layer.clone(),
                format: wish.format,
                crs: wish.crs.clone(),
                encoding: wish.encoding,
                csv_geometry: lifang_planner::CsvGeometry::Points,
                out: folder.path().to_owned(),
                // Names leave the file only where whoever holds it asks for them.
                with_staff: false,
            },
            &Silent,
        ),
        None => session.export_whole(
            &WholeRequest {
                format: wish.format,
                crs: wish.crs.clone(),
                thinning: wish.thinning,
                encoding: wish.encoding,
                out: folder.path().to_owned(),
            },
            &Silent,
        ),
    };
    let exported = exported.map_err(said)?;
    let first = exported.files.first().ok_or(ApiError::Internal)?;
    let title: String = session.territory.name.chars().filter(|c| !c.is_control()).take(60).collect();
    let stem = first.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    if !wish.zip {
        let (ending, kind) = match wish.format {
            Format::GeoJson => ("geojson", "application/geo+json"),
            Format::GeoPackage => ("gpkg", "application/geopackage+sqlite3"),
            Format::Xlsx => ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            Format::Dxf => ("dxf", "image/vnd.dxf"),
            Format::Kml => ("kml", "application/vnd.google-earth.kml+xml"),
            _ => ("csv", "text/csv; charset=utf-8"),
        };
        let bytes = std::fs::read(first).map_err(failed)?;
        return Ok(Package { name: format!("{title}-{stem}.{ending}"), kind, bytes });
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // The date is a constant, so that equal plans give equal archives.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let broken = |error: zip::result::ZipError| ApiError::internal(&error);
    let mut files: Vec<&Path> = exported.files.iter().map(std::path::PathBuf::as_path).collect();
    files.sort();
    for file in files {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        zip.start_file(name, options).map_err(broken)?;
        zip.write_all(&std::fs::read(file).map_err(failed)?).map_err(failed)?;
    }
    let bytes = zip.finish().map_err(broken)?.into_inner();
    Ok(Package { name: format!("{title}-{stem}.zip"), kind: "application/zip", bytes })
}

/// RFC 6266: a plain name for old programs, the real one for all others.
fn disposition(name: &str) -> String {
    let ending = name.rsplit_once('.').map_or("bin", |(_, ending)| ending);
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' })
        .collect();
    let plain = if plain.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        plain
    } else {
        format!("lifang.{ending}")
    };
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(name, ENCODED))
}

/// `GET /api/export`.
pub(crate) async fn export(
    State(served): State<Arc<Served>>,
    query: Result<Query<Parameters>, QueryRejection>,
) -> Result<Response, ApiError> {
    let wish = wish(parsed(query)?)?;
    let package = served.ask(move |plans| plans.download(&wish)).await?;
    let said = [
        (header::CONTENT_TYPE, package.kind.to_owned()),
        (header::CONTENT_DISPOSITION, disposition(&package.name)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((said, package.bytes).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_names_travel_and_hostile_ones_cannot_break_the_header() {
        assert_eq!(
            disposition("太平街-zones.zip"),
            "attachment; filename=\"lifang.zip\"; filename*=UTF-8''%E5%A4%AA%E5%B9%B3%E8%A1%97-zones.zip"
        );
        let hostile = disposition("a\"; filename=\"b.exe\r\nX: y.zip");
        assert!(!hostile.contains('\r') && hostile.matches('"').count() == 2, "{hostile}");
        assert!(axum::http::HeaderValue::from_str(&hostile).is_ok());
    }
}
