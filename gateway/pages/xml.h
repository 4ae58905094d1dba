// xml: writing small XML documents (RFC 4287 feeds, sitemaps). Text and attributes are escaped; characters that XML 1.0 can't hold become
// blanks. Element names are ours.
#pragma once
#include "services/common/base/buf.h"

void xml_begin(struct buf *out);                                             // the declaration
void xml_element(struct buf *out, const char *name, const char *text);       // <name>text</name>; nothing when text is NULL or empty
void xml_time(struct buf *out, const char *name, int64_t wall_us);
// <name a="…" b="…"/>: pairs of names and values, ended by NULL; pairs without value are left out.
void xml_empty(struct buf *out, const char *name, ...) __attribute__((sentinel));
