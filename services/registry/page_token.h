// page_token: where a list goes on. It carries a hash of what was asked, so a token used with another query is refused instead of
// giving a page of something else.
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { PAGE_TOKEN_MAX = 40 };
struct page_token {
    char sort;          // 'n' newest, 'o' oldest, 'r' relevance
    uint32_t query;     // hash of the query and its filters
    int64_t n;          // last entry shown; with relevance: the newest entry that took part in the ranking
    uint32_t offset;    // with relevance: items shown so far
};

void page_token_text(const struct page_token *token, char out[PAGE_TOKEN_MAX]);
bool page_token_parse(const char *text, struct page_token *out);   // false: none of ours
