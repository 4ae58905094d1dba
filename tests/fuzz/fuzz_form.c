// The body of a form: an odd first byte means JSON, an even one urlencoded pairs. Both end as a checked SubmitRequest.
#include "tests/fuzz/fuzz.h"

#include "gateway/urlencoded.h"
#include "kosi/submissions.pb-c.h"

static int from_pairs(const char *text, size_t size, const struct contract_message *contract, ProtobufCMessage *message,
                      struct violations *violations) {
    struct urlencoded_pairs pairs;
    if (urlencoded_split(text, size, violations->arena, &pairs) != 0)
        return -1;
    int worst = 0;
    for (size_t i = 0; i < pairs.count; i++) {
        size_t before = violations->count;
        int problem = pair_to_message(pairs.items[i].name, pairs.items[i].value, true, contract, message, violations);
        assert(problem == 0 || problem == PROBLEM_TOO_LARGE || violations->count == before + 1 || before == VIOLATIONS_MAX);
        worst = problem != 0 ? problem : worst;
    }
    return worst;
}

static int from_json(const char *text, size_t size, const struct contract_message *contract, ProtobufCMessage *message,
                     struct violations *violations) {
    struct json json = {0};
    char *copy = malloc(size + 1);
    memcpy(copy, text, size);
    int result = json_parse(&json, copy, size);
    if (result == 0)
        result = json_to_message(&json, 0, contract, message, violations);
    json_free(&json);
    free(copy);
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0)
        return 0;
    struct arena *arena = arena_new(FUZZ_ARENA_BYTES);
    struct violations violations = {.arena = arena};
    const struct contract_message *contract = contract_message_named("SubmitRequest");
    Kosi__SubmitRequest message = KOSI__SUBMIT_REQUEST__INIT;
    const char *text = (const char *)data + 1;
    int problem = data[0] & 1 ? from_json(text, size - 1, contract, &message.base, &violations)
                              : from_pairs(text, size - 1, contract, &message.base, &violations);
    // whatever came of it, the message is whole: it can be checked, packed and written
    int checked = validate_message(contract, &message.base, &violations);
    assert(checked != PROBLEM_MALFORMED || violations.count > 0);
    uint8_t *packed = arena_take(arena, protobuf_c_message_get_packed_size(&message.base));
    if (packed != NULL) {
        size_t length = protobuf_c_message_pack(&message.base, packed);
        assert(unpack_message(contract, packed, length, arena, NULL) != NULL);   // text that passed the edge is text
    }
    if (problem == 0)
        fuzz_round_trip(contract, &message.base, arena);
    arena_free(&arena);
    return 0;
}
