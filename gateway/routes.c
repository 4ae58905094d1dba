#include "gateway/routes.h"
#include "gateway/api.h"
#include "gateway/assets.h"
#include "gateway/ops.h"
#include "gateway/session.h"
#include "gateway/urlencoded.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { IGNORED_BODY_MAX = 1024 };   // some programs send one where it says nothing
enum { ROUTES_MAX = 400, NODES_MAX = 1600, SEGMENTS_MAX = 12 };

// A segment of a path. Children are linked; a variable's name is kept per route, since routes may name it differently.
struct node {
    const char *literal;    // NULL: a variable
    size_t length;
    struct node *child, *sibling;
    const struct route *routes[ROUTE_VERBS_MAX];
    int route_count;
};
struct routes {
    struct route items[ROUTES_MAX];
    size_t count;
    struct node nodes[NODES_MAX];
    size_t node_count;
};

static size_t segment_length(const char *at, const char *end) {
    const char *slash = memchr(at, '/', (size_t)(end - at));
    return (size_t)((slash ? slash : end) - at);
}

static struct node *child_for(struct routes *r, struct node *parent, const char *segment, size_t n) {
    bool variable = n > 0 && segment[0] == '{';
    for (struct node *child = parent->child; child; child = child->sibling)
        if (variable ? !child->literal : child->literal && child->length == n && memcmp(child->literal, segment, n) == 0)
            return child;
    assert(r->node_count < NODES_MAX);
    struct node *child = &r->nodes[r->node_count++];
    *child = (struct node){.literal = variable ? NULL : segment, .length = n};
    struct node **place = &parent->child;
    while (variable && *place)   // variables stand last
        place = &(*place)->sibling;
    child->sibling = *place;
    *place = child;
    return child;
}

static bool brings_a_body(const char *verb) { return strcmp(verb, "GET") != 0 && strcmp(verb, "DELETE") != 0; }

static void insert(struct routes *r, struct route route) {
    assert(r->count < ROUTES_MAX);
    struct route *item = &r->items[r->count++];
    *item = route;
    if (!item->body_bytes && !brings_a_body(route.verb))
        item->body_bytes = IGNORED_BODY_MAX;
    struct node *node = &r->nodes[0];
    const char *end = route.path + strlen(route.path);
    for (const char *at = route.path; at < end;) {
        size_t n = segment_length(at + 1, end);
        node = child_for(r, node, at + 1, n);
        at += 1 + n;
    }
    for (int i = 0; i < node->route_count; i++)
        assert(strcmp(node->routes[i]->verb, route.verb) != 0);
    assert(node->route_count < ROUTE_VERBS_MAX);
    node->routes[node->route_count++] = item;
}

static void insert_contract(struct routes *r) {
    for (size_t s = 0; contract_services[s]; s++) {
        const struct contract_service *service = contract_services[s];
        for (int m = 0; m < service->method_count; m++) {
            const struct contract_method *method = &service->methods[m];
            for (int i = 0; i < method->route_count; i++) {
                const struct contract_route *row = &method->routes[i];
                int64_t body = row->body_bytes || !brings_a_body(row->verb) ? row->body_bytes : 2 * (int64_t)method->max_bytes;
                insert(r, (struct route){.kind = ROUTE_API, .verb = row->verb, .path = row->path, .serve = api_serve,
                                         .body_bytes = body, .time_ms = (int)row->time_ms,
                                         .secret = row->secret, .service = service, .method = method, .row = row});
            }
        }
    }
}

static void insert_pages(struct routes *r) {
    for (int t = 0; page_tables[t]; t++)
        for (const struct page_row *row = page_tables[t]; row->verb; row++)
            for (int language = 0; language < LANGUAGES && row->paths[language]; language++)
                insert(r, (struct route){.kind = ROUTE_PAGE, .verb = row->verb, .path = row->paths[language],
                                         .serve = row->role ? session_guard : row->serve, .secret = row->secret || row->role,
                                         .page_row = row, .language = (enum language)language});
}

struct routes *routes_new(void) {
    struct routes *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->node_count = 1;
    insert_contract(r);
    insert_pages(r);
    insert(r, (struct route){.kind = ROUTE_FILE, .verb = "GET", .path = "/openapi.json", .serve = serve_openapi});
    insert(r, (struct route){.kind = ROUTE_FILE, .verb = "GET", .path = "/assets/{file}", .serve = serve_asset});
    return r;
}

void routes_free(struct routes **routes) {
    free(*routes);
    *routes = NULL;
}

struct walk {
    const char *values[SEGMENTS_MAX];   // what stood where a variable is
    size_t lengths[SEGMENTS_MAX];
    int depth;
};

static const struct node *descend(const struct node *node, const char *at, const char *end, struct walk *walk) {
    if (at == end)
        return node->route_count ? node : NULL;
    size_t n = segment_length(at + 1, end);
    for (const struct node *child = node->child; child; child = child->sibling) {
        bool fits = child->literal ? child->length == n && memcmp(child->literal, at + 1, n) == 0 : n > 0;
        if (!fits || walk->depth == SEGMENTS_MAX)
            continue;
        int depth = walk->depth;
        if (!child->literal) {
            walk->values[depth] = at + 1;
            walk->lengths[depth] = n;
            walk->depth++;
        }
        const struct node *found = descend(child, at + 1 + n, end, walk);
        if (found)
            return found;
        walk->depth = depth;
    }
    return NULL;
}

static int fill_variables(const struct walk *walk, const char *path, struct arena *arena, struct route_match *match) {
    for (int i = 0; i < walk->depth && i < ROUTE_VARIABLES_MAX; i++) {
        const char *open = strchr(path, '{'), *close = strchr(open, '}');
        char *value = arena_take(arena, walk->lengths[i] + 1);
        if (!value || urlencoded_decode(walk->values[i], walk->lengths[i], false, value) < 0)
            return -1;
        match->variables[i].name = arena_text_n(arena, open + 1, (size_t)(close - open - 1));
        match->variables[i].value = value;
        match->variable_count = i + 1;
        path = close;
    }
    return 0;
}

int routes_match(const struct routes *r, const char *path, size_t n, struct arena *arena, struct route_match *match) {
    struct walk walk = {.depth = 0};
    *match = (struct route_match){.route_count = 0};
    const struct node *node = n > 0 && path[0] == '/' ? descend(&r->nodes[0], path, path + n, &walk) : NULL;
    if (!node)
        return 1;
    match->route_count = node->route_count;
    memcpy(match->routes, node->routes, sizeof node->routes);
    return fill_variables(&walk, node->routes[0]->path, arena, match);
}

const struct route *route_for(const struct route_match *match, const char *verb) {
    const char *wanted = strcmp(verb, "HEAD") == 0 ? "GET" : verb;
    for (int i = 0; i < match->route_count; i++)
        if (strcmp(match->routes[i]->verb, wanted) == 0)
            return match->routes[i];
    return NULL;
}

const char *route_variable(const struct route_match *match, const char *name) {
    for (int i = 0; i < match->variable_count; i++)
        if (strcmp(match->variables[i].name, name) == 0)
            return match->variables[i].value;
    return NULL;
}

const char *route_allow(const struct route_match *match, struct arena *arena) {
    const char *text = "";
    for (int i = 0; i < match->route_count; i++) {
        const char *verb = match->routes[i]->verb;
        text = arena_format(arena, "%s%s%s, ", text ? text : "", verb, strcmp(verb, "GET") == 0 ? ", HEAD" : "");
    }
    text = arena_format(arena, "%sOPTIONS", text ? text : "");
    return text ? text : "OPTIONS";
}

const struct route *routes_at(const struct routes *r, size_t index) { return index < r->count ? &r->items[index] : NULL; }

const char *route_page_path(enum page page, enum language language, const char *variable, struct arena *arena) {
    const char *path = "/";
    for (int t = 0; page_tables[t]; t++)
        for (const struct page_row *row = page_tables[t]; row->verb; row++)
            if (row->page == page)
                path = row->paths[language];
    const char *open = strchr(path, '{');
    if (!open)
        return path;
    struct buf encoded BUF_AUTO;
    buf_init(&encoded, 4096);
    buf_text(&encoded, "");
    urlencoded_add(&encoded, variable ? variable : "");
    const char *close = strchr(open, '}'), *rest = close ? close + 1 : "";
    const char *out = arena_format(arena, "%.*s%s%s", (int)(open - path), path, encoded.failed ? "" : encoded.data, rest);
    return out ? out : "/";
}
