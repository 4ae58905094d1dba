// Signing in. Whether a login exists is told neither by the answer nor by its time. An account may need more than the password: a
// code of its second factor, a new password when the present one serves once. Programs send all at once and hear what is missing;
// pages get a ticket and come back with the rest.
#include "accounts.handlers.h"
#include "services/accounts/attempt.h"
#include "services/accounts/audit.h"
#include "services/accounts/password.h"
#include "services/accounts/roles.h"
#include "services/accounts/session_store.h"
#include "services/accounts/ticket.h"
#include "services/accounts/token.h"
#include "services/common/base/log.h"
#include <string.h>

// What the slow part leaves: the account whose password was right (the writer looks again whether it is still the same), and what
// else was shown.
struct entry {
    struct account account;
    const char *otp, *new_password, *device;
    uint64_t place;
    const char *asks;            // what is missing
    bool factor_shown;           // at an earlier step
    bool factor_right;           // in this request: used up by the writer
    int64_t step;                // of the code that was right; 0: a recovery code
    int code;
    char *new_hash;              // NULL: stays
};

static bool given(const char *text) { return text && *text; }

static int check_factor(struct mesh_call *call, struct entry *entry) {
    const struct accounts *accounts = call->state;
    const struct account *a = &entry->account;
    if (!a->otp_serial || entry->factor_shown)
        return 0;
    if (!given(entry->otp)) {
        entry->asks = "otp";
        return 0;
    }
    struct factor totp = {accounts->factor_key, a->id, a->otp_serial}, codes = {accounts->factor_key, a->id, a->codes_serial};
    entry->step = factor_step(&totp, entry->otp, call->now_us, a->otp_step);
    entry->code = entry->step ? -1 : factor_code_index(&codes, entry->otp);
    entry->factor_right = entry->step || (entry->code >= 0 && !(a->codes_used >> entry->code & 1));
    if (entry->factor_right)
        return 0;
    mesh_violation(call, "otp", "not_accepted", 0);
    return PROBLEM_VALIDATION;
}

static int check_new_password(struct mesh_call *call, struct entry *entry) {
    if (!entry->account.one_time_until || entry->asks)
        return 0;
    if (!given(entry->new_password)) {
        entry->asks = "new_password";
        return 0;
    }
    int refused = password_refuse(call, &entry->account, entry->new_password);
    entry->new_hash = refused ? NULL : arena_take(call->arena, crypto_pwhash_STRBYTES);
    if (refused)
        return refused;
    return entry->new_hash && !password_hash(entry->new_password, entry->new_hash) ? 0 : STORE_FAULT;
}

// The password was right, now or when the ticket was made. While the code is missing the attempt has neither failed nor succeeded: who
// knows the password must not wash away wrong codes with it.
static int check_rest(struct mesh_call *call, struct entry *entry, const struct attempt *attempt) {
    int refused = check_factor(call, entry);
    if (!entry->asks)
        attempt_end(call, attempt, !refused);
    return refused ? refused : check_new_password(call, entry);
}

static int check_password(struct mesh_call *call, struct entry *entry, const char *login, const char *password) {
    struct attempt attempt;
    int found = account_find(call->store, call->arena, login, &entry->account);
    if (found < 0)
        return found;
    int refused = attempt_begin(call, login, found ? entry->account.id : NULL, entry->place, &attempt);
    if (refused)
        return refused;
    bool right = password_check(found ? entry->account.password_hash : NULL, password);
    bool stale = entry->account.one_time_until && entry->account.one_time_until < call->now_us;
    if (right && !entry->account.disabled && !stale)
        return check_rest(call, entry, &attempt);
    attempt_end(call, &attempt, false);
    return PROBLEM_SIGN_IN_FAILED;
}

int accounts_sign_in_slow(struct mesh_call *call, const Kosi__SignInRequest *request) {
    struct entry *entry = arena_take(call->arena, sizeof *entry);
    const char *login = account_login(call->arena, request->login);
    if (!entry || !login)
        return STORE_FAULT;
    if (!call->store)
        return PROBLEM_STARTING;
    entry->otp = request->otp;
    entry->new_password = request->new_password;
    entry->device = request->device;
    entry->place = request->place;
    call->prepared = entry;
    int result = check_password(call, entry, login, request->password);
    if (result || !entry->asks || request->by_steps)
        return result;
    mesh_violation(call, entry->asks, "required", 0);
    return PROBLEM_VALIDATION;
}

int accounts_sign_in_step_slow(struct mesh_call *call, const Kosi__SignInStepRequest *request) {
    const struct accounts *accounts = call->state;
    struct entry *entry = arena_take(call->arena, sizeof *entry);
    struct attempt attempt;
    if (!entry)
        return STORE_FAULT;
    if (!call->store)
        return PROBLEM_STARTING;
    int found = ticket_read(accounts->factor_key, call->store, request->ticket, call->now_us, call->arena, &entry->account,
                            &entry->factor_shown);
    if (found <= 0 || entry->account.disabled)
        return found < 0 ? found : PROBLEM_SESSION_EXPIRED;
    entry->otp = request->otp;
    entry->new_password = request->new_password;
    entry->device = request->device;
    entry->place = request->place;
    call->prepared = entry;
    int refused = attempt_begin(call, entry->account.login, entry->account.id, entry->place, &attempt);
    return refused ? refused : check_rest(call, entry, &attempt);
}

// ---- the writer's part

// Is it still the account that the slow part saw? What was shown is used up.
static int use_up(const struct entry *entry, struct account *now) {
    const struct account *then = &entry->account;
    if (now->disabled || strcmp(now->password_hash, then->password_hash) != 0 || now->otp_serial != then->otp_serial ||
        now->codes_serial != then->codes_serial)
        return PROBLEM_SIGN_IN_FAILED;
    if (!entry->factor_right)
        return 0;
    int64_t bit = entry->step ? 0 : INT64_C(1) << entry->code;
    if ((entry->step && entry->step <= now->otp_step) || (now->codes_used & bit))
        return PROBLEM_SIGN_IN_FAILED;
    now->otp_step = entry->step ? entry->step : now->otp_step;
    now->codes_used |= bit;
    return 0;
}

static int take_new_password(struct mesh_call *call, const struct entry *entry, struct account *account) {
    account->password_hash = entry->new_hash;
    account->one_time_until = 0;
    account->version++;
    int result = session_remove_all(call->store, account->id, NULL);
    return result ? result : audit_write(call, account->login, "NewPassword", account->id, "one-time password replaced");
}

static int open_session(struct mesh_call *call, const struct entry *entry, const struct account *account, struct session_token *token,
                        Kosi__SignInReply *reply) {
    struct session session = {*account, call->now_us, call->now_us + call->config->session_hours * INT64_C(3600000000),
                              entry->account.last_signed_in_at, entry->device};
    session_token_make(token);
    int result = session_insert(call->store, token->hash, &session);
    if (!result && entry->place)
        result = place_keep(call->store, account->id, entry->place, call->now_us);
    reply->token = arena_text(call->arena, token->text);
    reply->has_expires_at = 1;
    reply->expires_at = session.expires_at;
    reply->roles = roles_split(call->arena, account->roles, &reply->n_roles);
    return result ? result : reply->token && reply->roles ? 0 : STORE_FAULT;
}

static int finish(struct mesh_call *call, Kosi__SignInReply *reply) {
    const struct accounts *accounts = call->state;
    const struct entry *entry = call->prepared;
    struct account account;
    struct session_token token;
    int found = account_by_id(call->store, call->arena, entry->account.id, &account);
    if (found <= 0)
        return found < 0 ? found : PROBLEM_SIGN_IN_FAILED;
    int result = use_up(entry, &account);
    if (!result && entry->new_hash)
        result = take_new_password(call, entry, &account);
    if (!entry->asks)
        account.last_signed_in_at = call->now_us;
    if (!result)
        result = account_change(call->store, &account);
    if (!result && entry->asks) {
        bool shown = entry->factor_shown || entry->factor_right;
        reply->ticket = (char *)ticket_make(accounts->factor_key, &account, shown, call->now_us, call->arena);
        reply->asks = (char *)entry->asks;
        return reply->ticket ? 0 : STORE_FAULT;
    }
    if (!result)
        result = open_session(call, entry, &account, &token, reply);
    if (!result)
        log_event(LOG_INFO_, "signed_in", "account", account.id, NULL);
    return result;
}

int accounts_sign_in(struct mesh_call *call, const Kosi__SignInRequest *request, Kosi__SignInReply *reply) {
    (void)request;
    return finish(call, reply);
}

int accounts_sign_in_step(struct mesh_call *call, const Kosi__SignInStepRequest *request, Kosi__SignInReply *reply) {
    (void)request;
    return finish(call, reply);
}
