// mailroom: what a worker of notifications has at hand. Everything but the writer's memory is read-only after the start, so the loop and
// the sender's thread may both read it.
#pragma once
#include "services/common/mesh/mesh.h"
#include "services/notifications/mail_kind.h"

struct routes;
struct senders;
struct mail_texts;
struct consent_wordings;
struct vocabulary;

struct mailroom {
    uint8_t node_key[32];
    struct routes *routes;           // route.h: which server for which domain
    char mail_password[256];         // of mail_user
    struct mail_texts *texts;        // mail_texts.h: what the city's files say
    struct consent_wordings *wordings;   // consent.h: what people agree to
    struct arena *arena;
    struct vocabulary *vocabulary;   // vocabulary.h: what readers can choose
    // The writer's memory:
    struct senders *senders;         // senders.h: who was heard of when
    int64_t looked_us;               // when the watchdog last looked
};
static inline struct mailroom *mailroom_of(const struct mesh_call *call) { return call->state; }

int mailroom_open(const struct config *config, void **state, struct buf *errors);
void mailroom_close(void *state);
