// city: a small city for the tests of submissions: a vocabulary, and forms read from text through the same way as real ones.
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "services/submissions/form_files.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct city {
    struct arena *arena;
    struct vocabulary *vocabulary;
    struct buf errors;
    char folder[64];
};

static inline const char *city_write(struct city *city, const char *name, const char *text) {
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", city->folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
    return path;
}

static inline void city_open(struct city *city) {
    static const char words[] =
        "{\"themes\": [{\"id\": \"climate\", \"label\": {\"de\": \"Klimaschutz\", \"en\": \"Climate protection\"}},"
        " {\"id\": \"mobility\", \"label\": {\"de\": \"Mobilität\"}}],"
        "\"districts\": [{\"id\": \"eving\", \"label\": {\"de\": \"Eving\"}}, {\"id\": \"hoerde\", \"label\": {\"de\": "
        "\"Hörde\"}}],"
        "\"sectors\": [{\"id\": \"research\", \"label\": {\"de\": \"Wissenschaft\"}}],"
        "\"stages\": [{\"id\": \"idea\", \"label\": {\"de\": \"Idee\"}}, {\"id\": \"trial\", \"label\": {\"de\": "
        "\"Erprobung\"}}],"
        "\"kinds\": [{\"id\": \"initiative\", \"label\": {\"de\": \"Initiative\"}}, {\"id\": \"lab\", \"label\": {\"de\": "
        "\"Labor\"}}]}";
    memset(city, 0, sizeof *city);
    buf_init(&city->errors, 0);
    city->arena = arena_new(4 * 1024 * 1024);
    strcpy(city->folder, "/tmp/kosi-city-XXXXXX");
    assert_non_null(mkdtemp(city->folder));
    city->vocabulary = vocabulary_read(city_write(city, "vocabulary.json", words), city->arena, &city->errors);
    if (!city->vocabulary)
        fail_msg("%s", city->errors.data);
}

static inline void city_close(struct city *city) {
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", city->folder);
    assert_int_equal(system(command), 0);
    buf_free(&city->errors);
    arena_free(&city->arena);
}

static inline int city_setup(void **state) {
    static struct city city;
    city_open(&city);
    *state = &city;
    return 0;
}
static inline int city_teardown(void **state) {
    city_close(*state);
    return 0;
}

// A form named f with these questions (JSON objects, comma-separated); NULL and city->errors when it is wrong.
static inline Kosi__FormFile *city_form_with(struct city *city, const char *head, const char *questions) {
    char *text = arena_format(city->arena,
                              "{\"slug\": \"f\", \"title\": {\"de\": \"Formular\"}, \"entry_kind\": \"initiative\",%s\n"
                              "\"questions\": [\n%s\n]}\n",
                              head, questions);
    buf_clear(&city->errors);
    return form_file_read(city_write(city, "f.json", text), city->vocabulary, city->arena, &city->errors);
}

static inline Kosi__FormFile *city_form(struct city *city, const char *questions) {
    Kosi__FormFile *form = city_form_with(city, "", questions);
    if (!form)
        fail_msg("%s", city->errors.data);
    return form;
}

#define CITY_LABEL "\"label\": {\"de\": \"Frage\", \"en\": \"Question\"}"
#define CITY_TITLE                                                                                                             \
    "{\"id\": \"title\", \"type\": \"short_text\", \"required\": true, \"feeds\": \"title\", \"max_length\": 20, " CITY_LABEL  \
    "}"
