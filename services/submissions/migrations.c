#include "services/submissions/migrations.h"

// submissions: the number is the row id, so rows and receipts only ever append; ids are time-ordered, so their index does too.
// The inbox is asked most for what is undecided: those alone are in a small index that forgets a row when it is decided. All
// else is read along the numbers, newest first, in bounded steps.
const struct store_migration submissions_migrations[SUBMISSIONS_MIGRATIONS] = {
    {1, 1,
     "CREATE TABLE forms ("
     " slug TEXT PRIMARY KEY,"
     " version INTEGER NOT NULL,"
     " open INTEGER NOT NULL CHECK (open IN (0, 1))"
     ") STRICT;"
     "CREATE TABLE form_versions ("
     " slug TEXT NOT NULL,"
     " version INTEGER NOT NULL,"
     " hash BLOB NOT NULL,"
     " definition BLOB NOT NULL,"
     " at INTEGER NOT NULL,"
     " PRIMARY KEY (slug, version)"
     ") STRICT;"
     "CREATE TABLE submissions ("
     " number INTEGER PRIMARY KEY,"
     " id TEXT NOT NULL UNIQUE,"
     " form TEXT NOT NULL,"
     " form_version INTEGER NOT NULL,"
     // not IN (...): with more than two values SQLite builds a temporary table for it at every write
     " state TEXT NOT NULL CHECK (state = 'received' OR state = 'in_review' OR state = 'accepted' OR state = 'rejected'"
     "  OR state = 'duplicate' OR state = 'withdrawn' OR state = 'erased'),"
     " title TEXT,"
     " language TEXT,"
     " received_at INTEGER NOT NULL,"
     " updated_at INTEGER NOT NULL,"
     " version INTEGER NOT NULL,"
     " entry_id TEXT,"
     " duplicate_of TEXT,"
     " taken_by TEXT,"
     " sent BLOB,"
     " CHECK (state <> 'erased' OR (sent IS NULL AND title IS NULL))"
     ") STRICT;"
     "CREATE INDEX submissions_undecided ON submissions (number) WHERE state IN ('received', 'in_review');"
     "CREATE TABLE history ("
     " number INTEGER NOT NULL REFERENCES submissions (number),"
     " version INTEGER NOT NULL,"
     " moved_at INTEGER NOT NULL,"
     " state TEXT NOT NULL,"
     " moved_by TEXT NOT NULL,"
     " reason TEXT,"
     " text TEXT,"
     " PRIMARY KEY (number, version)"
     ") STRICT;"
     "CREATE TABLE known_entries (id TEXT PRIMARY KEY) STRICT;"},
    // Who of the staff took a step, and which; the entry as it was last accepted, for whoever accepts it again.
    {2, 1,
     "ALTER TABLE history ADD COLUMN login TEXT;"
     "ALTER TABLE history ADD COLUMN move TEXT;"
     "CREATE TABLE published ("
     " number INTEGER PRIMARY KEY REFERENCES submissions (number),"
     " version INTEGER NOT NULL,"
     " entry BLOB NOT NULL"
     ") STRICT;"},
    // When the sender last gave their answers and consents, where that was after the first time.
    {3, 1, "ALTER TABLE submissions ADD COLUMN corrected_at INTEGER;"},
    // How often the address to write to was changed: links that went to the ones before open nothing any more.
    {4, 1, "ALTER TABLE submissions ADD COLUMN address_changes INTEGER NOT NULL DEFAULT 0;"},
};
