// Texts of mails for staff: which there are, their versions, saving one, and what a mail would look like.
#include "services/notifications/mail_gather.h"
#include "services/notifications/mail_text.h"
#include "services/notifications/mail_texts.h"
#include "services/notifications/template_store.h"
#include "notifications.handlers.h"
#include <stdio.h>
#include <string.h>

enum { LANGUAGES = 2, PREVIEW_ROWS = 5000, MAILS_SHOWN = 5 };
static const char *const languages[LANGUAGES] = {"de", "en"};

static struct mail_pen pen_of(const struct mesh_call *call) {
    return (struct mail_pen){mailroom_of(call), call->config, call->store, call->arena};
}

static int kind_of(const char *name, const char *language, enum mail_kind *kind) {
    int found = mail_kind_of(name);
    *kind = found >= 0 ? (enum mail_kind)found : MAIL_RECEIVED;
    return found >= 0 && (strcmp(language, "de") == 0 || strcmp(language, "en") == 0) ? 0 : PROBLEM_NOT_FOUND;
}

// ---- which there are

static Kosi__TemplateRow *row_of(struct mesh_call *call, enum mail_kind kind, const char *language, const struct template_text *text) {
    Kosi__TemplateRow *row = arena_take(call->arena, sizeof *row);
    if (row == NULL)
        return NULL;
    kosi__template_row__init(row);
    row->name = (char *)(uintptr_t)mail_kind_row(kind)->name;
    row->language = (char *)(uintptr_t)language;
    row->has_version = true;
    row->version = text->version;
    row->has_edited_at = text->edited_at != 0;
    row->edited_at = text->edited_at;
    row->edited_by = text->edited_by;
    row->has_supplied = true;
    row->supplied = text->supplied;
    return row;
}

int notifications_templates(struct mesh_call *call, const Kosi__TemplatesRequest *request, Kosi__TemplatesReply *reply) {
    (void)request;
    struct mail_pen pen = pen_of(call);
    reply->items = arena_take(call->arena, MAIL_KINDS * LANGUAGES * sizeof *reply->items);
    for (int i = 0; reply->items != NULL && i < MAIL_KINDS * LANGUAGES; i++) {
        struct template_text text;
        int rc = template_present(&pen, (enum mail_kind)(i / LANGUAGES), languages[i % LANGUAGES], &text);
        reply->items[i] = rc == 0 ? row_of(call, (enum mail_kind)(i / LANGUAGES), languages[i % LANGUAGES], &text) : NULL;
        if (reply->items[i] == NULL)
            return rc != 0 ? rc : STORE_FAULT;
        reply->n_items++;
    }
    return reply->items != NULL ? 0 : STORE_FAULT;
}

// ---- one

static int add_versions(struct mesh_call *call, const struct mail_pen *pen, enum mail_kind kind, const char *language, Kosi__MailTemplate *reply) {
    struct template_text *texts = arena_take(call->arena, (TEMPLATE_VERSIONS_SHOWN + 1) * sizeof *texts);
    int count = texts != NULL ? template_versions(pen, kind, language, texts) : STORE_FAULT;
    if (count < 0)
        return count;
    if (count < TEMPLATE_VERSIONS_SHOWN)
        texts[count++].supplied = true;   // the city's own is the last one, all zero
    reply->versions = arena_take(call->arena, (size_t)count * sizeof *reply->versions);
    for (int i = 0; reply->versions != NULL && i < count; i++) {
        reply->versions[i] = row_of(call, kind, language, &texts[i]);
        if (reply->versions[i] == NULL)
            return STORE_FAULT;
        reply->n_versions++;
    }
    return reply->versions != NULL ? 0 : STORE_FAULT;
}

static Kosi__Placeholder *placeholder_of(struct mesh_call *call, const struct mail_fact_name *name) {
    Kosi__Placeholder *placeholder = arena_take(call->arena, sizeof *placeholder);
    char key[60];
    if (placeholder == NULL)
        return NULL;
    kosi__placeholder__init(placeholder);
    snprintf(key, sizeof key, "fact.%.39s", name->name);
    placeholder->name = arena_text(call->arena, name->name);
    placeholder->has_needed = placeholder->needed = name->needed;
    placeholder->meaning = (char *)(uintptr_t)mail_texts_word(mailroom_of(call)->texts, key, call->locale);
    return placeholder->name != NULL ? placeholder : NULL;
}

static int add_placeholders(struct mesh_call *call, enum mail_kind kind, Kosi__MailTemplate *reply) {
    struct mail_fact_name names[MAIL_FACTS_MOST];
    int count = mail_facts_names(kind, names, MAIL_FACTS_MOST);
    reply->placeholders = arena_take(call->arena, (size_t)count * sizeof *reply->placeholders);
    for (int i = 0; reply->placeholders != NULL && i < count; i++) {
        reply->placeholders[i] = placeholder_of(call, &names[i]);
        if (reply->placeholders[i] == NULL)
            return STORE_FAULT;
        reply->n_placeholders++;
    }
    return reply->placeholders != NULL ? 0 : STORE_FAULT;
}

// Told apart by what is no personal data.
static const char sql_latest[] = "SELECT m.id, m.owed_at, x.receipt FROM mail m LEFT JOIN matter x ON x.id = m.subject_id"
                                 " WHERE m.n > (SELECT max(n) FROM mail) - ?1 AND m.kind = ?2 AND m.contact IS NOT NULL ORDER BY m.n DESC LIMIT ?3";

static Kosi__TemplateMail *mail_of(struct mesh_call *call, struct store_statement *s) {
    Kosi__TemplateMail *mail = arena_take(call->arena, sizeof *mail);
    if (mail == NULL)
        return NULL;
    kosi__template_mail__init(mail);
    mail->id = arena_text(call->arena, store_text(s, 0));
    mail->has_owed_at = true;
    mail->owed_at = store_int(s, 1);
    mail->receipt = store_is_null(s, 2) ? NULL : arena_text(call->arena, store_text(s, 2));
    return mail->id != NULL ? mail : NULL;
}

static int add_mails(struct mesh_call *call, enum mail_kind kind, Kosi__MailTemplate *reply) {
    struct store_statement *s = store_prepare(call->store, sql_latest);
    int rc = 0;
    store_bind_int(s, 1, PREVIEW_ROWS);
    store_bind_text(s, 2, mail_kind_row(kind)->name);
    store_bind_int(s, 3, MAILS_SHOWN);
    reply->mails = arena_take(call->arena, MAILS_SHOWN * sizeof *reply->mails);
    while (reply->mails != NULL && (rc = store_step(s)) == 1 && (reply->mails[reply->n_mails] = mail_of(call, s)) != NULL)
        reply->n_mails++;
    store_reset(s);
    return rc == 1 || reply->mails == NULL ? STORE_FAULT : rc;
}

int notifications_template(struct mesh_call *call, const Kosi__TemplateRequest *request, Kosi__MailTemplate *reply) {
    struct mail_pen pen = pen_of(call);
    struct template_text text;
    enum mail_kind kind;
    int rc = kind_of(request->name, request->language, &kind);
    if (rc == 0)
        rc = request->has_version ? template_version(&pen, kind, request->language, request->version, &text)
                                  : template_present(&pen, kind, request->language, &text);
    if (rc != 0)
        return rc;
    reply->name = request->name;
    reply->language = request->language;
    reply->has_version = true;
    reply->version = text.version;
    reply->source = text.source;
    rc = add_placeholders(call, kind, reply);
    rc = rc != 0 ? rc : add_mails(call, kind, reply);
    return rc != 0 ? rc : add_versions(call, &pen, kind, request->language, reply);
}

// ---- saving

// Each fault is a violation of "source", or of "source.<fact>", whose limit is the line.
static int check(struct mesh_call *call, enum mail_kind kind, const char *source) {
    struct mail_faults faults;
    struct buf told BUF_AUTO;
    buf_init(&told, 0);
    if (mail_text_check(kind, source, &faults) != 0)
        return STORE_FAULT;
    for (int i = 0; i < faults.count; i++) {
        const struct mail_fault *fault = &faults.items[i];
        const char *field = fault->name[0] != '\0' ? arena_format(call->arena, "source.%s", fault->name) : "source";
        mesh_violation(call, field, fault->code, fault->line);
        buf_format(&told, "%sline %d: ", i > 0 ? " " : "", fault->line);
        mail_fault_tell(fault, &told);
    }
    call->detail = faults.count > 0 ? arena_text(call->arena, told.data) : NULL;
    return faults.count > 0 ? PROBLEM_VALIDATION : 0;
}

int notifications_template_save(struct mesh_call *call, const Kosi__TemplateSaveRequest *request, Kosi__TemplateSaveReply *reply) {
    struct mail_pen pen = pen_of(call);
    struct template_text text;
    enum mail_kind kind;
    bool city = request->source == NULL || *request->source == '\0';
    int rc = kind_of(request->name, request->language, &kind);
    rc = rc != 0 ? rc : template_present(&pen, kind, request->language, &text);
    if (rc != 0)
        return rc;
    if (text.version != request->version)
        return PROBLEM_CHANGED_MEANWHILE;
    rc = city ? 0 : check(call, kind, request->source);
    if (rc != 0)
        return rc;
    text = (struct template_text){.source = city ? NULL : request->source, .version = text.version + 1, .edited_at = call->now_us,
                                  .edited_by = call->actor->login};
    call->audit_subject = arena_format(call->arena, "%s.%s", request->name, request->language);
    call->audit_detail = city ? "the city's text" : arena_format(call->arena, "version %u", text.version);
    reply->has_version = true;
    reply->version = text.version;
    return template_save(&pen, kind, request->language, &text);
}

// ---- preview

static const char sql_by_id[] = "SELECT id, contact, subject_id, facts FROM mail WHERE id = ?1 AND kind = ?2";
static const char sql_newest[] = "SELECT id, contact, subject_id, facts FROM mail WHERE n > (SELECT max(n) FROM mail) - ?1 AND kind = ?2"
                                 " AND contact IS NOT NULL ORDER BY n DESC LIMIT 1";

static int find_mail(struct mesh_call *call, enum mail_kind kind, const char *id, Kosi__LeasedMail *out) {
    struct store_statement *s = store_prepare(call->store, id != NULL ? sql_by_id : sql_newest);
    if (id != NULL)
        store_bind_text(s, 1, id);
    else
        store_bind_int(s, 1, PREVIEW_ROWS);
    store_bind_text(s, 2, mail_kind_row(kind)->name);
    int rc = store_step(s);
    if (rc > 0) {
        size_t size = 0;
        const void *facts = store_blob(s, 3, &size);
        out->id = arena_text(call->arena, store_text(s, 0));
        out->contact = arena_text(call->arena, store_text(s, 1));
        out->subject_id = arena_text(call->arena, store_text(s, 2));
        out->has_facts = size > 0;
        out->facts.len = size;
        out->facts.data = size > 0 ? arena_copy(call->arena, facts, size) : NULL;
    }
    store_reset(s);
    return rc == 0 ? PROBLEM_NOT_FOUND : rc < 0 ? rc : 0;
}

// A real mail's data, but for its secret links: they are made with another key, so that who looks can't use them.
static int facts_of(struct mesh_call *call, const struct mail_pen *pen, enum mail_kind kind, const Kosi__PreviewRequest *request,
                    struct mail_facts *facts, Kosi__Preview *reply) {
    Kosi__LeasedMail mail = KOSI__LEASED_MAIL__INIT;
    const char *wanted = request->mail_id != NULL && *request->mail_id != '\0' ? request->mail_id : NULL;
    int rc = find_mail(call, kind, wanted, &mail);
    if (rc == PROBLEM_NOT_FOUND && wanted == NULL)
        return mail_gather_example(pen, kind, request->language, facts);
    if (rc != 0)
        return rc;
    mail.language = request->language;
    mail.confirmed = !mail_kind_row(kind)->asks;
    rc = mail_gather(pen, kind, &mail, facts);
    if (rc != 0)
        return rc;
    if (!mail_facts_full(kind, facts))   // what it was about is gone
        return mail_gather_example(pen, kind, request->language, facts);
    reply->mail_id = mail.id;
    return 0;
}

int notifications_template_preview(struct mesh_call *call, const Kosi__PreviewRequest *request, Kosi__Preview *reply) {
    struct mailroom room = *mailroom_of(call);
    memset(room.node_key, 0, sizeof room.node_key);
    struct mail_pen pen = {&room, call->config, call->store, call->arena};
    struct template_text text = {.source = request->source};
    struct mail_facts facts;
    struct mail_copy copy;
    enum mail_kind kind;
    int rc = kind_of(request->name, request->language, &kind);
    if (rc == 0)
        rc = request->source == NULL ? template_present(&pen, kind, request->language, &text) : check(call, kind, request->source);
    rc = rc != 0 ? rc : facts_of(call, &pen, kind, request, &facts, reply);
    rc = rc != 0 ? rc : mail_render_filled(&pen, kind, text.source, &facts, &copy);
    if (rc != 0)
        return rc;
    reply->subject = copy.subject;
    reply->text = copy.text;
    reply->html = copy.html;
    return 0;
}
