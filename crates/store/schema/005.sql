-- Lines that divide cells, and atoms packed beside the cells they own. README.md explains each table.

CREATE TABLE cuts (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  geom LINESTRING,
  within TEXT
);

ALTER TABLE lifang_ground ADD COLUMN atoms BLOB NOT NULL DEFAULT x'';
