#include "services/common/markdown/markdown.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LEVELS = 6 };

static bool begins(const char *url, const char *scheme) { return strncasecmp(url, scheme, strlen(scheme)) == 0; }

bool markdown_may_link(const char *url, enum markdown_links links) {
    return url != NULL && (begins(url, "http://") || begins(url, "https://") || (links == MARKDOWN_WEB_AND_MAIL && begins(url, "mailto:")));
}

static bool is_leaf(cmark_node *node) {
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
    case CMARK_NODE_CODE:
    case CMARK_NODE_CODE_BLOCK:
    case CMARK_NODE_HTML_BLOCK:
    case CMARK_NODE_HTML_INLINE:
    case CMARK_NODE_THEMATIC_BREAK:
    case CMARK_NODE_SOFTBREAK:
    case CMARK_NODE_LINEBREAK:
        return true;
    default:
        return false;
    }
}

void markdown_each(cmark_node *document, void (*visit)(cmark_node *node, void *context), void *context) {
    cmark_iter *iter = cmark_iter_new(document);
    cmark_event_type event = cmark_iter_next(iter);
    while (event != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        bool ready = event == CMARK_EVENT_EXIT || is_leaf(node);
        event = cmark_iter_next(iter);   // before the node goes
        if (ready && node != document)
            visit(node, context);
    }
    cmark_iter_free(iter);
}

// Puts a node's children in its place.
static void unwrap(cmark_node *node) {
    cmark_node *child;
    while ((child = cmark_node_first_child(node)) != NULL)
        cmark_node_insert_before(node, child);
    cmark_node_free(node);
}

void markdown_make_safe(cmark_node *node, enum markdown_links links) {
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_HTML_BLOCK:
    case CMARK_NODE_HTML_INLINE:
        cmark_node_free(node);
        break;
    case CMARK_NODE_IMAGE:
        unwrap(node);
        break;
    case CMARK_NODE_LINK:
        if (!markdown_may_link(cmark_node_get_url(node), links))
            unwrap(node);
        break;
    default:
        break;
    }
}

void markdown_order_headings(cmark_node *document, int first) {
    int written[LEVELS], depth = 0;
    cmark_iter *iter = cmark_iter_new(document);
    cmark_event_type event;
    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        if (event != CMARK_EVENT_ENTER || cmark_node_get_type(node) != CMARK_NODE_HEADING)
            continue;
        int level = cmark_node_get_heading_level(node);
        while (depth > 0 && written[depth - 1] >= level)
            depth--;
        int shown = first + depth;
        written[depth++] = level;   // each is greater than the one before, so they are six at most
        cmark_node_set_heading_level(node, shown < LEVELS ? shown : LEVELS);
    }
    cmark_iter_free(iter);
}

static void visit(cmark_node *node, void *links) { markdown_make_safe(node, *(const enum markdown_links *)links); }

cmark_node *markdown_parse_raw(const char *text) {
    return cmark_parse_document(text, strlen(text), CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8);
}

cmark_node *markdown_parse(const char *text, enum markdown_links links, int first) {
    cmark_node *document = markdown_parse_raw(text);
    if (document == NULL)
        return NULL;
    markdown_each(document, visit, &links);
    markdown_order_headings(document, first);
    return document;
}

int markdown_html(cmark_node *document, struct buf *out) {
    char *html = cmark_render_html(document, CMARK_OPT_DEFAULT);   // safe unless told otherwise
    if (html == NULL)
        return -1;
    buf_text(out, html);
    free(html);
    return out->failed ? -1 : 0;
}
