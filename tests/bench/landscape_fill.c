// Fills a registry's database with made-up German entries, through the same code that publishes real ones, for tests/bench/search.
//   landscape_fill DATABASE COUNT     landscape_fill --words     (the vocabulary, most frequent first)
// 60,000 words by Zipf's law, with the function words of German at its head; the same entries every time.
#include "services/common/base/id.h"
#include "services/registry/entry.h"
#include "services/registry/migrations.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 60000, BATCH = 256, TITLE = 6, SUMMARY = 22, DESCRIPTION = 80 };
static char *words[WORDS];
static double reach[WORDS];   // cumulated frequency
static uint64_t seed = 42;

static uint32_t draw(uint32_t below) {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)((seed >> 11) % below);
}

static const char *const function_words[] = {"und", "der", "die", "das", "in", "mit", "für", "von", "zu", "auf", "den", "im", "ist",
                                             "eine", "ein", "werden", "sich", "des", "dem", "wir", "nicht", "aus", "auch", "bei"};
static const char *const syllables[] = {"ver",  "stadt", "quartier", "nach", "bar",   "schaft", "rad",  "werk", "arbeit", "jugend",
                                        "alt",  "frei",  "haus",     "gar",  "treff", "punkt",  "netz", "klima", "schul", "bil",
                                        "mobil", "markt", "hof",     "hilfe", "kin",  "grün",   "wald", "wasser", "strom", "tausch",
                                        "kauf", "straße", "räder",   "küche", "bürger", "äl",   "öko",  "lern", "pate", "fahr"};
static const char *const endings[] = {"", "e", "en", "er", "s", "ung"};
#define COUNT(list) (sizeof(list) / sizeof *(list))

static void make_words(void) {
    double sum = 0;
    for (size_t i = 0; i < WORDS; i++) {
        char word[96] = "";
        if (i < COUNT(function_words))
            strcpy(word, function_words[i]);
        else
            for (uint32_t n = draw(4) + 1; n > 0; n--)
                strcat(word, n == 1 ? endings[draw(COUNT(endings))] : syllables[draw(COUNT(syllables))]);
        if (strlen(word) < 2)
            strcat(word, syllables[draw(COUNT(syllables))]);
        words[i] = strdup(word);
        reach[i] = sum += 1 / ((double)i + 2);
    }
}

static const char *pick(void) {
    double at = draw(1u << 30) / (double)(1u << 30) * reach[WORDS - 1];
    size_t low = 0, high = WORDS - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (reach[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return words[low];
}

static char *text(struct arena *arena, uint32_t count) {
    char *out = arena_take(arena, count * 100), *end = out;
    for (uint32_t i = 0; i < count; i++)
        end += sprintf(end, "%s%s", i > 0 ? " " : "", pick());
    return out;
}

static const char *const kinds[] = {"initiative", "initiative", "initiative", "initiative", "idea", "offer", "organisation", "lab"};
static const char *const themes[] = {"demographic-change", "sustainable-city", "climate", "employment", "mobility", "engagement"};
static const char *const districts[] = {"innenstadt-west", "innenstadt-nord", "innenstadt-ost", "eving", "scharnhorst", "brackel",
                                        "aplerbeck", "hoerde", "hombruch", "luetgendortmund", "huckarde", "mengede"};
static const char *const stages[] = {"idea", "trial", "implementation", "diffusion", "established"};
static const char *const sectors[] = {"administration", "politics", "business", "civil-society", "research"};
#define PICK(list) ((char *)(uintptr_t)(list)[draw(COUNT(list))])

static int publish(const struct landscape *l, int64_t at) {
    Kosi__Entry e = KOSI__ENTRY__INIT, *published;
    Kosi__Point point = KOSI__POINT__INIT;
    char id[ID_TEXT_MAX], *chosen[2] = {PICK(themes), PICK(themes)};
    id_uuid7(id);
    e.id = id;
    e.kind = PICK(kinds);
    e.title = text(l->arena, draw(TITLE) + 2);
    e.summary = text(l->arena, SUMMARY);
    e.description = text(l->arena, draw(DESCRIPTION) + DESCRIPTION / 2);
    e.themes = chosen;
    e.n_themes = draw(2) + 1;
    e.district = PICK(districts);
    e.stage = PICK(stages);
    e.sector = PICK(sectors);
    point.has_lat = point.has_lon = true;
    point.lat = 51.42 + draw(18000) / 100000.0;
    point.lon = 7.30 + draw(34000) / 100000.0;
    e.point = draw(2) ? &point : NULL;
    return entry_publish(l, &e, at, &published);
}

static int fill(const struct landscape *l, int count) {
    int rc = store_migrate(l->store, registry_migrations, registry_migration_count);
    for (int i = 0; i < count && rc == 0; i += BATCH) {
        rc = store_begin(l->store);
        for (int j = i; j < count && j < i + BATCH && rc == 0; j++)
            rc = publish(l, 1700000000000000 + (int64_t)j * 1000000);
        rc = rc ? rc : store_commit(l->store);
        arena_reset(l->arena);
    }
    return rc;
}

int main(int argc, char **argv) {
    make_words();
    if (argc == 2 && strcmp(argv[1], "--words") == 0) {
        for (size_t i = 0; i < WORDS; i++)
            puts(words[i]);
        return 0;
    }
    if (argc != 3) {
        fputs("usage: landscape_fill DATABASE COUNT | --words\n", stderr);
        return 64;
    }
    struct landscape l = {.store = store_open(argv[1], STORE_WRITER), .arena = arena_new(64u << 20), .city = "dortmund",
                          .public_url = "http://127.0.0.1:8081"};
    int rc = l.store == NULL || l.arena == NULL ? -1 : fill(&l, atoi(argv[2]));
    if (rc != 0)
        fprintf(stderr, "cannot fill %s: %d\n", argv[1], rc);
    store_close(&l.store);
    arena_free(&l.arena);
    return rc == 0 ? 0 : 1;
}
