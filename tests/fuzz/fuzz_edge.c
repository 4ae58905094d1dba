// What strangers write at the edge: a multipart body (in pieces as long as the first byte says, and whole), and the header in which
// proxies name the client.
#include "tests/fuzz/fuzz.h"

#include "gateway/forwarded.h"
#include "gateway/multipart.h"
#include "services/common/base/text.h"

static uint64_t told;   // what the sink was told, folded

static int note(void *owner, const char *bytes, size_t n) {
    (void)owner;
    for (size_t i = 0; i < n; i++)
        told = told * 31 + (uint8_t)bytes[i];
    return 0;
}
static int note_begin(void *owner, const struct multipart_part *part) {
    assert(*part->name != '\0');
    return note(owner, part->name, strlen(part->name));
}
static int note_end(void *owner) { return note(owner, "}", 1); }

static int read_multipart(const char *text, size_t size, size_t piece) {
    static const struct multipart_sink sink = {note_begin, note, note_end, NULL};
    struct multipart reader;
    told = 0;
    multipart_open(&reader, "x", &sink);
    for (size_t at = 0; at < size; at += piece)
        multipart_feed(&reader, text + at, piece < size - at ? piece : size - at);
    return multipart_close(&reader);
}

static void multipart_is_the_same_in_pieces(const char *text, size_t size, size_t piece) {
    int whole = read_multipart(text, size, size + 1);
    uint64_t whole_told = told;
    int pieces = read_multipart(text, size, piece);
    assert(whole == pieces && whole_told == told);
    struct arena *arena = arena_new(FUZZ_ARENA_BYTES);
    struct urlencoded_pairs pairs;
    if (multipart_pairs("multipart/form-data; boundary=x", text, size, arena, &pairs) == 0) {
        assert(whole == 0);
        for (size_t i = 0; i < pairs.count; i++)
            assert(text_valid(pairs.items[i].value, strlen(pairs.items[i].value)));
    }
    arena_free(&arena);
}

static void heads(const char *text, size_t size) {
    char boundary[MULTIPART_BOUNDARY_MAX + 1];
    char *copy = malloc(size + 1);
    memcpy(copy, text, size);
    copy[size] = '\0';
    if (multipart_boundary(copy, boundary) == 0)
        assert(strlen(boundary) >= 1 && strlen(boundary) <= MULTIPART_BOUNDARY_MAX);
    struct networks trusted = {0};
    struct address peer = {{0}};
    (void)networks_parse(copy, &trusted);
    struct address client = forwarded_client(&trusted, FORWARDED_X_FOR, copy, peer);
    assert(networks_hold(&trusted, &peer) || memcmp(&client, &peer, sizeof client) == 0);
    assert(networks_parse("::/0", &trusted) == 0);
    forwarded_client(&trusted, FORWARDED_X_FOR, copy, peer);
    forwarded_client(&trusted, FORWARDED_RFC7239, copy, peer);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0)
        return 0;
    multipart_is_the_same_in_pieces((const char *)data + 1, size - 1, (size_t)data[0] + 1);
    heads((const char *)data + 1, size - 1);
    return 0;
}
