#include "services/registry/facet.h"
#include <string.h>

static const char *const names[FACET_ALL] = {"kind", "theme", "district", "stage", "sector", "city"};

const char *facet_name(enum facet facet) {
    return names[facet];
}

enum vocabulary_list facet_list(enum facet facet) {
    static const enum vocabulary_list lists[FACET_COUNTED] = {VOCABULARY_KINDS, VOCABULARY_THEMES, VOCABULARY_DISTRICTS, VOCABULARY_STAGES,
                                                              VOCABULARY_SECTORS};
    return lists[facet];
}

void facet_token(enum facet facet, const char *id, struct buf *out) {
    buf_text(out, names[facet]);
    buf_char(out, '_');
    buf_text(out, id);
}

static void add_code(enum facet facet, const char *id, struct buf *out) {
    if (id == NULL || id[0] == '\0')
        return;
    if (out->len > 0)
        buf_char(out, ' ');
    facet_token(facet, id, out);
}

static bool among(char *const *ids, size_t count, const char *id) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(ids[i], id) == 0)
            return true;
    return false;
}

void facet_codes(const Kosi__Entry *entry, struct buf *out) {
    add_code(FACET_KIND, entry->kind, out);
    for (size_t i = 0; i < entry->n_themes; i++)
        if (!among(entry->themes, i, entry->themes[i]))
            add_code(FACET_THEME, entry->themes[i], out);
    add_code(FACET_DISTRICT, entry->district, out);
    add_code(FACET_STAGE, entry->stage, out);
    add_code(FACET_SECTOR, entry->sector, out);
}

static int visit_code(const char *code, size_t length, facet_visit *visit, void *owner) {
    char id[FACET_ID_MAX];
    for (int facet = 0; facet < FACET_ALL; facet++) {
        size_t name = strlen(names[facet]);
        if (length <= name + 1 || length - name > sizeof id || code[name] != '_' || memcmp(code, names[facet], name) != 0)
            continue;
        size_t rest = length - name - 1;
        memcpy(id, code + name + 1, rest);
        id[rest] = '\0';
        return visit(owner, (enum facet)facet, id);
    }
    return 0;
}

int facet_each(const char *codes, facet_visit *visit, void *owner) {
    int rc = 0;
    while (*codes != '\0' && rc == 0) {
        size_t length = strcspn(codes, " ");
        rc = visit_code(codes, length, visit, owner);
        codes += length;
        codes += strspn(codes, " ");
    }
    return rc;
}
