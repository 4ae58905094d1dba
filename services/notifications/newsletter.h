// newsletter: what staff write to all who asked for it. A draft can be changed; once its sending began it is what it is. It is owed to its
// readers in batches, each reader's once; its text is read when a mail is rendered, not stored with each.
// Functions return 0, an enum problem, or a negative store_error.
#pragma once
#include "services/common/mesh/mesh.h"

enum newsletter_state { NEWSLETTER_DRAFT = 1, NEWSLETTER_SENDING = 2, NEWSLETTER_SENT = 3 };   // stored
struct newsletter_text { char *subject, *body; const char *language; };   // body: Markdown

// In this language, or in German when it has no other. Needs nothing but a reader's connection. PROBLEM_NOT_FOUND.
int newsletter_text(struct store *store, struct arena *arena, const char *id, const char *language, struct newsletter_text *out);
const char *newsletter_state_name(enum newsletter_state state);
// The body as HTML for a page: safe, headings from the second level on. Arena memory; NULL: out of memory.
char *newsletter_html(struct arena *arena, const char *body);
// Timer: those whose sending began are owed to the next readers. Positive: there is more.
int newsletter_run(struct mesh_call *call);
