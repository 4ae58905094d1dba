// copier: brings what is in the write-ahead log into the database while the writer goes on writing. It has a thread and a
// connection of its own, and works when it is asked to. The writer then only has to copy what was written meanwhile, which is
// little, before the log can begin anew: nobody waits for sixty megabytes and a disk.
#pragma once
#include <stdbool.h>

struct copier;

struct copier *copier_start(const char *path); // NULL: no room for a thread; the writer does it all
void copier_stop(struct copier **copier);      // waits for what it is doing
void copier_ask(struct copier *copier);        // no effect while it is at work
bool copier_busy(struct copier *copier);
void copier_wait(struct copier *copier); // until it is not; NULL: returns
int copier_done(struct copier *copier);  // pages of the log that are in the database, as of the last time it worked
void copier_begin_anew(struct copier *copier); // the log is another; NULL: returns
