// office: what a worker of this service has at hand: the city's vocabulary, its forms, and the node's key for receipts and
// links. Nothing in it is changed by a request but the shelf's memory of definitions.
#pragma once
#include "services/common/mesh/mesh.h"
#include "services/submissions/form_shelf.h"

struct office {
    struct arena *arena;
    struct vocabulary *vocabulary;
    struct form_shelf *shelf;
    uint8_t node_key[32];
};
static inline struct office *office_of(const struct mesh_call *call) {
    return call->state;
}

int office_open(const struct config *config, void **state, struct buf *errors);
void office_close(void *state);
// A copy down to the last text in the call's arena, for what must outlive the shelf's memory; NULL: out of memory.
ProtobufCMessage *office_copy(struct mesh_call *call, const ProtobufCMessage *message);
int office_writer_start(struct mesh_call *call); // brings the database's forms up to the files'

// Links and addresses (link.h). The token opens one submission to whoever has it; it is derived from the id, never stored.
char *office_receipt(const struct mesh_call *call, int64_t number);                          // "DO-7F3K-92QX"
bool office_receipt_number(const struct mesh_call *call, const char *text, int64_t *number); // with or without the prefix
char *office_entry_url(const struct mesh_call *call, const char *entry_id);
void office_derive(struct mesh_call *call, const struct contract_method *method, ProtobufCMessage *reply);
