// Connections, against a server on a thread of the test's own that can keep silent where it likes.
// cmocka wants the next four before itself
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "services/common/base/clock.h"
#include "services/notifications/smtp.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000, TALKS_MOST = 16 };

struct server {
    int listening;
    char url[60];
    pthread_t thread, talks[TALKS_MOST];
    int talk_count;
    atomic_int taken, connections;   // mails that came to their end
    atomic_int answered;             // of those: how many may be answered by now
    atomic_bool refuses_first, silent_at_quit;
};
struct talk { struct server *server; int socket; };

static void say(int socket, const char *text) {
    ssize_t sent = send(socket, text, strlen(text), MSG_NOSIGNAL);   // who is gone does not hear it
    (void)sent;
}

static void wait_for(atomic_int *what, int least) {
    for (int64_t until_ms = clock_mono_ms() + PATIENCE_MS; atomic_load(what) < least && clock_mono_ms() < until_ms;)
        poll(NULL, 0, 1);
}

static void take_letter(struct talk *talk, FILE *in) {
    char line[1000];
    say(talk->socket, "354 go on\r\n");
    while (fgets(line, sizeof line, in) != NULL && strcmp(line, ".\r\n") != 0)
        ;
    int number = atomic_fetch_add(&talk->server->taken, 1) + 1;
    wait_for(&talk->server->answered, number);
    say(talk->socket, number == 1 && talk->server->refuses_first ? "552 5.3.4 too large\r\n" : "250 taken\r\n");
}

static void *converse(void *context) {
    struct talk *talk = context;
    FILE *in = fdopen(talk->socket, "r");
    char line[1000];
    say(talk->socket, "220 here\r\n");
    while (fgets(line, sizeof line, in) != NULL) {
        if (strncmp(line, "DATA", 4) == 0)
            take_letter(talk, in);
        else if (strncmp(line, "QUIT", 4) != 0 || !talk->server->silent_at_quit)
            say(talk->socket, "250 fine\r\n");
    }
    fclose(in);
    free(talk);
    return NULL;
}

static void *serve(void *context) {
    struct server *server = context;
    int socket;
    while (server->talk_count < TALKS_MOST && (socket = accept(server->listening, NULL, NULL)) >= 0) {
        struct talk *talk = malloc(sizeof *talk);
        *talk = (struct talk){server, socket};
        atomic_fetch_add(&server->connections, 1);
        pthread_create(&server->talks[server->talk_count++], NULL, converse, talk);
    }
    return NULL;
}

static void server_open(struct server *server) {
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof here;
    *server = (struct server){.listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    atomic_init(&server->answered, 1000);
    assert_int_equal(bind(server->listening, (struct sockaddr *)&here, size), 0);
    assert_int_equal(listen(server->listening, TALKS_MOST), 0);
    assert_int_equal(getsockname(server->listening, (struct sockaddr *)&here, &size), 0);
    snprintf(server->url, sizeof server->url, "smtp://127.0.0.1:%d", ntohs(here.sin_port));
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void server_close(struct server *server) {
    shutdown(server->listening, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    for (int i = 0; i < server->talk_count; i++)
        pthread_join(server->talks[i], NULL);
    close(server->listening);
}

struct desk {
    struct server server;
    struct smtp *smtp;
    struct smtp_line *line;
    struct smtp_post posts[8];
};

static void desk_open(struct desk *desk, int connections, int timeout_s) {
    memset(desk, 0, sizeof *desk);
    server_open(&desk->server);
    assert_int_equal(smtp_prepare(), 0);
    assert_non_null(desk->smtp = smtp_open());
    const struct smtp_server server = {.url = desk->server.url, .helo = "kosi.example", .tls = "none", .connections = connections, .timeout_s = timeout_s};
    assert_non_null(desk->line = smtp_line(desk->smtp, &server));
}

static void desk_close(struct desk *desk) {
    smtp_close(&desk->smtp);
    for (int i = 0; i < 8; i++)
        buf_free(&desk->posts[i].letter);
    server_close(&desk->server);
}

static void post(struct desk *desk, int n) {
    struct smtp_post *one = &desk->posts[n];
    buf_init(&one->letter, 0);
    buf_text(&one->letter, "Subject: A letter\r\n\r\nIts text\r\n");
    one->from = "kosi@example.org";
    one->to = "anna@example.org";
    assert_int_equal(smtp_post(desk->line, one), 0);
}

static struct smtp_post *await(struct desk *desk) {
    struct smtp_post *done = NULL;
    for (int64_t until_ms = clock_mono_ms() + PATIENCE_MS; (done = smtp_take(desk->smtp)) == NULL && clock_mono_ms() < until_ms;)
        poll(&(struct pollfd){.fd = smtp_fd(desk->smtp), .events = POLLIN}, 1, 100);
    assert_non_null(done);
    return done;
}

// Its answer may be on the way: to whatever is asked next there.
static void test_a_connection_whose_answer_is_late_is_not_used_again(void **state) {
    (void)state;
    struct desk desk;
    desk_open(&desk, 1, 1);
    desk.server.refuses_first = true;
    atomic_store(&desk.server.answered, 0);
    post(&desk, 0);
    assert_int_equal(await(&desk)->verdict.trouble, TROUBLE_TIMEOUT);
    atomic_store(&desk.server.answered, 1000);
    post(&desk, 1);
    assert_int_equal(await(&desk)->verdict.outcome, SMTP_SENT);
    assert_int_equal(atomic_load(&desk.server.connections), 2);
    desk_close(&desk);
}

// One thread is idle and three are to be had: the letters do not wait for the one.
static void test_letters_do_not_wait_behind_a_slow_one(void **state) {
    (void)state;
    struct desk desk;
    desk_open(&desk, 4, PATIENCE_MS / 1000);
    post(&desk, 0);
    await(&desk);
    atomic_store(&desk.server.answered, 1);
    for (int i = 1; i <= 4; i++)
        post(&desk, i);
    wait_for(&desk.server.taken, 5);
    assert_int_equal(atomic_load(&desk.server.taken), 5);
    atomic_store(&desk.server.answered, 1000);
    for (int i = 1; i <= 4; i++)
        assert_int_equal(await(&desk)->verdict.outcome, SMTP_SENT);
    desk_close(&desk);
}

static void test_a_farewell_is_not_waited_for(void **state) {
    (void)state;
    struct desk desk;
    desk_open(&desk, 1, PATIENCE_MS / 1000);
    desk.server.silent_at_quit = true;
    post(&desk, 0);
    assert_int_equal(await(&desk)->verdict.outcome, SMTP_SENT);
    int64_t began_ms = clock_mono_ms();
    desk_close(&desk);
    assert_true(clock_mono_ms() - began_ms < PATIENCE_MS / 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_connection_whose_answer_is_late_is_not_used_again),
        cmocka_unit_test(test_letters_do_not_wait_behind_a_slow_one),
        cmocka_unit_test(test_a_farewell_is_not_waited_for),
    };
    return cmocka_run_group_tests_name("notifications/smtp", tests, NULL, NULL);
}
