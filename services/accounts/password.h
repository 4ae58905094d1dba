// password: argon2id with libsodium's interactive limits: some 60 ms and 64 MiB each, so never on a writer's loop.
#pragma once
#include <sodium.h>
#include <stdbool.h>

int password_hash(const char *password, char out[crypto_pwhash_STRBYTES]);   // 0, or -1: no memory
// hash NULL (no such account) takes as long as a wrong password and is one.
bool password_check(const char *hash, const char *password);
extern const char password_nobody[];   // the hash that is checked for nobody
