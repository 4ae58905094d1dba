// A new staff account, made by the operator. There is no actor then, so the audit record is written here.
#include "accounts.handlers.h"
#include "services/accounts/account_store.h"
#include "services/accounts/audit.h"
#include "services/accounts/password.h"
#include "services/accounts/roles.h"
#include "services/accounts/tell.h"
#include "services/common/base/id.h"

int accounts_user_add_slow(struct mesh_call *call, const Kosi__UserAddRequest *request) {
    int refused = roles_check(call, request->roles, request->n_roles);   // before the hash is paid for
    if (refused)
        return refused;
    call->prepared = arena_take(call->arena, crypto_pwhash_STRBYTES);
    if (!call->prepared || password_hash(request->password, call->prepared))
        return STORE_FAULT;
    return 0;
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
    account = (struct account){.id = id, .login = request->login, .password_hash = call->prepared};
    account.roles = roles_join(call->arena, request->roles, request->n_roles);
    const char *detail = account.roles ? arena_format(call->arena, "roles: %s", account.roles) : NULL;
    if (!detail)
        return STORE_FAULT;
    int result = account_insert(call->store, &account, call->now_us);
    if (!result)
        result = account_tell(call, &account);
    if (!result)
        result = audit_write(call, "operator", "UserAdd", account.id, detail);
    reply->id = id;
    reply->login = request->login;
    reply->roles = roles_split(call->arena, account.roles, &reply->n_roles);
    return result ? result : reply->roles ? 0 : STORE_FAULT;
}
