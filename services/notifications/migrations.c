#include "services/notifications/migrations.h"

// Rows are appended and read along n; the indexes hold only what is open, or what staff look for.
static const char ledger[] =
    "CREATE TABLE mail ("
    " n INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL UNIQUE,"                   // a keyed hash of what it is owed for: owed once
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
    " handed INTEGER NOT NULL DEFAULT 0 CHECK (handed BETWEEN 0 AND 1),"   // has a sender ever had it?
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
    "CREATE INDEX newsletter_open ON mail(subject_id) WHERE kind = 'newsletter' AND state <= 5;"   // is one still on its way? One look each.
    "CREATE TABLE attempt ("
    " mail INTEGER NOT NULL REFERENCES mail(n), n INTEGER NOT NULL,"
    " at INTEGER NOT NULL, outcome TEXT NOT NULL, code INTEGER, status TEXT, reason TEXT,"
    " PRIMARY KEY (mail, n)"
    ") STRICT, WITHOUT ROWID;"
    // suspect.h. deaths: of processes that had it alone; outlasted: how often it was alone for long and ended none; holder, slot: who has it
    // alone.
    "CREATE TABLE suspect ("
    " mail INTEGER PRIMARY KEY REFERENCES mail(n), since INTEGER NOT NULL, deaths INTEGER NOT NULL DEFAULT 0, outlasted INTEGER NOT NULL DEFAULT 0,"
    " holder BLOB, slot INTEGER, alone_at INTEGER, CHECK ((holder IS NULL) = (alone_at IS NULL))"
    ") STRICT;"
    // How many mails are in each state, kept by the rows themselves; 0: how many are overdue, as the watchdog last counted; 9: how many a
    // server ever took.
    "CREATE TABLE tally (state INTEGER PRIMARY KEY, count INTEGER NOT NULL) STRICT;"
    "INSERT INTO tally (state, count) VALUES (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0);"
    "CREATE TRIGGER mail_counted AFTER INSERT ON mail BEGIN UPDATE tally SET count = count + 1 WHERE state = new.state; END;"
    "CREATE TRIGGER mail_moved AFTER UPDATE OF state ON mail WHEN old.state <> new.state BEGIN"
    " UPDATE tally SET count = count - 1 WHERE state = old.state;"
    " UPDATE tally SET count = count + 1 WHERE state = new.state; END;"
    "CREATE TRIGGER mail_taken AFTER UPDATE OF state ON mail WHEN new.state = 6 AND old.state <> 6 BEGIN"
    " UPDATE tally SET count = count + 1 WHERE state = 9; END;"
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
    // Mailboxes by a keyed hash, of whoever they are (ration.h); at: of the last change.
    "CREATE TABLE ration ("
    " who BLOB PRIMARY KEY, asked INTEGER NOT NULL, asked_at INTEGER NOT NULL, told INTEGER NOT NULL, told_since INTEGER NOT NULL, at INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX ration_old ON ration(at);"
    "CREATE TABLE returned (report BLOB PRIMARY KEY, at INTEGER NOT NULL) STRICT;"
    "CREATE INDEX returned_at ON returned(at);"
    // By their settings: boxes of returned mails that could not be read at the last look.
    "CREATE TABLE unreadable (box TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;";

static const char matters[] =
    "CREATE TABLE matter ("
    " id TEXT PRIMARY KEY, contact TEXT, language TEXT NOT NULL, receipt TEXT NOT NULL, form_title TEXT NOT NULL,"
    " entry_id TEXT, received_at INTEGER NOT NULL, known_at INTEGER NOT NULL, undecided INTEGER NOT NULL CHECK (undecided BETWEEN 0 AND 1),"
    " address_changes INTEGER NOT NULL DEFAULT 0"   // links of mails to an address end with it (link.h)
    ") STRICT;"
    "CREATE INDEX matter_entry ON matter(entry_id) WHERE entry_id IS NOT NULL;"
    "CREATE INDEX matter_of ON matter(contact) WHERE contact IS NOT NULL;"
    "CREATE INDEX matter_undecided ON matter(received_at) WHERE undecided = 1;"
    "CREATE TABLE reminder ("
    " n INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, subject_id TEXT NOT NULL,"
    " due_at INTEGER NOT NULL, until INTEGER, facts BLOB, ended_at INTEGER, outcome TEXT"
    ") STRICT;"
    "CREATE INDEX reminder_due ON reminder(due_at) WHERE ended_at IS NULL;"
    "CREATE INDEX reminder_ended ON reminder(ended_at) WHERE ended_at IS NOT NULL;"
    "CREATE INDEX reminder_about ON reminder(subject_id);"
    "CREATE TABLE staff ("
    " account TEXT PRIMARY KEY, login TEXT NOT NULL, roles TEXT NOT NULL DEFAULT '', disabled INTEGER NOT NULL DEFAULT 0,"
    " contact TEXT, new_submissions TEXT NOT NULL DEFAULT 'none', overdue INTEGER NOT NULL DEFAULT 0, language TEXT NOT NULL DEFAULT 'de',"
    " proven INTEGER NOT NULL DEFAULT 0 CHECK (proven BETWEEN 0 AND 1)"   // that who reads the address is who gave it
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
    " entry_id TEXT PRIMARY KEY, title TEXT NOT NULL, summary TEXT NOT NULL, themes TEXT NOT NULL, district TEXT NOT NULL, shown INTEGER NOT NULL,"
    " first_at INTEGER NOT NULL, hidden_at INTEGER"
    ") STRICT;"
    "CREATE INDEX news_by_time ON news(first_at);"
    "CREATE INDEX news_hidden ON news(hidden_at) WHERE hidden_at IS NOT NULL;";

const struct store_migration notifications_migrations[] = {{1, 1, ledger}, {2, 1, contacts}, {3, 1, matters}, {4, 1, written}};
const int notifications_migration_count = sizeof notifications_migrations / sizeof *notifications_migrations;
