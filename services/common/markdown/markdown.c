#include "services/common/markdown/markdown.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LEVELS = 6 };

static bool begins(const char *url, const char *scheme) { return strncasecmp(url, scheme, strlen(scheme)) == 0; }

static bool begins_with(const char *text, const char *start) { return strncmp(text, start, strlen(start)) == 0; }

bool markdown_may_link(const char *url, enum markdown_links links) {
    return url != NULL && (begins(url, "http://") || begins(url, "https://") || (links == MARKDOWN_WEB_AND_MAIL && begins(url, "mailto:")));
}

// Blanks, those that are no ASCII, and characters of no width.
static bool is_blank(const char *text) {
    static const char *const none[] = {" ", "\t", "\n", "\r", "\xC2\xA0", "\xC2\xAD", "\xE2\x80\x8B", "\xE2\x80\x8C", "\xE2\x80\x8D",
                                       "\xE2\x81\xA0", "\xE3\x80\x80", "\xEF\xBB\xBF"};
    while (*text != '\0') {
        size_t i = 0;
        while (i < sizeof none / sizeof *none && !begins_with(text, none[i]))
            i++;
        if (i == sizeof none / sizeof *none)
            return false;
        text += strlen(none[i]);
    }
    return true;
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

// ---- how deep quotes and lists go

static bool nests(cmark_node_type type) { return type == CMARK_NODE_BLOCK_QUOTE || type == CMARK_NODE_ITEM; }

static bool is_container(cmark_node_type type) { return nests(type) || type == CMARK_NODE_LIST; }

int markdown_too_deep(cmark_node *document) {
    int level = 0, line = 0;
    cmark_iter *iter = cmark_iter_new(document);
    for (cmark_event_type event; line == 0 && (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
        cmark_node *node = cmark_iter_get_node(iter);
        if (nests(cmark_node_get_type(node)))
            level += event == CMARK_EVENT_ENTER ? 1 : -1;
        if (level > MARKDOWN_LEVELS_MOST)
            line = cmark_node_get_start_line(node);
    }
    cmark_iter_free(iter);
    return line;
}

// What is in it takes its place, with no quote or list around it. One by one from inside would take the square of the depth.
static void flatten(cmark_node *container) {
    cmark_iter *iter = cmark_iter_new(container);
    cmark_event_type event = cmark_iter_next(iter);
    while (event != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(node);
        bool whole = type <= CMARK_NODE_LAST_BLOCK && !is_container(type) && (event == CMARK_EVENT_EXIT || is_leaf(node));
        event = cmark_iter_next(iter);   // before the node goes
        if (whole)
            cmark_node_insert_before(container, node);
    }
    cmark_iter_free(iter);
    cmark_node_free(container);
}

static void bound(cmark_node *parent, int level) {
    for (cmark_node *node = cmark_node_first_child(parent), *next; node != NULL; node = next) {
        cmark_node_type type = cmark_node_get_type(node);
        next = cmark_node_next(node);
        if (is_container(type) && type != CMARK_NODE_ITEM && level == MARKDOWN_LEVELS_MOST)
            flatten(node);
        else if (is_container(type))
            bound(node, level + nests(type));
    }
}

void markdown_bound(cmark_node *document) { bound(document, 0); }

bool markdown_shows_nothing(cmark_node *document) {
    bool nothing = true;
    cmark_iter *iter = cmark_iter_new(document);
    while (nothing && cmark_iter_next(iter) != CMARK_EVENT_DONE) {
        const char *text = cmark_node_get_literal(cmark_iter_get_node(iter));
        nothing = text == NULL || is_blank(text);
    }
    cmark_iter_free(iter);
    return nothing;
}

// ---- the whole

cmark_node *markdown_parse_raw(const char *text) {
    return cmark_parse_document(text, strlen(text), CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8);
}

cmark_node *markdown_parse(const char *text, enum markdown_links links, int first) {
    cmark_node *document = markdown_parse_raw(text);
    if (document == NULL)
        return NULL;
    markdown_bound(document);
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
