// What is asked: the open forms.
#include "services/submissions/office.h"
#include "submissions.handlers.h"

static void summarise(const struct form *form, const char *locale, Kosi__FormSummary *out) {
    kosi__form_summary__init(out);
    out->slug = form->file->slug;
    out->has_version = true;
    out->version = form->version;
    out->title = text_in(form->file->title, locale);
    out->intro = text_in(form->file->intro, locale);
    out->entry_kind = form->file->entry_kind;
}

int submissions_forms(struct mesh_call *call, const Kosi__FormListRequest *request, Kosi__FormListReply *reply) {
    (void)request;
    size_t count;
    char **slugs;
    int result = form_shelf_list(call->store, call->arena, &count, &slugs);
    if (result != 0)
        return result;
    reply->items = arena_take(call->arena, (count + 1) * sizeof *reply->items);
    Kosi__FormSummary *items = arena_take(call->arena, (count + 1) * sizeof *items);
    if (!reply->items || !items)
        return STORE_FAULT;
    for (size_t i = 0; i < count; i++) {
        struct form form;
        result = form_shelf_open_form(office_of(call)->shelf, call->store, slugs[i], &form);
        if (result != 0)
            return result;
        summarise(&form, call->locale, &items[i]);
        reply->items[reply->n_items++] = &items[i];
    }
    return 0;
}

int submissions_get_form(struct mesh_call *call, const Kosi__FormRequest *request, Kosi__Form *reply) {
    const struct office *office = office_of(call);
    struct form form;
    int result = form_shelf_open_form(office->shelf, call->store, request->slug, &form);
    if (result == PROBLEM_CLOSED)
        return PROBLEM_GONE;
    if (result == 0 && request->has_version && request->version != form.version)
        result = form_shelf_version(office->shelf, call->store, request->slug, request->version, &form);
    if (result != 0)
        return result;
    return form_show(&form, office->vocabulary, call->locale, call->now_us, call->arena, reply) == 0 ? 0 : STORE_FAULT;
}
