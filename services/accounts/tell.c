#include "services/accounts/tell.h"
#include "services/accounts/roles.h"

int account_tell(struct mesh_call *call, const struct account *account) {
    Kosi__AccountChanged record = KOSI__ACCOUNT_CHANGED__INIT;
    record.account_id = (char *)account->id;
    record.login = (char *)account->login;
    record.roles = roles_split(call->arena, account->roles, &record.n_roles);
    record.has_disabled = true;
    record.disabled = account->disabled;
    return record.roles ? mesh_log(call, account->id, &record.base, NULL) : STORE_FAULT;
}
