#include "services/common/mesh/gauges.h"
#include "services/common/base/log.h"
#include "services/common/mesh/mesh.h"
#include "services/common/mesh/worker.h"
#include <string.h>

// What does not fit is left out, and logged.
static void set(struct gauges *gauges, const char *name, int64_t value, int flags) {
    for (int i = 0; i < gauges->count; i++)
        if (strcmp(gauges->items[i].name, name) == 0) {
            gauges->items[i] = (struct gauge){name, value, flags};
            return;
        }
    if (gauges->count < GAUGES_MOST)
        gauges->items[gauges->count++] = (struct gauge){name, value, flags};
    else
        log_event(LOG_WARN_, "gauge_left_out", "gauge", name, NULL);
}

size_t gauges_states(const struct gauges *gauges, struct arena *arena, Kosi__GaugeState *out[GAUGES_MOST]) {
    size_t count = 0;
    for (int i = 0; i < gauges->count; i++) {
        const struct gauge *gauge = &gauges->items[i];
        Kosi__GaugeState *state = arena_take(arena, sizeof *state);
        if (state == NULL)
            break;
        kosi__gauge_state__init(state);
        state->name = (char *)gauge->name;
        state->has_value = true;
        state->value = gauge->value;
        state->has_total = state->total = (gauge->flags & MESH_GAUGE_TOTAL) != 0;
        state->has_trouble = state->trouble = (gauge->flags & MESH_GAUGE_TROUBLE) != 0;
        out[count++] = state;
    }
    return count;
}

void mesh_gauge(struct mesh_call *call, const char *name, int64_t value, int flags) {
    set(&call->inner->worker->gauges, name, value, flags);
}
