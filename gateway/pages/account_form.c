#include "gateway/pages/account_form.h"
#include "gateway/respond.h"
#include "services/common/contract/validate.h"
#include <string.h>

Kosi__AccountFormPage *account_form_new(struct request *r, enum text title, enum page page, const char *variable) {
    Kosi__AccountFormPage *form = arena_take(r->arena, sizeof *form);
    if (form) {
        kosi__account_form_page__init(form);
        form->controls = arena_take(r->arena, ACCOUNT_FORM_CONTROLS * sizeof *form->controls);
        form->faults = arena_take(r->arena, ACCOUNT_FORM_CONTROLS * sizeof *form->faults);
        form->hidden = arena_take(r->arena, ACCOUNT_FORM_HIDDEN * sizeof *form->hidden);
    }
    if (!form || !form->controls || !form->faults || !form->hidden) {
        respond_problem(r, PROBLEM_BUSY, NULL);
        return NULL;
    }
    form->title = (char *)request_text(r, title);
    form->other_url = (char *)page_other_url(r, page, variable);
    form->action = (char *)route_page_path(page, r->language, variable, r->arena);
    return form;
}

void account_form_add(struct request *r, Kosi__AccountFormPage *form, Kosi__PageQuestion *control) {
    if (!control || form->n_controls == ACCOUNT_FORM_CONTROLS)
        return;
    control_finish(r, control);
    form->controls[form->n_controls++] = control;
    Kosi__PageFault *fault = control_fault(r, control);
    if (fault)
        form->faults[form->n_faults++] = fault;
}

static Kosi__PageQuestion *new_line(struct request *r, const char *name, enum text label, enum text help, const char *complete) {
    Kosi__PageQuestion *control = control_new(r, CONTROL_LINE, name, label, help);
    if (!control)
        return NULL;
    control->has_needed = control->needed = true;
    control->complete = (char *)complete;
    return control;
}

void account_form_line(struct request *r, Kosi__AccountFormPage *form, const char *name, enum text label, enum text help,
                       const char *complete) {
    Kosi__PageQuestion *control = new_line(r, name, label, help, complete);
    control_propose(r, control, NULL);
    account_form_add(r, form, control);
}

void account_form_password(struct request *r, Kosi__AccountFormPage *form, const char *name, enum text label, enum text help,
                           const char *complete) {
    Kosi__PageQuestion *control = new_line(r, name, label, help, complete);
    if (control)
        control->input_type = (char *)"password";
    account_form_add(r, form, control);
}

void account_form_hidden(struct request *r, Kosi__AccountFormPage *form, const char *name, const char *value) {
    Kosi__PageField *field = arena_take(r->arena, sizeof *field);
    if (!field || form->n_hidden == ACCOUNT_FORM_HIDDEN)
        return;
    kosi__page_field__init(field);
    field->field_name = (char *)name;
    field->field_value = (char *)value;
    form->hidden[form->n_hidden++] = field;
}

void account_form_show(struct request *r, Kosi__AccountFormPage *form, int outcome) {
    form->has_faulty = form->faulty = form->n_faults > 0;
    if (outcome && !form->faulty)
        form->notice = (char *)page_problem_text(r, outcome);
    page_render(r, outcome ? problem_status(outcome) : 200, "account_form", &form->base);
}

const char *account_form_key(struct request *r) {
    const char *sent = account_form_sent(r, "_key");
    return sent && r->idempotency_key ? sent : page_fresh_key(r);
}

const char *account_form_sent(const struct request *r, const char *name) {
    const char *value = urlencoded_value(&r->form, name);
    return value && *value ? value : NULL;
}

int account_form_check(struct request *r, const char *message, const ProtobufCMessage *input) {
    int problem = page_take_key(r);
    return problem ? problem : validate_message(contract_message_named(message), input, &r->violations);
}

int account_form_outcome(struct request *r, const struct client_reply *reply) {
    const char *detail;
    if (strcmp(reply->outcome, "ok") == 0)
        return 0;
    int outcome = respond_read_problem(r, reply, &detail);
    return outcome ? outcome : PROBLEM_INTERNAL;
}

void account_form_secret(struct request *r, enum text title, const char *lead, char *const *codes, size_t count, enum text next,
                         const char *next_url) {
    Kosi__AccountSecretPage page = KOSI__ACCOUNT_SECRET_PAGE__INIT;
    Kosi__PageSecretCode *items = arena_take(r->arena, (count + 1) * sizeof *items);
    page.title = (char *)request_text(r, title);
    page.other_url = (char *)page_other_url(r, PAGE_ACCOUNT, NULL);
    page.lead = (char *)lead;
    page.codes = arena_take(r->arena, (count + 1) * sizeof *page.codes);
    for (size_t i = 0; i < count && items && page.codes; i++) {
        kosi__page_secret_code__init(&items[i]);
        items[i].code = codes[i];
        page.codes[page.n_codes++] = &items[i];
    }
    page.next = (char *)request_text(r, next);
    page.next_url = (char *)next_url;
    page_render(r, 200, "account_secret", &page.base);
}
