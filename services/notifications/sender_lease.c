// What a sender says to the writer, and what it gets.
#include "services/common/base/clock.h"
#include "services/common/base/log.h"
#include "services/notifications/sender_hand.h"
#include <stdlib.h>
#include <string.h>

enum {
    GAP_MS = 10,
    IDLE_MS = 1000,
    AGAIN_MS = 200,
    LEAST_WAIT_MS = 20,
    ASK_MS = 5000,
    REQUEST_BYTES = 262144,
    WANTED_MOST = 40 /* at once: the writer has others to serve */
};

// ---- what is in hand

static void drop_job(struct sender *sender, struct job *job) {
    for (int i = 0; i < sender->job_count; i++)
        if (sender->jobs[i] == job) {
            sender->jobs[i] = sender->jobs[--sender->job_count];
            break;
        }
    kosi__leased_mail__free_unpacked(job->mail, NULL);
    buf_free(&job->post.letter);
    free(job);
}

void hand_let_go(struct sender *sender, struct job *job) {
    drop_job(sender, job);
}

// There is room: what is in hand and what is to be reported together never exceed HAND_MOST.
void hand_result(struct sender *sender, struct job *job, const struct smtp_verdict *verdict, bool untried) {
    struct sender_result *result = &sender->results[sender->result_count++];
    *result = (struct sender_result){.number = job->mail->number, .verdict = *verdict, .untried = untried};
    if (!untried && job->post.story.code >= 200 && (verdict->outcome == SMTP_SENT || job->post.story.code >= 400)) {
        result->code = job->post.story.code;
        memcpy(result->status, job->post.story.status, sizeof result->status);
    }
    drop_job(sender, job);
}

bool hand_full(const struct sender *sender) {
    return sender->result_count >= sender->beside->config->mail_connections;
}

void hand_return_waiting(struct sender *sender, struct destination *destination) {
    const struct smtp_verdict nothing = {.outcome = SMTP_LATER};
    for (struct job *job = destination_pop(destination); job != NULL; job = destination_pop(destination))
        hand_result(sender, job, &nothing, true);
}

void hand_let_go_waiting(struct sender *sender) {
    for (int i = 0; i < sender->destination_count; i++)
        for (struct job *job = destination_pop(&sender->destinations[i]); job != NULL; job = destination_pop(&sender->destinations[i]))
            drop_job(sender, job);
}

// ---- the answer

static struct destination *destination_named(struct sender *sender, const char *name) {
    for (int i = 0; name != NULL && i < sender->destination_count; i++)
        if (strcmp(sender->destinations[i].name, name) == 0)
            return &sender->destinations[i];
    return NULL;
}

static bool has(const struct sender *sender, uint64_t number) {
    for (int i = 0; i < sender->job_count; i++)
        if (sender->jobs[i]->mail->number == number)
            return true;
    for (int i = 0; i < sender->result_count; i++)
        if (sender->results[i].number == number)
            return true;
    return false;
}

// What is not taken is missing from the next request, so the writer has it back.
static bool take_mail(struct sender *sender, Kosi__LeasedMail *mail) {
    struct destination *destination = destination_named(sender, mail->route);
    if (destination == NULL || sender->closing || sender->job_count + sender->result_count >= HAND_MOST || has(sender, mail->number))
        return false;
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL)
        return false;
    *job = (struct job){.mail = mail, .destination = destination};
    buf_init(&job->post.letter, 0);
    job->post.owner = job;
    sender->jobs[sender->job_count++] = job;
    destination_push(destination, job);
    return true;
}

static void take_reply(struct sender *sender, Kosi__LeaseReply *reply) {
    for (size_t i = 0; i < reply->n_mails; i++)
        if (take_mail(sender, reply->mails[i]))
            reply->mails[i] = NULL;
    size_t kept = 0;
    for (size_t i = 0; i < reply->n_mails; i++)
        if (reply->mails[i] != NULL)
            reply->mails[kept++] = reply->mails[i];
    reply->n_mails = kept;
    int64_t wait_ms = reply->has_next_ms && reply->next_ms < IDLE_MS ? reply->next_ms : IDLE_MS;
    sender->next_ms = clock_mono_ms() + (wait_ms > LEAST_WAIT_MS ? wait_ms : LEAST_WAIT_MS);
}

static void answered(void *owner, const struct client_reply *reply) {
    struct sender *sender = owner;
    sender->asked = 0;
    sender->next_ms = clock_mono_ms() + AGAIN_MS;
    if (strcmp(reply->outcome, "ok") != 0)
        return; // the results stay and are told again
    Kosi__LeaseReply *given = kosi__lease_reply__unpack(NULL, reply->body_size, reply->body);
    if (given == NULL)
        return;
    sender->sure_ms = sender->asked_ms;
    sender->result_count -= sender->asked_results;
    memmove(sender->results, sender->results + sender->asked_results, (size_t)sender->result_count * sizeof *sender->results);
    sender->asked_results = 0;
    take_reply(sender, given);
    kosi__lease_reply__free_unpacked(given, NULL);
}

// ---- the request

struct draft { // one request; its pieces lie here until it is packed
    Kosi__LeaseRequest request;
    uint64_t holding[HAND_MOST];
    Kosi__MailResult results[HAND_MOST], *result_at[HAND_MOST];
    Kosi__MailWanted wanted[ROUTES_MOST], *wanted_at[ROUTES_MOST];
    char *troubled[ROUTES_MOST];
};

static const char *outcome_word(const struct sender_result *result) {
    static const char *const words[] = {[SMTP_SENT] = "sent", [SMTP_LATER] = "later", [SMTP_NEVER] = "never"};
    if (result->verdict.trouble == TROUBLE_OVERTAKEN)
        return "pointless";
    return result->untried ? "unsent" : words[result->verdict.outcome];
}

static void add_results(struct sender *sender, struct draft *draft) {
    for (int i = 0; i < sender->result_count; i++) {
        struct sender_result *result = &sender->results[i];
        Kosi__MailResult *told = draft->result_at[i] = &draft->results[i];
        kosi__mail_result__init(told);
        told->has_number = true;
        told->number = result->number;
        told->outcome = (char *)outcome_word(result);
        told->has_code = result->code != 0;
        told->code = result->code;
        told->status = result->status[0] != '\0' ? result->status : NULL;
        told->reason = result->verdict.trouble != TROUBLE_NONE ? (char *)mail_trouble_word(result->verdict.trouble) : NULL;
    }
    draft->request.n_results = (size_t)sender->result_count;
    draft->request.results = draft->result_at;
}

static int wanted(const struct sender *sender, const struct destination *destination, int64_t now_ms) {
    int depth = destination_depth(destination, now_ms), part = HAND_MOST / sender->destination_count; // a slow one must leave the others room
    int count = (depth < part ? depth : part) - destination->waiting - smtp_line_count(destination->line);
    return sender->closing || count < 0 ? 0 : count;
}

static void add_wanted(struct sender *sender, struct draft *draft, int64_t now_ms) {
    int room = HAND_MOST - sender->job_count - sender->result_count;
    draft->request.has_room = true;
    draft->request.room = (uint32_t)(room < WANTED_MOST ? room : WANTED_MOST);
    for (int i = 0; i < sender->destination_count; i++) {
        struct destination *destination = &sender->destinations[i];
        if (destination->troubled)
            draft->troubled[draft->request.n_troubled++] = (char *)destination->name;
        int count = wanted(sender, destination, now_ms);
        if (count == 0)
            continue;
        size_t at = draft->request.n_wanted++;
        draft->wanted_at[at] = &draft->wanted[at];
        kosi__mail_wanted__init(&draft->wanted[at]);
        draft->wanted[at].route = (char *)destination->name;
        draft->wanted[at].has_count = true;
        draft->wanted[at].count = (uint32_t)count;
    }
    draft->request.wanted = draft->wanted_at;
    draft->request.troubled = draft->troubled;
}

static void fill(struct sender *sender, struct draft *draft, int64_t now_ms) {
    Kosi__LeaseRequest *request = &draft->request;
    kosi__lease_request__init(request);
    request->has_holder = request->has_slot = true;
    request->holder = (ProtobufCBinaryData){sizeof sender->holder, sender->holder};
    request->slot = sender->beside->slot;
    for (int i = 0; i < sender->job_count; i++)
        draft->holding[i] = sender->jobs[i]->mail->number;
    request->n_holding = (size_t)sender->job_count;
    request->holding = draft->holding;
    add_results(sender, draft);
    add_wanted(sender, draft, now_ms);
}

static void ask(struct sender *sender, int64_t now_ms) {
    struct draft *draft = arena_take(sender->arena, sizeof *draft);
    uint8_t *bytes = arena_take(sender->arena, REQUEST_BYTES);
    sender->next_ms = now_ms + AGAIN_MS;
    if (draft == NULL || bytes == NULL)
        return;
    fill(sender, draft, now_ms);
    size_t size = kosi__lease_request__get_packed_size(&draft->request);
    if (size > REQUEST_BYTES)
        return;
    kosi__lease_request__pack(&draft->request, bytes);
    struct client_request request = {.service = "notifications",
                                     .method = "Lease",
                                     .body = bytes,
                                     .body_size = size,
                                     .timeout_ms = ASK_MS,
                                     .done = answered,
                                     .owner = sender};
    sender->asked = client_ask(sender->beside->client, &request);
    sender->asked_ms = now_ms;
    sender->asked_results = sender->result_count;
    sender->eager = false;
}

int sender_lease(struct sender *sender, int64_t now_ms) {
    if (sender->asked != 0)
        return IDLE_MS;
    bool something = sender->result_count > 0 || sender->eager;
    int64_t due_ms = hand_full(sender) ? now_ms : something ? sender->asked_ms + GAP_MS : sender->next_ms;
    if (something && sender->asked_results > 0)
        due_ms = sender->next_ms; // the last time it was not heard
    if (due_ms > now_ms)
        return (int)(due_ms - now_ms);
    ask(sender, now_ms);
    arena_reset(sender->arena);
    return IDLE_MS;
}
