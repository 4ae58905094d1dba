#include "services/notifications/smtp.h"
#include "services/common/base/clock.h"
#include "services/common/base/log.h"
#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { STACK_BYTES = 256 * 1024, IDLE_S = 15, CONNECT_S = 20, UPLOAD_BYTES = 16 * 1024 };

struct queue {
    struct smtp_post *first, *last;
    int count;
};
struct smtp_line {
    struct smtp *smtp;
    struct smtp_server server;
    struct queue waiting;
    int posted; // and not taken: the caller's thread only
    int threads, idle;
    pthread_cond_t wake;
    struct smtp_line *next;
};
struct smtp {
    pthread_mutex_t mutex; // of all that follows and of the lines' queues
    struct queue done;
    int threads;
    pthread_cond_t fewer; // threads
    int event;
    atomic_bool aborting;
    struct smtp_line *lines;
};

static void push(struct queue *queue, struct smtp_post *post) {
    post->next = NULL;
    if (queue->last != NULL)
        queue->last->next = post;
    else
        queue->first = post;
    queue->last = post;
    queue->count++;
}

static struct smtp_post *pop(struct queue *queue) {
    struct smtp_post *post = queue->first;
    if (post == NULL)
        return NULL;
    if ((queue->first = post->next) == NULL)
        queue->last = NULL;
    queue->count--;
    return post;
}

// ---- one connection

struct connection {
    struct smtp_line *line;
    CURL *curl;
    struct smtp_post *post;
    size_t sent;   // of its letter
    bool farewell; // what comes now is no answer to the letter
};

// The dialogue is followed in what libcurl would print: the only way to see to what a reply is the answer. Nothing of it is
// kept but codes.
static int overhear(CURL *curl, curl_infotype type, char *data, size_t size, void *context) {
    (void)curl;
    static const char commands[][5] = {[STAGE_MAIL] = "MAIL", [STAGE_RCPT] = "RCPT", [STAGE_DATA] = "DATA"};
    struct connection *connection = context;
    struct smtp_story *story = &connection->post->story;
    connection->farewell |= type == CURLINFO_HEADER_OUT && size >= 4 && memcmp(data, "QUIT", 4) == 0;
    if (connection->farewell)
        return 0;
    if (type == CURLINFO_HEADER_IN)
        smtp_story_hear(story, data, size);
    if (type == CURLINFO_DATA_OUT)
        story->stage = STAGE_BODY;
    if (type != CURLINFO_HEADER_OUT || size < 4)
        return 0;
    story->code = 0;
    story->status[0] = '\0';
    for (int stage = STAGE_MAIL; stage <= STAGE_DATA; stage++)
        if (memcmp(data, commands[stage], 4) == 0)
            story->stage = (enum smtp_stage)stage;
    return 0;
}

static size_t give(char *room, size_t size, size_t count, void *context) {
    struct connection *connection = context;
    const struct buf *letter = &connection->post->letter;
    size_t left = letter->len - connection->sent, n = size * count < left ? size * count : left;
    memcpy(room, letter->data + connection->sent, n);
    connection->sent += n;
    return n;
}

static int look_for_end(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    (void)a, (void)b, (void)c, (void)d;
    const struct connection *connection = context;
    return atomic_load(&connection->line->smtp->aborting);
}

static long tls_level(const struct smtp_server *server) {
    if (strcmp(server->tls, "required") == 0 || strncmp(server->url, "smtps:", 6) == 0)
        return CURLUSESSL_ALL;
    return strcmp(server->tls, "none") == 0 ? CURLUSESSL_NONE : CURLUSESSL_TRY;
}

// On the way to a server that need not have TLS at all, its certificate proves nothing either.
static void set_tls(CURL *curl, const struct smtp_server *server) {
    long level = tls_level(server);
    curl_easy_setopt(curl, CURLOPT_USE_SSL, level);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, level == CURLUSESSL_ALL ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, level == CURLUSESSL_ALL ? 2L : 0L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (server->ca_file != NULL)
        curl_easy_setopt(curl, CURLOPT_CAINFO, server->ca_file);
}

static int set_up(struct connection *connection) {
    const struct smtp_server *server = &connection->line->server;
    CURL *curl = connection->curl = curl_easy_init();
    struct buf url BUF_AUTO;
    buf_init(&url, 1000);
    buf_format(&url, "%s/%s", server->url, server->helo);
    if (curl == NULL || url.failed || curl_easy_setopt(curl, CURLOPT_URL, url.data) != CURLE_OK)
        return -1;
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L); // or a name server that does not answer would outlast every timeout
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)server->timeout_s);
    curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)server->timeout_s);
    curl_easy_setopt(curl, CURLOPT_MAXCONNECTS, 1L);
    curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, (long)UPLOAD_BYTES);
    curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, (long)UPLOAD_BYTES);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(curl, CURLOPT_READDATA, connection);
    curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, overhear);
    curl_easy_setopt(curl, CURLOPT_DEBUGDATA, connection);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_for_end);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, connection);
    set_tls(curl, server);
    if (server->user != NULL) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, server->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, server->password);
    }
    return 0;
}

// libcurl says QUIT and waits for an answer as long as for any other: there is none to wait for.
static void hang_up(struct connection *connection) {
    curl_socket_t socket = CURL_SOCKET_BAD;
    if (connection->curl != NULL)
        curl_easy_getinfo(connection->curl, CURLINFO_ACTIVESOCKET, &socket);
    if (socket != CURL_SOCKET_BAD)
        shutdown(socket, SHUT_RD);
    curl_easy_cleanup(connection->curl);
    connection->curl = NULL;
}

// After anything but a yes the next one gets a new connection: libcurl (7.88) keeps one whose answer to a letter did not come in time, and
// would take it for the answer to the next.
static void attempt(struct connection *connection, struct curl_slist *to) {
    struct smtp_post *post = connection->post;
    long connects = 1;
    post->story = (struct smtp_story){.curl = CURLE_OUT_OF_MEMORY};
    connection->sent = 0;
    connection->farewell = false;
    if (connection->curl == NULL && set_up(connection) != 0)
        return;
    curl_easy_setopt(connection->curl, CURLOPT_MAIL_FROM, post->from);
    curl_easy_setopt(connection->curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(connection->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)post->letter.len);
    post->story.curl = (int)curl_easy_perform(connection->curl);
    curl_easy_getinfo(connection->curl, CURLINFO_NUM_CONNECTS, &connects);
    curl_easy_setopt(connection->curl, CURLOPT_MAIL_RCPT, NULL);
    post->story.reused = connects == 0;
    if (post->story.curl != CURLE_OK)
        hang_up(connection);
}

static void deliver(struct connection *connection) {
    struct smtp_post *post = connection->post;
    post->began_ms = clock_mono_ms();
    post->story = (struct smtp_story){.curl = CURLE_OUT_OF_MEMORY};
    struct curl_slist *to = curl_slist_append(NULL, post->to);
    if (to != NULL)
        attempt(connection, to);
    if (smtp_worth_anew(&post->story))
        attempt(connection, to);
    curl_slist_free_all(to);
    post->verdict = smtp_judge(&post->story);
    post->ended_ms = clock_mono_ms();
}

// ---- threads

static void finish(struct smtp *smtp, struct smtp_post *post) {
    uint64_t one = 1;
    push(&smtp->done, post);
    while (write(smtp->event, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

// The next letter; NULL when none came for a while, or it is to end. With the mutex held.
static struct smtp_post *await_post(struct smtp_line *line) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += IDLE_S;
    int rc = 0;
    line->idle++;
    while (line->waiting.first == NULL && rc == 0 && !atomic_load(&line->smtp->aborting))
        rc = pthread_cond_timedwait(&line->wake, &line->smtp->mutex, &until);
    line->idle--;
    return pop(&line->waiting);
}

// Whoever has not come in does not wait for more: it would be handed a letter that one with an open connection is free for.
static void *work(void *context) {
    struct connection connection = {.line = context};
    struct smtp_line *line = connection.line;
    struct smtp *smtp = line->smtp;
    pthread_mutex_lock(&smtp->mutex);
    bool turned_away = false;
    while (!(turned_away && line->waiting.first == NULL) && (connection.post = await_post(line)) != NULL) {
        pthread_mutex_unlock(&smtp->mutex);
        deliver(&connection);
        pthread_mutex_lock(&smtp->mutex);
        turned_away = connection.post->verdict.outcome != SMTP_SENT && connection.post->story.stage == STAGE_GREET;
        finish(smtp, connection.post);
    }
    line->threads--; // from here on a new letter gets a new thread
    pthread_mutex_unlock(&smtp->mutex);
    struct smtp_post nothing = {0};
    connection.post = &nothing; // the farewell is overheard as well
    hang_up(&connection);
    pthread_mutex_lock(&smtp->mutex);
    smtp->threads--;
    pthread_cond_signal(&smtp->fewer);
    pthread_mutex_unlock(&smtp->mutex);
    return NULL;
}

static int start_thread(struct smtp_line *line) {
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int rc = pthread_create(&thread, &attributes, work, line);
    pthread_attr_destroy(&attributes);
    if (rc != 0)
        return -1;
    line->threads++;
    line->smtp->threads++;
    return 0;
}

// ---- interface

int smtp_prepare(void) {
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : -1;
}

static void make_condition(pthread_cond_t *condition) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

struct smtp *smtp_open(void) {
    struct smtp *smtp = calloc(1, sizeof *smtp);
    if (smtp == NULL)
        return NULL;
    smtp->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (smtp->event < 0) {
        free(smtp);
        return NULL;
    }
    pthread_mutex_init(&smtp->mutex, NULL);
    make_condition(&smtp->fewer);
    return smtp;
}

int smtp_fd(const struct smtp *smtp) {
    return smtp->event;
}

struct smtp_line *smtp_line(struct smtp *smtp, const struct smtp_server *server) {
    struct smtp_line *line = calloc(1, sizeof *line);
    if (line == NULL)
        return NULL;
    line->smtp = smtp;
    line->server = *server;
    make_condition(&line->wake);
    line->next = smtp->lines;
    smtp->lines = line;
    return line;
}

int smtp_post(struct smtp_line *line, struct smtp_post *post) {
    struct smtp *smtp = line->smtp;
    int rc = atomic_load(&smtp->aborting) ? -1 : 0;
    pthread_mutex_lock(&smtp->mutex);
    bool taken = line->idle > line->waiting.count; // one that was woken for an earlier letter still counts as idle
    if (rc == 0 && !taken && line->threads < line->server.connections && start_thread(line) != 0)
        rc = line->threads > 0 ? 0 : -1;
    if (rc == 0) {
        post->line = line;
        push(&line->waiting, post);
        line->posted++;
        pthread_cond_signal(&line->wake);
    }
    pthread_mutex_unlock(&smtp->mutex);
    return rc;
}

int smtp_line_count(const struct smtp_line *line) {
    return line->posted;
}

struct smtp_post *smtp_take(struct smtp *smtp) {
    uint64_t count;
    pthread_mutex_lock(&smtp->mutex);
    struct smtp_post *post = pop(&smtp->done);
    ssize_t got = smtp->done.first == NULL ? read(smtp->event, &count, sizeof count) : 0;
    (void)got;
    pthread_mutex_unlock(&smtp->mutex);
    if (post != NULL)
        post->line->posted--;
    return post;
}

void smtp_abort(struct smtp *smtp) {
    atomic_store(&smtp->aborting, true);
    pthread_mutex_lock(&smtp->mutex);
    for (struct smtp_line *line = smtp->lines; line != NULL; line = line->next) {
        for (struct smtp_post *post = pop(&line->waiting); post != NULL; post = pop(&line->waiting)) {
            post->verdict = (struct smtp_verdict){SMTP_LATER, TROUBLE_INTERRUPTED, false};
            finish(smtp, post);
        }
        pthread_cond_broadcast(&line->wake);
    }
    pthread_mutex_unlock(&smtp->mutex);
}

void smtp_close(struct smtp **smtp_at) {
    struct smtp *smtp = *smtp_at;
    if (smtp == NULL)
        return;
    *smtp_at = NULL;
    smtp_abort(smtp);
    pthread_mutex_lock(&smtp->mutex);
    while (smtp->threads > 0)
        pthread_cond_wait(&smtp->fewer, &smtp->mutex);
    pthread_mutex_unlock(&smtp->mutex);
    while (smtp->lines != NULL) {
        struct smtp_line *line = smtp->lines;
        smtp->lines = line->next;
        pthread_cond_destroy(&line->wake);
        free(line);
    }
    pthread_cond_destroy(&smtp->fewer);
    pthread_mutex_destroy(&smtp->mutex);
    close(smtp->event);
    free(smtp);
}
