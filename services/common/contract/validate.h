// validate: one generic check of any message against its contract: presence, lengths in code points, items, formats, UTF-8 without
// NUL, enum values known, numbers in range. Done at every boundary, by the edge and again by the service.
#pragma once
#include "services/common/contract/contract.h"
#include "services/common/contract/violations.h"

// Adds what it finds; returns 0 when nothing, PROBLEM_VALIDATION otherwise (PROBLEM_MALFORMED for invalid UTF-8 or NUL).
// A map's entries are reported as "answers.<key>".
int validate_message(const struct contract_message *contract, const ProtobufCMessage *message, struct violations *violations);
