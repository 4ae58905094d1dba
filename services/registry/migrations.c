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

const struct store_migration registry_migrations[] = {{1, 1, first}};
const int registry_migration_count = sizeof registry_migrations / sizeof *registry_migrations;
