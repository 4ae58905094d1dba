// reasons: the catalogue of reasons why a submission is not published. What a reason is called is the pages' matter ("reason.<slug>").
#pragma once
#include <stdbool.h>
#include <stddef.h>

bool reasons_have(const char *slug);
size_t reasons_all(const char *const **slugs); // in the order they are offered
