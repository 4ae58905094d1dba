#include "services/common/mesh/follow_cursor.h"
#include <string.h>

// Ascending, after the cursor, not beyond what was scanned.
static bool in_order(const struct follow_cursor *cursor, const Kosi__LogReadReply *reply) {
    uint64_t before = cursor->known ? cursor->seq : 0;
    for (size_t i = 0; i < reply->n_records; i++) {
        const Kosi__LogRecord *record = reply->records[i];
        if (!record->has_seq || record->type == NULL || record->seq <= before || record->seq > reply->scanned_to)
            return false;
        before = record->seq;
    }
    return reply->scanned_to <= reply->last_seq;
}

// The services of a new node do not start at the same moment, and one that could not start at first is put right by somebody.
static bool made_together(const struct follow_cursor *cursor, const Kosi__LogReadReply *reply) {
    static const int64_t hour_us = 3600LL * 1000 * 1000;
    return cursor->newborn && reply->has_made_at && reply->made_at > cursor->since - hour_us;
}

enum follow_verdict follow_judge(const struct follow_cursor *cursor, const Kosi__LogReadReply *reply) {
    if (reply->epoch.len != CURSOR_EPOCH_BYTES || !reply->has_last_seq || !reply->has_scanned_to)
        return FOLLOW_BAD;
    if (cursor->known && memcmp(cursor->epoch, reply->epoch.data, CURSOR_EPOCH_BYTES) != 0)
        return FOLLOW_EPOCH;
    if (cursor->known && reply->last_seq < cursor->seq)
        return FOLLOW_REWOUND;
    if (cursor->known && reply->diverged)
        return FOLLOW_DIVERGED;
    bool past = reply->n_records == 0 || (reply->records[0]->at < cursor->since && !made_together(cursor, reply));
    if (!cursor->known && cursor->stateful && past)
        return FOLLOW_START;
    return in_order(cursor, reply) ? FOLLOW_APPLY : FOLLOW_BAD;
}

bool follow_mark(const uint8_t *hash, size_t hash_size, int64_t at, uint8_t mark[CURSOR_MARK_BYTES]) {
    if (hash_size < CURSOR_MARK_BYTES / 2)
        return false;
    memcpy(mark, hash, CURSOR_MARK_BYTES / 2);
    for (int i = 0; i < CURSOR_MARK_BYTES / 2; i++)
        mark[CURSOR_MARK_BYTES / 2 + i] = (uint8_t)((uint64_t)at >> 8 * i);
    return true;
}

bool follow_mark_in(const Kosi__LogReadReply *reply, uint64_t seq, uint8_t mark[CURSOR_MARK_BYTES]) {
    if (seq == reply->scanned_to && reply->mark.len == CURSOR_MARK_BYTES) {
        memcpy(mark, reply->mark.data, CURSOR_MARK_BYTES);
        return true;
    }
    for (size_t i = 0; i < reply->n_records; i++) {
        const Kosi__LogRecord *record = reply->records[i];
        if (record->seq == seq)
            return follow_mark(record->content_hash.data, record->content_hash.len, record->at, mark);
    }
    return false;
}

uint64_t follow_behind(const struct follow_cursor *cursor) {
    return cursor->known && cursor->last_seq > cursor->seq ? cursor->last_seq - cursor->seq
           : cursor->known                                 ? 0
                                                           : cursor->last_seq;
}
