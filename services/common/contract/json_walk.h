// json_walk: JSON and urlencoded forms to messages and back, by descriptor and contract. No code per message.
//   int64 named *_at  <-> RFC 3339 string      enum <-> its name in lower case       bytes <-> base64url
//   map: true         <-> object {key: value}   value: true <-> string | array of strings | number
// Unset optional fields are left out of the output; repeated fields are always printed (an empty array).
// A null member in the input is as if absent.
#pragma once
#include "services/common/base/json.h"
#include "services/common/contract/contract.h"
#include "services/common/contract/violations.h"

// Fills message (initialised) from the object at tokens[at]. Memory from violations->arena. Names every fault in violations and returns
// the gravest: PROBLEM_MALFORMED (a number that the field's type cannot hold, code "out_of_range"), PROBLEM_UNKNOWN_FIELD, or
// PROBLEM_VALIDATION (a wrong JSON type, code "invalid_format"); else 0. PROBLEM_TOO_LARGE when the arena is used up. Lengths and
// formats are validate_message()'s.
// Fields that are hidden, bearer or needs_if_match are unknown here; path variables are the caller's to refuse.
int json_to_message(const struct json *json, size_t at, const struct contract_message *contract, ProtobufCMessage *message,
                    struct violations *violations);
void message_to_json(const struct contract_message *contract, const ProtobufCMessage *message, struct buf *out);

// One name=value pair (already decoded: valid UTF-8, no NUL) of a form post, a query or a path, into the message. A dotted name goes
// into a sub-message ("contact.email"); a name that is no field goes into the message's map field, if allow_map, so that form
// fields named as question ids become answers (a repeated name becomes items). An empty value of a form counts as absent.
// Returns 0, PROBLEM_UNKNOWN_FIELD, PROBLEM_BAD_PARAMETER (no number, no time, no known name) or PROBLEM_TOO_LARGE (arena used up).
int pair_to_message(const char *name, const char *value, bool allow_map, const struct contract_message *contract,
                    ProtobufCMessage *message, struct violations *violations);
// The same for a field known by its index (of descriptor->fields), be it hidden from clients: the gateway's bearer and If-Match.
int text_to_field(const struct contract_message *contract, int index, const char *text, ProtobufCMessage *message,
                  struct violations *violations);

// Reads a whole JSON file (UTF-8) into a message and validates it. On failure returns -1 and appends to errors one line each:
// "FILE:LINE: field: reason. Remedy." Memory from arena.
int json_file_to_message(const char *file, const struct contract_message *contract, ProtobufCMessage *message, struct arena *arena,
                         struct buf *errors);
