// catalogue: the texts for people in one language, read from a compiled gettext catalogue (.mo). A reader of our own, since glibc's
// needs locales that a bare machine does not have. Message ids are stable keys ("problem.validation").
#pragma once
#include "services/common/base/arena.h"
#include "services/common/base/buf.h"

struct catalogue;

// NULL with a line in errors ("FILE: reason. Remedy.") when the file is missing or broken.
struct catalogue *catalogue_open(const char *file, struct buf *errors);
void catalogue_free(struct catalogue **catalogue);
const char *catalogue_find(const struct catalogue *catalogue, const char *key);   // NULL when there is no such text
const char *catalogue_text(const struct catalogue *catalogue, const char *key);   // the key itself then
// Replaces {name} in text. Pairs of name and value, ended by NULL. The result lives in the arena; "" when memory is out.
const char *catalogue_fill(struct arena *arena, const char *text, ...) __attribute__((sentinel));
