// config: one commented file per node, read by libconfuse. Every setting has a default; the one table of settings is in config.c
// and `kosi config show` prints it. Errors carry file, line and remedy.
#pragma once
#include "services/common/base/buf.h"
#include <stdbool.h>
#include <stdint.h>

enum { CONFIG_SERVICES_MAX = 16, CONFIG_SETTINGS_MAX = 80 };
struct config_service { char name[32]; int workers; };

struct config {
    char *file;                     // where it came from
    char *city;                     // "dortmund"
    char *city_dir;                 // vocabulary.json, forms/, content/, pages/; default: <share>/cities/<city>
    char *share_dir;                // templates, catalogues, assets; default: compiled in
    char *data_dir;                 // databases, keys
    char *run_dir;                  // sockets, locks, supervision; mode 0700, a short path (ipc paths hold 107 bytes)
    char *public_url;               // "https://kosi.example.org", without a final slash
    char *listen_host;              // gateway
    int listen_port;
    char *trusted_proxies;          // addresses and networks of our own reverse proxies; empty: none
    char *forwarded_header;         // that they write: "x-forwarded-for" or "forwarded"
    char *ops_host;                 // health, metrics: a local port of its own
    int ops_port;
    char *receipt_prefix;           // "DO"
    char *time_zone;                // of the city: a POSIX TZ rule
    char *log_level;                // debug, info, warn, error
    struct config_service services[CONFIG_SERVICES_MAX];   // what is expected to run, with the number of workers
    int service_count;
    int queue_count;                // per service: requests waiting
    int64_t queue_bytes;
    int gateways;                   // processes that share listen_port and ops_port
    int request_timeout_ms;         // 5000
    int hung_after_ms;              // a worker that answers no ping is shown as hung; 3000
    int kill_hung_after_ms;         // and killed; 10000
    int64_t body_bytes;             // HTTP body limit; 262144
    int connections;                // HTTP connections at once; 1024
    int reads_per_second;           // of one client; 0: no limit
    int writes_per_minute;
    int session_hours;              // 12
    int key_hours;                  // idempotency keys are kept; 24
    char *mail_server;              // "smtp://mail.example.org:587", "smtps://…"; empty: mails wait
    char *mail_routes;              // other servers for some recipients' domains: "example.net=smtp://127.0.0.1:2525, …"
    char *mail_tls;                 // "required", "opportunistic", "none": STARTTLS on smtp://
    char *mail_ca_file;             // who is trusted; empty: the system's
    char *mail_user;                // the password is in DATA/keys/mail.password; empty: no authentication
    char *mail_from;                // "KoSI-Lab Dortmund <kosi@example.org>"
    char *mail_bounces_to;          // envelope sender; empty: the address of mail_from
    int mail_connections;           // at once to one server, of one sender; 4
    int mail_per_minute;            // to one server, of one sender; 0: as fast as it goes
    int mail_timeout_s;             // for one mail; 120
    int mail_retry_hours;           // then a mail has failed for good; 72
    int mail_overdue_minutes;       // owed for longer than it should be: counted and shown; 15
    int mail_keep_days;             // how long ended mails are kept with their addressee; 180
    char *returned_maildir;         // where reports of undelivered mails arrive; empty: nowhere
    char *returned_imap;            // or "imaps://user@mail.example.org/INBOX", the password in DATA/keys/imap.password
    int returned_every_s;           // how often is looked there; 30
    char *digest_day;               // "thursday"
    int digest_hour;                // local; 9
    int staff_mail_hour;            // daily summaries; 7
    int overdue_days;               // a submission undecided for longer is overdue; 14
    int refresh_days;               // an entry's people are asked whether it is still right; 365
    int refresh_grace_days;         // unanswered for so long it is marked; 30
    int archive_days;               // marked for so long it is no longer shown; 180
    int lines[CONFIG_SETTINGS_MAX]; // config_setting(): where each is set
};

// Reads and checks. Returns 0 with *out (free with config_free), or -1 with one line per error in `errors`:
// "FILE:LINE: reason. Remedy."
int config_read(const char *file, struct config **out, struct buf *errors);
void config_free(struct config **config);
void config_print(const struct config *config, struct buf *out);   // every setting with its value, as a file that reads back

// Paths below run_dir and data_dir, in one of a few rotating static buffers; NULL when longer than the platform allows.
const char *config_endpoint(const struct config *config, const char *which);   // "front", "back", "ops" → "ipc://RUN/front/broker"
const char *config_data_path(const struct config *config, const char *name);   // DATA/name
const char *config_run_path(const struct config *config, const char *name);    // RUN/name

// All about one of them, for who shows them; texts are the configuration's.
struct config_setting {
    const char *name;
    const char *unit;               // of a number: "days"; NULL: it has none
    const char *meaning;            // NULL: its name says it
    const char *readers;            // who goes by it from their next start: "gateway", "broker", names of services, "services" for all of these,
                                    // between blanks; "": no daemon, but `kosi init` and `kosi scale`
    bool is_text;
    const char *text;
    const char *default_text;       // NULL: made from other settings
    int64_t number, default_number, least, most;
    int line;                       // of the file, where it is set last; 0: nowhere
};
bool config_setting(const struct config *config, int i, struct config_setting *out);   // false: there are not so many

// Keys of the node: exactly `length` bytes in DATA/keys/NAME.key (0600), made by `kosi init`; a name with a dot ("actor.pub") is
// taken as it is.
// Returns 0 or -1 with the reason in errors.
int config_key(const struct config *config, const char *name, uint8_t *out, int length, struct buf *errors);
