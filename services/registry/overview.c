#include "services/registry/overview.h"
#include "services/common/base/problem.h"
#include "services/registry/facet.h"
#include <string.h>

enum { CELLS_MAX = 4096, TOTALS_MAX = 512 };

static int add_cell(const struct landscape *l, struct store_statement *s, Kosi__OverviewReply *reply) {
    Kosi__OverviewCell *cell = arena_take(l->arena, sizeof *cell);
    if (cell == NULL)
        return STORE_FAULT;
    kosi__overview_cell__init(cell);
    cell->theme = arena_text(l->arena, store_text(s, 0));
    cell->district = arena_text(l->arena, store_text(s, 1));
    cell->has_count = true;
    cell->count = (uint32_t)store_int(s, 2);
    reply->cells[reply->n_cells++] = cell;
    return cell->theme == NULL || cell->district == NULL ? STORE_FAULT : 0;
}

static int read_cells(const struct landscape *l, Kosi__OverviewReply *reply) {
    struct store_statement *s = store_prepare(l->store, "SELECT theme, district, count FROM theme_district WHERE count > 0 LIMIT ?1");
    store_bind_int(s, 1, CELLS_MAX);
    int rc;
    while ((rc = store_step(s)) == 1)
        if ((rc = add_cell(l, s, reply)) != 0)
            break;
    store_reset(s);
    return rc;
}

static int add_total(const struct landscape *l, struct store_statement *s, Kosi__OverviewReply *reply) {
    const char *facet = store_text(s, 0);
    if (facet[0] == '\0') {
        reply->has_total = true;
        reply->total = (uint32_t)store_int(s, 2);
        return 0;
    }
    Kosi__FacetCount *total = arena_take(l->arena, sizeof *total);
    if (total == NULL)
        return STORE_FAULT;
    kosi__facet_count__init(total);
    total->facet = arena_text(l->arena, facet);
    total->id = arena_text(l->arena, store_text(s, 1));
    total->has_count = true;
    total->count = (uint32_t)store_int(s, 2);
    reply->totals[reply->n_totals++] = total;
    return total->facet == NULL || total->id == NULL ? STORE_FAULT : 0;
}

// Counters of all facets; with partners' entries in the landscape they count those, too, and the pairs do not.
static int read_totals(const struct landscape *l, Kosi__OverviewReply *reply) {
    struct store_statement *s = store_prepare(l->store, "SELECT facet, id, count FROM facet_count"
                                                        " WHERE facet IN ('', 'theme', 'district') AND count > 0 LIMIT ?1");
    store_bind_int(s, 1, TOTALS_MAX);
    int rc;
    while ((rc = store_step(s)) == 1)
        if ((rc = add_total(l, s, reply)) != 0)
            break;
    store_reset(s);
    return rc;
}

int overview_tell(const struct landscape *l, Kosi__OverviewReply *reply) {
    reply->cells = arena_take(l->arena, CELLS_MAX * sizeof *reply->cells);
    reply->totals = arena_take(l->arena, TOTALS_MAX * sizeof *reply->totals);
    if (reply->cells == NULL || reply->totals == NULL)
        return STORE_FAULT;
    reply->has_total = true;
    int rc = read_cells(l, reply);
    return rc ? rc : read_totals(l, reply);
}

// ---- addresses

static int count_parts(const struct landscape *l, Kosi__SitemapReply *reply) {
    struct store_statement *s = store_prepare(l->store, "SELECT coalesce(max(n), 0) FROM entry");
    int rc = store_step(s);
    reply->has_parts = true;
    reply->parts = rc == 1 ? (uint32_t)((store_int(s, 0) + SITEMAP_PART - 1) / SITEMAP_PART) : 0;
    store_reset(s);
    return rc < 0 ? rc : 0;
}

static int add_address(const struct landscape *l, struct store_statement *s, Kosi__SitemapReply *reply) {
    Kosi__SitemapItem *item = arena_take(l->arena, sizeof *item);
    if (item == NULL || reply->n_items == SITEMAP_PART)
        return STORE_FAULT;
    kosi__sitemap_item__init(item);
    item->id = arena_text(l->arena, store_text(s, 0));
    item->has_updated_at = true;
    item->updated_at = store_int(s, 1);
    reply->items[reply->n_items++] = item;
    return item->id == NULL ? STORE_FAULT : 0;
}

// Only this node's own entries: partners announce theirs.
static int read_addresses(const struct landscape *l, uint32_t part, Kosi__SitemapReply *reply) {
    reply->items = arena_take(l->arena, SITEMAP_PART * sizeof *reply->items);
    if (reply->items == NULL)
        return STORE_FAULT;
    struct store_statement *s =
        store_prepare(l->store, "SELECT e.id, v.at FROM entry e JOIN entry_version v ON v.n = e.n AND v.version = e.version"
                                " JOIN card c ON c.n = e.n WHERE e.n > ?1 AND e.n <= ?2 AND e.state = 1"
                                " AND instr(c.codes || ' ', ?3) > 0 ORDER BY e.n");
    store_bind_int(s, 1, (int64_t)(part - 1) * SITEMAP_PART);
    store_bind_int(s, 2, (int64_t)part * SITEMAP_PART);
    const char *own = arena_format(l->arena, " %s_%s ", facet_name(FACET_CITY), l->city);
    store_bind_text(s, 3, own);
    int rc;
    while ((rc = store_step(s)) == 1)
        if ((rc = add_address(l, s, reply)) != 0)
            break;
    store_reset(s);
    return own == NULL ? STORE_FAULT : rc;
}

int sitemap_tell(const struct landscape *l, uint32_t part, Kosi__SitemapReply *reply) {
    int rc = count_parts(l, reply);
    if (rc == 0 && part > reply->parts)
        rc = PROBLEM_NOT_FOUND;
    return rc == 0 && part > 0 ? read_addresses(l, part, reply) : rc;
}
