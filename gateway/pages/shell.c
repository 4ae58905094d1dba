#include "gateway/pages/shell.h"
#include "gateway/session.h"
#include "gateway/site.h"
#include <string.h>

enum { CRUMBS_MAX = 8 };

// Staff pages in the order of the menu. Shown when the tables have the address and the person its role.
static const struct { const char *path; enum text label; } staff_rows[] = {
    {"/intern/", TEXT_MENU_DESK},
    {"/intern/einreichungen", TEXT_MENU_INBOX},
    {"/intern/meldungen", TEXT_MENU_REPORTS},
    {"/intern/mails", TEXT_MENU_MAILS},
    {"/intern/kontakte", TEXT_MENU_CONTACTS},
    {"/intern/mailtexte", TEXT_MENU_MAIL_TEXTS},
    {"/intern/newsletter", TEXT_MENU_NEWSLETTER},
    {"/intern/personen", TEXT_MENU_PEOPLE},
    {"/intern/protokoll", TEXT_MENU_AUDIT},
};

static const struct page_row *row_at(const char *german_path) {
    for (int t = 0; page_tables[t]; t++)
        for (const struct page_row *row = page_tables[t]; row->verb; row++)
            if (strcmp(row->verb, "GET") == 0 && strcmp(row->paths[LANGUAGE_DE], german_path) == 0)
                return row;
    return NULL;
}

// The present page itself, or one below it ("/landschaft/…" belongs to "/landschaft"; to "/" belongs only itself).
static void mark(struct request *r, Kosi__PageMenuItem *item, const char *section) {
    const char *link = item->menu_link;
    size_t n = strcspn(r->uri, "?"), length = strlen(link);
    bool here = n == length && memcmp(r->uri, link, n) == 0;
    bool below = length > 1 && link[length - 1] != '/' && n > length && memcmp(r->uri, link, length) == 0 && r->uri[length] == '/';
    bool named = section && r->shell->section && strcmp(section, r->shell->section) == 0;
    item->has_menu_here = item->menu_here = here;
    item->has_menu_within = item->menu_within = !here && (below || named);
}

static Kosi__PageMenuItem *new_item(struct request *r, const char *label, const char *link) {
    Kosi__PageMenuItem *item = arena_take(r->arena, sizeof *item);
    if (!item)
        return NULL;
    kosi__page_menu_item__init(item);
    item->menu_label = (char *)label;
    item->menu_link = (char *)link;
    return item;
}

static size_t fill_menu(struct request *r, Kosi__SiteLinkFile *const *links, size_t count, Kosi__PageMenuItem ***out) {
    size_t n = 0;
    *out = arena_take(r->arena, (count + 1) * sizeof **out);
    for (size_t i = 0; *out && i < count; i++) {
        Kosi__PageMenuItem *item = new_item(r, site_text(links[i]->label, r->language), site_text(links[i]->link, r->language));
        if (!item)
            break;
        mark(r, item, links[i]->section);
        (*out)[n++] = item;
    }
    return n;
}

static void fill_staff_menu(struct request *r) {
    enum { ROWS = sizeof staff_rows / sizeof *staff_rows };
    r->shell->staff_menu = arena_take(r->arena, ROWS * sizeof *r->shell->staff_menu);
    for (int i = 0; r->shell->staff_menu && i < ROWS; i++) {
        const struct page_row *row = row_at(staff_rows[i].path);
        Kosi__PageMenuItem *item = NULL;
        if (row && (!row->role || session_has_role(r, row->role)))
            item = new_item(r, request_text(r, staff_rows[i].label), row->paths[r->language]);
        if (!item)
            continue;
        mark(r, item, NULL);
        r->shell->staff_menu[r->shell->n_staff_menu++] = item;
    }
    const struct page_row *account = row_at("/intern/konto");
    r->shell->account_url = account ? (char *)account->paths[r->language] : NULL;
    r->shell->sign_out_url = (char *)route_page_path(PAGE_SIGN_OUT, r->language, NULL, r->arena);
}

void page_crumb(struct request *r, const char *label, const char *link) {
    Kosi__PageShell *shell = page_shell(r);
    if (shell && !shell->crumbs)
        shell->crumbs = arena_take(r->arena, CRUMBS_MAX * sizeof *shell->crumbs);
    Kosi__PageMenuItem *item = shell && shell->crumbs && shell->n_crumbs < CRUMBS_MAX ? new_item(r, label, link) : NULL;
    if (!item)
        return;
    shell->crumbs[shell->n_crumbs++] = item;
    shell->has_has_crumbs = shell->has_crumbs = true;
}

void shell_fill(struct request *r, int status) {
    const Kosi__SiteFile *site = site_file(r->gateway->site);
    Kosi__PageShell *shell = r->shell;
    shell->site_name = (char *)site_text(site->name, r->language);
    shell->site_claim = (char *)site_text(site->claim, r->language);
    shell->site_footer = (char *)site_text(site->footer, r->language);
    shell->site_css = (char *)site_css_path(r->gateway->site);
    shell->site_icon = (char *)site_icon_path(r->gateway->site);
    shell->n_menu = fill_menu(r, site->menu, site->n_menu, &shell->menu);
    shell->n_foot_menu = fill_menu(r, site->footer_menu, site->n_footer_menu, &shell->foot_menu);
    if (shell->signed_in)
        fill_staff_menu(r);
    bool hidden = status != 200 || !r->route || r->route->secret;
    if (hidden)
        shell->has_no_index = shell->no_index = true;
    if (!hidden && !shell->canonical_url)
        shell->canonical_url = arena_format(r->arena, "%s%.*s", r->gateway->config->public_url, (int)strcspn(r->uri, "?"), r->uri);
    if (!hidden && !shell->description)
        shell->description = (char *)site_text(site->description, r->language);
    if (hidden)
        shell->canonical_url = NULL;
}
