#include "services/notifications/preferences.h"
#include "services/common/contract/vocabulary.h"
#include "services/notifications/mailroom.h"
#include <string.h>

static void check_terms(struct mesh_call *call, enum vocabulary_list list, const char *field, char *const *ids, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!vocabulary_has(mailroom_of(call)->vocabulary, list, ids[i])) {
            mesh_violation(call, field, "not_an_option", 0);
            call->detail = "themes and districts: those of GET /api/v1/vocabulary";
            return;
        }
}

void preferences_check(struct mesh_call *call, const struct preferences *p) {
    check_terms(call, VOCABULARY_THEMES, "themes", p->themes, p->theme_count);
    check_terms(call, VOCABULARY_DISTRICTS, "districts", p->districts, p->district_count);
    if (p->frequency != NULL && strcmp(p->frequency, "weekly") != 0 && strcmp(p->frequency, "monthly") != 0)
        mesh_violation(call, "frequency", "not_an_option", 0);
}

// " waste energy ": each with a blank on both sides, so that one can be looked for
static const char *pack(struct arena *arena, char *const *ids, size_t count) {
    size_t n = 2;
    for (size_t i = 0; i < count; i++)
        n += strlen(ids[i]) + 1;
    char *text = arena_take(arena, n), *to = text;
    for (size_t i = 0; text != NULL && i < count; i++) {
        *to++ = ' ';
        to = stpcpy(to, ids[i]);
    }
    if (text != NULL && count > 0)
        strcpy(to, " ");
    return text;
}

static int unpack(struct arena *arena, const char *packed, char ***ids, size_t *count) {
    char *text = arena_text(arena, packed), *rest = NULL;
    *count = 0;
    *ids = arena_take(arena, (strlen(packed) / 2 + 1) * sizeof **ids);
    if (text == NULL || *ids == NULL)
        return STORE_FAULT;
    for (char *id = strtok_r(text, " ", &rest); id != NULL; id = strtok_r(NULL, " ", &rest))
        (*ids)[(*count)++] = id;
    return 0;
}

int preferences_load(struct mesh_call *call, const struct contact *contact, struct preferences *out) {
    struct store_statement *s =
        store_prepare(call->store, "SELECT themes, districts, frequency, language FROM contact WHERE id = ?1");
    store_bind_text(s, 1, contact->id);
    *out = (struct preferences){.themes = NULL};
    int rc = store_step(s);
    int outcome = rc < 0 ? rc : rc == 0 ? PROBLEM_NOT_FOUND : 0;
    if (outcome == 0)
        outcome = unpack(call->arena, store_text(s, 0), &out->themes, &out->theme_count);
    if (outcome == 0)
        outcome = unpack(call->arena, store_text(s, 1), &out->districts, &out->district_count);
    if (outcome == 0) {
        out->frequency = arena_text(call->arena, store_text(s, 2));
        out->language = arena_text(call->arena, store_text(s, 3));
    }
    store_reset(s);
    return outcome == 0 && (out->frequency == NULL || out->language == NULL) ? STORE_FAULT : outcome;
}

int preferences_save(struct mesh_call *call, const struct contact *contact, const struct preferences *p) {
    struct store_statement *s =
        store_prepare(call->store, "UPDATE contact SET themes = ?2, districts = ?3, frequency = coalesce(?4, frequency),"
                                   " language = coalesce(?5, language) WHERE id = ?1");
    const char *themes = pack(call->arena, p->themes, p->theme_count), *districts = pack(call->arena, p->districts, p->district_count);
    if (themes == NULL || districts == NULL)
        return STORE_FAULT;
    store_bind_text(s, 1, contact->id);
    store_bind_text(s, 2, themes);
    store_bind_text(s, 3, districts);
    store_bind_text(s, 4, p->frequency);
    store_bind_text(s, 5, p->language);
    return store_run(s);
}
