// What staff do with newsletters: write, look at it as its readers will, have it sent to themselves, send it.
#include "services/common/base/link.h"
#include "services/common/contract/page_token.h"
#include "services/notifications/ledger.h"
#include "services/notifications/mail_gather.h"
#include "services/notifications/newsletter.h"
#include "services/notifications/staff_mail.h"
#include "services/notifications/template_store.h"
#include "notifications.handlers.h"
#include <string.h>

enum { PAGE_USUAL = 50 };
static const char *const state_names[] = {[NEWSLETTER_DRAFT] = "draft", [NEWSLETTER_SENDING] = "sending", [NEWSLETTER_SENT] = "sent"};

static char *text(const char *constant) { return (char *)(uintptr_t)constant; }

static char *or_null(char *value) { return value[0] != '\0' ? value : NULL; }

// Without bodies: as lists show it.
static void tell_short(struct mesh_call *call, const struct newsletter *newsletter, Kosi__Newsletter *out) {
    out->id = newsletter->id;
    out->state = text(state_names[newsletter->state]);
    out->has_version = out->has_updated_at = true;
    out->version = newsletter->version;
    out->updated_at = newsletter->updated_at;
    out->subject_de = newsletter->subject_de;
    out->subject_en = or_null(newsletter->subject_en);
    out->edited_by = newsletter->edited_by;
    out->has_sent_at = out->has_recipients = newsletter->sent_at > 0;
    out->sent_at = newsletter->sent_at;
    out->recipients = newsletter->recipients;
    if (newsletter->sent_at > 0)
        out->url = link_url(call->config, LINK_ISSUE, call->locale, newsletter->id, call->arena);
}

static int tell(struct mesh_call *call, const struct newsletter *newsletter, Kosi__Newsletter *out) {
    struct newsletter_figures figures;
    tell_short(call, newsletter, out);
    out->body_de = newsletter->body_de;
    out->body_en = or_null(newsletter->body_en);
    if (newsletter->sent_at == 0)
        return 0;
    int rc = newsletter_count(call, newsletter->id, &figures);
    out->has_sent = out->has_open = out->has_failed = rc == 0;
    out->sent = figures.sent;
    out->open = figures.open;
    out->failed = figures.failed;
    return rc;
}

// ---- reading

int notifications_newsletters(struct mesh_call *call, const Kosi__NewslettersRequest *request, Kosi__NewslettersReply *reply) {
    struct newsletter_page page;
    int64_t before = INT64_MAX;
    if (!page_token_read(mailroom_of(call)->node_key, &request->base, request->page_token, &before))
        return PROBLEM_BAD_PAGE_TOKEN;
    int rc = newsletter_list(call, NEWSLETTERS_ALL, before, request->has_page_size ? request->page_size : PAGE_USUAL, &page);
    Kosi__Newsletter *items = arena_take(call->arena, page.count * sizeof *items);
    reply->items = arena_take(call->arena, page.count * sizeof *reply->items);
    if (rc != 0 || items == NULL || reply->items == NULL)
        return rc != 0 ? rc : STORE_FAULT;
    for (; reply->n_items < page.count; reply->n_items++) {
        reply->items[reply->n_items] = &items[reply->n_items];
        kosi__newsletter__init(&items[reply->n_items]);
        tell_short(call, &page.items[reply->n_items], &items[reply->n_items]);
    }
    reply->has_readers = true;
    rc = newsletter_readers(call, &reply->readers);
    if (rc != 0 || page.go_on_before == 0)
        return rc;
    reply->next_page_token = page_token_make(mailroom_of(call)->node_key, &request->base, page.go_on_before, call->arena);
    return reply->next_page_token != NULL ? 0 : STORE_FAULT;
}

int notifications_get_newsletter(struct mesh_call *call, const Kosi__NewsletterRequest *request, Kosi__Newsletter *reply) {
    struct newsletter newsletter;
    int rc = newsletter_load(call, request->id, &newsletter);
    return rc ? rc : tell(call, &newsletter, reply);
}

// ---- writing

// The draft that may be changed, as the writer last saw it.
static int take_draft(struct mesh_call *call, const char *id, bool has_version, uint32_t version, struct newsletter *out) {
    int rc = newsletter_load(call, id, out);
    if (rc != 0)
        return rc;
    call->audit_subject = out->id;
    if (out->state != NEWSLETTER_DRAFT)
        return PROBLEM_ILLEGAL_STATE;
    if (!has_version)
        return PROBLEM_IF_MATCH_REQUIRED;
    return version == out->version ? 0 : PROBLEM_CHANGED_MEANWHILE;
}

static int begin(struct mesh_call *call, struct newsletter *out) {
    char id[ID_TEXT_MAX];
    id_uuid7(id);
    *out = (struct newsletter){.id = arena_text(call->arena, id), .state = NEWSLETTER_DRAFT};
    call->audit_subject = out->id;
    return out->id != NULL ? 0 : STORE_FAULT;
}

static bool is_blank(const char *value) { return value == NULL || value[strspn(value, " \t\r\n")] == '\0'; }

static int check_bodies(struct mesh_call *call, const char *german, const char *english) {
    int rc = newsletter_check(call, "body_de", german);
    if (rc == 0 && !is_blank(english))
        rc = newsletter_check(call, "body_en", english);
    return rc == 0 && call->violations.count > 0 ? PROBLEM_VALIDATION : rc;
}

// English is whole or not there.
static int check_texts(struct mesh_call *call, const Kosi__NewsletterSaveRequest *request) {
    bool no_subject = is_blank(request->subject_en), no_body = is_blank(request->body_en);
    if (is_blank(request->subject_de))
        mesh_violation(call, "subject_de", "required", 0);
    if (is_blank(request->body_de))
        mesh_violation(call, "body_de", "required", 0);
    if (no_subject && !no_body)
        mesh_violation(call, "subject_en", "required", 0);
    if (no_body && !no_subject)
        mesh_violation(call, "body_en", "required", 0);
    return call->violations.count > 0 ? PROBLEM_VALIDATION : check_bodies(call, request->body_de, request->body_en);
}

int notifications_newsletter_save(struct mesh_call *call, const Kosi__NewsletterSaveRequest *request, Kosi__Newsletter *reply) {
    struct newsletter newsletter;
    int rc = check_texts(call, request);
    if (rc == 0)
        rc = request->id == NULL ? begin(call, &newsletter)
                                 : take_draft(call, request->id, request->has_version, request->version, &newsletter);
    if (rc != 0)
        return rc;
    newsletter.subject_de = request->subject_de;
    newsletter.body_de = request->body_de;
    newsletter.subject_en = is_blank(request->subject_en) ? text("") : request->subject_en;
    newsletter.body_en = is_blank(request->body_en) ? text("") : request->body_en;
    newsletter.edited_by = call->actor->login;
    newsletter.updated_at = call->now_us;
    newsletter.version++;
    rc = newsletter_save(call, &newsletter);
    return rc ? rc : tell(call, &newsletter, reply);
}

int notifications_newsletter_send(struct mesh_call *call, const Kosi__NewsletterSendRequest *request, Kosi__Newsletter *reply) {
    struct newsletter newsletter;
    int rc = take_draft(call, request->id, request->has_version, request->version, &newsletter);
    if (rc == 0)
        rc = check_bodies(call, newsletter.body_de, newsletter.body_en);   // an older build may have saved it
    if (rc != 0)
        return rc;
    newsletter.state = NEWSLETTER_SENDING;
    newsletter.sent_at = call->now_us;
    newsletter.version++;
    call->audit_detail = "send";
    rc = newsletter_save(call, &newsletter);
    return rc ? rc : tell(call, &newsletter, reply);
}

int notifications_newsletter_delete(struct mesh_call *call, const Kosi__NewsletterSendRequest *request, Kosi__NewsletterDeleteReply *reply) {
    struct newsletter newsletter;
    (void)reply;
    int rc = take_draft(call, request->id, request->has_version, request->version, &newsletter);
    call->audit_detail = "deleted";
    return rc ? rc : newsletter_delete(call, &newsletter);
}

// ---- looking at it

int notifications_newsletter_preview(struct mesh_call *call, const Kosi__NewsletterPreviewRequest *request, Kosi__Preview *reply) {
    struct mail_pen pen = {mailroom_of(call), call->config, call->store, call->arena};
    struct mail_facts facts;
    struct template_text template;
    struct mail_copy copy;
    int rc = mail_gather_example(&pen, MAIL_NEWSLETTER, request->language, &facts);
    if (rc == 0)
        rc = mail_facts_set(&facts, "subject", request->subject);
    facts.body = request->body != NULL ? request->body : "";
    rc = rc ? rc : template_present(&pen, MAIL_NEWSLETTER, request->language, &template);
    rc = rc ? rc : mail_render_filled(&pen, MAIL_NEWSLETTER, template.source, &facts, &copy);
    if (rc != 0)
        return rc;
    reply->subject = copy.subject;
    reply->text = copy.text;
    reply->html = copy.html;
    return 0;
}

// To whoever asks for it, in their language; what is sent is what is saved.
int notifications_newsletter_test(struct mesh_call *call, const Kosi__NewsletterRequest *request, Kosi__NewsletterTestReply *reply) {
    struct newsletter newsletter;
    struct staff staff;
    struct contact contact;
    uint64_t number;
    int rc = newsletter_load(call, request->id, &newsletter);
    if (rc != 0)
        return rc;
    call->audit_subject = newsletter.id;
    rc = staff_load(call, call->actor->id, &staff);
    if (rc == 0 && staff.contact != NULL)
        rc = contact_by_id(call, staff.contact, &contact);
    if (rc == PROBLEM_NOT_FOUND || (rc == 0 && (staff.contact == NULL || !staff.proven || contact.state != CONTACT_CONFIRMED))) {
        call->detail = "give an address of your own for mails and confirm it first";
        return PROBLEM_ILLEGAL_STATE;
    }
    struct owed_mail mail = {.kind = MAIL_NEWSLETTER_TEST, .contact = &contact, .subject_id = newsletter.id, .language = staff.language,
                             .dedup = arena_format(call->arena, "newsletter-test/%s/%s/%lld", newsletter.id, staff.account, (long long)call->now_us)};
    rc = rc ? rc : mail.dedup == NULL ? STORE_FAULT : ledger_owe(call, &mail, &number);
    (void)reply;
    return rc;
}
