// template: pages from files. gateway/templates/<name>.tpl is HTML with
//   {{field}}, {{#field}}…{{/field}}   of the message <Name>Page or of PageShell (proto/kosi/pages*.proto): a value; a section, shown when the field is
//                                      set (once per item when it repeats; inside, the item's fields)
//   {{field:pre_escape}}               a value that keeps its line breaks (the library makes blanks of them otherwise)
//   [[key]]                            a text of the catalogue, escaped
//   [[@name]]                          a constant of the node: lang, other_lang, city, css, font, font_bold, home, landscape
//   [[>_file]]                         the contents of gateway/templates/_file.tpl
// Every file begins with {{%AUTOESCAPE context="HTML"}}: the library escapes by context. What the library would pass over in
// silence (a missing pragma, a marker that is no field, a text that is not there) is an error with file and line here.
#pragma once
#include "services/common/base/buf.h"
#include "services/common/contract/contract.h"

#ifdef __cplusplus
extern "C" {
#endif

struct catalogue;
struct template_constant {
    const char *name, *value;
};
struct template_language {
    const char *name;                            // "de"
    const struct catalogue *catalogue;
    const struct template_constant *constants;   // ended by a NULL name
};

// Expands includes and texts of one template for one language, checking everything. 0, or -1 with lines in errors.
int template_source(const char *folder, const char *name, const struct contract_message *contract,
                    const struct template_language *language, struct buf *out, struct buf *errors);
// Hands the expanded source to the library under "<name>.<language>". 0 or -1.
int template_add(const char *name, const char *language, const char *source, size_t size);
// Fills the template from the message and appends the page to out. 0 or -1.
// The shell's fields (PageShell) may stand in every template beside the message's own.
int template_render(const char *name, const char *language, const struct contract_message *contract, const ProtobufCMessage *message,
                    const ProtobufCMessage *shell, struct buf *out);
void template_forget_all(void);

#ifdef __cplusplus
}
#endif
