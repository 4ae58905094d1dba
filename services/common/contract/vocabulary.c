#include "services/common/contract/vocabulary.h"
#include "services/common/contract/json_walk.h"
#include <string.h>

struct vocabulary { struct vocabulary_terms lists[VOCABULARY_LISTS]; };
static const char *const names[VOCABULARY_LISTS] = {"themes", "districts", "sectors", "stages", "kinds"};

struct vocabulary *vocabulary_of(Kosi__VocabularyFile *file, struct arena *arena) {
    struct vocabulary *v = arena_take(arena, sizeof *v);
    if (!v)
        return NULL;
    v->lists[VOCABULARY_THEMES] = (struct vocabulary_terms){file->themes, file->n_themes};
    v->lists[VOCABULARY_DISTRICTS] = (struct vocabulary_terms){file->districts, file->n_districts};
    v->lists[VOCABULARY_SECTORS] = (struct vocabulary_terms){file->sectors, file->n_sectors};
    v->lists[VOCABULARY_STAGES] = (struct vocabulary_terms){file->stages, file->n_stages};
    v->lists[VOCABULARY_KINDS] = (struct vocabulary_terms){file->kinds, file->n_kinds};
    return v;
}

static size_t place_of(struct vocabulary_terms terms, const char *id) {
    size_t i = 0;
    while (i < terms.count && strcmp(terms.items[i]->id, id) != 0)
        i++;
    return i;
}

static int check_terms(const char *name, struct vocabulary_terms terms, const char *file, struct buf *errors) {
    int rc = terms.count == 0 ? -1 : 0;
    if (terms.count == 0)
        buf_format(errors, "%s:1: \"%s\" holds no term. Give at least one {\"id\", \"label\"}.\n", file, name);
    for (size_t i = 0; i < terms.count; i++)
        if (place_of(terms, terms.items[i]->id) < i) {
            buf_format(errors, "%s:1: \"%s\" holds \"%s\" twice. Remove one.\n", file, name, terms.items[i]->id);
            rc = -1;
        }
    return rc;
}

struct vocabulary *vocabulary_read(const char *file, struct arena *arena, struct buf *errors) {
    Kosi__VocabularyFile *message = arena_take(arena, sizeof *message);
    if (!message)
        return NULL;
    kosi__vocabulary_file__init(message);
    const struct contract_message *contract = contract_message_of(&kosi__vocabulary_file__descriptor);
    if (json_file_to_message(file, contract, &message->base, arena, errors) != 0)
        return NULL;
    struct vocabulary *v = vocabulary_of(message, arena);
    int rc = 0;
    for (int i = 0; v && i < VOCABULARY_LISTS; i++)
        rc |= check_terms(names[i], v->lists[i], file, errors);
    return rc ? NULL : v;
}

struct vocabulary *vocabulary_open(const char *city_dir, struct arena *arena, struct buf *errors) {
    char *file = arena_format(arena, "%s/vocabulary.json", city_dir);
    return file ? vocabulary_read(file, arena, errors) : NULL;
}

struct vocabulary_terms vocabulary_terms(const struct vocabulary *vocabulary, enum vocabulary_list list) { return vocabulary->lists[list]; }

bool vocabulary_has(const struct vocabulary *vocabulary, enum vocabulary_list list, const char *id) {
    return place_of(vocabulary->lists[list], id) < vocabulary->lists[list].count;
}

int vocabulary_list_named(const char *name) {
    for (int i = 0; i < VOCABULARY_LISTS; i++) {
        if (strcmp(names[i], name) == 0)
            return i;
    }
    return -1;
}

char *text_in(const Kosi__Text *text, const char *locale) {
    if (!text)
        return NULL;
    return locale && strcmp(locale, "en") == 0 && text->en && *text->en ? text->en : text->de;
}
