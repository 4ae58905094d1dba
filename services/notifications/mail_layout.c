#include "services/notifications/mail_layout.h"
#include "services/common/base/problem.h"
#include <stdio.h>
#include <string.h>

// The footer: a line of words (words.json) or a link; those whose fact is empty are left out.
struct foot_link { const char *word, *fact; };
static const struct foot_link foot_links[] = {
    {"foot.preferences", "preferences_url"}, {"foot.account", "account_url"},
    {"foot.imprint", "imprint_url"}, {"foot.privacy", "privacy_url"}};
enum { FOOT_LINKS = sizeof foot_links / sizeof *foot_links };

static const char *word(const struct mail_texts *texts, const char *key, const struct mail_facts *facts) {
    const char *text = mail_texts_word(texts, key, facts->language);
    return text != NULL ? text : key;
}

static const char *why(const struct mail_texts *texts, enum mail_kind kind, const struct mail_facts *facts) {
    const struct mail_kind_row *row = mail_kind_row(kind);
    char key[60];
    snprintf(key, sizeof key, "why.%s", row->name);
    const char *own = mail_texts_word(texts, key, facts->language);
    if (own != NULL)
        return own;
    return word(texts, row->staff ? "why.staff" : row->list != NULL ? "why.list" : "why.matter", facts);
}

static void paragraph(const char *text, struct buf *out) {
    cmark_node *document = cmark_node_new(CMARK_NODE_DOCUMENT), *block = cmark_node_new(CMARK_NODE_PARAGRAPH), *words = cmark_node_new(CMARK_NODE_TEXT);
    cmark_node_set_literal(words, text);
    cmark_node_append_child(block, words);
    cmark_node_append_child(document, block);
    mail_text_plain(document, out);
    cmark_node_free(document);
}

int mail_layout_plain(const struct mail_texts *texts, enum mail_kind kind, const struct mail_filled *filled, const struct mail_facts *facts,
                      struct buf *out) {
    mail_text_plain(filled->content, out);
    buf_format(out, "\n-- \n%s\n", mail_facts_get(facts, "city"));
    paragraph(why(texts, kind, facts), out);
    for (int i = 0; i < FOOT_LINKS; i++) {
        const char *url = mail_facts_get(facts, foot_links[i].fact);
        if (*url != '\0')
            buf_format(out, "%s: %s\n", word(texts, foot_links[i].word, facts), url);
    }
    return out->failed ? -1 : 0;
}

static void city_colours(const struct mail_texts *texts, enum mail_light light, struct buf *out) {
    struct mail_colours colours = mail_texts_colours(texts, light);
    buf_format(out, "a{color:%s}\n.band{background:%s}.band a{color:%s}\n", colours.action, colours.header, colours.on_header);
    buf_format(out, "a.button{background:%s;color:%s}\n", colours.action, colours.on_action);
}

// What is for the dark is a sheet of its own: there are mail programs that leave out a whole one for a rule in it that they do not know.
// The grounds are KERN's, as site.json's colours are checked against (gateway/site.c).
static void styles(const struct mail_texts *texts, struct buf *out) {
    buf_text(out, "<style>\n"
                  ":root{color-scheme:light dark}\n"
                  "body{margin:0;background:#fff;color:#171a2b;font:16px/1.5 \"Fira Sans\",Arial,sans-serif}\n"
                  "header,main,footer{max-width:608px;margin:0 auto;padding:16px 20px}\n"
                  "h1{font-size:24px;line-height:1.25;margin:8px 0 16px}h2{font-size:20px;margin:24px 0 8px}h3{font-size:17px;margin:20px 0 8px}\n"
                  "pre{white-space:pre-wrap}ul,ol{margin:16px 0;padding:0 0 0 24px}blockquote{margin:16px 0;padding:0 0 0 12px;border-left:3px solid #9a9cb0}\n"
                  "li{margin:0 0 8px}li p{margin:0}footer{border-top:1px solid #9a9cb0;font-size:14px}footer ul{list-style:none;padding:0}\n");
    buf_text(out, "header{font-weight:bold}.band a{text-decoration:none}\n"
                  "a.button{display:inline-block;box-sizing:border-box;max-width:100%;margin:12px 0;padding:10px 18px;border-radius:4px;font-weight:bold;text-decoration:none}\n");
    city_colours(texts, MAIL_LIGHT, out);
    buf_text(out, "</style>\n<style>\n@media (prefers-color-scheme:dark){\nbody{background:#131525;color:#f3f4f7}footer,blockquote{border-color:#6e7191}\n");
    city_colours(texts, MAIL_DARK, out);
    buf_text(out, "}\n</style>\n");
}

static void head(const struct mail_texts *texts, const struct mail_filled *filled, const struct mail_facts *facts, struct buf *out) {
    buf_format(out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n", facts->language);
    buf_text(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    mail_text_escape(filled->subject, out);
    buf_text(out, "</title>\n");
    styles(texts, out);
    buf_text(out, "</head>\n");
}

// Lists of mails show what a mail begins with, and that would be who sends it and the subject once more. display:none takes it from the
// page and from screen readers as well (no ARIA, which mail programs drop); mso-hide is Outlook's word for the same.
static void opening(const struct mail_filled *filled, struct buf *out) {
    struct buf text BUF_AUTO;
    buf_init(&text, 0);
    mail_text_opening(filled->content, &text);
    if (text.len == 0)
        return;
    buf_text(out, "<div style=\"display:none;mso-hide:all\">");
    mail_text_escape(text.data, out);
    buf_text(out, "</div>\n");
}

static void link(const char *url, const char *text, struct buf *out) {
    buf_text(out, "<a href=\"");
    mail_text_escape(url, out);
    buf_text(out, "\">");
    mail_text_escape(text, out);
    buf_text(out, "</a>");
}

static void foot(const struct mail_texts *texts, enum mail_kind kind, const struct mail_facts *facts, struct buf *out) {
    buf_text(out, "<footer>\n<p>");
    mail_text_escape(why(texts, kind, facts), out);
    buf_text(out, "</p>\n<ul>\n");
    for (int i = 0; i < FOOT_LINKS; i++) {
        const char *url = mail_facts_get(facts, foot_links[i].fact);
        if (*url == '\0')
            continue;
        buf_text(out, "<li>");
        link(url, word(texts, foot_links[i].word, facts), out);
        buf_text(out, "</li>\n");
    }
    buf_text(out, "</ul>\n</footer>\n</body>\n</html>\n");
}

// A long word or address makes no mail wider than the screen: said at <main> itself, since there are programs that keep no sheet at all;
// word-wrap is the older name, which more of them know.
int mail_layout_html(const struct mail_texts *texts, enum mail_kind kind, const struct mail_filled *filled, const struct mail_facts *facts,
                     struct buf *out) {
    head(texts, filled, facts, out);
    buf_text(out, "<body>\n");
    opening(filled, out);
    buf_text(out, "<div class=\"band\"><header>");
    link(mail_facts_get(facts, "home_url"), mail_facts_get(facts, "city"), out);
    buf_text(out, "</header></div>\n<main style=\"word-wrap:break-word;overflow-wrap:break-word\">\n");
    if (facts->body_language != NULL)
        buf_format(out, "<h1 lang=\"%s\">", facts->body_language);
    else
        buf_text(out, "<h1>");
    mail_text_escape(filled->subject, out);
    buf_text(out, "</h1>\n");
    if (mail_text_html(filled->content, out) != 0)
        return -1;
    buf_text(out, "</main>\n");
    foot(texts, kind, facts, out);
    return out->failed ? -1 : 0;
}
