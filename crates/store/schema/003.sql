-- Scenarios beside each other, and staff. README.md explains each table.

CREATE TABLE lifang_scenario (
  plan INTEGER NOT NULL PRIMARY KEY REFERENCES lifang_plan (id) ON DELETE CASCADE,
  origin INTEGER NOT NULL REFERENCES lifang_plan (id),
  seq INTEGER NOT NULL,
  base BLOB NOT NULL,
  at TEXT,
  author TEXT,
  reason TEXT
);

CREATE TABLE lifang_staff (
  zone TEXT NOT NULL,
  role TEXT NOT NULL,
  name TEXT NOT NULL,
  phone TEXT,
  since TEXT,
  PRIMARY KEY (zone, role, name)
) WITHOUT ROWID;
