#include "services/notifications/sender.h"
#include "services/common/base/clock.h"
#include "services/common/base/id.h"
#include "services/common/base/log.h"
#include "services/notifications/letter.h"
#include "services/notifications/mail_render.h"
#include "services/notifications/sender_hand.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    START_MOST = 32,       // mails written per turn
    REPORT_AGE_MS = 250,   // nor is more sent when a report has been unanswered for so long
    IDLE_MS = 1000,
    // At the end, from its beginning:
    FINISH_MS = 2000,                // what is on its way may arrive, then it is broken off
    BREAK_MS = 3200,                 // and that takes a moment
    REPORT_MS = BESIDE_END_MS - 100, // the last report must be heard
    ARENA_BYTES = 16 * 1024 * 1024,
};

// ---- writing a letter

struct desk { // while mails are written in one snapshot
    struct sender *sender;
    struct store *store;
    bool began;
};

static enum mail_trouble write_letter(struct desk *desk, struct job *job) {
    struct sender *sender = desk->sender;
    const struct config *config = sender->beside->config;
    struct mail_pen pen = {.room = sender->room, .config = config, .store = desk->store, .arena = sender->arena};
    struct mail_copy copy = {0};
    int rc = mail_render(&pen, job->mail, &copy);
    if (rc == PROBLEM_GONE)
        return TROUBLE_OVERTAKEN;
    if (rc != 0) {
        log_event(LOG_WARN_, "mail_text", "mail", job->mail->id, "kind", job->mail->kind, "error", log_number(rc), NULL);
        return rc > 0 ? TROUBLE_TEXT : TROUBLE_FAULT;
    }
    struct letter letter = {.from = config->mail_from, .to = job->mail->address, .copy = &copy, .date_us = job->mail->owed_at};
    rc = letter_address(job->mail->address, job->to, sizeof job->to);
    return rc == 0 && letter_build(&letter, &job->post.letter) == 0 ? TROUBLE_NONE : TROUBLE_ADDRESS;
}

// A text that cannot be filled may be mended by staff, so such a mail is tried again; an address that is none is none tomorrow,
// and what there was to tell of does not come back.
static void could_not_write(struct sender *sender, struct job *job, enum mail_trouble trouble) {
    struct smtp_verdict verdict = {
        .outcome = trouble == TROUBLE_ADDRESS || trouble == TROUBLE_OVERTAKEN ? SMTP_NEVER : SMTP_LATER, .trouble = trouble};
    hand_result(sender, job, &verdict, false);
}

static void start_one(struct desk *desk, struct destination *destination, int64_t now_ms) {
    struct sender *sender = desk->sender;
    struct job *job = destination_pop(destination);
    enum mail_trouble trouble = write_letter(desk, job);
    arena_reset(sender->arena);
    if (trouble != TROUBLE_NONE) {
        could_not_write(sender, job, trouble);
        return;
    }
    job->post.from = sender->bounces_to;
    job->post.to = job->to;
    destination_start(destination, now_ms);
    if (smtp_post(destination->line, &job->post) != 0)
        could_not_write(sender, job, TROUBLE_FAULT);
}

static bool begin(struct desk *desk) {
    if (desk->began)
        return true;
    desk->store = beside_store(desk->sender->beside);
    desk->began = desk->store != NULL && store_begin(desk->store) == 0;
    return desk->began;
}

// Is too much sent of which the writer does not know?
static bool ahead(const struct sender *sender, int64_t now_ms) {
    bool unheard = sender->asked_results > 0 && now_ms - sender->asked_ms > REPORT_AGE_MS;
    return unheard || hand_full(sender);
}

// Returns how long nothing more can be started.
static int start_mails(struct sender *sender, int64_t now_ms) {
    int wait_ms = IDLE_MS, started = 0;
    struct desk desk = {.sender = sender};
    for (int i = 0; i < sender->destination_count; i++) {
        struct destination *destination = &sender->destinations[i];
        while (started < START_MOST && !ahead(sender, now_ms) && destination_free(destination, now_ms, &wait_ms) && begin(&desk)) {
            start_one(&desk, destination, now_ms);
            started++;
        }
    }
    if (desk.began)
        store_rollback(desk.store);
    return started == START_MOST ? 0 : wait_ms;
}

// ---- what came of it

static void tell_destination(const struct destination *destination, const struct job *job, const char *event) {
    log_event(LOG_WARN_, event, "route", destination->name, "reason", mail_trouble_word(job->post.verdict.trouble), "code",
              log_number(job->post.story.code), NULL);
}

// What came of it is learned by its destination. *untried: its connection was turned away, so nothing is known of the mail. Returns whether
// the destination rests from now on.
static bool learn(struct destination *destination, struct smtp_post *post, int64_t now_ms, bool *untried) {
    uint32_t random;
    id_random(&random, sizeof random);
    *untried = destination_crowded(destination, post, now_ms);
    if (*untried)
        return false;
    *untried = smtp_turned_away(&post->story);
    return *untried ? destination_busy(destination, now_ms, random) : destination_learn(destination, &post->verdict, now_ms, random);
}

static void take_done(struct sender *sender, int64_t now_ms) {
    for (struct smtp_post *post = smtp_take(sender->smtp); post != NULL; post = smtp_take(sender->smtp)) {
        struct job *job = post->owner;
        struct destination *destination = job->destination;
        bool untried, was_troubled = destination->troubled;
        bool rests = learn(destination, post, now_ms, &untried);
        if (destination->troubled && !was_troubled)
            tell_destination(destination, job, "mail_server_trouble");
        if (was_troubled && !destination->troubled)
            log_event(LOG_INFO_, "mail_server_back", "route", destination->name, NULL);
        if (untried)
            post->verdict = (struct smtp_verdict){.outcome = SMTP_LATER};
        if (post->verdict.outcome == SMTP_NEVER)
            log_event(LOG_INFO_, "mail_failed", "mail", job->mail->id, "reason", mail_trouble_word(post->verdict.trouble),
                      "code", log_number(post->story.code), "status", post->story.status, NULL);
        hand_result(sender, job, &post->verdict, untried);
        if (rests)
            hand_return_waiting(sender, destination);
    }
}

// ---- life

static void wait_for_news(struct sender *sender, int wait_ms) {
    int fds[BESIDE_FDS];
    beside_fds(sender->beside, fds);
    struct pollfd items[] = {
        {.fd = fds[0], .events = POLLIN}, {.fd = fds[1], .events = POLLIN}, {.fd = smtp_fd(sender->smtp), .events = POLLIN}};
    poll(items, 3, wait_ms);
}

static int least(int a, int b) {
    return a < b ? a : b;
}

static void turn(struct sender *sender, int64_t now_ms) {
    take_done(sender, now_ms);
    int wait_ms = IDLE_MS;
    if (now_ms - sender->sure_ms > SENDER_SILENT_MS)
        hand_let_go_waiting(sender);
    else if (!sender->closing)
        wait_ms = start_mails(sender, now_ms);
    wait_ms = least(wait_ms, sender_lease(sender, now_ms));
    wait_ms = least(wait_ms, beside_serve(sender->beside));
    wait_for_news(sender, wait_ms);
    beside_serve(sender->beside);
    sender->eager |= beside_woken(sender->beside);
}

static bool on_the_way(const struct sender *sender) {
    for (int i = 0; i < sender->destination_count; i++)
        if (smtp_line_count(sender->destinations[i].line) > 0)
            return true;
    return false;
}

// Goes on turning until nothing is on its way, or the time is over.
static void finish(struct sender *sender, int64_t until_ms) {
    while (on_the_way(sender) && clock_mono_ms() < until_ms)
        turn(sender, clock_mono_ms());
}

static void close_down(struct sender *sender) {
    int64_t began_ms = clock_mono_ms();
    sender->closing = true;
    for (int i = 0; i < sender->destination_count; i++)
        hand_return_waiting(sender, &sender->destinations[i]);
    finish(sender, began_ms + FINISH_MS);
    smtp_abort(sender->smtp);
    finish(sender, began_ms + BREAK_MS);
    take_done(sender, clock_mono_ms());
    while ((sender->result_count > 0 || sender->asked != 0) && clock_mono_ms() < began_ms + REPORT_MS)
        turn(sender, clock_mono_ms());
}

static const char *helo(const struct config *config, char *out, size_t size) {
    const char *host = strstr(config->public_url, "://");
    host = host != NULL ? host + 3 : config->public_url;
    size_t length = strcspn(host, ":/");
    snprintf(out, size, "%.*s", (int)length, host);
    return out;
}

static int open_destinations(struct sender *sender, const char *our_name) {
    const struct config *config = sender->beside->config;
    const struct routes *routes = sender->room->routes;
    for (int i = 0; i < routes->count; i++) {
        bool known = strcmp(routes->items[i].name, "default") == 0; // only to our own server we sign in
        struct smtp_server server = {.url = routes->items[i].server,
                                     .helo = our_name,
                                     .tls = config->mail_tls,
                                     .user = known && config->mail_user[0] != '\0' ? config->mail_user : NULL,
                                     .password = sender->room->mail_password,
                                     .ca_file = config->mail_ca_file[0] != '\0' ? config->mail_ca_file : NULL,
                                     .connections = config->mail_connections,
                                     .timeout_s = config->mail_timeout_s};
        struct destination *destination = &sender->destinations[sender->destination_count];
        *destination = (struct destination){.name = routes->items[i].name,
                              .connections = config->mail_connections,
                              .pace_ms = config->mail_per_minute > 0 ? 60000 / config->mail_per_minute : 0};
        if ((destination->line = smtp_line(sender->smtp, &server)) == NULL)
            return -1;
        sender->destination_count++;
    }
    return 0;
}

static int open_sender(struct sender *sender, const char *our_name) {
    const struct config *config = sender->beside->config;
    const char *back = config->mail_bounces_to[0] != '\0' ? config->mail_bounces_to : config->mail_from;
    sender->arena = arena_new(ARENA_BYTES);
    sender->smtp = smtp_open();
    id_random(sender->holder, sizeof sender->holder);
    sender->sure_ms = clock_mono_ms();
    if (sender->arena == NULL || sender->smtp == NULL ||
        letter_address(back, sender->bounces_to, sizeof sender->bounces_to) != 0)
        return -1;
    return open_destinations(sender, our_name);
}

static void free_sender(struct sender *sender) {
    if (sender->asked != 0)
        client_forget(sender->beside->client, sender->asked);
    smtp_close(&sender->smtp);
    while (sender->job_count > 0)
        hand_let_go(sender, sender->jobs[0]);
    arena_free(&sender->arena);
    free(sender);
}

bool sender_needed(const struct config *config, void *state) {
    (void)config;
    const struct mailroom *room = state;
    return room->routes->count > 0;
}

void sender_run(struct beside *beside) {
    char our_name[256];
    struct sender *sender = calloc(1, sizeof *sender);
    if (sender == NULL)
        return;
    sender->beside = beside;
    sender->room = beside->state;
    if (open_sender(sender, helo(beside->config, our_name, sizeof our_name)) != 0) {
        log_event(LOG_ERROR_, "sender_failed", "reason", "out of memory, or mail_from is no address", NULL);
        free_sender(sender);
        return;
    }
    while (!beside_ending(beside))
        turn(sender, clock_mono_ms());
    close_down(sender);
    free_sender(sender);
}
