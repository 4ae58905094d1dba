// Readers tell us something: that an entry is wrong, or that a page of the site has a barrier. The form, and the thanks after it (the
// same address, asked with a word in the query). What was typed stays in the form whatever happens: nothing is asked before it is shown
// again, the entry's title comes along hidden.
#include "gateway/pages/page.h"
#include "gateway/respond.h"
#include "kosi/pages_landscape.pb-c.h"
#include "services/common/contract/json_walk.h"
#include "services/common/contract/validate.h"
#include <string.h>

static const char about_field[] = "_about";
static const char sent_flag[] = "done";

static const struct { const char *id; enum text label; } reasons[] = {
    {"outdated", TEXT_TOLD_OUTDATED}, {"wrong", TEXT_TOLD_WRONG},       {"ended", TEXT_TOLD_ENDED},
    {"duplicate", TEXT_TOLD_DUPLICATE}, {"personal-data", TEXT_TOLD_PERSONAL}, {"rights", TEXT_TOLD_RIGHTS},
    {"offensive", TEXT_TOLD_OFFENSIVE}, {"other", TEXT_TOLD_OTHER}};
enum { REASONS = sizeof reasons / sizeof *reasons };

static bool about_site(const struct request *r) { return r->route->page_row->page == PAGE_FEEDBACK; }

static const char *own_path(struct request *r) {
    return route_page_path(r->route->page_row->page, r->language, route_variable(&r->match, "id"), r->arena);
}

// ---- the form

static void add_fault(struct request *r, Kosi__ReportPage *page, const char *error, enum text label, const char *target) {
    Kosi__PageFault *fault = page_fault(r, error, label, target);
    if (!fault)
        return;
    page->faults[page->n_faults++] = fault;
    page->has_faulty = page->faulty = true;
}

static void add_faults(struct request *r, Kosi__ReportPage *page) {
    page->reason_error = page_field_error(r, "reason");
    page->text_error = page_field_error(r, "text");
    page->email_error = page_field_error(r, "email");
    page->page_error = page_field_error(r, "page");
    page->faults = arena_take(r->arena, 4 * sizeof *page->faults);
    if (!page->faults)
        return;
    add_fault(r, page, page->reason_error, TEXT_REPORT_REASON, "#reason-outdated");
    add_fault(r, page, page->page_error, TEXT_REPORT_PAGE, "#page");
    add_fault(r, page, page->text_error, about_site(r) ? TEXT_REPORT_BARRIER : TEXT_REPORT_TEXT, "#text");
    add_fault(r, page, page->email_error, TEXT_REPORT_EMAIL, "#email");
}

static void add_reasons(struct request *r, Kosi__ReportPage *page) {
    Kosi__PageReason *views = arena_take(r->arena, REASONS * sizeof *views);
    page->reasons = arena_take(r->arena, REASONS * sizeof *page->reasons);
    const char *chosen = urlencoded_value(&r->form, "reason");
    for (size_t i = 0; i < REASONS && views && page->reasons; i++) {
        kosi__page_reason__init(&views[i]);
        views[i].reason_id = (char *)reasons[i].id;
        views[i].reason_label = (char *)request_text(r, reasons[i].label);
        views[i].reason_input = arena_format(r->arena, "reason-%s", reasons[i].id);
        views[i].has_reason_chosen = true;
        views[i].reason_chosen = chosen && strcmp(chosen, reasons[i].id) == 0;
        page->reasons[page->n_reasons++] = &views[i];
    }
}

static void fill_shell(struct request *r) {
    Kosi__PageShell *shell = page_shell(r);
    if (!shell)
        return;
    shell->section = (char *)(about_site(r) ? "accessibility" : "landscape");
    shell->has_no_index = true;
    shell->no_index = !about_site(r);
}

static const char *typed(struct request *r, const char *name) {
    const char *value = urlencoded_value(&r->form, name);
    return value ? value : "";
}

// outcome 0: shown for the first time.
static void show_form(struct request *r, int outcome, const char *about) {
    const char *id = route_variable(&r->match, "id");
    bool site = about_site(r), other_key = !r->idempotency_key || outcome == PROBLEM_KEY_REUSED || outcome == PROBLEM_GONE;
    Kosi__ReportPage page = KOSI__REPORT_PAGE__INIT;
    page.title = (char *)request_text(r, site ? TEXT_FEEDBACK_TITLE : TEXT_REPORT_TITLE);
    page.other_url = (char *)page_other_url(r, r->route->page_row->page, id);
    page.action = (char *)own_path(r);
    page.key = (char *)(other_key ? page_fresh_key(r) : r->idempotency_key);
    page.text = (char *)typed(r, "text");
    page.email = (char *)typed(r, "email");
    page.page = (char *)typed(r, "page");
    page.text_label = (char *)request_text(r, site ? TEXT_REPORT_BARRIER : TEXT_REPORT_TEXT);
    page.has_about_site = page.about_site = site;
    if (!site) {
        page.about_title = (char *)about;
        page.about_link = (char *)route_page_path(PAGE_ENTRY, r->language, id, r->arena);
        add_reasons(r, &page);
        page_crumb(r, request_text(r, TEXT_LANDSCAPE_TITLE), route_page_path(PAGE_LANDSCAPE, r->language, NULL, r->arena));
        page_crumb(r, about, page.about_link);
    }
    add_faults(r, &page);
    if (outcome && !page.faulty)
        page.notice = (char *)page_problem_text(r, outcome);
    fill_shell(r);
    page_render(r, outcome ? problem_status(outcome) : 200, "report", &page.base);
}

static void show_thanks(struct request *r) {
    bool site = about_site(r);
    Kosi__ReportedPage page = KOSI__REPORTED_PAGE__INIT;
    page.title = (char *)request_text(r, TEXT_REPORTED_TITLE);
    page.other_url = (char *)page_other_url(r, r->route->page_row->page, route_variable(&r->match, "id"));
    page.has_about_site = page.about_site = site;
    page.back_link = (char *)route_page_path(site ? PAGE_START : PAGE_ENTRY, r->language, route_variable(&r->match, "id"), r->arena);
    page.back_label = (char *)request_text(r, site ? TEXT_REPORTED_HOME : TEXT_REPORTED_ENTRY);
    fill_shell(r);
    page_render(r, 200, "reported", &page.base);
}

static void show_about(struct request *r, const struct client_reply *reply) {
    Kosi__Entry *entry = page_take(r, reply, "Entry");
    if (entry)
        show_form(r, 0, entry->title);
}

static void serve_report(struct request *r) {
    Kosi__EntryRequest input = KOSI__ENTRY_REQUEST__INIT;
    input.id = (char *)route_variable(&r->match, "id");
    if (!page_fits(r, &input.base))
        respond_problem(r, PROBLEM_NOT_FOUND, NULL);
    else if (urlencoded_value(&r->query, sent_flag))
        show_thanks(r);
    else
        page_ask(r, "registry", "Get", &input.base, show_about);
}

// The page somebody comes from may stand in the query, so that they need not type it.
static void serve_feedback(struct request *r) {
    if (urlencoded_value(&r->query, sent_flag)) {
        show_thanks(r);
        return;
    }
    r->form = r->query;
    show_form(r, 0, NULL);
}

// ---- sending

static void answered(struct request *r, const struct client_reply *reply) {
    if (strcmp(reply->outcome, "ok") != 0) {
        const char *detail;
        show_form(r, respond_read_problem(r, reply, &detail), typed(r, about_field));
        return;
    }
    respond_redirect(r, arena_format(r->arena, "%s?%s=1", own_path(r), sent_flag));
}

// An entry's id stands in the address; what barriers are told about is the site.
static int fill(struct request *r, const struct contract_message *contract, Kosi__ReportRequest *input) {
    input->entry_id = (char *)route_variable(&r->match, "id");
    int problem = 0;
    for (size_t i = 0; i < r->form.count && !problem; i++) {
        const struct urlencoded_pair *pair = &r->form.items[i];
        if (pair->name[0] != '_' && strcmp(pair->name, "entry_id") != 0)
            problem = pair_to_message(pair->name, pair->value, false, contract, &input->base, &r->violations);
    }
    if (about_site(r))
        input->reason = (char *)"accessibility";
    return problem ? problem : validate_message(contract, &input->base, &r->violations);
}

static void take_report(struct request *r) {
    Kosi__ReportRequest input = KOSI__REPORT_REQUEST__INIT;
    int problem = page_read_form(r);
    if (!problem)
        problem = page_take_key(r);
    if (problem) {
        respond_problem(r, problem, NULL);
        return;
    }
    page_notice_trap(r);
    problem = fill(r, contract_message_named("ReportRequest"), &input);
    if (problem)
        show_form(r, problem, typed(r, about_field));
    else
        page_ask(r, "registry", "Report", &input.base, answered);
}

const struct page_row report_pages[] = {
    {PAGE_REPORT, "GET", {"/landschaft/{id}/melden", "/en/landscape/{id}/report"}, serve_report, NULL, false},
    {PAGE_REPORT, "POST", {"/landschaft/{id}/melden", "/en/landscape/{id}/report"}, take_report, NULL, false},
    {PAGE_FEEDBACK, "GET", {"/barrierefreiheit/rueckmeldung", "/en/accessibility/feedback"}, serve_feedback, NULL, false},
    {PAGE_FEEDBACK, "POST", {"/barrierefreiheit/rueckmeldung", "/en/accessibility/feedback"}, take_report, NULL, false},
    {.verb = NULL}};
