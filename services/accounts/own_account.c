// What a staff member does with their own account: another password, the second factor, the sessions. What could be misused at an
// unlocked desk asks for the password again.
#include "accounts.handlers.h"
#include "services/accounts/attempt.h"
#include "services/accounts/password.h"
#include "services/accounts/session_store.h"
#include "services/accounts/session_view.h"
#include "services/accounts/statement.h"
#include <string.h>

struct own { struct account account; char *new_hash; };

static const uint8_t *own_session(const struct mesh_call *call) {
    return call->actor->session.len >= SESSION_ID_BYTES ? call->actor->session.data : NULL;
}

static int own_account(struct mesh_call *call, struct account *out) {
    int found = account_by_id(call->store, call->arena, call->actor->id, out);
    if (found < 0)
        return found;
    call->audit_subject = out->id;
    return found && !out->disabled ? 0 : PROBLEM_NOT_SIGNED_IN;
}

// Leaves the account whose password was right.
static int check_password(struct mesh_call *call, const char *password, struct own **out) {
    struct own *own = arena_take(call->arena, sizeof *own);
    struct attempt attempt;
    if (!own)
        return STORE_FAULT;
    if (!call->store)
        return PROBLEM_STARTING;
    int result = own_account(call, &own->account);
    if (!result)
        result = attempt_begin(call, own->account.id, NULL, 0, &attempt);
    if (result)
        return result;
    bool right = password_check(own->account.password_hash, password);
    attempt_end(call, &attempt, right);
    *out = call->prepared = own;
    if (right)
        return 0;
    mesh_violation(call, "password", "not_accepted", 0);
    return PROBLEM_VALIDATION;
}

// The account as it is now, when the password is still the one that was checked.
static int checked_account(struct mesh_call *call, struct account *out) {
    const struct own *own = call->prepared;
    int result = own_account(call, out);
    if (!result && strcmp(out->password_hash, own->account.password_hash) != 0)
        result = PROBLEM_CHANGED_MEANWHILE;
    return result;
}

static int change(struct mesh_call *call, struct account *account, const char *detail) {
    account->version++;
    call->audit_detail = detail;
    return account_change(call->store, account);
}

// ---- password

int accounts_new_password_slow(struct mesh_call *call, const Kosi__NewPasswordRequest *request) {
    struct own *own;
    int result = check_password(call, request->password, &own);
    if (!result)
        result = password_refuse(call, &own->account, request->new_password);
    if (result)
        return result;
    own->new_hash = arena_take(call->arena, crypto_pwhash_STRBYTES);
    return own->new_hash && !password_hash(request->new_password, own->new_hash) ? 0 : STORE_FAULT;
}

int accounts_new_password(struct mesh_call *call, const Kosi__NewPasswordRequest *request, Kosi__NewPasswordReply *reply) {
    (void)request, (void)reply;
    const struct own *own = call->prepared;
    struct account account;
    int result = checked_account(call, &account);
    if (result)
        return result;
    account.password_hash = own->new_hash;
    account.one_time_until = 0;
    result = change(call, &account, "other sessions ended");
    return result ? result : session_remove_all(call->store, account.id, own_session(call));
}

// ---- the password shown once more, to another service

int accounts_vouch_slow(struct mesh_call *call, const Kosi__OwnPasswordRequest *request) {
    struct own *own;
    return check_password(call, request->password, &own);
}

int accounts_vouch(struct mesh_call *call, const Kosi__OwnPasswordRequest *request, Kosi__IdentifyReply *reply) {
    (void)request;
    struct account account;
    int result = checked_account(call, &account);
    Kosi__Actor actor = *call->actor;
    actor.has_vouched = actor.vouched = true;
    return result ? result : statement_sign(call, &actor, reply);
}

// ---- second factor

int accounts_otp_begin_slow(struct mesh_call *call, const Kosi__OwnPasswordRequest *request) {
    struct own *own;
    return check_password(call, request->password, &own);
}

int accounts_otp_begin(struct mesh_call *call, const Kosi__OwnPasswordRequest *request, Kosi__OtpBeginReply *reply) {
    (void)request;
    struct account account;
    int result = checked_account(call, &account);
    if (result)
        return result;
    account.otp_issued++;
    reply->account_id = (char *)account.id;
    reply->login = (char *)account.login;
    reply->has_serial = 1;
    reply->serial = account.otp_issued;
    return change(call, &account, "secret shown");
}

static int fresh_codes(struct mesh_call *call, struct account *account, const char *detail, Kosi__RecoveryCodesReply *reply) {
    account->codes_serial++;
    account->codes_used = 0;
    reply->account_id = (char *)account->id;
    reply->has_serial = 1;
    reply->serial = account->codes_serial;
    return change(call, account, detail);
}

int accounts_otp_confirm(struct mesh_call *call, const Kosi__OtpConfirmRequest *request, Kosi__RecoveryCodesReply *reply) {
    const struct accounts *accounts = call->state;
    struct account account;
    struct attempt attempt;
    int result = own_account(call, &account);
    if (result)
        return result;
    if (account.otp_issued == account.otp_serial)
        return PROBLEM_ILLEGAL_STATE;   // no secret waits to be confirmed
    if ((result = attempt_begin(call, account.id, NULL, 0, &attempt)))
        return result;   // who has only the session could else guess, and keep its owner out
    struct factor factor = {accounts->factor_key, account.id, account.otp_issued};
    int64_t step = factor_step(&factor, request->otp, call->now_us, 0);
    attempt_end(call, &attempt, step != 0);
    if (!step) {
        mesh_violation(call, "otp", "not_accepted", 0);
        return PROBLEM_VALIDATION;
    }
    account.otp_serial = account.otp_issued;
    account.otp_step = step;
    return fresh_codes(call, &account, "second factor on", reply);
}

int accounts_otp_codes_slow(struct mesh_call *call, const Kosi__OwnPasswordRequest *request) {
    struct own *own;
    return check_password(call, request->password, &own);
}

int accounts_otp_codes(struct mesh_call *call, const Kosi__OwnPasswordRequest *request, Kosi__RecoveryCodesReply *reply) {
    (void)request;
    struct account account;
    int result = checked_account(call, &account);
    if (result)
        return result;
    return account.otp_serial ? fresh_codes(call, &account, "new recovery codes", reply) : PROBLEM_ILLEGAL_STATE;
}

int accounts_otp_remove_slow(struct mesh_call *call, const Kosi__OwnPasswordRequest *request) {
    struct own *own;
    return check_password(call, request->password, &own);
}

int accounts_otp_remove(struct mesh_call *call, const Kosi__OwnPasswordRequest *request, Kosi__OtpRemoveReply *reply) {
    (void)request, (void)reply;
    struct account account;
    int result = checked_account(call, &account);
    if (result)
        return result;
    if (!account.otp_serial)
        return PROBLEM_ILLEGAL_STATE;
    account_forget_factor(&account);
    return change(call, &account, "second factor off");
}

// ---- sessions

int accounts_sessions(struct mesh_call *call, const Kosi__SessionsRequest *request, Kosi__SessionsReply *reply) {
    (void)request;
    return session_view_list(call, call->actor->id, own_session(call), reply);
}

int accounts_session_end(struct mesh_call *call, const Kosi__SessionEndRequest *request, Kosi__SessionEndReply *reply) {
    (void)reply;
    call->audit_subject = call->actor->id;
    return session_view_end(call, call->actor->id, request->id);
}
