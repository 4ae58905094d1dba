// kosi follow reset: a follower that stopped, or has parked records, reads the other service's log anew from the beginning.
#include "deploy/cli/ops.h"
#include "kosi/log.pb-c.h"
#include "services/common/base/json.h"
#include <string.h>

static int report(const struct cli *cli, uint32_t parked, bool stateful) {
    BUF_AUTO struct buf out;
    buf_init(&out, 0);
    struct json_writer w = {.out = &out};
    if (cli->json) {
        json_begin_object(&w);
        json_key(&w, "service");
        json_string(&w, cli->operands[0]);
        json_key(&w, "follows");
        json_string(&w, cli->operands[1]);
        json_key(&w, "parked");
        json_integer(&w, parked);
        json_key(&w, "stateful");
        json_bool(&w, stateful);
        json_end_object(&w);
        buf_char(&out, '\n');
    } else if (stateful && parked == 0) {
        buf_format(&out, "%s follows %s from now on; what it missed stays undone\n", cli->operands[0], cli->operands[1]);
    } else {
        buf_format(&out, stateful ? "%s follows %s; %u parked record%s tried again where it had not stopped\n"
                                  : "%s follows %s anew from the beginning; %u parked record%s tried again\n", cli->operands[0], cli->operands[1],
                   parked, parked == 1 ? " is" : "s are");
    }
    return cli_print(&out);
}

int command_follow_reset(const struct cli *cli) {
    struct config *config = NULL;
    struct ops_reply reply = {.body = NULL};
    Kosi__FollowResetRequest request = KOSI__FOLLOW_RESET_REQUEST__INIT;
    request.service = (char *)cli->operands[1];
    int result = cli_config(cli, &config);
    if (!result)
        result = ops_ask(cli, config, cli->operands[0], "FollowReset", &request.base, &reply);
    if (!result && strcmp(reply.outcome, "ok") != 0)
        result = ops_refused(cli, &reply, "follow reset");
    else if (!result) {
        Kosi__FollowResetReply *done = kosi__follow_reset_reply__unpack(NULL, reply.body_size, reply.body);
        result = done ? report(cli, done->parked, done->stateful)
                      : cli_fail(cli, EX_SOFTWARE, "Is `kosi` of the same version as the node?", "follow reset: unreadable answer");
        if (done)
            kosi__follow_reset_reply__free_unpacked(done, NULL);
    }
    ops_reply_free(&reply);
    config_free(&config);
    return result;
}
