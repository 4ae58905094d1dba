// A folder of letters, with what else lies about in it.
// cmocka wants the next four before itself
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "services/notifications/maildir.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MANY = 2 * BOX_LETTERS_MOST + 50 };
struct box {
    char folder[40], gone[80];   // gone: removed while the first letter is looked at
    int taken;
    enum box_take answer;
};

static void name(const struct box *box, const char *kind, int n, char out[80]) {
    snprintf(out, 80, "%s/new/%s%04d", box->folder, kind, n);
}

static void put(const struct box *box, const char *kind, int n) {
    char path[80];
    name(box, kind, n, path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("Subject: A letter\n\nIts text\n", file);
    fclose(file);
}

static int open_box(void **state) {
    struct box *box = calloc(1, sizeof *box);
    char path[80];
    strcpy(box->folder, "/tmp/kosi-unit-XXXXXX");
    assert_non_null(mkdtemp(box->folder));
    static const char *const folders[] = {"new", "cur"};
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", box->folder, folders[i]);
        assert_int_equal(mkdir(path, 0700), 0);
    }
    *state = box;
    return 0;
}

static int close_box(void **state) {
    struct box *box = *state;
    char command[80];
    snprintf(command, sizeof command, "rm -r '%s'", box->folder);
    assert_int_equal(system(command), 0);
    free(box);
    return 0;
}

static enum box_take take(void *owner, const void *bytes, size_t size) {
    struct box *box = owner;
    assert_memory_equal(bytes, "Subject:", 8);
    assert_true(size > 8);
    if (box->taken++ == 0 && box->gone[0] != '\0')
        assert_int_equal(unlink(box->gone), 0);
    return box->answer;
}

static void what_is_no_letter_takes_no_letters_place(void **state) {
    struct box *box = *state;
    char path[80];
    for (int i = 0; i < MANY; i++) {
        name(box, "a-link", i, path);
        assert_int_equal(symlink("/etc/hostname", path), 0);
        name(box, "a-folder", i, path);
        assert_int_equal(mkdir(path, 0700), 0);
        put(box, "letter", i);
    }
    assert_int_equal(maildir_look(box->folder, take, box), MANY);
    assert_int_equal(box->taken, MANY);
    assert_int_equal(maildir_look(box->folder, take, box), 0);
}

static void what_is_left_is_looked_at_once(void **state) {
    struct box *box = *state;
    for (int i = 0; i < BOX_LETTERS_MOST; i++)
        put(box, "letter", i);
    box->answer = TAKE_LATER;
    assert_int_equal(maildir_look(box->folder, take, box), 0);
    assert_int_equal(box->taken, BOX_LETTERS_MOST);
    box->answer = TAKE_END;
    assert_int_equal(maildir_look(box->folder, take, box), 0);
    assert_int_equal(box->taken, BOX_LETTERS_MOST + 1);
}

static void one_that_vanishes_is_no_trouble(void **state) {
    struct box *box = *state;
    for (int i = 0; i < 3; i++)
        put(box, "letter", i);
    name(box, "letter", 1, box->gone);
    assert_int_equal(maildir_look(box->folder, take, box), 2);
}

static void one_that_may_not_be_read_is_told(void **state) {
    struct box *box = *state;
    char path[80];
    if (geteuid() == 0)
        skip();   // who may read all
    put(box, "letter", 0);
    put(box, "letter", 1);
    name(box, "letter", 0, path);
    assert_int_equal(chmod(path, 0), 0);
    assert_int_equal(maildir_look(box->folder, take, box), -1);
    assert_int_equal(errno, EACCES);
    assert_int_equal(box->taken, 1);
}

#define BOX_TEST(test) cmocka_unit_test_setup_teardown(test, open_box, close_box)

int main(void) {
    const struct CMUnitTest tests[] = {
        BOX_TEST(what_is_no_letter_takes_no_letters_place),
        BOX_TEST(what_is_left_is_looked_at_once),
        BOX_TEST(one_that_vanishes_is_no_trouble),
        BOX_TEST(one_that_may_not_be_read_is_told),
    };
    return cmocka_run_group_tests_name("notifications/maildir", tests, NULL, NULL);
}
