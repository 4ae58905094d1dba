#include "services/common/mesh/worker.h"
#include <stdlib.h>

static struct mesh_call_private *call_new(void) {
    struct mesh_call_private *call = calloc(1, sizeof *call);
    if (call == NULL)
        return NULL;
    call->call.arena = arena_new(CALL_ARENA_BYTES);
    if (call->call.arena == NULL) {
        free(call);
        return NULL;
    }
    return call;
}

void call_clear(struct mesh_call_private *call) {
    struct arena *arena = call->call.arena;
    struct worker *worker = call->worker;
    arena_reset(arena);
    *call = (struct mesh_call_private){.worker = worker};
    call->call =
        (struct mesh_call){.arena = arena, .config = worker->config, .state = worker->state, .locale = "de", .origin = "back"};
    call->call.violations.arena = arena;
    call->call.inner = call;
}

void call_begin_again(struct mesh_call_private *call) {
    struct mesh_call *c = &call->call;
    call->reply = NULL;
    call->packed = NULL;
    call->packed_size = 0;
    call->outcome = 0;
    call->replayed = false;
    call->subject_seq = 0;
    c->violations.count = 0;
    c->detail = c->audit_subject = c->audit_detail = NULL;
    c->retry_after_ms = 0;
}

struct mesh_call_private *call_take(struct worker *worker) {
    struct mesh_call_private *call = worker->spare;
    if (call != NULL) {
        worker->spare = call->next;
        worker->spare_count--;
    } else if ((call = call_new()) == NULL) {
        return NULL;
    }
    call->worker = worker;
    call_clear(call);
    worker->call_count++;
    return call;
}

void call_free(struct worker *worker, struct mesh_call_private *call) {
    if (call->has_message)
        wire_message_close(&call->message);
    call->has_message = false;
    worker->call_count--;
    if (worker->spare_count < CALL_CACHE_MOST) {
        call->next = worker->spare;
        worker->spare = call;
        worker->spare_count++;
        return;
    }
    arena_free(&call->call.arena);
    free(call);
}

void call_push(struct call_list *list, struct mesh_call_private *call) {
    call->next = NULL;
    if (list->last != NULL)
        list->last->next = call;
    else
        list->first = call;
    list->last = call;
    list->count++;
}

struct mesh_call_private *call_pop(struct call_list *list) {
    struct mesh_call_private *call = list->first;
    if (call == NULL)
        return NULL;
    list->first = call->next;
    if (list->first == NULL)
        list->last = NULL;
    list->count--;
    call->next = NULL;
    return call;
}
