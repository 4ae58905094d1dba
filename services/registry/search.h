// search: lists of entries in bounded time, whatever is asked and however many there are.
//
// All conditions (words, filters, a box on the map) are one expression of the full-text index, so they meet inside it and hits come in
// the order of publication without being looked at. Total and facet counts are taken from the newest SEARCH_HITS_MAX hits and say
// when there are more (total_capped); without any condition they are exact, from the writer's counters.
//
// sort=newest and sort=oldest page through all hits. sort=relevance (what words get by default) ranks a bounded number: the newest
// SEARCH_HITS_MAX hits, and if there are more, the newest SEARCH_TITLES_MAX with every word in the title; its pages end with those.
#pragma once
#include "services/registry/landscape.h"
#include "kosi/registry.pb-c.h"

enum {
    SEARCH_HITS_MAX = 1000,
    SEARCH_TITLES_MAX = 200,
    SEARCH_SCAN_MAX = 4000,   // hits looked at for one list when a box's border may exclude them; then a page may be short
};

// *reply is a packed EntryListReply in arena memory. Returns 0, PROBLEM_BAD_PARAMETER with *bad_field, PROBLEM_BAD_PAGE_TOKEN, or
// negative.
int search_list(const struct landscape *landscape, const Kosi__EntryListRequest *request, uint8_t **reply, size_t *size,
                const char **bad_field);
