// conffile: changing single settings in a node's configuration file, with everything else in it (comments, order) kept.
#pragma once
#include "services/common/base/buf.h"
#include <stdbool.h>

// Reads or atomically replaces (0600, synced) a whole file. 0, or -1 with errno.
int conffile_load(const char *path, struct buf *text);
int conffile_save(const char *path, const struct buf *text);

// Each sets a value where it stands, or appends a line. 0, or -1 when memory is out.
int conffile_set(struct buf *text, const char *name, const char *value);        // name = value (strings with their quotes)
int conffile_set_text(struct buf *text, const char *name, const char *value);   // name = "value"
int conffile_set_workers(struct buf *text, const char *service, int workers);   // service NAME { workers = N }

// May this text stand between quotes in a configuration file and in a shell script? (no quotes, $, \, control characters)
bool conffile_plain(const char *text);
