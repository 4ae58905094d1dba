// How many entries there are, district by theme: a table whose figures lead to the lists they count.
#include "gateway/pages/facets.h"
#include "gateway/respond.h"
#include "kosi/pages_landscape.pb-c.h"
#include <string.h>

struct table {
    struct request *r;
    const Kosi__OverviewReply *reply;
    const char *list_path;
    Kosi__Term *const *themes, *const *districts;
    size_t theme_count, district_count;
    Kosi__OverviewPage page;
};

static uint32_t total_of(const Kosi__OverviewReply *reply, const char *facet, const char *id) {
    for (size_t i = 0; i < reply->n_totals; i++)
        if (strcmp(reply->totals[i]->facet, facet) == 0 && strcmp(reply->totals[i]->id, id) == 0)
            return reply->totals[i]->count;
    return 0;
}

static uint32_t count_of(const Kosi__OverviewReply *reply, const char *theme, const char *district) {
    for (size_t i = 0; i < reply->n_cells; i++)
        if (strcmp(reply->cells[i]->theme, theme) == 0 && strcmp(reply->cells[i]->district, district) == 0)
            return reply->cells[i]->count;
    return 0;
}

static char *number(struct request *r, uint32_t count) { return arena_format(r->arena, "%u", count); }

static void add_columns(struct table *t) {
    t->page.columns = arena_take(t->r->arena, (t->theme_count + 1) * sizeof *t->page.columns);
    Kosi__PageColumn *views = arena_take(t->r->arena, (t->theme_count + 1) * sizeof *views);
    for (size_t i = 0; t->page.columns && views && i < t->theme_count; i++) {
        const Kosi__Term *theme = t->themes[i];
        uint32_t total = total_of(t->reply, "theme", theme->id);
        kosi__page_column__init(&views[i]);
        views[i].column_label = theme->label;
        views[i].column_total = number(t->r, total);
        views[i].column_link = total ? (char *)search_single(t->r, t->list_path, "theme", theme->id) : NULL;
        t->page.columns[t->page.n_columns++] = &views[i];
    }
}

static Kosi__PageCell *view_cell(struct table *t, const Kosi__Term *theme, const Kosi__Term *district) {
    Kosi__PageCell *cell = arena_take(t->r->arena, sizeof *cell);
    uint32_t count = count_of(t->reply, theme->id, district->id);
    if (!cell)
        return NULL;
    kosi__page_cell__init(cell);
    cell->cell_count = number(t->r, count);
    cell->cell_name = arena_format(t->r->arena, "%s, %s", theme->label, district->label);
    cell->has_cell_none = true;
    cell->cell_none = count == 0 || !*district->id;
    if (count && *district->id)
        cell->cell_link = arena_format(t->r->arena, "%s&district=%s", search_single(t->r, t->list_path, "theme", theme->id), district->id);
    return cell;
}

static void add_row(struct table *t, const Kosi__Term *district, uint32_t total) {
    Kosi__PageRow *row = arena_take(t->r->arena, sizeof *row);
    if (!row)
        return;
    kosi__page_row__init(row);
    row->row_label = district->label;
    row->row_total = number(t->r, total);
    row->has_row_plain = true;
    row->row_plain = total == 0 || !*district->id;
    row->row_link = row->row_plain ? NULL : (char *)search_single(t->r, t->list_path, "district", district->id);
    row->cells = arena_take(t->r->arena, (t->theme_count + 1) * sizeof *row->cells);
    for (size_t i = 0; row->cells && i < t->theme_count; i++) {
        Kosi__PageCell *cell = view_cell(t, t->themes[i], district);
        if (cell)
            row->cells[row->n_cells++] = cell;
    }
    t->page.rows[t->page.n_rows++] = row;
}

// One row more for what has no district, when there is something: no list is of these alone.
static void add_rows(struct table *t) {
    Kosi__Term nowhere = KOSI__TERM__INIT;
    uint32_t elsewhere = t->reply->total;
    t->page.rows = arena_take(t->r->arena, (t->district_count + 1) * sizeof *t->page.rows);
    for (size_t i = 0; t->page.rows && i < t->district_count; i++) {
        uint32_t total = total_of(t->reply, "district", t->districts[i]->id);
        add_row(t, t->districts[i], total);
        elsewhere -= total < elsewhere ? total : elsewhere;
    }
    nowhere.id = (char *)"";
    nowhere.label = (char *)request_text(t->r, TEXT_OVERVIEW_NOWHERE);
    if (t->page.rows && elsewhere)
        add_row(t, &nowhere, elsewhere);
}

static void fill_shell(struct request *r) {
    Kosi__PageShell *shell = page_shell(r);
    if (!shell)
        return;
    shell->section = (char *)"landscape";
    shell->description = (char *)request_text(r, TEXT_OVERVIEW_DESCRIPTION);
    shell->canonical_url = arena_format(r->arena, "%s%s", r->gateway->config->public_url,
                                        route_page_path(PAGE_OVERVIEW, r->language, NULL, r->arena));
}

static void show_overview(struct request *r, const struct client_reply *reply) {
    Kosi__OverviewReply *message = page_take(r, reply, "OverviewReply");
    const Kosi__VocabularyReply *vocabulary = page_vocabulary(r);
    if (!message)
        return;
    if (!vocabulary) {   // it came too late to be kept, or not at all
        respond_problem(r, PROBLEM_BUSY, NULL);
        return;
    }
    struct table t = {.r = r, .reply = message, .page = KOSI__OVERVIEW_PAGE__INIT};
    t.list_path = route_page_path(PAGE_LANDSCAPE, r->language, NULL, r->arena);
    t.themes = vocabulary->themes;
    t.theme_count = vocabulary->n_themes;
    t.districts = vocabulary->districts;
    t.district_count = vocabulary->n_districts;
    t.page.title = (char *)request_text(r, TEXT_OVERVIEW_TITLE);
    t.page.other_url = (char *)page_other_url(r, PAGE_OVERVIEW, NULL);
    t.page.total = number(r, message->total);
    t.page.list_url = (char *)t.list_path;
    t.page.has_any = t.page.any = message->total > 0;
    add_columns(&t);
    add_rows(&t);
    page_crumb(r, request_text(r, TEXT_LANDSCAPE_TITLE), t.list_path);
    fill_shell(r);
    respond_header(r, "Cache-Control", page_public);
    page_render(r, 200, "overview", &t.page.base);
}

static void ask_overview(struct request *r) {
    Kosi__OverviewRequest input = KOSI__OVERVIEW_REQUEST__INIT;
    page_ask(r, "registry", "Overview", &input.base, show_overview);
}

static void serve_overview(struct request *r) { facets_first(r, ask_overview); }

const struct page_row overview_pages[] = {
    {PAGE_OVERVIEW, "GET", {"/landschaft/ueberblick", "/en/landscape/overview"}, serve_overview, NULL, false},
    {.verb = NULL}};
