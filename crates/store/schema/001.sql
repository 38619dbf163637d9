-- Version 1: the GeoPackage 1.3 core, the inputs as layers, and the tables of Lifang. README.md explains each table.

CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL,
  definition TEXT NOT NULL,
  description TEXT
);
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
  ('WGS 84 geodetic', 4326, 'EPSG', 4326,
   'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]',
   'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid');

CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY,
  data_type TEXT NOT NULL,
  identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  min_x DOUBLE,
  min_y DOUBLE,
  max_x DOUBLE,
  max_y DOUBLE,
  srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);

CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL,
  m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents (table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);

CREATE TABLE gpkg_extensions (
  table_name TEXT,
  column_name TEXT,
  extension_name TEXT NOT NULL,
  definition TEXT NOT NULL,
  scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);

-- Inputs: feature layers a planner can open, and edit, in any GIS.

CREATE TABLE boundary (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom POLYGON);

CREATE TABLE buildings (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  geom MULTIPOLYGON,
  code TEXT NOT NULL,
  name TEXT,
  use TEXT NOT NULL DEFAULT 'unknown',
  levels INTEGER,
  units INTEGER,
  compound INTEGER,
  households INTEGER NOT NULL DEFAULT 0,
  persons INTEGER NOT NULL DEFAULT 0,
  merchants INTEGER NOT NULL DEFAULT 0,
  elders INTEGER NOT NULL DEFAULT 0,
  children INTEGER NOT NULL DEFAULT 0,
  day_persons INTEGER NOT NULL DEFAULT 0,
  households_certainty TEXT NOT NULL DEFAULT 'unknown',
  persons_certainty TEXT NOT NULL DEFAULT 'unknown',
  ages_certainty TEXT NOT NULL DEFAULT 'unknown',
  merchants_certainty TEXT NOT NULL DEFAULT 'unknown'
);

CREATE TABLE entrances (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom POINT, building INTEGER NOT NULL);

CREATE TABLE compounds (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  geom MULTIPOLYGON,
  code TEXT NOT NULL,
  name TEXT,
  kind TEXT NOT NULL DEFAULT 'residential',
  walled BOOLEAN NOT NULL DEFAULT 0
);

CREATE TABLE gates (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  geom POINT,
  compound INTEGER NOT NULL,
  open BOOLEAN NOT NULL DEFAULT 1
);

CREATE TABLE streets (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  geom LINESTRING,
  code TEXT NOT NULL,
  name TEXT,
  class TEXT NOT NULL DEFAULT 'unknown',
  layer INTEGER NOT NULL DEFAULT 0,
  bridge BOOLEAN NOT NULL DEFAULT 0,
  tunnel BOOLEAN NOT NULL DEFAULT 0,
  foot TEXT NOT NULL DEFAULT 'yes'
);

CREATE TABLE barriers (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  geom LINESTRING,
  class TEXT NOT NULL DEFAULT 'wall'
);

CREATE TABLE areas (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  geom POLYGON,
  cover TEXT NOT NULL DEFAULT 'green',
  name TEXT
);

CREATE TABLE facilities (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  geom POINT,
  code TEXT NOT NULL,
  name TEXT,
  category TEXT NOT NULL,
  capacity INTEGER,
  area_m2 DOUBLE,
  open_to_public BOOLEAN NOT NULL DEFAULT 1
);

CREATE TABLE faults (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  severity TEXT NOT NULL,
  code TEXT NOT NULL,
  file TEXT,
  layer TEXT,
  row INTEGER,
  "column" TEXT,
  feature TEXT,
  cause TEXT NOT NULL,
  action TEXT NOT NULL
);

-- What Lifang alone reads.

CREATE TABLE lifang_meta (key TEXT NOT NULL PRIMARY KEY, value NOT NULL) WITHOUT ROWID;

CREATE TABLE lifang_territory (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL,
  code TEXT NOT NULL,
  frame_crs TEXT,
  frame_source TEXT,
  origin_x DOUBLE NOT NULL,
  origin_y DOUBLE NOT NULL,
  fingerprint BLOB NOT NULL
);

CREATE TABLE lifang_ground (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  fabric TEXT NOT NULL,
  enclosures INTEGER NOT NULL,
  arcs BLOB NOT NULL,
  cells BLOB NOT NULL,
  links BLOB NOT NULL,
  stacks BLOB NOT NULL,
  faults TEXT NOT NULL,
  stale BOOLEAN NOT NULL DEFAULT 0
);

CREATE TABLE lifang_atom (
  id INTEGER NOT NULL PRIMARY KEY,
  code TEXT NOT NULL,
  kind TEXT NOT NULL,
  building INTEGER,
  compound INTEGER,
  unit INTEGER NOT NULL,
  floor_low INTEGER,
  floor_high INTEGER,
  households INTEGER NOT NULL,
  persons INTEGER NOT NULL,
  merchants INTEGER NOT NULL,
  elders INTEGER NOT NULL,
  children INTEGER NOT NULL,
  day_persons INTEGER NOT NULL,
  households_certainty TEXT NOT NULL,
  persons_certainty TEXT NOT NULL,
  ages_certainty TEXT NOT NULL,
  merchants_certainty TEXT NOT NULL,
  anchor_x INTEGER NOT NULL,
  anchor_y INTEGER NOT NULL
);

CREATE TABLE lifang_plan (
  id INTEGER NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  fabric TEXT NOT NULL,
  seed TEXT NOT NULL,
  rules TEXT NOT NULL,
  pinned BLOB NOT NULL,
  revision INTEGER NOT NULL,
  current BOOLEAN NOT NULL
);

CREATE TABLE lifang_level (
  plan INTEGER NOT NULL REFERENCES lifang_plan (id) ON DELETE CASCADE,
  level INTEGER NOT NULL,
  key TEXT NOT NULL,
  assignment BLOB NOT NULL,
  PRIMARY KEY (plan, level)
) WITHOUT ROWID;

CREATE TABLE lifang_zone (
  plan INTEGER NOT NULL,
  level INTEGER NOT NULL,
  zone INTEGER NOT NULL,
  code TEXT NOT NULL,
  name TEXT,
  kind TEXT NOT NULL,
  parent INTEGER,
  status TEXT NOT NULL,
  PRIMARY KEY (plan, level, zone),
  FOREIGN KEY (plan, level) REFERENCES lifang_level (plan, level) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE lifang_result (key TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE lifang_derived (table_name TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
