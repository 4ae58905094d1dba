// kosi-gateway: HTTP in front of the node's queue.
#include "gateway/gateway.h"
#include "gateway/server.h"
#include "services/common/base/log.h"
#include "services/common/base/clock.h"
#include <getopt.h>
#include <malloc.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>

enum { EXIT_USAGE = 64, EXIT_FAULT = 70, EXIT_CONFIG = 78 };
static const char usage[] = "usage: kosi-gateway --config FILE [--slot N] [--check-config] [--version] [--help]\n";

struct arguments {
    const char *config;
    int slot;
    bool check;
};

// Returns -1 to go on, else the exit code.
static int read_arguments(int argc, char **argv, struct arguments *out) {
    static const struct option options[] = {{"config", required_argument, NULL, 'c'}, {"slot", required_argument, NULL, 's'},
                                            {"check-config", no_argument, NULL, 'k'}, {"version", no_argument, NULL, 'v'},
                                            {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0}};
    *out = (struct arguments){.slot = 1};
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 'c')
            out->config = optarg;
        else if (option == 's')
            out->slot = atoi(optarg);
        else if (option == 'k')
            out->check = true;
        else if (option == 'v' || option == 'h')
            return printf("%s", option == 'v' ? "kosi-gateway " KOSI_VERSION "\n" : usage), 0;
        else
            return fputs(usage, stderr), EXIT_USAGE;
    }
    if (out->config && out->slot > 0 && optind == argc)
        return -1;
    fputs(usage, stderr);
    return EXIT_USAGE;
}

static enum log_level level_named(const char *name) {
    static const char *const names[] = {"debug", "info", "warn", "error"};
    for (int i = 0; i < 4; i++)
        if (strcmp(name, names[i]) == 0)
            return (enum log_level)i;
    return LOG_INFO_;
}

// Blocked before ZeroMQ starts its thread, so that only the loop sees them.
static int signals_open(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);   // read the city's texts again
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int run(struct gateway *gateway, const struct arguments *arguments, struct buf *errors) {
    struct config *config = NULL;
    if (config_read(arguments->config, &config, errors))
        return EXIT_CONFIG;
    clock_set_zone(config->time_zone);
    char name[32];
    snprintf(name, sizeof name, "gateway-%d", arguments->slot);
    log_open(name, level_named(config->log_level));
    gateway->started_us = clock_mono_us();
    int signal_fd = signals_open(), code = EXIT_CONFIG;
    if (signal_fd >= 0 && gateway_open(gateway, config, arguments->slot, errors) == 0)
        code = 0;
    if (code == 0 && !arguments->check) {
        code = server_open(gateway, errors) ? EXIT_CONFIG : 0;
        if (code == 0) {
            log_event(LOG_INFO_, "started", "port", log_number(config->listen_port), "ops_port", log_number(config->ops_port),
                      "start_us", log_number(clock_mono_us() - gateway->started_us), NULL);
            server_run(gateway, signal_fd);
        }
        server_close(gateway);
    }
    gateway_close(gateway);
    config_free(&config);
    return code;
}

int main(int argc, char **argv) {
    struct arguments arguments;
    int code = read_arguments(argc, argv, &arguments);
    if (code >= 0)
        return code;
    mallopt(M_ARENA_MAX, 1);
    if (sodium_init() < 0)
        return EXIT_FAULT;
    static struct gateway gateway;
    struct buf errors;
    buf_init(&errors, 0);
    code = run(&gateway, &arguments, &errors);
    if (errors.len)
        fputs(errors.data, stderr);
    buf_free(&errors);
    log_event(LOG_INFO_, "ended", "code", log_number(code), NULL);
    log_flush();
    return code;
}
