#include "services/registry/vocabulary.h"
#include "services/common/contract/json_walk.h"
#include <stdlib.h>
#include <string.h>

enum { VOCABULARY_BYTES = 1 << 20 };

struct vocabulary {
    struct arena *arena;
    Kosi__VocabularyFile file;
};
struct terms { Kosi__TermFile **items; size_t count; };

static struct terms terms_of(const struct vocabulary *v, enum facet facet) {
    const Kosi__VocabularyFile *f = &v->file;
    switch (facet) {
    case FACET_KIND:
        return (struct terms){f->kinds, f->n_kinds};
    case FACET_THEME:
        return (struct terms){f->themes, f->n_themes};
    case FACET_DISTRICT:
        return (struct terms){f->districts, f->n_districts};
    case FACET_STAGE:
        return (struct terms){f->stages, f->n_stages};
    case FACET_SECTOR:
        return (struct terms){f->sectors, f->n_sectors};
    default:
        return (struct terms){NULL, 0};
    }
}

static int check_terms(const struct vocabulary *v, enum facet facet, const char *file, struct buf *errors) {
    struct terms terms = terms_of(v, facet);
    int rc = 0;
    if (terms.count == 0) {
        buf_line(errors, "%s:1: there is no term for \"%s\". Give at least one {\"id\", \"label\"}.", file, facet_name(facet));
        rc = -1;
    }
    for (size_t i = 0; i < terms.count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(terms.items[i]->id, terms.items[j]->id) == 0) {
                buf_line(errors, "%s:1: %s \"%s\" is there twice. Remove one.", file, facet_name(facet), terms.items[i]->id);
                rc = -1;
            }
    return rc;
}

int vocabulary_read(const char *file, struct vocabulary **out, struct buf *errors) {
    struct vocabulary *v = calloc(1, sizeof *v);
    int rc = -1;
    if (v == NULL || (v->arena = arena_new(VOCABULARY_BYTES)) == NULL) {
        buf_line(errors, "%s:1: out of memory. Free some.", file);
        goto end;
    }
    kosi__vocabulary_file__init(&v->file);
    rc = json_file_to_message(file, contract_message_of(&kosi__vocabulary_file__descriptor), &v->file.base, v->arena, errors);
    for (int facet = 0; rc == 0 && facet < FACET_COUNTED; facet++)
        rc = check_terms(v, (enum facet)facet, file, errors);
    if (rc == 0) {
        *out = v;
        v = NULL;
    }
end:
    vocabulary_free(&v);
    return rc;
}

void vocabulary_free(struct vocabulary **vocabulary) {
    if (*vocabulary == NULL)
        return;
    arena_free(&(*vocabulary)->arena);
    free(*vocabulary);
    *vocabulary = NULL;
}

bool vocabulary_knows(const struct vocabulary *vocabulary, enum facet facet, const char *id) {
    struct terms terms = terms_of(vocabulary, facet);
    for (size_t i = 0; i < terms.count; i++)
        if (strcmp(terms.items[i]->id, id) == 0)
            return true;
    return false;
}

static int tell(struct terms terms, bool english, struct arena *arena, Kosi__Term ***out, size_t *count) {
    Kosi__Term **items = arena_take(arena, terms.count * sizeof *items);
    Kosi__Term *all = arena_take(arena, terms.count * sizeof *all);
    if (items == NULL || all == NULL)
        return -1;
    for (size_t i = 0; i < terms.count; i++) {
        const Kosi__Text *label = terms.items[i]->label;
        kosi__term__init(&all[i]);
        all[i].id = terms.items[i]->id;
        all[i].label = english && label->en != NULL && label->en[0] != '\0' ? label->en : label->de;
        items[i] = &all[i];
    }
    *out = items;
    *count = terms.count;
    return 0;
}

int vocabulary_tell(const struct vocabulary *vocabulary, const char *locale, struct arena *arena, Kosi__VocabularyReply *reply) {
    bool english = locale != NULL && strcmp(locale, "en") == 0;
    const struct vocabulary *v = vocabulary;
    int rc = tell(terms_of(v, FACET_THEME), english, arena, &reply->themes, &reply->n_themes);
    rc = rc ? rc : tell(terms_of(v, FACET_DISTRICT), english, arena, &reply->districts, &reply->n_districts);
    rc = rc ? rc : tell(terms_of(v, FACET_SECTOR), english, arena, &reply->sectors, &reply->n_sectors);
    rc = rc ? rc : tell(terms_of(v, FACET_STAGE), english, arena, &reply->stages, &reply->n_stages);
    return rc ? rc : tell(terms_of(v, FACET_KIND), english, arena, &reply->kinds, &reply->n_kinds);
}
