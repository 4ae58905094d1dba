// What readers told: kept until it is resolved, then bare after some time, or with the entry.
#include "world.h"
#include "services/registry/report.h"

static const int64_t day_us = (int64_t)24 * 3600 * 1000000;

static const char *tell(struct world *w, const char *entry_id, const char *text, int64_t at) {
    Kosi__ReportRequest request = KOSI__REPORT_REQUEST__INIT;
    char id[ID_TEXT_MAX];
    id_uuid7(id);
    request.entry_id = (char *)(uintptr_t)entry_id;
    request.reason = (char *)(uintptr_t)"wrong";
    request.text = (char *)(uintptr_t)text;
    request.email = (char *)(uintptr_t)"person@example.org";
    assert_int_equal(report_add(w->l.store, id, &request, at), 0);
    return arena_text(w->l.arena, id);
}

static int resolve(struct world *w, const char *id, bool erase, int64_t at) {
    Kosi__ResolveRequest request = KOSI__RESOLVE_REQUEST__INIT;
    request.id = (char *)(uintptr_t)id;
    request.outcome = (char *)(uintptr_t)"corrected";
    request.erase = erase;
    return report_resolve(w->l.store, &request, "moderation", at);
}

static Kosi__ReportListReply *list(struct world *w, const char *view, uint32_t page_size, const char *token, int expected) {
    Kosi__ReportListRequest request = KOSI__REPORT_LIST_REQUEST__INIT;
    Kosi__ReportListReply *reply = arena_take(w->l.arena, sizeof *reply);
    kosi__report_list_reply__init(reply);
    request.state = (char *)(uintptr_t)view;
    request.has_page_size = true;
    request.page_size = page_size;
    request.page_token = (char *)(uintptr_t)token;
    assert_int_equal(report_list(&w->l, &request, reply), expected);
    return reply;
}

static void test_the_catalogue(void **state) {
    (void)state;
    assert_true(report_reason_known("outdated", true));
    assert_false(report_reason_known("outdated", false));
    assert_true(report_reason_known("accessibility", false));
    assert_false(report_reason_known("accessibility", true));
    assert_false(report_reason_known("nonsense", true));
    assert_true(report_reason_needs_text("other"));
    assert_false(report_reason_needs_text("ended"));
    assert_true(report_outcome_known("no-action"));
    assert_false(report_outcome_known("entry-erased"));   // nobody chooses it
}

static void test_open_and_resolved(void **state) {
    struct world *w = *state;
    Kosi__Entry *entry = world_entry(w, "Gemeldet", "eving");
    world_publish(w, entry, 1);
    const char *id = tell(w, entry->id, "Der Ort stimmt nicht.", 10);
    Kosi__ReportListReply *open = list(w, NULL, 10, NULL, 0);
    assert_int_equal(open->open, 1);
    assert_int_equal(open->n_items, 1);
    assert_string_equal(open->items[0]->entry_title, "Gemeldet");
    assert_string_equal(open->items[0]->text, "Der Ort stimmt nicht.");
    assert_string_equal(open->items[0]->email, "person@example.org");
    assert_int_equal(resolve(w, id, false, 20), 0);
    assert_int_equal(resolve(w, id, false, 30), PROBLEM_ALREADY_DECIDED);
    assert_int_equal(resolve(w, "01890a5d-ac96-774b-bcce-b302099a8057", false, 30), PROBLEM_NOT_FOUND);
    assert_int_equal(list(w, "open", 10, NULL, 0)->n_items, 0);
    Kosi__ReportListReply *resolved = list(w, "resolved", 10, NULL, 0);
    assert_string_equal(resolved->items[0]->resolved_by, "moderation");
    assert_int_equal(resolved->items[0]->resolved_at, 20);
    assert_int_equal(list(w, "all", 10, NULL, 0)->n_items, 1);
    list(w, "nonsense", 10, NULL, PROBLEM_BAD_PARAMETER);
}

static void test_pages(void **state) {
    struct world *w = *state;
    for (int i = 0; i < 5; i++)
        tell(w, "", "Text", i);
    Kosi__ReportListReply *page = list(w, "open", 2, NULL, 0);
    size_t seen = page->n_items;
    const char *first = page->next_page_token;
    assert_non_null(first);
    while (page->next_page_token) {
        page = list(w, "open", 2, page->next_page_token, 0);
        seen += page->n_items;
    }
    assert_int_equal(seen, 5);
    list(w, "all", 2, first, PROBLEM_BAD_PAGE_TOKEN);
    list(w, "open", 2, "AAAA", PROBLEM_BAD_PAGE_TOKEN);
}

static void test_bare_after_some_time(void **state) {
    struct world *w = *state;
    const char *id = tell(w, "", "Bleibt nicht", 0);
    assert_int_equal(report_tidy(w->l.store, 1000 * day_us), 0);
    assert_string_equal(list(w, "all", 10, NULL, 0)->items[0]->text, "Bleibt nicht");   // open ones stay
    assert_int_equal(resolve(w, id, false, day_us), 0);
    assert_int_equal(report_tidy(w->l.store, REPORT_KEPT_DAYS * day_us), 0);
    assert_non_null(list(w, "all", 10, NULL, 0)->items[0]->text);
    assert_int_equal(report_tidy(w->l.store, (REPORT_KEPT_DAYS + 2) * day_us), 0);
    Kosi__Report *bare = list(w, "all", 10, NULL, 0)->items[0];
    assert_null(bare->text);
    assert_null(bare->email);
    assert_string_equal(bare->outcome, "corrected");
}

static void test_bare_at_once(void **state) {
    struct world *w = *state;
    const char *id = tell(w, "", "Soll weg", 0);
    assert_int_equal(resolve(w, id, true, 1), 0);
    assert_null(list(w, "all", 10, NULL, 0)->items[0]->text);
    const char *later = tell(w, "", "Soll später weg", 2);
    assert_int_equal(resolve(w, later, false, 3), 0);
    assert_int_equal(resolve(w, later, true, 4), 0);
    Kosi__Report *bare = list(w, "all", 10, NULL, 0)->items[0];
    assert_null(bare->text);
    assert_int_equal(bare->resolved_at, 3);
}

static void test_goes_with_the_entry(void **state) {
    struct world *w = *state;
    Kosi__Entry *entry = world_entry(w, "Geht", "eving");
    bool changed;
    world_publish(w, entry, 1);
    tell(w, entry->id, "Darin steht mein Name", 2);
    tell(w, "", "Etwas anderes", 2);
    assert_int_equal(entry_erase(&w->l, entry->id, 9, &changed), 0);
    Kosi__ReportListReply *resolved = list(w, "resolved", 10, NULL, 0);
    assert_int_equal(resolved->n_items, 1);
    assert_null(resolved->items[0]->text);
    assert_null(resolved->items[0]->entry_title);
    assert_string_equal(resolved->items[0]->outcome, "entry-erased");
    assert_int_equal(list(w, "open", 10, NULL, 0)->n_items, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_catalogue), WORLD_TEST(test_open_and_resolved), WORLD_TEST(test_pages),
        WORLD_TEST(test_bare_after_some_time), WORLD_TEST(test_bare_at_once), WORLD_TEST(test_goes_with_the_entry)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
