// linked_data: an entry as schema.org describes things, for search engines (JSON-LD 1.1): a data block that no browser runs.
#pragma once
#include "gateway/pages/page.h"

// "<script type="application/ld+json">…</script>" in arena memory; NULL when memory is out. Labels in the page's language.
const char *linked_data_of(struct request *request, const Kosi__Entry *entry, const char *page_url);
// The address of a licence's text; NULL when it is unknown here.
const char *licence_url(const char *spdx_id);
