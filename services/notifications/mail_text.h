// mail_text: a mail's text as a template: Markdown (CommonMark) with {{fact}}s; the first line is "# " and the subject.
// The template is parsed, never what is put into it: a fact becomes text, or the address of a link, and can be neither markup nor a new
// link. A block (paragraph, heading, item of a list) that names an empty fact is left out. {{entries}} and {{body}} stand alone in a
// paragraph: a list, and further Markdown (no raw HTML, no images, only web and mail addresses).
#pragma once
#include "services/common/markdown/markdown.h"
#include "services/notifications/mail_facts.h"

enum { MAIL_FAULTS_MOST = 20, MAIL_SUBJECT_CHARS = 200 };
struct mail_fault {
    int line;
    const char *code;      // "no_subject", "empty", "open_braces", "unknown_fact", "fact_missing", "fact_not_alone", "subject_not_sure",
                           // "link_not_web", "not_in_mails", "too_deep"
    char name[44];         // the fact; "" where there is none
};
struct mail_faults { struct mail_fault items[MAIL_FAULTS_MOST]; int count; };
// What is wrong with a template; count 0: nothing. -1: out of memory.
int mail_text_check(enum mail_kind kind, const char *source, struct mail_faults *out);
// A fault in words for operators: "reason. Remedy."
void mail_fault_tell(const struct mail_fault *fault, struct buf *out);

struct mail_filled { char *subject; cmark_node *content; };   // subject: arena; content: mail_filled_free()
// 0, or STORE_FAULT: out of memory, or the template is none.
int mail_text_fill(const char *source, const struct mail_facts *facts, struct mail_filled *out);
void mail_filled_free(struct mail_filled *filled);
// As plain text, lines of 72 characters (an address is never broken); as HTML. Both append.
void mail_text_plain(cmark_node *content, struct buf *out);
int mail_text_html(cmark_node *content, struct buf *out);
// What the mail says first, as lists of mails show it beside the subject: the first paragraph that is more than a greeting, without links and
// not longer than lists have room for. Appends nothing when there is none.
void mail_text_opening(cmark_node *content, struct buf *out);
void mail_text_escape(const char *text, struct buf *out);   // for HTML, also in attributes
