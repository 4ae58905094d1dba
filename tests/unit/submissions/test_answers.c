// Answers held against a form: each type of question, what is refused with which code, and what is kept in which form.
#include "submissions/city.h"
#include "services/common/base/clock.h"
#include "services/common/base/problem.h"
#include "services/submissions/answers.h"

static const char questions[] = CITY_TITLE
    ","
    "{\"id\": \"story\", \"type\": \"long_text\", \"min_length\": 5, \"max_length\": 10, " CITY_LABEL "},"
    "{\"id\": \"part\", \"type\": \"choice\", \"options\": [{\"id\": \"yes\", " CITY_LABEL "}, {\"id\": \"no\", " CITY_LABEL
    "}], " CITY_LABEL "},"
    "{\"id\": \"themes\", \"type\": \"multiple_choice\", \"options_from\": \"themes\", \"max_choices\": 1, " CITY_LABEL "},"
    "{\"id\": \"mail\", \"type\": \"email\", " CITY_LABEL "},"
    "{\"id\": \"site\", \"type\": \"url\", " CITY_LABEL "},"
    "{\"id\": \"since\", \"type\": \"date\", \"earliest\": \"1990-01-01\", \"latest\": \"today\", " CITY_LABEL "},"
    "{\"id\": \"place\", \"type\": \"district\", " CITY_LABEL "},"
    "{\"id\": \"head\", \"type\": \"section\", " CITY_LABEL "},"
    "{\"id\": \"privacy\", \"type\": \"consent\", \"required\": true, \"wording\": {\"de\": \"Ja.\"}, " CITY_LABEL "},"
    "{\"id\": \"news\", \"type\": \"consent\", \"wording\": {\"de\": \"Gern.\"}, " CITY_LABEL "}";

struct sheet { // one request, being filled in
    struct city *city;
    struct violations violations;
    Kosi__SubmitRequest request, kept;
    Kosi__Answer *answers[8];
    char *consents[4];
};

static void sheet_open(struct sheet *sheet, struct city *city) {
    memset(sheet, 0, sizeof *sheet);
    sheet->city = city;
    sheet->violations.arena = city->arena;
    kosi__submit_request__init(&sheet->request);
    sheet->request.answers = sheet->answers;
    sheet->request.consents = sheet->consents;
    sheet->consents[sheet->request.n_consents++] = "privacy";
}

static Kosi__Value *sheet_add(struct sheet *sheet, const char *key, const char *text) {
    Kosi__Answer *answer = arena_take(sheet->city->arena, sizeof *answer);
    kosi__answer__init(answer);
    answer->key = arena_text(sheet->city->arena, key);
    answer->value = arena_take(sheet->city->arena, sizeof *answer->value);
    kosi__value__init(answer->value);
    answer->value->text = arena_text(sheet->city->arena, text);
    sheet->answers[sheet->request.n_answers++] = answer;
    return answer->value;
}

static int sheet_check_with(struct sheet *sheet, const char *head) {
    struct form form = {.version = 1, .file = city_form_with(sheet->city, head, questions)};
    if (!form.file)
        fail_msg("%s", sheet->city->errors.data);
    struct answer_check check = {.form = &form,
                                 .vocabulary = sheet->city->vocabulary,
                                 .violations = &sheet->violations,
                                 .locale = "de",
                                 .now_us = 1767396600LL * 1000000};
    kosi__submit_request__init(&sheet->kept);
    return answers_check(&check, &sheet->request, &sheet->kept);
}

static int sheet_check(struct sheet *sheet) {
    return sheet_check_with(sheet, "");
}

static void assert_fault(const struct sheet *sheet, const char *field, const char *code, int64_t limit) {
    assert_int_equal(sheet->violations.count, 1);
    assert_string_equal(sheet->violations.items[0]->field, field);
    assert_string_equal(sheet->violations.items[0]->code, code);
    if (limit)
        assert_int_equal(sheet->violations.items[0]->limit, limit);
}

struct one {
    const char *id, *text, *code;
    int64_t limit;
};
static const struct one faults[] = {
    {"story", "kurz", "too_short", 5},
    {"story", "ää bb cc dd", "too_long", 10},
    {"part", "maybe", "not_an_option", 0},
    {"themes", "peace", "not_an_option", 0},
    {"mail", "no address", "invalid_format", 0},
    {"mail", "a@b@example.org", "invalid_format", 0},
    {"site", "javascript:alert(1)", "invalid_format", 0},
    {"site", "https://exa mple.org/", "invalid_format", 0},
    {"since", "2024-02-30", "invalid_format", 0},
    {"since", "17.05.2024", "invalid_format", 0},
    {"since", "1989-12-31", "out_of_range", 0},
    {"since", "2026-01-04", "out_of_range", 0},
    {"place", "entenhausen", "not_an_option", 0},
};

static void each_type_names_what_is_wrong(void **state) {
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct sheet sheet;
        char field[64];
        sheet_open(&sheet, *state);
        sheet_add(&sheet, "title", "Titel");
        sheet_add(&sheet, faults[i].id, faults[i].text);
        assert_int_equal(sheet_check(&sheet), PROBLEM_VALIDATION);
        snprintf(field, sizeof field, "answers.%s", faults[i].id);
        assert_fault(&sheet, field, faults[i].code, faults[i].limit);
    }
}

static void what_passes_is_kept_in_normal_form_and_order(void **state) {
    struct sheet sheet;
    sheet_open(&sheet, *state);
    sheet_add(&sheet, "since", "2026-01-03");
    sheet_add(&sheet, "story", "  zehn\r\nzehn ");
    sheet_add(&sheet, "title",
              " Ra\xcc\x88"
              "der ");
    sheet_add(&sheet, "mail", "   ");
    sheet_add(&sheet, "themes", "climate"); // one ticked box of a form post
    assert_int_equal(sheet_check(&sheet), 0);
    assert_int_equal(sheet.kept.n_answers, 4);
    assert_string_equal(sheet.kept.answers[0]->key, "title");
    assert_string_equal(sheet.kept.answers[0]->value->text, "Räder");
    assert_string_equal(answers_value(&sheet.kept, "story")->text, "zehn\nzehn");
    assert_int_equal(answers_value(&sheet.kept, "themes")->n_items, 1);
    assert_null(answers_value(&sheet.kept, "mail"));
    assert_null(sheet.kept.contact);
    assert_int_equal(sheet.kept.n_consents, 1);
}

static void several_choices(void **state) {
    char *twice[] = {"climate", "climate"}, *both[] = {"climate", "mobility"};
    struct sheet sheet;
    sheet_open(&sheet, *state);
    sheet_add(&sheet, "title", "Titel");
    Kosi__Value *value = sheet_add(&sheet, "themes", NULL);
    value->items = twice;
    value->n_items = 2;
    assert_int_equal(sheet_check(&sheet), 0);
    assert_int_equal(answers_value(&sheet.kept, "themes")->n_items, 1);
    value->items = both;
    assert_int_equal(sheet_check(&sheet), PROBLEM_VALIDATION);
    assert_fault(&sheet, "answers.themes", "out_of_range", 1);
}

static void wrong_kinds_of_values(void **state) {
    for (int i = 0; i < 3; i++) {
        char *item[] = {"x"};
        struct sheet sheet;
        sheet_open(&sheet, *state);
        Kosi__Value *value = sheet_add(&sheet, "title", NULL);
        value->has_number = i == 0;
        value->has_list = value->list = i == 1;
        value->items = item;
        value->n_items = i == 2;
        assert_int_equal(sheet_check(&sheet), PROBLEM_VALIDATION);
        assert_fault(&sheet, "answers.title", "invalid_format", 0);
    }
}

static void a_title_is_one_line(void **state) {
    struct sheet sheet;
    sheet_open(&sheet, *state);
    sheet_add(&sheet, "title", "zwei\nZeilen");
    assert_int_equal(sheet_check(&sheet), PROBLEM_VALIDATION);
    assert_fault(&sheet, "answers.title", "invalid_format", 0);
}

static void everything_missing_is_named_at_once(void **state) {
    struct sheet sheet;
    sheet_open(&sheet, *state);
    sheet_add(&sheet, "title", "  ");
    sheet.request.n_consents = 0;
    assert_int_equal(sheet_check_with(&sheet, "\"contact\": \"required\","), PROBLEM_VALIDATION);
    assert_int_equal(sheet.violations.count, 3);
    assert_string_equal(sheet.violations.items[0]->field, "answers.title");
    assert_string_equal(sheet.violations.items[1]->field, "contact.email");
    assert_string_equal(sheet.violations.items[2]->field, "consents.privacy");
    assert_string_equal(sheet.violations.items[2]->code, "not_accepted");
}

static void answers_to_no_question(void **state) {
    static const char *const keys[] = {"no_such", "head", "privacy", ""};
    for (int i = 0; i < 4; i++) {
        struct sheet sheet;
        char field[32];
        sheet_open(&sheet, *state);
        sheet_add(&sheet, "title", "Titel");
        sheet_add(&sheet, keys[i], "x");
        assert_int_equal(sheet_check(&sheet), PROBLEM_UNKNOWN_FIELD);
        snprintf(field, sizeof field, "answers.%s", keys[i]);
        assert_fault(&sheet, field, "unknown_field", 0);
    }
}

// What is kept as it came is stored as it came: nothing may have been changed, left out or added.
static void kept_whole_or_not(void **state) {
    struct sheet sheet;
    sheet_open(&sheet, *state);
    Kosi__Value *title = sheet_add(&sheet, "title", "Lastenräder");
    sheet_add(&sheet, "story", "Viele.");
    assert_int_equal(sheet_check(&sheet), 0);
    assert_true(answers_kept_whole(&sheet.kept, &sheet.request));
    title->text = arena_text(sheet.city->arena, " Lastenräder");
    assert_int_equal(sheet_check(&sheet), 0);
    assert_false(answers_kept_whole(&sheet.kept, &sheet.request));
    title->text = arena_text(sheet.city->arena, "Lastenräder");
    sheet.request.answers[0] = sheet.request.answers[1];
    sheet.request.answers[1] = &(Kosi__Answer){.base = sheet.request.answers[0]->base, .key = "title", .value = title};
    assert_int_equal(sheet_check(&sheet), 0);
    assert_false(answers_kept_whole(&sheet.kept, &sheet.request)); // the form's order
    sheet_add(&sheet, "part", "");
    assert_int_equal(sheet_check(&sheet), 0);
    assert_false(answers_kept_whole(&sheet.kept, &sheet.request)); // empty answers are left out
}

static void an_answer_twice_is_malformed(void **state) {
    struct sheet sheet;
    sheet_open(&sheet, *state);
    sheet_add(&sheet, "title", "Titel");
    sheet_add(&sheet, "title", "Titel");
    assert_int_equal(sheet_check(&sheet), PROBLEM_MALFORMED);
}

static void consents_that_are_none(void **state) {
    struct sheet sheet;
    sheet_open(&sheet, *state);
    sheet_add(&sheet, "title", "Titel");
    sheet.consents[sheet.request.n_consents++] = "title";
    assert_int_equal(sheet_check(&sheet), PROBLEM_VALIDATION);
    assert_fault(&sheet, "consents.title", "not_an_option", 0);
}

static void contact_as_the_form_wants_it(void **state) {
    Kosi__Contact contact = KOSI__CONTACT__INIT;
    struct sheet sheet;
    sheet_open(&sheet, *state);
    sheet_add(&sheet, "title", "Titel");
    sheet.request.contact = &contact;
    assert_int_equal(sheet_check_with(&sheet, "\"contact\": \"none\","), 0); // an empty one is none
    contact.email = " erika@example.org ";
    assert_int_equal(sheet_check(&sheet), 0);
    assert_string_equal(sheet.kept.contact->email, "erika@example.org");
    assert_string_equal(sheet.kept.contact->language, "de");
    assert_int_equal(sheet_check_with(&sheet, "\"contact\": \"none\","), PROBLEM_UNKNOWN_FIELD);
    assert_fault(&sheet, "contact", "unknown_field", 0);
    sheet.violations.count = 0;
    contact.email = "no address";
    contact.language = "xx";
    assert_int_equal(sheet_check(&sheet), PROBLEM_VALIDATION);
    assert_int_equal(sheet.violations.count, 2);
}

int main(void) {
    clock_set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_names_what_is_wrong),
        cmocka_unit_test(what_passes_is_kept_in_normal_form_and_order),
        cmocka_unit_test(several_choices),
        cmocka_unit_test(wrong_kinds_of_values),
        cmocka_unit_test(a_title_is_one_line),
        cmocka_unit_test(everything_missing_is_named_at_once),
        cmocka_unit_test(answers_to_no_question),
        cmocka_unit_test(kept_whole_or_not),
        cmocka_unit_test(an_answer_twice_is_malformed),
        cmocka_unit_test(consents_that_are_none),
        cmocka_unit_test(contact_as_the_form_wants_it),
    };
    return cmocka_run_group_tests(tests, city_setup, city_teardown);
}
