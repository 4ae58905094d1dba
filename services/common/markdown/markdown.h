// markdown: what people wrote (CommonMark), made safe to show anywhere: no raw HTML, no images (nothing is loaded from third parties; their
// text stays), links only to where they may lead (their text stays otherwise), headings below the page's own and none left out, quotes and
// lists within each other up to a depth (what is deeper stays, with none around it): each level takes room on a screen and tags in HTML.
#pragma once
#include "services/common/base/buf.h"
#include <cmark.h>
#include <stdbool.h>

enum markdown_links { MARKDOWN_WEB, MARKDOWN_WEB_AND_MAIL };   // http and https; mailto as well
bool markdown_may_link(const char *url, enum markdown_links links);   // NULL: no

enum { MARKDOWN_LEVELS_MOST = 8 };

// A safe tree whose headings begin at level `first`; the caller frees it. NULL: out of memory.
cmark_node *markdown_parse(const char *text, enum markdown_links links, int first);
// Is there nothing to read in a tree?
bool markdown_shows_nothing(cmark_node *document);
// Appends a tree as HTML. 0, or -1: out of memory.
int markdown_html(cmark_node *document, struct buf *out);

// For trees that are made in other ways. As it was written:
cmark_node *markdown_parse_raw(const char *text);
// Every node below the document, children before their parent; visit may change or free what it gets and what came before.
void markdown_each(cmark_node *document, void (*visit)(cmark_node *node, void *context), void *context);
// What may not be there goes, or its children take its place: afterwards the node may be gone. Its own subtree comes first.
void markdown_make_safe(cmark_node *node, enum markdown_links links);
void markdown_order_headings(cmark_node *document, int first);
int markdown_too_deep(cmark_node *document);   // the first line of a tree as it was parsed where quotes and lists are deeper; 0: none
void markdown_bound(cmark_node *document);     // to MARKDOWN_LEVELS_MOST
