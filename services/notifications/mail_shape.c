// How a filled text looks: mail_text_plain() and mail_text_html().
#include "services/notifications/mail_text.h"
#include <string.h>

// Deeper quotes and lists than any mail has are left out, so that nobody's brackets use up the stack.
enum { LINE_CHARS = 72, OPENING_CHARS = 140, DEPTH_MOST = 12, PREFIX_BYTES = 64 };

struct margin { char first[PREFIX_BYTES], rest[PREFIX_BYTES]; };   // before the first line of a block, and the further ones

static size_t characters(const char *text, size_t n) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

// ---- inlines

static bool is_break(cmark_node *node) {
    return node == NULL || cmark_node_get_type(node) == CMARK_NODE_LINEBREAK || cmark_node_get_type(node) == CMARK_NODE_SOFTBREAK;
}

// On a line of its own: what the mail wants its reader to do.
static bool stands_out(cmark_node *link) {
    cmark_node *parent = cmark_node_parent(link);
    return cmark_node_get_type(link) == CMARK_NODE_LINK && parent != NULL && cmark_node_get_type(parent) == CMARK_NODE_PARAGRAPH &&
           is_break(cmark_node_previous(link)) && is_break(cmark_node_next(link));
}

static void end_link(cmark_node *link, const char *text, struct buf *out) {
    const char *url = cmark_node_get_url(link);
    const char *shown = strncmp(url, "mailto:", 7) == 0 ? url + 7 : url;
    if (strcmp(text, url) == 0 || strcmp(text, shown) == 0)
        return;
    if (stands_out(link))
        buf_format(out, ":\n%s", shown);
    else
        buf_format(out, " (%s)", shown);
}

static void add_break(cmark_node *node, struct buf *out) {
    bool hard = cmark_node_get_type(node) == CMARK_NODE_LINEBREAK;
    cmark_node *before = cmark_node_previous(node), *after = cmark_node_next(node);
    hard = hard || (before != NULL && stands_out(before)) || (after != NULL && stands_out(after));
    buf_char(out, hard ? '\n' : ' ');
}

static void inlines(cmark_node *block, struct buf *out) {
    cmark_iter *iter = cmark_iter_new(block);
    cmark_event_type event;
    size_t link_start = 0;
    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(node);
        if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)
            buf_text(out, cmark_node_get_literal(node));
        else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
            add_break(node, out);
        else if (type == CMARK_NODE_LINK && event == CMARK_EVENT_ENTER)
            link_start = out->len;
        else if (type == CMARK_NODE_LINK)
            end_link(node, out->data + link_start, out);
    }
    cmark_iter_free(iter);
}

// ---- lines

static void wrap_line(const char *line, size_t length, const char *first, const char *rest, struct buf *out) {
    const char *end = line + length, *margin = first;
    while (line < end) {
        size_t used = characters(margin, strlen(margin));
        buf_text(out, margin);
        for (bool begun = false; line < end; begun = true) {
            size_t blanks = strspn(line, " ");
            line += blanks > (size_t)(end - line) ? (size_t)(end - line) : blanks;
            size_t word = strcspn(line, " \n");
            word = word > (size_t)(end - line) ? (size_t)(end - line) : word;
            size_t wide = characters(line, word);
            if (word == 0 || (begun && used + 1 + wide > LINE_CHARS))
                break;
            if (begun)
                buf_char(out, ' ');
            buf_add(out, line, word);
            used += wide + begun;
            line += word;
        }
        buf_char(out, '\n');
        margin = rest;
    }
}

static void wrap(const char *text, const struct margin *margin, struct buf *out) {
    const char *before = margin->first;
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        wrap_line(text, length, before, margin->rest, out);
        text += length + (text[length] == '\n');
        before = margin->rest;
    }
}

static void paragraph(cmark_node *block, const struct margin *margin, struct buf *out) {
    struct buf text BUF_AUTO;
    buf_init(&text, 0);
    inlines(block, &text);
    size_t from = out->len;
    if (text.data != NULL)
        wrap(text.data, margin, out);
    if (cmark_node_get_type(block) != CMARK_NODE_HEADING || out->len == from || out->failed)
        return;
    size_t widest = characters(text.data, text.len);
    buf_text(out, margin->rest);
    for (size_t i = 0; i < widest && i < LINE_CHARS; i++)
        buf_char(out, '-');
    buf_char(out, '\n');
}

// ---- blocks

static void blocks(cmark_node *parent, const struct margin *margin, int depth, bool tight, struct buf *out);

static struct margin deeper(const struct margin *margin, const char *first, const char *rest) {
    struct margin in;
    int a = snprintf(in.first, sizeof in.first, "%.40s%.20s", margin->first, first);
    int b = snprintf(in.rest, sizeof in.rest, "%.40s%.20s", margin->rest, rest);
    (void)a;
    (void)b;
    return in;
}

static void empty_line(const struct margin *margin, struct buf *out) {
    size_t n = strlen(margin->rest);
    while (n > 0 && margin->rest[n - 1] == ' ')
        n--;
    buf_add(out, margin->rest, n);
    buf_char(out, '\n');
}

static void list(cmark_node *block, const struct margin *margin, int depth, struct buf *out) {
    bool numbered = cmark_node_get_list_type(block) == CMARK_ORDERED_LIST, tight = cmark_node_get_list_tight(block) != 0;
    int number = cmark_node_get_list_start(block);
    struct margin outer = *margin;
    for (cmark_node *item = cmark_node_first_child(block); item != NULL; item = cmark_node_next(item)) {
        char bullet[16] = "- ";
        if (numbered)
            snprintf(bullet, sizeof bullet, "%d. ", number++);
        struct margin in = deeper(&outer, bullet, numbered ? "   " : "  ");
        blocks(item, &in, depth + 1, tight, out);
        if (!tight && cmark_node_next(item) != NULL)
            empty_line(margin, out);
        memcpy(outer.first, margin->rest, sizeof outer.first);
    }
}

static void code(cmark_node *block, const struct margin *margin, struct buf *out) {
    const char *text = cmark_node_get_literal(block);
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        buf_format(out, "%s    %.*s\n", margin->rest, (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static void one_block(cmark_node *block, const struct margin *margin, int depth, struct buf *out) {
    struct margin in;
    switch (cmark_node_get_type(block)) {
    case CMARK_NODE_PARAGRAPH:
    case CMARK_NODE_HEADING:
        paragraph(block, margin, out);
        break;
    case CMARK_NODE_LIST:
        list(block, margin, depth, out);
        break;
    case CMARK_NODE_BLOCK_QUOTE:
        in = deeper(margin, "> ", "> ");
        blocks(block, &in, depth + 1, false, out);
        break;
    case CMARK_NODE_CODE_BLOCK:
        code(block, margin, out);
        break;
    case CMARK_NODE_THEMATIC_BREAK:
        buf_format(out, "%s* * *\n", margin->first);
        break;
    default:
        break;
    }
}

static void blocks(cmark_node *parent, const struct margin *margin, int depth, bool tight, struct buf *out) {
    struct margin at = *margin;
    if (depth > DEPTH_MOST)
        return;
    bool begun = false;
    for (cmark_node *block = cmark_node_first_child(parent); block != NULL; block = cmark_node_next(block)) {
        if (cmark_node_get_type(block) == CMARK_NODE_CUSTOM_BLOCK)   // only HTML has it
            continue;
        if (begun && !tight)
            empty_line(margin, out);
        one_block(block, &at, depth, out);
        memcpy(at.first, margin->rest, sizeof at.first);
        begun = true;
    }
}

void mail_text_plain(cmark_node *content, struct buf *out) {
    const struct margin none = {"", ""};
    blocks(content, &none, 0, false, out);
}

// ---- what it says first

static void words_of(cmark_node *block, struct buf *out) {
    cmark_iter *iter = cmark_iter_new(block);
    for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(node);
        if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)
            buf_text(out, cmark_node_get_literal(node));
        else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
            buf_char(out, ' ');
    }
    cmark_iter_free(iter);
}

// How many of its bytes stand before the last blank that fits.
static size_t bytes_that_fit(const char *text, size_t length) {
    size_t blank = 0, used = 0;
    for (size_t i = 0; i < length; i++) {
        used += ((unsigned char)text[i] & 0xC0) != 0x80;
        if (used > OPENING_CHARS)
            return blank;
        if (text[i] == ' ')
            blank = i;
    }
    return length;
}

void mail_text_opening(cmark_node *content, struct buf *out) {
    for (cmark_node *block = cmark_node_first_child(content); block != NULL; block = cmark_node_next(block)) {
        struct buf words BUF_AUTO;
        buf_init(&words, 0);
        if (cmark_node_get_type(block) == CMARK_NODE_PARAGRAPH)
            words_of(block, &words);
        if (words.failed || words.len == 0 || words.data[words.len - 1] == ',')   // "Good morning,"
            continue;
        size_t n = bytes_that_fit(words.data, words.len);
        buf_add(out, words.data, n);
        if (n < words.len)
            buf_text(out, " …");
        return;
    }
}

// ---- HTML

void mail_text_escape(const char *text, struct buf *out) {
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&': buf_text(out, "&amp;"); break;
        case '<': buf_text(out, "&lt;"); break;
        case '>': buf_text(out, "&gt;"); break;
        case '"': buf_text(out, "&quot;"); break;
        case '\'': buf_text(out, "&#39;"); break;
        default: buf_char(out, *text);
        }
    }
}

// A link that stands out becomes what looks like a button.
static void make_button(cmark_node *link) {
    struct buf tag BUF_AUTO;
    buf_init(&tag, 0);
    buf_text(&tag, "<a class=\"button\" href=\"");
    mail_text_escape(cmark_node_get_url(link), &tag);
    buf_text(&tag, "\">");
    cmark_node *button = cmark_node_new(CMARK_NODE_CUSTOM_INLINE), *child;
    cmark_node_set_on_enter(button, tag.data);
    cmark_node_set_on_exit(button, "</a>");
    while ((child = cmark_node_first_child(link)) != NULL)
        cmark_node_append_child(button, child);
    cmark_node *before = cmark_node_previous(link);
    if (before != NULL && cmark_node_get_type(before) == CMARK_NODE_SOFTBREAK) {
        cmark_node_insert_before(link, cmark_node_new(CMARK_NODE_LINEBREAK));
        cmark_node_free(before);
    }
    cmark_node_insert_before(link, button);
    cmark_node_free(link);
}

static void visit(cmark_node *node, void *context) {
    (void)context;
    if (stands_out(node) && cmark_node_get_type(cmark_node_parent(cmark_node_parent(node))) != CMARK_NODE_ITEM)
        make_button(node);
}

int mail_text_html(cmark_node *content, struct buf *out) {
    markdown_each(content, visit, NULL);
    return markdown_html(content, out);
}
