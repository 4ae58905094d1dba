// From answers and edits to the public entry; and the inbox's page tokens.
#include "submissions/city.h"
#include "services/common/base/problem.h"
#include "services/submissions/draft.h"
#include "services/submissions/mapping.h"

static const char questions[] = CITY_TITLE
    ","
    "{\"id\": \"problem\", \"type\": \"long_text\", \"feeds\": \"description\", \"label\": {\"de\": \"Problem?\", \"en\": "
    "\"Which problem?\"}},"
    "{\"id\": \"novelty\", \"type\": \"long_text\", \"feeds\": \"description\", \"label\": {\"de\": \"Neu?\", \"en\": "
    "\"New?\"}},"
    "{\"id\": \"themes\", \"type\": \"multiple_choice\", \"options_from\": \"themes\", \"feeds\": \"themes\", " CITY_LABEL "},"
    "{\"id\": \"stage\", \"type\": \"choice\", \"options_from\": \"stages\", \"feeds\": \"stage\", " CITY_LABEL "},"
    "{\"id\": \"place\", \"type\": \"district\", \"feeds\": \"district\", " CITY_LABEL "},"
    "{\"id\": \"mail\", \"type\": \"email\", " CITY_LABEL "}";

struct desk {
    struct city *city;
    struct violations violations;
    struct form form;
    struct mapping mapping;
    Kosi__SubmitRequest sent;
    Kosi__Answer *answers[8];
    Kosi__EntryEdits edits;
    Kosi__Entry entry;
};

static void desk_add(struct desk *desk, char *key, char *text) {
    Kosi__Answer *answer = arena_take(desk->city->arena, sizeof *answer);
    kosi__answer__init(answer);
    answer->key = key;
    answer->value = arena_take(desk->city->arena, sizeof *answer->value);
    kosi__value__init(answer->value);
    answer->value->text = text;
    desk->answers[desk->sent.n_answers++] = answer;
}

static void desk_open(struct desk *desk, struct city *city) {
    memset(desk, 0, sizeof *desk);
    desk->city = city;
    desk->violations.arena = city->arena;
    desk->form = (struct form){.version = 1, .file = city_form(city, questions)};
    kosi__submit_request__init(&desk->sent);
    kosi__entry_edits__init(&desk->edits);
    kosi__entry__init(&desk->entry);
    desk->sent.answers = desk->answers;
    desk->mapping = (struct mapping){.form = &desk->form,
                                     .vocabulary = city->vocabulary,
                                     .sent = &desk->sent,
                                     .edits = &desk->edits,
                                     .locale = "de",
                                     .violations = &desk->violations};
}

static void answers_become_the_entry(void **state) {
    struct desk desk;
    desk_open(&desk, *state);
    desk_add(&desk, "title", "Räder");
    desk_add(&desk, "problem", "Stau.");
    desk_add(&desk, "novelty", "Leihen.");
    desk_add(&desk, "themes", "climate");
    desk_add(&desk, "place", "eving");
    desk_add(&desk, "mail", "erika@example.org");
    desk.mapping.edits = NULL;
    assert_int_equal(mapping_entry(&desk.mapping, &desk.entry), 0);
    assert_string_equal(desk.entry.kind, "initiative");
    assert_string_equal(desk.entry.title, "Räder");
    assert_string_equal(desk.entry.description, "### Problem?\n\nStau.\n\n### Neu?\n\nLeihen.");
    assert_string_equal(desk.entry.summary, "Stau.");
    assert_string_equal(desk.entry.district, "eving");
    assert_int_equal(desk.entry.n_themes, 1);
    assert_null(desk.entry.stage);
    // What feeds nothing stays inside.
    uint8_t packed[4096];
    size_t size = kosi__entry__pack(&desk.entry, packed);
    assert_null(memmem(packed, size, "erika", 5));
}

static void edits_win_and_can_empty(void **state) {
    char *themes[] = {"mobility", "mobility"};   // once is enough
    struct desk desk;
    desk_open(&desk, *state);
    desk_add(&desk, "title", "Räder");
    desk_add(&desk, "place", "eving");
    desk.edits.title = "  Lastenräder ";
    desk.edits.kind = "lab";
    desk.edits.district = "";
    desk.edits.summary = "Kurz.";
    desk.edits.themes = themes;
    desk.edits.n_themes = 2;
    assert_int_equal(mapping_entry(&desk.mapping, &desk.entry), 0);
    assert_string_equal(desk.entry.title, "Lastenräder");
    assert_string_equal(desk.entry.kind, "lab");
    assert_null(desk.entry.district);
    assert_string_equal(desk.entry.summary, "Kurz.");
    assert_int_equal(desk.entry.n_themes, 1);
    assert_string_equal(desk.entry.themes[0], "mobility");
}

static void edits_speak_the_vocabulary(void **state) {
    char *themes[] = {"peace"};
    struct desk desk;
    desk_open(&desk, *state);
    desk.edits.kind = "poem";
    desk.edits.stage = "ended";
    desk.edits.themes = themes;
    desk.edits.n_themes = 1;
    assert_int_equal(mapping_entry(&desk.mapping, &desk.entry), PROBLEM_VALIDATION);
    static const char *const expected[] = {"edits.kind", "edits.stage", "edits.themes", "edits.title"};
    assert_int_equal(desk.violations.count, 4);
    for (int i = 0; i < 4; i++)
        assert_string_equal(desk.violations.items[i]->field, expected[i]);
    assert_string_equal(desk.violations.items[3]->code, "required"); // no answer gave a title
}

static void a_long_description_is_cut_at_a_word(void **state) {
    char text[1200] = "";
    struct desk desk;
    desk_open(&desk, *state);
    for (int i = 0; i < 100; i++)
        strcat(text, "größer ");
    desk_add(&desk, "title", "Räder");
    desk_add(&desk, "problem", text);
    assert_int_equal(mapping_entry(&desk.mapping, &desk.entry), 0);
    size_t length = strlen(desk.entry.summary);
    assert_true(length > 250 && length < 400);
    assert_string_equal(desk.entry.summary + length - strlen("größer…"), "größer…");
}

static void themes_can_be_emptied(void **state) {
    struct desk desk;
    desk_open(&desk, *state);
    desk_add(&desk, "title", "Räder");
    desk_add(&desk, "themes", "climate");
    assert_int_equal(mapping_entry(&desk.mapping, &desk.entry), 0);
    assert_int_equal(desk.entry.n_themes, 1);
    desk.edits.has_without_themes = desk.edits.without_themes = true;
    assert_int_equal(mapping_entry(&desk.mapping, &desk.entry), 0);
    assert_int_equal(desk.entry.n_themes, 0);
}

static void changes_are_named(void **state) {
    struct city *city = *state;
    struct mesh_call call = {.arena = city->arena};
    char *themes[] = {"climate"};
    Kosi__Point here = KOSI__POINT__INIT, there = KOSI__POINT__INIT;
    there.lat = 51.5;
    Kosi__Entry before = KOSI__ENTRY__INIT, after = KOSI__ENTRY__INIT;
    after.website = "";   // as if there were none
    assert_null(draft_changes(&call, &before, &after));
    before.title = "Räder";
    after.title = "Fahrräder";
    after.themes = themes;
    after.n_themes = 1;
    before.point = &here;
    after.point = &there;
    assert_string_equal(draft_changes(&call, &before, &after), "title, themes, point");
    before.point = NULL;
    before.title = after.title;
    after.n_themes = 0;
    assert_string_equal(draft_changes(&call, &before, &after), "point");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_become_the_entry),
        cmocka_unit_test(edits_win_and_can_empty),
        cmocka_unit_test(edits_speak_the_vocabulary),
        cmocka_unit_test(a_long_description_is_cut_at_a_word),
        cmocka_unit_test(themes_can_be_emptied),
        cmocka_unit_test(changes_are_named),
    };
    return cmocka_run_group_tests(tests, city_setup, city_teardown);
}
