#include "gateway/session.h"
#include "gateway/pages/page.h"
#include "gateway/respond.h"
#include "kosi/accounts.pb-c.h"
#include "kosi/envelope.pb-c.h"
#include "services/common/base/id.h"
#include "services/common/contract/validate.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { COOKIE_MAX = 4096, TOKEN_MAX = 100 };

// ---- whom a token stands for

static int take_statement(struct request *r, const struct client_reply *reply) {
    Kosi__IdentifyReply *message = (Kosi__IdentifyReply *)request_unpack(r, contract_message_named("IdentifyReply"), reply);
    if (!message || !message->has_signed_actor)
        return PROBLEM_INTERNAL;
    ProtobufCAllocator *memory = arena_allocator(r->arena);
    Kosi__SignedActor *statement = kosi__signed_actor__unpack(memory, message->signed_actor.len, message->signed_actor.data);
    Kosi__Actor *actor = statement && statement->has_actor ? kosi__actor__unpack(memory, statement->actor.len, statement->actor.data) : NULL;
    if (!actor || !actor->login)
        return PROBLEM_INTERNAL;
    r->signed_actor = message->signed_actor.data;
    r->signed_actor_size = message->signed_actor.len;
    r->login = actor->login;
    r->roles = actor->roles;
    r->role_count = actor->n_roles;
    return 0;
}

static void identified(struct request *r, const struct client_reply *reply) {
    session_then *then = r->session_then;
    if (strcmp(reply->outcome, "ok") == 0) {
        then(r, take_statement(r, reply));
        return;
    }
    const char *detail;
    int outcome = respond_read_problem(r, reply, &detail);
    bool unfit = outcome == PROBLEM_VALIDATION || outcome == PROBLEM_NOT_FOUND || outcome == PROBLEM_GONE;
    r->violations.count = 0;
    then(r, unfit ? PROBLEM_NOT_SIGNED_IN : outcome);
}

void session_identify(struct request *r, const char *token, session_then *then) {
    Kosi__SessionRequest input = KOSI__SESSION_REQUEST__INIT;
    struct violations unused = {.arena = r->arena};
    input.token = (char *)token;
    if (!token || validate_message(contract_message_named("SessionRequest"), &input.base, &unused)) {
        then(r, PROBLEM_NOT_SIGNED_IN);
        return;
    }
    r->session_then = then;
    page_ask(r, "accounts", "Identify", &input.base, identified);
}

// ---- the password once more

static char *take_password(const struct contract_message *contract, ProtobufCMessage *input) {
    for (unsigned i = 0; i < contract->descriptor->n_fields; i++) {
        char **field = (char **)((char *)input + contract->descriptor->fields[i].offset), *password = NULL;
        if (!contract->fields[i].vouched)
            continue;
        password = *field;
        *field = NULL;
        return password && *password ? password : NULL;
    }
    return NULL;
}

static void vouched(struct request *r, const struct client_reply *reply) {
    session_then *then = r->session_then;
    const char *detail;
    bool right = strcmp(reply->outcome, "ok") == 0;
    int problem = right ? take_statement(r, reply) : respond_read_problem(r, reply, &detail);
    then(r, right || problem ? problem : PROBLEM_INTERNAL);
}

void session_vouch(struct request *r, const struct contract_message *contract, ProtobufCMessage *input, session_then *then) {
    Kosi__OwnPasswordRequest question = KOSI__OWN_PASSWORD_REQUEST__INIT;
    question.password = take_password(contract, input);
    r->session_then = then;
    if (question.password)
        page_ask(r, "accounts", "Vouch", &question.base, vouched);
    else
        then(r, 0);
}

const char *session_bearer(const struct request *r) {
    const char *value = r->head.authorization;
    if (!value || strncasecmp(value, "Bearer ", 7) != 0)
        return NULL;
    value += 7 + strspn(value + 7, " ");
    return *value ? value : NULL;
}

bool session_has_role(const struct request *r, const char *role) {
    if (!r->login)
        return false;
    if (strcmp(role, "staff") == 0)
        return true;
    for (size_t i = 0; i < r->role_count; i++)
        if (strcmp(r->roles[i], role) == 0)
            return true;
    return false;
}

// ---- the cookie

static bool by_tls(const struct request *r) { return strncmp(r->gateway->config->public_url, "https://", 8) == 0; }

// Browsers take a name with __Host- from this host by TLS only (RFC 6265bis section 4.1.3): no neighbour in the domain can plant a session.
static const char *cookie_name(struct request *r) {
    return arena_format(r->arena, "%skosi_%s", by_tls(r) ? "__Host-" : "", r->gateway->config->city);
}

const char *session_cookie(struct request *r) {
    const char *header = request_header(r, "Cookie"), *name = cookie_name(r);
    size_t n = name ? strlen(name) : 0;
    while (header && name && *header) {
        header += strspn(header, " ;");
        size_t length = strcspn(header, ";");
        if (length > n && strncmp(header, name, n) == 0 && header[n] == '=')
            return length - n - 1 <= TOKEN_MAX ? arena_text_n(r->arena, header + n + 1, length - n - 1) : NULL;
        header += length;
    }
    return NULL;
}

static void set_cookie(struct request *r, const char *value, time_t expires) {
    char date[40];
    struct tm utc;
    gmtime_r(&expires, &utc);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &utc);
    respond_header(r, "Set-Cookie", arena_format(r->arena, "%s=%s; Path=/; Expires=%s; HttpOnly; SameSite=Lax%s", cookie_name(r), value,
                                                 date, by_tls(r) ? "; Secure" : ""));
}

void session_cookie_set(struct request *r, const char *token, int64_t expires_at) {
    set_cookie(r, token, (time_t)(expires_at / 1000000));
}

void session_cookie_end(struct request *r) { set_cookie(r, "", 0); }

const char *session_csrf(struct request *r) {
    const char *token = r->login ? session_cookie(r) : NULL;
    static const char purpose[] = "kosi form token";
    uint8_t hash[crypto_generichash_BYTES];
    char text[CSRF_MAX];
    if (!token || strlen(token) < crypto_generichash_KEYBYTES_MIN || strlen(token) > crypto_generichash_KEYBYTES_MAX)
        return "";
    crypto_generichash(hash, sizeof hash, (const uint8_t *)purpose, sizeof purpose, (const uint8_t *)token, strlen(token));
    id_base64url(hash, sizeof hash, text);
    const char *kept = arena_text(r->arena, text);
    return kept ? kept : "";
}

// ---- the guard

const char *session_way_back(struct request *r, const char *value) {
    bool own = value && (strncmp(value, "/intern/", 8) == 0 || strncmp(value, "/en/intern/", 11) == 0);
    for (const char *c = value; own && *c; c++)
        own = *c > ' ' && *c < 0x7f && *c != '\\';
    return own ? value : r->language == LANGUAGE_EN ? "/en/intern/" : "/intern/";
}

static void to_sign_in(struct request *r) {
    struct buf out BUF_AUTO;
    buf_init(&out, COOKIE_MAX * 4);
    buf_text(&out, route_page_path(PAGE_SIGN_IN, r->language, NULL, r->arena));
    buf_text(&out, r->language == LANGUAGE_EN ? "?back=" : "?zurueck=");
    urlencoded_add(&out, r->uri);
    respond_redirect(r, out.failed ? route_page_path(PAGE_SIGN_IN, r->language, NULL, r->arena) : arena_text(r->arena, out.data));
}

static bool form_token_fits(struct request *r) {
    const char *sent = urlencoded_value(&r->form, "_csrf"), *own = session_csrf(r);
    return sent && *own && strlen(sent) == strlen(own) && sodium_memcmp(sent, own, strlen(own)) == 0;
}

static void guarded(struct request *r, int problem) {
    bool post = strcmp(r->route->verb, "POST") == 0;
    bool nobody = problem == PROBLEM_NOT_SIGNED_IN || problem == PROBLEM_SESSION_EXPIRED;
    if (nobody && !post)
        to_sign_in(r);
    else if (nobody)
        page_resend(r, problem);
    else if (problem)
        respond_problem(r, problem, NULL);
    else if (!session_has_role(r, r->route->page_row->role))
        respond_problem(r, PROBLEM_ROLE_MISSING, NULL);
    else if (post && !form_token_fits(r))
        page_resend(r, PROBLEM_CSRF);
    else
        r->route->page_row->serve(r);
}

void session_guard(struct request *r) {
    int problem = strcmp(r->route->verb, "POST") == 0 ? page_read_form(r) : 0;
    if (problem)
        respond_problem(r, problem, NULL);
    else
        session_identify(r, session_cookie(r), guarded);
}
