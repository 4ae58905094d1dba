// password: argon2id with libsodium's interactive limits: some 60 ms and 64 MiB each, so never on a writer's loop.
#pragma once
#include "services/accounts/account_store.h"
#include "services/common/mesh/mesh.h"
#include <sodium.h>

int password_hash(const char *password, char out[crypto_pwhash_STRBYTES]);   // 0, or -1: no memory
// hash NULL (no such account) takes as long as a wrong password and is one.
bool password_check(const char *hash, const char *password);
extern const char password_nobody[crypto_pwhash_STRBYTES];   // the hash that is checked for nobody
// A new password must be neither the login nor the present one. 0 or PROBLEM_VALIDATION.
int password_refuse(struct mesh_call *call, const struct account *account, const char *wanted);
