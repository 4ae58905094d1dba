// What was sent to all, for everyone to read.
#include "services/common/base/link.h"
#include "services/notifications/mail_text.h"
#include "services/notifications/mailroom.h"
#include "services/notifications/newsletter.h"
#include "services/notifications/page_token.h"
#include "notifications.handlers.h"
#include <string.h>

enum { PAGE_USUAL = 20, HTML_BYTES_MOST = 1024 * 1024 };

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

static int read_page(struct mesh_call *call, struct store_statement *s, size_t most, int64_t *last, Kosi__ArchiveReply *reply) {
    int rc;
    while ((rc = store_step(s)) == 1 && reply->n_items < most) {
        struct newsletter newsletter;
        Kosi__ArchiveIssue *item = arena_take(call->arena, sizeof *item);
        if (item == NULL || newsletter_read(call->arena, s, &newsletter) != 0)
            return STORE_FAULT;
        kosi__archive_issue__init(item);
        tell(call, &newsletter, item);
        reply->items[reply->n_items++] = item;
        *last = newsletter.n;
    }
    return rc;
}

int notifications_archive(struct mesh_call *call, const Kosi__ArchiveRequest *request, Kosi__ArchiveReply *reply) {
    size_t most = request->has_page_size ? request->page_size : PAGE_USUAL;
    int64_t last = INT64_MAX;
    if (request->page_token != NULL && request->page_token[0] != '\0' &&
        !page_token_read(mailroom_of(call)->node_key, &request->base, request->page_token, &last))
        return PROBLEM_BAD_PAGE_TOKEN;
    reply->items = arena_take(call->arena, most * sizeof *reply->items);
    if (reply->items == NULL)
        return STORE_FAULT;
    struct store_statement *s = store_prepare(call->store, "SELECT " NEWSLETTER_COLUMNS " FROM newsletter"
                                                           " WHERE sent_at IS NOT NULL AND n < ?1 ORDER BY n DESC LIMIT ?2");
    store_bind_int(s, 1, last);
    store_bind_int(s, 2, (int64_t)most + 1);
    int rc = read_page(call, s, most, &last, reply);
    store_reset(s);
    char token[PAGE_TOKEN_MAX];
    if (rc == 1) {
        page_token_make(mailroom_of(call)->node_key, &request->base, last, token);
        reply->next_page_token = arena_text(call->arena, token);
        rc = reply->next_page_token != NULL ? 0 : STORE_FAULT;
    }
    return rc < 0 ? rc : 0;
}

int notifications_issue(struct mesh_call *call, const Kosi__NewsletterRequest *request, Kosi__ArchiveIssue *reply) {
    struct newsletter newsletter;
    BUF_AUTO struct buf html;
    buf_init(&html, HTML_BYTES_MOST);
    int rc = newsletter_load(call, request->id, &newsletter);
    if (rc == 0 && newsletter.sent_at == 0)
        rc = PROBLEM_NOT_FOUND;   // whether there is a draft is nobody's business
    if (rc != 0)
        return rc;
    tell(call, &newsletter, reply);
    if (mail_text_markdown(in_english(call, &newsletter) ? newsletter.body_en : newsletter.body_de, &html) != 0)
        return STORE_FAULT;
    reply->html = arena_text_n(call->arena, html.data, html.len);
    return reply->html != NULL ? 0 : STORE_FAULT;
}
