-- The log of edits, and publications. README.md explains each table.

-- Entries of the log that the stored assignment already includes.
ALTER TABLE lifang_plan ADD COLUMN logged INTEGER NOT NULL DEFAULT 0;

CREATE TABLE lifang_edit (
  plan INTEGER NOT NULL REFERENCES lifang_plan (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  of INTEGER,
  base INTEGER NOT NULL,
  at TEXT,
  author TEXT,
  reason TEXT,
  edit BLOB,
  change BLOB,
  seal BLOB NOT NULL,
  PRIMARY KEY (plan, seq)
) WITHOUT ROWID;

CREATE TABLE lifang_publication (
  id INTEGER NOT NULL PRIMARY KEY,
  plan INTEGER NOT NULL REFERENCES lifang_plan (id),
  seq INTEGER NOT NULL,
  effective TEXT NOT NULL,
  retired TEXT,
  at TEXT,
  author TEXT,
  reason TEXT,
  signature TEXT NOT NULL,
  content BLOB NOT NULL
);

-- What was published stays as it was; only the day it goes out of force is added.
CREATE TRIGGER lifang_publication_kept BEFORE DELETE ON lifang_publication
BEGIN SELECT RAISE(ABORT, 'a published plan is permanent'); END;
CREATE TRIGGER lifang_publication_fixed BEFORE UPDATE OF id, plan, seq, effective, signature, content ON lifang_publication
BEGIN SELECT RAISE(ABORT, 'a published plan is permanent'); END;

CREATE TABLE lifang_code (
  plan INTEGER NOT NULL REFERENCES lifang_plan (id),
  code TEXT NOT NULL,
  PRIMARY KEY (plan, code)
) WITHOUT ROWID;

CREATE TABLE lifang_succession (
  publication INTEGER NOT NULL REFERENCES lifang_publication (id),
  level TEXT NOT NULL,
  old TEXT NOT NULL,
  new TEXT NOT NULL,
  households INTEGER NOT NULL,
  persons INTEGER NOT NULL,
  PRIMARY KEY (publication, level, old, new)
) WITHOUT ROWID;
