// stale: entries that nobody has confirmed for long, as staff read them: those that will vanish first, then those no longer shown.
#pragma once
#include "services/registry/landscape.h"
#include "kosi/registry.pb-c.h"

struct config;

// 0, PROBLEM_BAD_PAGE_TOKEN or negative.
int stale_list(const struct landscape *landscape, const struct config *config, const Kosi__StaleRequest *request, Kosi__StaleReply *reply);
