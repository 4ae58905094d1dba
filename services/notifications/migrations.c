#include "services/notifications/migrations.h"

// Rows are appended and read along n; the indexes hold only what is open, or what staff look for.
static const char ledger[] =
    "CREATE TABLE mail ("
    " n INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL UNIQUE,"
    " dedup TEXT NOT NULL UNIQUE,"
    " kind TEXT NOT NULL,"
    " contact TEXT,"                              // NULL once it is forgotten to whom it went
    " subject_id TEXT NOT NULL,"
    " language TEXT NOT NULL,"
    " route TEXT NOT NULL,"
    " bulk INTEGER NOT NULL CHECK (bulk BETWEEN 0 AND 1),"   // goes to many: after all that goes to one
    " state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 8)," // mail_life.h
    " facts BLOB,"
    " attempts INTEGER NOT NULL DEFAULT 0,"
    " owed_at INTEGER NOT NULL,"
    " due_at INTEGER NOT NULL,"
    " ended_at INTEGER,"
    " holder BLOB,"                               // the sender that has it
    " slot INTEGER,"
    " tried_at INTEGER,"                          // the first try since it is owed: the time for more of them counts from here
    " code INTEGER, status TEXT, reason TEXT,"    // of the last trouble, or why it ended
    " CHECK ((state = 3) = (holder IS NOT NULL)),"
    " CHECK ((state > 5) = (ended_at IS NOT NULL))"
    ") STRICT;"
    "CREATE INDEX mail_due ON mail(route, bulk, due_at, n) WHERE state <= 2;"
    "CREATE INDEX mail_leased ON mail(holder) WHERE state = 3;"
    "CREATE INDEX mail_to ON mail(contact) WHERE contact IS NOT NULL;"
    "CREATE INDEX mail_about ON mail(subject_id, n) WHERE subject_id <> '';"
    "CREATE INDEX mail_by_state ON mail(state, n) WHERE state <> 3 AND state <> 6;"
    "CREATE INDEX mail_ended ON mail(ended_at) WHERE ended_at IS NOT NULL AND contact IS NOT NULL;"
    "CREATE TABLE attempt ("
    " mail INTEGER NOT NULL REFERENCES mail(n), n INTEGER NOT NULL,"
    " at INTEGER NOT NULL, outcome TEXT NOT NULL, code INTEGER, status TEXT, reason TEXT,"
    " PRIMARY KEY (mail, n)"
    ") STRICT, WITHOUT ROWID;"
    // How many mails are in each state, kept by the rows themselves; 0: how many are overdue, as the watchdog last counted.
    "CREATE TABLE tally (state INTEGER PRIMARY KEY, count INTEGER NOT NULL) STRICT;"
    "INSERT INTO tally (state, count) VALUES (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0);"
    "CREATE TRIGGER mail_counted AFTER INSERT ON mail BEGIN UPDATE tally SET count = count + 1 WHERE state = new.state; END;"
    "CREATE TRIGGER mail_moved AFTER UPDATE OF state ON mail WHEN old.state <> new.state BEGIN"
    " UPDATE tally SET count = count - 1 WHERE state = old.state;"
    " UPDATE tally SET count = count + 1 WHERE state = new.state; END;"
    "CREATE TABLE routed (names TEXT NOT NULL) STRICT;"   // the routes that mails were last sorted to
    // Routes whose server cannot be used at present, as the sender in a slot says.
    "CREATE TABLE trouble (slot INTEGER NOT NULL, route TEXT NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (slot, route)) STRICT, WITHOUT ROWID;";

// A contact's row goes with its last use. consent is only ever appended to; subscription is what it amounts to at present.
static const char contacts[] =
    "CREATE TABLE contact ("
    " n INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL UNIQUE,"
    " folded TEXT NOT NULL UNIQUE,"               // of the address, to find it by
    " address TEXT NOT NULL,"
    " language TEXT NOT NULL,"
    " state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),"   // contact.h
    " generation INTEGER NOT NULL DEFAULT 1,"
    " asked INTEGER NOT NULL DEFAULT 0,"          // how often it was asked to confirm
    " asked_at INTEGER,"
    " created_at INTEGER NOT NULL,"
    " confirmed_at INTEGER,"
    " suspended_at INTEGER, suspended_why TEXT,"
    " soft_bounces INTEGER NOT NULL DEFAULT 0, soft_at INTEGER,"
    " frequency TEXT NOT NULL DEFAULT 'weekly' CHECK (frequency = 'weekly' OR frequency = 'monthly'),"
    " themes TEXT NOT NULL DEFAULT '',"           // ids between blanks; empty: all
    " districts TEXT NOT NULL DEFAULT ''"
    ") STRICT;"
    "CREATE INDEX contact_by_state ON contact(state, n) WHERE state <> 2;"
    "CREATE TABLE wording (hash BLOB PRIMARY KEY, language TEXT NOT NULL, text TEXT NOT NULL) STRICT;"
    "CREATE TABLE consent ("
    " n INTEGER PRIMARY KEY AUTOINCREMENT,"
    " contact TEXT NOT NULL,"
    " at INTEGER NOT NULL,"
    " purpose TEXT NOT NULL,"
    " act TEXT NOT NULL CHECK (act = 'requested' OR act = 'confirmed' OR act = 'revoked'),"
    " by TEXT NOT NULL,"
    " wording BLOB REFERENCES wording(hash),"
    " language TEXT NOT NULL,"
    " mail TEXT"
    ") STRICT;"
    "CREATE INDEX consent_of ON consent(contact, n);"
    "CREATE TRIGGER consent_stays BEFORE DELETE ON consent BEGIN SELECT raise(ABORT, 'append-only'); END;"
    "CREATE TRIGGER consent_as_it_was BEFORE UPDATE ON consent BEGIN SELECT raise(ABORT, 'append-only'); END;"
    "CREATE TABLE subscription ("
    " list TEXT NOT NULL, contact INTEGER NOT NULL REFERENCES contact(n), since INTEGER NOT NULL,"
    " PRIMARY KEY (list, contact)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX subscription_of ON subscription(contact);"
    "CREATE TABLE returned (report BLOB PRIMARY KEY, at INTEGER NOT NULL) STRICT;"
    "CREATE INDEX returned_at ON returned(at);";

static const char matters[] =
    "CREATE TABLE matter ("
    " id TEXT PRIMARY KEY, contact TEXT, language TEXT NOT NULL, receipt TEXT NOT NULL, form_title TEXT NOT NULL,"
    " entry_id TEXT, received_at INTEGER NOT NULL, known_at INTEGER NOT NULL, undecided INTEGER NOT NULL CHECK (undecided BETWEEN 0 AND 1)"
    ") STRICT;"
    "CREATE INDEX matter_entry ON matter(entry_id) WHERE entry_id IS NOT NULL;"
    "CREATE INDEX matter_of ON matter(contact) WHERE contact IS NOT NULL;"
    "CREATE INDEX matter_undecided ON matter(received_at) WHERE undecided = 1;"
    "CREATE TABLE reminder ("
    " n INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, subject_id TEXT NOT NULL,"
    " due_at INTEGER NOT NULL, until INTEGER, facts BLOB, ended_at INTEGER, outcome TEXT"
    ") STRICT;"
    "CREATE INDEX reminder_due ON reminder(due_at) WHERE ended_at IS NULL;"
    "CREATE INDEX reminder_about ON reminder(subject_id);"
    "CREATE TABLE staff ("
    " account TEXT PRIMARY KEY, login TEXT NOT NULL, roles TEXT NOT NULL DEFAULT '', disabled INTEGER NOT NULL DEFAULT 0,"
    " contact TEXT, new_submissions TEXT NOT NULL DEFAULT 'none', overdue INTEGER NOT NULL DEFAULT 0, language TEXT NOT NULL DEFAULT 'de'"
    ") STRICT;"
    "CREATE INDEX staff_contact ON staff(contact) WHERE contact IS NOT NULL;";

static const char written[] =
    "CREATE TABLE template ("
    " name TEXT NOT NULL, language TEXT NOT NULL, version INTEGER NOT NULL, source TEXT,"   // NULL: the city's again
    " at INTEGER NOT NULL, login TEXT NOT NULL, PRIMARY KEY (name, language, version)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE newsletter ("
    " n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),"
    " version INTEGER NOT NULL, subject_de TEXT NOT NULL, body_de TEXT NOT NULL, subject_en TEXT NOT NULL, body_en TEXT NOT NULL,"
    " updated_at INTEGER NOT NULL, login TEXT NOT NULL, sent_at INTEGER, cursor INTEGER NOT NULL DEFAULT 0, recipients INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE INDEX newsletter_sent ON newsletter(n) WHERE sent_at IS NOT NULL;"
    "CREATE TABLE round (name TEXT PRIMARY KEY, period TEXT NOT NULL, cursor INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL) STRICT;"
    "CREATE TABLE news ("   // entries as they were first published
    " entry_id TEXT PRIMARY KEY, title TEXT NOT NULL, summary TEXT NOT NULL, themes TEXT NOT NULL, district TEXT NOT NULL, shown INTEGER NOT NULL, first_at INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX news_by_time ON news(first_at);";

// Mailboxes by a keyed hash, of whoever they are (ration.h); at: of the last change.
static const char rations[] =
    "CREATE TABLE ration ("
    " who BLOB PRIMARY KEY, asked INTEGER NOT NULL, asked_at INTEGER NOT NULL, told INTEGER NOT NULL, told_since INTEGER NOT NULL, at INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX ration_old ON ration(at);"
    "ALTER TABLE contact DROP COLUMN asked;";

// That somebody reads an address does not say that they are the member of staff who gave it.
static const char proofs[] =
    "ALTER TABLE staff ADD COLUMN proven INTEGER NOT NULL DEFAULT 0 CHECK (proven BETWEEN 0 AND 1);"
    "UPDATE staff SET proven = 1 WHERE contact IN (SELECT id FROM contact WHERE state = 2);";

// What is old can be found.
static const char ages[] =
    "ALTER TABLE news ADD COLUMN hidden_at INTEGER;"
    "UPDATE news SET hidden_at = first_at WHERE shown = 0;"
    "CREATE INDEX news_hidden ON news(hidden_at) WHERE hidden_at IS NOT NULL;"
    "CREATE INDEX reminder_ended ON reminder(ended_at) WHERE ended_at IS NOT NULL;";

// Links of mails to an address end with it (link.h).
static const char addresses[] = "ALTER TABLE matter ADD COLUMN address_changes INTEGER NOT NULL DEFAULT 0;";

// By their settings: boxes of returned mails that could not be read at the last look.
static const char boxes[] = "CREATE TABLE unreadable (box TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;";

// Has a sender had it? Of those that are there nobody knows.
static const char handed[] = "ALTER TABLE mail ADD COLUMN handed INTEGER NOT NULL DEFAULT 1 CHECK (handed BETWEEN 0 AND 1);";

// What a mail was owed for may name its reader, and what a member of the staff left behind may, too. 9: how many mails a server ever took.
static const char nameless[] =
    "UPDATE mail SET dedup = 'forgotten/' || id WHERE contact IS NULL AND substr(dedup, 1, 10) <> 'forgotten/';"
    "UPDATE mail SET subject_id = '' WHERE contact IS NULL AND subject_id IN (SELECT account FROM staff);"
    "UPDATE staff SET contact = NULL, proven = 0, new_submissions = 'none', overdue = 0 WHERE disabled = 1;"
    "INSERT INTO tally (state, count) SELECT 9, count FROM tally WHERE state = 6;"
    "CREATE TRIGGER mail_taken AFTER UPDATE OF state ON mail WHEN new.state = 6 AND old.state <> 6 BEGIN"
    " UPDATE tally SET count = count + 1 WHERE state = 9; END;";

// Is a newsletter still on its way? One look per newsletter.
static const char under_way[] = "CREATE INDEX newsletter_open ON mail(subject_id) WHERE kind = 'newsletter' AND state <= 5;";

// suspect.h. deaths: of processes that had it alone; outlasted: how often it was alone for long and ended none; holder, slot: who has it alone.
static const char suspects[] =
    "CREATE TABLE suspect ("
    " mail INTEGER PRIMARY KEY REFERENCES mail(n), since INTEGER NOT NULL, deaths INTEGER NOT NULL DEFAULT 0, outlasted INTEGER NOT NULL DEFAULT 0,"
    " holder BLOB, slot INTEGER, alone_at INTEGER, CHECK ((holder IS NULL) = (alone_at IS NULL))"
    ") STRICT;";

// A mail's id follows from what it is owed for, so that needs no index of its own, which cost every mail an entry of 80 bytes. The table is
// made anew, as are those that speak of its rows; a number is never given twice.
static const char one_key[] =
    "CREATE TABLE mail_next ("
    " n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, dedup TEXT NOT NULL, kind TEXT NOT NULL, contact TEXT, subject_id TEXT NOT NULL,"
    " language TEXT NOT NULL, route TEXT NOT NULL, bulk INTEGER NOT NULL CHECK (bulk BETWEEN 0 AND 1), state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 8),"
    " facts BLOB, attempts INTEGER NOT NULL DEFAULT 0, owed_at INTEGER NOT NULL, due_at INTEGER NOT NULL, ended_at INTEGER, holder BLOB, slot INTEGER,"
    " tried_at INTEGER, code INTEGER, status TEXT, reason TEXT, handed INTEGER NOT NULL DEFAULT 1 CHECK (handed BETWEEN 0 AND 1),"
    " CHECK ((state = 3) = (holder IS NOT NULL)), CHECK ((state > 5) = (ended_at IS NOT NULL))"
    ") STRICT;"
    "INSERT INTO mail_next(n, id, dedup, kind, contact, subject_id, language, route, bulk, state, facts, attempts, owed_at, due_at, ended_at,"
    " holder, slot, tried_at, code, status, reason, handed)"
    " SELECT n, id, dedup, kind, contact, subject_id, language, route, bulk, state, facts, attempts, owed_at, due_at, ended_at,"
    " holder, slot, tried_at, code, status, reason, handed FROM mail ORDER BY n;"
    "DELETE FROM sqlite_sequence WHERE name = 'mail_next';"
    "INSERT INTO sqlite_sequence(name, seq) SELECT 'mail_next', seq FROM sqlite_sequence WHERE name = 'mail';"
    "CREATE TABLE attempt_next ("
    " mail INTEGER NOT NULL REFERENCES mail_next(n), n INTEGER NOT NULL,"
    " at INTEGER NOT NULL, outcome TEXT NOT NULL, code INTEGER, status TEXT, reason TEXT,"
    " PRIMARY KEY (mail, n)"
    ") STRICT, WITHOUT ROWID;"
    "INSERT INTO attempt_next(mail, n, at, outcome, code, status, reason) SELECT mail, n, at, outcome, code, status, reason FROM attempt;"
    "CREATE TABLE suspect_next ("
    " mail INTEGER PRIMARY KEY REFERENCES mail_next(n), since INTEGER NOT NULL, deaths INTEGER NOT NULL DEFAULT 0, outlasted INTEGER NOT NULL DEFAULT 0,"
    " holder BLOB, slot INTEGER, alone_at INTEGER, CHECK ((holder IS NULL) = (alone_at IS NULL))"
    ") STRICT;"
    "INSERT INTO suspect_next(mail, since, deaths, outlasted, holder, slot, alone_at)"
    " SELECT mail, since, deaths, outlasted, holder, slot, alone_at FROM suspect;"
    "DROP TABLE attempt; DROP TABLE suspect; DROP TABLE mail;"
    "ALTER TABLE mail_next RENAME TO mail;"
    "ALTER TABLE attempt_next RENAME TO attempt;"
    "ALTER TABLE suspect_next RENAME TO suspect;"
    "CREATE INDEX mail_due ON mail(route, bulk, due_at, n) WHERE state <= 2;"
    "CREATE INDEX mail_leased ON mail(holder) WHERE state = 3;"
    "CREATE INDEX mail_to ON mail(contact) WHERE contact IS NOT NULL;"
    "CREATE INDEX mail_about ON mail(subject_id, n) WHERE subject_id <> '';"
    "CREATE INDEX mail_by_state ON mail(state, n) WHERE state <> 3 AND state <> 6;"
    "CREATE INDEX mail_ended ON mail(ended_at) WHERE ended_at IS NOT NULL AND contact IS NOT NULL;"
    "CREATE INDEX newsletter_open ON mail(subject_id) WHERE kind = 'newsletter' AND state <= 5;"
    "CREATE TRIGGER mail_counted AFTER INSERT ON mail BEGIN UPDATE tally SET count = count + 1 WHERE state = new.state; END;"
    "CREATE TRIGGER mail_moved AFTER UPDATE OF state ON mail WHEN old.state <> new.state BEGIN"
    " UPDATE tally SET count = count - 1 WHERE state = old.state;"
    " UPDATE tally SET count = count + 1 WHERE state = new.state; END;"
    "CREATE TRIGGER mail_taken AFTER UPDATE OF state ON mail WHEN new.state = 6 AND old.state <> 6 BEGIN"
    " UPDATE tally SET count = count + 1 WHERE state = 9; END;";

const struct store_migration notifications_migrations[] = {{1, 1, ledger}, {2, 1, contacts}, {3, 1, matters}, {4, 1, written}, {5, 1, rations}, {6, 1, proofs}, {7, 1, ages}, {8, 1, addresses}, {9, 1, boxes},
                                                           {10, 1, handed}, {11, 1, nameless}, {12, 1, under_way}, {13, 1, suspects}, {14, 1, one_key}};
const int notifications_migration_count = sizeof notifications_migrations / sizeof *notifications_migrations;
