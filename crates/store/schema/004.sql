-- Homes by stairwell unit and floor, as a household table counts them. README.md explains each table.

CREATE TABLE storeys (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  building INTEGER NOT NULL,
  unit INTEGER NOT NULL,
  floor INTEGER NOT NULL,
  households INTEGER NOT NULL,
  persons INTEGER NOT NULL,
  merchants INTEGER NOT NULL
);
