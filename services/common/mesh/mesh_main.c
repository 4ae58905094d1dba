#include "services/common/base/clock.h"
#include "services/common/base/log.h"
#include "services/common/mesh/actor.h"
#include "services/common/mesh/beside.h"
#include "services/common/mesh/worker_loop.h"
#include "services/common/mesh/writer_lock.h"
#include <getopt.h>
#include <malloc.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EXIT_USAGE = 64, EXIT_FAULT = 70, EXIT_DISK = 74, EXIT_CONFIG = 78, SLOT_MOST = 999 };

struct arguments {
    const char *config_file;
    int slot;
    bool check;
    int exit_code; // -1: go on
};

static void usage(FILE *out, const char *program) {
    fprintf(out, "usage: %s --config FILE [--slot N] [--check-config] [--version] [--help]\n", program);
}

static struct arguments parse(int argc, char **argv) {
    static const struct option options[] = {{"config", required_argument, NULL, 'c'}, {"slot", required_argument, NULL, 's'},
                                            {"check-config", no_argument, NULL, 'k'}, {"version", no_argument, NULL, 'v'},
                                            {"help", no_argument, NULL, 'h'},         {0}};
    struct arguments arguments = {.slot = 1, .exit_code = -1};
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'c')
            arguments.config_file = optarg;
        else if (option == 's')
            arguments.slot = atoi(optarg);
        else if (option == 'k')
            arguments.check = true;
        else
            arguments.exit_code = option == 'v' || option == 'h' ? 0 : EXIT_USAGE;
        if (option == 'v')
            printf("%s\n", KOSI_VERSION);
        if (option == 'h')
            usage(stdout, argv[0]);
    }
    bool sound = arguments.config_file != NULL && optind == argc && arguments.slot >= 1 && arguments.slot <= SLOT_MOST;
    if (arguments.exit_code < 0 && !sound)
        arguments.exit_code = EXIT_USAGE;
    if (arguments.exit_code == EXIT_USAGE)
        usage(stderr, argv[0]);
    return arguments;
}

static enum log_level level_of(const char *name) {
    static const char *const names[] = {"debug", "info", "warn", "error"};
    for (int i = 0; name != NULL && i < 4; i++)
        if (strcmp(name, names[i]) == 0)
            return (enum log_level)i;
    return LOG_INFO_;
}

// Faults keep their default action; everything else is read from the descriptor or ignored. Before any thread is made.
static int block_signals(void) {
    sigset_t all;
    sigfillset(&all);
    const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        sigdelset(&all, faults[i]);
    sigprocmask(SIG_BLOCK, &all, NULL);
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGINT);
    return signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void *connect_bus(void *context, const char *endpoint) {
    void *socket = zmq_socket(context, ZMQ_DEALER);
    if (socket == NULL || endpoint == NULL || wire_configure(socket, false) != 0 || zmq_connect(socket, endpoint) != 0) {
        log_event(LOG_ERROR_, "connect_failed", "endpoint", endpoint ? endpoint : "too long", "reason",
                  zmq_strerror(zmq_errno()), NULL);
        if (socket != NULL)
            zmq_close(socket);
        return NULL;
    }
    return socket;
}

// A damaged database is noticed before anything is written to it. Not there yet, or no room to look: fine.
static int check_database(struct worker *worker) {
    int error;
    struct store *store = store_try_open(worker->path, STORE_READER, &error);
    int rc = store != NULL ? store_check(store) : error;
    store_close(&store);
    return rc == STORE_CORRUPT || rc == STORE_IO ? EXIT_DISK : 0;
}

static int serve(struct worker *worker, int signals) {
    char lock_name[64];
    snprintf(lock_name, sizeof lock_name, "%s.lock", worker->service->contract->name);
    void *context = wire_context();
    void *socket = context ? connect_bus(context, config_endpoint(worker->config, "back")) : NULL;
    int code = socket != NULL && worker_open(worker, socket) == 0 ? check_database(worker) : EXIT_FAULT;
    if (code == 0 && (worker->lock = writer_lock_wait(config_data_path(worker->config, lock_name))) == NULL)
        code = EXIT_DISK;
    if (code == 0 && worker->service->beside_count > 0 && (worker->besides = besides_start(worker, context)) == NULL)
        code = EXIT_FAULT;
    if (code == 0) {
        log_event(LOG_INFO_, "started", "version", KOSI_VERSION, "pid", log_number(getpid()), NULL);
        code = worker_loop(worker, signals);
    }
    // An orderly close would write to a disk that just failed, or take from a thread that does not end what it uses.
    if (code == EXIT_DISK || !besides_close(&worker->besides)) {
        log_flush();
        _exit(code);
    }
    worker_close(worker);
    writer_lock_release(worker->lock); // the next writer need not wait for our last bytes on the bus
    log_event(LOG_INFO_, "stopped", "exit", log_number(code), NULL);
    log_flush();
    if (socket != NULL)
        zmq_close(socket);
    if (context != NULL)
        zmq_ctx_term(context);
    return code;
}

static int complain(struct buf *errors) {
    fprintf(stderr, "%s", errors->data ? errors->data : "the configuration is wrong\n");
    buf_free(errors);
    return EXIT_CONFIG;
}

static int run(struct worker *worker, const struct arguments *arguments, int signals) {
    struct buf errors;
    buf_init(&errors, 0);
    char db_name[64];
    snprintf(db_name, sizeof db_name, "%s.db", worker->service->contract->name);
    const char *path = config_data_path(worker->config, db_name);
    worker->path = path ? strdup(path) : NULL;
    worker->actors = actor_open(worker->config, &errors);
    if (worker->path == NULL || worker->actors == NULL)
        return complain(&errors);
    if (worker->service->open != NULL && worker->service->open(worker->config, &worker->state, &errors) != 0)
        return complain(&errors);
    bool refused = arguments->check && worker->service->check != NULL && worker->service->check(worker->config, &errors) != 0;
    int code = refused ? complain(&errors) : 0;
    buf_free(&errors);
    if (!arguments->check)
        code = serve(worker, signals);
    if (worker->service->close != NULL)
        worker->service->close(worker->state);
    return code;
}

int mesh_main(int argc, char **argv, const struct mesh_service *service) {
    struct arguments arguments = parse(argc, argv);
    if (arguments.exit_code >= 0)
        return arguments.exit_code;
    mallopt(M_ARENA_MAX, 1);
    umask(077);
    if (sodium_init() < 0)
        return EXIT_FAULT;
    int signals = block_signals();
    struct buf errors;
    buf_init(&errors, 0);
    struct config *config = NULL;
    if (config_read(arguments.config_file, &config, &errors) != 0)
        return complain(&errors);
    clock_set_zone(config->time_zone);
    struct worker *worker = calloc(1, sizeof *worker);
    if (worker == NULL)
        return EXIT_FAULT;
    worker->service = service;
    worker->config = config;
    worker->slot = (uint32_t)arguments.slot;
    snprintf(worker->name, sizeof worker->name, "%s-%d", service->contract->name, arguments.slot);
    log_open(worker->name, level_of(config->log_level));
    int code = run(worker, &arguments, signals);
    log_flush();
    actor_close(&worker->actors);
    free(worker->path); // still there when it never served
    free(worker);
    config_free(&config);
    buf_free(&errors);
    return code;
}
