#include "services/accounts/password.h"
#include <string.h>
#include <strings.h>

// Of a random password that nobody kept. Its parameters are those of fresh hashes (a test holds that).
const char password_nobody[crypto_pwhash_STRBYTES] = "$argon2id$v=19$m=65536,t=2,p=1$Oz49+RwFqQxyXrpZDIWqAw$UztZygMGGCJkqIlOVyTtPekE3Q/eBRqTqYeXBm03hmo";

int password_hash(const char *password, char out[crypto_pwhash_STRBYTES]) {
    return crypto_pwhash_str(out, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE);
}

bool password_check(const char *hash, const char *password) {
    bool right = !crypto_pwhash_str_verify(hash ? hash : password_nobody, password, strlen(password));
    return right && hash;
}

int password_refuse(struct mesh_call *call, const struct account *account, const char *wanted) {
    if (strcasecmp(wanted, account->login) != 0 && !password_check(account->password_hash, wanted))
        return 0;
    mesh_violation(call, "new_password", "not_accepted", 0);
    return PROBLEM_VALIDATION;
}
