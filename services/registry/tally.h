// tally: counts of facet values among hits. Bounded: values beyond TALLY_MAX different ones are not counted.
#pragma once
#include "services/common/base/arena.h"
#include "services/registry/facet.h"

enum { TALLY_MAX = 512 };
struct tally;

struct tally *tally_new(struct arena *arena);   // NULL: out of memory
int tally_codes(struct tally *tally, const char *codes);                                     // one hit's codes: 0, or -1
int tally_set(struct tally *tally, enum facet facet, const char *id, uint32_t count);        // an exact count: 0, or -1
// By facet, the most frequent first. Returns 0 or -1 when memory is out.
int tally_tell(struct tally *tally, Kosi__FacetCount ***out, size_t *count);
