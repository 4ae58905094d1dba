#include "deploy/cli/ops.h"
#include "kosi/problem.pb-c.h"
#include "services/common/base/problem.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ASK_TIMEOUT_MS = 5000 };

static int ask(const struct config *config, const char *service, const char *method, const ProtobufCMessage *request,
               struct ops_reply *reply) {
    size_t size = protobuf_c_message_get_packed_size(request);
    uint8_t *body = malloc(size + 1);
    const char *endpoint = config_endpoint(config, "ops");
    if (!body || !endpoint) {
        free(body);
        return -1;
    }
    protobuf_c_message_pack(request, body);
    struct client_request question = {.service = service, .method = method, .body = body, .body_size = size, .timeout_ms = ASK_TIMEOUT_MS,
                                      .locale = "en"};
    memset(reply, 0, sizeof *reply);
    int result = client_ask_once(endpoint, &question, reply->outcome, &reply->body, &reply->body_size);
    free(body);
    return result;
}

static int unreachable(const struct cli *cli, const struct config *config) {
    return cli_fail(cli, EX_UNAVAILABLE, "Is it running? `s6-svscan RUN/services` starts it; its lines are in DATA/log/current.",
                    "the node %s does not answer at %s", config->city, config_endpoint(config, "ops"));
}

int ops_ask(const struct cli *cli, const struct config *config, const char *service, const char *method,
            const ProtobufCMessage *request, struct ops_reply *reply) {
    return ask(config, service, method, request, reply) ? unreachable(cli, config) : 0;
}

void ops_reply_free(struct ops_reply *reply) {
    free(reply->body);
    reply->body = NULL;
}

static const char *field_reason(const char *code) {
    static const char *const reasons[][2] = {
        {"required", "is needed"},
        {"too_long", "is too long"},
        {"too_short", "is too short"},
        {"invalid_format", "has characters it may not have"},
        {"not_an_option", "is none of the possible values"},
        {"not_accepted", "is taken already"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (!strcmp(code, reasons[i][0]))
            return reasons[i][1];
    return code;
}

// ": login is taken already; password is too short (limit 12)"
static void add_fields(const struct ops_reply *reply, struct buf *out) {
    Kosi__Problem *problem = kosi__problem__unpack(NULL, reply->body_size, reply->body);
    for (size_t i = 0; problem && i < problem->n_errors; i++) {
        const Kosi__FieldProblem *error = problem->errors[i];
        buf_format(out, "%s %s %s", i ? ";" : ":", error->field ? error->field : "?", field_reason(error->code ? error->code : "?"));
        if (error->has_limit)
            buf_format(out, " (limit %lld)", (long long)error->limit);
    }
    if (problem)
        kosi__problem__free_unpacked(problem, NULL);
}

int ops_refused(const struct cli *cli, const struct ops_reply *reply, const char *what) {
    BUF_AUTO struct buf fields;
    buf_init(&fields, 0);
    add_fields(reply, &fields);
    switch (problem_of(reply->outcome)) {
    case PROBLEM_BUSY:
    case PROBLEM_STARTING:
    case PROBLEM_STORAGE:
    case PROBLEM_SLOW_DOWN:
    case PROBLEM_UNKNOWN_SERVICE:
    case PROBLEM_UNKNOWN_OUTCOME:
        return cli_fail(cli, EX_TEMPFAIL, "Try again in a moment; `kosi status` shows what is running.", "%s: the node answered %s", what,
                        reply->outcome);
    case PROBLEM_INTERNAL:
    case PROBLEM_WORKER_LOST:
    case PROBLEM_UNKNOWN_METHOD:
    case PROBLEM_WRONG_VERSION:
        return cli_fail(cli, EX_SOFTWARE, "Look into DATA/log/current; is `kosi` of the same version as the node?",
                        "%s: the node answered %s", what, reply->outcome);
    case PROBLEM_ILLEGAL_STATE:
        return cli_fail(cli, EX_NOPERM, "Look at what it is now: that does not go with it.", "%s was refused: %s", what, reply->outcome);
    case PROBLEM_NOT_FOUND:
        return cli_fail(cli, EX_NOPERM, "There is none of that name: copy it from the list.", "%s was refused: %s", what, reply->outcome);
    default:
        return cli_fail(cli, EX_NOPERM, "Correct what is named and call again.", "%s was refused: %s%s", what, reply->outcome,
                        fields.len ? fields.data : "");
    }
}

int ops_status(const struct cli *cli, const struct config *config, bool quiet, Kosi__StatusReply **out) {
    Kosi__StatusRequest request = KOSI__STATUS_REQUEST__INIT;
    struct ops_reply reply;
    if (ask(config, "broker", "Status", &request.base, &reply))
        return quiet ? EX_UNAVAILABLE : unreachable(cli, config);
    int result = 0;
    if (strcmp(reply.outcome, "ok") != 0)
        result = quiet ? EX_TEMPFAIL : ops_refused(cli, &reply, "status");
    else if (!(*out = kosi__status_reply__unpack(NULL, reply.body_size, reply.body)))
        result = quiet ? EX_SOFTWARE : cli_fail(cli, EX_SOFTWARE, "Is `kosi` of the same version as the node?", "status: unreadable answer");
    ops_reply_free(&reply);
    return result;
}
