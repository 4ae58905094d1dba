#include "services/notifications/mail_render.h"
#include "services/common/base/link.h"
#include "services/notifications/letter.h"
#include "services/notifications/mail_gather.h"
#include "services/notifications/mail_layout.h"
#include "services/notifications/template_store.h"
#include <stdio.h>
#include <string.h>

enum { COPY_BYTES_MOST = 2 * 1024 * 1024 };

// token@host: the host is that of the sender's address, in the form in which it may stand in a header.
static char *message_id(const struct mail_pen *pen, const char *id) {
    char token[ID_TOKEN_MAX];
    link_token(pen->room->node_key, LINK_MESSAGE, id, MAIL_MESSAGE_GENERATION, token);
    char from[LETTER_ADDRESS_MAX];
    const char *at = letter_address(pen->config->mail_from, from, sizeof from) == 0 ? strrchr(from, '@') : NULL;
    return arena_format(pen->arena, "%s@%s", token, at != NULL ? at + 1 : "localhost");
}

int mail_render_filled(const struct mail_pen *pen, enum mail_kind kind, const char *source, const struct mail_facts *facts,
                       struct mail_copy *out) {
    struct mail_filled filled;
    struct buf text BUF_AUTO, html BUF_AUTO;
    buf_init(&text, COPY_BYTES_MOST);
    buf_init(&html, COPY_BYTES_MOST);
    int rc = mail_text_fill(source, facts, &filled);
    if (rc == 0 && (mail_layout_plain(pen->room->texts, kind, &filled, facts, &text) != 0 ||
                    mail_layout_html(pen->room->texts, kind, &filled, facts, &html) != 0))
        rc = STORE_FAULT;
    mail_filled_free(&filled);
    if (rc != 0)
        return rc;
    out->subject = filled.subject;
    out->text = arena_text_n(pen->arena, text.data, text.len);
    out->html = arena_text_n(pen->arena, html.data, html.len);
    out->language = facts->body_language == NULL ? arena_text(pen->arena, facts->language)
                                                 : arena_format(pen->arena, "%s, %s", facts->language, facts->body_language);
    return out->text != NULL && out->html != NULL && out->language != NULL ? 0 : STORE_FAULT;
}

int mail_render(const struct mail_pen *pen, const Kosi__LeasedMail *mail, struct mail_copy *out) {
    int kind = mail_kind_of(mail->kind);
    *out = (struct mail_copy){0};
    if (kind < 0)
        return PROBLEM_NOT_FOUND;
    struct mail_facts facts;
    struct template_text template;
    int rc = mail_gather(pen, kind, mail, &facts);
    if (rc == 0 && !mail_facts_full(kind, &facts))
        rc = PROBLEM_VALIDATION;
    rc = rc != 0 ? rc : template_present(pen, kind, facts.language, &template);
    rc = rc != 0 ? rc : mail_render_filled(pen, kind, template.source, &facts, out);
    if (rc != 0)
        return rc;
    const char *leave = mail_facts_get(&facts, "leave_url");
    out->list = arena_text(pen->arena, mail_kind_row(kind)->list);
    out->leave_url = *leave != '\0' ? arena_text(pen->arena, leave) : NULL;
    out->message_id = message_id(pen, mail->id);
    out->template_name = arena_text(pen->arena, mail_kind_row(kind)->name);
    out->template_version = template.version;
    return out->message_id != NULL && out->template_name != NULL ? 0 : STORE_FAULT;
}
