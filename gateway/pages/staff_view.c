#include "gateway/pages/staff_view.h"
#include "services/common/base/clock.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

static const struct { const char *state; enum text label; const char *tone; } states[] = {
    {"received", TEXT_STATE_RECEIVED, "info"},      {"in_review", TEXT_STATE_IN_REVIEW, "warning"},
    {"accepted", TEXT_STATE_ACCEPTED, "success"},   {"rejected", TEXT_STATE_REJECTED, "danger"},
    {"duplicate", TEXT_STATE_DUPLICATE, "danger"},  {"withdrawn", TEXT_STATE_WITHDRAWN, "danger"},
    {"erased", TEXT_STATE_ERASED, "danger"},
};

static size_t state_index(const char *state) {
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (state && strcmp(states[i].state, state) == 0)
            return i;
    return 0;
}

static const char *state_label(struct request *r, const char *state) { return request_text(r, states[state_index(state)].label); }

Kosi__StateBadge *staff_view_state(struct request *r, const char *state) {
    Kosi__StateBadge *badge = arena_take(r->arena, sizeof *badge);
    if (!badge)
        return NULL;
    kosi__state_badge__init(badge);
    badge->badge_label = (char *)state_label(r, state);
    badge->badge_tone = (char *)states[state_index(state)].tone;
    return badge;
}

// By calendar days where the city is: what came in last night came in yesterday.
static long day_of(int64_t at) {
    time_t seconds = (time_t)(at / 1000000);
    struct tm local;
    if (!localtime_r(&seconds, &local))
        return 0;
    return (seconds + local.tm_gmtoff) / 86400;
}

const char *staff_view_age(struct request *r, int64_t at) {
    char days[24];
    long age = day_of(clock_wall_us()) - day_of(at);
    snprintf(days, sizeof days, "%ld", age);
    if (age <= 1)
        return request_text(r, age <= 0 ? TEXT_AGE_TODAY : TEXT_AGE_YESTERDAY);
    return catalogue_fill(r->arena, request_text(r, TEXT_AGE_DAYS), "days", days, NULL);
}

const char *staff_view_when(struct request *r, int64_t at) {
    return arena_format(r->arena, "%s (%s)", page_time(r, at), staff_view_age(r, at));
}

const char *staff_view_reason(struct request *r, const char *slug) {
    char key[80];
    snprintf(key, sizeof key, "reason.%s", slug);
    const char *text = catalogue_find(r->gateway->catalogues[r->language], key);
    return text ? text : slug;
}

const char *staff_view_count(struct request *r, uint32_t count, bool more) {
    char text[16];
    snprintf(text, sizeof text, "%u", count);
    return more ? catalogue_fill(r->arena, request_text(r, TEXT_COUNT_MORE), "count", text, NULL) : arena_text(r->arena, text);
}

// ---- a row of a list

static const char *form_title(const Kosi__WaitingReply *waiting, const char *slug) {
    for (size_t i = 0; waiting && i < waiting->n_forms; i++)
        if (slug && waiting->forms[i]->slug && strcmp(waiting->forms[i]->slug, slug) == 0)
            return waiting->forms[i]->title;
    return slug;
}

Kosi__InboxRow *staff_view_row(struct request *r, const Kosi__InboxItem *item, const Kosi__WaitingReply *waiting) {
    Kosi__InboxRow *row = arena_take(r->arena, sizeof *row);
    if (!row)
        return NULL;
    kosi__inbox_row__init(row);
    bool titled = item->title && *item->title;
    row->row_link = (char *)route_page_path(PAGE_STAFF_SUBMISSION, r->language, item->id, r->arena);
    row->row_title = titled ? item->title : (char *)request_text(r, TEXT_INBOX_UNTITLED);
    row->row_receipt = item->receipt;
    row->row_form = (char *)form_title(waiting, item->form);
    row->row_state = staff_view_state(r, item->state);
    row->row_received = (char *)staff_view_when(r, item->created_at);
    row->row_holder = item->taken_by;
    return row;
}

// ---- answers

static const char *option_label(const Kosi__Question *question, const char *id) {
    for (size_t i = 0; i < question->n_options; i++)
        if (question->options[i]->id && strcmp(question->options[i]->id, id) == 0)
            return question->options[i]->label;
    return id;
}

static const Kosi__Value *value_of(const Kosi__StaffSubmission *submission, const char *question) {
    for (size_t i = 0; i < submission->n_answers; i++)
        if (submission->answers[i]->key && strcmp(submission->answers[i]->key, question) == 0)
            return submission->answers[i]->value;
    return NULL;
}

static const char *list_text(struct request *r, const Kosi__Question *question, const Kosi__Value *value) {
    const char *text = NULL;
    for (size_t i = 0; i < value->n_items; i++) {
        const char *label = option_label(question, value->items[i]);
        text = text ? arena_format(r->arena, "%s\n%s", text, label) : label;
    }
    return text;
}

static const char *value_text(struct request *r, const Kosi__Question *question, const Kosi__Value *value) {
    if (value->n_items)
        return list_text(r, question, value);
    if (value->has_number)
        return arena_format(r->arena, "%.15g", value->number);
    if (!value->text)
        return NULL;
    return strcmp(question->type, "date") == 0 ? page_day(r, value->text) : option_label(question, value->text);
}

static Kosi__StaffAnswer *view_answer(struct request *r, const Kosi__StaffSubmission *submission, const Kosi__Question *question) {
    Kosi__StaffAnswer *answer = arena_take(r->arena, sizeof *answer);
    if (!answer)
        return NULL;
    kosi__staff_answer__init(answer);
    const Kosi__Value *value = value_of(submission, question->id);
    const char *text = value ? value_text(r, question, value) : NULL;
    bool address = text && strcmp(question->type, "url") == 0;
    answer->answer_label = question->label;
    answer->answer_text = address ? NULL : (char *)text;
    answer->answer_link = address ? (char *)text : NULL;
    answer->has_answer_none = true;
    answer->answer_none = !text;
    return answer;
}

static Kosi__StaffPart *new_part(struct request *r, const char *title, size_t room) {
    Kosi__StaffPart *part = arena_take(r->arena, sizeof *part);
    if (!part)
        return NULL;
    kosi__staff_part__init(part);
    part->part_title = (char *)title;
    part->part_answers = arena_take(r->arena, room * sizeof *part->part_answers);
    return part->part_answers ? part : NULL;
}

static void add_answer(struct request *r, const Kosi__StaffSubmission *submission, const Kosi__Question *question, Kosi__StaffPart *part) {
    Kosi__StaffAnswer *answer = view_answer(r, submission, question);
    if (!answer)
        return;
    part->part_answers[part->n_part_answers++] = answer;
    part->has_part_filled = part->part_filled = true;
}

size_t staff_view_parts(struct request *r, const Kosi__StaffSubmission *submission, Kosi__StaffPart ***out) {
    const Kosi__Form *asked = submission->asked;
    size_t room = asked ? asked->n_questions + 1 : 1, count = 0;
    *out = arena_take(r->arena, room * sizeof **out);
    Kosi__StaffPart *part = *out ? new_part(r, NULL, room) : NULL;
    if (part)
        (*out)[count++] = part;
    for (size_t i = 0; part && asked && i < asked->n_questions; i++) {
        const Kosi__Question *question = asked->questions[i];
        bool heading = strcmp(question->type, "section") == 0;
        if (heading && (part = new_part(r, question->label, room - i)))
            (*out)[count++] = part;
        else if (!heading && strcmp(question->type, "consent") != 0)
            add_answer(r, submission, question, part);
    }
    return count;
}

// ---- history

static const struct { const char *move; enum text text; } moves[] = {
    {"take", TEXT_STEP_TAKE},           {"release", TEXT_STEP_RELEASE}, {"accept", TEXT_STEP_ACCEPT},   {"reject", TEXT_STEP_REJECT},
    {"duplicate", TEXT_STEP_DUPLICATE}, {"reopen", TEXT_STEP_REOPEN},   {"correct", TEXT_STEP_CORRECT}};
static const struct { const char *state; enum text text; } reached[] = {
    {"received", TEXT_STEP_RECEIVED}, {"accepted", TEXT_STEP_ACCEPT},     {"rejected", TEXT_STEP_REJECT},
    {"duplicate", TEXT_STEP_DUPLICATE}, {"withdrawn", TEXT_STEP_WITHDRAWN}, {"erased", TEXT_STEP_ERASED}};

static enum text step_text(const Kosi__HistoryItem *item) {
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (item->move && strcmp(item->move, moves[i].move) == 0)
            return moves[i].text;
    for (size_t i = 0; i < sizeof reached / sizeof *reached; i++)
        if (item->state && strcmp(item->state, reached[i].state) == 0)
            return reached[i].text;
    return TEXT_STEP_TAKE;
}

static Kosi__StaffStep *view_step(struct request *r, const Kosi__HistoryItem *item) {
    Kosi__StaffStep *step = arena_take(r->arena, sizeof *step);
    if (!step)
        return NULL;
    kosi__staff_step__init(step);
    const char *login = item->login ? item->login : request_text(r, TEXT_STEP_SOMEBODY);
    const char *reason = item->reason ? staff_view_reason(r, item->reason) : "";
    step->step_when = (char *)page_time(r, item->at);
    step->step_what = (char *)catalogue_fill(r->arena, request_text(r, step_text(item)), "login", login, "reason", reason, NULL);
    step->step_note = item->text;
    return step;
}

size_t staff_view_steps(struct request *r, const Kosi__StaffSubmission *submission, uint32_t after, Kosi__StaffStep ***out) {
    size_t count = 0;
    *out = arena_take(r->arena, (submission->n_history + 1) * sizeof **out);
    for (size_t i = 0; *out && i < submission->n_history; i++) {
        const Kosi__HistoryItem *item = submission->history[i];
        if (after && item->version <= after)
            continue;
        Kosi__StaffStep *step = view_step(r, item);
        if (step)
            (*out)[count++] = step;
    }
    return count;
}

void staff_view_fact(struct request *r, Kosi__StaffFact **facts, size_t *count, const char *label, const char *text, const char *link) {
    if (!text || !*text || *count == STAFF_FACTS_MAX)
        return;
    Kosi__StaffFact *fact = arena_take(r->arena, sizeof *fact);
    if (!fact)
        return;
    kosi__staff_fact__init(fact);
    fact->fact_label = (char *)label;
    fact->fact_text = (char *)text;
    fact->fact_link = (char *)link;
    facts[(*count)++] = fact;
}
