#include "gateway/pages/control.h"
#include "gateway/respond.h"
#include <string.h>

static bool is_post(const struct request *r) { return strcmp(r->route->verb, "POST") == 0; }

// Names hold dots ("edits.title"); ids of elements had better not.
static char *input_id(struct request *r, const char *name) {
    char *id = arena_format(r->arena, "c-%s", name);
    for (char *c = id; c && *c; c++)
        if (*c == '.' || *c == '_')
            *c = '-';
    return id;
}

Kosi__PageQuestion *control_new(struct request *r, enum control_kind kind, const char *name, enum text label, enum text help) {
    Kosi__PageQuestion *control = arena_take(r->arena, sizeof *control);
    if (!control)
        return NULL;
    kosi__page_question__init(control);
    control->name = (char *)name;
    control->input = input_id(r, name);
    control->label = (char *)request_text(r, label);
    control->help = help == TEXT_COUNT ? NULL : (char *)request_text(r, help);
    control->input_type = kind == CONTROL_LINE ? (char *)"text" : NULL;
    control->has_as_line = control->as_line = kind == CONTROL_LINE;
    control->has_as_text = control->as_text = kind == CONTROL_AREA;
    control->has_as_select = control->as_select = kind == CONTROL_SELECT;
    control->has_as_radio = control->as_radio = kind == CONTROL_RADIO;
    control->has_as_boxes = control->as_boxes = kind == CONTROL_BOXES;
    control->options = kind >= CONTROL_SELECT ? arena_take(r->arena, CONTROL_OPTIONS_MAX * sizeof *control->options) : NULL;
    return kind < CONTROL_SELECT || control->options ? control : NULL;
}

void control_propose(struct request *r, Kosi__PageQuestion *control, const char *value) {
    if (!control)
        return;
    const char *typed = urlencoded_value(&r->form, control->name);
    control->value = (char *)(typed ? typed : is_post(r) ? "" : value ? value : "");
}

bool control_sent(const struct request *r, const char *name, const char *value) {
    for (size_t i = 0; i < r->form.count; i++)
        if (strcmp(r->form.items[i].name, name) == 0 && strcmp(r->form.items[i].value, value) == 0)
            return true;
    return false;
}

void control_option(struct request *r, Kosi__PageQuestion *control, const char *id, const char *label, bool proposed) {
    Kosi__PageOption *option = control ? arena_take(r->arena, sizeof *option) : NULL;
    if (!option || control->n_options == CONTROL_OPTIONS_MAX)
        return;
    kosi__page_option__init(option);
    option->option_id = (char *)id;
    option->option_label = (char *)label;
    option->option_input = arena_format(r->arena, "%s-%s", control->input, id);
    option->has_checked = true;
    option->checked = is_post(r) ? control_sent(r, control->name, id) : proposed;
    control->options[control->n_options++] = option;
}

static const char *error_of(struct request *r, const char *name) {
    for (size_t i = 0; i < r->violations.count; i++)
        if (strcmp(r->violations.items[i]->field, name) == 0)
            return respond_field_text(r, r->violations.items[i]);
    return NULL;
}

void control_finish(struct request *r, Kosi__PageQuestion *control) {
    if (!control)
        return;
    control->error = (char *)error_of(r, control->name);
    control->has_voluntary = true;
    control->voluntary = !control->needed;
    bool help = control->help, error = control->error;
    control->described_by = arena_format(r->arena, "%s%s%s%s%s", help ? control->input : "", help ? "-help" : "",
                                         help && error ? " " : "", error ? control->input : "", error ? "-error" : "");
}

Kosi__PageFault *control_fault(struct request *r, const Kosi__PageQuestion *control) {
    if (!control || !control->error)
        return NULL;
    Kosi__PageFault *fault = arena_take(r->arena, sizeof *fault);
    if (!fault)
        return NULL;
    bool group = control->as_radio || control->as_boxes;
    const char *first = group && control->n_options ? control->options[0]->option_input : control->input;
    kosi__page_fault__init(fault);
    fault->target = arena_format(r->arena, "#%s", first);
    fault->fault = arena_format(r->arena, "%s: %s", control->label, control->error);
    return fault;
}
