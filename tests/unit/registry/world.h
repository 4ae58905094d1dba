// A landscape in a database of its own, for the tests of this folder.
#pragma once
// cmocka wants the next four before itself
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "services/common/base/id.h"
#include "services/common/base/problem.h"
#include "services/registry/entry.h"
#include "services/registry/migrations.h"
#include "services/registry/search.h"
#include "services/registry/similar.h"
#include "services/common/contract/vocabulary.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct world {
    char directory[64], file[96];
    struct arena *words;
    struct vocabulary *vocabulary;
    struct landscape l;
};

static inline int world_make(void **state) {
    struct world *w = calloc(1, sizeof *w);
    struct buf errors;
    buf_init(&errors, 0);
    strcpy(w->directory, "/tmp/kosi-registry-XXXXXX");
    assert_non_null(mkdtemp(w->directory));
    snprintf(w->file, sizeof w->file, "%s/registry.db", w->directory);
    w->words = arena_new(VOCABULARY_BYTES_MAX);
    w->vocabulary = vocabulary_open(KOSI_SHARE_DIR "/deploy/cities/dortmund", w->words, &errors);
    assert_non_null(w->vocabulary);
    buf_free(&errors);
    w->l = (struct landscape){.store = store_open(w->file, STORE_WRITER), .arena = arena_new(64 << 20), .vocabulary = w->vocabulary,
                              .city = "dortmund", .public_url = "https://kosi.example.org",
                              .node_key = (const uint8_t *)"these are the bytes of some node."};
    assert_non_null(w->l.store);
    assert_int_equal(store_migrate(w->l.store, registry_migrations, registry_migration_count), 0);
    *state = w;
    return 0;
}

static inline int world_end(void **state) {
    struct world *w = *state;
    char command[128];
    store_close(&w->l.store);
    arena_free(&w->l.arena);
    arena_free(&w->words);
    snprintf(command, sizeof command, "rm -r '%s'", w->directory);
    assert_int_equal(system(command), 0);
    free(w);
    return 0;
}

#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, world_make, world_end)

// An entry in the making: fields that a test does not set are the initiative's usual ones.
static inline Kosi__Entry *world_entry(struct world *w, const char *title, const char *district) {
    Kosi__Entry *e = arena_take(w->l.arena, sizeof *e);
    char id[ID_TEXT_MAX];
    kosi__entry__init(e);
    id_uuid7(id);
    e->id = arena_text(w->l.arena, id);
    e->kind = arena_text(w->l.arena, "initiative");
    e->title = arena_text(w->l.arena, title);
    e->district = arena_text(w->l.arena, district);
    return e;
}

static inline Kosi__Entry *world_publish(struct world *w, const Kosi__Entry *given, int64_t at) {
    Kosi__Entry *published = NULL;
    assert_int_equal(store_begin(w->l.store), 0);
    assert_int_equal(entry_publish(&w->l, given, at, &published), 0);
    assert_int_equal(store_commit(w->l.store), 0);
    return published;
}

static inline Kosi__EntryListReply *world_list(struct world *w, const Kosi__EntryListRequest *request) {
    uint8_t *bytes;
    size_t size;
    const char *bad_field;
    assert_int_equal(search_list(&w->l, request, &bytes, &size, &bad_field), 0);
    Kosi__EntryListReply *reply = kosi__entry_list_reply__unpack(arena_allocator(w->l.arena), size, bytes);
    assert_non_null(reply);
    return reply;
}

// The titles found, joined by "|".
static inline const char *world_titles(struct world *w, const Kosi__EntryListRequest *request) {
    Kosi__EntryListReply *reply = world_list(w, request);
    struct buf titles;
    buf_init(&titles, 0);
    for (size_t i = 0; i < reply->n_items; i++)
        buf_format(&titles, "%s%s", i > 0 ? "|" : "", reply->items[i]->title);
    const char *text = arena_text(w->l.arena, titles.data != NULL ? titles.data : "");
    buf_free(&titles);
    return text;
}

static inline const char *world_find(struct world *w, const char *q) {
    Kosi__EntryListRequest request = KOSI__ENTRY_LIST_REQUEST__INIT;
    request.q = (char *)(uintptr_t)q;
    return world_titles(w, &request);
}
