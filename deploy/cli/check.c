#include "deploy/cli/check.h"
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { DAEMONS_MAX = CONFIG_SERVICES_MAX + 2 };
struct probe { char name[64]; pid_t pid; int output; };

// "FILE:LINE: text": the first colon that digits and another colon follow.
static void split(struct finding *finding, const char *line) {
    for (const char *colon = strchr(line, ':'); colon; colon = strchr(colon + 1, ':')) {
        char *end;
        long number = strtol(colon + 1, &end, 10);
        if (end == colon + 1 || *end != ':' || number < 0 || number > 1000000000 || colon == line)
            continue;
        finding->file = strndup(line, (size_t)(colon - line));
        finding->line = (int)number;
        finding->text = strdup(end + 1 + strspn(end + 1, " "));
        return;
    }
    finding->text = strdup(line);
}

static bool known(const struct findings *findings, const struct finding *fresh) {
    for (int i = 0; i < findings->count; i++) {
        const struct finding *f = &findings->items[i];
        bool same_file = f->file && fresh->file ? !strcmp(f->file, fresh->file) : f->file == fresh->file;
        if (same_file && f->line == fresh->line && !strcmp(f->text, fresh->text))
            return true;
    }
    return false;
}

static void finding_free(struct finding *finding) {
    free(finding->daemon);
    free(finding->file);
    free(finding->text);
}

void findings_add(struct findings *findings, const char *daemon, const char *line) {
    if (!*line || !strncmp(line, "ts=", 3) || findings->count == CHECK_FINDINGS_MAX)
        return;
    struct finding fresh = {.daemon = strdup(daemon)};
    split(&fresh, line);
    if (!fresh.daemon || !fresh.text || known(findings, &fresh))
        finding_free(&fresh);
    else
        findings->items[findings->count++] = fresh;
}

void findings_free(struct findings *findings) {
    for (int i = 0; i < findings->count; i++)
        finding_free(&findings->items[i]);
    findings->count = 0;
}

static int probe_start(struct probe *probe, const struct cli *cli, const char *name) {
    char program[PATH_MAX], slot[] = "1";
    snprintf(probe->name, sizeof probe->name, "kosi-%s", name);
    if (snprintf(program, sizeof program, "%s/%s", cli->bin_dir, probe->name) >= PATH_MAX)
        return -1;
    char *with_slot[] = {program, "--config", (char *)cli->config_file, "--check-config", "--slot", slot, NULL};
    if (!strcmp(name, "broker"))
        with_slot[4] = NULL;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC))
        return -1;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    int failed = posix_spawn(&probe->pid, program, &actions, NULL, with_slot, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    probe->output = ends[0];
    if (!failed)
        return 0;
    close(ends[0]);
    errno = failed;
    return -1;
}

// Reads to the end and waits. Returns whether the daemon was content.
static bool probe_finish(struct probe *probe, struct findings *findings) {
    int status = 0, before = findings->count;
    char *line = NULL;
    size_t room = 0;
    FILE *output = fdopen(probe->output, "r");
    while (output && getline(&line, &room, output) >= 0) {
        line[strcspn(line, "\r\n")] = 0;
        findings_add(findings, probe->name, line);
    }
    free(line);
    if (output)
        fclose(output);
    while (waitpid(probe->pid, &status, 0) < 0 && errno == EINTR)
        ;
    bool content = WIFEXITED(status) && !WEXITSTATUS(status);
    bool told = findings->count > before || (before && WIFEXITED(status) && WEXITSTATUS(status) == EX_CONFIG);
    if (!content && !told) {
        BUF_AUTO struct buf text;
        buf_init(&text, 0);
        buf_format(&text, "%s ended with %s %d while checking. Run it by hand with --check-config.", probe->name,
                   WIFEXITED(status) ? "exit code" : "signal", WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
        findings_add(findings, probe->name, text.data);
    }
    return content;
}

int check_daemons(const struct cli *cli, const struct config *config, struct findings *findings) {
    const char *names[DAEMONS_MAX] = {"broker", "gateway"};
    struct probe probes[DAEMONS_MAX];
    int count = 2, result = 0;
    for (int i = 0; i < config->service_count; i++)
        names[count++] = config->services[i].name;
    for (int i = 0; i < count; i++)
        if (probe_start(&probes[i], cli, names[i])) {
            char text[PATH_MAX + 128];
            snprintf(text, sizeof text, "%s/kosi-%s cannot be run: %s. Install all daemons beside kosi.", cli->bin_dir, names[i], strerror(errno));
            probes[i].pid = 0;
            findings_add(findings, names[i], text);
        }
    for (int i = 0; i < count; i++)
        if (!probes[i].pid || !probe_finish(&probes[i], findings))
            result = EX_CONFIG;
    return result;
}
