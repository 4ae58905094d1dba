// Form files: what is refused, with line and remedy; and how a form looks to a reader.
#include "submissions/city.h"
#include "services/common/base/clock.h"
#include "services/submissions/form.h"

struct wrong {
    const char *head, *questions;
    int line;
    const char *says;
};

// Questions begin in line 3, the title's is there unless the case says otherwise.
static const struct wrong wrongs[] = {
    {"", CITY_TITLE ",\n{\"id\": \"Name\", \"type\": \"short_text\", " CITY_LABEL "}", 4, "not of the form"},
    {"", CITY_TITLE ",\n{\"id\": \"contact\", \"type\": \"short_text\", " CITY_LABEL "}", 4,
     "name of a field of every submission"},
    {"",
     CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"date\", " CITY_LABEL "},\n{\n\"id\": \"a\", \"type\": \"date\", " CITY_LABEL
                "}",
     6, "used twice"},
    {"", CITY_TITLE ",\n{\"id\": \"a\",\n\"type\": \"slider\", " CITY_LABEL "}", 5, "type \"slider\" is unknown"},
    {"", CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"choice\", " CITY_LABEL "}", 4, "nothing to choose from"},
    {"", CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"choice\", \"options_from\": \"kinds\", " CITY_LABEL "}", 4,
     "Use themes, sectors or stages"},
    {"", CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"date\", \"options_from\": \"themes\", " CITY_LABEL "}", 4,
     "has no options"},
    {"",
     CITY_TITLE
     ",\n{\"id\": \"a\", \"type\": \"choice\", \"options_from\": \"themes\", \"options\": [{\"id\": \"x\", " CITY_LABEL
     "}], " CITY_LABEL "}",
     4, "Keep one"},
    {"",
     CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"choice\", \"options\": [{\"id\": \"x\", " CITY_LABEL
                "}, {\"id\": \"x\", " CITY_LABEL "}], " CITY_LABEL "}",
     4, "stands twice"},
    {"", CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"short_text\",\n\"max_length\": 501, " CITY_LABEL "}", 5, "out of range"},
    {"", CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"short_text\", \"min_length\": 9, \"max_length\": 8, " CITY_LABEL "}", 4,
     "more than max_length"},
    {"", CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"date\", \"max_length\": 8, " CITY_LABEL "}", 4, "has no length"},
    {"",
     CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"choice\", \"options_from\": \"themes\", \"max_choices\": 1, " CITY_LABEL "}", 4,
     "max_choices is for"},
    {"", CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"date\", \"latest\": \"2026-13\", " CITY_LABEL "}", 4, "no date"},
    {"",
     CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"date\", \"earliest\": \"2026-01-02\", \"latest\": \"2026-01-01\", " CITY_LABEL
                "}",
     4, "before earliest"},
    {"", CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"url\", \"latest\": \"today\", " CITY_LABEL "}", 4, "are for a date"},
    {"", CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"consent\", " CITY_LABEL "}", 4, "has no wording"},
    {"", CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"url\", \"wording\": {\"de\": \"x\"}, " CITY_LABEL "}", 4, "only a consent"},
    {"", CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"section\", \"required\": true, " CITY_LABEL "}", 4, "can't be required"},
    {"", CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"url\", \"feeds\": \"price\", " CITY_LABEL "}", 4, "which no entry has"},
    {"", CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"url\", \"feeds\": \"since\", " CITY_LABEL "}", 4, "a url can't feed since"},
    {"",
     CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"choice\", \"options_from\": \"stages\", \"feeds\": \"sector\", " CITY_LABEL "}",
     4, "can't feed sector"},
    {"",
     CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"choice\", \"feeds\": \"stage\", \"options\": [{\"id\": \"x\", " CITY_LABEL
                "}], " CITY_LABEL "}",
     4, "not in vocabulary.json"},
    {"", CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"long_text\", \"feeds\": \"summary\", " CITY_LABEL "}", 4, "holds 600"},
    {"",
     CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"url\", \"feeds\": \"website\", " CITY_LABEL
                "},\n{\"id\": \"b\", \"type\": \"url\", \"feeds\": \"website\", " CITY_LABEL "}",
     5, "another one feeds website"},
    {"",
     CITY_TITLE ",\n{\"id\": \"a\", \"type\": \"long_text\", \"max_length\": 9000, \"feeds\": \"description\", " CITY_LABEL
                "},\n{\"id\": \"b\", \"type\": \"long_text\", \"feeds\": \"description\", " CITY_LABEL "}",
     2, "it holds 10000"},
    {"", "{\"id\": \"a\", \"type\": \"url\", " CITY_LABEL "}", 2, "no question feeds the title"},
    {"", "{\"id\": \"name\", \"type\": \"short_text\", \"required\": true, \"feeds\": \"title\", " CITY_LABEL "}", 3,
     "must be \"title\""},
    {"", "{\"id\": \"title\", \"type\": \"short_text\", \"feeds\": \"title\", " CITY_LABEL "}", 3, "must be required"},
    {"",
     "{\"id\": \"title\", \"type\": \"short_text\", \"required\": true, \"max_length\": 201, \"feeds\": \"title\", " CITY_LABEL
     "}",
     3, "holds 200"},
    {"\n\"contact\": \"maybe\",", CITY_TITLE, 2, "Use none, optional or required"},
};

static void each_wrong_form_is_refused_with_its_line(void **state) {
    struct city *city = *state;
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        assert_null(city_form_with(city, wrongs[i].head, wrongs[i].questions));
        char place[128];
        snprintf(place, sizeof place, "%s/f.json:%d: ", city->folder, wrongs[i].line);
        if (!strstr(city->errors.data, place) || !strstr(city->errors.data, wrongs[i].says))
            fail_msg("case %zu: expected \"%s\" at line %d, got: %s", i, wrongs[i].says, wrongs[i].line, city->errors.data);
    }
}

// Each question is fine, but a page could not send them all: what somebody ticked or typed would be refused, or lost when changed.
static void a_form_fits_into_one_page(void **state) {
    struct city *city = *state;
    static const char *const options[] = {"", ", \"max_choices\": 2"};
    for (int bounded = 0; bounded < 2; bounded++) {
        BUF_AUTO struct buf questions;
        buf_init(&questions, 0);
        buf_text(&questions, CITY_TITLE);
        for (int i = 0; i < 100; i++) {
            buf_format(&questions, ",\n{\"id\": \"q%d\", \"type\": \"multiple_choice\"%s, " CITY_LABEL ", \"options\": [", i, options[bounded]);
            for (int k = 0; k < 5; k++)
                buf_format(&questions, "%s{\"id\": \"o%d\", " CITY_LABEL "}", k ? ", " : "", k);
            buf_text(&questions, "]}");
        }
        bool taken = city_form_with(city, "", questions.data) != NULL;
        assert_int_equal(taken, bounded);
        assert_true(taken || strstr(city->errors.data, "f.json:2: all boxes ticked, the form gives 501 answers"));
    }
    assert_null(city_form_with(city, "", CITY_TITLE ", {\"id\": \"a\", \"type\": \"long_text\", \"max_length\": 10000, " CITY_LABEL
                                                    "}, {\"id\": \"b\", \"type\": \"long_text\", \"max_length\": 10000, " CITY_LABEL "}"));
    assert_non_null(strstr(city->errors.data, "f.json:2: its texts may come to 20020 characters"));
}

static void shape_is_checked_too(void **state) {
    struct city *city = *state;
    assert_null(city_form_with(city, "", CITY_TITLE ",\n{\"id\": \"a\", \"typ\": \"date\"}"));
    assert_non_null(strstr(city->errors.data, "f.json:4"));
    assert_null(city_form_with(city, "", CITY_TITLE ",,"));
    assert_non_null(strstr(city->errors.data, "f.json:"));
}

static void the_slug_is_the_files_name(void **state) {
    struct city *city = *state;
    static const char text[] =
        "{\n\"slug\": \"f\", \"title\": {\"de\": \"x\"}, \"entry_kind\": \"poem\", \"questions\": [" CITY_TITLE "]}";
    const char *file = city_write(city, "g.json", text);
    buf_clear(&city->errors);
    assert_null(form_file_read(file, city->vocabulary, city->arena, &city->errors));
    unlink(file);
    assert_non_null(strstr(city->errors.data, "g.json:2: slug \"f\" is not the file's name"));
    assert_non_null(strstr(city->errors.data, "g.json:2: entry_kind \"poem\""));
}

static void a_form_in_both_languages(void **state) {
    struct city *city = *state;
    struct form form = {.version = 3};
    form.file = city_form(city, CITY_TITLE
                          ", {\"id\": \"t\", \"type\": \"multiple_choice\", \"options_from\": \"themes\", " CITY_LABEL "},"
                          " {\"id\": \"d\", \"type\": \"district\", " CITY_LABEL "},"
                          " {\"id\": \"s\", \"type\": \"date\", \"latest\": \"today\", " CITY_LABEL "}");
    Kosi__Form shown = KOSI__FORM__INIT;
    const int64_t evening = 1767396600LL * 1000000; // 2026-01-02 23:30 UTC: already the third in the city
    assert_int_equal(form_show(&form, city->vocabulary, "en", evening, city->arena, &shown), 0);
    assert_int_equal(shown.version, 3);
    assert_string_equal(shown.contact, "optional");
    assert_string_equal(shown.title, "Formular"); // there is no English one
    assert_string_equal(shown.questions[0]->label, "Question");
    assert_true(shown.questions[0]->required);
    assert_int_equal(shown.questions[0]->max_length, 20);
    assert_string_equal(shown.questions[1]->options[0]->label, "Climate protection");
    assert_string_equal(shown.questions[1]->options[1]->label, "Mobilität");
    assert_string_equal(shown.questions[2]->options[1]->id, "hoerde");
    assert_string_equal(shown.questions[3]->latest, "2026-01-03");
    assert_false(shown.questions[3]->has_max_length);
}

static void the_cities_own_forms_are_sound(void **state) {
    struct city *city = *state;
    static const char *const cities[] = {"dortmund", "wuppertal"};
    for (int i = 0; i < 2; i++) {
        char words[256], forms[256];
        struct form_files files;
        snprintf(words, sizeof words, KOSI_SHARE_DIR "/deploy/cities/%s/vocabulary.json", cities[i]);
        snprintf(forms, sizeof forms, KOSI_SHARE_DIR "/deploy/cities/%s/forms", cities[i]);
        buf_clear(&city->errors);
        struct vocabulary *vocabulary = vocabulary_read(words, city->arena, &city->errors);
        if (!vocabulary || form_files_read(forms, vocabulary, city->arena, &files, &city->errors) != 0)
            fail_msg("%s", city->errors.data);
        for (size_t f = 0; f < files.count; f++) {
            for (size_t q = 0; q < files.items[f]->n_questions; q++)
                assert_non_null(files.items[f]->questions[q]->label->en);
        }
    }
}

int main(void) {
    clock_set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_wrong_form_is_refused_with_its_line),
        cmocka_unit_test(a_form_fits_into_one_page), cmocka_unit_test(shape_is_checked_too),
        cmocka_unit_test(the_slug_is_the_files_name),
        cmocka_unit_test(a_form_in_both_languages),
        cmocka_unit_test(the_cities_own_forms_are_sound),
    };
    return cmocka_run_group_tests(tests, city_setup, city_teardown);
}
