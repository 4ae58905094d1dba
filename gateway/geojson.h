// geojson: a list of entries as a map reads it (RFC 7946), for who asks with Accept: application/geo+json. Entries without a place are
// features without geometry. What pages the list (next_page_token, total) stands beside the features, as in the plain list.
#pragma once
#include "services/common/base/buf.h"
#include "kosi/registry.pb-c.h"
#include <stdbool.h>

extern const char geojson_type[];   // "application/geo+json"
// Does an Accept header (RFC 9110 section 12.5.1) prefer this type to plain JSON? False for NULL.
bool geojson_wanted(const char *accept);
// Appends the collection; items lose their point on the way.
void geojson_write(const Kosi__EntryListReply *list, struct buf *out);
