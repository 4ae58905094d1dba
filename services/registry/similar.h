// similar: published entries that may be the same as one being reported. Candidates share a word (or its beginning) of the title; a
// bounded number of them is compared.
#pragma once
#include "services/registry/landscape.h"
#include "kosi/registry.pb-c.h"

enum { SIMILAR_MAX = 5, SIMILAR_CANDIDATES = 40 };   // told; taken per word

// Fills the reply, the most alike first. Returns 0 or negative.
int similar_find(const struct landscape *landscape, const Kosi__SimilarRequest *request, Kosi__SimilarReply *reply);
