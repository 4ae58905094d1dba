// description: what an entry says of itself (Markdown) as HTML for its page: links to the web only, headings below the page's own.
#pragma once
#include "services/common/base/buf.h"

enum { DESCRIPTION_HTML_MAX = 40000 };   // characters, as Entry.description_html

// Appends the HTML of `text`; blocks at the end that would make it longer than DESCRIPTION_HTML_MAX are left out. Returns 0, or -1
// when memory is out.
int description_html(const char *text, struct buf *out);
