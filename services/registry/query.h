// query: what is asked of the landscape, checked and turned into conditions of the search index. Pure: no database.
// What people type reaches the index's syntax only as folded words (letters and digits) between quotes.
#pragma once
#include "services/registry/area.h"
#include "services/registry/landscape.h"
#include "services/registry/page_token.h"
#include "services/registry/words.h"
#include "kosi/registry.pb-c.h"

// A word of a title is in the index a second time with this before it.
#define QUERY_TITLE_MARK "="

struct query {
    struct words words;
    char *match;          // all conditions; NULL when there are none (all entries)
    char *title_match;    // the same with every word in the title; NULL when nothing is to be ranked
    bool nothing;         // asked for something that can't be found (a text without letters or digits)
    bool boxed;
    struct area area;
    char sort;            // 'n' newest, 'o' oldest, 'r' relevance
    uint32_t page_size;
    struct page_token token;   // token.query is always set; the rest only if `goes_on`
    bool goes_on;
};

// Returns 0, PROBLEM_BAD_PARAMETER with *bad_field set, PROBLEM_BAD_PAGE_TOKEN, or negative when memory is out.
// single_city: only this node's entries exist, so asking for them is no condition.
int query_read(const struct landscape *landscape, const Kosi__EntryListRequest *request, bool single_city, struct query *out,
               const char **bad_field);
