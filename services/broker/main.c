#include "services/broker/broker.h"
#include "services/common/base/log.h"
#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 64, EXIT_CONFIG = 78, MALLOC_ARENAS = 2 };
static const char usage[] =
    "usage: kosi-broker --config FILE [--check-config] [--slot N] [--version] [--help]\n"
    "The queue of a node: takes requests from front, back and ops, gives them to the services' workers.\n"
    "exit codes: 0 ended by a signal, 64 usage, 70 fault, 78 configuration\n";

struct options {
    const char *config;
    bool check;
    int exit_code;
}; // exit_code -1: go on

static struct options options_of(int argc, char **argv) {
    static const struct option known[] = {{"config", required_argument, NULL, 'c'}, {"check-config", no_argument, NULL, 'k'},
                                          {"slot", required_argument, NULL, 's'},   {"version", no_argument, NULL, 'v'},
                                          {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0}};
    struct options options = {.exit_code = -1};
    int option;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 'c':
            options.config = optarg;
            break;
        case 'k':
            options.check = true;
            break;
        case 's': // there is one broker; every daemon of a node can be started alike
            break;
        case 'v':
            puts("kosi-broker " KOSI_VERSION);
            options.exit_code = 0;
            return options;
        case 'h':
            fputs(usage, stdout);
            options.exit_code = 0;
            return options;
        default:
            options.exit_code = EXIT_USAGE;
        }
    }
    if (!options.config || optind < argc)
        options.exit_code = EXIT_USAGE;
    if (options.exit_code == EXIT_USAGE)
        fputs(usage, stderr);
    return options;
}

static enum log_level level_of(const char *name) {
    static const char *const names[] = {"debug", "info", "warn", "error"};
    for (int i = 0; i < 4; i++) {
        if (strcmp(name, names[i]) == 0)
            return (enum log_level)i;
    }
    return LOG_INFO_;
}

int main(int argc, char **argv) {
    struct options options = options_of(argc, argv);
    if (options.exit_code >= 0)
        return options.exit_code;
    mallopt(M_ARENA_MAX, MALLOC_ARENAS);
    struct config *config = NULL;
    struct buf errors;
    buf_init(&errors, 0);
    int code = EXIT_CONFIG;
    if (config_read(options.config, &config, &errors) == 0) {
        log_open("broker", level_of(config->log_level));
        code = options.check ? 0 : broker_run(config);
    } else {
        fputs(errors.len > 0 ? errors.data : "out of memory\n", stderr);
    }
    log_flush();
    config_free(&config);
    buf_free(&errors);
    return code;
}
