// The JSON parser: what it takes is well formed, and reads the same after it was written again.
#include "tests/fuzz/fuzz.h"

#include "services/common/base/text.h"

static size_t check_value(const struct json *json, size_t at, int depth);

static size_t check_container(const struct json *json, size_t at, int depth) {
    const struct json_token *container = &json->tokens[at];
    uint32_t count = 0;
    size_t i = at + 1;
    for (; i < container->next; count++) {
        if (container->type == JSON_OBJECT) {
            assert(json->tokens[i].type == JSON_KEY && text_valid(json->tokens[i].text, json->tokens[i].length));
            i++;
        }
        i = check_value(json, i, depth + 1);
    }
    assert(count == container->count && i == container->next);
    return i;
}

static size_t check_value(const struct json *json, size_t at, int depth) {
    assert(at < json->count);
    const struct json_token *token = &json->tokens[at];
    assert(token->type != JSON_KEY && depth <= JSON_DEPTH_MAX);
    if (token->type == JSON_ARRAY || token->type == JSON_OBJECT)
        return check_container(json, at, depth);
    if (token->type == JSON_STRING)
        assert(text_valid(token->text, token->length) && token->text[token->length] == '\0');
    assert(token->next == at + 1);
    return at + 1;
}

static size_t write_value(const struct json *json, size_t at, struct json_writer *w);

static size_t write_container(const struct json *json, size_t at, struct json_writer *w) {
    bool object = json->tokens[at].type == JSON_OBJECT;
    object ? json_begin_object(w) : json_begin_array(w);
    size_t i = at + 1;
    while (i < json->tokens[at].next) {
        if (object)
            json_key(w, json->tokens[i++].text);
        i = write_value(json, i, w);
    }
    object ? json_end_object(w) : json_end_array(w);
    return i;
}

static size_t write_value(const struct json *json, size_t at, struct json_writer *w) {
    const struct json_token *token = &json->tokens[at];
    switch (token->type) {
    case JSON_ARRAY:
    case JSON_OBJECT:
        return write_container(json, at, w);
    case JSON_STRING:
        json_string_n(w, token->text, token->length);
        break;
    case JSON_INTEGER:
        json_integer(w, token->integer);
        break;
    case JSON_REAL:
        json_real(w, token->real);
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        json_bool(w, token->type == JSON_TRUE);
        break;
    default:
        json_null(w);
    }
    return at + 1;
}

static bool same(const struct json *a, const struct json *b) {
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct json_token *x = &a->tokens[i], *y = &b->tokens[i];
        bool number = x->type == JSON_INTEGER || x->type == JSON_REAL;
        if (number ? json_number(x) != json_number(y) : x->type != y->type)
            return false;   // 1.0 is written as 1
        if (x->next != y->next || x->count != y->count || x->length != y->length ||
            (x->text != NULL && memcmp(x->text, y->text, x->length) != 0))
            return false;
    }
    return true;
}

static void check_refusal(const struct json *json, const uint8_t *data, size_t size) {
    int lines = 1;
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n';
    assert(json->error != NULL && json->line >= 1 && json->line <= lines && json->column >= 1 && (size_t)json->column <= size + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct json json;   // kept from input to input, as the gateway does
    struct json again = {0};
    struct buf out;
    buf_init(&out, 0);
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    int result = json_parse(&json, text, size);
    assert(result != -2);
    if (result == 0) {
        assert(check_value(&json, 0, 0) == json.count);
        struct json_writer w = {.out = &out};
        write_value(&json, 0, &w);
        assert(out.failed || (json_parse(&again, out.data, out.len) == 0 && same(&json, &again)));
    } else {
        check_refusal(&json, data, size);
    }
    json_free(&again);
    buf_free(&out);
    free(text);
    return 0;
}
