#include "gateway/pages/mail_choice.h"
#include "gateway/pages/facets.h"
#include <string.h>

static const struct { const char *id; enum text label; } lists[MAIL_LISTS] = {{"newsletter", TEXT_LIST_NEWSLETTER}, {"digest", TEXT_LIST_DIGEST}};

const char *mail_choice_list(struct request *r, const char *list) {
    for (int i = 0; i < MAIL_LISTS; i++)
        if (strcmp(list, lists[i].id) == 0)
            return request_text(r, lists[i].label);
    return list;
}

Kosi__MailOffer *mail_choice_offer(struct request *r, const char *list, const char *wording, bool chosen) {
    Kosi__MailOffer *offer = arena_take(r->arena, sizeof *offer);
    if (!offer)
        return NULL;
    kosi__mail_offer__init(offer);
    offer->offer_id = (char *)list;
    offer->offer_input = arena_format(r->arena, "list-%s", list);
    offer->offer_label = (char *)mail_choice_list(r, list);
    offer->offer_wording = (char *)wording;
    offer->has_offer_chosen = true;
    offer->offer_chosen = chosen;
    return offer;
}

struct mail_chosen mail_choice_typed(struct request *r, const char *field) {
    char **ids = arena_take(r->arena, (r->form.count + 1) * sizeof *ids);
    size_t n = 0;
    for (size_t i = 0; ids && i < r->form.count; i++)
        if (strcmp(r->form.items[i].name, field) == 0)
            ids[n++] = (char *)r->form.items[i].value;
    return (struct mail_chosen){ids, n};
}

bool mail_choice_has(struct mail_chosen chosen, const char *id) {
    for (size_t i = 0; i < chosen.count; i++)
        if (strcmp(chosen.ids[i], id) == 0)
            return true;
    return false;
}

static Kosi__PageOption *option(struct request *r, const char *prefix, const char *id, const char *label, bool checked) {
    Kosi__PageOption *view = arena_take(r->arena, sizeof *view);
    if (!view)
        return NULL;
    kosi__page_option__init(view);
    view->option_id = (char *)id;
    view->option_label = (char *)label;
    view->option_input = arena_format(r->arena, "%s-%s", prefix, id);
    view->has_checked = true;
    view->checked = checked;
    return view;
}

static Kosi__Term *const *terms_of(struct request *r, const char *facet, size_t *count) {
    const Kosi__VocabularyReply *vocabulary = page_vocabulary(r);
    *count = 0;
    for (int i = 0; vocabulary && i < FACETS; i++)
        if (strcmp(facets[i].name, facet) == 0)
            return facet_terms(vocabulary, &facets[i], count);
    return NULL;
}

size_t mail_choice_terms(struct request *r, const char *facet, struct mail_chosen chosen, Kosi__PageOption ***out) {
    size_t count, n = 0;
    Kosi__Term *const *terms = terms_of(r, facet, &count);
    *out = arena_take(r->arena, (count + 1) * sizeof **out);
    for (size_t i = 0; *out && i < count; i++)   // the vocabulary may be read anew before the page is written
        if (((*out)[n] = option(r, facet, arena_text(r->arena, terms[i]->id), arena_text(r->arena, terms[i]->label),
                                mail_choice_has(chosen, terms[i]->id))))
            n++;
    return n;
}

void mail_choice_kept(struct request *r, const char *facet, const char *field, struct mail_chosen chosen, Kosi__PageField **out, size_t *count) {
    size_t terms_count;
    Kosi__Term *const *terms = terms_of(r, facet, &terms_count);
    for (size_t i = 0; i < chosen.count; i++) {
        bool known = false;
        for (size_t t = 0; t < terms_count && !known; t++)
            known = strcmp(terms[t]->id, chosen.ids[i]) == 0;
        Kosi__PageField *kept = known ? NULL : arena_take(r->arena, sizeof *kept);
        if (!kept)
            continue;
        kosi__page_field__init(kept);
        kept->field_name = (char *)field;
        kept->field_value = chosen.ids[i];
        out[(*count)++] = kept;
    }
}

static size_t two(struct request *r, const char *prefix, const char *const ids[2], const enum text labels[2], const char *chosen,
                  Kosi__PageOption ***out) {
    size_t n = 0;
    bool second = chosen && strcmp(chosen, ids[1]) == 0;
    *out = arena_take(r->arena, 2 * sizeof **out);
    for (int i = 0; *out && i < 2; i++)
        if (((*out)[n] = option(r, prefix, ids[i], request_text(r, labels[i]), second == (i == 1))))
            n++;
    return n;
}

size_t mail_choice_frequencies(struct request *r, const char *chosen, Kosi__PageOption ***out) {
    return two(r, "frequency", (const char *const[]){"weekly", "monthly"}, (const enum text[]){TEXT_FREQUENCY_WEEKLY, TEXT_FREQUENCY_MONTHLY},
               chosen, out);
}

size_t mail_choice_languages(struct request *r, const char *chosen, Kosi__PageOption ***out) {
    return two(r, "language", (const char *const[]){"de", "en"}, (const enum text[]){TEXT_MAILS_IN_GERMAN, TEXT_MAILS_IN_ENGLISH},
               chosen ? chosen : language_name(r->language), out);
}
