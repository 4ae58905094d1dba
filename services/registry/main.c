// kosi-registry: the public landscape of a city: what was accepted, to be read, filtered and searched.
#include "services/registry/catalogue.h"
#include "services/registry/migrations.h"
#include "services/registry/projection.h"
#include "services/registry/report.h"
#include "services/registry/vocabulary.h"
#include "registry.handlers.h"

static int open_vocabulary(const struct config *config, void **state, struct buf *errors) {
    BUF_AUTO struct buf file;
    buf_init(&file, 4096);
    buf_format(&file, "%s/vocabulary.json", config->city_dir);
    struct vocabulary *vocabulary = NULL;
    int rc = vocabulary_read(file.data, &vocabulary, errors);
    *state = vocabulary;
    return rc;
}

static void close_vocabulary(void *state) {
    struct vocabulary *vocabulary = state;
    vocabulary_free(&vocabulary);
}

static int tidy(struct mesh_call *call) {
    struct landscape landscape = registry_landscape(call);
    return catalogue_tidy(&landscape);
}
static int tidy_reports(struct mesh_call *call) { return report_tidy(call->store, call->now_us); }
static const struct mesh_timer timers[] = {{"tidy", 1000, tidy}, {"reports", 60000, tidy_reports}};

int main(int argc, char **argv) {
    const struct mesh_service service = {
        .contract = &contract_registry,
        .handlers = registry_handlers,
        .migrations = registry_migrations,
        .migration_count = registry_migration_count,
        .follows = registry_follows,
        .follow_count = registry_follow_count,
        .timers = timers,
        .timer_count = sizeof timers / sizeof *timers,
        .open = open_vocabulary,
        .close = close_vocabulary,
    };
    return mesh_main(argc, argv, &service);
}
