#include "services/registry/migrations.h"

// entry.n counts first publications, so it is the order people see and the rowid of everything beside the entry.
// head is the packed Entry without description and address, detail the packed Entry with description_html alone: concatenated (and
// the address appended) they are the answer, since protobuf merges. card and search hold published entries only.
// search: `detail=none` keeps lists of entries without positions, which makes intersections cheap; words of titles are in it a second
// time with '=' before them; 3 to 17 letters of every token have an index of their own:
static const char first[] =
    "CREATE TABLE entry ("
    "  n INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  id TEXT NOT NULL UNIQUE,"
    "  state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),"
    "  version INTEGER NOT NULL,"
    "  published_at INTEGER NOT NULL,"
    "  head BLOB NOT NULL,"
    "  detail BLOB NOT NULL"
    ") STRICT;"
    "CREATE TABLE entry_version ("
    "  n INTEGER NOT NULL REFERENCES entry(n),"
    "  version INTEGER NOT NULL,"
    "  at INTEGER NOT NULL,"
    "  content BLOB NOT NULL,"
    "  PRIMARY KEY (n, version)"
    ") STRICT;"
    "CREATE TABLE source ("
    "  submission TEXT PRIMARY KEY,"
    "  entry_id TEXT,"
    "  seq INTEGER NOT NULL,"
    "  at INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE also_reported ("
    "  submission TEXT PRIMARY KEY,"
    "  entry_id TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX also_reported_entry ON also_reported(entry_id);"
    "CREATE TABLE card ("
    "  n INTEGER PRIMARY KEY REFERENCES entry(n),"
    "  codes TEXT NOT NULL,"
    "  title TEXT NOT NULL,"
    "  summary TEXT NOT NULL,"
    "  lat REAL,"
    "  lon REAL"
    ") STRICT;"
    "CREATE TABLE facet_count ("
    "  facet TEXT NOT NULL,"
    "  id TEXT NOT NULL,"
    "  count INTEGER NOT NULL CHECK (count >= 0),"
    "  PRIMARY KEY (facet, id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE chore (name TEXT PRIMARY KEY, rounds INTEGER NOT NULL) STRICT;"
    "CREATE VIRTUAL TABLE search USING fts5("
    "  tokens, tokenize=\"ascii tokenchars '_-='\", detail=none, columnsize=0, prefix='3 4 5 6 7 8 9 10 11 12 13 14 15 16 17');";

// theme_district counts this node's own published entries; '' stands for none. report: what readers told; text, page and email go
// some time after it is resolved (report.c), the rest stays as a figure.
static const char second[] =
    "ALTER TABLE entry_version ADD COLUMN changed TEXT NOT NULL DEFAULT '';"
    "CREATE TABLE theme_district ("
    "  theme TEXT NOT NULL,"
    "  district TEXT NOT NULL,"
    "  count INTEGER NOT NULL CHECK (count >= 0),"
    "  PRIMARY KEY (theme, district)"
    ") STRICT, WITHOUT ROWID;"
    "INSERT INTO theme_district(theme, district, count)"
    "  SELECT coalesce(t.id, ''), coalesce(d.id, ''), count(*) FROM card c"
    "  LEFT JOIN facet_count t ON t.facet = 'theme' AND instr(' ' || c.codes || ' ', ' theme_' || t.id || ' ') > 0"
    "  LEFT JOIN facet_count d ON d.facet = 'district' AND instr(' ' || c.codes || ' ', ' district_' || d.id || ' ') > 0"
    "  GROUP BY 1, 2;"
    "CREATE TABLE report ("
    "  n INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  id TEXT NOT NULL UNIQUE,"
    "  entry_id TEXT NOT NULL,"
    "  reason TEXT NOT NULL,"
    "  text TEXT NOT NULL,"
    "  page TEXT NOT NULL,"
    "  email TEXT NOT NULL,"
    "  created_at INTEGER NOT NULL,"
    "  resolved_at INTEGER,"
    "  resolved_by TEXT NOT NULL DEFAULT '',"
    "  outcome TEXT NOT NULL DEFAULT '',"
    "  note TEXT NOT NULL DEFAULT '',"
    "  bare INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE INDEX report_open ON report(n) WHERE resolved_at IS NULL;"
    "CREATE INDEX report_entry ON report(entry_id) WHERE entry_id <> '' AND bare = 0;"
    "CREATE INDEX report_due ON report(resolved_at) WHERE resolved_at IS NOT NULL AND bare = 0;";

// fresh: of entries that are shown, or only hidden because nobody confirmed them (freshness.h).
static const char third[] =
    "CREATE TABLE fresh ("
    "  n INTEGER PRIMARY KEY REFERENCES entry(n),"
    "  step INTEGER NOT NULL CHECK (step BETWEEN 0 AND 3),"
    "  step_at INTEGER NOT NULL"
    ") STRICT;"
    "INSERT INTO fresh(n, step, step_at)"
    "  SELECT e.n, 0, max(v.at) FROM entry e JOIN entry_version v ON v.n = e.n WHERE e.state = 1 GROUP BY e.n;"
    "CREATE INDEX fresh_due ON fresh(step, step_at) WHERE step < 3;";

// asked: what became of the mail to its people, '' until that is known.
static const char fourth[] =
    "ALTER TABLE fresh ADD COLUMN asked TEXT NOT NULL DEFAULT '';"
    "DROP INDEX fresh_due;"
    "CREATE INDEX fresh_due ON fresh(step, step_at);"
    "CREATE INDEX source_entry ON source(entry_id) WHERE entry_id IS NOT NULL;";

const struct store_migration registry_migrations[] = {{1, 1, first}, {2, 2, second}, {3, 2, third}, {4, 2, fourth}};
const int registry_migration_count = sizeof registry_migrations / sizeof *registry_migrations;
