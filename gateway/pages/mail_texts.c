// Texts of mails for staff: all of them; one, to be changed, looked at with real data, or given back to what the city supplies.
#include "gateway/pages/control.h"
#include "gateway/pages/mail_sheet.h"
#include "gateway/pages/mail_words.h"
#include "gateway/respond.h"
#include "kosi/pages_mail_texts.pb-c.h"
#include "services/common/contract/json_walk.h"
#include "services/common/contract/validate.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct desk {
    const char *name, *text_language;
    const char *typed;              // what was sent; NULL: nothing was
    int outcome;                    // of what was just tried
    const Kosi__Preview *preview;   // that was asked for
};

static const char *language_text(struct request *r, const char *language) {
    return request_text(r, strcmp(language, "en") == 0 ? TEXT_MAIL_TEXTS_EN : TEXT_MAIL_TEXTS_DE);
}

static char *list_path(struct request *r) { return (char *)route_page_path(PAGE_MAIL_TEXTS, r->language, NULL, r->arena); }

static char *path_of(struct request *r, const char *name, const char *language) {
    return arena_format(r->arena, "%s/%s/%s", list_path(r), name, language);
}

// ---- the list

static char *state_of(struct request *r, const Kosi__TemplateRow *row) {
    if (row->supplied)
        return (char *)request_text(r, TEXT_MAIL_TEXTS_GIVEN);
    return (char *)catalogue_fill(r->arena, request_text(r, TEXT_MAIL_TEXTS_EDITED), "when", page_time(r, row->edited_at), "login",
                                  row->edited_by ? row->edited_by : "–", NULL);
}

static Kosi__MailTextItem *item_of(struct request *r, const Kosi__TemplateRow *row) {
    Kosi__MailTextItem *item = arena_take(r->arena, sizeof *item);
    if (!item)
        return NULL;
    kosi__mail_text_item__init(item);
    item->text_kind = (char *)mail_words_kind(r, row->name);
    item->text_links = arena_take(r->arena, LANGUAGES * sizeof *item->text_links);
    return item->text_links ? item : NULL;
}

static void add_link(struct request *r, Kosi__MailTextItem *item, const Kosi__TemplateRow *row) {
    Kosi__MailTextLink *link = item->n_text_links < LANGUAGES ? arena_take(r->arena, sizeof *link) : NULL;
    if (!link)
        return;
    kosi__mail_text_link__init(link);
    link->text_link = path_of(r, row->name, row->language);
    link->text_language = (char *)language_text(r, row->language);
    link->text_state = state_of(r, row);
    item->text_links[item->n_text_links++] = link;
}

static void show_list(struct request *r, const struct client_reply *reply) {
    const Kosi__TemplatesReply *list = page_take(r, reply, "TemplatesReply");
    Kosi__MailTextsPage page = KOSI__MAIL_TEXTS_PAGE__INIT;
    if (!list)
        return;
    page.title = (char *)request_text(r, TEXT_MAIL_TEXTS_TITLE);
    page.other_url = (char *)page_other_url(r, PAGE_MAIL_TEXTS, NULL);
    page.mail_texts = arena_take(r->arena, (list->n_items + 1) * sizeof *page.mail_texts);
    for (size_t i = 0; page.mail_texts && i < list->n_items; i++) {
        bool same = i > 0 && strcmp(list->items[i]->name, list->items[i - 1]->name) == 0;
        Kosi__MailTextItem *item = same && page.n_mail_texts ? page.mail_texts[page.n_mail_texts - 1] : item_of(r, list->items[i]);
        if (!item)
            break;
        if (!same)
            page.mail_texts[page.n_mail_texts++] = item;
        add_link(r, item, list->items[i]);
    }
    page_render(r, 200, "mail_texts", &page.base);
}

static void serve_list(struct request *r) {
    Kosi__TemplatesRequest input = KOSI__TEMPLATES_REQUEST__INIT;
    page_ask(r, "notifications", "Templates", &input.base, show_list);
}

// ---- one text: what it may name, and its versions

static void add_marks(struct request *r, const Kosi__MailTemplate *text, Kosi__MailTextPage *page) {
    Kosi__MailTextMark *marks = arena_take(r->arena, (text->n_placeholders + 1) * sizeof *marks);
    page->marks = arena_take(r->arena, (text->n_placeholders + 1) * sizeof *page->marks);
    for (size_t i = 0; marks && page->marks && i < text->n_placeholders; i++) {
        kosi__mail_text_mark__init(&marks[i]);
        marks[i].mark = arena_format(r->arena, "{{%s}}", text->placeholders[i]->name);
        marks[i].mark_meaning = text->placeholders[i]->meaning;
        marks[i].has_mark_needed = true;
        marks[i].mark_needed = text->placeholders[i]->needed;
        page->marks[page->n_marks++] = &marks[i];
    }
}

static char *version_label(struct request *r, const Kosi__TemplateRow *row) {
    char number[16];
    if (!row->version)
        return (char *)request_text(r, TEXT_MAIL_TEXT_VERSION_CITY);
    snprintf(number, sizeof number, "%u", row->version);
    return (char *)catalogue_fill(r->arena, request_text(r, TEXT_MAIL_TEXT_VERSION), "number", number, "when", page_time(r, row->edited_at),
                                  "login", row->edited_by ? row->edited_by : "–", NULL);
}

static void add_versions(struct request *r, const Kosi__MailTemplate *text, Kosi__MailTextPage *page) {
    Kosi__MailTextVersion *versions = arena_take(r->arena, (text->n_versions + 1) * sizeof *versions);
    page->versions = arena_take(r->arena, (text->n_versions + 1) * sizeof *page->versions);
    for (size_t i = 0; versions && page->versions && i < text->n_versions; i++) {
        const Kosi__TemplateRow *row = text->versions[i];
        bool here = row->version == text->version;
        kosi__mail_text_version__init(&versions[i]);
        versions[i].version_label = version_label(r, row);
        versions[i].version_link = arena_format(r->arena, "%s?version=%u", page->action, row->version);
        versions[i].has_version_here = true;
        versions[i].version_here = here;
        page->versions[page->n_versions++] = &versions[i];
        if (here && row->version != page->version)
            page->older = (char *)catalogue_fill(r->arena, request_text(r, TEXT_MAIL_TEXT_OLDER), "version", versions[i].version_label, NULL);
    }
}

// Whose data a preview shows: the latest ones, told apart by time and receipt.
static void add_mails(struct request *r, const Kosi__MailTemplate *text, Kosi__MailTextPage *page) {
    Kosi__PageQuestion *control = text->n_mails ? control_new(r, CONTROL_SELECT, "mail_id", TEXT_MAIL_TEXT_MAIL, TEXT_MAIL_TEXT_MAIL_HELP) : NULL;
    page->controls = arena_take(r->arena, sizeof *page->controls);
    if (!control || !page->controls)
        return;
    for (size_t i = 0; i < text->n_mails; i++) {
        const Kosi__TemplateMail *mail = text->mails[i];
        const char *when = page_time(r, mail->owed_at);
        control_option(r, control, mail->id, mail->receipt ? arena_format(r->arena, "%s, %s", when, mail->receipt) : when, false);
    }
    control_finish(r, control);
    page->controls[page->n_controls++] = control;
}

// ---- one text: what came of what was sent

// "source.title": the fact stands behind the dot.
static void add_fault(struct request *r, const Kosi__FieldProblem *problem, Kosi__MailTextPage *page) {
    Kosi__PageFault *fault = arena_take(r->arena, sizeof *fault);
    const char *fact = problem->field ? strchr(problem->field, '.') : NULL, *text = respond_field_text(r, problem);
    char line[24];
    if (!fault)
        return;
    kosi__page_fault__init(fault);
    fault->target = (char *)"#source";
    fault->fault = fact ? arena_format(r->arena, "{{%s}}: %s", fact + 1, text) : (char *)text;
    snprintf(line, sizeof line, "%lld", (long long)problem->limit);
    if (problem->limit > 0 && strcmp(problem->code, "too_long") != 0 && strcmp(problem->code, "fact_missing") != 0)
        fault->fault = (char *)catalogue_fill(r->arena, request_text(r, TEXT_MAIL_TEXT_LINE), "line", line, "fault", fault->fault, NULL);
    page->faults[page->n_faults++] = fault;
}

static void add_outcome(struct request *r, const struct desk *desk, Kosi__MailTextPage *page) {
    page->faults = arena_take(r->arena, (r->violations.count + 1) * sizeof *page->faults);
    for (size_t i = 0; page->faults && i < r->violations.count; i++)
        add_fault(r, r->violations.items[i], page);
    page->has_faulty = page->faulty = page->n_faults > 0;
    page->source_told_by = (char *)(page->faulty ? "source-help source-error" : "source-help");
    if (desk->outcome == PROBLEM_CHANGED_MEANWHILE) {
        page->notice = (char *)request_text(r, TEXT_MAIL_TEXT_MEANWHILE);
        page->notice_url = page->action;
    } else if (desk->outcome && !page->faulty) {
        page->notice = (char *)page_problem_text(r, desk->outcome);
    }
    if (!desk->outcome && !desk->typed && urlencoded_value(&r->query, "done"))
        page->done = (char *)request_text(r, TEXT_MAIL_TEXT_DONE);
}

static void add_look(struct request *r, const struct desk *desk, Kosi__MailTextPage *page) {
    if (!desk->preview)
        return;
    page->has_looked = page->looked = true;
    page->look_data = (char *)request_text(r, desk->preview->mail_id ? TEXT_MAIL_TEXT_REAL : TEXT_MAIL_TEXT_EXAMPLE);
    page->look_subject = desk->preview->subject;
    page->look_text = desk->preview->text;
}

static void show_text(struct request *r, const struct client_reply *reply) {
    const struct desk *desk = r->page;
    const Kosi__MailTemplate *text = page_take(r, reply, "MailTemplate");
    Kosi__MailTextPage page = KOSI__MAIL_TEXT_PAGE__INIT;
    if (!text)
        return;
    page.title = (char *)catalogue_fill(r->arena, request_text(r, TEXT_MAIL_TEXT_TITLE), "kind", mail_words_kind(r, desk->name), "language",
                                        language_text(r, desk->text_language), NULL);
    page.other_url = arena_format(r->arena, "%s/%s/%s", page_other_url(r, PAGE_MAIL_TEXTS, NULL), desk->name, desk->text_language);
    page.back_url = list_path(r);
    page.action = path_of(r, desk->name, desk->text_language);
    page.preview_action = arena_format(r->arena, "%s/%s", page.action, r->language == LANGUAGE_EN ? "preview" : "vorschau");
    page.sheet_action = arena_format(r->arena, "%s/%s", page.action, r->language == LANGUAGE_EN ? "sheet" : "blatt");
    page.has_version = true;
    page.version = text->n_versions ? text->versions[0]->version : 0;
    page.key = (char *)page_fresh_key(r);
    page.source = desk->typed ? (char *)desk->typed : text->source;
    page.source_lang = (char *)desk->text_language;
    page.has_edited = page.edited = text->n_versions && !text->versions[0]->supplied;
    add_marks(r, text, &page);
    add_versions(r, text, &page);
    add_mails(r, text, &page);
    add_outcome(r, desk, &page);
    add_look(r, desk, &page);
    if (desk->typed)
        page.older = NULL;
    page_render(r, desk->outcome ? problem_status(desk->outcome) : 200, "mail_text", &page.base);
}

static void ask_text(struct request *r, const char *version) {
    const struct desk *desk = r->page;
    Kosi__TemplateRequest input = KOSI__TEMPLATE_REQUEST__INIT;
    input.name = (char *)desk->name;
    input.language = (char *)desk->text_language;
    input.has_version = version != NULL;
    input.version = version ? (uint32_t)strtoul(version, NULL, 10) : 0;
    page_ask_about(r, "notifications", "Template", &input.base, show_text);
}

static struct desk *open_desk(struct request *r) {
    struct desk *desk = arena_take(r->arena, sizeof *desk);
    if (!desk) {
        respond_problem(r, PROBLEM_BUSY, NULL);
        return NULL;
    }
    desk->name = route_variable(&r->match, "name");
    desk->text_language = route_variable(&r->match, "language");
    if (strcmp(r->route->verb, "POST") == 0)
        desk->typed = urlencoded_value(&r->form, "source");
    r->page = desk;
    return desk;
}

static void serve_text(struct request *r) {
    if (open_desk(r))
        ask_text(r, urlencoded_value(&r->query, "version"));
}

// ---- saving

static void refuse(struct request *r, int outcome) {
    struct desk *desk = r->page;
    desk->outcome = outcome;
    ask_text(r, NULL);
}

static int outcome_of(struct request *r, const struct client_reply *reply) {
    const char *detail;
    if (strcmp(reply->outcome, "ok") == 0)
        return 0;
    int outcome = respond_read_problem(r, reply, &detail);
    return outcome ? outcome : PROBLEM_INTERNAL;
}

static void saved(struct request *r, const struct client_reply *reply) {
    const struct desk *desk = r->page;
    int outcome = outcome_of(r, reply);
    if (outcome)
        refuse(r, outcome);
    else
        respond_redirect(r, arena_format(r->arena, "%s?done=1", path_of(r, desk->name, desk->text_language)));
}

// Nothing at all is not a text; only the button of its own goes back to the city's.
static int take_text(struct request *r, const struct desk *desk, char **source) {
    bool city = urlencoded_value(&r->form, "city") != NULL, blank = !desk->typed || strspn(desk->typed, " \r\n\t") == strlen(desk->typed);
    *source = city ? NULL : (char *)desk->typed;
    if (city || !blank)
        return 0;
    violations_add(&r->violations, "source", "required", 0);
    return PROBLEM_VALIDATION;
}

static void take_save(struct request *r) {
    Kosi__TemplateSaveRequest input = KOSI__TEMPLATE_SAVE_REQUEST__INIT;
    const struct desk *desk = open_desk(r);
    if (!desk)
        return;
    const char *version = urlencoded_value(&r->form, "version");
    input.name = (char *)desk->name;
    input.language = (char *)desk->text_language;
    input.has_version = true;
    input.version = version ? (uint32_t)strtoul(version, NULL, 10) : 0;
    int problem = take_text(r, desk, &input.source);
    problem = problem ? problem : page_take_key(r);
    problem = problem ? problem : validate_message(contract_message_named("TemplateSaveRequest"), &input.base, &r->violations);
    if (problem)
        refuse(r, problem);
    else
        page_ask(r, "notifications", "TemplateSave", &input.base, saved);
}

// ---- looking

static void looked(struct request *r, const struct client_reply *reply) {
    struct desk *desk = r->page;
    int outcome = outcome_of(r, reply);
    if (outcome) {
        refuse(r, outcome);
        return;
    }
    desk->preview = page_take(r, reply, "Preview");
    if (desk->preview)
        ask_text(r, NULL);
}

static void sheet(struct request *r, const struct client_reply *reply) {
    int outcome = outcome_of(r, reply);
    const Kosi__Preview *preview = outcome ? NULL : page_take(r, reply, "Preview");
    if (outcome)
        refuse(r, outcome);
    else if (preview)
        mail_sheet_show(r, preview->html);
}

static void ask_preview(struct request *r, request_then *then) {
    Kosi__PreviewRequest input = KOSI__PREVIEW_REQUEST__INIT;
    const struct desk *desk = open_desk(r);
    if (!desk)
        return;
    input.name = (char *)desk->name;
    input.language = (char *)desk->text_language;
    const char *mail = urlencoded_value(&r->form, "mail_id");
    input.mail_id = mail && *mail ? (char *)mail : NULL;
    int problem = take_text(r, desk, &input.source);
    problem = problem ? problem : validate_message(contract_message_named("PreviewRequest"), &input.base, &r->violations);
    if (problem)
        refuse(r, problem);
    else
        page_ask(r, "notifications", "TemplatePreview", &input.base, then);
}

static void take_preview(struct request *r) { ask_preview(r, looked); }
static void take_sheet(struct request *r) { ask_preview(r, sheet); }

#define TEXT_PATH "/intern/mailtexte/{name}/{language}"
#define TEXT_PATH_EN "/en/intern/mail-texts/{name}/{language}"
const struct page_row mail_text_pages[] = {
    {PAGE_MAIL_TEXTS, "GET", {"/intern/mailtexte", "/en/intern/mail-texts"}, serve_list, "moderator", false},
    {PAGE_NONE, "GET", {TEXT_PATH, TEXT_PATH_EN}, serve_text, "moderator", false},
    {PAGE_NONE, "POST", {TEXT_PATH, TEXT_PATH_EN}, take_save, "moderator", false},
    {PAGE_NONE, "POST", {TEXT_PATH "/vorschau", TEXT_PATH_EN "/preview"}, take_preview, "moderator", true},
    {PAGE_NONE, "POST", {TEXT_PATH "/blatt", TEXT_PATH_EN "/sheet"}, take_sheet, "moderator", true},
    {.verb = NULL}};
