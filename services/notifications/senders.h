// senders: who of those that send mails was heard of when. The writer's memory only, by monotonic time: after a start nothing is known, so
// nobody counts as lost before there was time to be heard again.
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { SENDER_BYTES = 8, SENDERS_MOST = 64, SENDER_LOST_MS = 10000 };
struct senders;
struct senders *senders_new(void);
void senders_free(struct senders **senders);
// This worker writes from now on: nobody has been heard of yet.
void senders_start(struct senders *senders, int64_t now_ms);
// A sender speaks. True: it is not the one that was known in this slot.
bool senders_heard(struct senders *senders, const uint8_t holder[SENDER_BYTES], uint32_t slot, int64_t now_ms);
// Not heard for so long that what it has goes to others.
bool senders_lost(const struct senders *senders, const uint8_t holder[SENDER_BYTES], int64_t now_ms);
bool senders_slot_lost(const struct senders *senders, uint32_t slot, int64_t now_ms);
