// The one C++ file of base: RapidJSON's event parser fills the token list. Compiled without exceptions and RTTI.
// Strings are decoded in place, so an error's line has to be counted around what was decoded (see place_error).
#include "services/common/base/json.h"

#include "services/common/base/text.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <locale.h>

#include <rapidjson/error/error.h>
#include <rapidjson/reader.h>

namespace {

// Hostile documents may grow the list; it shrinks again before the next one.
const size_t kKeptTokens = 4096, kFirstTokens = 256;
const uint32_t kFewMembers = 16;

// The document as RapidJSON reads and rewrites it. Knows where the string begins that is being decoded.
struct Text {
    typedef char Ch;
    char *src, *dst, *head, *begin, *end;
    const char **refused;   // shared by the copies that RapidJSON makes: why the string that is being decoded is none

    Text(char *text, size_t length, const char **why)
        : src(text), dst(nullptr), head(text), begin(text), end(text + length), refused(why) {}
    Ch Peek() const { return *src; }
    Ch Take() { return *src++; }
    size_t Tell() const { return static_cast<size_t>(src - head); }
    Ch *PutBegin() { return begin = dst = src; }
    void Put(Ch c) { *dst++ = c; }
    size_t PutEnd(Ch *start) { return static_cast<size_t>(dst - start); }
    void Flush() {}

    static bool Plain(char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; }
    // Of eight bytes: is one a control character, a quote or a backslash? (May say yes too often, never no.)
    static bool Special(uint64_t word) {
        const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
        uint64_t quote = word ^ (ones * '"'), slash = word ^ (ones * '\\');
        return (((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & tops;
    }
    // Copies down what needs no decoding.
    void TakePlain() {
        for (uint64_t word; end - src >= 8; src += 8, dst += 8) {
            std::memcpy(&word, src, sizeof(word));
            if (Special(word))
                break;
            std::memcpy(dst, &word, sizeof(word));
        }
        while (Plain(*src))
            *dst++ = *src++;
    }
};

// The whole text was checked before parsing, so what stands in strings is copied as bytes. Encode is called for \u escapes only.
struct Checked : rapidjson::UTF8<> {
    template <typename Out> static void Encode(Out &out, unsigned codepoint) {
        Look(out, codepoint);
        rapidjson::UTF8<>::Encode(out, codepoint);
    }

  private:
    static void Look(Text &text, unsigned codepoint) {
        if (codepoint == 0)
            *text.refused = "a string holds the character NUL";
        if (codepoint >= 0xd800 && codepoint < 0xe000)   // RapidJSON 1.1 lets "\udc00" alone pass
            *text.refused = "a string holds half of a surrogate pair";
    }
    template <typename Out> static void Look(Out &, unsigned) {}   // RapidJSON's other way, never gone
};

// RapidJSON's own stack: a few bytes per level. It can't live with a failing allocation.
class Scratch {
  public:
    void *Malloc(size_t size) { return Realloc(nullptr, 0, size); }
    void *Realloc(void *old, size_t old_size, size_t size) {
        if (size == 0) {
            Free(old);
            return nullptr;
        }
        if (size <= sizeof(fixed) && (old == nullptr || old == fixed))
            return fixed;
        void *grown = std::realloc(old == fixed ? nullptr : old, size);
        if (grown == nullptr)
            std::abort();
        if (old == fixed)
            std::memcpy(grown, fixed, std::min(old_size, sizeof(fixed)));
        return grown;
    }
    // RapidJSON wants a static function: what is freed must be told from `fixed` by itself.
    static void Free(void *pointer) {
        if (pointer != fixed)
            std::free(pointer);
    }

  private:
    static thread_local char fixed[4096];
};
alignas(16) thread_local char Scratch::fixed[4096];

class Tape {
  public:
    Tape(json *document, Text *source) : doc(document), text(source) {}

    json *const doc;
    Text *const text;
    const char *error = nullptr;
    size_t error_at = 0;
    bool no_memory = false;

    bool Null() { return Value(JSON_NULL, text->Tell() - 4); }
    bool Bool(bool b) { return b ? Value(JSON_TRUE, text->Tell() - 4) : Value(JSON_FALSE, text->Tell() - 5); }
    bool RawNumber(const char *s, rapidjson::SizeType n, bool) { return Number(s, n, text->Tell()); }
    // never called: numbers come raw
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(int64_t) { return false; }
    bool Uint64(uint64_t) { return false; }
    bool Double(double) { return false; }
    bool String(const char *s, rapidjson::SizeType n, bool) { return Words(JSON_STRING, s, n); }
    bool Key(const char *s, rapidjson::SizeType n, bool) { return Words(JSON_KEY, s, n); }
    bool StartObject() { return Open(JSON_OBJECT); }
    bool StartArray() { return Open(JSON_ARRAY); }
    bool EndObject(rapidjson::SizeType n) { return Close(n) && KeysDiffer(&doc->tokens[open[depth]]); }
    bool EndArray(rapidjson::SizeType n) { return Close(n); }

  private:
    uint32_t open[JSON_DEPTH_MAX];
    uint32_t depth = 0;

    json_token *Last() { return &doc->tokens[doc->count - 1]; }

    bool Fail(const char *reason, size_t at) {
        error = reason;
        error_at = at;
        return false;
    }

    bool Grow() {
        size_t capacity = doc->capacity == 0 ? kFirstTokens : doc->capacity * 2;
        void *tokens = std::realloc(doc->tokens, capacity * sizeof(json_token));
        if (tokens == nullptr) {
            no_memory = true;
            return false;
        }
        doc->tokens = static_cast<json_token *>(tokens);
        doc->capacity = capacity;
        return true;
    }

    bool Value(json_type type, size_t at) {
        if (doc->count == doc->capacity && !Grow())
            return false;
        json_token *token = &doc->tokens[doc->count++];
        token->type = type;
        token->next = static_cast<uint32_t>(doc->count);
        token->count = 0;
        token->offset = static_cast<uint32_t>(at);
        token->text = nullptr;
        token->length = 0;
        token->integer = 0;
        return true;
    }

    // Whole numbers of 64 bits; false for what has a fraction or an exponent, or is larger.
    static bool Whole(const char *s, size_t n, int64_t *value) {
        bool negative = *s == '-';
        uint64_t magnitude = 0;
        for (size_t i = negative ? 1 : 0; i < n; i++) {
            unsigned digit = static_cast<unsigned>(s[i] - '0');
            if (digit > 9 || __builtin_mul_overflow(magnitude, 10u, &magnitude) || __builtin_add_overflow(magnitude, digit, &magnitude))
                return false;
        }
        if (magnitude > static_cast<uint64_t>(INT64_MAX) + (negative ? 1 : 0))
            return false;
        *value = static_cast<int64_t>(negative ? 0 - magnitude : magnitude);
        return true;
    }

    // RapidJSON 1.1 converts with undefined behaviour ("0e308"), so it only finds where a number ends; the C library converts.
    bool Number(const char *s, size_t n, size_t at) {
        static const locale_t c = newlocale(LC_NUMERIC_MASK, "C", nullptr);
        if (!Value(JSON_INTEGER, at))
            return false;
        if (Whole(s, n, &Last()->integer))
            return true;
        Last()->type = JSON_REAL;
        Last()->real = strtod_l(s, nullptr, c);
        return std::isfinite(Last()->real) || Fail("a number is out of range", at);
    }

    bool Words(json_type type, const char *s, size_t n) {
        size_t at = text->Tell();
        if (*text->refused != nullptr)
            return Fail(*text->refused, at);
        if (!Value(type, at))
            return false;
        Last()->text = s;
        Last()->length = static_cast<uint32_t>(n);
        return true;
    }

    bool Open(json_type type) {
        size_t at = text->Tell();   // the iterative parser calls before it takes the bracket
        if (depth == JSON_DEPTH_MAX)
            return Fail("nested too deeply", at);
        if (!Value(type, at))
            return false;
        open[depth++] = static_cast<uint32_t>(doc->count - 1);
        return true;
    }

    bool Close(uint32_t n) {
        json_token *container = &doc->tokens[open[--depth]];
        container->count = n;
        container->next = static_cast<uint32_t>(doc->count);
        return true;
    }

    bool Same(const json_token *a, const json_token *b) const {
        return a->length == b->length && std::memcmp(a->text, b->text, a->length) == 0;
    }

    uint32_t NextKey(uint32_t key) const { return doc->tokens[key + 1].next; }

    bool KeysDiffer(const json_token *object) {
        if (object->count > kFewMembers)
            return ManyKeysDiffer(object);
        uint32_t first = static_cast<uint32_t>(object - doc->tokens) + 1;
        for (uint32_t key = first; key < object->next; key = NextKey(key))
            for (uint32_t before = first; before < key; before = NextKey(before))
                if (Same(&doc->tokens[key], &doc->tokens[before]))
                    return Fail("a key stands twice in an object", doc->tokens[key].offset);
        return true;
    }

    // Sorted, so that an object of a hundred thousand keys costs no more than its share.
    bool ManyKeysDiffer(const json_token *object) {
        uint32_t *keys = static_cast<uint32_t *>(std::malloc(object->count * sizeof(*keys)));
        if (keys == nullptr) {
            no_memory = true;
            return false;
        }
        uint32_t n = 0;
        for (uint32_t key = static_cast<uint32_t>(object - doc->tokens) + 1; key < object->next; key = NextKey(key))
            keys[n++] = key;
        const json_token *tokens = doc->tokens;
        std::sort(keys, keys + n, [tokens](uint32_t a, uint32_t b) {
            const json_token *x = &tokens[a], *y = &tokens[b];
            if (x->length != y->length)
                return x->length < y->length;
            int order = std::memcmp(x->text, y->text, x->length);
            return order != 0 ? order < 0 : a < b;
        });
        uint32_t twice = UINT32_MAX;
        for (uint32_t i = 1; i < n; i++)
            if (Same(&tokens[keys[i - 1]], &tokens[keys[i]]))
                twice = std::min(twice, keys[i]);
        std::free(keys);
        return twice == UINT32_MAX || Fail("a key stands twice in an object", tokens[twice].offset);
    }
};

const char *reason_of(rapidjson::ParseErrorCode code) {
    switch (code) {
    case rapidjson::kParseErrorDocumentEmpty:
        return "the document is empty";
    case rapidjson::kParseErrorDocumentRootNotSingular:
        return "something follows the end of the document";
    case rapidjson::kParseErrorObjectMissName:
        return "a key in double quotes is missing";
    case rapidjson::kParseErrorObjectMissColon:
        return "a colon is missing after a key";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
        return "a comma or } is missing after a member";
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
        return "a comma or ] is missing after an item";
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
        return "\\u wants four hexadecimal digits";
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
        return "a string holds half of a surrogate pair";
    case rapidjson::kParseErrorStringEscapeInvalid:
        return "a string holds an invalid escape or a control character";
    case rapidjson::kParseErrorStringMissQuotationMark:
        return "a string is not closed";
    case rapidjson::kParseErrorNumberTooBig:
        return "a number is out of range";
    case rapidjson::kParseErrorNumberMissFraction:
    case rapidjson::kParseErrorNumberMissExponent:
        return "a number lacks digits";
    default:
        return "not a JSON value";
    }
}

// Line and column of an offset, counted in a text whose strings are partly decoded already: what stands in the place of a decoded
// string may hold newlines that the document did not have, what is left over behind it can't.
void place_error(json *doc, const Text *text, size_t at) {
    doc->line = 1;
    size_t line_begin = 0, i = 0, token = 0;
    size_t half = text->begin == nullptr ? at : static_cast<size_t>(text->begin - text->head);
    size_t half_end = text->dst == nullptr ? half : static_cast<size_t>(text->dst - text->head);
    while (i < at) {
        while (token < doc->count && (doc->tokens[token].text == nullptr ||
                                      static_cast<size_t>(doc->tokens[token].text - text->head) < i))
            token++;
        size_t skip = token < doc->count ? static_cast<size_t>(doc->tokens[token].text - text->head) : at;
        if (i == skip && doc->tokens[token].length > 0) {
            i += doc->tokens[token].length;
            continue;
        }
        if (i == half && half_end > half) {
            i = half_end;
            continue;
        }
        if (text->head[i] == '\n') {
            doc->line++;
            line_begin = i + 1;
        }
        i++;
    }
    doc->column = static_cast<int>(at - line_begin) + 1;
}

void start(json *doc, const char *text, size_t length) {
    doc->count = 0;
    doc->error = nullptr;
    doc->line = doc->column = 0;
    if (doc->capacity > kKeptTokens) {
        std::free(doc->tokens);
        doc->tokens = nullptr;
        doc->capacity = 0;
    }
    size_t bad = length < INT32_MAX ? text_first_bad(text, length) : 0;
    if (bad == length)
        return;
    doc->error = length >= INT32_MAX ? "the document is too long" : text[bad] == '\0' ? "the character NUL" : "invalid UTF-8";
    Text untouched(const_cast<char *>(text), length, nullptr);
    place_error(doc, &untouched, bad);
}

}  // namespace

namespace rapidjson {
template <> struct StreamTraits<Text> {
    enum { copyOptimization = 1 };
};
template <> struct Transcoder<Checked, Checked> {
    template <typename In, typename Out> static RAPIDJSON_FORCEINLINE bool Transcode(In &is, Out &) {
        is.TakePlain();   // reads from and writes to the same text
        return true;
    }
    template <typename In, typename Out> static bool Validate(In &is, Out &os) { return Transcode(is, os); }
};
}  // namespace rapidjson

extern "C" int json_parse(struct json *doc, char *bytes, size_t length) {
    start(doc, bytes, length);
    if (doc->error != nullptr)
        return -1;
    bytes[length] = '\0';
    const char *refused = nullptr;
    Text text(bytes, length, &refused);
    Tape tape(doc, &text);
    Scratch scratch;
    rapidjson::GenericReader<Checked, Checked, Scratch> reader(&scratch);
    const unsigned flags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
    rapidjson::ParseResult result = reader.Parse<flags>(text, tape);
    if (!result.IsError())
        return 0;
    if (tape.no_memory) {
        doc->count = 0;
        return -2;
    }
    doc->error = tape.error != nullptr ? tape.error : reason_of(result.Code());
    place_error(doc, &text, tape.error != nullptr ? tape.error_at : result.Offset());
    doc->count = 0;
    return -1;
}

extern "C" void json_free(struct json *doc) {
    std::free(doc->tokens);
    std::memset(static_cast<void *>(doc), 0, sizeof(*doc));
}

extern "C" double json_number(const struct json_token *token) {
    return token->type == JSON_INTEGER ? static_cast<double>(token->integer) : token->real;
}
