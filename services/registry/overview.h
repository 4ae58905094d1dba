// overview: the whole landscape in figures and in addresses. Both cost the same however many entries there are.
#pragma once
#include "services/registry/landscape.h"
#include "kosi/registry.pb-c.h"

enum { SITEMAP_PART = 1000 };   // places in the order of publication per part; some may be empty

int overview_tell(const struct landscape *landscape, Kosi__OverviewReply *reply);                   // 0 or negative
int sitemap_tell(const struct landscape *landscape, uint32_t part, Kosi__SitemapReply *reply);      // 0, PROBLEM_NOT_FOUND or negative
