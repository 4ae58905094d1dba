// contract: what the .proto files say, as C tables made by the build (deploy/cmake/contract.py writes contract_tables.c and one
// <service>.handlers.{h,c} per service). protobuf-c's descriptors give the shapes; these tables add the options of
// proto/kosi/options.proto. One generic walker each validates, translates JSON, fills templates, redacts and prints OpenAPI.
#pragma once
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum contract_format {   // as kosi.Format
    FORMAT_TEXT, FORMAT_LINES, FORMAT_SLUG, FORMAT_EMAIL, FORMAT_URL, FORMAT_UUID, FORMAT_DATE, FORMAT_TOKEN, FORMAT_LANGUAGE,
    FORMAT_LOGIN, FORMAT_SECRET
};
enum contract_reach { REACH_PUBLIC, REACH_INTERNAL, REACH_OPERATOR };   // as kosi.Reach

struct contract_message;

// Beside descriptor->fields[i] stands contract_message.fields[i].
struct contract_field {
    bool needed, personal, derived, map, hidden, needs_if_match, bearer, client, always, vouched;
    bool time;                              // int64 named *_at: microseconds inside, RFC 3339 in JSON
    enum contract_format format;
    uint32_t max_chars, min_chars, max_items;
    bool has_least, has_most;
    double least, most;
    const struct contract_message *message; // of a message field; NULL otherwise
};
struct contract_message {
    const ProtobufCMessageDescriptor *descriptor;
    const struct contract_field *fields;
    bool value;                             // a free JSON value (see kosi.MessageOptions)
};
struct contract_route {
    const char *verb, *path;
    int status;
    const char *location;                   // NULL: none
    bool attachment, secret;
    const char *cache;                      // NULL: no-store
    const char *also;                       // another media type that Accept can ask for; NULL: none
    uint32_t body_bytes, time_ms;           // 0: see options.proto
};
struct contract_method {
    const char *name;                       // "Submit"
    const struct contract_message *input, *output;
    bool write, slow, keyless;
    const char *role;                       // NULL: anyone
    enum contract_reach reach;
    uint32_t max_bytes;
    const struct contract_route *routes;
    int route_count;
};
struct contract_service {
    const char *name;                       // "submissions": the lower-case service name, as in envelopes
    const struct contract_method *methods;
    int method_count;
    int workers;                            // of a new node
};

extern const struct contract_service *const contract_services[];   // all, NULL-terminated
extern const struct contract_message *const contract_messages[];   // all of the package, sorted by name, NULL-terminated

const struct contract_service *contract_service_named(const char *name);
const struct contract_method *contract_method_named(const struct contract_service *service, const char *name);
const struct contract_message *contract_message_named(const char *short_name);          // "SubmitRequest"
const struct contract_message *contract_message_of(const ProtobufCMessageDescriptor *descriptor);
