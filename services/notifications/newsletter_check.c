// What readers of a newsletter would miss, told to whoever writes it.
#include "services/common/markdown/markdown.h"
#include "services/notifications/newsletter.h"

struct look { struct mesh_call *call; const char *field; bool told; };

static int line_of(cmark_node *node) {
    int line = 0;
    while (node != NULL && (line = cmark_node_get_start_line(node)) == 0)
        node = cmark_node_parent(node);
    return line > 0 ? line : 1;
}

// A mail has no address that "/page" could begin with, and "www.example.org" is one of a page beside it: only the words would be left.
static void check_link(cmark_node *node, void *context) {
    struct look *look = context;
    if (look->told || cmark_node_get_type(node) != CMARK_NODE_LINK || markdown_may_link(cmark_node_get_url(node), MARKDOWN_WEB_AND_MAIL))
        return;
    mesh_violation(look->call, look->field, "link_incomplete", line_of(node));
    look->told = true;
}

static void check_raw(cmark_node *document, struct look *look) {
    int deep = markdown_too_deep(document);
    if (deep > 0)
        mesh_violation(look->call, look->field, "too_deep", deep);
    else
        markdown_each(document, check_link, look);
}

int newsletter_check(struct mesh_call *call, const char *field, const char *body) {
    struct look look = {.call = call, .field = field};
    cmark_node *raw = markdown_parse_raw(body), *safe = markdown_parse(body, MARKDOWN_WEB_AND_MAIL, 2);
    int rc = raw != NULL && safe != NULL ? 0 : STORE_FAULT;
    if (rc == 0 && markdown_shows_nothing(safe))
        mesh_violation(call, field, "shows_nothing", 0);
    else if (rc == 0)
        check_raw(raw, &look);
    if (raw != NULL)
        cmark_node_free(raw);
    if (safe != NULL)
        cmark_node_free(safe);
    return rc;
}
