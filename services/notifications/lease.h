// lease: which mails a sender has. What it reports is applied, what it no longer has goes back, what it wants it gets.
// Functions return 0 or a negative store_error.
#pragma once
#include "services/notifications/mail_row.h"

int lease_result(struct mesh_call *call, const Kosi__LeaseRequest *request, const Kosi__MailResult *result);
// Nothing is in the hands of senders that were here before this one in its slot.
int lease_end_older(struct mesh_call *call, const Kosi__LeaseRequest *request);
// What the ledger says this sender has, and what it says itself, become the same.
int lease_compare(struct mesh_call *call, const Kosi__LeaseRequest *request);
// Mails that are due, of each wanted route as many as there is room for: those to one reader first. A route gets as large a part of the
// room as any other that there is something for. Also when something else will be due.
int lease_give(struct mesh_call *call, const Kosi__LeaseRequest *request, Kosi__LeaseReply *reply);
// All mails of a sender that is gone, at most `most`; given: how many.
int lease_take_back(struct mesh_call *call, const uint8_t holder[HOLDER_BYTES], int most, int *given);
