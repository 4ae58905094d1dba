#include "services/notifications/returned_box.h"
#include "services/common/base/clock.h"
#include "services/common/base/log.h"
#include "services/notifications/imap_box.h"
#include "services/notifications/maildir.h"
#include "services/notifications/returned.h"
#include "kosi/notifications.pb-c.h"
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ASK_BYTES_MAX = 400 };
enum box { BOX_MAILDIR, BOX_IMAP, BOXES };
static const char *const settings[BOXES] = {"returned_maildir", "returned_imap"};

struct courier {
    struct beside *beside;
    bool answered;
    char outcome[40];
    bool unreadable[BOXES];   // at the last look
};

bool returned_box_needed(const struct config *config, void *state) {
    (void)state;
    return config->returned_maildir[0] != '\0' || config->returned_imap[0] != '\0';
}

int returned_box_check(const struct config *config, struct buf *errors) {
    static const char *const folders[] = {"new", "cur"};
    int rc = 0;
    for (int i = 0; config->returned_maildir[0] != '\0' && i < 2; i++) {
        char path[1000];
        snprintf(path, sizeof path, "%s/%s", config->returned_maildir, folders[i]);
        if (access(path, R_OK | W_OK | X_OK) == 0)
            continue;
        buf_format(errors, "%s: returned_maildir: %s: %s. Name a Maildir whose letters this program may read and move.\n", config->file, path,
                   strerror(errno));
        rc = -1;
    }
    if (config->returned_imap[0] != '\0' && imap_box_check(config, errors) != 0)
        rc = -1;
    return rc;
}

// ---- asking the writer

static void answered(void *owner, const struct client_reply *reply) {
    struct courier *courier = owner;
    courier->answered = true;
    snprintf(courier->outcome, sizeof courier->outcome, "%s", reply->outcome);
}

// Has it answered?
static bool ask(struct courier *courier, const char *method, const ProtobufCMessage *request) {
    uint8_t packed[ASK_BYTES_MAX];
    if (protobuf_c_message_get_packed_size(request) > sizeof packed)
        return false;
    struct client_request question = {
        .service = "notifications",
        .method = method,
        .body = packed,
        .body_size = protobuf_c_message_pack(request, packed),
        .done = answered,
        .owner = courier,
    };
    courier->answered = false;
    uint64_t handle = client_ask(courier->beside->client, &question);
    while (handle != 0 && !courier->answered && !beside_ending(courier->beside))
        beside_wait(courier->beside, 1000);
    if (!courier->answered && handle != 0)
        client_forget(courier->beside->client, handle);
    return courier->answered;
}

// ---- one report

static enum box_take taken(const struct courier *courier) {
    static const char *const settled[] = {"ok", "not_found", "validation"};   // not ours, or no report we know: nothing will change that
    for (size_t i = 0; i < sizeof settled / sizeof *settled; i++)
        if (strcmp(courier->outcome, settled[i]) == 0)
            return TAKE_DONE;
    return strcmp(courier->outcome, "illegal_state") == 0 ? TAKE_LATER : TAKE_END;
}

static enum box_take take(void *owner, const void *bytes, size_t size) {
    struct returned returned;
    uint8_t hash[crypto_hash_sha256_BYTES];
    returned_read(bytes, size, &returned);
    if (returned.what == RETURNED_NOTHING || returned.message_token[0] == '\0')
        return TAKE_ASIDE;
    crypto_hash_sha256(hash, bytes, size);
    Kosi__ReturnedRequest request = KOSI__RETURNED_REQUEST__INIT;
    request.has_report_hash = true;
    request.report_hash = (ProtobufCBinaryData){sizeof hash, hash};
    request.message_token = returned.message_token;
    request.what = (char *)returned_name(returned.what);
    request.status = returned.status[0] != '\0' ? returned.status : NULL;
    return ask(owner, "Returned", &request.base) ? taken(owner) : TAKE_END;
}

// ---- the looks

// Trouble is logged once, and its end.
static void note(struct courier *courier, enum box box, const char *reason) {
    bool unreadable = reason[0] != '\0';
    if (unreadable && !courier->unreadable[box])
        log_event(LOG_WARN_, "returned_box_failed", "box", settings[box], "reason", reason, NULL);
    else if (!unreadable && courier->unreadable[box])
        log_event(LOG_INFO_, "returned_box_usable", "box", settings[box], NULL);
    courier->unreadable[box] = unreadable;
}

// After every look, whatever was told before: the writer may be another by now.
static void tell(struct courier *courier) {
    Kosi__ReturnedBoxesRequest request = KOSI__RETURNED_BOXES_REQUEST__INIT;
    char *unreadable[BOXES];
    request.unreadable = unreadable;
    for (int i = 0; i < BOXES; i++)
        if (courier->unreadable[i])
            unreadable[request.n_unreadable++] = (char *)(uintptr_t)settings[i];
    ask(courier, "ReturnedBoxes", &request.base);
}

static void look(struct courier *courier) {
    const struct config *config = courier->beside->config;
    char reason[IMAP_REASON_MAX] = "";
    if (config->returned_maildir[0] != '\0')
        note(courier, BOX_MAILDIR, maildir_look(config->returned_maildir, take, courier) < 0 ? strerror(errno) : "");
    if (config->returned_imap[0] != '\0' && !beside_ending(courier->beside))
        imap_box_look(config, courier->beside, take, courier, reason);
    if (beside_ending(courier->beside))
        return;
    note(courier, BOX_IMAP, reason);
    tell(courier);
}

void returned_box_run(struct beside *beside) {
    struct courier courier = {.beside = beside};
    int64_t next_ms = 0;
    while (!beside_ending(beside)) {
        int64_t now_ms = clock_mono_ms(), wait_ms = next_ms - now_ms;
        if (wait_ms <= 0 && beside_writes(beside)) {
            look(&courier);
            next_ms = clock_mono_ms() + beside->config->returned_every_s * 1000;
            continue;
        }
        beside_woken(beside);   // of mails that are owed: not our concern
        beside_wait(beside, wait_ms > 0 ? (int)wait_ms : 1000);
    }
}
