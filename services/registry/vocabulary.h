// vocabulary: the words a city sorts its entries by (deploy/cities/<id>/vocabulary.json): themes, districts, sectors, stages, kinds.
// Read once at start, constant afterwards.
#pragma once
#include "services/common/base/arena.h"
#include "services/registry/facet.h"

struct vocabulary;

// Returns 0, or -1 with "FILE:LINE: reason. Remedy." lines in errors.
int vocabulary_read(const char *file, struct vocabulary **out, struct buf *errors);
void vocabulary_free(struct vocabulary **vocabulary);
bool vocabulary_knows(const struct vocabulary *vocabulary, enum facet facet, const char *id);
// Fills the reply in the language asked for ("de", "en"; German where a label has no English). Memory from arena; -1 when out of it.
int vocabulary_tell(const struct vocabulary *vocabulary, const char *locale, struct arena *arena, Kosi__VocabularyReply *reply);
