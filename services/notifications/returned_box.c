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

struct courier {
    struct beside *beside;
    bool answered;
    char outcome[40];
    bool troubled;   // told already
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

// ---- one report
static void answered(void *owner, const struct client_reply *reply) {
    struct courier *courier = owner;
    courier->answered = true;
    snprintf(courier->outcome, sizeof courier->outcome, "%s", reply->outcome);
}

static enum box_take taken(const struct courier *courier) {
    static const char *const settled[] = {"ok", "not_found", "validation"};   // not ours, or no report we know: nothing will change that
    for (size_t i = 0; i < sizeof settled / sizeof *settled; i++)
        if (strcmp(courier->outcome, settled[i]) == 0)
            return TAKE_DONE;
    return strcmp(courier->outcome, "illegal_state") == 0 ? TAKE_LATER : TAKE_END;
}

static enum box_take bring(struct courier *courier, const Kosi__ReturnedRequest *request) {
    uint8_t packed[ASK_BYTES_MAX];
    if (kosi__returned_request__get_packed_size(request) > sizeof packed)
        return TAKE_DONE;
    struct client_request ask = {
        .service = "notifications",
        .method = "Returned",
        .body = packed,
        .body_size = kosi__returned_request__pack(request, packed),
        .done = answered,
        .owner = courier,
    };
    courier->answered = false;
    uint64_t handle = client_ask(courier->beside->client, &ask);
    while (handle != 0 && !courier->answered && !beside_ending(courier->beside))
        beside_wait(courier->beside, 1000);
    if (courier->answered)
        return taken(courier);
    if (handle != 0)
        client_forget(courier->beside->client, handle);
    return TAKE_END;
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
    return bring(owner, &request);
}

// ---- the looks
// Trouble is told once, and its end.
static void tell(struct courier *courier, const char *reason) {
    bool trouble = reason[0] != '\0';
    if (trouble && !courier->troubled)
        log_event(LOG_WARN_, "returned_box_failed", "reason", reason, NULL);
    else if (!trouble && courier->troubled)
        log_event(LOG_INFO_, "returned_box_usable", NULL);
    courier->troubled = trouble;
}

static void look(struct courier *courier) {
    const struct config *config = courier->beside->config;
    char reason[IMAP_REASON_MAX] = "";
    if (config->returned_maildir[0] != '\0' && maildir_look(config->returned_maildir, take, courier) < 0)
        snprintf(reason, sizeof reason, "returned_maildir: %s", strerror(errno));
    if (config->returned_imap[0] != '\0' && !beside_ending(courier->beside))
        imap_box_look(config, courier->beside, take, courier, reason);
    if (!beside_ending(courier->beside))
        tell(courier, reason);
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
