#include "services/registry/history.h"
#include <string.h>

enum { FIELDS_MAX = 32 };

static bool same_text(const char *a, const char *b) {
    return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

static bool same_list(char *const *a, size_t a_count, char *const *b, size_t b_count) {
    bool same = a_count == b_count;
    for (size_t i = 0; same && i < a_count; i++)
        same = strcmp(a[i], b[i]) == 0;
    return same;
}

static bool near(double a, double b) {
    double difference = a - b;
    return difference < 1e-9 && difference > -1e-9;
}

static bool same_point(const Kosi__Point *a, const Kosi__Point *b) {
    if (a == NULL || b == NULL)
        return a == b;
    return near(a->lat, b->lat) && near(a->lon, b->lon);
}

static void add(struct buf *out, bool same, const char *name) {
    if (!same)
        buf_format(out, "%s%s", out->len > 0 ? " " : "", name);
}

void history_compare(const Kosi__Entry *before, const Kosi__Entry *after, struct buf *out) {
    add(out, same_text(before->kind, after->kind), "kind");
    add(out, same_text(before->title, after->title), "title");
    add(out, same_text(before->summary, after->summary), "summary");
    add(out, same_text(before->description, after->description), "description");
    add(out, same_list(before->themes, before->n_themes, after->themes, after->n_themes), "themes");
    add(out, same_text(before->sector, after->sector), "sector");
    add(out, same_text(before->district, after->district), "district");
    add(out, same_point(before->point, after->point), "point");
    add(out, same_text(before->stage, after->stage), "stage");
    add(out, same_text(before->since, after->since), "since");
    add(out, same_text(before->website, after->website), "website");
    add(out, same_text(before->licence, after->licence), "licence");
    add(out, before->n_relations == after->n_relations, "relations");
}

static int split_fields(struct arena *arena, const char *text, Kosi__EntryVersion *out) {
    char *rest = arena_text(arena, text);
    out->fields = arena_take(arena, FIELDS_MAX * sizeof *out->fields);
    if (rest == NULL || out->fields == NULL)
        return STORE_FAULT;
    for (char *name; (name = strsep(&rest, " ")) != NULL;)
        if (name[0] != '\0' && out->n_fields < FIELDS_MAX)
            out->fields[out->n_fields++] = name;
    return 0;
}

static int add_version(const struct landscape *l, struct store_statement *s, Kosi__EntryDetail *reply) {
    Kosi__EntryVersion *version = arena_take(l->arena, sizeof *version);
    if (version == NULL)
        return STORE_FAULT;
    kosi__entry_version__init(version);
    version->has_number = version->has_changed_at = true;
    version->number = (uint32_t)store_int(s, 0);
    version->changed_at = store_int(s, 1);
    reply->versions[reply->n_versions++] = version;
    return split_fields(l->arena, store_text(s, 2), version);
}

int history_tell(const struct landscape *l, const char *entry_id, Kosi__EntryDetail *reply) {
    reply->versions = arena_take(l->arena, HISTORY_MAX * sizeof *reply->versions);
    if (reply->versions == NULL)
        return STORE_FAULT;
    struct store_statement *s =
        store_prepare(l->store, "SELECT v.version, v.at, v.changed FROM entry e JOIN entry_version v ON v.n = e.n"
                                " WHERE e.id = ?1 ORDER BY v.version DESC LIMIT ?2");
    store_bind_text(s, 1, entry_id);
    store_bind_int(s, 2, HISTORY_MAX + 1);
    int rc;
    while ((rc = store_step(s)) == 1 && reply->n_versions < HISTORY_MAX)
        if (add_version(l, s, reply) != 0) {
            rc = STORE_FAULT;
            break;
        }
    reply->has_more_versions = reply->more_versions = rc == 1;
    store_reset(s);
    return rc < 0 ? rc : 0;
}
