// markdown: people's descriptions (CommonMark) to HTML that is safe to show: no raw HTML, no images (nothing is loaded from third
// parties; their text stays), links to http and https only. Headings start at level 3, below the page's own.
#pragma once
#include "services/common/base/buf.h"

enum { MARKDOWN_HTML_MAX = 40000 };   // characters, as Entry.description_html

// Appends the HTML of `text`; blocks at the end that would make it longer than MARKDOWN_HTML_MAX are left out. Returns 0, or -1
// when memory is out.
int markdown_html(const char *text, struct buf *out);
