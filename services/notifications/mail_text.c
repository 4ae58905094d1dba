#include "services/notifications/mail_text.h"
#include "services/common/base/text.h"
#include "services/common/store/store.h"
#include "services/notifications/mail_marks.h"
#include <string.h>

enum { FIRST_HEADING = 2 };            // the mail's own is the only one of the first level
static char emptied, listed, bodied;   // marks of blocks: user_data points here

// ---- filling

static cmark_node *text_node(const char *text) {
    cmark_node *node = cmark_node_new(CMARK_NODE_TEXT);
    cmark_node_set_literal(node, text);
    return node;
}

static cmark_node *link_node(const char *url, const char *text) {
    cmark_node *link = cmark_node_new(CMARK_NODE_LINK);
    cmark_node_set_url(link, url);
    cmark_node_append_child(link, text_node(text));
    return link;
}

static bool inside_link(cmark_node *node) {
    for (cmark_node *at = cmark_node_parent(node); at != NULL; at = cmark_node_parent(at))
        if (cmark_node_get_type(at) == CMARK_NODE_LINK)
            return true;
    return false;
}

// The block that names an empty fact goes: a paragraph, a heading, or the item that begins with it.
static void mark_empty(cmark_node *node) {
    cmark_node *block = node;
    while (block != NULL && cmark_node_get_type(block) > CMARK_NODE_LAST_BLOCK)
        block = cmark_node_parent(block);
    cmark_node *parent = block != NULL ? cmark_node_parent(block) : NULL;
    if (parent != NULL && cmark_node_get_type(parent) == CMARK_NODE_ITEM && cmark_node_first_child(parent) == block)
        block = parent;
    if (block != NULL)
        cmark_node_set_user_data(block, &emptied);
}

// Appends a text with its marks filled; false: one was empty.
static bool fill_text(const char *text, const struct mail_facts *facts, struct buf *out) {
    struct mail_mark mark;
    bool full = true;
    for (; mail_mark_next(text, &mark); text = mark.end) {
        const char *value = mail_facts_get(facts, mark.name);
        buf_add(out, text, (size_t)(mark.start - text));
        buf_text(out, value);
        full = full && *value != '\0';
    }
    buf_text(out, text);
    return full;
}

static void flush_text(struct buf *text, cmark_node *before) {
    if (text->len > 0)
        cmark_node_insert_before(before, text_node(text->data));
    buf_clear(text);
}

// A text in which an address stands by itself is taken apart, so that the address becomes a link.
static void fill_with_links(cmark_node *node, const struct mail_facts *facts) {
    struct buf plain BUF_AUTO;
    buf_init(&plain, 0);
    struct mail_mark mark;
    const char *text = cmark_node_get_literal(node);
    for (; mail_mark_next(text, &mark); text = mark.end) {
        const char *value = mail_facts_get(facts, mark.name);
        buf_add(&plain, text, (size_t)(mark.start - text));
        if (*value == '\0')
            mark_empty(node);
        if (*value == '\0' || !mail_mark_is_url(mark.name)) {
            buf_text(&plain, value);
            continue;
        }
        flush_text(&plain, node);
        cmark_node_insert_before(node, link_node(value, value));
    }
    buf_text(&plain, text);
    flush_text(&plain, node);
    cmark_node_free(node);
}

static void fill_literal(cmark_node *node, const struct mail_facts *facts) {
    struct buf text BUF_AUTO;
    buf_init(&text, 0);
    if (!fill_text(cmark_node_get_literal(node), facts, &text))
        mark_empty(node);
    cmark_node_set_literal(node, text.data);
}

static void *block_mark(cmark_node *node) {
    cmark_node *parent = cmark_node_parent(node);
    const char *text = cmark_node_get_literal(node);
    if (cmark_node_next(node) != NULL || cmark_node_previous(node) != NULL || cmark_node_get_type(parent) != CMARK_NODE_PARAGRAPH)
        return NULL;
    return strcmp(text, "{{entries}}") == 0 ? &listed : strcmp(text, "{{body}}") == 0 ? &bodied : NULL;
}

static void fill_leaf(cmark_node *node, const struct mail_facts *facts) {
    void *mark = block_mark(node);
    if (mark != NULL)
        cmark_node_set_user_data(cmark_node_parent(node), mark);
    else if (strstr(cmark_node_get_literal(node), "{{") != NULL && !inside_link(node))
        fill_with_links(node, facts);
    else
        fill_literal(node, facts);
}

static void fill_link(cmark_node *node, const struct mail_facts *facts) {
    struct buf url BUF_AUTO;
    buf_init(&url, 0);
    if (!fill_text(cmark_node_get_url(node), facts, &url))
        mark_empty(node);
    cmark_node_set_url(node, url.data);
    cmark_node_set_title(node, "");
    markdown_make_safe(node, MARKDOWN_WEB_AND_MAIL);
}

static cmark_node *entry_item(const Kosi__MailItem *entry) {
    cmark_node *item = cmark_node_new(CMARK_NODE_ITEM), *head = cmark_node_new(CMARK_NODE_PARAGRAPH);
    const char *title = entry->title != NULL ? entry->title : "";
    cmark_node_append_child(head, markdown_may_link(entry->link, MARKDOWN_WEB_AND_MAIL) ? link_node(entry->link, title) : text_node(title));
    cmark_node_append_child(item, head);
    if (entry->text != NULL && *entry->text != '\0') {
        cmark_node *text = cmark_node_new(CMARK_NODE_PARAGRAPH);
        cmark_node_append_child(text, text_node(entry->text));
        cmark_node_append_child(item, text);
    }
    return item;
}

static void put_entries(cmark_node *block, const struct mail_facts *facts) {
    cmark_node *list = cmark_node_new(CMARK_NODE_LIST);
    cmark_node_set_list_type(list, CMARK_BULLET_LIST);
    for (size_t i = 0; i < facts->entry_count; i++)
        cmark_node_append_child(list, entry_item(facts->entries[i]));
    if (facts->entry_count > 0)
        cmark_node_insert_before(block, list);
    else
        cmark_node_free(list);
    cmark_node_free(block);
}

// Not around the body but before and behind it: what looks at blocks sees its paragraphs where they would be.
static void put_mark(cmark_node *block, const char *html) {
    cmark_node *mark = cmark_node_new(CMARK_NODE_CUSTOM_BLOCK);
    cmark_node_set_on_enter(mark, html);
    cmark_node_insert_before(block, mark);
}

static void put_body(cmark_node *block, const struct mail_facts *facts) {
    cmark_node *document = facts->body != NULL ? markdown_parse(facts->body, MARKDOWN_WEB_AND_MAIL, FIRST_HEADING) : NULL, *child;
    char begin[40];
    snprintf(begin, sizeof begin, "<div lang=\"%.8s\">", facts->body_language != NULL ? facts->body_language : "");
    if (facts->body_language != NULL)
        put_mark(block, begin);
    while (document != NULL && (child = cmark_node_first_child(document)) != NULL)
        cmark_node_insert_before(block, child);
    if (facts->body_language != NULL)
        put_mark(block, "</div>");
    if (document != NULL)
        cmark_node_free(document);
    cmark_node_free(block);
}

static void visit_template(cmark_node *node, void *context) {
    const struct mail_facts *facts = context;
    cmark_node_type type = cmark_node_get_type(node);
    void *mark = cmark_node_get_user_data(node);
    if (mark == &listed)
        put_entries(node, facts);
    else if (mark == &bodied)
        put_body(node, facts);
    else if (mark == &emptied || (type == CMARK_NODE_LIST && cmark_node_first_child(node) == NULL))
        cmark_node_free(node);
    else if (type == CMARK_NODE_TEXT)
        fill_leaf(node, facts);
    else if (type == CMARK_NODE_CODE || type == CMARK_NODE_CODE_BLOCK)
        fill_literal(node, facts);
    else if (type == CMARK_NODE_LINK)
        fill_link(node, facts);
    else
        markdown_make_safe(node, MARKDOWN_WEB_AND_MAIL);
}

// ---- the subject: the first heading, in one line

static void collect_text(cmark_node *node, struct buf *out) {
    cmark_iter *iter = cmark_iter_new(node);
    cmark_event_type event;
    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *at = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(at);
        if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)
            buf_text(out, cmark_node_get_literal(at));
        else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
            buf_char(out, ' ');
    }
    cmark_iter_free(iter);
}

static char *subject_of(cmark_node *heading, const struct mail_facts *facts) {
    struct buf raw BUF_AUTO, filled BUF_AUTO;
    buf_init(&raw, 0);
    buf_init(&filled, 0);
    collect_text(heading, &raw);
    fill_text(raw.data, facts, &filled);
    const char *text = filled.data;
    size_t end = 0;
    for (int chars = 0; text[end] != '\0'; end++) {
        chars += ((unsigned char)text[end] & 0xC0) != 0x80;
        if (chars > MAIL_SUBJECT_CHARS)
            break;
    }
    return arena_text_n(facts->arena, text, end);
}

int mail_text_fill(const char *source, const struct mail_facts *facts, struct mail_filled *out) {
    *out = (struct mail_filled){0};
    cmark_node *document = markdown_parse_raw(source);
    cmark_node *heading = document != NULL ? cmark_node_first_child(document) : NULL;
    if (heading == NULL || cmark_node_get_type(heading) != CMARK_NODE_HEADING || cmark_node_get_heading_level(heading) != 1) {
        cmark_node_free(document);
        return STORE_FAULT;
    }
    out->subject = subject_of(heading, facts);
    cmark_node_free(heading);
    markdown_bound(document);
    markdown_each(document, visit_template, (void *)facts);
    markdown_order_headings(document, FIRST_HEADING);
    out->content = document;
    return out->subject != NULL ? 0 : STORE_FAULT;
}

void mail_filled_free(struct mail_filled *filled) {
    if (filled->content != NULL)
        cmark_node_free(filled->content);
    filled->content = NULL;
}
