// page: what browsers get. A page asks services as the API does, fills its message of proto/kosi/pages*.proto and renders its template.
// Each file of gateway/pages has a table of its addresses, named in tables.c; page.c holds what all share.
#pragma once
#include "gateway/request.h"
#include "kosi/pages.pb-c.h"
#include "kosi/registry.pb-c.h"

// All templates: read, checked and handed to the library. 0, or -1 with one line per error.
int pages_open(struct gateway *gateway, struct buf *errors);

// ---- tables of addresses
extern const struct page_row start_pages[], content_pages[], sign_in_pages[], form_pages[], submission_pages[], landscape_pages[], entry_pages[],
    overview_pages[], feed_pages[], report_pages[], staff_report_pages[];
extern const struct page_row password_reset_pages[], staff_mail_pages[];
extern const struct page_row account_pages[], people_pages[], person_pages[], audit_pages[];
extern const struct page_row mails_pages[], mail_pages[], mail_text_pages[];
extern const struct page_row staff_desk_pages[], staff_inbox_pages[], staff_submission_pages[], staff_decide_pages[];
extern const struct page_row mail_confirm_pages[], mail_preferences_pages[], mail_subscribe_pages[], contacts_pages[];
extern const struct page_row entry_refresh_pages[], newsletter_pages[], newsletter_staff_pages[], staff_stale_pages[];

// ---- shared
void page_problem(struct request *request, int status, const char *title);
// What stands around every page's own contents: {{…}} of PageShell may be used in each template. Made on first use; NULL: out of memory.
Kosi__PageShell *page_shell(struct request *request);
// One step of the way to this page, from the start page on, without the page itself.
void page_crumb(struct request *request, const char *label, const char *link);
// A new key for a form's hidden `_key`: sent twice, it is done once.
const char *page_fresh_key(struct request *request);
// Takes the one a POST brought, after page_read_form(). 0, also without one, or PROBLEM_BAD_PARAMETER.
int page_take_key(struct request *request);
// Counts a POST that fills in `_website`, which people don't see; it is taken as any other.
void page_notice_trap(struct request *request);
// Reads a POST's urlencoded body into request->form; refuses what somebody else's page sent. 0 or the problem.
int page_read_form(struct request *request);
int page_read_fields(struct request *request);   // the same from wherever, for what only a secret in the address allows
// Shows what was typed in a form that can't be taken yet (signed out meanwhile, form token of another session), to be sent again.
void page_resend(struct request *request, int problem);
// Everything that a POST brought but the field named `except`, to be carried along hidden. Returns how many.
size_t page_fields(struct request *request, const char *except, Kosi__PageField ***out);
// What is wrong with the field of this name, in words; NULL: nothing. And the line about it in the summary at the top; NULL without one.
char *page_field_error(struct request *request, const char *field);
Kosi__PageFault *page_fault(struct request *request, const char *error, enum text label, const char *target);
// The text of a problem for people, in the page's language.
const char *page_problem_text(struct request *request, int problem);
// Cache-Control of pages that are the same for everyone: such a page is kept by the page cache and carries an entity tag.
extern const char page_public[];
// Answers from the page cache, if it can.
bool page_from_cache(struct request *request);
// Renders the message with the template of its name and answers. gateway/templates/staff_inbox.tpl shows a StaffInboxPage.
void page_render(struct request *request, int status, const char *name, const ProtobufCMessage *message);
// "/en/forms/x" for what is "/formulare/x" here.
const char *page_other_url(struct request *request, enum page page, const char *variable);
// Asks method of service ("submissions", "GetForm") with input.
void page_ask(struct request *request, const char *service, const char *method, const ProtobufCMessage *input, request_then *then);
// The same for what the page can do without: the answer has a second, whatever the request has left.
void page_ask_briefly(struct request *request, const char *service, const char *method, const ProtobufCMessage *input, request_then *then);
// Can this be asked? Else what stands in the address, or in a hidden field, is nobody's.
bool page_fits(struct request *request, const ProtobufCMessage *input);
// Asks about what the address names: "not found" where it can name nothing.
void page_ask_about(struct request *request, const char *service, const char *method, const ProtobufCMessage *input, request_then *then);
// The reply's message, or NULL after the request has been answered with the problem.
void *page_take(struct request *request, const struct client_reply *reply, const char *message_name);
const char *page_time(struct request *request, int64_t wall_us);   // for people, local time
const char *page_date(struct request *request, int64_t wall_us);
const char *page_day(struct request *request, const char *date);       // "2016-06-01" as page_date() writes it; else as it is
// The vocabulary in the request's language as it was told last; NULL: never yet. Good until the next question.
const Kosi__VocabularyReply *page_vocabulary(struct request *request);
bool page_vocabulary_is_due(struct request *request);
// Labels are worth a short wait, not all the time a page has: who goes on without them still can.
void page_ask_vocabulary(struct request *request, request_then *then);   // which calls page_keep_vocabulary()
void page_keep_vocabulary(struct request *request, const struct client_reply *reply);
void page_forget(void);
// A term's label, the id itself when unknown.
const char *page_term(Kosi__Term *const *terms, size_t count, const char *id);
