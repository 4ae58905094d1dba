// What readers told, for moderators: open ones first; each is resolved where it stands, with an outcome and a note.
#include "gateway/pages/facets.h"
#include "gateway/respond.h"
#include "kosi/pages_landscape.pb-c.h"
#include "services/common/contract/json_walk.h"
#include "services/common/contract/validate.h"
#include <stdio.h>
#include <string.h>

enum { PAGE_ITEMS = 25 };

static const struct { const char *id; enum text label; } reasons[] = {
    {"outdated", TEXT_TOLD_OUTDATED},   {"wrong", TEXT_TOLD_WRONG},            {"ended", TEXT_TOLD_ENDED},
    {"duplicate", TEXT_TOLD_DUPLICATE}, {"personal-data", TEXT_TOLD_PERSONAL}, {"rights", TEXT_TOLD_RIGHTS},
    {"offensive", TEXT_TOLD_OFFENSIVE}, {"other", TEXT_TOLD_OTHER},            {"accessibility", TEXT_TOLD_ACCESSIBILITY}};
static const struct { const char *id; enum text label; } outcomes[] = {
    {"corrected", TEXT_TOLD_CORRECTED}, {"unpublished", TEXT_TOLD_UNPUBLISHED}, {"forwarded", TEXT_TOLD_FORWARDED},
    {"no-action", TEXT_TOLD_NO_ACTION}, {"entry-erased", TEXT_TOLD_ERASED}};
enum { OUTCOMES_CHOSEN = 4, OUTCOMES = sizeof outcomes / sizeof *outcomes, REASONS = sizeof reasons / sizeof *reasons };
static const struct { const char *id; enum text label; } views[] = {{"open", TEXT_REPORTS_OPEN}, {"resolved", TEXT_REPORTS_RESOLVED}};
enum { VIEWS = sizeof views / sizeof *views };

struct desk {
    const char *view, *done, *refused;   // "open" or "resolved"; what is told at the top
    int status;
};

static const char *reason_text(struct request *r, const char *id) {
    for (size_t i = 0; i < REASONS; i++)
        if (id && strcmp(reasons[i].id, id) == 0)
            return request_text(r, reasons[i].label);
    return id;
}

static const char *outcome_text(struct request *r, const char *id) {
    for (size_t i = 0; i < OUTCOMES; i++)
        if (id && strcmp(outcomes[i].id, id) == 0)
            return request_text(r, outcomes[i].label);
    return id;
}

// ---- the list

static void add_outcomes(struct request *r, Kosi__PageReport *out) {
    Kosi__PageOutcome *items = arena_take(r->arena, OUTCOMES_CHOSEN * sizeof *items);
    out->outcomes = arena_take(r->arena, OUTCOMES_CHOSEN * sizeof *out->outcomes);
    for (size_t i = 0; i < OUTCOMES_CHOSEN && items && out->outcomes; i++) {
        kosi__page_outcome__init(&items[i]);
        items[i].outcome_id = (char *)outcomes[i].id;
        items[i].outcome_label = (char *)request_text(r, outcomes[i].label);
        out->outcomes[out->n_outcomes++] = &items[i];
    }
}

static void view_report(struct request *r, const Kosi__Report *report, Kosi__PageReport *out) {
    kosi__page_report__init(out);
    out->report_id = report->id;
    bool shown = report->entry_title != NULL;
    out->report_title = report->entry_title;
    out->report_plain = shown ? NULL : (char *)request_text(r, report->entry_id ? TEXT_REPORTS_HIDDEN : TEXT_REPORTS_SITE);
    out->report_link = shown ? (char *)route_page_path(PAGE_ENTRY, r->language, report->entry_id, r->arena) : NULL;
    out->report_reason = (char *)reason_text(r, report->reason);
    out->report_text = report->text;
    out->report_page = report->page;
    out->report_email = report->email;
    out->report_when = (char *)page_time(r, report->created_at);
    out->report_note = report->note;
    out->has_report_open = true;
    out->report_open = !report->has_resolved_at;
    if (out->report_open)
        add_outcomes(r, out);
    else
        out->report_done = (char *)catalogue_fill(r->arena, request_text(r, TEXT_REPORTS_DONE), "outcome",
                                                  outcome_text(r, report->outcome), "login",
                                                  report->resolved_by ? report->resolved_by : "–", "when",
                                                  page_time(r, report->resolved_at), NULL);
}

static void add_views(struct request *r, const struct desk *desk, const char *path, Kosi__StaffReportsPage *page) {
    Kosi__PageSort *items = arena_take(r->arena, VIEWS * sizeof *items);
    page->views = arena_take(r->arena, VIEWS * sizeof *page->views);
    for (size_t i = 0; i < VIEWS && items && page->views; i++) {
        kosi__page_sort__init(&items[i]);
        items[i].sort_label = (char *)request_text(r, views[i].label);
        items[i].sort_link = (char *)search_single(r, path, "state", views[i].id);
        items[i].has_sort_current = true;
        items[i].sort_current = strcmp(views[i].id, desk->view) == 0;
        page->views[page->n_views++] = &items[i];
    }
}

static void add_reports(struct request *r, const Kosi__ReportListReply *list, Kosi__StaffReportsPage *page) {
    Kosi__PageReport *items = arena_take(r->arena, (list->n_items + 1) * sizeof *items);
    page->reports = arena_take(r->arena, (list->n_items + 1) * sizeof *page->reports);
    for (size_t i = 0; i < list->n_items && items && page->reports; i++) {
        view_report(r, list->items[i], &items[i]);
        page->reports[page->n_reports++] = &items[i];
    }
    page->has_empty = page->empty = list->n_items == 0;
}

static void show_list(struct request *r, const struct client_reply *reply) {
    const struct desk *desk = r->page;
    Kosi__ReportListReply *list = page_take(r, reply, "ReportListReply");
    if (!list)
        return;
    const char *path = route_page_path(PAGE_STAFF_REPORTS, r->language, NULL, r->arena);
    char open[16];
    snprintf(open, sizeof open, "%u", list->open);
    Kosi__StaffReportsPage page = KOSI__STAFF_REPORTS_PAGE__INIT;
    page.title = (char *)request_text(r, TEXT_REPORTS_TITLE);
    page.other_url = (char *)search_single(r, page_other_url(r, PAGE_STAFF_REPORTS, NULL), "state", desk->view);
    page.action = (char *)path;
    page.view = (char *)desk->view;
    page.count = (char *)catalogue_fill(r->arena, request_text(r, TEXT_REPORTS_COUNT), "count", open, NULL);
    page.done = (char *)desk->done;
    page.refused = (char *)desk->refused;
    if (list->next_page_token && *list->next_page_token)
        page.next_url = arena_format(r->arena, "%s&page_token=%s", search_single(r, path, "state", desk->view), list->next_page_token);
    add_views(r, desk, path, &page);
    add_reports(r, list, &page);
    if (page_shell(r))
        page_shell(r)->section = (char *)"staff_reports";
    page_render(r, desk->status, "staff_reports", &page.base);
}

static void ask_list(struct request *r, const char *page_token) {
    const struct desk *desk = r->page;
    Kosi__ReportListRequest input = KOSI__REPORT_LIST_REQUEST__INIT;
    input.state = (char *)desk->view;
    input.has_page_size = true;
    input.page_size = PAGE_ITEMS;
    input.page_token = (char *)page_token;
    if (!page_fits(r, &input.base))
        respond_problem(r, PROBLEM_BAD_PAGE_TOKEN, NULL);
    else
        page_ask(r, "registry", "Reports", &input.base, show_list);
}

static struct desk *open_desk(struct request *r, const struct urlencoded_pairs *pairs) {
    struct desk *desk = arena_take(r->arena, sizeof *desk);
    const char *view = urlencoded_value(pairs, "state");
    if (!desk)
        return NULL;
    desk->view = view && strcmp(view, "resolved") == 0 ? "resolved" : "open";
    desk->status = 200;
    r->page = desk;
    return desk;
}

static void serve_list(struct request *r) {
    struct desk *desk = open_desk(r, &r->query);
    if (!desk) {
        respond_problem(r, PROBLEM_BUSY, NULL);
        return;
    }
    if (urlencoded_value(&r->query, "done"))
        desk->done = request_text(r, TEXT_REPORTS_RESOLVED_NOW);
    ask_list(r, urlencoded_value(&r->query, "page_token"));
}

// ---- resolving

// Refused: the list as it is now, why, and the note that was typed.
static void show_refused(struct request *r, int problem) {
    struct desk *desk = r->page;
    const char *note = urlencoded_value(&r->form, "note");
    const char *why = problem == PROBLEM_ALREADY_DECIDED ? request_text(r, TEXT_REPORTS_ALREADY)
                      : problem == PROBLEM_VALIDATION    ? request_text(r, TEXT_REPORTS_CHOOSE)
                                                         : page_problem_text(r, problem);
    desk->status = problem_status(problem);
    desk->refused = note && *note ? catalogue_fill(r->arena, request_text(r, TEXT_REPORTS_REFUSED), "why", why, "note", note, NULL) : why;
    ask_list(r, NULL);
}

static void resolved(struct request *r, const struct client_reply *reply) {
    const struct desk *desk = r->page;
    const char *detail, *path = route_page_path(PAGE_STAFF_REPORTS, r->language, NULL, r->arena);
    if (strcmp(reply->outcome, "ok") != 0)
        show_refused(r, respond_read_problem(r, reply, &detail));
    else
        respond_redirect(r, arena_format(r->arena, "%s&done=1", search_single(r, path, "state", desk->view)));
}

static void take_resolution(struct request *r) {
    static const char *const names[] = {"id", "outcome", "note"};
    const struct contract_message *contract = contract_message_named("ResolveRequest");
    Kosi__ResolveRequest input = KOSI__RESOLVE_REQUEST__INIT;
    int problem = open_desk(r, &r->form) ? 0 : PROBLEM_BUSY;
    if (problem) {
        respond_problem(r, problem, NULL);
        return;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names && !problem; i++) {
        const char *value = urlencoded_value(&r->form, names[i]);
        if (value && *value)
            problem = pair_to_message(names[i], value, false, contract, &input.base, &r->violations);
    }
    input.has_erase = input.erase = urlencoded_value(&r->form, "erase") != NULL;
    problem = problem ? problem : validate_message(contract, &input.base, &r->violations);
    if (problem)
        show_refused(r, problem);
    else
        page_ask(r, "registry", "Resolve", &input.base, resolved);
}

const struct page_row staff_report_pages[] = {
    {PAGE_STAFF_REPORTS, "GET", {"/intern/meldungen", "/en/intern/reports"}, serve_list, "moderator", false},
    {PAGE_STAFF_REPORTS, "POST", {"/intern/meldungen", "/en/intern/reports"}, take_resolution, "moderator", false},
    {.verb = NULL}};
