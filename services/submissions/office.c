#include "services/submissions/office.h"
#include "services/common/base/link.h"
#include "services/common/base/log.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CITY_FILES_BYTES_MAX = 16 * 1024 * 1024 };

// The forms are needed while they are checked and stored, no longer: answers are held against the database's versions.
static int read_forms(const struct config *config, const struct vocabulary *vocabulary, struct arena *arena,
                      struct form_files *files, struct buf *errors) {
    char *folder = arena_format(arena, "%s/forms", config->city_dir);
    return folder ? form_files_read(folder, vocabulary, arena, files, errors) : -1;
}

static int check_forms(const struct config *config, const struct vocabulary *vocabulary, struct buf *errors) {
    struct form_files files;
    struct arena *arena = arena_new(CITY_FILES_BYTES_MAX);
    int result = arena ? read_forms(config, vocabulary, arena, &files, errors) : -1;
    arena_free(&arena);
    return result;
}

static int furnish(struct office *office, const struct config *config, struct buf *errors) {
    office->arena = arena_new(CITY_FILES_BYTES_MAX);
    office->shelf = form_shelf_new();
    if (!office->arena || !office->shelf)
        return -1;
    office->vocabulary = vocabulary_open(config->city_dir, office->arena, errors);
    if (!office->vocabulary || check_forms(config, office->vocabulary, errors) != 0)
        return -1;
    return config_key(config, "node", office->node_key, sizeof office->node_key, errors);
}

int office_open(const struct config *config, void **state, struct buf *errors) {
    struct office *office = calloc(1, sizeof *office);
    int result = office ? furnish(office, config, errors) : -1;
    if (result != 0) {
        office_close(office);
        return result;
    }
    *state = office;
    return 0;
}

void office_close(void *state) {
    struct office *office = state;
    if (!office)
        return;
    form_shelf_free(&office->shelf);
    arena_free(&office->arena);
    free(office);
}

// Read again: a worker that waited long for its turn must not bring back the forms of the day it was started. Files that are
// broken by now change nothing; the next start refuses them.
int office_writer_start(struct mesh_call *call) {
    struct form_files files;
    struct buf errors BUF_AUTO;
    buf_init(&errors, 0);
    struct arena *arena = arena_new(CITY_FILES_BYTES_MAX);
    int result = 0;
    if (arena && read_forms(call->config, office_of(call)->vocabulary, arena, &files, &errors) == 0)
        result = form_shelf_store(call->store, &files, arena, call->now_us);
    else
        log_event(LOG_ERROR_, "forms_kept", "reason", errors.data ? errors.data : "out of memory", NULL);
    arena_free(&arena);
    return result;
}

ProtobufCMessage *office_copy(struct mesh_call *call, const ProtobufCMessage *message) {
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = arena_take(call->arena, size + 1);
    if (!bytes)
        return NULL;
    protobuf_c_message_pack(message, bytes);
    return protobuf_c_message_unpack(message->descriptor, arena_allocator(call->arena), size, bytes);
}

// ---- receipts and links

char *office_receipt(const struct mesh_call *call, int64_t number) {
    char code[10];
    id_receipt(office_of(call)->node_key, (uint64_t)number, code);
    return arena_format(call->arena, "%s-%s", call->config->receipt_prefix, code);
}

bool office_receipt_number(const struct mesh_call *call, const char *text, int64_t *number) {
    size_t prefix = strlen(call->config->receipt_prefix);
    uint64_t found;
    if (strncasecmp(text, call->config->receipt_prefix, prefix) == 0 && text[prefix] == '-')
        text += prefix + 1;
    if (!id_receipt_parse(office_of(call)->node_key, text, &found))
        return false;
    *number = (int64_t)found;
    return true;
}

static char *status_url(const struct mesh_call *call, const char *token) {
    return link_url(call->config, LINK_STATUS, call->locale, token, call->arena);
}

char *office_entry_url(const struct mesh_call *call, const char *entry_id) {
    return link_url(call->config, LINK_ENTRY, call->locale, entry_id, call->arena);
}

static char *status_token(struct mesh_call *call, const char *id, uint32_t generation) {
    char *token = arena_take(call->arena, ID_TOKEN_MAX);
    if (token)
        link_token(office_of(call)->node_key, LINK_STATUS, id, generation, token);
    return token;
}

void office_derive(struct mesh_call *call, const struct contract_method *method, ProtobufCMessage *reply) {
    (void)method;
    if (reply->descriptor == &kosi__submit_reply__descriptor) {
        Kosi__SubmitReply *submitted = (Kosi__SubmitReply *)reply;
        submitted->token = status_token(call, submitted->id, LINK_STATUS_SHOWN);
        submitted->status_url = submitted->token ? status_url(call, submitted->token) : NULL;
    } else if (reply->descriptor == &kosi__correct_reply__descriptor) {
        Kosi__CorrectReply *corrected = (Kosi__CorrectReply *)reply;
        corrected->token = status_token(call, corrected->id, corrected->generation);
        corrected->status_url = corrected->token ? status_url(call, corrected->token) : NULL;
    }
}
