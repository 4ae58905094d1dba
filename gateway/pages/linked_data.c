#include "gateway/pages/linked_data.h"
#include "gateway/pages/facets.h"
#include "services/common/base/clock.h"
#include "services/common/base/json.h"
#include <string.h>

enum { BYTES_MAX = 256 * 1024 };

static const struct { const char *kind, *type; } types[] = {
    {"initiative", "Project"}, {"organisation", "Organization"}, {"lab", "Organization"}, {"offer", "Service"}};
static const struct { const char *id, *url; } licences[] = {
    {"CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"},
    {"CC-BY-SA-4.0", "https://creativecommons.org/licenses/by-sa/4.0/"},
    {"CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"},
    {"DL-DE-BY-2.0", "https://www.govdata.de/dl-de/by-2-0"},
    {"DL-DE-ZERO-2.0", "https://www.govdata.de/dl-de/zero-2-0"}};

const char *licence_url(const char *spdx_id) {
    for (size_t i = 0; i < sizeof licences / sizeof *licences; i++)
        if (spdx_id && strcmp(licences[i].id, spdx_id) == 0)
            return licences[i].url;
    return NULL;
}

static const char *type_of(const char *kind) {
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (kind && strcmp(types[i].kind, kind) == 0)
            return types[i].type;
    return "CreativeWork";
}

static void pair(struct json_writer *w, const char *key, const char *value) {
    if (!value || !*value)
        return;
    json_key(w, key);
    json_string(w, value);
}

static void time_pair(struct json_writer *w, const char *key, int64_t wall_us) {
    char text[RFC3339_MAX];
    if (wall_us)
        pair(w, key, clock_rfc3339(wall_us, text));
}

static void write_place(struct json_writer *w, const Kosi__Entry *entry, const char *district) {
    if (!entry->point && !*district)
        return;
    json_key(w, "location");
    json_begin_object(w);
    pair(w, "@type", "Place");
    pair(w, "name", district);
    if (entry->point) {
        json_key(w, "geo");
        json_begin_object(w);
        pair(w, "@type", "GeoCoordinates");
        json_key(w, "latitude");
        json_real(w, entry->point->lat);
        json_key(w, "longitude");
        json_real(w, entry->point->lon);
        json_end_object(w);
    }
    json_end_object(w);
}

// "location" belongs to organisations, "contentLocation" to works; only the former have a founding date.
static void write_thing(struct json_writer *w, const Kosi__VocabularyReply *vocabulary, const Kosi__Entry *entry) {
    const char *type = type_of(entry->kind);
    bool organisation = strcmp(type, "Project") == 0 || strcmp(type, "Organization") == 0;
    json_begin_object(w);
    pair(w, "@type", type);
    pair(w, "name", entry->title);
    pair(w, "description", entry->summary);
    pair(w, "url", entry->website);
    if (organisation) {
        pair(w, "foundingDate", entry->since);
        write_place(w, entry, facet_label(vocabulary, "district", entry->district));
    }
    if (entry->n_themes && strcmp(type, "Service") != 0) {
        json_key(w, "keywords");
        json_begin_array(w);
        for (size_t i = 0; i < entry->n_themes; i++)
            json_string(w, facet_label(vocabulary, "theme", entry->themes[i]));
        json_end_array(w);
    }
    json_end_object(w);
}

static void write_page(struct request *r, struct json_writer *w, const Kosi__Entry *entry, const char *page_url) {
    const char *licence = licence_url(entry->licence);
    json_begin_object(w);
    pair(w, "@context", "https://schema.org");
    pair(w, "@type", "WebPage");
    pair(w, "@id", page_url);
    pair(w, "url", page_url);
    pair(w, "name", entry->title);
    pair(w, "inLanguage", language_name(r->language));
    time_pair(w, "datePublished", entry->published_at);
    time_pair(w, "dateModified", entry->updated_at);
    time_pair(w, "lastReviewed", entry->confirmed_at);
    pair(w, "license", licence ? licence : entry->licence);
    json_key(w, "mainEntity");
    write_thing(w, page_vocabulary(r), entry);
    json_end_object(w);
}

// Nothing in the text can end the block or begin another: "<", ">" and "&" stand only in strings, where JSON has another way to say them.
static void add_safe(struct buf *out, const struct buf *json) {
    for (size_t i = 0; i < json->len; i++) {
        char c = json->data[i];
        if (c == '<' || c == '>' || c == '&')
            buf_format(out, "\\u%04x", c);
        else
            buf_char(out, c);
    }
}

const char *linked_data_of(struct request *r, const Kosi__Entry *entry, const char *page_url) {
    struct buf json BUF_AUTO, html BUF_AUTO;
    buf_init(&json, BYTES_MAX);
    buf_init(&html, BYTES_MAX);
    struct json_writer w = {.out = &json};
    write_page(r, &w, entry, page_url);
    buf_text(&html, "<script type=\"application/ld+json\">");
    add_safe(&html, &json);
    buf_text(&html, "</script>");
    return json.failed || html.failed ? NULL : arena_text(r->arena, html.data);
}
