// site_marks: what a city's page says of the node's settings. {{mail_keep_days}} in CITY_DIR/pages/<slug>.<language>.md stands for the number
// that the node goes by, so that a page promises what is done. The settings that a page may name are those that people are told of.
#pragma once
#include "services/common/base/buf.h"
#include "services/common/base/config.h"

// The text with numbers in the place of marks. 0, or -1 with a line per fault ("PATH:LINE: reason. Remedy.").
int site_marks_fill(const struct config *config, const char *path, const char *text, struct buf *out, struct buf *errors);
