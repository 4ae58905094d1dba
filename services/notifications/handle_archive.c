// What was sent to all, for everyone to read.
#include "services/common/base/link.h"
#include "services/common/contract/page_token.h"
#include "services/common/markdown/markdown.h"
#include "services/notifications/mailroom.h"
#include "services/notifications/newsletter.h"
#include "notifications.handlers.h"
#include <string.h>

// The longest text makes a page of 1.1 MB: empty quotes within each other.
enum { PAGE_USUAL = 20, HTML_BYTES_MOST = 2 * 1024 * 1024, FIRST_HEADING = 2 };

// In the reader's language, or in German when it is not there in English.
static bool in_english(const struct mesh_call *call, const struct newsletter *newsletter) {
    return strcmp(call->locale, "en") == 0 && newsletter->subject_en[0] != '\0';
}

static void tell(struct mesh_call *call, const struct newsletter *newsletter, Kosi__ArchiveIssue *out) {
    bool english = in_english(call, newsletter);
    out->id = newsletter->id;
    out->subject = english ? newsletter->subject_en : newsletter->subject_de;
    out->has_sent_at = true;
    out->sent_at = newsletter->sent_at;
    out->language = (char *)(uintptr_t)(english ? "en" : "de");
    out->url = link_url(call->config, LINK_ISSUE, call->locale, newsletter->id, call->arena);
}

int notifications_archive(struct mesh_call *call, const Kosi__ArchiveRequest *request, Kosi__ArchiveReply *reply) {
    struct newsletter_page page;
    int64_t before = INT64_MAX;
    if (!page_token_read(mailroom_of(call)->node_key, &request->base, request->page_token, &before))
        return PROBLEM_BAD_PAGE_TOKEN;
    int rc = newsletter_list(call, NEWSLETTERS_SENT, before, request->has_page_size ? request->page_size : PAGE_USUAL, &page);
    Kosi__ArchiveIssue *items = arena_take(call->arena, page.count * sizeof *items);
    reply->items = arena_take(call->arena, page.count * sizeof *reply->items);
    if (rc != 0 || items == NULL || reply->items == NULL)
        return rc != 0 ? rc : STORE_FAULT;
    for (; reply->n_items < page.count; reply->n_items++) {
        reply->items[reply->n_items] = &items[reply->n_items];
        kosi__archive_issue__init(&items[reply->n_items]);
        tell(call, &page.items[reply->n_items], &items[reply->n_items]);
    }
    if (page.go_on_before == 0)
        return 0;
    reply->next_page_token = page_token_make(mailroom_of(call)->node_key, &request->base, page.go_on_before, call->arena);
    return reply->next_page_token != NULL ? 0 : STORE_FAULT;
}

static int add_html(const char *markdown, struct mesh_call *call, Kosi__ArchiveIssue *reply) {
    BUF_AUTO struct buf html;
    buf_init(&html, HTML_BYTES_MOST);
    cmark_node *document = markdown_parse(markdown, MARKDOWN_WEB_AND_MAIL, FIRST_HEADING);
    int rc = document != NULL ? markdown_html(document, &html) : -1;
    if (document != NULL)
        cmark_node_free(document);
    reply->html = rc == 0 ? arena_text_n(call->arena, html.data, html.len) : NULL;
    return reply->html != NULL ? 0 : STORE_FAULT;
}

int notifications_issue(struct mesh_call *call, const Kosi__NewsletterRequest *request, Kosi__ArchiveIssue *reply) {
    struct newsletter newsletter;
    int rc = newsletter_load(call, request->id, &newsletter);
    if (rc == 0 && newsletter.sent_at == 0)
        rc = PROBLEM_NOT_FOUND;   // whether there is a draft is nobody's business
    if (rc != 0)
        return rc;
    tell(call, &newsletter, reply);
    return add_html(in_english(call, &newsletter) ? newsletter.body_en : newsletter.body_de, call, reply);
}
