#include "services/submissions/form_shelf.h"
#include "services/common/base/problem.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { SHELF_PLACES = FORM_FILES_MAX + 32, SLUG_BYTES = 64, HASH_BYTES = crypto_hash_sha256_BYTES };
struct place {
    char slug[SLUG_BYTES];
    uint32_t version;
    uint64_t used;
    Kosi__FormFile *file;
};
struct form_shelf {
    struct place places[SHELF_PLACES];
    uint64_t uses;
};

struct form_shelf *form_shelf_new(void) {
    return calloc(1, sizeof(struct form_shelf));
}

void form_shelf_free(struct form_shelf **shelf) {
    for (int i = 0; *shelf && i < SHELF_PLACES; i++) {
        if ((*shelf)->places[i].file)
            kosi__form_file__free_unpacked((*shelf)->places[i].file, NULL);
    }
    free(*shelf);
    *shelf = NULL;
}

// ---- storing

struct definition {
    uint8_t *bytes;
    size_t size;
    uint8_t hash[HASH_BYTES];
};

// Whether a form is open is not part of its definition: closing it makes no new version.
static int define(const Kosi__FormFile *file, struct arena *arena, struct definition *out) {
    Kosi__FormFile open_file = *file;
    open_file.has_closed = false;
    out->size = kosi__form_file__get_packed_size(&open_file);
    out->bytes = arena_take(arena, out->size + 1);
    if (!out->bytes)
        return STORE_FAULT;
    kosi__form_file__pack(&open_file, out->bytes);
    crypto_hash_sha256(out->hash, out->bytes, out->size);
    return 0;
}

static int newest(struct store *store, const char *slug, uint32_t *version, uint8_t hash[HASH_BYTES]) {
    static const char sql[] = "SELECT version, hash FROM form_versions WHERE slug = ?1 ORDER BY version DESC LIMIT 1";
    struct store_statement *s = store_prepare(store, sql);
    store_bind_text(s, 1, slug);
    int row = store_step(s);
    *version = 0;
    if (row == 1) {
        size_t size;
        const void *found = store_blob(s, 1, &size);
        *version = (uint32_t)store_int(s, 0);
        memset(hash, 0, HASH_BYTES);
        memcpy(hash, found, size < HASH_BYTES ? size : HASH_BYTES);
    }
    store_reset(s);
    return row < 0 ? row : 0;
}

static int store_version(struct store *store, const char *slug, uint32_t version, const struct definition *d, int64_t now_us) {
    static const char sql[] = "INSERT INTO form_versions (slug, version, hash, definition, at) VALUES (?1, ?2, ?3, ?4, ?5)";
    struct store_statement *s = store_prepare(store, sql);
    store_bind_text(s, 1, slug);
    store_bind_int(s, 2, version);
    store_bind_blob(s, 3, d->hash, HASH_BYTES);
    store_bind_blob(s, 4, d->bytes, d->size);
    store_bind_int(s, 5, now_us);
    return store_run(s);
}

static int store_form(struct store *store, const Kosi__FormFile *file, struct arena *arena, int64_t now_us) {
    static const char sql[] = "INSERT INTO forms (slug, version, open) VALUES (?1, ?2, ?3)"
                              " ON CONFLICT (slug) DO UPDATE SET version = excluded.version, open = excluded.open";
    struct definition definition;
    uint32_t version;
    uint8_t hash[HASH_BYTES];
    int result = define(file, arena, &definition);
    if (result == 0)
        result = newest(store, file->slug, &version, hash);
    if (result == 0 && (version == 0 || memcmp(hash, definition.hash, HASH_BYTES) != 0))
        result = store_version(store, file->slug, ++version, &definition, now_us);
    if (result != 0)
        return result;
    struct store_statement *s = store_prepare(store, sql);
    store_bind_text(s, 1, file->slug);
    store_bind_int(s, 2, version);
    store_bind_int(s, 3, !(file->has_closed && file->closed));
    return store_run(s);
}

int form_shelf_store(struct store *store, const struct form_files *files, struct arena *arena, int64_t now_us) {
    static const char close_all[] = "UPDATE forms SET open = 0";
    int result = store_run(store_prepare(store, close_all));
    for (size_t i = 0; result == 0 && i < files->count; i++)
        result = store_form(store, files->items[i], arena, now_us);
    return result;
}

// ---- reading

static struct place *place_for(struct form_shelf *shelf, const char *slug, uint32_t version) {
    struct place *oldest = &shelf->places[0];
    for (int i = 0; i < SHELF_PLACES; i++) {
        struct place *place = &shelf->places[i];
        if (place->file && place->version == version && strcmp(place->slug, slug) == 0)
            return place;
        if (place->used < oldest->used)
            oldest = place;
    }
    return oldest;
}

static int fetch(struct store *store, const char *slug, uint32_t version, Kosi__FormFile **out) {
    static const char sql[] = "SELECT definition FROM form_versions WHERE slug = ?1 AND version = ?2";
    struct store_statement *s = store_prepare(store, sql);
    store_bind_text(s, 1, slug);
    store_bind_int(s, 2, version);
    int row = store_step(s);
    if (row == 1) {
        size_t size;
        const void *bytes = store_blob(s, 0, &size);
        *out = kosi__form_file__unpack(NULL, size, bytes);
    }
    store_reset(s);
    if (row < 0)
        return row;
    if (row == 0)
        return PROBLEM_NOT_FOUND;
    return *out ? 0 : STORE_CORRUPT;
}

int form_shelf_version(struct form_shelf *shelf, struct store *store, const char *slug, uint32_t version, struct form *out) {
    if (strlen(slug) >= SLUG_BYTES)
        return PROBLEM_NOT_FOUND;
    struct place *place = place_for(shelf, slug, version);
    if (!place->file || place->version != version || strcmp(place->slug, slug) != 0) {
        Kosi__FormFile *file = NULL;
        int result = fetch(store, slug, version, &file);
        if (result != 0)
            return result;
        if (place->file)
            kosi__form_file__free_unpacked(place->file, NULL);
        place->file = file;
        place->version = version;
        strcpy(place->slug, slug);
    }
    place->used = ++shelf->uses;
    *out = (struct form){.file = place->file, .version = version};
    return 0;
}

int form_shelf_open_form(struct form_shelf *shelf, struct store *store, const char *slug, struct form *out) {
    static const char sql[] = "SELECT version, open FROM forms WHERE slug = ?1";
    struct store_statement *s = store_prepare(store, sql);
    store_bind_text(s, 1, slug);
    int row = store_step(s);
    uint32_t version = row == 1 ? (uint32_t)store_int(s, 0) : 0;
    bool open = row == 1 && store_int(s, 1);
    store_reset(s);
    if (row < 0)
        return row;
    if (row == 0)
        return PROBLEM_NOT_FOUND;
    return open ? form_shelf_version(shelf, store, slug, version, out) : PROBLEM_CLOSED;
}

int form_shelf_list(struct store *store, struct arena *arena, size_t *count, char ***slugs) {
    static const char sql[] = "SELECT slug FROM forms WHERE open = 1 ORDER BY slug LIMIT ?1";
    *count = 0;
    *slugs = arena_take(arena, FORM_FILES_MAX * sizeof **slugs);
    if (!*slugs)
        return STORE_FAULT;
    struct store_statement *s = store_prepare(store, sql);
    store_bind_int(s, 1, FORM_FILES_MAX);
    int row;
    while ((row = store_step(s)) == 1 && *count < FORM_FILES_MAX) {
        char *slug = arena_text(arena, store_text(s, 0));
        if (slug)
            (*slugs)[(*count)++] = slug;
    }
    store_reset(s);
    return row < 0 ? row : 0;
}
