#include "services/submissions/mapping.h"
#include "services/common/base/problem.h"
#include "services/common/base/text.h"
#include "services/submissions/answers.h"
#include <stdlib.h>
#include <string.h>

enum { SUMMARY_CUT_CHARS = 280 };

static char *normal(struct mapping *m, const char *text) {
    char *normalised = text_normal(text);
    char *kept = normalised ? arena_text(m->violations->arena, normalised) : NULL;
    m->out_of_memory |= !kept;
    free(normalised);
    return kept ? kept : "";
}

// ---- from the answers

static char *first_text(const struct mapping *m, enum feed feed) {
    for (size_t i = 0; i < m->form->file->n_questions; i++) {
        const Kosi__QuestionFile *q = m->form->file->questions[i];
        const Kosi__Value *value = feed_of(q->feeds) == (int)feed ? answers_value(m->sent, q->id) : NULL;
        if (value && value->text)
            return value->text;
    }
    return NULL;
}

static size_t feeding(const struct mapping *m, enum feed feed) {
    size_t n = 0;
    for (size_t i = 0; i < m->form->file->n_questions; i++)
        n += feed_of(m->form->file->questions[i]->feeds) == (int)feed;
    return n;
}

// Several questions share the description: each under its own heading.
static char *description(struct mapping *m) {
    if (feeding(m, FEED_DESCRIPTION) < 2)
        return first_text(m, FEED_DESCRIPTION);
    struct buf text BUF_AUTO;
    buf_init(&text, 0);
    for (size_t i = 0; i < m->form->file->n_questions; i++) {
        const Kosi__QuestionFile *q = m->form->file->questions[i];
        const Kosi__Value *value = feed_of(q->feeds) == FEED_DESCRIPTION ? answers_value(m->sent, q->id) : NULL;
        if (value && value->text)
            buf_format(&text, "%s### %s\n\n%s", text.len ? "\n\n" : "", text_in(q->label, m->locale), value->text);
    }
    if (text.len == 0)
        return NULL;
    char *joined = text.failed ? NULL : arena_text_n(m->violations->arena, text.data, text.len);
    m->out_of_memory |= !joined;
    return joined;
}

static void take_themes(struct mapping *m, Kosi__Entry *entry) {
    for (size_t i = 0; i < m->form->file->n_questions; i++) {
        const Kosi__QuestionFile *q = m->form->file->questions[i];
        const Kosi__Value *value = feed_of(q->feeds) == FEED_THEMES ? answers_value(m->sent, q->id) : NULL;
        if (!value)
            continue;
        entry->n_themes = value->text ? 1 : value->n_items;
        entry->themes = value->text ? (char **)&value->text : value->items;
    }
}

static void take_answers(struct mapping *m, Kosi__Entry *entry) {
    entry->kind = m->form->file->entry_kind;
    entry->title = first_text(m, FEED_TITLE);
    entry->summary = first_text(m, FEED_SUMMARY);
    entry->description = description(m);
    entry->sector = first_text(m, FEED_SECTOR);
    entry->district = first_text(m, FEED_DISTRICT);
    entry->stage = first_text(m, FEED_STAGE);
    entry->since = first_text(m, FEED_SINCE);
    entry->website = first_text(m, FEED_WEBSITE);
    take_themes(m, entry);
}

// ---- the moderator's edits

static void edit_text(struct mapping *m, const char *edit, char **field) {
    if (!edit)
        return;
    char *text = normal(m, edit);
    *field = *text ? text : NULL;
}

static void edit_term(struct mapping *m, const char *edit, enum vocabulary_list list, const char *path, char **field) {
    edit_text(m, edit, field);
    if (edit && *field && !vocabulary_has(m->vocabulary, list, *field))
        violations_add(m->violations, path, "not_an_option", 0);
}

static bool among(char *const *items, size_t n, const char *item) {
    for (size_t i = 0; i < n; i++) {
        if (strcmp(items[i], item) == 0)
            return true;
    }
    return false;
}

static void edit_themes(struct mapping *m, Kosi__Entry *entry) {
    const Kosi__EntryEdits *e = m->edits;
    if (e->has_without_themes && e->without_themes)
        entry->n_themes = 0;
    if (!e->n_themes)
        return;
    entry->themes = arena_take(m->violations->arena, e->n_themes * sizeof *entry->themes);
    entry->n_themes = 0;
    m->out_of_memory |= !entry->themes;
    for (size_t i = 0; entry->themes && i < e->n_themes; i++) {
        if (!vocabulary_has(m->vocabulary, VOCABULARY_THEMES, e->themes[i])) {
            violations_add(m->violations, "edits.themes", "not_an_option", 0);
            return;
        }
        if (!among(entry->themes, entry->n_themes, e->themes[i]))
            entry->themes[entry->n_themes++] = e->themes[i];
    }
}

static void apply_edits(struct mapping *m, Kosi__Entry *entry) {
    const Kosi__EntryEdits *e = m->edits;
    if (!e)
        return;
    edit_term(m, e->kind, VOCABULARY_KINDS, "edits.kind", &entry->kind);
    edit_text(m, e->title, &entry->title);
    edit_text(m, e->summary, &entry->summary);
    edit_text(m, e->description, &entry->description);
    edit_term(m, e->sector, VOCABULARY_SECTORS, "edits.sector", &entry->sector);
    edit_term(m, e->district, VOCABULARY_DISTRICTS, "edits.district", &entry->district);
    edit_term(m, e->stage, VOCABULARY_STAGES, "edits.stage", &entry->stage);
    edit_text(m, e->since, &entry->since);
    edit_text(m, e->website, &entry->website);
    edit_themes(m, entry);
    if (e->point)
        entry->point = e->point;
    if (e->kind && !entry->kind)
        violations_add(m->violations, "edits.kind", "required", 0);
}

// ---- a summary where nobody wrote one

// The bytes of the first `chars` code points, cut at a word where there is one.
static size_t cut_at(const char *text, size_t chars) {
    size_t end = 0, word = 0;
    for (size_t n = 0; text[end] && n < chars; n++) {
        if (text[end] == ' ' || text[end] == '\n')
            word = end;
        end++;
        while (((unsigned char)text[end] & 0xC0) == 0x80)
            end++;
    }
    return text[end] && word ? word : end;
}

static void summarise(struct mapping *m, Kosi__Entry *entry) {
    bool edited = m->edits && m->edits->description;
    const char *from = edited ? entry->description : first_text(m, FEED_DESCRIPTION);
    if (entry->summary || !from)
        return;
    size_t end = cut_at(from, SUMMARY_CUT_CHARS);
    entry->summary = arena_format(m->violations->arena, "%.*s%s", (int)end, from, from[end] ? "…" : "");
    m->out_of_memory |= !entry->summary;
}

int mapping_entry(struct mapping *mapping, Kosi__Entry *entry) {
    size_t before = mapping->violations->count;
    take_answers(mapping, entry);
    apply_edits(mapping, entry);
    summarise(mapping, entry);
    if (!entry->title)
        violations_add(mapping->violations, "edits.title", "required", 0);
    if (mapping->out_of_memory)
        return -1;
    return mapping->violations->count > before ? PROBLEM_VALIDATION : 0;
}
