// newsletter: what staff write to all who asked for it. A draft can be changed; once its sending began it is what it is. It is owed to its
// readers in batches, each reader's once; its text is read when a mail is rendered (mail_gather.c), not stored with each.
// Functions return 0, an enum problem, or a negative store_error; texts live in the call's arena.
#pragma once
#include "services/common/mesh/mesh.h"

// Stored. As SENT is stored what all its mails are owed of; it is loaded as SENDING until the last of them has ended.
enum newsletter_state { NEWSLETTER_DRAFT = 1, NEWSLETTER_SENDING = 2, NEWSLETTER_SENT = 3 };
struct newsletter {
    int64_t n;
    char *id;
    enum newsletter_state state;
    uint32_t version, recipients;
    char *subject_de, *body_de, *subject_en, *body_en;   // bodies: Markdown; English "" when there is none
    char *edited_by;
    int64_t updated_at, sent_at;                         // sent_at 0: not yet
};

int newsletter_load(struct mesh_call *call, const char *id, struct newsletter *out);   // PROBLEM_NOT_FOUND
// Those whose number is below `before`, the newest first: all, or the ones whose sending began.
struct newsletter_page {
    struct newsletter *items;
    size_t count;
    int64_t go_on_before;      // 0: that was all
};
enum newsletter_which { NEWSLETTERS_ALL, NEWSLETTERS_SENT };
int newsletter_list(struct mesh_call *call, enum newsletter_which which, int64_t before, size_t most, struct newsletter_page *out);
// Writes texts, version, state, editor and times; n 0: a new one, which gets its number.
int newsletter_save(struct mesh_call *call, struct newsletter *newsletter);
int newsletter_delete(struct mesh_call *call, const struct newsletter *newsletter);   // with what was to show it to who wrote it
// Adds to the call's violations what is wrong with a body, under the field's name: "shows_nothing" (HTML or pictures alone), "too_deep" (quotes
// and lists within each other), "link_incomplete"; the limit of the latter two is the line.
int newsletter_check(struct mesh_call *call, const char *field, const char *body);
// What became of its mails so far.
struct newsletter_figures { uint32_t sent, open, failed; };
int newsletter_count(struct mesh_call *call, const char *id, struct newsletter_figures *out);
int newsletter_readers(struct mesh_call *call, uint32_t *count);   // confirmed ones who asked for it
// Timer: those whose sending began are owed to the next readers. Positive: there is more.
int newsletter_run(struct mesh_call *call);
