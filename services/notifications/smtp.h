// smtp: connections to mail servers (libcurl). A line is one server's: letters wait in it for one of its few connections, each on a thread
// of its own, since libcurl (7.88) does not come back while a server thinks about a letter. Connections are used again and again, and
// ended when nothing came for a while. One line that is slow holds up no other.
//
// One thread opens, posts, takes and closes.
#pragma once
#include "services/common/base/buf.h"
#include "services/notifications/smtp_judge.h"

struct smtp;
struct smtp_line;
struct smtp_server {
    const char *url;            // smtp:// or smtps://; all borrowed until smtp_close()
    const char *helo;           // how we call ourselves
    const char *user, *password;   // NULL: no authentication
    const char *ca_file;        // NULL: the system's
    const char *tls;            // for smtp://: "required", "opportunistic", "none"
    int connections;            // at once
    int timeout_s;              // for one letter
};
// A letter on its way. The caller's until smtp_post(), and again from smtp_take().
struct smtp_post {
    const char *from, *to;      // of the envelope: plain addresses
    struct buf letter;
    struct smtp_verdict verdict;
    struct smtp_story story;
    int64_t began_ms, ended_ms;
    void *owner;
    struct smtp_line *line;     // it was posted to
    struct smtp_post *next;
};

// Once per process, before threads. 0 or -1.
int smtp_prepare(void);
struct smtp *smtp_open(void);                           // NULL: out of memory
int smtp_fd(const struct smtp *smtp);                   // readable when something is done
struct smtp_line *smtp_line(struct smtp *smtp, const struct smtp_server *server);   // NULL: out of memory
// 0, or -1: no thread to be had, and none is there; the post stays the caller's.
int smtp_post(struct smtp_line *line, struct smtp_post *post);
int smtp_line_count(const struct smtp_line *line);      // posted and not taken
struct smtp_post *smtp_take(struct smtp *smtp);         // done; NULL: nothing
// What waits comes back as interrupted at once, what is under way within about a second. Nothing can be posted any more.
void smtp_abort(struct smtp *smtp);
// Ends all connections and waits for their threads.
void smtp_close(struct smtp **smtp);
