// nodekeys: the secrets of a node in DATA/keys, made once and never overwritten.
//   node.key   32 random bytes: receipts and secret links      actor.key  64 bytes, Ed25519: accounts signs who acts
//   actor.pub  32 bytes: every service verifies with it       client.key 32 random bytes: the gateways hide addresses of clients
#pragma once

// Makes what is missing, 0600. 0, or -1 with errno; *file names the culprit.
int nodekeys_make(const char *data_dir, const char **file);
