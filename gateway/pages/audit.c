// Who did what when: what staff did, newest first, by person, action, subject and days.
#include "gateway/pages/control.h"
#include "gateway/respond.h"
#include "gateway/session.h"
#include "kosi/accounts.pb-c.h"
#include "kosi/pages_accounts.pb-c.h"
#include "services/common/contract/validate.h"
#include <stdio.h>
#include <string.h>

enum { ITEMS_PER_PAGE = 50, FILTERS = 5 };
static const char *const names[FILTERS] = {"actor", "method", "subject", "from", "to"};

static const char *asked(const struct request *r, const char *name) {
    const char *value = urlencoded_value(&r->query, name);
    return value && *value ? value : NULL;
}

static const char *audit_path(struct request *r) { return route_page_path(PAGE_AUDIT, r->language, NULL, r->arena); }

// ---- filters

// "Decide" of "submissions" in words; the name itself when there are none.
static const char *action_text(struct request *r, const char *service, const char *method) {
    char key[120];
    snprintf(key, sizeof key, "audit.%s.%s", service, method);
    const char *text = catalogue_find(r->gateway->catalogues[r->language], key);
    return text ? text : method;
}

static void add_actions(struct request *r, Kosi__PageQuestion *control, const struct contract_service *service) {
    const char *chosen = asked(r, "method");
    for (int i = 0; i < service->method_count; i++) {
        const struct contract_method *method = &service->methods[i];
        if (method->write && method->role)
            control_option(r, control, method->name, action_text(r, service->name, method->name), chosen && !strcmp(chosen, method->name));
    }
}

static Kosi__PageQuestion *new_filter(struct request *r, int index) {
    static const enum text labels[FILTERS] = {TEXT_AUDIT_ACTOR, TEXT_AUDIT_METHOD, TEXT_AUDIT_SUBJECT, TEXT_AUDIT_FROM, TEXT_AUDIT_TO};
    bool select = strcmp(names[index], "method") == 0;
    Kosi__PageQuestion *control = control_new(r, select ? CONTROL_SELECT : CONTROL_LINE, names[index], labels[index], TEXT_COUNT);
    for (int i = 0; control && select && contract_services[i]; i++)
        add_actions(r, control, contract_services[i]);
    if (control && !select)
        control_propose(r, control, asked(r, names[index]));
    if (control && index >= FILTERS - 2)
        control->input_type = (char *)"date";
    control_finish(r, control);
    if (control)
        control->voluntary = false;   // filters are nobody's duty
    return control;
}

static void add_filters(struct request *r, Kosi__AuditPage *page) {
    page->controls = arena_take(r->arena, FILTERS * sizeof *page->controls);
    page->faults = arena_take(r->arena, FILTERS * sizeof *page->faults);
    for (int i = 0; i < FILTERS && page->controls && page->faults; i++) {
        Kosi__PageQuestion *control = new_filter(r, i);
        if (!control)
            return;
        page->controls[page->n_controls++] = control;
        Kosi__PageFault *fault = control_fault(r, control);
        if (fault)
            page->faults[page->n_faults++] = fault;
        page->all_url = asked(r, names[i]) ? (char *)audit_path(r) : page->all_url;
    }
    page->has_faulty = page->faulty = page->n_faults > 0;
}

// The page's address with its filters, one of them set anew, from the beginning or from page_token on.
static const char *url_with(struct request *r, const char *name, const char *value, const char *page_token) {
    struct buf out BUF_AUTO;
    buf_init(&out, 8192);
    char before = '?';
    buf_text(&out, audit_path(r));
    for (int i = 0; i < FILTERS; i++) {
        const char *set = name && strcmp(names[i], name) == 0 ? value : asked(r, names[i]);
        if (!set)
            continue;
        buf_format(&out, "%c%s=", before, names[i]);
        urlencoded_add(&out, set);
        before = '&';
    }
    if (page_token)
        buf_format(&out, "%cpage_token=%s", before, page_token);
    return out.failed ? NULL : arena_text(r->arena, out.data);
}

// ---- the list

static Kosi__PageAuditItem *row_of(struct request *r, const Kosi__AuditItem *item) {
    Kosi__PageAuditItem *row = arena_take(r->arena, sizeof *row);
    if (!row)
        return NULL;
    kosi__page_audit_item__init(row);
    row->audit_when = (char *)page_time(r, item->acted_at);
    row->audit_who = item->login;
    row->audit_who_url = (char *)url_with(r, "actor", item->login, NULL);
    row->audit_what = (char *)action_text(r, item->service, item->method);
    row->audit_detail = item->detail && *item->detail ? item->detail : NULL;
    bool subject = item->subject && *item->subject;
    row->audit_subject = subject ? item->subject_login ? item->subject_login : item->subject : NULL;
    row->audit_subject_url = subject ? (char *)url_with(r, "subject", item->subject, NULL) : NULL;
    return row;
}

static void show(struct request *r, const Kosi__AuditReply *list, int status) {
    Kosi__AuditPage page = KOSI__AUDIT_PAGE__INIT;
    size_t count = list ? list->n_items : 0;
    page.title = (char *)request_text(r, TEXT_AUDIT_TITLE);
    page.other_url = (char *)page_other_url(r, PAGE_AUDIT, NULL);
    page.action = (char *)audit_path(r);
    add_filters(r, &page);
    page.items = arena_take(r->arena, (count + 1) * sizeof *page.items);
    for (size_t i = 0; i < count && page.items; i++)
        if ((page.items[page.n_items] = row_of(r, list->items[i])))
            page.n_items++;
    page.has_listing = page.listing = page.n_items > 0;
    page.has_empty = page.empty = list && page.n_items == 0;
    page.next_url = list && list->next_page_token ? (char *)url_with(r, NULL, NULL, list->next_page_token) : NULL;
    page_render(r, status, "audit", &page.base);
}

static void show_audit(struct request *r, const struct client_reply *reply) {
    Kosi__AuditReply *list = page_take(r, reply, "AuditReply");
    if (list)
        show(r, list, 200);
}

static void serve_audit(struct request *r) {
    Kosi__AuditRequest input = KOSI__AUDIT_REQUEST__INIT;
    input.actor = (char *)asked(r, "actor");
    input.method = (char *)asked(r, "method");
    input.subject = (char *)asked(r, "subject");
    input.from = (char *)asked(r, "from");
    input.to = (char *)asked(r, "to");
    input.page_token = (char *)asked(r, "page_token");
    input.has_page_size = true;
    input.page_size = ITEMS_PER_PAGE;
    if (validate_message(contract_message_named("AuditRequest"), &input.base, &r->violations))
        show(r, NULL, 400);
    else
        page_ask(r, "accounts", "Audit", &input.base, show_audit);
}

const struct page_row audit_pages[] = {{PAGE_AUDIT, "GET", {"/intern/protokoll", "/en/intern/audit"}, serve_audit, "staff", true}, {.verb = NULL}};
