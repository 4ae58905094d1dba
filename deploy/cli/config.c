// kosi config check, kosi config show
#include "deploy/cli/check.h"
#include "services/common/base/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void findings_json(const struct findings *findings, bool ok, struct buf *out) {
    struct json_writer w = {.out = out};
    json_begin_object(&w);
    json_key(&w, "ok");
    json_bool(&w, ok);
    json_key(&w, "findings");
    json_begin_array(&w);
    for (int i = 0; i < findings->count; i++) {
        const struct finding *f = &findings->items[i];
        json_begin_object(&w);
        json_key(&w, "file");
        f->file ? json_string(&w, f->file) : json_null(&w);
        json_key(&w, "line");
        f->line ? json_integer(&w, f->line) : json_null(&w);
        json_key(&w, "message");
        json_string(&w, f->text);
        json_key(&w, "daemon");
        json_string(&w, f->daemon);
        json_end_object(&w);
    }
    json_end_array(&w);
    json_end_object(&w);
    buf_char(out, '\n');
}

static void findings_text(const struct findings *findings, bool ok, const char *file, struct buf *out) {
    for (int i = 0; i < findings->count; i++) {
        const struct finding *f = &findings->items[i];
        if (f->file)
            buf_format(out, "%s:%d: %s\n", f->file, f->line, f->text);
        else
            buf_format(out, "%s\n", f->text);
    }
    if (ok)
        buf_format(out, "%s: all daemons would start.\n", file);
}

int command_config_check(const struct cli *cli) {
    struct config *config = NULL;
    struct findings *findings = calloc(1, sizeof *findings);
    BUF_AUTO struct buf errors, out;
    buf_init(&errors, 0);
    buf_init(&out, 0);
    if (!findings)
        return cli_fail(cli, EX_SOFTWARE, "", "out of memory");
    int result = EX_CONFIG;
    if (config_read(cli->config_file, &config, &errors)) {
        for (char *line = strtok(errors.len ? errors.data : NULL, "\n"); line; line = strtok(NULL, "\n"))
            findings_add(findings, "kosi", line);
    } else {
        result = check_daemons(cli, config, findings);
    }
    if (cli->json)
        findings_json(findings, !result, &out);
    else
        findings_text(findings, !result, cli->config_file, &out);
    int printed = cli_print(&out);
    findings_free(findings);
    free(findings);
    config_free(&config);
    return result ? result : printed;
}

int command_config_show(const struct cli *cli) {
    struct config *config = NULL;
    BUF_AUTO struct buf out;
    buf_init(&out, 0);
    int result = cli_config(cli, &config);
    if (result)
        return result;
    config_print(config, &out);
    result = cli_print(&out);
    config_free(&config);
    return result;
}
