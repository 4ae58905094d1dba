// What handlers call that fits nowhere else.
#include "services/common/mesh/worker.h"

void mesh_violation(struct mesh_call *call, const char *field, const char *code, int64_t limit) {
    violations_add(&call->violations, field, code, limit);
}

void mesh_reply_packed(struct mesh_call *call, const void *bytes, size_t size) {
    call->inner->packed = bytes;
    call->inner->packed_size = size;
}

void mesh_wake(struct mesh_call *call) {
    call->inner->worker->wake = true;
}
