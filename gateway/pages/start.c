// The city's first page: what the lab is, where to take part, what there is.
#include "gateway/pages/page.h"
#include "gateway/respond.h"
#include "kosi/submissions.pb-c.h"

static void show_start(struct request *r, const struct client_reply *reply) {
    Kosi__FormListReply *forms = page_take(r, reply, "FormListReply");
    if (!forms)
        return;
    Kosi__StartPage page = KOSI__START_PAGE__INIT;
    page.title = (char *)request_text(r, TEXT_START_TITLE);
    page.other_url = (char *)page_other_url(r, PAGE_START, NULL);
    page.forms = arena_take(r->arena, (forms->n_items + 1) * sizeof *page.forms);
    for (size_t i = 0; i < forms->n_items && page.forms; i++) {
        Kosi__PageLink *link = arena_take(r->arena, sizeof *link);
        if (!link)
            break;
        kosi__page_link__init(link);
        link->label = forms->items[i]->title;
        link->text = forms->items[i]->intro;
        link->link = (char *)route_page_path(PAGE_FORM, r->language, forms->items[i]->slug, r->arena);
        page.forms[page.n_forms++] = link;
    }
    respond_header(r, "Cache-Control", "public, max-age=1");
    page_render(r, 200, "start", &page.base);
}

static void ask_start(struct request *r) {
    Kosi__FormListRequest input = KOSI__FORM_LIST_REQUEST__INIT;
    page_ask(r, "submissions", "Forms", &input.base, show_start);
}

const struct page_row start_pages[] = {{PAGE_START, "GET", {"/", "/en/"}, ask_start, NULL, false}, {.verb = NULL}};
