#include "deploy/cli/scandir.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static char culprit_path[PATH_MAX];

static int blame(const char *path) {
    int reason = errno;
    snprintf(culprit_path, sizeof culprit_path, "%s", path);
    errno = reason;
    return -1;
}

static int make_dir(const char *path) {
    return mkdir(path, 0700) && errno != EEXIST ? blame(path) : 0;
}

// Writes only when the text differs: s6 may be reading it, and a second init must change nothing.
static int write_file(const char *path, mode_t mode, const char *text) {
    char fresh[PATH_MAX], old[8192];
    FILE *file = fopen(path, "re");
    size_t n = file ? fread(old, 1, sizeof old, file) : 0;
    if (file)
        fclose(file);
    if (file && n == strlen(text) && !memcmp(old, text, n))
        return 0;
    if (snprintf(fresh, sizeof fresh, "%s.new", path) >= (int)sizeof fresh || !(file = fopen(fresh, "we")))
        return blame(path);
    int failed = fputs(text, file) < 0;
    failed |= fclose(file);
    if (failed || chmod(fresh, mode) || rename(fresh, path))
        return blame(path);
    return 0;
}

static int write_in(const char *dir, const char *name, mode_t mode, const char *text) {
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path)
        return blame(dir);
    return write_file(path, mode, text);
}

// Every daemon holds the logger's pipe open for reading too: so a line never meets a closed pipe while the logger is restarted.
// The very first waits until somebody reads (`: >`): what a daemon says that ends at once would go with its end of the pipe.
static int write_daemon(const struct scandir_place *place, const char *program, const char *name, int slot) {
    const char *dir = config_run_path(place->config, name), *fifo = config_run_path(place->config, "log.fifo");
    char path[PATH_MAX];
    BUF_AUTO struct buf run, finish;
    buf_init(&run, 0);
    buf_init(&finish, 0);
    if (!dir || !fifo || snprintf(path, sizeof path, "%s", dir) >= PATH_MAX)
        return blame(name);
    buf_format(&run, "#!/bin/sh\n# Made by `kosi init`.\n: >'%s'\nexec 2<>'%s' 1>&2\numask 077\nexec '%s/%s' --config '%s'", fifo, fifo,
               place->bin_dir, program, place->config_file);
    if (slot)
        buf_format(&run, " --slot %d", slot);
    buf_char(&run, '\n');
    buf_format(&finish,
               "#!/bin/sh\n# Made by `kosi init`. A daemon that cannot use its configuration is not started over and over (125: down for\n"
               "# good).\nexec 2<>'%s'\ncase \"$1\" in\n64|78|126|127)\n"
               "    echo \"ts=$(date -u +%%Y-%%m-%%dT%%H:%%M:%%SZ) level=error daemon=%s event=given_up exit=$1"
               " remedy=\\\"correct what the lines before name, see kosi config check, then: s6-svc -u %s\\\"\" >&2\n"
               "    exit 125 ;;\nesac\nexit 0\n",
               fifo, strrchr(path, '/') + 1, path);
    if (run.failed || finish.failed || make_dir(path) || write_in(path, "run", 0700, run.data))
        return -1;
    return write_in(path, "finish", 0700, finish.data) || write_in(path, "timeout-kill", 0600, "10000\n") ? -1 : 0;
}

static int write_slots(const struct scandir_place *place, const char *service, int count) {
    for (int slot = 1; slot <= count; slot++) {
        char program[64], name[64];
        snprintf(program, sizeof program, "kosi-%s", service);
        snprintf(name, sizeof name, "services/%s-%d", service, slot);
        if (write_daemon(place, program, name, slot))
            return -1;
    }
    return 0;
}

static int write_logger(const struct config *config) {
    const char *fifo = config_run_path(config, "log.fifo"), *dir = config_run_path(config, "services/log");
    const char *log = config_data_path(config, "log");
    char path[PATH_MAX];
    BUF_AUTO struct buf run;
    buf_init(&run, 0);
    if (!fifo || !dir || !log || snprintf(path, sizeof path, "%s", dir) >= PATH_MAX)
        return blame(config->run_dir);
    if (mkfifo(fifo, 0600) && errno != EEXIST)
        return blame(fifo);
    buf_format(&run,
               "#!/bin/sh\n# Made by `kosi init`. This shell holds the pipe open; when it is told to end, the logger ends after the last daemon's\n"
               "# last line. A logger that outlived its shell makes room: two cannot share the folder.\n"
               "umask 077\nexec 3<>'%s'\n"
               "read -r old 2>/dev/null <logger.pid && [ \"$(cat /proc/$old/comm 2>/dev/null)\" = s6-log ] && kill \"$old\"\n"
               "s6-log n10 s4000000 '%s' <'%s' 3<&- &\necho $! >logger.pid\nwait $!\n",
               fifo, log, fifo);
    return run.failed || make_dir(path) || write_in(path, "run", 0700, run.data) ? -1 : 0;
}

static int make_places(const struct config *config) {
    static const char *const run_dirs[] = {"front", "back", "ops", "gateway", "services"};
    static const char *const data_dirs[] = {"keys", "log"};
    if (make_dir(config->data_dir) || make_dir(config->run_dir))
        return -1;
    for (size_t i = 0; i < sizeof run_dirs / sizeof *run_dirs; i++) {
        const char *path = config_run_path(config, run_dirs[i]);
        if (!path || make_dir(path))
            return blame(run_dirs[i]);
    }
    for (size_t i = 0; i < sizeof data_dirs / sizeof *data_dirs; i++) {
        const char *path = config_data_path(config, data_dirs[i]);
        if (!path || make_dir(path))
            return blame(data_dirs[i]);
    }
    return 0;
}

static bool is_slot_of(const char *name, const char *service, int slots) {
    for (int slot = 1; slot <= slots; slot++) {
        char want[64];
        snprintf(want, sizeof want, "%s-%d", service, slot);
        if (!strcmp(name, want))
            return true;
    }
    return false;
}

static bool wanted(const struct config *config, const char *name) {
    bool found = !strcmp(name, "broker") || !strcmp(name, "log") || is_slot_of(name, "gateway", config->gateways);
    for (int i = 0; !found && i < config->service_count; i++)
        found = is_slot_of(name, config->services[i].name, config->services[i].workers);
    return found;
}

// s6-svscan looks past names with a dot; the worker's supervisor goes on in the renamed folder until it is told to stop.
static int retire(const char *services, const char *name) {
    char from[PATH_MAX], to[PATH_MAX];
    for (int n = 1; n < 1000; n++) {
        if (snprintf(from, sizeof from, "%s/%s", services, name) >= PATH_MAX || snprintf(to, sizeof to, "%s/.%s.%d", services, name, n) >= PATH_MAX)
            return -1;
        if (access(to, F_OK))
            return rename(from, to) ? blame(from) : 0;
    }
    return -1;
}

static int retire_unwanted(const struct config *config) {
    char services[PATH_MAX];
    snprintf(services, sizeof services, "%s", config_run_path(config, "services"));
    DIR *dir = opendir(services);
    if (!dir)
        return blame(services);
    int result = 0;
    for (struct dirent *entry; !result && (entry = readdir(dir));)
        if (entry->d_name[0] != '.' && !wanted(config, entry->d_name))
            result = retire(services, entry->d_name);
    closedir(dir);
    return result;
}

int scandir_sync(const struct scandir_place *place, const char **culprit) {
    *culprit = culprit_path;
    const struct config *config = place->config;
    if (make_places(config) || write_logger(config) || write_daemon(place, "kosi-broker", "services/broker", 0) ||
        write_slots(place, "gateway", config->gateways))
        return -1;
    for (int i = 0; i < config->service_count; i++)
        if (write_slots(place, config->services[i].name, config->services[i].workers))
            return -1;
    return retire_unwanted(config);
}

// Runs a program of s6 with its complaints silenced. Its exit code, or -1 when it can't be run.
static int run_tool(const char *const *arguments) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    pid_t pid;
    int status, failed = posix_spawnp(&pid, arguments[0], &actions, NULL, (char *const *)arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) == 127)
        return -1;
    return WEXITSTATUS(status);
}

int scandir_reload(const struct config *config) {
    const char *arguments[] = {"s6-svscanctl", "-an", config_run_path(config, "services"), NULL};
    int code = run_tool(arguments);
    return code > 0 ? 1 : code;
}

void scandir_raise(const struct config *config) {
    char services[PATH_MAX], path[PATH_MAX];
    snprintf(services, sizeof services, "%s", config_run_path(config, "services"));
    DIR *dir = opendir(services);
    if (!dir)
        return;
    for (struct dirent *entry; (entry = readdir(dir));) {
        const char *arguments[] = {"s6-svc", "-u", path, NULL};
        if (entry->d_name[0] != '.' && snprintf(path, sizeof path, "%s/%s", services, entry->d_name) < PATH_MAX)
            (void)run_tool(arguments);
    }
    closedir(dir);
}

static int remove_one(const char *path, const struct stat *found, int type, struct FTW *where) {
    (void)found, (void)type, (void)where;
    return remove(path);
}

// A supervisor that lives has its control pipe open for reading.
static bool supervised(const char *folder) {
    char control[PATH_MAX];
    if (snprintf(control, sizeof control, "%s/supervise/control", folder) >= PATH_MAX)
        return false;
    int fd = open(control, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

int scandir_purge(const struct config *config) {
    char services[PATH_MAX], path[PATH_MAX];
    int ending = 0;
    snprintf(services, sizeof services, "%s", config_run_path(config, "services"));
    DIR *dir = opendir(services);
    if (!dir)
        return 0;
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (entry->d_name[0] != '.' || !strchr(entry->d_name + 1, '-') || !strcmp(entry->d_name, ".s6-svscan") ||
            snprintf(path, sizeof path, "%s/%s", services, entry->d_name) >= PATH_MAX)
            continue;
        if (supervised(path))
            ending++;
        else
            nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    }
    closedir(dir);
    return ending;
}
