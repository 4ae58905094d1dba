// A sender speaks: what became of what it had, what it still has, what it wants. The same request twice does no more than once.
#include "services/common/base/clock.h"
#include "services/notifications/lease.h"
#include "services/notifications/mailroom.h"
#include "services/notifications/senders.h"
#include "services/notifications/suspect.h"
#include "services/notifications/trouble.h"
#include "notifications.handlers.h"

int notifications_lease(struct mesh_call *call, const Kosi__LeaseRequest *request, Kosi__LeaseReply *reply) {
    if (request->holder.len != HOLDER_BYTES)
        return PROBLEM_MALFORMED;
    int rc = 0;
    if (senders_heard(mailroom_of(call)->senders, request->holder.data, request->slot, clock_mono_ms()))
        rc = lease_end_older(call, request);
    for (size_t i = 0; rc == 0 && i < request->n_results; i++)
        rc = lease_result(call, request, request->results[i]);
    rc = rc == 0 ? suspect_learn(call, request) : rc;
    rc = rc == 0 ? lease_compare(call, request) : rc;
    rc = rc == 0 ? trouble_note(call, request) : rc;
    return rc == 0 ? lease_give(call, request, reply) : rc;
}
