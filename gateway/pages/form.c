// The page of a form: shown empty, or again with what was typed and what is wrong with it. Sending it ends at the receipt (303).
// A hidden key makes a double click, or "back and send again", one submission.
#include "gateway/api.h"
#include "gateway/pages/page.h"
#include "gateway/respond.h"
#include "kosi/submissions.pb-c.h"
#include "services/common/base/id.h"
#include "services/common/base/log.h"
#include "services/common/contract/json_walk.h"
#include "services/common/contract/validate.h"
#include <stdio.h>
#include <string.h>

static const char key_field[] = "_key", trap_field[] = "_website";   // own fields begin with _; no question does
enum { RADIO_MAX = 7 };                                              // more options become a list to choose from

// What a form that was sent keeps until it is answered.
struct sent {
    struct urlencoded_pairs pairs;
    int outcome;                // why it comes back; 0: it is shown for the first time
    const char *key;
};

static bool was_sent(const struct sent *sent, const char *name, const char *value) {
    for (size_t i = 0; i < sent->pairs.count; i++)
        if (strcmp(sent->pairs.items[i].name, name) == 0 && strcmp(sent->pairs.items[i].value, value) == 0)
            return true;
    return false;
}

static void *make(struct request *r, size_t size, void (*init)(void *)) {
    void *message = arena_take(r->arena, size);
    if (message)
        init(message);
    return message;
}
static void init_question(void *message) { kosi__page_question__init(message); }
static void init_option(void *message) { kosi__page_option__init(message); }
static void init_fault(void *message) { kosi__page_fault__init(message); }

// ---- one question

static const struct { const char *type, *input_type; } line_types[] = {
    {"short_text", "text"}, {"email", "email"}, {"url", "url"}, {"date", "date"}, {"telephone", "tel"}, {"time", "time"},
    {"number", "text"}};

static void set_kind(Kosi__PageQuestion *out, const char *type, size_t options) {
    for (size_t i = 0; i < sizeof line_types / sizeof *line_types; i++)
        if (strcmp(type, line_types[i].type) == 0)
            out->input_type = (char *)line_types[i].input_type;
    bool select = strcmp(type, "district") == 0 || (strcmp(type, "choice") == 0 && options > RADIO_MAX);
    bool radio = strcmp(type, "choice") == 0 && !select;
    out->has_as_select = out->as_select = select;
    out->has_as_radio = out->as_radio = radio;
    out->has_as_text = out->as_text = strcmp(type, "long_text") == 0;
    out->has_as_boxes = out->as_boxes = strcmp(type, "multiple_choice") == 0;
    out->has_as_consent = out->as_consent = strcmp(type, "consent") == 0;
    out->has_as_section = out->as_section = strcmp(type, "section") == 0;
    if (!select && !radio && !out->as_text && !out->as_boxes && !out->as_consent && !out->as_section) {
        out->has_as_line = out->as_line = true;
        out->input_type = out->input_type ? out->input_type : (char *)"text";
    }
}

static void add_options(struct request *r, const struct sent *sent, const Kosi__Question *question, Kosi__PageQuestion *out) {
    out->options = arena_take(r->arena, (question->n_options + 1) * sizeof *out->options);
    for (size_t i = 0; i < question->n_options && out->options; i++) {
        Kosi__PageOption *option = make(r, sizeof *option, init_option);
        if (!option)
            return;
        option->option_id = question->options[i]->id;
        option->option_label = question->options[i]->label;
        option->option_input = arena_format(r->arena, "o-%s-%s", question->id, option->option_id);
        option->has_checked = true;
        option->checked = was_sent(sent, out->name, option->option_id);
        out->options[out->n_options++] = option;
    }
}

static const char *error_for(struct request *r, const char *prefix, const char *name) {
    for (size_t i = 0; i < r->violations.count; i++) {
        const char *field = r->violations.items[i]->field;
        if (strncmp(field, prefix, strlen(prefix)) == 0 && strcmp(field + strlen(prefix), name) == 0)
            return respond_field_text(r, r->violations.items[i]);
    }
    return NULL;
}

// A form sent without any answer is refused as a whole: then every question that needs an answer is shown as unanswered.
static const char *unanswered(struct request *r, const Kosi__Question *question, bool consent) {
    if (!question->required || !error_for(r, "answers", ""))
        return NULL;
    return request_text(r, consent ? TEXT_FIELD_NOT_ACCEPTED : TEXT_FIELD_REQUIRED);
}

// The ids of all that explains the field, in the order of the page.
static void describe(struct request *r, Kosi__PageQuestion *out) {
    const struct { const char *there, *suffix; } parts[] = {
        {out->help, "help"}, {out->example, "example"}, {out->wording, "wording"}, {out->error, "error"}};
    out->described_by = (char *)"";
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].there && out->described_by)
            out->described_by = arena_format(r->arena, "%s%s%s-%s", out->described_by, *out->described_by ? " " : "", out->input,
                                             parts[i].suffix);
}

static const char *help_of(struct request *r, const Kosi__Question *question) {
    char limit[16];
    snprintf(limit, sizeof limit, "%u", question->has_max_choices ? question->max_choices : question->max_length);
    bool texts = strcmp(question->type, "long_text") == 0 && question->max_length > 0;
    bool choices = question->has_max_choices && question->max_choices > 0;
    if (!texts && !choices)
        return question->help && *question->help ? question->help : NULL;
    const char *bound = catalogue_fill(r->arena, request_text(r, choices ? TEXT_FORM_MAX_CHOICES : TEXT_FORM_MAX_LENGTH), "limit",
                                       limit, NULL);
    bool help = question->help && *question->help;
    return arena_format(r->arena, "%s%s%s", help ? question->help : "", help ? " " : "", bound);
}

static Kosi__PageQuestion *view_question(struct request *r, const struct sent *sent, const Kosi__Question *question) {
    Kosi__PageQuestion *out = make(r, sizeof *out, init_question);
    if (!out)
        return NULL;
    bool consent = strcmp(question->type, "consent") == 0;
    out->name = consent ? (char *)"consents" : question->id;
    out->input = arena_format(r->arena, "q-%s", question->id);
    out->label = question->label;
    out->help = (char *)help_of(r, question);
    out->wording = question->wording;
    out->has_needed = true;
    out->needed = question->required;
    out->has_voluntary = true;
    out->voluntary = !question->required && strcmp(question->type, "section") != 0;
    const char *error = error_for(r, consent ? "consents." : "answers.", question->id);
    out->error = (char *)(error ? error : unanswered(r, question, consent));
    out->has_max_length = question->max_length > 0;
    out->max_length = question->max_length;
    out->earliest = question->earliest;
    out->latest = question->latest;
    set_kind(out, question->type, question->n_options);
    const char *value = urlencoded_value(&sent->pairs, out->name);
    out->value = consent ? question->id : (char *)(value ? value : "");
    if (consent) {
        out->options = arena_take(r->arena, sizeof *out->options);
        Kosi__PageOption *option = make(r, sizeof *option, init_option);
        if (!out->options || !option)
            return NULL;
        option->option_id = question->id;
        option->option_label = question->label;
        option->option_input = out->input;
        option->has_checked = option->checked = was_sent(sent, "consents", question->id);
        out->options[out->n_options++] = option;
    } else {
        add_options(r, sent, question, out);
    }
    describe(r, out);
    return out;
}

// ---- the whole page

static void add_contact(struct request *r, const struct sent *sent, Kosi__FormPage *page, const char *field, enum text label,
                        const char *type, const char *complete) {
    Kosi__PageQuestion *out = make(r, sizeof *out, init_question);
    if (!out)
        return;
    out->name = arena_format(r->arena, "contact.%s", field);
    out->input = arena_format(r->arena, "q-contact-%s", field);
    out->label = (char *)request_text(r, label);
    out->error = (char *)error_for(r, "contact.", field);
    out->value = (char *)urlencoded_value(&sent->pairs, out->name);
    out->input_type = (char *)type;
    out->complete = (char *)complete;
    out->has_as_line = out->as_line = true;
    if (label == TEXT_FORM_CONTACT_EMAIL)
        out->help = (char *)request_text(r, TEXT_FORM_CONTACT_EMAIL_HELP);
    describe(r, out);
    page->contacts[page->n_contacts++] = out;
}

static void add_contacts(struct request *r, const struct sent *sent, const Kosi__Form *form, Kosi__FormPage *page) {
    page->contacts = arena_take(r->arena, 2 * sizeof *page->contacts);
    bool none = form->contact && strcmp(form->contact, "none") == 0;
    if (none || !page->contacts)
        return;
    add_contact(r, sent, page, "name", TEXT_FORM_CONTACT_NAME, "text", "name");
    add_contact(r, sent, page, "email", TEXT_FORM_CONTACT_EMAIL, "email", "email");
    page->has_asks_contact = page->asks_contact = true;
    bool required = form->contact && strcmp(form->contact, "required") == 0;
    for (size_t i = 0; i < page->n_contacts; i++) {
        bool needed = required && strcmp(page->contacts[i]->name, "contact.email") == 0;   // nobody has to give a name
        page->contacts[i]->has_needed = page->contacts[i]->has_voluntary = true;
        page->contacts[i]->needed = needed;
        page->contacts[i]->voluntary = !needed;
    }
}

// The summary at the top links each field that has an error, in the order of the page.
static void add_faults(struct request *r, Kosi__FormPage *page, Kosi__PageQuestion *const *questions, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!questions[i]->error)
            continue;
        Kosi__PageFault *fault = make(r, sizeof *fault, init_fault);
        if (!fault)
            return;
        bool group = questions[i]->as_radio || questions[i]->as_boxes;
        const char *first = group && questions[i]->n_options ? questions[i]->options[0]->option_input : questions[i]->input;
        fault->target = arena_format(r->arena, "#%s", first);
        fault->fault = arena_format(r->arena, "%s: %s", questions[i]->label, questions[i]->error);
        page->faults[page->n_faults++] = fault;
        page->has_faulty = page->faulty = true;
    }
}

static void add_questions(struct request *r, const struct sent *sent, const Kosi__Form *form, Kosi__FormPage *page) {
    page->questions = arena_take(r->arena, (form->n_questions + 1) * sizeof *page->questions);
    page->consents = arena_take(r->arena, (form->n_questions + 1) * sizeof *page->consents);
    page->faults = arena_take(r->arena, (form->n_questions + 3) * sizeof *page->faults);
    if (!page->questions || !page->consents || !page->faults)
        return;
    for (size_t i = 0; i < form->n_questions; i++) {
        Kosi__PageQuestion *question = view_question(r, sent, form->questions[i]);
        if (question && question->as_consent)
            page->consents[page->n_consents++] = question;
        else if (question)
            page->questions[page->n_questions++] = question;
    }
    page->has_asks_consent = page->asks_consent = page->n_consents > 0;
    add_contacts(r, sent, form, page);
    add_faults(r, page, page->questions, page->n_questions);
    add_faults(r, page, page->contacts, page->n_contacts);
    add_faults(r, page, page->consents, page->n_consents);
}

static const char *fresh_key(struct request *r) {
    uint8_t bytes[16];
    char text[24];
    id_random(bytes, sizeof bytes);
    id_base64url(bytes, sizeof bytes, text);
    return arena_text(r->arena, text);
}

static const char *notice_for(struct request *r, const struct sent *sent, bool faulty) {
    if (sent->outcome == 0 || (sent->outcome == PROBLEM_VALIDATION && faulty))
        return NULL;
    if (sent->outcome == PROBLEM_KEY_REUSED)
        return request_text(r, TEXT_FORM_NOTICE_KEY);
    if (sent->outcome == PROBLEM_GONE)
        return request_text(r, TEXT_FORM_NOTICE_ERASED);
    return page_problem_text(r, sent->outcome);
}

static void show(struct request *r, const struct client_reply *reply) {
    struct sent *sent = r->page;
    Kosi__Form *form = page_take(r, reply, "Form");
    if (!form)
        return;
    char minutes[16];
    snprintf(minutes, sizeof minutes, "%u", form->minutes);
    const char *slug = route_variable(&r->match, "slug");
    bool other_key = !sent->key || sent->outcome == PROBLEM_KEY_REUSED || sent->outcome == PROBLEM_GONE;
    Kosi__FormPage page = KOSI__FORM_PAGE__INIT;
    page.title = form->title;
    page.other_url = (char *)page_other_url(r, PAGE_FORM, slug);
    page.intro = form->intro;
    if (form->minutes)
        page.minutes = (char *)catalogue_fill(r->arena, request_text(r, TEXT_FORM_MINUTES), "minutes", minutes, NULL);
    page.action = (char *)route_page_path(PAGE_FORM, r->language, slug, r->arena);
    page.key = (char *)(other_key ? fresh_key(r) : sent->key);
    page.has_version = true;
    page.version = form->version;
    add_questions(r, sent, form, &page);
    page.notice = (char *)notice_for(r, sent, page.faulty);
    page_render(r, sent->outcome ? problem_status(sent->outcome) : 200, "form", &page.base);
}

static void ask_form(struct request *r) {
    Kosi__FormRequest input = KOSI__FORM_REQUEST__INIT;
    input.slug = (char *)route_variable(&r->match, "slug");
    const struct contract_message *contract = contract_message_named("FormRequest");
    struct violations unused = {.arena = r->arena};
    if (validate_message(contract, &input.base, &unused))
        respond_problem(r, PROBLEM_NOT_FOUND, NULL);
    else
        page_ask(r, "submissions", "GetForm", &input.base, show);
}

static void serve_form(struct request *r) {
    r->page = arena_take(r->arena, sizeof(struct sent));
    if (r->page)
        ask_form(r);
    else
        respond_problem(r, PROBLEM_BUSY, NULL);
}

// ---- sending

static void show_again(struct request *r, int outcome) {
    struct sent *sent = r->page;
    sent->outcome = outcome;
    r->signed_actor = NULL;
    ask_form(r);
}

static void sent_answered(struct request *r, const struct client_reply *reply) {
    if (strcmp(reply->outcome, "ok") != 0) {
        const char *detail;
        show_again(r, respond_read_problem(r, reply, &detail));
        return;
    }
    Kosi__SubmitReply *message = page_take(r, reply, "SubmitReply");
    if (message)
        respond_redirect(r, route_page_path(PAGE_SUBMISSION, r->language, message->token, r->arena));
}

// Form fields into the request. Own fields, and the slug that the address gives, are not answers.
static int fill(struct request *r, const struct sent *sent, const struct contract_message *contract, ProtobufCMessage *input) {
    int problem = pair_to_message("slug", route_variable(&r->match, "slug"), false, contract, input, &r->violations);
    for (size_t i = 0; i < sent->pairs.count && !problem; i++) {
        const struct urlencoded_pair *pair = &sent->pairs.items[i];
        if (pair->name[0] == '_' || strcmp(pair->name, "slug") == 0)
            continue;
        problem = pair_to_message(pair->name, pair->value, true, contract, input, &r->violations);
    }
    return problem ? problem : validate_message(contract, input, &r->violations);
}

static int read_pairs(struct request *r, struct sent *sent) {
    int problem = page_read_form(r);
    if (problem)
        return problem;
    sent->pairs = r->form;
    const char *key = urlencoded_value(&sent->pairs, key_field);
    if (key && *key && api_take_key(r, key))
        return PROBLEM_BAD_PARAMETER;
    sent->key = r->idempotency_key;
    const char *trap = urlencoded_value(&sent->pairs, trap_field);
    if (trap && *trap) {
        r->gateway->metrics.honeypot++;
        log_event(LOG_INFO_, "honeypot", "route", r->route->path, NULL);
    }
    return 0;
}

static void take_form(struct request *r) {
    struct sent *sent = arena_take(r->arena, sizeof *sent);
    const struct contract_message *contract = contract_message_named("SubmitRequest");
    ProtobufCMessage *input = request_message(r, contract);
    int problem = sent && input ? read_pairs(r, sent) : PROBLEM_BUSY;
    r->page = sent;
    if (problem) {
        respond_problem(r, problem, NULL);
        return;
    }
    problem = fill(r, sent, contract, input);
    if (problem)
        show_again(r, problem);
    else
        page_ask(r, "submissions", "Submit", input, sent_answered);
}

const struct page_row form_pages[] = {
    {PAGE_FORM, "GET", {"/formulare/{slug}", "/en/forms/{slug}"}, serve_form, NULL, false},
    {PAGE_FORM, "POST", {"/formulare/{slug}", "/en/forms/{slug}"}, take_form, NULL, false},
    {.verb = NULL}};
