#include "services/notifications/senders.h"
#include <stdlib.h>
#include <string.h>

struct sender {
    uint8_t holder[SENDER_BYTES];
    uint32_t slot;
    int64_t heard_ms;
};
struct senders {
    int64_t started_ms;
    int count;
    struct sender items[SENDERS_MOST];
};

struct senders *senders_new(void) {
    return calloc(1, sizeof(struct senders));
}

void senders_free(struct senders **senders) {
    free(*senders);
    *senders = NULL;
}

void senders_start(struct senders *senders, int64_t now_ms) {
    *senders = (struct senders){.started_ms = now_ms};
}

// The one of this slot, or a place for it: a free one, else that of who was not heard for longest.
static struct sender *place_of(struct senders *senders, uint32_t slot) {
    struct sender *oldest = &senders->items[0];
    for (int i = 0; i < senders->count; i++) {
        if (senders->items[i].slot == slot)
            return &senders->items[i];
        if (senders->items[i].heard_ms < oldest->heard_ms)
            oldest = &senders->items[i];
    }
    if (senders->count < SENDERS_MOST)
        oldest = &senders->items[senders->count++];
    *oldest = (struct sender){.slot = slot};
    return oldest;
}

bool senders_heard(struct senders *senders, const uint8_t holder[SENDER_BYTES], uint32_t slot, int64_t now_ms) {
    struct sender *sender = place_of(senders, slot);
    bool other = memcmp(sender->holder, holder, SENDER_BYTES) != 0;
    memcpy(sender->holder, holder, SENDER_BYTES);
    sender->heard_ms = now_ms;
    return other;
}

static bool silent(const struct senders *senders, const struct sender *sender, int64_t now_ms) {
    return now_ms - (sender != NULL ? sender->heard_ms : senders->started_ms) >= SENDER_LOST_MS;
}

bool senders_lost(const struct senders *senders, const uint8_t holder[SENDER_BYTES], int64_t now_ms) {
    const struct sender *found = NULL;
    for (int i = 0; i < senders->count; i++)
        if (memcmp(senders->items[i].holder, holder, SENDER_BYTES) == 0)
            found = &senders->items[i];
    return silent(senders, found, now_ms);
}

bool senders_slot_lost(const struct senders *senders, uint32_t slot, int64_t now_ms) {
    const struct sender *found = NULL;
    for (int i = 0; i < senders->count; i++)
        if (senders->items[i].slot == slot)
            found = &senders->items[i];
    return silent(senders, found, now_ms);
}
