#include "gateway/site.h"
#include "gateway/site_marks.h"
#include "services/common/contract/json_walk.h"
#include <cmark.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SITE_BYTES_MAX = 1024 * 1024, PAGE_FILE_BYTES_MAX = 128 * 1024, PAGES_MAX = 16, PATH_BYTES_MAX = 600, LINE_BYTES_MAX = 4096 };
static const double CONTRAST_MIN = 4.5;   // of text, WCAG 2.2 1.4.3

const char *const site_slugs[] = {"impressum", "datenschutz", "barrierefreiheit", "ueber-uns", "leichte-sprache", NULL};

struct site {
    struct arena *arena;
    Kosi__SiteFile file;
    struct site_page pages[PAGES_MAX];
    struct asset_file css, icon;
    char css_path[ASSET_NAME_MAX + 16], icon_path[ASSET_NAME_MAX + 16];
};

const Kosi__SiteFile *site_file(const struct site *site) { return &site->file; }
const char *site_css_path(const struct site *site) { return site->css_path; }
const char *site_icon_path(const struct site *site) { return site->icon_path; }

const char *site_text(const Kosi__Text *text, enum language language) {
    if (!text)
        return "";
    const char *wanted = language == LANGUAGE_EN ? text->en : text->de;
    return wanted && *wanted ? wanted : text->de ? text->de : "";
}

const struct site_page *site_page(const struct site *site, const char *slug) {
    for (int i = 0; i < PAGES_MAX && site->pages[i].slug; i++)
        if (strcmp(site->pages[i].slug, slug) == 0)
            return &site->pages[i];
    return NULL;
}

const struct asset_file *site_asset(const struct site *site, const char *name) {
    if (strcmp(site->css.name, name) == 0)
        return &site->css;
    return strcmp(site->icon.name, name) == 0 ? &site->icon : NULL;
}

// ---- colours

static int hex_digit(char c) {
    const char *at = c ? strchr("0123456789abcdef", c | 0x20) : NULL;
    return at ? (int)(at - "0123456789abcdef") : -1;
}

// WCAG 2.2, "relative luminance"; negative: no colour.
static double luminance(const char *colour) {
    static const double weight[] = {0.2126, 0.7152, 0.0722};
    if (!colour || strlen(colour) != 7 || colour[0] != '#')
        return -1;
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        int high = hex_digit(colour[1 + 2 * i]), low = hex_digit(colour[2 + 2 * i]);
        if (high < 0 || low < 0)
            return -1;
        double share = (16 * high + low) / 255.0;
        sum += weight[i] * (share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4));
    }
    return sum;
}

double site_contrast(const char *one, const char *other) {
    double a = luminance(one), b = luminance(other);
    if (a < 0 || b < 0)
        return 0;
    return (fmax(a, b) + 0.05) / (fmin(a, b) + 0.05);
}

// The line of a file where a value stands; 1 when it can't be found.
static int line_of(const char *file, const char *value) {
    FILE *stream = fopen(file, "re");
    char line[LINE_BYTES_MAX];
    int number = 0, found = 1;
    for (bool searching = true; stream && searching && fgets(line, sizeof line, stream);) {
        number++;
        searching = !value || !strstr(line, value);
        found = searching ? found : number;
    }
    if (stream)
        fclose(stream);
    return found;
}

struct colour_pair { const char *name, *colour, *on_name, *on; };

static int check_pair(const char *file, const char *mode, struct colour_pair pair, struct buf *errors) {
    double contrast = site_contrast(pair.colour, pair.on);
    if (contrast >= CONTRAST_MIN)
        return 0;
    int line = line_of(file, pair.colour);
    if (contrast <= 0)
        buf_line(errors, "%s:%d: %s.%s or %s: \"%s\" and \"%s\" must be colours. Write \"#rrggbb\".", file, line, mode, pair.name, pair.on_name,
                   pair.colour, pair.on);
    else
        buf_line(errors, "%s:%d: %s.%s: %s can't be read on %s (%s): contrast %.1f, at least %.1f. Choose a %s one.", file, line, mode, pair.name,
                   pair.colour, pair.on, pair.on_name, contrast, CONTRAST_MIN, luminance(pair.on) > 0.4 ? "darker" : "lighter");
    return -1;
}

// The backgrounds are KERN's: default, hued and, in the dark, the brightest level.
static int check_colours(const char *file, const Kosi__SiteFile *site, struct buf *errors) {
    int failed = 0;
    const struct { const char *mode; const Kosi__ColoursFile *colours; const char *grounds[3]; } modes[] = {
        {"light", site->light, {"#ffffff", "#f3f4f7", "#ffffff"}}, {"dark", site->dark, {"#000000", "#131525", "#1d2034"}}};
    for (int m = 0; m < 2; m++) {
        const Kosi__ColoursFile *c = modes[m].colours;
        failed |= check_pair(file, modes[m].mode, (struct colour_pair){"on_header", c->on_header, "header", c->header}, errors);
        failed |= check_pair(file, modes[m].mode, (struct colour_pair){"on_action", c->on_action, "action", c->action}, errors);
        for (int i = 0; i < 3; i++)
            failed |= check_pair(file, modes[m].mode, (struct colour_pair){"action", c->action, "background", modes[m].grounds[i]}, errors);
    }
    return failed;
}

static void write_colours(const Kosi__ColoursFile *c, struct buf *css) {
    buf_format(css, ":root{--kosi-header:%s;--kosi-on-header:%s;--kern-color-action-default:%s;--kern-color-action-on-default:%s}", c->header,
               c->on_header, c->action, c->on_action);
}

// Colours and the icon (the city's initial on its colour) in files of their own, since pages hold no style.
static int make_assets(struct site *site) {
    struct buf css BUF_AUTO;
    buf_init(&css, PAGE_FILE_BYTES_MAX);
    write_colours(site->file.light, &css);
    buf_text(&css, "@media (prefers-color-scheme:dark){");
    write_colours(site->file.dark, &css);
    buf_text(&css, "}");
    struct buf icon BUF_AUTO;
    buf_init(&icon, PAGE_FILE_BYTES_MAX);
    buf_format(&icon,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><rect width=\"32\" height=\"32\" rx=\"6\" fill=\"%s\"/>"
               "<path d=\"M9 7v18M9 17L20 7M13 13l9 12\" fill=\"none\" stroke=\"%s\" stroke-width=\"4\"/></svg>",
               site->file.light->header, site->file.light->on_header);
    if (css.failed || icon.failed || asset_make(&site->css, "city", "css", css.data, css.len) ||
        asset_make(&site->icon, "icon", "svg", icon.data, icon.len))
        return -1;
    snprintf(site->css_path, sizeof site->css_path, "/assets/%s", site->css.name);
    snprintf(site->icon_path, sizeof site->icon_path, "/assets/%s", site->icon.name);
    return 0;
}

// ---- links

static bool is_link(const char *link) {
    bool own = link[0] == '/' && link[1] != '/' && link[1] != '\\';
    return own || strncmp(link, "https://", 8) == 0 || strncmp(link, "http://", 7) == 0;
}

static int check_links(const char *file, const char *which, Kosi__SiteLinkFile *const *items, size_t count, struct buf *errors) {
    int failed = 0;
    for (size_t i = 0; i < count; i++)
        for (int language = 0; language < LANGUAGES; language++) {
            const char *link = site_text(items[i]->link, (enum language)language);
            if (is_link(link))
                continue;
            buf_line(errors, "%s:%d: %s[%zu].link: \"%s\" is no address. Begin it with / or https://.", file, line_of(file, link), which, i, link);
            failed = -1;
        }
    return failed;
}

// ---- pages in Markdown

static char *read_text(const char *path, struct buf *errors) {
    FILE *stream = fopen(path, "re");
    char *text = calloc(1, PAGE_FILE_BYTES_MAX + 1);
    size_t n = stream && text ? fread(text, 1, PAGE_FILE_BYTES_MAX + 1, stream) : 0;
    if (stream)
        fclose(stream);
    if (n > 0 && n <= PAGE_FILE_BYTES_MAX) {
        text[n] = '\0';
        return text;
    }
    free(text);
    buf_line(errors, "%s:1: this page is missing, empty or longer than %d bytes. Write it, beginning with \"# Title\".", path,
               PAGE_FILE_BYTES_MAX);
    return NULL;
}

// Raw HTML and dangerous links are left out by cmark, which is safe unless told otherwise. A line ends where its writer ended it.
static int make_page(const char *path, const char *text, struct site_page *page, enum language language, struct buf *errors) {
    size_t line = strcspn(text, "\n");
    if (strncmp(text, "# ", 2) != 0 || line <= 2) {
        buf_line(errors, "%s:1: the first line is no title. Begin the page with \"# Title\".", path);
        return -1;
    }
    page->title[language] = strndup(text + 2, line - 2);
    page->html[language] = cmark_markdown_to_html(text + line, strlen(text + line), CMARK_OPT_HARDBREAKS | CMARK_OPT_VALIDATE_UTF8);
    return page->title[language] && page->html[language] ? 0 : -1;
}

static int read_page(const struct config *config, const char *path, struct site_page *page, enum language language, struct buf *errors) {
    char *text = read_text(path, errors);
    struct buf filled BUF_AUTO;
    buf_init(&filled, 0);
    int failed = text ? site_marks_fill(config, path, text, &filled, errors) : -1;
    if (text)
        failed |= make_page(path, filled.len ? filled.data : "", page, language, errors);
    free(text);
    return failed;
}

static int read_pages(struct site *site, const struct config *config, struct buf *errors) {
    int failed = 0;
    for (int i = 0; site_slugs[i]; i++) {
        site->pages[i].slug = site_slugs[i];
        for (int language = 0; language < LANGUAGES; language++) {
            char path[PATH_BYTES_MAX];
            snprintf(path, sizeof path, "%s/pages/%s.%s.md", config->city_dir, site_slugs[i], language_name((enum language)language));
            failed |= read_page(config, path, &site->pages[i], (enum language)language, errors);
        }
    }
    return failed;
}

// ---- all of it

struct site *site_open(const struct config *config, struct buf *errors) {
    char file[PATH_BYTES_MAX];
    snprintf(file, sizeof file, "%s/site.json", config->city_dir);
    struct site *site = calloc(1, sizeof *site);
    if (!site || !(site->arena = arena_new(SITE_BYTES_MAX))) {
        site_free(&site);
        return NULL;
    }
    kosi__site_file__init(&site->file);
    const struct contract_message *contract = contract_message_of(&kosi__site_file__descriptor);
    int failed = json_file_to_message(file, contract, &site->file.base, site->arena, errors);
    if (!failed) {
        failed |= check_colours(file, &site->file, errors);
        failed |= check_links(file, "menu", site->file.menu, site->file.n_menu, errors);
        failed |= check_links(file, "footer_menu", site->file.footer_menu, site->file.n_footer_menu, errors);
        failed |= make_assets(site);
    }
    failed |= read_pages(site, config, errors);
    if (failed)
        site_free(&site);
    return site;
}

void site_free(struct site **place) {
    struct site *site = *place;
    *place = NULL;
    if (!site)
        return;
    for (int i = 0; i < PAGES_MAX; i++)
        for (int language = 0; language < LANGUAGES; language++) {
            free(site->pages[i].title[language]);
            free(site->pages[i].html[language]);
        }
    asset_free(&site->css);
    asset_free(&site->icon);
    if (site->arena)
        arena_free(&site->arena);
    free(site);
}
