#include "services/registry/tally.h"
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 1024 };
struct value {
    enum facet facet;
    uint32_t count;
    char *id;
};
struct tally {
    struct arena *arena;
    uint32_t used;
    struct value *slots[SLOTS];
};

struct tally *tally_new(struct arena *arena) {
    struct tally *tally = arena_take(arena, sizeof *tally);
    if (tally != NULL)
        tally->arena = arena;
    return tally;
}

static uint32_t slot_of(enum facet facet, const char *id) {
    uint32_t hash = 2166136261u ^ (uint32_t)facet;
    for (; *id != '\0'; id++)
        hash = (hash ^ (uint8_t)*id) * 16777619u;
    return hash;
}

static int find(struct tally *tally, enum facet facet, const char *id, struct value **out) {
    uint32_t at = slot_of(facet, id);
    struct value **slot;
    for (; *(slot = &tally->slots[at % SLOTS]) != NULL; at++)
        if ((*slot)->facet == facet && strcmp((*slot)->id, id) == 0) {
            *out = *slot;
            return 0;
        }
    *out = NULL;
    if (tally->used == TALLY_MAX)
        return 0;
    struct value *value = arena_take(tally->arena, sizeof *value);
    if (value == NULL || (value->id = arena_text(tally->arena, id)) == NULL)
        return -1;
    value->facet = facet;
    tally->used++;
    *out = *slot = value;
    return 0;
}

int tally_set(struct tally *tally, enum facet facet, const char *id, uint32_t count) {
    struct value *value;
    int rc = find(tally, facet, id, &value);
    if (rc == 0 && value != NULL)
        value->count = count;
    return rc;
}

static int count_one(void *owner, enum facet facet, const char *id) {
    struct value *value;
    if (facet >= FACET_COUNTED)
        return 0;
    int rc = find(owner, facet, id, &value);
    if (rc == 0 && value != NULL)
        value->count++;
    return rc;
}

int tally_codes(struct tally *tally, const char *codes) {
    return facet_each(codes, count_one, tally);
}

static int by_facet_and_count(const void *left, const void *right) {
    const struct value *a = *(struct value *const *)left, *b = *(struct value *const *)right;
    if (a->facet != b->facet)
        return a->facet < b->facet ? -1 : 1;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return strcmp(a->id, b->id);
}

int tally_tell(struct tally *tally, Kosi__FacetCount ***out, size_t *count) {
    struct value *values[TALLY_MAX];
    size_t n = 0;
    for (int i = 0; i < SLOTS; i++)
        if (tally->slots[i] != NULL && tally->slots[i]->count > 0)
            values[n++] = tally->slots[i];
    qsort(values, n, sizeof *values, by_facet_and_count);
    Kosi__FacetCount *all = arena_take(tally->arena, (n + 1) * sizeof *all);
    *out = arena_take(tally->arena, (n + 1) * sizeof **out);
    if (all == NULL || *out == NULL)
        return -1;
    for (size_t i = 0; i < n; i++) {
        kosi__facet_count__init(&all[i]);
        all[i].facet = (char *)(uintptr_t)facet_name(values[i]->facet);
        all[i].id = values[i]->id;
        all[i].has_count = true;
        all[i].count = values[i]->count;
        (*out)[i] = &all[i];
    }
    *count = n;
    return 0;
}
