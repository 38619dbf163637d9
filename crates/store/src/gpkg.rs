//! 图层 Layers of the GeoPackage: how one is registered, indexed and measured.

use crate::error::Problem;
use lifang_model::Extent;
use rusqlite::{Connection, params};

/// Date of every entry in the contents table. The true one would make equal plans differ byte by byte; what is newer
/// is told by the revision in `lifang_meta`.
pub(crate) const LAST_CHANGE: &str = "2000-01-01T00:00:00.000Z";

const RTREE: &str = "http://www.geopackage.org/spec120/#extension_rtree";

/// 图层 A feature layer or, without geometry, an attribute table.
pub(crate) struct Layer<'a> {
    /// Name of the table; `geom` is its geometry column, `fid` its key.
    pub(crate) table: &'a str,
    /// GeoPackage geometry type; `None` for a plain table.
    pub(crate) geometry: Option<&'a str>,
    /// What people read beside the name.
    pub(crate) description: &'a str,
}

/// A name as SQL takes it, whatever characters it has.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Layer<'_> {
    /// Registers a table that exists, with spatial index and triggers.
    pub(crate) fn register(&self, db: &Connection, srs: i32) -> Result<(), Problem> {
        let kind = if self.geometry.is_some() { "features" } else { "attributes" };
        db.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)
             VALUES (?1, ?2, ?1, ?3, ?4, ?5)",
            params![self.table, kind, self.description, LAST_CHANGE, self.geometry.map(|_| srs)],
        )?;
        let Some(geometry) = self.geometry else { return Ok(()) };
        db.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2, ?3, 0, 0)",
            params![self.table, geometry, srs],
        )?;
        db.execute(
            "INSERT INTO gpkg_extensions VALUES (?1, 'geom', 'gpkg_rtree_index', ?2, 'write-only')",
            params![self.table, RTREE],
        )?;
        let index = quoted(&format!("rtree_{}_geom", self.table));
        db.execute_batch(&format!("CREATE VIRTUAL TABLE {index} USING rtree(id, minx, maxx, miny, maxy);"))?;
        db.execute_batch(&self.triggers())?;
        Ok(())
    }

    /// Removes the table and everything about it.
    pub(crate) fn remove(&self, db: &Connection) -> Result<(), Problem> {
        let index = quoted(&format!("rtree_{}_geom", self.table));
        db.execute_batch(&format!(
            "DROP TABLE IF EXISTS {index}; DROP TABLE IF EXISTS {};",
            quoted(self.table)
        ))?;
        for sql in [
            "DELETE FROM gpkg_extensions WHERE table_name = ?1",
            "DELETE FROM gpkg_geometry_columns WHERE table_name = ?1",
            "DELETE FROM gpkg_contents WHERE table_name = ?1",
            "DELETE FROM layer_styles WHERE f_table_name = ?1",
        ] {
            db.execute(sql, [self.table])?;
        }
        Ok(())
    }

    /// The triggers of the R-tree extension, GeoPackage 1.3 annex F.3.
    fn triggers(&self) -> String {
        const TEXT: &str = r#"
CREATE TRIGGER "{p}_insert" AFTER INSERT ON {t}
  WHEN (new.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
  INSERT OR REPLACE INTO "{p}" VALUES
    (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER "{p}_update1" AFTER UPDATE OF geom ON {t}
  WHEN OLD.fid = NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
  INSERT OR REPLACE INTO "{p}" VALUES
    (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER "{p}_update2" AFTER UPDATE OF geom ON {t}
  WHEN OLD.fid = NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))
BEGIN
  DELETE FROM "{p}" WHERE id = OLD.fid;
END;
CREATE TRIGGER "{p}_update3" AFTER UPDATE ON {t}
  WHEN OLD.fid != NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
  DELETE FROM "{p}" WHERE id = OLD.fid;
  INSERT OR REPLACE INTO "{p}" VALUES
    (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER "{p}_update4" AFTER UPDATE ON {t}
  WHEN OLD.fid != NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))
BEGIN
  DELETE FROM "{p}" WHERE id IN (OLD.fid, NEW.fid);
END;
CREATE TRIGGER "{p}_delete" AFTER DELETE ON {t}
  WHEN old.geom NOT NULL
BEGIN
  DELETE FROM "{p}" WHERE id = OLD.fid;
END;
"#;
        let plain = format!("rtree_{}_geom", self.table).replace('"', "\"\"");
        TEXT.replace("{p}", &plain).replace("{t}", &quoted(self.table))
    }
}

/// 空间索引 Fills the spatial index of a layer and notes its extent. The triggers are for other programs: this one
/// writes whole layers, and switches triggers off while it does.
pub(crate) struct Index<'a> {
    db: &'a Connection,
    insert: rusqlite::CachedStatement<'a>,
    table: &'a str,
    total: Option<[f64; 4]>,
}

impl<'a> Index<'a> {
    /// Empties a layer and its index.
    pub(crate) fn restart(db: &'a Connection, table: &'a str) -> Result<Self, Problem> {
        let index = quoted(&format!("rtree_{table}_geom"));
        db.execute(&format!("DELETE FROM {}", quoted(table)), [])?;
        db.execute(&format!("DELETE FROM {index}"), [])?;
        let insert = db.prepare_cached(&format!("INSERT INTO {index} VALUES (?1, ?2, ?3, ?4, ?5)"))?;
        Ok(Self { db, insert, table, total: None })
    }

    /// Takes up the box of one feature.
    pub(crate) fn add(
        &mut self,
        fid: i64,
        extent: Option<Extent>,
        lattice: &crate::geometry::Lattice,
    ) -> Result<(), Problem> {
        let Some(extent) = extent else { return Ok(()) };
        let ((x0, y0), (x1, y1)) = (lattice.metres(extent.min), lattice.metres(extent.max));
        self.insert.execute(params![fid, x0, x1, y0, y1])?;
        let [a, b, c, d] = self.total.unwrap_or([x0, y0, x1, y1]);
        self.total = Some([a.min(x0), b.min(y0), c.max(x1), d.max(y1)]);
        Ok(())
    }

    /// Writes the extent of the layer.
    pub(crate) fn finish(self) -> Result<(), Problem> {
        let side = |at: usize| self.total.map(|total| total[at]);
        self.db.execute(
            "UPDATE gpkg_contents SET min_x = ?2, min_y = ?3, max_x = ?4, max_y = ?5 WHERE table_name = ?1",
            params![self.table, side(0), side(1), side(2), side(3)],
        )?;
        Ok(())
    }
}
