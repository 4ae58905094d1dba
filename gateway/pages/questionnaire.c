#include "gateway/pages/questionnaire.h"
#include "gateway/respond.h"
#include <stdio.h>
#include <string.h>

enum { RADIO_MAX = 7 };   // more options become a list to choose from

static void *make(struct request *r, const ProtobufCMessageDescriptor *descriptor) {
    ProtobufCMessage *message = arena_take(r->arena, descriptor->sizeof_message);
    if (message)
        protobuf_c_message_init(descriptor, message);
    return message;
}

static bool was_typed(const struct questionnaire *q, const char *name, const char *value) {
    for (size_t i = 0; i < q->typed->count; i++)
        if (strcmp(q->typed->items[i].name, name) == 0 && strcmp(q->typed->items[i].value, value) == 0)
            return true;
    return false;
}

static bool is(const Kosi__Question *question, const char *type) { return strcmp(question->type, type) == 0; }

// ---- one question to be filled in

static const struct { const char *type, *input_type; } line_types[] = {
    {"short_text", "text"}, {"email", "email"}, {"url", "url"}, {"date", "date"}, {"telephone", "tel"}, {"time", "time"},
    {"number", "text"}};

static void set_kind(Kosi__PageQuestion *out, const Kosi__Question *question) {
    for (size_t i = 0; i < sizeof line_types / sizeof *line_types; i++)
        if (is(question, line_types[i].type))
            out->input_type = (char *)line_types[i].input_type;
    bool select = is(question, "district") || (is(question, "choice") && question->n_options > RADIO_MAX);
    bool radio = is(question, "choice") && !select;
    out->has_as_select = out->as_select = select;
    out->has_as_radio = out->as_radio = radio;
    out->has_as_text = out->as_text = is(question, "long_text");
    out->has_as_boxes = out->as_boxes = is(question, "multiple_choice");
    out->has_as_consent = out->as_consent = is(question, "consent");
    if (!select && !radio && !out->as_text && !out->as_boxes && !out->as_consent) {
        out->has_as_line = out->as_line = true;
        out->input_type = out->input_type ? out->input_type : (char *)"text";
    }
}

static void add_option(const struct questionnaire *q, Kosi__PageQuestion *out, const char *id, const char *label, const char *input) {
    Kosi__PageOption *option = make(q->request, &kosi__page_option__descriptor);
    if (!option || !input)
        return;
    option->option_id = (char *)id;
    option->option_label = (char *)label;
    option->option_input = (char *)input;
    option->has_checked = true;
    option->checked = was_typed(q, out->name, id);
    out->options[out->n_options++] = option;
}

static void add_options(const struct questionnaire *q, const Kosi__Question *question, Kosi__PageQuestion *out) {
    out->options = arena_take(q->request->arena, (question->n_options + 1) * sizeof *out->options);
    if (!out->options)
        return;
    if (out->as_consent)
        add_option(q, out, question->id, question->label, out->input);
    for (size_t i = 0; i < question->n_options; i++) {
        const char *id = question->options[i]->id;
        add_option(q, out, id, question->options[i]->label, arena_format(q->request->arena, "o-%s-%s", question->id, id));
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

// What such an answer looks like: "field.invalid_format.answer.date". NULL: it has another fault, or none, or there is no more to say.
static const char *expected(struct request *r, const Kosi__Question *question) {
    char key[80];
    snprintf(key, sizeof key, "field.invalid_format.answer.%s", question->type ? question->type : "");
    for (size_t i = 0; i < r->violations.count; i++) {
        const Kosi__FieldProblem *found = r->violations.items[i];
        if (strncmp(found->field, "answers.", 8) == 0 && strcmp(found->field + 8, question->id) == 0)
            return found->code && strcmp(found->code, "invalid_format") == 0 ? catalogue_find(r->gateway->catalogues[r->language], key) : NULL;
    }
    return NULL;
}

// A form sent without any answer is refused as a whole: then every question that needs an answer is shown as unanswered.
static const char *unanswered(struct request *r, const Kosi__Question *question) {
    if (!question->required || !error_for(r, "answers", ""))
        return NULL;
    return request_text(r, is(question, "consent") ? TEXT_FIELD_NOT_ACCEPTED : TEXT_FIELD_REQUIRED);
}

// The ids of all that explains the field, in the order of the page.
static void describe(struct request *r, Kosi__PageQuestion *out) {
    const struct { const char *there, *suffix; } parts[] = {
        {out->help, "help"}, {out->example, "example"}, {out->wording, "wording"}, {out->error, "error"}};
    out->described_by = (char *)"";
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].there && *parts[i].there && out->described_by)
            out->described_by = arena_format(r->arena, "%s%s%s-%s", out->described_by, *out->described_by ? " " : "", out->input,
                                             parts[i].suffix);
}

static const char *help_of(struct request *r, const Kosi__Question *question) {
    char limit[16];
    snprintf(limit, sizeof limit, "%u", question->has_max_choices ? question->max_choices : question->max_length);
    bool texts = is(question, "long_text") && question->max_length > 0;
    bool choices = question->has_max_choices && question->max_choices > 0;
    if (!texts && !choices)
        return question->help && *question->help ? question->help : NULL;
    const char *bound = catalogue_fill(r->arena, request_text(r, choices ? TEXT_FORM_MAX_CHOICES : TEXT_FORM_MAX_LENGTH), "limit",
                                       limit, NULL);
    bool help = question->help && *question->help;
    return arena_format(r->arena, "%s%s%s", help ? question->help : "", help ? " " : "", bound);
}

static void need(Kosi__PageQuestion *out, bool needed) {
    out->has_needed = out->has_voluntary = true;
    out->needed = needed;
    out->voluntary = !needed;
}

static Kosi__PageQuestion *view(const struct questionnaire *q, const Kosi__Question *question) {
    struct request *r = q->request;
    Kosi__PageQuestion *out = make(r, &kosi__page_question__descriptor);
    if (!out)
        return NULL;
    bool consent = is(question, "consent");
    out->name = consent ? (char *)"consents" : question->id;
    out->input = arena_format(r->arena, "q-%s", question->id);
    out->label = question->label;
    out->help = (char *)help_of(r, question);
    out->example = question->example;
    out->wording = question->wording;
    need(out, question->required);
    const char *error = error_for(r, consent ? "consents." : "answers.", question->id), *better = expected(r, question);
    out->error = (char *)(better ? better : error ? error : unanswered(r, question));
    out->earliest = question->earliest;
    out->latest = question->latest;
    set_kind(out, question);
    const char *value = urlencoded_value(q->typed, out->name);
    out->value = consent ? question->id : (char *)(value ? value : "");
    add_options(q, question, out);
    describe(r, out);
    return out;
}

// ---- the contact

static const struct { const char *name, *field, *input, *type, *complete; enum text label, help; } contact_fields[] = {
    {"contact.name", "name", "q-contact-name", "text", "name", TEXT_FORM_CONTACT_NAME, TEXT_COUNT},
    {"contact.email", "email", "q-contact-email", "email", "email", TEXT_FORM_CONTACT_EMAIL, TEXT_FORM_CONTACT_EMAIL_HELP}};
enum { CONTACT_FIELDS = sizeof contact_fields / sizeof *contact_fields };

static bool asks_contact(const Kosi__Form *form) { return !form->contact || strcmp(form->contact, "none") != 0; }

static Kosi__PageQuestion *view_contact(const struct questionnaire *q, int at) {
    struct request *r = q->request;
    Kosi__PageQuestion *out = make(r, &kosi__page_question__descriptor);
    if (!out)
        return NULL;
    out->name = (char *)contact_fields[at].name;
    out->input = (char *)contact_fields[at].input;
    out->input_type = (char *)contact_fields[at].type;
    out->complete = (char *)contact_fields[at].complete;
    out->label = (char *)request_text(r, contact_fields[at].label);
    out->help = contact_fields[at].help == TEXT_COUNT ? NULL : (char *)request_text(r, contact_fields[at].help);
    out->error = (char *)error_for(r, "contact.", contact_fields[at].field);
    const char *value = urlencoded_value(q->typed, out->name);
    out->value = (char *)(value ? value : "");
    out->has_as_line = out->as_line = true;
    bool required = q->form->contact && strcmp(q->form->contact, "required") == 0;
    need(out, required && strcmp(contact_fields[at].field, "email") == 0);   // nobody has to give a name
    describe(r, out);
    return out;
}

// ---- sections

// Where a section begins: at each question of that type; what stands before the first one is a section too. Consents stand together
// at the end, after the contact.
static size_t count_sections(const Kosi__Form *form) {
    size_t count = asks_contact(form);
    bool open = false, consents = false;
    for (size_t i = 0; i < form->n_questions; i++) {
        bool consent = is(form->questions[i], "consent"), begins = is(form->questions[i], "section");
        count += begins || (!open && !consent);
        open |= begins || !consent;
        consents |= consent;
    }
    return count + consents;
}

struct sections {
    const struct questionnaire *of;
    Kosi__PageSection **items;
    size_t count, total;
};

static Kosi__PageSection *begin(struct sections *all, const char *title, const char *help) {
    struct request *r = all->of->request;
    Kosi__PageSection *section = make(r, &kosi__page_section__descriptor);
    char number[16], total[16];
    if (!section || all->count == all->total)
        return NULL;
    snprintf(number, sizeof number, "%zu", all->count + 1);
    snprintf(total, sizeof total, "%zu", all->total);
    section->section_id = arena_format(r->arena, "s-%s", number);
    section->section_title = (char *)title;
    section->section_help = (char *)help;
    if (all->total > 1)
        section->section_place = (char *)catalogue_fill(r->arena, request_text(r, TEXT_FORM_PLACE), "number", number, "total", total, NULL);
    section->questions = arena_take(r->arena, (all->of->form->n_questions + CONTACT_FIELDS) * sizeof *section->questions);
    if (!section->questions)
        return NULL;
    all->items[all->count++] = section;
    return section;
}

static void add(Kosi__PageSection *section, Kosi__PageQuestion *question) {
    if (section && question)
        section->questions[section->n_questions++] = question;
}

static void add_contact(struct sections *all) {
    struct request *r = all->of->request;
    if (!asks_contact(all->of->form))
        return;
    Kosi__PageSection *section = begin(all, request_text(r, TEXT_FORM_CONTACT), request_text(r, TEXT_FORM_CONTACT_TEXT));
    for (int i = 0; i < CONTACT_FIELDS; i++)
        add(section, view_contact(all->of, i));
}

static void add_consents(struct sections *all) {
    const Kosi__Form *form = all->of->form;
    Kosi__PageSection *section = NULL;
    for (size_t i = 0; i < form->n_questions; i++) {
        if (!is(form->questions[i], "consent"))
            continue;
        section = section ? section : begin(all, request_text(all->of->request, TEXT_FORM_CONSENTS), NULL);
        add(section, view(all->of, form->questions[i]));
    }
}

size_t questionnaire_sections(const struct questionnaire *q, Kosi__PageSection ***out) {
    const Kosi__Form *form = q->form;
    struct sections all = {.of = q, .total = count_sections(form)};
    *out = all.items = arena_take(q->request->arena, (all.total + 1) * sizeof *all.items);
    Kosi__PageSection *section = NULL;
    for (size_t i = 0; all.items && i < form->n_questions; i++) {
        const Kosi__Question *question = form->questions[i];
        if (is(question, "consent"))
            continue;
        if (is(question, "section"))
            section = begin(&all, question->label, question->help);
        else
            section = section ? section : begin(&all, request_text(q->request, TEXT_FORM_FIRST_SECTION), NULL);
        if (!is(question, "section"))
            add(section, view(q, question));
    }
    if (all.items) {
        add_contact(&all);
        add_consents(&all);
    }
    return all.count;
}

// ---- what is wrong

static Kosi__PageFault *fault_of(struct request *r, const Kosi__PageQuestion *question) {
    Kosi__PageFault *fault = make(r, &kosi__page_fault__descriptor);
    if (!fault)
        return NULL;
    bool group = question->as_radio || question->as_boxes;
    const char *first = group && question->n_options ? question->options[0]->option_input : question->input;
    fault->target = arena_format(r->arena, "#%s", first);
    fault->fault = arena_format(r->arena, "%s – %s", question->label, question->error);
    return fault;
}

size_t questionnaire_faults(struct request *r, Kosi__PageSection *const *sections, size_t count, Kosi__PageFault ***out) {
    size_t n = 0, most = 1;
    for (size_t i = 0; i < count; i++)
        most += sections[i]->n_questions;
    *out = arena_take(r->arena, most * sizeof **out);
    for (size_t i = 0; *out && i < count; i++) {
        size_t before = n;
        for (size_t j = 0; j < sections[i]->n_questions; j++) {
            Kosi__PageFault *fault = sections[i]->questions[j]->error ? fault_of(r, sections[i]->questions[j]) : NULL;
            if (fault)
                (*out)[n++] = fault;
        }
        char faults[16];
        snprintf(faults, sizeof faults, "%zu", n - before);
        if (n > before)
            sections[i]->section_faults = (char *)catalogue_fill(
                r->arena, request_text(r, n - before == 1 ? TEXT_FORM_SECTION_FAULT : TEXT_FORM_SECTION_FAULTS), "count", faults, NULL);
    }
    return n;
}

// ---- to be read

static void add_line(struct request *r, Kosi__PageAnswer *answer, size_t most, const char *text, size_t n) {
    Kosi__PageLine *line = answer->n_lines < most ? make(r, &kosi__page_line__descriptor) : NULL;
    if (!line)
        return;
    line->line = arena_text_n(r->arena, text, n);
    answer->lines[answer->n_lines++] = line;
}

static size_t lines_in(const char *text) {
    size_t n = 1;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static void add_text(struct request *r, Kosi__PageAnswer *answer, const char *text) {
    size_t most = lines_in(text);
    answer->lines = arena_take(r->arena, most * sizeof *answer->lines);
    while (answer->lines && *text) {
        size_t n = strcspn(text, "\n");
        add_line(r, answer, most, text, n && text[n - 1] == '\r' ? n - 1 : n);
        text += n + (text[n] == '\n');
    }
}

static void add_choices(struct request *r, Kosi__PageAnswer *answer, const Kosi__PageQuestion *question) {
    answer->lines = arena_take(r->arena, (question->n_options + 1) * sizeof *answer->lines);
    for (size_t i = 0; answer->lines && i < question->n_options; i++) {
        const Kosi__PageOption *option = question->options[i];
        const char *label = question->as_consent ? request_text(r, TEXT_FORM_AGREED) : option->option_label;
        if (option->checked)
            add_line(r, answer, question->n_options, label, strlen(label));
    }
}

static Kosi__PageAnswer *read_answer(struct request *r, const Kosi__PageQuestion *question) {
    Kosi__PageAnswer *answer = make(r, &kosi__page_answer__descriptor);
    if (!answer)
        return NULL;
    answer->asked = question->label;
    bool date = question->input_type && strcmp(question->input_type, "date") == 0;
    if (question->n_options)
        add_choices(r, answer, question);
    else if (*question->value)
        add_text(r, answer, date ? page_day(r, question->value) : question->value);
    answer->has_unanswered = true;
    answer->unanswered = answer->n_lines == 0;
    return answer;
}

static Kosi__PagePart *read_section(struct request *r, const Kosi__PageSection *section, const char *form_url) {
    Kosi__PagePart *part = make(r, &kosi__page_part__descriptor);
    if (!part)
        return NULL;
    part->part_title = section->section_title;
    if (form_url) {
        part->change_url = arena_format(r->arena, "%s#%s", form_url, section->section_id);
        part->change_label = (char *)catalogue_fill(r->arena, request_text(r, TEXT_FORM_CHANGE), "section", section->section_title, NULL);
    }
    part->answers = arena_take(r->arena, (section->n_questions + 1) * sizeof *part->answers);
    for (size_t i = 0; part->answers && i < section->n_questions; i++) {
        Kosi__PageAnswer *answer = read_answer(r, section->questions[i]);
        if (answer)
            part->answers[part->n_answers++] = answer;
    }
    return part;
}

size_t questionnaire_parts(const struct questionnaire *q, const char *form_url, Kosi__PagePart ***out) {
    Kosi__PageSection **sections;
    size_t count = questionnaire_sections(q, &sections), n = 0;
    *out = arena_take(q->request->arena, (count + 1) * sizeof **out);
    for (size_t i = 0; *out && i < count; i++) {
        Kosi__PagePart *part = sections[i]->n_questions ? read_section(q->request, sections[i], form_url) : NULL;
        if (part)
            (*out)[n++] = part;
    }
    return n;
}

// ---- what was sent once

static void add_pair(struct urlencoded_pairs *out, const char *name, const char *value) {
    if (value && out->count < URLENCODED_PAIRS_MAX)
        out->items[out->count++] = (struct urlencoded_pair){name, value};
}

void questionnaire_typed(struct request *r, const Kosi__SubmissionExport *sent, struct urlencoded_pairs *out) {
    *out = (struct urlencoded_pairs){.items = arena_take(r->arena, URLENCODED_PAIRS_MAX * sizeof *out->items)};
    if (!out->items)
        return;
    for (size_t i = 0; i < sent->n_answers; i++) {
        const Kosi__Answer *answer = sent->answers[i];
        add_pair(out, answer->key, answer->value ? answer->value->text : NULL);
        for (size_t j = 0; answer->value && j < answer->value->n_items; j++)
            add_pair(out, answer->key, answer->value->items[j]);
    }
    if (sent->contact) {
        add_pair(out, "contact.name", sent->contact->name);
        add_pair(out, "contact.email", sent->contact->email);
    }
    for (size_t i = 0; i < sent->n_consents; i++)
        add_pair(out, "consents", sent->consents[i]->question);
}
