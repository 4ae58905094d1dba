// scandir: the node's supervision tree on disk, RUN/services, as s6-svscan runs it: one folder per daemon, one logger for all.
// The configuration says what should run; scandir_sync() makes the folders follow, running or not.
#pragma once
#include "services/common/base/config.h"

struct scandir_place {
    const struct config *config;
    const char *config_file;     // absolute
    const char *bin_dir;         // where the daemons are
};
// Makes RUN's folders and the scan directory; slots that the configuration no longer wants are taken out of it (their worker ends
// when scandir_reload() is called). 0, or -1 with errno and *culprit naming the path.
int scandir_sync(const struct scandir_place *place, const char **culprit);
// Tells a running s6-svscan. Returns 1 when none runs, -1 when the s6 tools are missing.
int scandir_reload(const struct config *config);
// Starts again what had given up (exit code 78), after its cause was removed.
void scandir_raise(const struct config *config);
// Removes the folders of workers that have ended. Returns how many are still ending.
int scandir_purge(const struct config *config);
