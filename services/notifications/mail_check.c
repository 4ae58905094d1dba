// What is wrong with a template: mail_text_check().
#include "services/notifications/mail_marks.h"
#include "services/notifications/mail_text.h"
#include <string.h>

// What every mail of the kinds that may name it has: a subject can't be left out like a block.
static const char *const sure[] = {"city", "receipt", "form", "login", "count", "subject"};

static void add(struct mail_faults *out, int line, const char *code, const char *name) {
    if (out->count == MAIL_FAULTS_MOST)
        return;
    struct mail_fault *fault = &out->items[out->count++];
    *fault = (struct mail_fault){.line = line > 0 ? line : 1, .code = code};
    snprintf(fault->name, sizeof fault->name, "%.40s", name);
}

static void check_marks(enum mail_kind kind, const char *source, struct mail_faults *out) {
    struct mail_mark mark;
    int line = 1;
    bool needed;
    for (const char *at = source; mail_mark_next(at, &mark); at = mark.end) {
        for (; at < mark.start; at++)
            line += *at == '\n';
        if (mark.name[0] == '\0')
            add(out, line, "open_braces", "");
        else if (!mail_facts_known(kind, mark.name, &needed))
            add(out, line, "unknown_fact", mark.name);
    }
}

static bool is_named(const char *source, const char *name) {
    struct mail_mark mark;
    for (const char *at = source; mail_mark_next(at, &mark); at = mark.end)
        if (strcmp(mark.name, name) == 0)
            return true;
    return false;
}

static void check_needed(enum mail_kind kind, const char *source, struct mail_faults *out) {
    struct mail_fact_name names[MAIL_FACTS_MOST];
    int count = mail_facts_names(kind, names, MAIL_FACTS_MOST);
    for (int i = 0; i < count; i++)
        if (names[i].needed && !is_named(source, names[i].name))
            add(out, 1, "fact_missing", names[i].name);
}

// ---- the tree

static bool is_sure(const char *name) {
    for (size_t i = 0; i < sizeof sure / sizeof *sure; i++)
        if (strcmp(sure[i], name) == 0)
            return true;
    return false;
}

static bool is_block(const char *name) {
    return strcmp(name, "entries") == 0 || strcmp(name, "body") == 0;
}

static int line_of(cmark_node *node) {
    int line = 0;
    while (node != NULL && (line = cmark_node_get_start_line(node)) == 0)
        node = cmark_node_parent(node);
    return line;
}

static bool in_heading(cmark_node *node, cmark_node *heading) {
    while (node != NULL && node != heading)
        node = cmark_node_parent(node);
    return node != NULL;
}

static bool stands_alone(cmark_node *node, const struct mail_mark *mark) {
    cmark_node *block = cmark_node_parent(node);
    const char *text = cmark_node_get_literal(node);
    return text == mark->start && *mark->end == '\0' && cmark_node_next(node) == NULL && cmark_node_previous(node) == NULL &&
           cmark_node_get_type(block) == CMARK_NODE_PARAGRAPH && cmark_node_get_type(cmark_node_parent(block)) == CMARK_NODE_DOCUMENT;
}

static void check_words(cmark_node *node, cmark_node *heading, struct mail_faults *out) {
    struct mail_mark mark;
    for (const char *at = cmark_node_get_literal(node); mail_mark_next(at, &mark); at = mark.end) {
        if (mark.name[0] == '\0')
            continue;
        if (is_block(mark.name) && !stands_alone(node, &mark))
            add(out, line_of(node), "fact_not_alone", mark.name);
        else if (in_heading(node, heading) && !is_sure(mark.name))
            add(out, line_of(node), "subject_not_sure", mark.name);
    }
}

static void check_link(cmark_node *node, struct mail_faults *out) {
    const char *url = cmark_node_get_url(node);
    struct mail_mark mark;
    bool whole = mail_mark_next(url, &mark) && mark.start == url && *mark.end == '\0' && mail_mark_is_url(mark.name);
    if (!whole && (strstr(url, "{{") != NULL || !markdown_may_link(url, MARKDOWN_WEB_AND_MAIL)))
        add(out, line_of(node), "link_not_web", "");
}

static void check_node(cmark_node *node, cmark_node *heading, struct mail_faults *out) {
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
    case CMARK_NODE_CODE:
    case CMARK_NODE_CODE_BLOCK:
        check_words(node, heading, out);
        break;
    case CMARK_NODE_LINK:
        check_link(node, out);
        break;
    case CMARK_NODE_HTML_BLOCK:
    case CMARK_NODE_HTML_INLINE:
    case CMARK_NODE_IMAGE:
        add(out, line_of(node), "not_in_mails", "");
        break;
    default:
        break;
    }
}

static void check_tree(cmark_node *document, struct mail_faults *out) {
    cmark_node *heading = cmark_node_first_child(document);
    if (heading == NULL || cmark_node_get_type(heading) != CMARK_NODE_HEADING || cmark_node_get_heading_level(heading) != 1 ||
        cmark_node_first_child(heading) == NULL) {
        add(out, 1, "no_subject", "");
        return;
    }
    if (cmark_node_next(heading) == NULL)
        add(out, 1, "empty", "");
    cmark_iter *iter = cmark_iter_new(document);
    cmark_event_type event;
    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE)
        if (event == CMARK_EVENT_ENTER)
            check_node(cmark_iter_get_node(iter), heading, out);
    cmark_iter_free(iter);
}

int mail_text_check(enum mail_kind kind, const char *source, struct mail_faults *out) {
    *out = (struct mail_faults){0};
    cmark_node *document = cmark_parse_document(source, strlen(source), CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8);
    if (document == NULL)
        return -1;
    check_tree(document, out);
    int deep = markdown_too_deep(document);
    if (deep > 0)
        add(out, deep, "too_deep", "");
    cmark_node_free(document);
    check_marks(kind, source, out);
    check_needed(kind, source, out);
    return 0;
}

static const struct { const char *code, *reason; } reasons[] = {
    {"no_subject", "there is no subject. Begin with a line \"# Subject\"."},
    {"empty", "there is nothing below the subject. Write what the mail says."},
    {"open_braces", "\"{{\" begins no name. Write {{name}}, or leave the braces out."},
    {"unknown_fact", "{{%s}} is nothing this mail can name. See mail_kind.h for what it can."},
    {"fact_missing", "{{%s}} is not in the text. Add it: without it the mail is of no use to its reader."},
    {"fact_not_alone", "{{%s}} does not stand in a paragraph of its own. Put an empty line before and after it."},
    {"subject_not_sure", "{{%s}} may be missing, which a subject can't be. Name it further down."},
    {"link_not_web", "a link leads nowhere. Write https://…, mailto:… or one whole {{…_url}}."},
    {"not_in_mails", "HTML and images have no place in a mail's text. Write it in Markdown."},
    {"too_deep", "lists and quotes are more than eight deep within each other. Use fewer levels."},
};

void mail_fault_tell(const struct mail_fault *fault, struct buf *out) {
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        if (strcmp(reasons[i].code, fault->code) != 0)
            continue;
        const char *gap = strstr(reasons[i].reason, "%s");
        buf_add(out, reasons[i].reason, gap != NULL ? (size_t)(gap - reasons[i].reason) : strlen(reasons[i].reason));
        if (gap != NULL) {
            buf_text(out, fault->name);
            buf_text(out, gap + 2);
        }
    }
}
