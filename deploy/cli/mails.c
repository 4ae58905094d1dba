// kosi mails: what is owed and what became of it, and the moves that can be made by hand. Shows no addresses: those are the staff's to see.
#include "deploy/cli/ops.h"
#include "kosi/notifications.pb-c.h"
#include "services/common/base/clock.h"
#include "services/common/base/json.h"
#include <stdio.h>
#include <string.h>

enum { STATES_MOST = 8, LIST_USUAL = 50, LIST_MOST = 10000, PAGE_MOST = 200, STATE_BYTES = 20 };
static const char service[] = "notifications";

struct listing {
    const struct cli *cli;
    const struct config *config;
    Kosi__MailsRequest request;
    char names[STATES_MOST][STATE_BYTES + 1], *states[STATES_MOST];
    long most, shown;
    struct buf *out;
    struct json_writer w;
    char next[320];                // token of the page that follows; "": none
    Kosi__MailsReply *last;        // with the counts
};

// "owed,retry"
static int read_states(struct listing *listing, const char *list) {
    for (const char *at = list; *at;) {
        size_t n = strcspn(at, ",");
        if (n == 0 || n > STATE_BYTES || listing->request.n_state == STATES_MOST)
            return cli_fail(listing->cli, EX_USAGE, "States are owed, retry, leased, waiting, held, sent, failed and cancelled.",
                            "--state %s is none", list);
        memcpy(listing->names[listing->request.n_state], at, n);
        listing->states[listing->request.n_state] = listing->names[listing->request.n_state];
        listing->request.n_state++;
        at += n + (at[n] == ',');
    }
    return 0;
}

static const char *time_text(bool has, int64_t at, char out[RFC3339_MAX]) {
    if (!has)
        return "";
    clock_rfc3339(at / 1000000 * 1000000, out);
    return out;
}

static void text_if(struct json_writer *w, const char *key, const char *text) {
    if (!text || !*text)
        return;
    json_key(w, key);
    json_string(w, text);
}

static void mail_json(struct json_writer *w, const Kosi__MailRow *mail) {
    char at[RFC3339_MAX];
    json_begin_object(w);
    text_if(w, "id", mail->id);
    text_if(w, "kind", mail->kind);
    text_if(w, "state", mail->state);
    text_if(w, "language", mail->language);
    text_if(w, "route", mail->route);
    text_if(w, "subject_id", mail->subject_id);
    text_if(w, "owed_at", time_text(mail->has_owed_at, mail->owed_at, at));
    text_if(w, "due_at", time_text(mail->has_due_at, mail->due_at, at));
    text_if(w, "ended_at", time_text(mail->has_ended_at, mail->ended_at, at));
    json_key(w, "attempts");
    json_unsigned(w, mail->attempts);
    if (mail->has_code) {
        json_key(w, "code");
        json_unsigned(w, mail->code);
    }
    text_if(w, "status", mail->status);
    text_if(w, "reason", mail->reason);
    json_key(w, "overdue");
    json_bool(w, mail->overdue);
    json_end_object(w);
}

static void mail_line(struct buf *out, const Kosi__MailRow *mail) {
    char owed[RFC3339_MAX], then[RFC3339_MAX], code[16] = "";
    if (mail->has_code)
        snprintf(code, sizeof code, "%u ", mail->code);
    time_text(mail->has_owed_at, mail->owed_at, owed);
    const char *next = mail->has_ended_at ? time_text(true, mail->ended_at, then) : time_text(mail->has_due_at, mail->due_at, then);
    buf_format(out, "%-36s %-15s %-9s %-20s %-20s %5u  %s%s%s%s%s\n", mail->id ? mail->id : "", mail->kind ? mail->kind : "",
               mail->state ? mail->state : "", owed, next, mail->attempts, code, mail->status ? mail->status : "", mail->status ? " " : "",
               mail->reason ? mail->reason : "", mail->overdue ? " OVERDUE" : "");
}

static void show_page(struct listing *listing, const Kosi__MailsReply *reply) {
    for (size_t i = 0; i < reply->n_items && listing->shown < listing->most; i++, listing->shown++) {
        if (listing->cli->json)
            mail_json(&listing->w, reply->items[i]);
        else
            mail_line(listing->out, reply->items[i]);
    }
    snprintf(listing->next, sizeof listing->next, "%s", reply->next_page_token ? reply->next_page_token : "");
}

static int read_page(struct listing *listing) {
    struct ops_reply reply = {.body = NULL};
    listing->request.page_token = listing->next[0] ? listing->next : NULL;
    int result = ops_ask(listing->cli, listing->config, service, "Ledger", &listing->request.base, &reply);
    if (!result && strcmp(reply.outcome, "ok") != 0)
        result = ops_refused(listing->cli, &reply, "mails");
    else if (!result) {
        Kosi__MailsReply *page = kosi__mails_reply__unpack(NULL, reply.body_size, reply.body);
        if (!page)
            result = cli_fail(listing->cli, EX_SOFTWARE, "Is `kosi` of the same version as the node?", "mails: unreadable answer");
        else {
            show_page(listing, page);
            if (listing->last)
                kosi__mails_reply__free_unpacked(listing->last, NULL);
            listing->last = page;
        }
    }
    ops_reply_free(&reply);
    return result;
}

static void end_json(struct listing *listing) {
    struct json_writer *w = &listing->w;
    json_end_array(w);
    json_key(w, "counts");
    json_begin_object(w);
    for (size_t i = 0; i < listing->last->n_counts; i++) {
        json_key(w, listing->last->counts[i]->state);
        json_unsigned(w, listing->last->counts[i]->count);
    }
    json_end_object(w);
    json_key(w, "overdue");
    json_unsigned(w, listing->last->overdue);
    json_key(w, "troubled");
    json_begin_array(w);
    for (size_t i = 0; i < listing->last->n_troubled; i++)
        json_string(w, listing->last->troubled[i]);
    json_end_array(w);
    json_key(w, "unreadable");
    json_begin_array(w);
    for (size_t i = 0; i < listing->last->n_unreadable; i++)
        json_string(w, listing->last->unreadable[i]);
    json_end_array(w);
    json_key(w, "more");
    json_bool(w, listing->next[0] != 0);
    json_end_object(w);
    buf_char(listing->out, '\n');
}

static void end_table(struct listing *listing) {
    struct buf *out = listing->out;
    if (listing->next[0])
        buf_text(out, "(there are more: --most N)\n");
    buf_char(out, '\n');
    for (size_t i = 0; i < listing->last->n_counts; i++)
        buf_format(out, "%s%s %u", i ? ", " : "", listing->last->counts[i]->state, listing->last->counts[i]->count);
    buf_format(out, "; overdue %u\n", listing->last->overdue);
    for (size_t i = 0; i < listing->last->n_troubled; i++)
        buf_format(out, "the server for %s cannot be used at present\n", listing->last->troubled[i]);
    for (size_t i = 0; i < listing->last->n_unreadable; i++)
        buf_format(out, "%s cannot be read: mails that came back there are not known of\n", listing->last->unreadable[i]);
}

static int list(struct listing *listing) {
    listing->w = (struct json_writer){.out = listing->out};
    if (listing->cli->json) {
        json_begin_object(&listing->w);
        json_key(&listing->w, "mails");
        json_begin_array(&listing->w);
    } else
        buf_format(listing->out, "%-36s %-15s %-9s %-20s %-20s %5s  %s\n", "MAIL", "KIND", "STATE", "OWED", "DUE OR ENDED", "TRIES", "WHY");
    int result;
    do
        result = read_page(listing);
    while (!result && listing->next[0] && listing->shown < listing->most);
    if (!result) {
        (listing->cli->json ? end_json : end_table)(listing);
        result = cli_print(listing->out);
    }
    if (listing->last)
        kosi__mails_reply__free_unpacked(listing->last, NULL);
    return result;
}

int command_mails(const struct cli *cli) {
    struct config *config = NULL;
    struct listing listing = {.cli = cli, .most = LIST_USUAL};
    BUF_AUTO struct buf out;
    buf_init(&out, 0);
    kosi__mails_request__init(&listing.request);
    listing.request.state = listing.states;
    listing.out = &out;
    int result = cli->value[OPT_STATE] ? read_states(&listing, cli->value[OPT_STATE]) : 0;
    if (!result && cli->value[OPT_MOST])
        result = cli_number(cli, OPT_MOST, 1, LIST_MOST, &listing.most);
    if (!result)
        result = cli_config(cli, &config);
    listing.request.has_overdue = listing.request.overdue = cli->value[OPT_OVERDUE] != NULL;
    listing.request.has_page_size = true;
    listing.request.page_size = listing.most < PAGE_MOST ? (uint32_t)listing.most : PAGE_MOST;
    listing.config = config;
    if (!result)
        result = list(&listing);
    config_free(&config);
    return result;
}

static int show_move(const struct cli *cli, const struct ops_reply *reply) {
    Kosi__MailMoveReply *moved = kosi__mail_move_reply__unpack(NULL, reply->body_size, reply->body);
    if (!moved)
        return cli_fail(cli, EX_SOFTWARE, "Is `kosi` of the same version as the node?", "mails: unreadable answer");
    BUF_AUTO struct buf out;
    buf_init(&out, 0);
    struct json_writer w = {.out = &out};
    if (cli->json) {
        json_begin_object(&w);
        text_if(&w, "id", moved->id);
        text_if(&w, "state", moved->state);
        json_end_object(&w);
    } else
        buf_format(&out, "mail %s is %s", moved->id, moved->state);
    buf_char(&out, '\n');
    kosi__mail_move_reply__free_unpacked(moved, NULL);
    return cli_print(&out);
}

static int make_move(const struct cli *cli, const char *move) {
    struct config *config = NULL;
    struct ops_reply reply = {.body = NULL};
    Kosi__MailMoveRequest request = KOSI__MAIL_MOVE_REQUEST__INIT;
    request.id = (char *)cli->operands[0];
    request.move = (char *)move;
    int result = cli_config(cli, &config);
    if (!result)
        result = ops_ask(cli, config, service, "LedgerMove", &request.base, &reply);
    if (!result)
        result = strcmp(reply.outcome, "ok") != 0 ? ops_refused(cli, &reply, move) : show_move(cli, &reply);
    ops_reply_free(&reply);
    config_free(&config);
    return result;
}

int command_mails_retry(const struct cli *cli) {
    return make_move(cli, "retry");
}

int command_mails_hold(const struct cli *cli) {
    return make_move(cli, "hold");
}

int command_mails_release(const struct cli *cli) {
    return make_move(cli, "release");
}

int command_mails_cancel(const struct cli *cli) {
    return make_move(cli, "cancel");
}
