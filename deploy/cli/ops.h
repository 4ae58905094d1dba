// ops: one question to the node over the operators' endpoint, and what its refusals mean to an operator.
#pragma once
#include "deploy/cli/cli.h"
#include "services/common/mesh/client.h"

struct ops_reply {
    char outcome[64];          // "ok" or a problem's code
    uint8_t *body;             // the answer, or a packed Problem
    size_t body_size;
};
// Returns 0 when the node answered (whatever it said), or EX_UNAVAILABLE, told. Release with ops_reply_free().
int ops_ask(const struct cli *cli, const struct config *config, const char *service, const char *method,
            const ProtobufCMessage *request, struct ops_reply *reply);
void ops_reply_free(struct ops_reply *reply);
// Tells why an answer is no answer: exit code EX_TEMPFAIL, EX_NOPERM or EX_SOFTWARE.
int ops_refused(const struct cli *cli, const struct ops_reply *reply, const char *what);
// The broker's status, to be freed with kosi__status_reply__free_unpacked(). quiet: tells nothing when it fails.
// Returns 0 or an exit code.
int ops_status(const struct cli *cli, const struct config *config, bool quiet, Kosi__StatusReply **out);
