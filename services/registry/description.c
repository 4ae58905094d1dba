#include "services/registry/description.h"
#include "services/common/markdown/markdown.h"

enum { FIRST_HEADING = 3 };   // above it are the page's title and its parts

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

int description_html(const char *text, struct buf *out) {
    BUF_AUTO struct buf html;
    buf_init(&html, 0);
    cmark_node *document = markdown_parse(text, MARKDOWN_WEB, FIRST_HEADING);
    int rc = document != NULL ? markdown_html(document, &html) : -1;
    for (int blocks = 1; rc == 0 && characters(html.data) > DESCRIPTION_HTML_MAX; blocks *= 2) {   // doubling bounds the rounds
        drop_last(document, blocks);
        buf_clear(&html);
        rc = markdown_html(document, &html);
    }
    if (document != NULL)
        cmark_node_free(document);
    if (rc == 0)
        buf_text(out, html.data);
    return rc == 0 && !out->failed ? 0 : -1;
}
