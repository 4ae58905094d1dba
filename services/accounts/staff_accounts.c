// What an administrator does with the accounts of others: list, add, roles, disable, reset, end sessions.
#include "accounts.handlers.h"
#include "services/accounts/accounts.h"
#include "services/accounts/password.h"
#include "services/accounts/roles.h"
#include "services/accounts/session_store.h"
#include "services/accounts/session_view.h"
#include "services/accounts/tell.h"
#include <string.h>

static const int64_t one_time_valid_us = INT64_C(7) * 24 * 3600 * 1000 * 1000;

static int fill_item(struct mesh_call *call, const struct account *a, Kosi__AccountItem *item) {
    item->id = (char *)a->id;
    item->login = (char *)a->login;
    item->roles = roles_split(call->arena, a->roles, &item->n_roles);
    item->has_disabled = item->has_second_factor = item->has_one_time_password = item->has_created_at = item->has_version = 1;
    item->disabled = a->disabled;
    item->second_factor = a->otp_serial != 0;
    item->one_time_password = a->one_time_until != 0;
    item->created_at = a->created_at;
    item->has_last_signed_in_at = a->last_signed_in_at != 0;
    item->last_signed_in_at = a->last_signed_in_at;
    item->version = a->version;
    return item->roles ? 0 : STORE_FAULT;
}

// ---- list

static const char *login_after(struct mesh_call *call, const char *token) {
    uint8_t login[72];
    long n = token ? id_base64url_parse(token, login, sizeof login) : 0;
    return n < 0 || memchr(login, 0, (size_t)n) ? NULL : arena_text_n(call->arena, (const char *)login, (size_t)n);
}

static char *token_of(struct mesh_call *call, const char *login) {
    char *text = arena_take(call->arena, strlen(login) * 2 + 4);
    if (text)
        id_base64url((const uint8_t *)login, strlen(login), text);
    return text;
}

static int add_item(struct mesh_call *call, struct store_statement *s, Kosi__AccountsReply *reply) {
    struct account account;
    Kosi__AccountItem *item = arena_take(call->arena, sizeof *item);
    if (!item || account_read(s, call->arena, &account) < 0)
        return STORE_FAULT;
    kosi__account_item__init(item);
    reply->items[reply->n_items++] = item;
    return fill_item(call, &account, item);
}

int accounts_accounts(struct mesh_call *call, const Kosi__AccountsRequest *request, Kosi__AccountsReply *reply) {
    const char *after = login_after(call, request->page_token);
    int row, result = 0;
    if (!after)
        return PROBLEM_BAD_PAGE_TOKEN;
    reply->items = arena_take(call->arena, request->page_size * sizeof *reply->items);
    if (!reply->items)
        return STORE_FAULT;
    struct store_statement *s =
        account_list(call->store, call->arena, after, request->q ? request->q : "", request->role ? request->role : "");
    store_bind_int(s, 4, (int64_t)request->page_size + 1);
    while ((row = store_step(s)) > 0 && reply->n_items < request->page_size && result == 0)
        result = add_item(call, s, reply);
    store_reset(s);
    if (row > 0 && !result && !(reply->next_page_token = token_of(call, reply->items[reply->n_items - 1]->login)))
        result = STORE_FAULT;
    return row < 0 ? row : result;
}

// ---- one

static int named(struct mesh_call *call, const char *id, struct account *out) {
    int found = account_by_id(call->store, call->arena, id, out);
    if (found < 0)
        return found;
    call->audit_subject = out->id;
    return found ? 0 : PROBLEM_NOT_FOUND;
}

int accounts_account(struct mesh_call *call, const Kosi__AccountRequest *request, Kosi__AccountItem *reply) {
    struct account account;
    int result = named(call, request->id, &account);
    return result ? result : fill_item(call, &account, reply);
}

static int refuse(struct mesh_call *call, const char *field) {
    mesh_violation(call, field, "not_accepted", 0);
    return PROBLEM_VALIDATION;
}

// Nobody takes from themselves what only others could give back, and there is always somebody who administers.
static int check_change(struct mesh_call *call, const struct account *was, const struct account *now) {
    bool self = strcmp(was->id, call->actor->id) == 0;
    bool administers = !now->disabled && roles_hold(now->roles, "admin"), administered = !was->disabled && roles_hold(was->roles, "admin");
    const char *field = now->disabled ? "disabled" : "roles";
    if (!administered || administers)
        return 0;
    if (self)
        return refuse(call, field);
    int others = account_others_with(call->store, was->id, "admin");
    return others < 0 ? others : others ? 0 : refuse(call, field);
}

static const char *told_change(struct mesh_call *call, const struct account *was, const struct account *now) {
    bool roles = strcmp(was->roles, now->roles) != 0, disabled = was->disabled != now->disabled;
    const char *text = roles ? arena_format(call->arena, "roles: %s -> %s", was->roles, now->roles) : "";
    if (!disabled || !text)
        return text;
    return arena_format(call->arena, "%s%s%s", text, *text ? "; " : "", now->disabled ? "disabled" : "enabled");
}

int accounts_account_change(struct mesh_call *call, const Kosi__AccountChangeRequest *request, Kosi__AccountItem *reply) {
    struct account was, now;
    int result = named(call, request->id, &was);
    if (result)
        return result;
    if (was.version != request->version)
        return PROBLEM_CHANGED_MEANWHILE;
    if (roles_check(call, request->roles, request->n_roles))
        return PROBLEM_VALIDATION;
    now = was;
    now.version++;
    now.roles = roles_join(call->arena, request->roles, request->n_roles);
    now.disabled = request->has_disabled ? request->disabled : was.disabled;
    if (!now.roles)
        return STORE_FAULT;
    result = check_change(call, &was, &now);
    if (!result)
        result = account_change(call->store, &now);
    if (!result && now.disabled)
        result = session_remove_all(call->store, now.id, NULL);
    if (!result)
        result = account_tell(call, &now);
    call->audit_detail = told_change(call, &was, &now);
    return result ? result : fill_item(call, &now, reply);
}

// ---- passwords that serve once: derived from id and serial, so the hash can be made before the writer's turn

struct one_time { struct account account; char id[ID_TEXT_MAX], hash[crypto_pwhash_STRBYTES]; };

static int make_one_time(struct mesh_call *call, struct one_time *made, const char *id, uint32_t serial) {
    const struct accounts *accounts = call->state;
    struct factor factor = {accounts->factor_key, id, serial};
    char password[FACTOR_PASSWORD_TEXT];
    factor_password(&factor, password);
    int result = password_hash(password, made->hash) ? STORE_FAULT : 0;
    sodium_memzero(password, sizeof password);
    call->prepared = made;
    return result;
}

static int tell_one_time(struct mesh_call *call, const struct account *account, Kosi__AccountPasswordReply *reply) {
    reply->id = arena_text(call->arena, account->id);
    reply->login = arena_text(call->arena, account->login);
    reply->has_valid_until_at = reply->has_serial = 1;
    reply->valid_until_at = account->one_time_until;
    reply->serial = account->password_serial;
    return reply->id && reply->login ? 0 : STORE_FAULT;
}

int accounts_account_add_slow(struct mesh_call *call, const Kosi__AccountAddRequest *request) {
    struct one_time *made = arena_take(call->arena, sizeof *made);
    if (roles_check(call, request->roles, request->n_roles))
        return PROBLEM_VALIDATION;
    if (!made)
        return STORE_FAULT;
    id_uuid7(made->id);
    return make_one_time(call, made, made->id, 1);
}

int accounts_account_add(struct mesh_call *call, const Kosi__AccountAddRequest *request, Kosi__AccountPasswordReply *reply) {
    const struct one_time *made = call->prepared;
    struct account other, account = {.id = made->id, .login = request->login, .password_hash = made->hash, .password_serial = 1,
                                     .one_time_until = call->now_us + one_time_valid_us};
    int found = account_find(call->store, call->arena, request->login, &other);
    if (found)
        return found < 0 ? found : refuse(call, "login");
    account.roles = roles_join(call->arena, request->roles, request->n_roles);
    call->audit_subject = account.id;
    call->audit_detail = account.roles ? arena_format(call->arena, "roles: %s", account.roles) : NULL;
    if (!call->audit_detail)
        return STORE_FAULT;
    int result = account_insert(call->store, &account, call->now_us);
    if (!result)
        result = account_tell(call, &account);
    return result ? result : tell_one_time(call, &account, reply);
}

int accounts_account_reset_slow(struct mesh_call *call, const Kosi__AccountRequest *request) {
    struct one_time *made = arena_take(call->arena, sizeof *made);
    if (!made)
        return STORE_FAULT;
    if (!call->store)
        return PROBLEM_STARTING;
    int result = named(call, request->id, &made->account);
    return result ? result : make_one_time(call, made, made->account.id, made->account.password_serial + 1);
}

int accounts_account_reset(struct mesh_call *call, const Kosi__AccountRequest *request, Kosi__AccountPasswordReply *reply) {
    const struct one_time *made = call->prepared;
    struct account account;
    int result = named(call, request->id, &account);
    if (result)
        return result;
    if (strcmp(account.id, call->actor->id) == 0)
        return PROBLEM_ILLEGAL_STATE;   // one's own is changed with the present one
    if (account.password_serial != made->account.password_serial)
        return PROBLEM_CHANGED_MEANWHILE;
    account.password_serial++;
    account.password_hash = made->hash;
    account.one_time_until = call->now_us + one_time_valid_us;
    account.version++;
    call->audit_detail = "one-time password; sessions ended";
    result = account_change(call->store, &account);
    if (!result)
        result = session_remove_all(call->store, account.id, NULL);
    return result ? result : tell_one_time(call, &account, reply);
}

// ---- second factor and sessions

int accounts_account_otp_remove(struct mesh_call *call, const Kosi__AccountRequest *request, Kosi__AccountDoneReply *reply) {
    (void)reply;
    struct account account;
    int result = named(call, request->id, &account);
    if (result)
        return result;
    if (!account.otp_serial)
        return PROBLEM_ILLEGAL_STATE;
    account_forget_factor(&account);
    account.version++;
    call->audit_detail = "second factor off";
    return account_change(call->store, &account);
}

int accounts_account_sessions(struct mesh_call *call, const Kosi__AccountRequest *request, Kosi__SessionsReply *reply) {
    struct account account;
    int result = named(call, request->id, &account);
    return result ? result : session_view_list(call, account.id, NULL, reply);
}

int accounts_account_session_end(struct mesh_call *call, const Kosi__AccountSessionEndRequest *request, Kosi__AccountDoneReply *reply) {
    (void)reply;
    struct account account;
    int result = named(call, request->id, &account);
    return result ? result : session_view_end(call, account.id, request->session);
}

int accounts_account_sessions_end(struct mesh_call *call, const Kosi__AccountRequest *request, Kosi__AccountDoneReply *reply) {
    (void)reply;
    struct account account;
    int result = named(call, request->id, &account);
    call->audit_detail = "all sessions";
    return result ? result : session_remove_all(call->store, account.id, NULL);
}
