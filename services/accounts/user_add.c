// A new staff account, made by the operator. There is no actor then, so the audit record is written here.
#include "accounts.handlers.h"
#include "services/accounts/account_store.h"
#include "services/accounts/password.h"
#include "services/accounts/roles.h"
#include "services/common/base/id.h"

// Roles are checked before the hash is paid for.
static int check_roles(struct mesh_call *call, const Kosi__UserAddRequest *request) {
    if (!request->n_roles)
        mesh_violation(call, "roles", "required", 0);
    for (size_t i = 0; i < request->n_roles; i++)
        if (!role_known(request->roles[i]))
            mesh_violation(call, "roles", "not_an_option", 0);
    return call->violations.count ? PROBLEM_VALIDATION : 0;
}

int accounts_user_add_slow(struct mesh_call *call, const Kosi__UserAddRequest *request) {
    int refused = check_roles(call, request);
    if (refused)
        return refused;
    call->prepared = arena_take(call->arena, crypto_pwhash_STRBYTES);
    if (!call->prepared || password_hash(request->password, call->prepared))
        return STORE_FAULT;
    return 0;
}

static int record(struct mesh_call *call, const struct account *account) {
    Kosi__StaffAction action = KOSI__STAFF_ACTION__INIT;
    action.login = (char *)"operator";
    action.service = (char *)"accounts";
    action.method = (char *)"UserAdd";
    action.subject = (char *)account->id;
    action.detail = arena_format(call->arena, "roles: %s", account->roles);
    return action.detail ? mesh_log(call, account->id, &action.base, NULL) : STORE_FAULT;
}

int accounts_user_add(struct mesh_call *call, const Kosi__UserAddRequest *request, Kosi__UserAddReply *reply) {
    struct account account, other;
    char *id = arena_take(call->arena, ID_TEXT_MAX);
    int found = account_find(call->store, call->arena, request->login, &other);
    if (found < 0 || !id)
        return found < 0 ? found : STORE_FAULT;
    if (found) {
        mesh_violation(call, "login", "not_accepted", 0);
        return PROBLEM_VALIDATION;
    }
    id_uuid7(id);
    account = (struct account){id, request->login, call->prepared, roles_join(call->arena, request->roles, request->n_roles)};
    if (!account.roles)
        return STORE_FAULT;
    int result = account_insert(call->store, &account, call->now_us);
    if (!result)
        result = record(call, &account);
    reply->id = id;
    reply->login = request->login;
    reply->roles = roles_split(call->arena, account.roles, &reply->n_roles);
    return result ? result : reply->roles ? 0 : STORE_FAULT;
}
