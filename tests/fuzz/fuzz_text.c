// Folding, normal form, and the small parsers of people's and peers' words.
#include "tests/fuzz/fuzz.h"

#include "services/common/base/clock.h"
#include "services/common/base/id.h"
#include "services/common/base/text.h"

static void check_text(const char *text) {
    char *normal = text_normal(text), *folded = text_fold(text);
    assert(normal != NULL && folded != NULL && text_valid(normal, strlen(normal)) && text_valid(folded, strlen(folded)));
    char *again = text_normal(normal), *folded_again = text_fold(folded);
    assert(strcmp(normal, again) == 0 && strcmp(folded, folded_again) == 0);
    double likeness = text_likeness(folded, normal);
    assert(likeness >= 0 && likeness <= 1);
    free(normal);
    free(folded);
    free(again);
    free(folded_again);
    text_is_email(text);
    text_is_url(text);
}

static void check_codes(const char *text) {
    static const uint8_t key[32] = {1};
    uint8_t id[ID_BYTES], bytes[64];
    uint64_t number = 0;
    int64_t time = 0;
    char again[100];
    if (id_receipt_parse(key, text, &number)) {
        uint64_t same = 0;
        id_receipt(key, number, again);
        assert(id_receipt_parse(key, again, &same) && same == number);
    }
    long n = id_base64url_parse(text, bytes, sizeof(bytes));
    if (n >= 0) {
        id_base64url(bytes, (size_t)n, again);
        assert(strcmp(again, text) == 0);   // one spelling only
    }
    id_parse(text, id);
    id_token_peek(text, id);
    id_token_check(key, text, "status", 1);
    clock_check_date(text);
    if (clock_parse_rfc3339(text, &time) == 0) {
        int64_t same = 0;
        assert(clock_parse_rfc3339(clock_rfc3339(time, again), &same) == 0 && same == time);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    check_codes(text);
    if (text_valid(text, size))
        check_text(text);
    free(text);
    return 0;
}
