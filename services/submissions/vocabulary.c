#include "services/submissions/vocabulary.h"
#include "services/common/contract/json_walk.h"
#include <string.h>

struct vocabulary {
    struct {
        size_t count;
        Kosi__TermFile **terms;
    } lists[VOCABULARY_LISTS];
};
static const char *const names[VOCABULARY_LISTS] = {"themes", "districts", "sectors", "stages", "kinds"};

struct vocabulary *vocabulary_of(Kosi__VocabularyFile *file, struct arena *arena) {
    struct vocabulary *v = arena_take(arena, sizeof *v);
    if (!v)
        return NULL;
    v->lists[VOCABULARY_THEMES].count = file->n_themes;
    v->lists[VOCABULARY_THEMES].terms = file->themes;
    v->lists[VOCABULARY_DISTRICTS].count = file->n_districts;
    v->lists[VOCABULARY_DISTRICTS].terms = file->districts;
    v->lists[VOCABULARY_SECTORS].count = file->n_sectors;
    v->lists[VOCABULARY_SECTORS].terms = file->sectors;
    v->lists[VOCABULARY_STAGES].count = file->n_stages;
    v->lists[VOCABULARY_STAGES].terms = file->stages;
    v->lists[VOCABULARY_KINDS].count = file->n_kinds;
    v->lists[VOCABULARY_KINDS].terms = file->kinds;
    return v;
}

struct vocabulary *vocabulary_read(const char *file, struct arena *arena, struct buf *errors) {
    Kosi__VocabularyFile *message = arena_take(arena, sizeof *message);
    if (!message)
        return NULL;
    kosi__vocabulary_file__init(message);
    const struct contract_message *contract = contract_message_of(&kosi__vocabulary_file__descriptor);
    if (json_file_to_message(file, contract, &message->base, arena, errors) != 0)
        return NULL;
    return vocabulary_of(message, arena);
}

bool vocabulary_has(const struct vocabulary *vocabulary, enum vocabulary_list list, const char *id) {
    for (size_t i = 0; i < vocabulary->lists[list].count; i++) {
        if (strcmp(vocabulary->lists[list].terms[i]->id, id) == 0)
            return true;
    }
    return false;
}

size_t vocabulary_count(const struct vocabulary *vocabulary, enum vocabulary_list list) { return vocabulary->lists[list].count; }

int vocabulary_options(const struct vocabulary *vocabulary, enum vocabulary_list list, const char *locale, struct arena *arena,
                       size_t *count, Kosi__Option ***options) {
    size_t n = vocabulary->lists[list].count;
    Kosi__Option **out = arena_take(arena, (n + 1) * sizeof *out);
    Kosi__Option *items = arena_take(arena, (n + 1) * sizeof *items);
    if (!out || !items)
        return -1;
    for (size_t i = 0; i < n; i++) {
        kosi__option__init(&items[i]);
        items[i].id = vocabulary->lists[list].terms[i]->id;
        items[i].label = text_in(vocabulary->lists[list].terms[i]->label, locale);
        out[i] = &items[i];
    }
    *count = n;
    *options = out;
    return 0;
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
