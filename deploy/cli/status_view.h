// status_view: the broker's status as the JSON that the HTTP contract promises, and as a table for people.
#pragma once
#include "services/common/base/buf.h"
#include "kosi/envelope.pb-c.h"

void status_json(const Kosi__StatusReply *status, struct buf *out);
void status_table(const Kosi__StatusReply *status, struct buf *out);
