#include "services/submissions/form.h"
#include "services/common/base/id.h"
#include <sodium.h>
#include <string.h>

static const char *const contact_names[] = {"none", "optional", "required"};

enum form_contact form_contact(const Kosi__FormFile *file) {
    for (int i = FORM_CONTACT_NONE; file->contact && i <= FORM_CONTACT_REQUIRED; i++) {
        if (strcmp(file->contact, contact_names[i]) == 0)
            return (enum form_contact)i;
    }
    return FORM_CONTACT_OPTIONAL;
}

const Kosi__QuestionFile *form_question(const Kosi__FormFile *file, const char *id) {
    for (size_t i = 0; i < file->n_questions; i++) {
        if (strcmp(file->questions[i]->id, id) == 0)
            return file->questions[i];
    }
    return NULL;
}

static char *show_bound(const char *bound, int64_t now_us, struct arena *arena) {
    char date[QUESTION_DATE_MAX];
    return arena_text(arena, question_bound(bound, now_us, date));
}

static int show_options(const Kosi__QuestionFile *q, const struct vocabulary *vocabulary, const char *locale,
                        struct arena *arena, Kosi__Question *out) {
    int list = question_list(q);
    struct vocabulary_terms terms = {q->options, q->n_options};
    if (list >= 0)
        terms = vocabulary_terms(vocabulary, (enum vocabulary_list)list);
    out->options = arena_take(arena, (terms.count + 1) * sizeof *out->options);
    Kosi__Option *items = arena_take(arena, (terms.count + 1) * sizeof *items);
    if (!out->options || !items)
        return -1;
    out->n_options = terms.count;
    for (size_t i = 0; i < terms.count; i++) {
        kosi__option__init(&items[i]);
        items[i].id = terms.items[i]->id;
        items[i].label = text_in(terms.items[i]->label, locale);
        out->options[i] = &items[i];
    }
    return 0;
}

static void show_question(const Kosi__QuestionFile *q, const char *locale, Kosi__Question *out) {
    kosi__question__init(out);
    out->id = q->id;
    out->type = q->type;
    out->label = text_in(q->label, locale);
    out->help = text_in(q->help, locale);
    out->wording = text_in(q->wording, locale);
    out->example = text_in(q->example, locale);
    out->has_required = true;
    out->required = q->has_required && q->required;
    out->has_min_length = q->has_min_length;
    out->min_length = q->min_length;
    out->max_length = question_max_length(q);
    out->has_max_length = out->max_length > 0;
    out->has_max_choices = q->has_max_choices;
    out->max_choices = q->max_choices;
}

int form_show(const struct form *form, const struct vocabulary *vocabulary, const char *locale, int64_t now_us,
              struct arena *arena, Kosi__Form *out) {
    const Kosi__FormFile *file = form->file;
    out->slug = file->slug;
    out->has_version = true;
    out->version = form->version;
    out->title = text_in(file->title, locale);
    out->intro = text_in(file->intro, locale);
    out->entry_kind = file->entry_kind;
    out->contact = arena_text(arena, contact_names[form_contact(file)]);
    out->has_minutes = file->has_minutes;
    out->minutes = file->minutes;
    out->questions = arena_take(arena, file->n_questions * sizeof *out->questions);
    Kosi__Question *items = arena_take(arena, file->n_questions * sizeof *items);
    if (!out->contact || !out->questions || !items)
        return -1;
    out->n_questions = file->n_questions;
    for (size_t i = 0; i < file->n_questions; i++) {
        show_question(file->questions[i], locale, &items[i]);
        items[i].earliest = show_bound(file->questions[i]->earliest, now_us, arena);
        items[i].latest = show_bound(file->questions[i]->latest, now_us, arena);
        if (show_options(file->questions[i], vocabulary, locale, arena, &items[i]) != 0)
            return -1;
        out->questions[i] = &items[i];
    }
    return 0;
}

void form_wording_hash(const char *wording, char out[WORDING_HASH_MAX]) {
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const uint8_t *)wording, strlen(wording));
    id_hex(hash, sizeof hash, out);
}
