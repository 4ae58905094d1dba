// kosi init: everything a node needs before its first start. Called again it changes only what is asked for or missing.
#include "deploy/cli/cli.h"
#include "deploy/cli/conffile.h"
#include "deploy/cli/nodekeys.h"
#include "deploy/cli/scandir.h"
#include "services/common/base/json.h"
#include "services/common/contract/contract.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct init {
    const struct cli *cli;
    char data[PATH_MAX], run[PATH_MAX], file[PATH_MAX];
    long port, ops_port;               // 0: not given
    bool fresh;                        // there was no configuration
};

// As `mkdir -p`, private; then the absolute path without links.
static int make_path(const struct cli *cli, const char *path, char *absolute) {
    char part[PATH_MAX];
    size_t n = strlen(path);
    if (!n || n >= sizeof part || !conffile_plain(path))
        return cli_fail(cli, EX_USAGE, "Choose a path without quotes, $ and backslashes.", "this folder's name cannot be used: %s", path);
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i])
            continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (mkdir(part, 0700) && errno != EEXIST)
            return cli_fail(cli, EX_CANTCREAT, "Choose a folder you may write to.", "%s cannot be made: %s", part, strerror(errno));
    }
    if (!realpath(path, absolute))
        return cli_fail(cli, EX_CANTCREAT, "Choose a folder you may write to.", "%s: %s", path, strerror(errno));
    return 0;
}

static const char file_head[] =
    "# A KoSI node, made by `kosi init`. Change what you like, then run `kosi --config THIS_FILE config check`.\n"
    "# What is not named here has its default: `kosi --config THIS_FILE config show` prints every setting.\n";
static const struct { const char *name, *comment; } file_settings[] = {
    {"city", "Which city: the name of a folder with vocabulary, forms and content."},
    {"data_dir", "Databases, keys and logs."},
    {"run_dir", "Sockets and supervision; a short path, since names of sockets hold 107 bytes."},
    {"public_url", "The address people use, without a final slash. Links are made from it."},
    {"listen_host", "Where the gateway listens. Put a reverse proxy with TLS in front for the Internet, and name it in trusted_proxies."},
    {"listen_port", NULL},
    {"ops_host", "Health and metrics: keep them local."},
    {"ops_port", NULL},
};

static void new_setting(struct buf *text, const char *name, const char *value, bool quoted) {
    for (size_t i = 0; i < sizeof file_settings / sizeof *file_settings; i++)
        if (!strcmp(file_settings[i].name, name) && file_settings[i].comment)
            buf_format(text, "\n# %s\n", file_settings[i].comment);
    buf_format(text, quoted ? "%s = \"%s\"\n" : "%s = %s\n", name, value);
}

// What the node's mails need; none of it has a default that would send anything.
static const char file_mail[] =
    "\n# Mails. Without a server they wait. The password of mail_user is the first line of DATA/keys/mail.password (chmod 600).\n"
    "# mail_server = \"smtp://mail.example.org:587\"\n"
    "# mail_user = \"kosi\"\n"
    "# Somebody should read what comes to this address: the mails say that one can answer them.\n"
    "# mail_from = \"KoSI-Lab <kosi@example.org>\"\n"
    "# Where undelivered mails go back to, and where reports of them are fetched: a Maildir, or a folder by IMAP (its password in\n"
    "# DATA/keys/imap.password).\n"
    "# mail_bounces_to = \"kosi-returned@example.org\"\n"
    "# returned_maildir = \"/var/mail/kosi-returned\"\n"
    "# returned_imap = \"imaps://kosi-returned@mail.example.org/INBOX\"\n";

static void new_file(const struct init *init, struct buf *text) {
    char port[24], ops_port[24];
    long http = init->port ? init->port : 8081;
    snprintf(port, sizeof port, "%ld", http);
    snprintf(ops_port, sizeof ops_port, "%ld", init->ops_port ? init->ops_port : http + (http < 64536 ? 1000 : -1000));
    const char *public_url = init->cli->value[OPT_PUBLIC_URL];
    buf_text(text, file_head);
    new_setting(text, "city", init->cli->value[OPT_CITY], true);
    new_setting(text, "data_dir", init->data, true);
    new_setting(text, "run_dir", init->run, true);
    if (public_url)
        new_setting(text, "public_url", public_url, true);
    else
        buf_text(text, "\n# The address people use; links begin with it. Default: listen_host and listen_port.\n"
                       "# public_url = \"https://kosi.example.org\"\n");
    new_setting(text, "listen_host", "127.0.0.1", true);
    new_setting(text, "listen_port", port, false);
    new_setting(text, "ops_host", "127.0.0.1", true);
    new_setting(text, "ops_port", ops_port, false);
    buf_text(text, file_mail);
    buf_text(text, "\n# What runs, and with how many workers; `kosi scale` changes it. One worker of a service writes, all read.\n");
    for (const struct contract_service *const *service = contract_services; *service; service++)
        (void)conffile_set_workers(text, (*service)->name, (*service)->workers);
}

// Options given anew are changed in the file that is there.
static int change_file(const struct init *init, struct buf *text) {
    char number[24];
    int failed = 0;
    if (init->cli->value[OPT_RUN])
        failed |= conffile_set_text(text, "run_dir", init->run);
    if (init->port) {
        snprintf(number, sizeof number, "%ld", init->port);
        failed |= conffile_set(text, "listen_port", number);
    }
    if (init->ops_port) {
        snprintf(number, sizeof number, "%ld", init->ops_port);
        failed |= conffile_set(text, "ops_port", number);
    }
    if (init->cli->value[OPT_PUBLIC_URL])
        failed |= conffile_set_text(text, "public_url", init->cli->value[OPT_PUBLIC_URL]);
    return failed;
}

static int save(const struct init *init, const struct buf *text) {
    if (conffile_save(init->file, text))
        return cli_fail(init->cli, EX_CANTCREAT, "Is the disk full, or the folder not yours?", "%s cannot be written: %s", init->file,
                        strerror(errno));
    return 0;
}

static int read_back(const struct init *init, struct config **out) {
    BUF_AUTO struct buf errors;
    buf_init(&errors, 0);
    if (!config_read(init->file, out, &errors))
        return 0;
    fputs(errors.len ? errors.data : "", stderr);
    return cli_fail(init->cli, EX_CONFIG, "Correct what is named and call again.", "%s cannot be used", init->file);
}

// What is particular to the city goes into the node's file, where the operator sees and changes it.
static int add_city(const struct init *init, const struct config *config, struct buf *text) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/city.conf", config->city_dir);
    if (access(config->city_dir, R_OK | X_OK))
        return cli_fail(init->cli, EX_CONFIG, "Name one of the folders beside it.", "there is no city \"%s\": no folder %s", config->city,
                        config->city_dir);
    buf_char(text, '\n');
    if (conffile_load(path, text) && errno != ENOENT)
        return cli_fail(init->cli, EX_CONFIG, "Make it readable.", "%s: %s", path, strerror(errno));
    return 0;
}

static int make_file(struct init *init, struct config **config) {
    BUF_AUTO struct buf text;
    buf_init(&text, 0);
    new_file(init, &text);
    int result = save(init, &text);
    if (!result)
        result = read_back(init, config);
    if (!result)
        result = add_city(init, *config, &text);
    if (!result)
        result = save(init, &text);
    if (result)
        unlink(init->file);
    return result;
}

static int update_file(struct init *init, struct config **config) {
    BUF_AUTO struct buf text;
    buf_init(&text, 0);
    int result = read_back(init, config);
    if (result)
        return result;
    const char *city = init->cli->value[OPT_CITY];
    if (strcmp((*config)->city, city) != 0)
        return cli_fail(init->cli, EX_NOPERM, "Choose another --data for this city.", "%s belongs to %s, not %s", init->data, (*config)->city,
                        city);
    if (conffile_load(init->file, &text) || change_file(init, &text))
        return cli_fail(init->cli, EX_IOERR, "Make it readable.", "%s: %s", init->file, strerror(errno));
    return save(init, &text);
}

static int make_node(struct init *init) {
    struct config *config = NULL;
    const char *culprit = "";
    int result = init->fresh ? make_file(init, &config) : update_file(init, &config);
    config_free(&config);
    if (!result)
        result = read_back(init, &config);
    struct scandir_place place = {config, init->file, init->cli->bin_dir};
    if (!result && scandir_sync(&place, &culprit))
        result = cli_fail(init->cli, EX_CANTCREAT, "Is the disk full, the path too long, or the folder not yours?", "%s cannot be made: %s",
                          culprit, strerror(errno));
    if (!result && nodekeys_make(config->data_dir, &culprit))
        result = cli_fail(init->cli, EX_CANTCREAT, "Look at this file: keys are never overwritten.", "%s/%s: %s", config->data_dir, culprit,
                          strerror(errno));
    if (!result && !scandir_reload(config))
        scandir_raise(config);
    if (!result)
        scandir_purge(config);
    config_free(&config);
    return result;
}

static int report(const struct init *init) {
    BUF_AUTO struct buf out;
    buf_init(&out, 0);
    struct json_writer w = {.out = &out};
    char services[PATH_MAX + 16];
    snprintf(services, sizeof services, "%s/services", init->run);
    if (init->cli->json) {
        json_begin_object(&w);
        json_key(&w, "config");
        json_string(&w, init->file);
        json_key(&w, "services");
        json_string(&w, services);
        json_key(&w, "created");
        json_bool(&w, init->fresh);
        json_end_object(&w);
        buf_char(&out, '\n');
    } else {
        buf_format(&out, "%s: %s\nstart the node with: s6-svscan %s\n", init->fresh ? "made" : "there already", init->file, services);
    }
    return cli_print(&out);
}

static int find_run_dir(struct init *init) {
    const struct cli *cli = init->cli;
    char path[PATH_MAX];
    struct config *config = NULL;
    BUF_AUTO struct buf errors;
    buf_init(&errors, 0);
    if (cli->value[OPT_RUN])
        return make_path(cli, cli->value[OPT_RUN], init->run);
    if (!init->fresh && !config_read(init->file, &config, &errors))
        snprintf(path, sizeof path, "%s", config->run_dir);
    else if (snprintf(path, sizeof path, "%s/run", init->data) >= PATH_MAX)
        return cli_fail(cli, EX_USAGE, "Choose a shorter path.", "the path is too long");
    config_free(&config);
    return make_path(cli, path, init->run);
}

int command_init(const struct cli *cli) {
    struct init init = {.cli = cli};
    const char *city = cli->value[OPT_CITY], *data = cli->value[OPT_DATA], *url = cli->value[OPT_PUBLIC_URL];
    if (!city || !data)
        return cli_fail(cli, EX_USAGE, "For example: kosi init --city dortmund --data /var/lib/kosi", "init needs --city and --data");
    if (!conffile_plain(city) || strchr(city, '/') || (url && !conffile_plain(url)))
        return cli_fail(cli, EX_USAGE, "Leave out quotes, $, slashes in the city and backslashes.", "--city or --public-url cannot be used");
    int result = 0;
    if (cli->value[OPT_PORT])
        result = cli_number(cli, OPT_PORT, 1, 65535, &init.port);
    if (!result && cli->value[OPT_OPS_PORT])
        result = cli_number(cli, OPT_OPS_PORT, 1, 65535, &init.ops_port);
    if (!result)
        result = make_path(cli, data, init.data);
    if (result)
        return result;
    if ((result = cli_turn(cli, init.data)))
        return result;
    if (snprintf(init.file, sizeof init.file, "%s/kosi.conf", init.data) >= PATH_MAX)
        return cli_fail(cli, EX_USAGE, "Choose a shorter path.", "the path is too long");
    init.fresh = access(init.file, F_OK) != 0;
    result = find_run_dir(&init);
    if (!result)
        result = make_node(&init);
    return result ? result : report(&init);
}
