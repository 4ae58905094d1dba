// The only C++ of the gateway: ctemplate behind template.h.
extern "C" {
#include "services/common/base/buf.h"
#include "services/common/contract/contract.h"
}
#include "gateway/template.h"
#include <ctemplate/template.h>
#include <ctemplate/template_cache.h>
#include <ctemplate/template_dictionary.h>
#include <ctemplate/template_emitter.h>
#include <cstdio>
#include <cstring>
#include <string>

namespace {

class BufEmitter : public ctemplate::ExpandEmitter {
  public:
    explicit BufEmitter(struct buf *out) : out_(out) {}
    void Emit(char c) override { buf_char(out_, c); }
    void Emit(const std::string &s) override { buf_add(out_, s.data(), s.size()); }
    void Emit(const char *s) override { buf_text(out_, s); }
    void Emit(const char *s, size_t n) override { buf_add(out_, s, n); }

  private:
    struct buf *out_;
};

std::string key_of(const char *name, const char *language) { return std::string(name) + "." + language; }

void fill(ctemplate::TemplateDictionary *dictionary, const struct contract_message *contract, const ProtobufCMessage *message);

std::string scalar_text(const ProtobufCFieldDescriptor *field, const void *at) {
    char text[40] = "";
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING: {
        const char *value = *static_cast<const char *const *>(at);
        return value ? value : "";
    }
    case PROTOBUF_C_TYPE_UINT32:
        snprintf(text, sizeof text, "%u", *static_cast<const uint32_t *>(at));
        break;
    case PROTOBUF_C_TYPE_INT32:
        snprintf(text, sizeof text, "%d", *static_cast<const int32_t *>(at));
        break;
    case PROTOBUF_C_TYPE_INT64:
        snprintf(text, sizeof text, "%lld", static_cast<long long>(*static_cast<const int64_t *>(at)));
        break;
    default:
        break;
    }
    return text;
}

void fill_repeated(ctemplate::TemplateDictionary *dictionary, const ProtobufCFieldDescriptor *field,
                   const struct contract_field *rules, const char *base) {
    size_t count = *reinterpret_cast<const size_t *>(base + field->quantifier_offset);
    if (!rules->message)
        return;
    ProtobufCMessage *const *items = *reinterpret_cast<ProtobufCMessage *const *const *>(base + field->offset);
    for (size_t i = 0; i < count; i++)
        fill(dictionary->AddSectionDictionary(field->name), rules->message, items[i]);
}

// A missing value is set to "", since a lookup would go on to the message around this one.
void fill_single(ctemplate::TemplateDictionary *dictionary, const ProtobufCFieldDescriptor *field,
                 const struct contract_field *rules, const char *base) {
    const void *at = base + field->offset;
    if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
        const ProtobufCMessage *child = *static_cast<ProtobufCMessage *const *>(at);
        if (child)
            fill(dictionary->AddSectionDictionary(field->name), rules->message, child);
        return;
    }
    bool set = field->quantifier_offset == 0 || *reinterpret_cast<const protobuf_c_boolean *>(base + field->quantifier_offset);
    if (field->type == PROTOBUF_C_TYPE_BOOL) {
        if (set && *static_cast<const protobuf_c_boolean *>(at))
            dictionary->ShowSection(field->name);
        return;
    }
    std::string text = set ? scalar_text(field, at) : "";
    dictionary->SetValue(field->name, text);
    if (!text.empty())
        dictionary->ShowSection(field->name);
}

void fill(ctemplate::TemplateDictionary *dictionary, const struct contract_message *contract, const ProtobufCMessage *message) {
    const char *base = reinterpret_cast<const char *>(message);
    for (unsigned i = 0; i < contract->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &contract->descriptor->fields[i];
        if (field->label == PROTOBUF_C_LABEL_REPEATED)
            fill_repeated(dictionary, field, &contract->fields[i], base);
        else
            fill_single(dictionary, field, &contract->fields[i], base);
    }
}

}  // namespace

extern "C" int template_add(const char *name, const char *language, const char *source, size_t size) {
    std::string key = key_of(name, language);
    bool added = ctemplate::mutable_default_template_cache()->StringToTemplateCache(key, source, size, ctemplate::STRIP_BLANK_LINES);
    return added ? 0 : -1;
}

extern "C" int template_render(const char *name, const char *language, const struct contract_message *contract,
                               const ProtobufCMessage *message, const ProtobufCMessage *shell, struct buf *out) {
    ctemplate::TemplateDictionary dictionary(name);
    fill(&dictionary, contract_message_of(shell->descriptor), shell);
    fill(&dictionary, contract, message);
    BufEmitter emitter(out);
    bool done = ctemplate::mutable_default_template_cache()->ExpandWithData(key_of(name, language), ctemplate::STRIP_BLANK_LINES,
                                                                            &dictionary, nullptr, &emitter);
    return done && !out->failed ? 0 : -1;
}

extern "C" void template_forget_all(void) { ctemplate::mutable_default_template_cache()->ClearCache(); }
