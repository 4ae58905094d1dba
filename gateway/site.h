// site: what a city says about itself: CITY_DIR/site.json (names, texts, menus, colours) and CITY_DIR/pages/<slug>.<language>.md. Read at
// start and at SIGHUP; what can't be shown is told with file, line and remedy, and a running gateway keeps what it had.
#pragma once
#include "gateway/assets.h"
#include "kosi/pages_site.pb-c.h"

struct site;
struct site_page {
    const char *slug;               // "impressum"
    char *title[LANGUAGES];         // the first line, "# Title"
    char *html[LANGUAGES];          // the rest, safe
};

// NULL with a line per error.
struct site *site_open(const struct config *config, struct buf *errors);
void site_free(struct site **site);
const Kosi__SiteFile *site_file(const struct site *site);
// German stands in for what is missing; "" for NULL.
const char *site_text(const Kosi__Text *text, enum language language);
// The page of a slug; NULL: none.
const struct site_page *site_page(const struct site *site, const char *slug);
// Every node has these pages: a slug per language-independent name, ended by NULL.
extern const char *const site_slugs[];
// The city's style sheet (colours) and icon.
const char *site_css_path(const struct site *site);
const char *site_icon_path(const struct site *site);
const struct asset_file *site_asset(const struct site *site, const char *name);

// How well a colour is read on another (WCAG 2.2: 1 to 21); 0: one of them is no "#rrggbb".
double site_contrast(const char *one, const char *other);
