// openapi_schema: JSON Schema (2020-12) of messages by descriptor and contract: what json_walk.h reads and writes.
#pragma once
#include "gateway/routes.h"
#include "services/common/base/json.h"

// What a request's body does not hold: variables of the path, and what headers give.
struct openapi_without {
    const char *path;
    bool headers;
};
// Schema of one field / of an object with the message's fields.
void openapi_field(struct json_writer *w, const struct contract_message *contract, unsigned field);
void openapi_object(struct json_writer *w, const struct contract_message *contract, const struct openapi_without *without);
// How many members that object has, and whether one is needed.
int openapi_members(const struct contract_message *contract, const struct openapi_without *without, bool *needed);
// An object with a schema per message that the routes speak of.
void openapi_schemas(struct json_writer *w, const struct routes *routes);
