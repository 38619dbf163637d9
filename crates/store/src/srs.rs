//! 坐标系登记 How the frame's coordinate reference system is named in the GeoPackage.

use crate::error::Problem;
use lifang_crs::CrsSpec;
use lifang_model::Frame;
use rusqlite::{Connection, params};

/// "Undefined Cartesian": metres whose place on Earth nobody gave.
pub(crate) const UNDEFINED: i32 = -1;
/// Identifier of a CRS that has no number of its own. Numbers from 100000 on are free for users in GIS programs.
const CUSTOM: i32 = 100_000;

/// Enters the frame's CRS and names it in every layer.
pub(crate) fn enter(db: &Connection, frame: &Frame) -> Result<i32, Problem> {
    let spec = lifang_crs::frame_spec(frame);
    let definition = |spec: &CrsSpec| {
        lifang_crs::esri_wkt(spec).map_err(|error| Problem::Unfit(format!("the frame's CRS: {error}")))
    };
    let srs = match &spec {
        CrsSpec::Epsg(code) => {
            let code = i32::try_from(*code)
                .map_err(|_too_large| Problem::Unfit(format!("EPSG:{code} is no code")))?;
            add(db, code, &spec.to_string(), "EPSG", &definition(&spec)?)?;
            code
        }
        CrsSpec::Local => UNDEFINED,
        other => {
            add(db, CUSTOM, "Lifang frame", "LIFANG", &definition(other)?)?;
            CUSTOM
        }
    };
    db.execute("UPDATE gpkg_contents SET srs_id = ?1 WHERE data_type = 'features'", [srs])?;
    db.execute("UPDATE gpkg_geometry_columns SET srs_id = ?1", [srs])?;
    Ok(srs)
}

fn add(db: &Connection, id: i32, name: &str, organization: &str, definition: &str) -> Result<(), Problem> {
    db.execute(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?1, ?2, ?3, ?2, ?4, NULL)
         ON CONFLICT (srs_id) DO UPDATE SET definition = excluded.definition WHERE srs_id = ?5",
        params![name, id, organization, definition, CUSTOM],
    )?;
    Ok(())
}

/// The identifier the layers carry.
pub(crate) fn current(db: &Connection) -> Result<i32, rusqlite::Error> {
    db.query_row("SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = 'boundary'", [], |row| {
        row.get(0)
    })
}
