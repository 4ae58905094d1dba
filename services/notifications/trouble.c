#include "services/notifications/trouble.h"
#include <string.h>

enum { NAMES_SHOWN = 100 };

// Of a statement that gives names: of routes, or of boxes.
static int read_names(struct mesh_call *call, struct store_statement *s, char ***names, size_t *count) {
    int rc = 0;
    *count = 0;
    *names = arena_take(call->arena, NAMES_SHOWN * sizeof **names);
    while (*names != NULL && *count < NAMES_SHOWN && (rc = store_step(s)) == 1) {
        char *name = arena_text(call->arena, store_text(s, 0));
        if (name == NULL)
            break;
        (*names)[(*count)++] = name;
    }
    store_reset(s);
    return rc < 0 ? rc : 0;
}

static bool among(const char *route, char *const *routes, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(routes[i], route) == 0)
            return true;
    return false;
}

static int change(struct mesh_call *call, const char *sql, uint32_t slot, const char *route) {
    struct store_statement *s = store_prepare(call->store, sql);
    store_bind_int(s, 1, slot);
    store_bind_text(s, 2, route);
    store_bind_int(s, 3, call->now_us);
    return store_run(s);
}

int trouble_note(struct mesh_call *call, const Kosi__LeaseRequest *request) {
    static const char add[] = "INSERT INTO trouble(slot, route, since) VALUES(?1, ?2, ?3) ON CONFLICT DO NOTHING";
    static const char end[] = "DELETE FROM trouble WHERE slot = ?1 AND route = ?2 AND ?3 > 0";
    char **known;
    size_t count;
    struct store_statement *s = store_prepare(call->store, "SELECT route FROM trouble WHERE slot = ?1");
    store_bind_int(s, 1, request->slot);
    int rc = read_names(call, s, &known, &count);
    for (size_t i = 0; rc == 0 && i < request->n_troubled; i++)
        if (!among(request->troubled[i], known, count))
            rc = change(call, add, request->slot, request->troubled[i]);
    for (size_t i = 0; rc == 0 && i < count; i++)
        if (!among(known[i], request->troubled, request->n_troubled))
            rc = change(call, end, request->slot, known[i]);
    return rc;
}

int trouble_forget(struct mesh_call *call, uint32_t slot) {
    struct store_statement *s = store_prepare(call->store, "DELETE FROM trouble WHERE slot = ?1");
    store_bind_int(s, 1, slot);
    return store_run(s);
}

int trouble_list(struct mesh_call *call, char ***routes, size_t *count) {
    return read_names(call, store_prepare(call->store, "SELECT DISTINCT route FROM trouble ORDER BY route"), routes, count);
}

int trouble_boxes(struct mesh_call *call, char ***boxes, size_t *count) {
    return read_names(call, store_prepare(call->store, "SELECT box FROM unreadable ORDER BY box"), boxes, count);
}

int trouble_note_boxes(struct mesh_call *call, char *const *boxes, size_t count) {
    int rc = store_run(store_prepare(call->store, "DELETE FROM unreadable"));
    for (size_t i = 0; rc == 0 && i < count; i++) {
        struct store_statement *s = store_prepare(call->store, "INSERT INTO unreadable(box) VALUES(?1) ON CONFLICT DO NOTHING");
        store_bind_text(s, 1, boxes[i]);
        rc = store_run(s);
    }
    return rc;
}
