// Reports of undelivered mails: MIME as strangers write it, and the fields inside.
#include "tests/fuzz/fuzz.h"

#include "services/common/base/text.h"
#include "services/notifications/returned.h"
#include <gmime/gmime.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    g_mime_init();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct returned out;
    returned_read(data, size, &out);
    assert(strlen(out.status) < sizeof out.status && strlen(out.message_token) < sizeof out.message_token);
    assert(text_valid(out.message_token, strlen(out.message_token)) && text_valid(out.status, strlen(out.status)));
    assert(out.what != RETURNED_HARD || returned_is_hard(out.status));
    assert(out.what == RETURNED_NOTHING || returned_of(returned_name(out.what)) == (int)out.what);
    return 0;
}
