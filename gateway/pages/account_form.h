// account_form: short forms around accounts, all of one template: signing in, passwords, second factor, what is asked before it is done.
#pragma once
#include "gateway/pages/control.h"
#include "kosi/pages_accounts.pb-c.h"

// Named in the query of the sign-in page after a forgotten password has been replaced.
#define PAGE_PASSWORD_RENEWED "renewed"
enum { ACCOUNT_FORM_CONTROLS = 6, ACCOUNT_FORM_HIDDEN = 4 };
// A form that is sent to `page` (variable: of its address, or NULL). NULL after the request was answered: out of memory.
Kosi__AccountFormPage *account_form_new(struct request *request, enum text title, enum page page, const char *variable);
// What was typed into lines comes back; a password never does. help: TEXT_COUNT for none. complete: autocomplete.
void account_form_line(struct request *request, Kosi__AccountFormPage *form, const char *name, enum text label, enum text help,
                       const char *complete);
void account_form_password(struct request *request, Kosi__AccountFormPage *form, const char *name, enum text label, enum text help,
                           const char *complete);
void account_form_add(struct request *request, Kosi__AccountFormPage *form, Kosi__PageQuestion *control);
void account_form_hidden(struct request *request, Kosi__AccountFormPage *form, const char *name, const char *value);
// The form with what is wrong; outcome 0: before it was sent.
void account_form_show(struct request *request, Kosi__AccountFormPage *form, int outcome);
// The key of what was sent, else a new one, so that a form sent twice is done once.
const char *account_form_key(struct request *request);
// A field of the form that was sent; NULL when it is not there or empty.
const char *account_form_sent(const struct request *request, const char *name);
// Checks input against its contract; takes `_key` if the form has one. 0 or the problem.
int account_form_check(struct request *request, const char *message, const ProtobufCMessage *input);
// The reply's outcome: 0, or the problem with its faults read into the request.
int account_form_outcome(struct request *request, const struct client_reply *reply);
// What is shown once.
void account_form_secret(struct request *request, enum text title, const char *lead, char *const *codes, size_t count, enum text next,
                         const char *next_url);
