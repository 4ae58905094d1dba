// kosi status
#include "deploy/cli/ops.h"
#include "deploy/cli/status_view.h"

int command_status(const struct cli *cli) {
    struct config *config = NULL;
    Kosi__StatusReply *status = NULL;
    BUF_AUTO struct buf out;
    buf_init(&out, 0);
    int result = cli_config(cli, &config);
    if (!result)
        result = ops_status(cli, config, false, &status);
    if (!result) {
        (cli->json ? status_json : status_table)(status, &out);
        result = cli_print(&out);
        kosi__status_reply__free_unpacked(status, NULL);
    }
    config_free(&config);
    return result;
}
