// kosi status
#include "deploy/cli/ops.h"
#include "deploy/cli/status_view.h"
#include <stdlib.h>

static int by_slot(const void *a, const void *b) {
    const Kosi__WorkerStatus *one = *(Kosi__WorkerStatus *const *)a, *other = *(Kosi__WorkerStatus *const *)b;
    return one->slot < other->slot ? -1 : one->slot > other->slot;
}

int command_status(const struct cli *cli) {
    struct config *config = NULL;
    Kosi__StatusReply *status = NULL;
    BUF_AUTO struct buf out;
    buf_init(&out, 0);
    int result = cli_config(cli, &config);
    if (!result)
        result = ops_status(cli, config, false, &status);
    if (!result) {
        for (size_t i = 0; i < status->n_services; i++)
            if (status->services[i]->n_workers)
                qsort(status->services[i]->workers, status->services[i]->n_workers, sizeof(Kosi__WorkerStatus *), by_slot);
        (cli->json ? status_json : status_table)(status, &out);
        result = cli_print(&out);
        kosi__status_reply__free_unpacked(status, NULL);
    }
    config_free(&config);
    return result;
}
