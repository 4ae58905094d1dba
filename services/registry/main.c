// kosi-registry: the public landscape of a city: what was accepted, to be read, filtered and searched.
#include "services/registry/catalogue.h"
#include "services/registry/freshness.h"
#include "services/registry/migrations.h"
#include "services/registry/projection.h"
#include "services/registry/report.h"
#include "services/registry/room.h"
#include "registry.handlers.h"
#include <stdlib.h>

static int open_room(const struct config *config, void **state, struct buf *errors) {
    struct room *room = calloc(1, sizeof *room);
    *state = room;
    if (room == NULL || (room->arena = arena_new(VOCABULARY_BYTES_MAX)) == NULL)
        return -1;
    room->vocabulary = vocabulary_open(config->city_dir, room->arena, errors);
    return room->vocabulary ? config_key(config, "node", room->node_key, sizeof room->node_key, errors) : -1;
}

static void close_room(void *state) {
    struct room *room = state;
    if (room != NULL)
        arena_free(&room->arena);
    free(room);
}

static int tidy(struct mesh_call *call) {
    struct landscape landscape = registry_landscape(call);
    return catalogue_tidy(&landscape);
}
static int tidy_reports(struct mesh_call *call) { return report_tidy(call->store, call->now_us); }
static const struct mesh_timer timers[] = {{"tidy", 1000, tidy}, {"reports", 60000, tidy_reports},
                                           {"freshness", 5000, freshness_run}};

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
        .open = open_room,
        .close = close_room,
    };
    return mesh_main(argc, argv, &service);
}
