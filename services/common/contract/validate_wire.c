// The wire format of protocol buffers, as far as strings have to be found in it.
#include "services/common/contract/validate.h"

#include "services/common/base/problem.h"
#include "services/common/base/text.h"

enum { VARINT = 0, FIXED64 = 1, LENGTH = 2, FIXED32 = 5, DEPTH_MAX = 32 };

static bool take_varint(const uint8_t **at, const uint8_t *end, uint64_t *value) {
    *value = 0;
    for (unsigned shift = 0; shift < 64 && *at < end; shift += 7) {
        uint8_t byte = *(*at)++;
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

static bool skip(const uint8_t **at, const uint8_t *end, uint64_t n) {
    if (n > (uint64_t)(end - *at))
        return false;
    *at += n;
    return true;
}

static bool walk(const struct contract_message *contract, const uint8_t *at, const uint8_t *end, int depth);

static bool check_bytes(const struct contract_message *contract, uint64_t number, const uint8_t *at, uint64_t n, int depth) {
    const ProtobufCFieldDescriptor *field =
        number > UINT32_MAX ? NULL : protobuf_c_message_descriptor_get_field(contract->descriptor, (unsigned)number);
    if (field == NULL)
        return true;
    if (field->type == PROTOBUF_C_TYPE_STRING)
        return text_valid((const char *)at, n);
    if (field->type != PROTOBUF_C_TYPE_MESSAGE)
        return true;
    return walk(contract->fields[field - contract->descriptor->fields].message, at, at + n, depth + 1);
}

static bool walk(const struct contract_message *contract, const uint8_t *at, const uint8_t *end, int depth) {
    if (depth > DEPTH_MAX)
        return false;
    while (at < end) {
        uint64_t tag = 0, n = 0;
        if (!take_varint(&at, end, &tag))
            return false;
        bool fine = false;
        switch (tag & 7) {
        case VARINT:
            fine = take_varint(&at, end, &n);
            break;
        case FIXED64:
            fine = skip(&at, end, 8);
            break;
        case FIXED32:
            fine = skip(&at, end, 4);
            break;
        case LENGTH:
            fine = take_varint(&at, end, &n) && n <= (uint64_t)(end - at) && check_bytes(contract, tag >> 3, at, n, depth) &&
                   skip(&at, end, n);
            break;
        default:
            break;   // groups are not in use
        }
        if (!fine)
            return false;
    }
    return true;
}

int validate_wire(const struct contract_message *contract, const uint8_t *bytes, size_t size) {
    return size == 0 || walk(contract, bytes, bytes + size, 0) ? 0 : PROBLEM_MALFORMED;
}
