#include "services/registry/markdown.h"
#include <cmark.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HEADING_LEAST = 3 };

static bool is_web(const char *url) {
    return url != NULL && (strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0);
}

// Puts a node's children in its place.
static void unwrap(cmark_node *node) {
    cmark_node *child;
    while ((child = cmark_node_first_child(node)) != NULL)
        cmark_node_insert_before(node, child);
    cmark_node_free(node);
}

static void set_level(cmark_node *heading) {
    if (cmark_node_get_heading_level(heading) < HEADING_LEAST)
        cmark_node_set_heading_level(heading, HEADING_LEAST);
}

// Called when the iterator leaves (or only visits) a node, so its own subtree is done and it may go.
static void make_safe(cmark_node *node) {
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_HTML_BLOCK:
    case CMARK_NODE_HTML_INLINE:
        cmark_node_free(node);
        break;
    case CMARK_NODE_IMAGE:
        unwrap(node);
        break;
    case CMARK_NODE_LINK:
        if (!is_web(cmark_node_get_url(node)))
            unwrap(node);
        break;
    case CMARK_NODE_HEADING:
        set_level(node);
        break;
    default:
        break;
    }
}

static void walk(cmark_node *document) {
    cmark_iter *iter = cmark_iter_new(document);
    cmark_event_type event = cmark_iter_next(iter);
    while (event != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(node);
        bool leaf = type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE;
        bool ready = leaf || event == CMARK_EVENT_EXIT;
        event = cmark_iter_next(iter);   // before the node goes
        if (ready)
            make_safe(node);
    }
    cmark_iter_free(iter);
}

static size_t characters(const char *text) {
    size_t n = 0;
    for (; *text != '\0'; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

static void drop_last(cmark_node *document, int blocks) {
    cmark_node *last;
    for (int i = 0; i < blocks && (last = cmark_node_last_child(document)) != NULL; i++)
        cmark_node_free(last);
}

int markdown_html(const char *text, struct buf *out) {
    cmark_node *document = cmark_parse_document(text, strlen(text), CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8);
    if (document == NULL)
        return -1;
    walk(document);
    char *html = cmark_render_html(document, CMARK_OPT_DEFAULT | CMARK_OPT_SAFE);
    for (int blocks = 1; html != NULL && characters(html) > MARKDOWN_HTML_MAX; blocks *= 2) {   // doubling bounds the rounds
        drop_last(document, blocks);
        free(html);
        html = cmark_render_html(document, CMARK_OPT_DEFAULT | CMARK_OPT_SAFE);
    }
    cmark_node_free(document);
    if (html == NULL)
        return -1;
    buf_text(out, html);
    free(html);
    return out->failed ? -1 : 0;
}
