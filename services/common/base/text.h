// text: what is done to people's words. All functions take UTF-8.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Valid UTF-8 without NUL?
bool text_valid(const char *bytes, size_t n);
size_t text_first_bad(const char *bytes, size_t n);   // offset of the first byte that is not; n when all is well
size_t text_length(const char *text);    // code points
// The worst that is in a text: no valid UTF-8 or NUL; control characters, C1 included; line breaks and tabs; nothing of that.
enum text_kind { TEXT_INVALID, TEXT_CONTROLS, TEXT_LINES, TEXT_PRINTABLE };
enum text_kind text_kind(const char *bytes, size_t n);
bool text_printable(const char *bytes, size_t n, bool lines);   // lines: line breaks and tabs are fine
// Unicode NFC with outer white space removed and line ends as \n; in place where possible. malloc'd; NULL: out of memory.
char *text_normal(const char *text);
// Is valid text in that form? A quick look: true is certain, false may be wrong.
bool text_is_normal(const char *text);
// For searching: lower case, German folding (ä→ae, ö→oe, ü→ue, ß→ss), other marks removed, everything but letters and digits
// turned into single spaces. "Lastenräder für die STRASSE" → "lastenraeder fuer die strasse". malloc'd; NULL: out of memory.
char *text_fold(const char *text);
// A sort of likeness of two folded texts, 0 to 1: shared trigrams (Dice).
double text_likeness(const char *folded_a, const char *folded_b);
bool text_is_email(const char *text);
bool text_is_mail_server(const char *text);   // smtp:// or smtps://, a host, perhaps a port, and nothing else
bool text_is_url(const char *text);      // http or https, host present, no blanks or control characters

#ifdef __cplusplus
}
#endif
