// control: one input of a form that is no questionnaire (a moderator's decision), as _question.tpl shows it. What was typed comes back
// from request->form after a POST; before, it is what the page proposes.
#pragma once
#include "gateway/pages/page.h"

enum control_kind { CONTROL_LINE, CONTROL_AREA, CONTROL_SELECT, CONTROL_RADIO, CONTROL_BOXES };
enum { CONTROL_OPTIONS_MAX = 100 };
// name: of the form field, and of the field that a refusal names. help: TEXT_COUNT for none. NULL: out of memory.
Kosi__PageQuestion *control_new(struct request *request, enum control_kind kind, const char *name, enum text label, enum text help);
// Lines and areas: what stands in it before anything was typed.
void control_propose(struct request *request, Kosi__PageQuestion *control, const char *value);
// The others: one of the options; proposed: chosen before anything was typed.
void control_option(struct request *request, Kosi__PageQuestion *control, const char *id, const char *label, bool proposed);
// The refusal of this field, if there is one, and what describes the input. Last of all.
void control_finish(struct request *request, Kosi__PageQuestion *control);
// Was this value sent under this name?
bool control_sent(const struct request *request, const char *name, const char *value);
// A line for the summary of errors that leads to the control; NULL when nothing is wrong with it.
Kosi__PageFault *control_fault(struct request *request, const Kosi__PageQuestion *control);
