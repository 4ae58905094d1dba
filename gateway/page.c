#include "gateway/pages.h"
#include "gateway/respond.h"
#include "gateway/template.h"
#include "kosi/submissions.pb-c.h"
#include "services/common/base/clock.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct { const char *name, *message; } templates[] = {
    {"start", "StartPage"},         {"form", "FormPage"},   {"submission", "SubmissionPage"},
    {"landscape", "LandscapePage"}, {"entry", "EntryPage"}, {"problem", "ProblemPage"},
};
enum { TEMPLATES = sizeof templates / sizeof *templates, PAGE_BYTES_MAX = 4 * 1024 * 1024, VOCABULARY_KEPT_MS = 5000 };

static int add_template(const char *folder, int which, const struct template_language *language, struct buf *errors) {
    struct buf source BUF_AUTO;
    buf_init(&source, 1024 * 1024);
    const char *name = templates[which].name;
    if (template_source(folder, name, contract_message_named(templates[which].message), language, &source, errors))
        return -1;
    if (template_add(name, language->name, source.data, source.len) == 0)
        return 0;
    buf_format(errors, "%s/%s.tpl:1: the template library refuses it. Look for broken markers and tags.\n", folder, name);
    return -1;
}

int pages_open(struct gateway *gateway, struct buf *errors) {
    char folder[512], city[64];
    snprintf(folder, sizeof folder, "%s/gateway/templates", gateway->config->share_dir);
    snprintf(city, sizeof city, "%s", gateway->config->city);
    city[0] = (char)toupper((unsigned char)city[0]);
    int failed = 0;
    for (int i = 0; i < LANGUAGES; i++) {
        bool english = i == LANGUAGE_EN;
        struct template_constant constants[] = {
            {"lang", english ? "en" : "de"}, {"other_lang", english ? "de" : "en"}, {"city", city},
            {"css", gateway->css.path}, {"home", english ? "/en/" : "/"},
            {"landscape", english ? "/en/landscape" : "/landschaft"}, {NULL, NULL}};
        struct template_language language = {language_name((enum language)i), gateway->catalogues[i], constants};
        for (int t = 0; t < TEMPLATES; t++)
            failed |= add_template(folder, t, &language, errors);
    }
    return failed;
}

void page_render(struct request *r, int status, const char *name, const ProtobufCMessage *message) {
    const struct contract_message *contract = contract_message_of(message->descriptor);
    buf_clear(&r->answer);
    r->answer.limit = PAGE_BYTES_MAX;
    const char *language = language_name(r->language);
    if (template_render(name, language, contract, message, &r->answer)) {
        respond_bytes(r, 500, "text/plain; charset=utf-8", "500\n", 4);
        return;
    }
    respond_header(r, "Content-Language", language);
    respond_bytes(r, status, "text/html; charset=utf-8", r->answer.data, r->answer.len);
}

void page_problem(struct request *r, int status, const char *title) {
    Kosi__ProblemPage page = KOSI__PROBLEM_PAGE__INIT;
    page.title = arena_format(r->arena, "%s", title);
    page.trace = r->trace_hex;
    page.message = arena_format(r->arena, "%d", status);
    page.other_url = (char *)page_other_url(r, PAGE_START, NULL);
    page_render(r, status, "problem", &page.base);
}

const char *page_other_url(struct request *r, enum page page, const char *variable) {
    return route_page_path(page, r->language == LANGUAGE_EN ? LANGUAGE_DE : LANGUAGE_EN, variable, r->arena);
}

void page_ask(struct request *r, const char *service, const char *method, const ProtobufCMessage *input, request_then *then) {
    const struct contract_service *contract = contract_service_named(service);
    request_ask(r, service, contract_method_named(contract, method), input, then);
}

void *page_take(struct request *r, const struct client_reply *reply, const char *message_name) {
    if (strcmp(reply->outcome, "ok") != 0) {
        respond_reply_problem(r, reply);
        return NULL;
    }
    void *message = request_unpack(r, contract_message_named(message_name), reply);
    if (!message)
        respond_problem(r, PROBLEM_INTERNAL, NULL);
    return message;
}

static const char *format_time(struct request *r, int64_t wall_us, enum text format) {
    time_t seconds = (time_t)(wall_us / 1000000);
    struct tm local;
    if (!localtime_r(&seconds, &local))
        return "";
    char year[16], month[16], day[16], hour[16], minute[16];
    snprintf(year, sizeof year, "%04d", local.tm_year + 1900);
    snprintf(month, sizeof month, "%02d", local.tm_mon + 1);
    snprintf(day, sizeof day, "%02d", local.tm_mday);
    snprintf(hour, sizeof hour, "%02d", local.tm_hour);
    snprintf(minute, sizeof minute, "%02d", local.tm_min);
    return catalogue_fill(r->arena, request_text(r, format), "year", year, "month", month, "day", day, "hour", hour, "minute",
                          minute, NULL);
}

const char *page_day(struct request *r, const char *date) {
    if (!date || clock_check_date(date))
        return date;
    const char *year = arena_text_n(r->arena, date, 4), *month = arena_text_n(r->arena, date + 5, 2);
    return catalogue_fill(r->arena, request_text(r, TEXT_FORMAT_DATE), "year", year, "month", month, "day", date + 8, NULL);
}

const char *page_time(struct request *r, int64_t wall_us) { return format_time(r, wall_us, TEXT_FORMAT_TIME); }
const char *page_date(struct request *r, int64_t wall_us) { return format_time(r, wall_us, TEXT_FORMAT_DATE); }

// The vocabulary changes only with a restart of the registry: asking for it once in some seconds is enough.
static struct {
    Kosi__VocabularyReply *reply;
    int64_t at_ms;
} vocabulary[LANGUAGES];

const Kosi__VocabularyReply *page_vocabulary(struct request *r) {
    bool fresh = vocabulary[r->language].reply && clock_mono_ms() - vocabulary[r->language].at_ms < VOCABULARY_KEPT_MS;
    return fresh ? vocabulary[r->language].reply : NULL;
}

void page_keep_vocabulary(struct request *r, const struct client_reply *reply) {
    if (strcmp(reply->outcome, "ok") != 0)
        return;
    Kosi__VocabularyReply *fresh = kosi__vocabulary_reply__unpack(NULL, reply->body_size, reply->body);
    if (!fresh)
        return;
    kosi__vocabulary_reply__free_unpacked(vocabulary[r->language].reply, NULL);
    vocabulary[r->language].reply = fresh;
    vocabulary[r->language].at_ms = clock_mono_ms();
}

void page_forget(void) {
    for (int i = 0; i < LANGUAGES; i++) {
        kosi__vocabulary_reply__free_unpacked(vocabulary[i].reply, NULL);
        vocabulary[i].reply = NULL;
    }
}

const char *page_term(Kosi__Term *const *terms, size_t count, const char *id) {
    for (size_t i = 0; i < count; i++)
        if (terms[i]->id && strcmp(terms[i]->id, id) == 0)
            return terms[i]->label ? terms[i]->label : id;
    return id;
}

// ---- the start page

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

void page_start(struct request *r) {
    Kosi__FormListRequest input = KOSI__FORM_LIST_REQUEST__INIT;
    page_ask(r, "submissions", "Forms", &input.base, show_start);
}
