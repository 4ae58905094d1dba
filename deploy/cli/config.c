// kosi config check, kosi config show
#include "deploy/cli/check.h"
#include "services/common/base/json.h"
#include "services/common/contract/contract.h"
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

static bool is_named(const struct config *config, const char *service) {
    for (int i = 0; i < config->service_count; i++)
        if (!strcmp(config->services[i].name, service))
            return true;
    return false;
}

// A node whose file is of an older release does without what has come since. That is allowed, but hardly meant.
static void note_unnamed(const struct config *config, struct findings *findings) {
    char note[200];
    for (const struct contract_service *const *service = contract_services; *service; service++) {
        if (is_named(config, (*service)->name))
            continue;
        snprintf(note, sizeof note, "service %s is not in the file, so this node does nothing of what it is for. `kosi scale %s %d` adds it.",
                 (*service)->name, (*service)->name, (*service)->workers);
        findings_add(findings, "kosi", note);
    }
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
        note_unnamed(config, findings);
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

// ---- config show

static void value_json(struct json_writer *w, const char *key, bool is_text, const char *text, int64_t number) {
    json_key(w, key);
    if (!is_text)
        json_integer(w, number);
    else
        text ? json_string(w, text) : json_null(w);
}

static void readers_json(struct json_writer *w, const struct config *config, const char *readers) {
    char names[128], name[48], *rest;
    snprintf(names, sizeof names, "%s", readers);
    json_key(w, "counts_at_start_of");
    json_begin_array(w);
    for (char *one = strtok_r(names, " ", &rest); one; one = strtok_r(NULL, " ", &rest)) {
        bool services = !strcmp(one, "services");
        for (int i = 0; i < (services ? config->service_count : 1); i++) {
            snprintf(name, sizeof name, "kosi-%s", services ? config->services[i].name : one);
            json_string(w, name);
        }
    }
    json_end_array(w);
}

static void setting_json(struct json_writer *w, const struct config *config, const struct config_setting *s) {
    bool made = s->is_text && !s->default_text;
    json_begin_object(w);
    json_key(w, "name");
    json_string(w, s->name);
    value_json(w, "value", s->is_text, s->text, s->number);
    value_json(w, "default", s->is_text, s->default_text, s->default_number);
    json_key(w, "from");
    json_string(w, s->line ? "file" : made ? "other settings" : "default");
    json_key(w, "line");
    s->line ? json_integer(w, s->line) : json_null(w);
    value_json(w, "unit", true, s->unit, 0);
    value_json(w, "least", s->is_text, NULL, s->least);
    value_json(w, "most", s->is_text, NULL, s->most);
    readers_json(w, config, s->readers);
    value_json(w, "meaning", true, s->meaning, 0);
    json_end_object(w);
}

static void config_json(const struct config *config, struct buf *out) {
    struct json_writer w = {.out = out};
    struct config_setting setting;
    json_begin_object(&w);
    json_key(&w, "file");
    json_string(&w, config->file);
    json_key(&w, "settings");
    json_begin_array(&w);
    for (int i = 0; config_setting(config, i, &setting); i++)
        setting_json(&w, config, &setting);
    json_end_array(&w);
    json_key(&w, "services");
    json_begin_array(&w);
    for (int i = 0; i < config->service_count; i++) {
        json_begin_object(&w);
        json_key(&w, "name");
        json_string(&w, config->services[i].name);
        json_key(&w, "workers");
        json_integer(&w, config->services[i].workers);
        json_end_object(&w);
    }
    json_end_array(&w);
    json_end_object(&w);
    buf_char(out, '\n');
}

int command_config_show(const struct cli *cli) {
    struct config *config = NULL;
    BUF_AUTO struct buf out;
    buf_init(&out, 0);
    int result = cli_config(cli, &config);
    if (result)
        return result;
    if (cli->json)
        config_json(config, &out);
    else
        config_print(config, &out);
    result = cli_print(&out);
    config_free(&config);
    return result;
}
