//! The tables every GeoPackage must have, and the triggers that keep its R-tree true when others edit it.
//!
//! Source: OGC 12-128r17 (1.3), annexes C and F.3.

use super::ident;

/// Marks the file as a GeoPackage (`GPKG`) of version 1.3.
pub(super) const PRAGMAS: &str = "pragma application_id = 1196444487; pragma user_version = 10300;";

/// The mandatory tables and reference systems. The date of change is constant, so that the same table gives the same
/// bytes on any day.
pub(super) const TABLES: &str = r#"
create table if not exists gpkg_spatial_ref_sys (
  srs_name text not null, srs_id integer not null primary key, organization text not null,
  organization_coordsys_id integer not null, definition text not null, description text);
insert or ignore into gpkg_spatial_ref_sys values
  ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
  ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]', 'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid');
create table if not exists gpkg_contents (
  table_name text not null primary key, data_type text not null, identifier text unique, description text default '',
  last_change datetime not null default (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x double, min_y double, max_x double, max_y double, srs_id integer,
  constraint fk_gc_r_srs_id foreign key (srs_id) references gpkg_spatial_ref_sys(srs_id));
create table if not exists gpkg_geometry_columns (
  table_name text not null, column_name text not null, geometry_type_name text not null, srs_id integer not null,
  z tinyint not null, m tinyint not null,
  constraint pk_geom_cols primary key (table_name, column_name), constraint uk_gc_table_name unique (table_name),
  constraint fk_gc_tn foreign key (table_name) references gpkg_contents(table_name),
  constraint fk_gc_srs foreign key (srs_id) references gpkg_spatial_ref_sys (srs_id));
create table if not exists gpkg_extensions (
  table_name text, column_name text, extension_name text not null, definition text not null, scope text not null,
  constraint ge_tce unique (table_name, column_name, extension_name));
"#;

/// The tables of the metadata extension (annex F.8), made only where there is something to say.
pub(super) const METADATA: &str = r#"
create table if not exists gpkg_metadata (
  id integer constraint m_pk primary key asc not null, md_scope text not null default 'dataset',
  md_standard_uri text not null, mime_type text not null default 'text/xml', metadata text not null default '');
create table if not exists gpkg_metadata_reference (
  reference_scope text not null, table_name text, column_name text, row_id_value integer,
  timestamp datetime not null default (strftime('%Y-%m-%dT%H:%M:%fZ','now')), md_file_id integer not null,
  md_parent_id integer, constraint crmr_mfi_fk foreign key (md_file_id) references gpkg_metadata(id),
  constraint crmr_mpi_fk foreign key (md_parent_id) references gpkg_metadata(id));
insert into gpkg_extensions select name, null, 'gpkg_metadata', 'http://www.geopackage.org/spec120/#extension_metadata',
  'read-write' from (select 'gpkg_metadata' as name union all select 'gpkg_metadata_reference')
  where name not in (select table_name from gpkg_extensions where extension_name = 'gpkg_metadata');
"#;

/// Constant for `last_change`.
pub(super) const LAST_CHANGE: &str = "2000-01-01T00:00:00.000Z";

/// The R-tree of a layer.
pub(super) fn rtree_table(table: &str) -> String {
    format!(
        "create virtual table {} using rtree(id, minx, maxx, miny, maxy);",
        ident(&format!("rtree_{table}_geom"))
    )
}

/// The R-tree triggers of a layer whose key is `fid` and geometry `geom`. They call functions (`ST_MinX` …) that GIS
/// software brings along, so they are made after our own rows are in.
pub(super) fn rtree_triggers(table: &str) -> String {
    let t = ident(table);
    let r = ident(&format!("rtree_{table}_geom"));
    let name = |suffix: &str| ident(&format!("rtree_{table}_geom_{suffix}"));
    let full = r#"(new."geom" not null and not ST_IsEmpty(new."geom"))"#;
    let empty = r#"(new."geom" is null or ST_IsEmpty(new."geom"))"#;
    let put = format!(
        r#"insert or replace into {r} values (new."fid", ST_MinX(new."geom"), ST_MaxX(new."geom"), ST_MinY(new."geom"), ST_MaxY(new."geom"));"#
    );
    let drop_old = format!(r#"delete from {r} where id = old."fid";"#);
    format!(
        r#"
create trigger {insert} after insert on {t} when {full} begin {put} end;
create trigger {update1} after update of "geom" on {t} when old."fid" = new."fid" and {full} begin {put} end;
create trigger {update2} after update of "geom" on {t} when old."fid" = new."fid" and {empty} begin {drop_old} end;
create trigger {update3} after update on {t} when old."fid" != new."fid" and {full} begin {drop_old} {put} end;
create trigger {update4} after update on {t} when old."fid" != new."fid" and {empty} begin delete from {r} where id in (old."fid", new."fid"); end;
create trigger {delete} after delete on {t} when old."geom" not null begin {drop_old} end;
"#,
        insert = name("insert"),
        update1 = name("update1"),
        update2 = name("update2"),
        update3 = name("update3"),
        update4 = name("update4"),
        delete = name("delete"),
    )
}
