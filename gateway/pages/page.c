#include "gateway/assets.h"
#include "gateway/pages/page.h"
#include "gateway/api.h"
#include "gateway/multipart.h"
#include "gateway/packing.h"
#include "gateway/pages/shell.h"
#include "gateway/respond.h"
#include "gateway/session.h"
#include "gateway/template.h"
#include "kosi/submissions.pb-c.h"
#include "services/common/base/clock.h"
#include "services/common/base/id.h"
#include "services/common/base/log.h"
#include "services/common/contract/validate.h"
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TEMPLATES_MAX = 100, PAGE_BYTES_MAX = 4 * 1024 * 1024, VOCABULARY_KEPT_MS = 5000, BRIEFLY_MS = 1000 };

// "staff_inbox" -> the contract of StaffInboxPage
static const struct contract_message *contract_for(const char *name) {
    char message[80];
    size_t n = 0;
    bool capital = true;
    for (; *name && n < sizeof message - 5; name++) {
        if (*name != '_')
            message[n++] = (char)(capital ? toupper((unsigned char)*name) : *name);
        capital = *name == '_';
    }
    memcpy(message + n, "Page", 5);
    return contract_message_named(message);
}

static int add_template(const char *folder, const char *name, const struct template_language *language, struct buf *errors) {
    struct buf source BUF_AUTO;
    buf_init(&source, 1024 * 1024);
    const struct contract_message *contract = contract_for(name);
    if (!contract) {
        buf_format(errors, "%s/%s.tpl:1: there is no message for it. Define one in proto/kosi/pages*.proto.\n", folder, name);
        return -1;
    }
    if (template_source(folder, name, contract, language, &source, errors))
        return -1;
    if (template_add(name, language->name, source.data, source.len) == 0)
        return 0;
    buf_format(errors, "%s/%s.tpl:1: the template library refuses it. Look for broken markers and tags.\n", folder, name);
    return -1;
}

// Every *.tpl of the folder; those that begin with _ are parts of others.
static int is_template(const struct dirent *entry) {
    size_t n = strlen(entry->d_name);
    return n > 4 && entry->d_name[0] != '_' && entry->d_name[0] != '.' && strcmp(entry->d_name + n - 4, ".tpl") == 0;
}

static int add_templates(const char *folder, const struct template_language *language, struct buf *errors) {
    struct dirent **found = NULL;
    int count = scandir(folder, &found, is_template, alphasort), failed = 0;
    if (count <= 0 || count > TEMPLATES_MAX) {
        buf_format(errors, "%s: there are no templates, or more than %d. Set share_dir to where they are.\n", folder, TEMPLATES_MAX);
        failed = -1;
    }
    for (int i = 0; i < count; i++) {
        found[i]->d_name[strlen(found[i]->d_name) - 4] = '\0';
        failed |= failed ? 0 : add_template(folder, found[i]->d_name, language, errors);
        free(found[i]);
    }
    free(found);
    return failed;
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
            {"css", assets_path(gateway->assets, "kosi.css")}, {"font", assets_path(gateway->assets, "fira-sans-regular.woff2")},
            {"font_bold", assets_path(gateway->assets, "fira-sans-semibold.woff2")}, {"home", english ? "/en/" : "/"},
            {"landscape", english ? "/en/landscape" : "/landschaft"}, {"confirm_js", assets_path(gateway->assets, "confirm.js")}, {NULL, NULL}};
        struct template_language language = {language_name((enum language)i), gateway->catalogues[i], constants};
        failed |= add_templates(folder, &language, errors);
    }
    return failed;
}

Kosi__PageShell *page_shell(struct request *r) {
    if (!r->shell) {
        r->shell = arena_take(r->arena, sizeof *r->shell);
        if (!r->shell)
            return NULL;
        kosi__page_shell__init(r->shell);
        r->shell->signed_in = (char *)r->login;
        r->shell->csrf = r->login ? (char *)session_csrf(r) : NULL;
    }
    return r->shell;
}

const char page_public[] = "public, max-age=1";

// A page packed for those who take it is kept beside the plain one.
static const char *kept_at(struct request *r) {
    const char *address = packing_wanted(r) ? arena_format(r->arena, "%s gzip", r->uri) : r->uri;
    return address ? address : r->uri;
}

static void answer_page(struct request *r, const struct kept_page *page, const char *bytes) {
    respond_header(r, "Content-Language", page->language);
    respond_header(r, "Content-Encoding", page->packed ? "gzip" : NULL);
    respond_header(r, "Vary", packing_allowed(r) ? "Accept-Encoding" : NULL);
    respond_tagged(r, "text/html; charset=utf-8", bytes, page->size, page->tag);
}

// Replaces the answer by the packed one, when the client takes it and it is worth it.
static bool pack(struct request *r) {
    struct buf packed BUF_AUTO;
    buf_init(&packed, PAGE_BYTES_MAX);
    if (!packing_wanted(r) || packing_gzip(r->answer.data, r->answer.len, &packed))
        return false;
    buf_clear(&r->answer);
    buf_add(&r->answer, packed.data, packed.len);
    return true;
}

void page_render(struct request *r, int status, const char *name, const ProtobufCMessage *message) {
    const struct contract_message *contract = contract_message_of(message->descriptor);
    buf_clear(&r->answer);
    r->answer.limit = PAGE_BYTES_MAX;
    const char *language = language_name(r->language);
    Kosi__PageShell *shell = page_shell(r);
    if (shell)
        shell_fill(r, status);
    if (!shell || template_render(name, language, contract, message, &shell->base, &r->answer)) {
        respond_bytes(r, 500, "text/plain; charset=utf-8", "500\n", 4);
        return;
    }
    bool packed = pack(r);
    if (status == 200 && respond_is_public(r)) {
        struct kept_page head = {.size = r->answer.len, .language = language, .packed = packed};
        gateway_tag(r->answer.data, r->answer.len, head.tag);
        page_cache_keep(r->gateway->pages, kept_at(r), &head, r->answer.data, r->positions, r->position_count, clock_mono_ms());
        answer_page(r, &head, r->answer.data);
        return;
    }
    respond_header(r, "Content-Language", language);
    respond_header(r, "Content-Encoding", packed ? "gzip" : NULL);
    respond_header(r, "Vary", packing_allowed(r) ? "Accept-Encoding" : NULL);
    respond_bytes(r, status, "text/html; charset=utf-8", r->answer.data, r->answer.len);
}

bool page_from_cache(struct request *r) {
    r->kept = page_cache_find(r->gateway->pages, kept_at(r), clock_mono_ms());
    if (!r->kept)
        return false;
    respond_header(r, "Cache-Control", page_public);
    answer_page(r, r->kept, r->kept->bytes);
    return true;
}

// A secret link comes out of a mail: it was cut off on its way, or what it opened is gone since.
static bool is_old_link(const struct request *r, int status) {
    return (status == 404 || status == 410) && r->route && r->route->secret && route_variable(&r->match, "token");
}

void page_problem(struct request *r, int status, const char *title) {
    Kosi__ProblemPage page = KOSI__PROBLEM_PAGE__INIT;
    bool old_link = is_old_link(r, status);
    page.title = arena_format(r->arena, "%s", old_link ? request_text(r, TEXT_OLD_LINK) : title);
    page.trace = r->trace_hex;
    page.message = old_link ? NULL : arena_format(r->arena, "%d", status);
    page.remedy = old_link ? (char *)request_text(r, TEXT_OLD_LINK_REMEDY) : NULL;
    page.other_url = (char *)page_other_url(r, PAGE_START, NULL);
    page_render(r, status, "problem", &page.base);
}

char *page_field_error(struct request *r, const char *field) {
    for (size_t i = 0; i < r->violations.count; i++)
        if (strcmp(r->violations.items[i]->field, field) == 0)
            return (char *)respond_field_text(r, r->violations.items[i]);
    return NULL;
}

Kosi__PageFault *page_fault(struct request *r, const char *error, enum text label, const char *target) {
    Kosi__PageFault *fault = error ? arena_take(r->arena, sizeof *fault) : NULL;
    if (!fault)
        return NULL;
    kosi__page_fault__init(fault);
    fault->target = (char *)target;
    fault->fault = arena_format(r->arena, "%s: %s", request_text(r, label), error);
    return fault;
}

const char *page_problem_text(struct request *r, int problem) {
    char key[80];
    snprintf(key, sizeof key, "problem.%s", problem_code(problem));
    const char *text = catalogue_find(r->gateway->catalogues[r->language], key);   // there: texts_check()
    return text ? text : "";
}

const char *page_fresh_key(struct request *r) {
    uint8_t bytes[16];
    char text[24];
    id_random(bytes, sizeof bytes);
    id_base64url(bytes, sizeof bytes, text);
    return arena_text(r->arena, text);
}

static int read_multipart(struct request *r) {
    int result = multipart_pairs(r->head.content_type, r->body.data, r->body.len, r->arena, &r->form);
    if (result == MULTIPART_FILE)
        return PROBLEM_UNSUPPORTED_TYPE;
    return result == MULTIPART_TOO_MUCH ? PROBLEM_TOO_LARGE : result ? PROBLEM_MALFORMED : 0;
}

int page_read_form(struct request *r) {
    return edge_is_foreign(&r->head, r->gateway->config->public_url) ? PROBLEM_CSRF : page_read_fields(r);
}

int page_read_fields(struct request *r) {
    if (edge_type_is(r->head.content_type, "multipart/form-data"))
        return read_multipart(r);
    if (r->body.len && !edge_type_is(r->head.content_type, "application/x-www-form-urlencoded"))
        return PROBLEM_UNSUPPORTED_TYPE;
    return urlencoded_split(r->body.data, r->body.len, r->arena, &r->form) ? PROBLEM_MALFORMED : 0;
}

int page_take_key(struct request *r) {
    const char *key = urlencoded_value(&r->form, "_key");
    return key && *key ? api_take_key(r, key) : 0;
}

void page_notice_trap(struct request *r) {
    const char *trap = urlencoded_value(&r->form, "_website");
    if (!trap || !*trap)
        return;
    r->gateway->metrics.honeypot++;
    log_event(LOG_INFO_, "honeypot", "route", r->route->path, NULL);
}

// A person's password is asked for by the staff's pages; a question of a form may be called what it likes.
static bool is_password(const struct request *r, const char *name) {
    return strstr(r->route->path, "/intern/") && strstr(name, "password");
}

// Fields travel along hidden; a password does not.
size_t page_fields(struct request *r, const char *except, Kosi__PageField ***out) {
    size_t n = 0;
    *out = arena_take(r->arena, (r->form.count + 1) * sizeof **out);
    for (size_t i = 0; i < r->form.count && *out; i++) {
        const struct urlencoded_pair *pair = &r->form.items[i];
        Kosi__PageField *field = arena_take(r->arena, sizeof *field);
        if (!field || strcmp(pair->name, "_csrf") == 0 || strcmp(pair->name, except) == 0 || is_password(r, pair->name))
            continue;
        kosi__page_field__init(field);
        field->field_name = (char *)pair->name;
        field->field_value = (char *)pair->value;
        (*out)[n++] = field;
    }
    return n;
}

// What somebody typed, to be copied should all else fail. Own fields of the pages begin with _.
static size_t typed_fields(Kosi__PageField *const *fields, size_t count, Kosi__PageField **out) {
    size_t n = 0;
    for (size_t i = 0; out && i < count; i++)
        if (fields[i]->field_name[0] != '_' && *fields[i]->field_value)
            out[n++] = fields[i];
    return n;
}

void page_resend(struct request *r, int problem) {
    Kosi__ResendPage page = KOSI__RESEND_PAGE__INIT;
    page.title = (char *)page_problem_text(r, problem);
    page.other_url = (char *)page_other_url(r, PAGE_START, NULL);
    page.action = (char *)r->uri;
    if (problem == PROBLEM_NOT_SIGNED_IN || problem == PROBLEM_SESSION_EXPIRED)
        page.sign_in_url = (char *)route_page_path(PAGE_SIGN_IN, r->language, NULL, r->arena);
    page.n_fields = page_fields(r, "", &page.fields);
    page.typed = arena_take(r->arena, (page.n_fields + 1) * sizeof *page.typed);
    page.n_typed = typed_fields(page.fields, page.n_fields, page.typed);
    page.has_anything = true;
    page.anything = page.n_typed > 0;
    page_render(r, problem_status(problem), "resend", &page.base);
}

const char *page_other_url(struct request *r, enum page page, const char *variable) {
    return route_page_path(page, r->language == LANGUAGE_EN ? LANGUAGE_DE : LANGUAGE_EN, variable, r->arena);
}

void page_ask(struct request *r, const char *service, const char *method, const ProtobufCMessage *input, request_then *then) {
    const struct contract_service *contract = contract_service_named(service);
    request_ask(r, service, contract_method_named(contract, method), input, then);
}

void page_ask_briefly(struct request *r, const char *service, const char *method, const ProtobufCMessage *input, request_then *then) {
    int64_t soon_ms = clock_mono_ms() + BRIEFLY_MS, deadline_ms = r->deadline_ms;
    if (r->deadline_ms > soon_ms)
        r->deadline_ms = soon_ms;
    page_ask(r, service, method, input, then);
    r->deadline_ms = deadline_ms;
}

bool page_fits(struct request *r, const ProtobufCMessage *input) {
    struct violations unused = {.arena = r->arena};
    return validate_message(contract_message_of(input->descriptor), input, &unused) == 0;
}

void page_ask_about(struct request *r, const char *service, const char *method, const ProtobufCMessage *input, request_then *then) {
    if (page_fits(r, input))
        page_ask(r, service, method, input, then);
    else
        respond_problem(r, PROBLEM_NOT_FOUND, NULL);
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

// The vocabulary changes only with a restart of the registry: asking for it once in some seconds is enough, and an old one is better
// than none.
static struct {
    Kosi__VocabularyReply *reply;
    int64_t asked_ms;
} vocabulary[LANGUAGES];

const Kosi__VocabularyReply *page_vocabulary(struct request *r) { return vocabulary[r->language].reply; }

bool page_vocabulary_is_due(struct request *r) {
    return !vocabulary[r->language].reply || clock_mono_ms() - vocabulary[r->language].asked_ms >= VOCABULARY_KEPT_MS;
}

void page_ask_vocabulary(struct request *r, request_then *then) {
    Kosi__VocabularyRequest input = KOSI__VOCABULARY_REQUEST__INIT;
    vocabulary[r->language].asked_ms = clock_mono_ms();
    page_ask_briefly(r, "registry", "Vocabulary", &input.base, then);
}

void page_keep_vocabulary(struct request *r, const struct client_reply *reply) {
    if (strcmp(reply->outcome, "ok") != 0)
        return;
    Kosi__VocabularyReply *fresh = kosi__vocabulary_reply__unpack(NULL, reply->body_size, reply->body);
    if (!fresh)
        return;
    kosi__vocabulary_reply__free_unpacked(vocabulary[r->language].reply, NULL);
    vocabulary[r->language].reply = fresh;
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
