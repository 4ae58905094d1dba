#include "services/notifications/mail_facts.h"
#include "services/common/store/store.h"
#include <stdio.h>
#include <string.h>

const char *mail_facts_get(const struct mail_facts *facts, const char *name) {
    for (int i = 0; i < facts->count; i++)
        if (strcmp(facts->items[i].name, name) == 0)
            return facts->items[i].value;
    return "";
}

// U+0080 … U+009F, and the marks that turn the direction of writing: U+200E, U+200F, U+202A … U+202E, U+2066 … U+2069. How many bytes.
static size_t unwanted(const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    if (at[0] < 0x20 || at[0] == 0x7F)
        return 1;
    if (at[0] == 0xC2 && at[1] >= 0x80 && at[1] <= 0x9F)
        return 2;
    if (at[0] != 0xE2)
        return 0;
    bool marks = at[1] == 0x80 && (at[2] == 0x8E || at[2] == 0x8F || (at[2] >= 0xA8 && at[2] <= 0xAE));
    bool isolates = at[1] == 0x81 && at[2] >= 0xA6 && at[2] <= 0xA9;
    return marks || isolates ? 3 : 0;
}

char *mail_facts_clean(struct arena *arena, const char *text) {
    char *copy = arena_text(arena, text), *to = copy;
    for (const char *at = copy; copy != NULL && *at != '\0';) {
        size_t skip = unwanted(at);
        if (skip == 0)
            *to++ = *at++;
        else if (to > copy && to[-1] != ' ')
            *to++ = ' ';
        at += skip;
    }
    if (copy != NULL)
        *to = '\0';
    return copy;
}

int mail_facts_set(struct mail_facts *facts, const char *name, const char *value) {
    char *copy = mail_facts_clean(facts->arena, value != NULL ? value : "");
    int at = 0;
    while (at < facts->count && strcmp(facts->items[at].name, name) != 0)
        at++;
    if (copy == NULL || at == MAIL_FACTS_MOST)
        return STORE_FAULT;
    if (at == facts->count) {
        char *own = arena_text(facts->arena, name);
        if (own == NULL)
            return STORE_FAULT;
        facts->items[facts->count++].name = own;
    }
    facts->items[at].value = copy;
    return 0;
}

// ---- which names there are

static const char everywhere[] = "city home_url imprint_url privacy_url preferences_url";

static bool next_name(const char **list, struct mail_fact_name *out) {
    *list += strspn(*list, " ");
    size_t n = strcspn(*list, " ");
    if (n == 0)
        return false;
    out->needed = (*list)[n - 1] == '!';
    snprintf(out->name, sizeof out->name, "%.*s", (int)(n - out->needed), *list);
    *list += n;
    return true;
}

int mail_facts_names(enum mail_kind kind, struct mail_fact_name *out, int most) {
    const char *lists[] = {mail_kind_row(kind)->facts, everywhere};
    int count = 0;
    for (int i = 0; i < 2; i++) {
        struct mail_fact_name name;
        for (const char *at = lists[i]; count < most && next_name(&at, &name);) {
            int same = 0;
            while (same < count && strcmp(out[same].name, name.name) != 0)
                same++;
            if (same == count)
                out[count++] = name;
        }
    }
    return count;
}

bool mail_facts_known(enum mail_kind kind, const char *name, bool *needed) {
    struct mail_fact_name names[MAIL_FACTS_MOST];
    int count = mail_facts_names(kind, names, MAIL_FACTS_MOST);
    for (int i = 0; i < count; i++) {
        if (strcmp(names[i].name, name) != 0)
            continue;
        *needed = names[i].needed;
        return true;
    }
    return false;
}

bool mail_facts_full(enum mail_kind kind, const struct mail_facts *facts) {
    struct mail_fact_name names[MAIL_FACTS_MOST];
    int count = mail_facts_names(kind, names, MAIL_FACTS_MOST);
    for (int i = 0; i < count; i++) {
        bool there = *mail_facts_get(facts, names[i].name) != '\0' || (kind == MAIL_RECEIVED && strcmp(names[i].name, "confirm_url") == 0) ||
                     (strcmp(names[i].name, "entries") == 0 && facts->entry_count > 0) ||
                     (strcmp(names[i].name, "body") == 0 && facts->body != NULL && *facts->body != '\0');
        if (names[i].needed && !there)
            return false;
    }
    return true;
}
