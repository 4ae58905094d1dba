// The table below is the only place that knows which settings there are; libconfuse reads the file by it.
#include "services/common/base/config.h"

#include "services/common/base/address.h"
#include "services/common/base/text.h"

#include <confuse.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { WORKERS_MAX = 64, CONFIG_FILE_MAX = 1024 * 1024, IPC_PATH_MAX = sizeof(((struct sockaddr_un *)0)->sun_path) - 1 };
#define LONGEST_SOCKET "/front/broker"

typedef const char *check_text(const char *value);   // NULL, or what is wrong and how to mend it

struct setting {
    const char *name;
    enum { TEXT, INT, INT64 } kind;
    size_t offset;
    const char *text;            // default of a text; NULL: made from other settings
    int64_t number, least, most;
    check_text *check;
    const char *readers;         // config.h
    const char *comment;
};

static const char *check_id(const char *value) {
    size_t n = strlen(value);
    if (n == 0 || n > 31 || strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-") != n || value[0] == '-')
        return "is no identifier. Use up to 31 of a-z, 0-9 and -";
    return NULL;
}

static const char *check_path(const char *value) {
    if (value[0] != '/')
        return "is no absolute path. Begin it with /";
    return strlen(value) + 64 < PATH_MAX ? NULL : "is too long. Choose a shorter path";
}

static const char *check_run_dir(const char *value) {
    if (strlen(value) + strlen(LONGEST_SOCKET) > IPC_PATH_MAX)
        return "is too long for the sockets below it (94 bytes at most). Choose a shorter path";
    return check_path(value);
}

// It stands in headers of mails and answers, and is what we call ourselves to mail servers: nothing but ASCII can.
static const char *check_url(const char *value) {
    for (const char *c = value; *c; c++)
        if ((unsigned char)*c >= 0x80)
            return "has letters that headers cannot hold. Write its name as domain registries do, like https://xn--kln-sna.example";
    return text_is_url(value) && strpbrk(value, "?#") == NULL
               ? NULL
               : "is no address. Write it like https://kosi.example.org";
}

static const char *check_host(const char *value) {
    size_t n = strlen(value);
    bool fine = n > 0 && n <= 253 && strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:-") == n;
    return fine ? NULL : "is no host name or address. Write it like 127.0.0.1";
}

static const char *check_prefix(const char *value) {
    size_t n = strlen(value);
    bool fine = n >= 1 && n <= 6 && strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == n;
    return fine ? NULL : "is no prefix of receipts. Use one to six of A-Z";
}

static const char *check_level(const char *value) {
    static const char *const levels[] = {"debug", "info", "warn", "error"};
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
        if (strcmp(levels[i], value) == 0)
            return NULL;
    return "is no level. Use debug, info, warn or error";
}

// A rule, not a zone's name: that would need files which a bare machine lacks, and silently mean UTC without them.
static const char *check_zone(const char *value) {
    size_t letters = strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    size_t n = strlen(value);
    bool fine = letters >= 3 && n <= 60 && (value[letters] == '+' || value[letters] == '-' || isdigit((unsigned char)value[letters])) &&
                strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-,./:") == n;
    return fine ? NULL : "is no time zone rule. Write it like CET-1CEST,M3.5.0,M10.5.0/3";
}

static const char *check_networks(const char *value) {
    struct networks networks;
    return networks_parse(value, &networks) == 0 ? NULL : "is no list of networks. Write it like 127.0.0.1, 10.0.0.0/8, fd00::/8";
}

static const char *check_forwarded(const char *value) {
    bool fine = strcmp(value, "x-forwarded-for") == 0 || strcmp(value, "forwarded") == 0;
    return fine ? NULL : "is no header of proxies. Use x-forwarded-for or forwarded";
}

static const char *check_mail_server(const char *value) {
    return *value == '\0' || text_is_mail_server(value) ? NULL : "is no mail server. Write it like smtp://mail.example.org:587 or smtps://mail.example.org";
}

static const char *check_tls(const char *value) {
    bool fine = strcmp(value, "required") == 0 || strcmp(value, "opportunistic") == 0 || strcmp(value, "none") == 0;
    return fine ? NULL : "is no choice. Use required, opportunistic or none";
}

// "Name <address>" or the address alone.
static const char *check_mailbox(const char *value) {
    const char *open = strrchr(value, '<');
    size_t n = strlen(value);
    char address[256] = "";
    if (open != NULL && n > 0 && value[n - 1] == '>')
        snprintf(address, sizeof(address), "%.*s", (int)(value + n - 1 - (open + 1)), open + 1);
    else
        snprintf(address, sizeof(address), "%s", value);
    bool fine = *value == '\0' || (text_is_email(address) && text_printable(value, n, false));
    return fine ? NULL : "is no mail address. Write it like KoSI-Lab <kosi@example.org>";
}

static const char *check_file(const char *value) {
    return *value == '\0' ? NULL : check_path(value);
}

static const char *check_imap(const char *value) {
    bool fine = *value == '\0' || ((strncmp(value, "imap://", 7) == 0 || strncmp(value, "imaps://", 8) == 0) && strchr(value, '@') != NULL);
    return fine ? NULL : "is no IMAP folder. Write it like imaps://user@mail.example.org/INBOX";
}

static const char *check_day(const char *value) {
    static const char *const days[] = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
        if (strcmp(days[i], value) == 0)
            return NULL;
    return "is no day. Use monday, tuesday, wednesday, thursday, friday, saturday or sunday";
}

#define TEXT_ROW(name, fallback, check, readers, comment)                                                                          \
    {#name, TEXT, offsetof(struct config, name), fallback, 0, 0, 0, check, readers, comment}
#define INT_ROW(name, fallback, least, most, readers, comment)                                                                     \
    {#name, INT, offsetof(struct config, name), NULL, fallback, least, most, NULL, readers, comment}
#define INT64_ROW(name, fallback, least, most, readers, comment)                                                                   \
    {#name, INT64, offsetof(struct config, name), NULL, fallback, least, most, NULL, readers, comment}
#define ALL "broker gateway services"

static const struct setting settings[] = {
    TEXT_ROW(city, "", check_id, ALL, "id of the city this node serves"),
    TEXT_ROW(city_dir, NULL, check_path, "gateway submissions registry notifications", "vocabulary, forms and content of the city"),
    TEXT_ROW(share_dir, KOSI_SHARE_DIR, check_path, ALL, "templates, catalogues, assets"),
    TEXT_ROW(data_dir, "/var/lib/kosi", check_path, ALL, "databases and keys"),
    TEXT_ROW(run_dir, "/run/kosi", check_run_dir, ALL, "sockets, locks, supervision; a short path"),
    TEXT_ROW(public_url, NULL, check_url, "gateway submissions registry notifications", "the address that links begin with"),
    TEXT_ROW(listen_host, "127.0.0.1", check_host, "gateway", "where the gateway listens"),
    INT_ROW(listen_port, 8080, 1, 65535, "gateway", NULL),
    TEXT_ROW(trusted_proxies, "", check_networks, "gateway", "your own reverse proxies, whose word about the client's address counts"),
    TEXT_ROW(forwarded_header, "x-forwarded-for", check_forwarded, "gateway", "the header in which they give it: x-forwarded-for or forwarded"),
    TEXT_ROW(ops_host, "127.0.0.1", check_host, "gateway", "health and metrics: a local port of its own"),
    INT_ROW(ops_port, 9080, 1, 65535, "gateway", NULL),
    TEXT_ROW(receipt_prefix, NULL, check_prefix, "submissions", "receipts begin with it; the city's first two letters when not set"),
    TEXT_ROW(time_zone, "CET-1CEST,M3.5.0,M10.5.0/3", check_zone, "gateway services", "the city's time, as a POSIX TZ rule"),
    TEXT_ROW(log_level, "info", check_level, ALL, "debug, info, warn, error"),
    INT_ROW(queue_count, 1000, 1, 1000000, "broker", "requests waiting for a service at most"),
    INT64_ROW(queue_bytes, 32 * 1024 * 1024, 65536, 4ll * 1024 * 1024 * 1024, "broker", "and their bytes"),
    INT_ROW(request_timeout_ms, 5000, 100, 60000, "gateway", "time a request has"),
    INT_ROW(hung_after_ms, 3000, 100, 600000, "broker", "a worker silent for so long is shown as hung"),
    INT_ROW(kill_hung_after_ms, 10000, 200, 600000, "broker", "and killed"),
    INT64_ROW(body_bytes, 262144, 1024, 4 * 1024 * 1024, "gateway", "largest body of an HTTP request"),
    INT_ROW(gateways, 1, 1, 64, "", "gateways that share the ports"),
    INT_ROW(connections, 1024, 8, 65536, "gateway", "HTTP connections at once"),
    INT_ROW(reads_per_second, 50, 0, 100000, "gateway", "of one client (an IPv4 address, an IPv6 /56); ten seconds' worth at once; 0: no limit"),
    INT_ROW(writes_per_minute, 60, 0, 100000, "gateway", "the same for what changes something; a minute's worth at once"),
    INT_ROW(session_hours, 12, 1, 720, "gateway accounts", "how long staff stay signed in"),
    INT_ROW(key_hours, 24, 1, 720, "services", "how long idempotency keys are remembered"),
    TEXT_ROW(mail_server, "", check_mail_server, "gateway notifications", "who sends our mails; empty: they wait"),
    TEXT_ROW(mail_routes, "", NULL, "notifications", "other servers for some domains, never signed in to: example.net=smtp://127.0.0.1:2525, ..."),
    TEXT_ROW(mail_tls, "required", check_tls, "notifications", "STARTTLS with smtp:// and imap://: required, opportunistic or none"),
    TEXT_ROW(mail_ca_file, "", check_file, "notifications", "certificates that are trusted, of mail servers and returned_imap; empty: the system's"),
    TEXT_ROW(mail_user, "", NULL, "notifications", "to sign in with; the password is in DATA/keys/mail.password"),
    TEXT_ROW(mail_from, "", check_mailbox, "notifications", "who the mails are from and who reads the answers: KoSI-Lab <kosi@example.org>"),
    TEXT_ROW(mail_bounces_to, "", check_mailbox, "notifications", "where undelivered mails go back to; empty: the address of mail_from"),
    INT_ROW(mail_connections, 4, 1, 64, "notifications", "to one mail server at once, of one sender"),
    INT_ROW(mail_per_minute, 0, 0, 1000000, "notifications", "mails to one server, of one sender; 0: no limit"),
    INT_ROW(mail_timeout_s, 120, 1, 3600, "notifications", "time one mail has"),
    INT_ROW(mail_retry_hours, 72, 1, 720, "notifications", "a mail that cannot be sent for so long has failed"),
    INT_ROW(mail_overdue_minutes, 15, 1, 10080, "notifications", "a mail owed for longer than it should be is counted and shown"),
    INT_ROW(mail_keep_days, 180, 1, 3650, "gateway notifications", "how long it is kept to whom a mail went"),
    TEXT_ROW(returned_maildir, "", check_file, "notifications", "Maildir where reports of undelivered mails arrive"),
    TEXT_ROW(returned_imap, "", check_imap, "notifications", "or the IMAP folder; the password is in DATA/keys/imap.password"),
    INT_ROW(returned_every_s, 30, 1, 3600, "notifications", "how often is looked for such reports"),
    TEXT_ROW(digest_day, "thursday", check_day, "notifications", "when the weekly digest goes out"),
    INT_ROW(digest_hour, 9, 0, 23, "notifications", "and at which hour, in the city's time"),
    INT_ROW(staff_mail_hour, 7, 0, 23, "notifications", "daily mails to staff, in the city's time"),
    INT_ROW(overdue_days, 14, 1, 365, "gateway notifications", "a submission undecided for longer is overdue"),
    INT_ROW(refresh_days, 365, 1, 3650, "gateway registry", "after so long an entry's people are asked whether it is still right"),
    INT_ROW(refresh_grace_days, 30, 1, 365, "gateway registry", "without an answer for so long it is marked as unconfirmed"),
    INT_ROW(archive_days, 180, 1, 3650, "gateway registry", "and marked for so long it is no longer shown"),
};
enum { SETTING_COUNT = sizeof(settings) / sizeof(settings[0]) };
_Static_assert((int)SETTING_COUNT <= (int)CONFIG_SETTINGS_MAX, "config.h has room for a line of each");

// libconfuse's callbacks carry no data of ours: what is being read, by this thread.
static _Thread_local struct {
    const char *file;
    struct buf *errors;
    int count;
    int lines[SETTING_COUNT];   // where each was set last; 0: nowhere
} reading;

static void complain(int line, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void complain(int line, const char *format, ...) {
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    buf_format(reading.errors, "%s:%d: %s.\n", reading.file, line, text);
    reading.count++;
}

static void take_error(cfg_t *cfg, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));
static void take_error(cfg_t *cfg, const char *format, va_list arguments) {
    char text[300];
    vsnprintf(text, sizeof(text), format, arguments);
    const char *remedy = strstr(text, "no such option") != NULL ? "Remove it; `kosi config show` prints all settings"
                                                                : "Write settings like name = \"value\"";
    complain(cfg != NULL && cfg->line > 0 ? cfg->line : 1, "%s. %s", text, remedy);
}

static const struct setting *setting_named(const char *name) {
    for (size_t i = 0; i < SETTING_COUNT; i++)
        if (strcmp(settings[i].name, name) == 0)
            return &settings[i];
    return NULL;
}

static int check_value(cfg_t *cfg, cfg_opt_t *opt) {
    const struct setting *setting = setting_named(cfg_opt_name(opt));
    reading.lines[setting - settings] = cfg->line;
    if (setting->kind == TEXT) {
        const char *value = cfg_opt_getnstr(opt, 0);
        const char *wrong = setting->check == NULL ? NULL : setting->check(value);
        if (wrong != NULL)
            complain(cfg->line, "%s: \"%.100s\" %s", setting->name, value, wrong);
        return 0;
    }
    int64_t value = cfg_opt_getnint(opt, 0);
    if (value < setting->least || value > setting->most)
        complain(cfg->line, "%s: %lld is out of range. Use %lld to %lld", setting->name, (long long)value,
                 (long long)setting->least, (long long)setting->most);
    return 0;
}

static int check_service(cfg_t *cfg, cfg_opt_t *opt) {
    cfg_t *section = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
    const char *name = cfg_title(section);
    const char *wrong = check_id(name);
    if (wrong != NULL)
        complain(cfg->line, "service \"%.60s\" %s", name, wrong);
    long workers = cfg_getnint(section, "workers", 0);
    if (workers < 1 || workers > WORKERS_MAX)
        complain(cfg->line, "service %.60s: %ld workers are out of range. Use 1 to %d", name, workers, (int)WORKERS_MAX);
    if (cfg_opt_size(opt) > CONFIG_SERVICES_MAX)
        complain(cfg->line, "too many services. At most %d can be named", (int)CONFIG_SERVICES_MAX);
    return 0;
}

static char **text_at(struct config *config, const struct setting *setting) {
    return (char **)(void *)((char *)config + setting->offset);
}

static int64_t number_at(const struct config *config, const struct setting *setting) {
    const char *at = (const char *)config + setting->offset;
    return setting->kind == INT ? *(const int *)(const void *)at : *(const int64_t *)(const void *)at;
}

static void put_number(struct config *config, const struct setting *setting, int64_t value) {
    char *at = (char *)config + setting->offset;
    if (setting->kind == INT)
        *(int *)(void *)at = (int)value;
    else
        *(int64_t *)(void *)at = value;
}

static bool take_values(cfg_t *cfg, struct config *config) {
    memcpy(config->lines, reading.lines, sizeof(reading.lines));
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const struct setting *setting = &settings[i];
        if (setting->kind != TEXT) {
            put_number(config, setting, cfg_getnint(cfg, setting->name, 0));
            continue;
        }
        const char *value = cfg_getnstr(cfg, setting->name, 0);
        if (value == NULL)
            continue;
        *text_at(config, setting) = strdup(value);
        if (*text_at(config, setting) == NULL)
            return false;
    }
    for (unsigned i = 0; i < cfg_size(cfg, "service") && i < CONFIG_SERVICES_MAX; i++) {
        cfg_t *section = cfg_getnsec(cfg, "service", i);
        struct config_service *service = &config->services[config->service_count++];
        snprintf(service->name, sizeof(service->name), "%s", cfg_title(section));
        service->workers = (int)cfg_getnint(section, "workers", 0);
    }
    return true;
}

// What is made from other settings when the file is silent about it.
static bool complete(struct config *config) {
    if (config->city_dir == NULL) {
        // installed, cities lie beside the templates; in the source tree, below deploy/
        if (asprintf(&config->city_dir, "%s/cities/%s", config->share_dir, config->city) < 0)
            return false;
        char *in_tree = NULL;
        if (access(config->city_dir, F_OK) != 0) {
            if (asprintf(&in_tree, "%s/deploy/cities/%s", config->share_dir, config->city) < 0)
                return false;
            free(config->city_dir);
            config->city_dir = in_tree;
        }
    }
    if (config->public_url == NULL &&
        asprintf(&config->public_url, "http://%s:%d", config->listen_host, config->listen_port) < 0)
        return false;
    size_t n = strlen(config->public_url);
    while (n > 0 && config->public_url[n - 1] == '/')
        config->public_url[--n] = '\0';
    if (config->receipt_prefix == NULL) {
        char prefix[3] = "";
        for (size_t i = 0, k = 0; config->city[i] != '\0' && k < 2; i++)
            if (isalpha((unsigned char)config->city[i]))
                prefix[k++] = (char)toupper((unsigned char)config->city[i]);
        config->receipt_prefix = strdup(prefix[0] == '\0' ? "K" : prefix);
    }
    return config->receipt_prefix != NULL;
}

static int line_of(const char *one, const char *other) {
    int first = reading.lines[setting_named(one) - settings], second = reading.lines[setting_named(other) - settings];
    int line = first > second ? first : second;
    return line > 0 ? line : 1;
}

static void check_together(const struct config *config) {
    if (config->city[0] == '\0')
        complain(1, "city is not set. Write city = \"...\" with the id of the city this node serves");
    if (config->kill_hung_after_ms <= config->hung_after_ms)
        complain(line_of("hung_after_ms", "kill_hung_after_ms"),
                 "kill_hung_after_ms is not above hung_after_ms. A worker is shown as hung before it is killed");
    if ((config->mail_server[0] != '\0' || config->mail_routes[0] != '\0') && config->mail_from[0] == '\0')
        complain(line_of("mail_server", "mail_routes"), "mail_from is not set. Write whom mails come from, like KoSI-Lab <kosi@example.org>");
    if (config->listen_port == config->ops_port && strcmp(config->listen_host, config->ops_host) == 0)
        complain(line_of("listen_port", "ops_port"),
                 "listen_port and ops_port are the same. Health and metrics need a port of their own");
}

static void make_options(cfg_opt_t options[SETTING_COUNT + 2], cfg_opt_t *service_options) {
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const struct setting *s = &settings[i];
        cfg_opt_t text = CFG_STR(s->name, s->text, CFGF_NONE), number = CFG_INT(s->name, (long)s->number, CFGF_NONE);
        options[i] = s->kind == TEXT ? text : number;
        options[i].validcb = check_value;
    }
    cfg_opt_t service = CFG_SEC("service", service_options, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES);
    service.validcb = check_service;
    options[SETTING_COUNT] = service;
    options[SETTING_COUNT + 1] = (cfg_opt_t)CFG_END();
}

// libconfuse 3.3 counts the lines of comments two and three times, so it is given blanks in their place.
static void blank_comments(char *text, size_t n) {
    char quote = 0;
    for (size_t i = 0; i < n; i++) {
        bool slash = text[i] == '/' && i + 1 < n;
        if (quote != 0) {
            if (text[i] == '\\')
                i++;
            else if (text[i] == quote)
                quote = 0;
        } else if (text[i] == '"' || text[i] == '\'') {
            quote = text[i];
        } else if (text[i] == '#' || (slash && text[i + 1] == '/')) {
            for (; i < n && text[i] != '\n'; i++)
                text[i] = ' ';
        } else if (slash && text[i + 1] == '*') {
            const char *close = memmem(text + i + 2, n - i - 2, "*/", 2);
            if (close == NULL)
                return;   // libconfuse will say so
            for (; text + i < close + 2; i++)
                text[i] = text[i] == '\n' ? '\n' : ' ';
            i--;
        }
    }
}

static int parse_text(cfg_t *cfg, FILE *file) {
    BUF_AUTO struct buf text;
    buf_init(&text, CONFIG_FILE_MAX);
    char piece[4096];
    for (size_t n; (n = fread(piece, 1, sizeof(piece), file)) > 0;)
        buf_add(&text, piece, n);
    buf_char(&text, '\n');
    FILE *stream = text.failed || ferror(file) ? NULL : fmemopen(text.data, text.len, "r");
    if (stream == NULL) {
        complain(0, "the file cannot be read: too large, or an error of the disk. `kosi init` writes one");
        return CFG_FILE_ERROR;
    }
    blank_comments(text.data, text.len);
    int result = cfg_parse_fp(cfg, stream);
    fclose(stream);
    return result;
}

static int parse_file(cfg_t *cfg, const char *file) {
    cfg_set_error_function(cfg, take_error);
    FILE *stream = fopen(file, "re");
    struct stat status;
    if (stream == NULL || fstat(fileno(stream), &status) != 0 || !S_ISREG(status.st_mode)) {
        // libconfuse's scanner ends the process over a directory
        complain(0, "the file cannot be read: %s. Name an existing file, `kosi init` writes one",
                 stream == NULL ? strerror(errno) : "it is no regular file");
        if (stream != NULL)
            fclose(stream);
        return -1;
    }
    int result = parse_text(cfg, stream);
    fclose(stream);
    if (result != CFG_SUCCESS && reading.count == 0)
        complain(cfg->line, "not understood. Write settings like name = \"value\"");
    return reading.count == 0 ? 0 : -1;
}

int config_read(const char *file, struct config **out, struct buf *errors) {
    cfg_opt_t service_options[] = {CFG_INT("workers", 1, CFGF_NONE), CFG_END()};
    cfg_opt_t options[SETTING_COUNT + 2];
    make_options(options, service_options);
    reading.file = file;
    reading.errors = errors;
    reading.count = 0;
    memset(reading.lines, 0, sizeof(reading.lines));
    *out = NULL;
    struct config *config = calloc(1, sizeof(*config));
    cfg_t *cfg = cfg_init(options, CFGF_NONE);
    if (config == NULL || cfg == NULL)
        goto no_memory;
    if (parse_file(cfg, file) != 0)
        goto out;
    config->file = realpath(file, NULL);
    if (config->file == NULL || !take_values(cfg, config) || !complete(config))
        goto no_memory;
    check_together(config);
    goto out;

no_memory:
    complain(0, "out of memory. Free some");
out:
    if (cfg != NULL)
        cfg_free(cfg);
    if (reading.count > 0)
        config_free(&config);
    *out = config;
    return config == NULL ? -1 : 0;
}

void config_free(struct config **config) {
    if (*config == NULL)
        return;
    for (size_t i = 0; i < SETTING_COUNT; i++)
        if (settings[i].kind == TEXT)
            free(*text_at(*config, &settings[i]));
    free((*config)->file);
    free(*config);
    *config = NULL;
}

// As libconfuse reads it: a backslash and a quote are escaped, and so is a dollar sign, which names a variable of the environment.
static void print_text(struct buf *out, const char *text) {
    buf_char(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\' || *text == '$')
            buf_char(out, '\\');
        buf_char(out, *text);
    }
    buf_char(out, '"');
}

void config_print(const struct config *config, struct buf *out) {
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const struct setting *setting = &settings[i];
        if (setting->comment != NULL)
            buf_format(out, "# %s\n", setting->comment);
        buf_format(out, "%s = ", setting->name);
        if (setting->kind == TEXT)
            print_text(out, *text_at((struct config *)config, setting));
        else
            buf_format(out, "%lld", (long long)number_at(config, setting));
        buf_char(out, '\n');
    }
    if (config->service_count > 0)
        buf_text(out, "# what is expected to run\n");
    for (int i = 0; i < config->service_count; i++)
        buf_format(out, "service %s { workers = %d }\n", config->services[i].name, config->services[i].workers);
}

// Names carry their unit.
static const char *unit_of(const char *name) {
    static const char *const units[][2] = {{"_ms", "ms"}, {"_s", "s"}, {"_minutes", "minutes"}, {"_hours", "hours"}, {"_days", "days"}, {"_bytes", "bytes"},
                                           {"_hour", "hour of the day"}, {"_per_second", "per second"}, {"_per_minute", "per minute"}};
    size_t n = strlen(name);
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        size_t ending = strlen(units[i][0]);
        if (n > ending && strcmp(name + n - ending, units[i][0]) == 0)
            return units[i][1];
    }
    return NULL;
}

bool config_setting(const struct config *config, int i, struct config_setting *out) {
    if (i < 0 || i >= SETTING_COUNT)
        return false;
    const struct setting *setting = &settings[i];
    bool text = setting->kind == TEXT;
    *out = (struct config_setting){.name = setting->name, .meaning = setting->comment, .readers = setting->readers, .is_text = text,
                                   .unit = text ? NULL : unit_of(setting->name), .line = config->lines[i],
                                   .default_text = setting->text, .default_number = setting->number, .least = setting->least, .most = setting->most};
    if (text)
        out->text = *text_at((struct config *)config, setting);
    else
        out->number = number_at(config, setting);
    return true;
}

static const char *join(size_t max, const char *prefix, const char *dir, const char *name, const char *suffix) {
    static _Thread_local char paths[8][PATH_MAX];
    static _Thread_local unsigned next;
    char *out = paths[next++ % 8];
    int n = snprintf(out, PATH_MAX, "%s%s/%s%s", prefix, dir, name, suffix);
    return n > 0 && (size_t)n < PATH_MAX && (size_t)n <= max + strlen(prefix) ? out : NULL;
}

const char *config_endpoint(const struct config *config, const char *which) {
    return join(IPC_PATH_MAX, "ipc://", config->run_dir, which, "/broker");
}

const char *config_data_path(const struct config *config, const char *name) {
    return join(PATH_MAX, "", config->data_dir, name, "");
}

const char *config_run_path(const struct config *config, const char *name) {
    return join(PATH_MAX, "", config->run_dir, name, "");
}

int config_key(const struct config *config, const char *name, uint8_t *out, int length, struct buf *errors) {
    char path[PATH_MAX];
    snprintf(path, sizeof(path), "%s/keys/%s%s", config->data_dir, name, strchr(name, '.') == NULL ? ".key" : "");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        buf_format(errors, "%s:0: the key cannot be read: %s. `kosi init` makes it.\n", path, strerror(errno));
        return -1;
    }
    struct stat status;
    uint8_t surplus = 0;
    bool whole = read(fd, out, (size_t)length) == length && read(fd, &surplus, 1) == 0;
    bool private = fstat(fd, &status) == 0 && (status.st_mode & 077) == 0;
    close(fd);
    if (!whole) {
        buf_format(errors, "%s:0: the key is not of %d bytes. Restore it from the backup.\n", path, length);
        return -1;
    }
    if (!private && strstr(name, ".pub") == NULL) {
        buf_format(errors, "%s:0: others can read the key. chmod 600 it.\n", path);
        return -1;
    }
    return 0;
}
