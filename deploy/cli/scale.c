// kosi scale: the number goes into the configuration, the supervision follows it, the broker confirms it.
#include "deploy/cli/conffile.h"
#include "deploy/cli/ops.h"
#include "deploy/cli/scandir.h"
#include "services/common/base/clock.h"
#include "services/common/base/json.h"
#include "services/common/contract/contract.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { WORKERS_MOST = 64, WAIT_MS = 15000, LOOK_EVERY_MS = 10 };

// Gateways are no service of the broker's: they have a number of their own in the configuration and a door to knock at.
static bool is_gateway(const char *service) { return !strcmp(service, "gateway"); }

// A service that came with a newer program is in the contract, but not yet in this node's file: scaling it is how it gets there.
static bool known(const struct config *config, const char *service) {
    if (is_gateway(service) || contract_service_named(service))
        return true;
    for (int i = 0; i < config->service_count; i++)
        if (!strcmp(config->services[i].name, service))
            return true;
    return false;
}

// How many answer at RUN/gateway/SLOT.
static long gateways_seen(const struct config *config) {
    long seen = 0;
    for (int slot = 1; slot <= WORKERS_MOST; slot++) {
        char name[32];
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        snprintf(name, sizeof name, "gateway/%d", slot);
        const char *path = config_run_path(config, name);
        int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (path && fd >= 0 && snprintf(address.sun_path, sizeof address.sun_path, "%s", path) < (int)sizeof address.sun_path)
            seen += connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
        if (fd >= 0)
            close(fd);
    }
    return seen;
}

// Workers that take part: leaving ones do not count.
static long workers_seen(const struct config *config, const Kosi__StatusReply *status, const char *service) {
    long seen = is_gateway(service) ? gateways_seen(config) : 0;
    for (size_t i = 0; i < status->n_services; i++)
        for (size_t k = 0; !strcmp(status->services[i]->name, service) && k < status->services[i]->n_workers; k++)
            seen += !status->services[i]->workers[k]->leaving;
    return seen;
}

static int wait_for(const struct cli *cli, const struct config *config, const char *service, long wanted) {
    int64_t end = clock_mono_ms() + WAIT_MS;
    long seen = -1;
    while (clock_mono_ms() < end) {
        Kosi__StatusReply *status = NULL;
        if (!ops_status(cli, config, true, &status)) {
            seen = workers_seen(config, status, service);
            kosi__status_reply__free_unpacked(status, NULL);
        }
        if (seen == wanted)
            return 0;
        poll(NULL, 0, LOOK_EVERY_MS);
    }
    return cli_fail(cli, EX_TEMPFAIL, "Look at `kosi status` and DATA/log/current; the wish is noted and goes on.",
                    "%s has %ld workers after %d s, not %ld", service, seen, WAIT_MS / 1000, wanted);
}

// The folders of workers that have ended go; one that takes its time is left to the next call.
static void tidy(const struct config *config) {
    int64_t end = clock_mono_ms() + WAIT_MS;
    while (scandir_purge(config) && clock_mono_ms() < end)
        poll(NULL, 0, LOOK_EVERY_MS);
}

static int note(struct buf *text, const char *service, int wanted) {
    char value[16];
    snprintf(value, sizeof value, "%d", wanted);
    return is_gateway(service) ? conffile_set(text, "gateways", value) : conffile_set_workers(text, service, wanted);
}

static int write_wish(const struct cli *cli, struct config **config, const char *service, long wanted) {
    BUF_AUTO struct buf text, errors;
    buf_init(&text, 0);
    buf_init(&errors, 0);
    char file[PATH_MAX];
    snprintf(file, sizeof file, "%s", (*config)->file);
    if (conffile_load(file, &text) || note(&text, service, (int)wanted) || conffile_save(file, &text))
        return cli_fail(cli, EX_CANTCREAT, "Call it as the user who owns the node.", "%s cannot be changed: %s", file, strerror(errno));
    config_free(config);
    return cli_config(cli, config);
}

static int report(const struct cli *cli, const char *service, long wanted, bool running) {
    BUF_AUTO struct buf out;
    buf_init(&out, 0);
    struct json_writer w = {.out = &out};
    if (cli->json) {
        json_begin_object(&w);
        json_key(&w, "service");
        json_string(&w, service);
        json_key(&w, "workers");
        json_integer(&w, wanted);
        json_key(&w, "running");
        json_bool(&w, running);
        json_end_object(&w);
        buf_char(&out, '\n');
    } else {
        buf_format(&out, "%s: %ld worker%s%s\n", service, wanted, wanted == 1 ? "" : "s", running ? "" : " (from the node's next start)");
    }
    return cli_print(&out);
}

static int scale(const struct cli *cli, struct config **config, const char *service, long wanted) {
    const char *culprit = "";
    int result = write_wish(cli, config, service, wanted);
    if (result)
        return result;
    struct scandir_place place = {*config, (*config)->file, cli->bin_dir};
    if (scandir_sync(&place, &culprit))
        return cli_fail(cli, EX_CANTCREAT, "Call it as the user who owns the node.", "%s cannot be made: %s", culprit, strerror(errno));
    bool running = !scandir_reload(*config);
    if (running)
        result = wait_for(cli, *config, service, wanted);
    if (!result)
        result = report(cli, service, wanted, running);
    tidy(*config);
    return result;
}

static int refuse(const struct cli *cli, const char *service) {
    BUF_AUTO struct buf remedy;
    buf_init(&remedy, 0);
    buf_text(&remedy, "There are: gateway, ");
    for (const struct contract_service *const *known_one = contract_services; *known_one; known_one++)
        buf_format(&remedy, "%s%s", (*known_one)->name, known_one[1] ? ", " : ".");
    return cli_fail(cli, EX_USAGE, remedy.data, "there is no service \"%s\" to scale", service);
}

int command_scale(const struct cli *cli) {
    const char *service = cli->operands[0];
    struct config *config = NULL;
    char *end;
    long wanted = strtol(cli->operands[1], &end, 10);
    if (*end || end == cli->operands[1] || wanted < 1 || wanted > WORKERS_MOST)
        return cli_fail(cli, EX_USAGE, "For example: kosi scale registry 4", "the number of workers is from 1 to %d", WORKERS_MOST);
    int result = cli_config(cli, &config);
    if (!result && !known(config, service))
        result = refuse(cli, service);
    if (!result)
        result = cli_turn(cli, config->data_dir);
    if (!result)
        result = scale(cli, &config, service, wanted);
    config_free(&config);
    return result;
}
