#include "gateway/template.h"
#include "gateway/catalogue.h"
#include "kosi/pages_site.pb-c.h"
#include "mo.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define PRAGMA "{{%AUTOESCAPE context=\"HTML\"}}"

static char folder[] = "/tmp/kosi-tpl-XXXXXX";
static struct catalogue *catalogue;
static struct template_language language = {.name = "de"};
static const struct template_constant constants[] = {{"lang", "de"}, {NULL, NULL}};

static void put(const char *name, const char *text) {
    char file[128];
    snprintf(file, sizeof file, "%s/%s.tpl", folder, name);
    FILE *out = fopen(file, "w");
    fputs(text, out);
    fclose(out);
}

static int set_up(void **state) {
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    char file[128];
    snprintf(file, sizeof file, "%s/de.mo", folder);
    static const char *const pairs[][2] = {{"", "x"}, {"hello", "<Grüß>"}};
    mo_write(file, pairs, 2);
    struct buf errors BUF_AUTO;
    buf_init(&errors, 0);
    catalogue = catalogue_open(file, &errors);
    language.catalogue = catalogue;
    language.constants = constants;
    return catalogue ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    char command[160];
    catalogue_free(&catalogue);
    template_forget_all();
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

// The complaint about a template, or "" when there is none.
static const char *complaint(const char *text, const char *message) {
    static char kept[2048];
    struct buf out BUF_AUTO, errors BUF_AUTO;
    buf_init(&out, 0);
    buf_init(&errors, 0);
    put("page", text);
    int result = template_source(folder, "page", contract_message_named(message), &language, &out, &errors);
    assert_int_equal(result == 0, errors.len == 0);
    snprintf(kept, sizeof kept, "%s", errors.data);
    return kept;
}

static void complaints_name_file_and_line(void **state) {
    (void)state;
    static const struct { const char *text, *want; } rows[] = {
        {"<p>{{title}}</p>", "page.tpl:1: the file does not begin with"},
        {PRAGMA "\n<p>{{titel}}</p>", "page.tpl:2: there is no field \"titel\""},
        {PRAGMA "\n\n{{#formz}}{{/formz}}", "page.tpl:3: there is no field \"formz\""},
        {PRAGMA "{{#forms}}{{form_title}}{{/form}}", "not opened last"},
        {PRAGMA "{{#forms}}\n", "not closed in this file: \"forms\""},
        {PRAGMA "{{forms}}", "no value but a section"},
        {PRAGMA "{{title:none}}", "no such modifier is allowed"},
        {PRAGMA "\n{{title\n}}", "page.tpl:2: this is not closed in its line"},
        {PRAGMA "\n[[no.text]]", "page.tpl:2: there is no text \"no.text\""},
        {PRAGMA "[[@nothing]]", "there is no text"},
        {PRAGMA "{{>other}}", "there is no field"},
        {PRAGMA "{{}}", "empty or too long"},
        {PRAGMA "[[>_none]]", "_none.tpl:1: this template can't be read"},
        {PRAGMA "[[>page]]", "includes go too deep"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *found = complaint(rows[i].text, "StartPage");
        if (!strstr(found, rows[i].want))
            fail_msg("row %zu: wanted \"%s\", got \"%s\"", i, rows[i].want, found);
    }
    assert_string_equal(complaint(PRAGMA "{{#csrf}}{{title}}{{csrf}}{{/csrf}}{{#menu}}{{menu_label}} {{title}}{{/menu}}", "StartPage"), "");
    assert_string_equal(complaint(PRAGMA "{{title}} {{#forms}}{{form_title}} {{title}}{{/forms}} [[hello]] [[@lang]]", "StartPage"), "");
}

static void included_files_are_checked_in_place(void **state) {
    (void)state;
    put("_part", PRAGMA "{{form_title}}");
    assert_string_equal(complaint(PRAGMA "{{#forms}}[[>_part]]{{/forms}}", "StartPage"), "");
    assert_non_null(strstr(complaint(PRAGMA "[[>_part]]", "StartPage"), "_part.tpl:1: there is no field \"form_title\""));
}

static void renders_and_escapes(void **state) {
    (void)state;
    const char *text = PRAGMA "[[hello]]|{{title}}|{{csrf}}|{{#forms}}<a href=\"{{form_link}}\" title=\"{{form_title}}\">{{#form_intro}}{{form_intro}}{{/form_intro}}</a>{{/forms}}";
    struct buf source BUF_AUTO, errors BUF_AUTO, page BUF_AUTO;
    buf_init(&source, 0);
    buf_init(&errors, 0);
    buf_init(&page, 0);
    put("start", text);
    const struct contract_message *contract = contract_message_named("StartPage");
    assert_int_equal(template_source(folder, "start", contract, &language, &source, &errors), 0);
    assert_int_equal(template_add("start", "de", source.data, source.len), 0);
    Kosi__StartForm a = KOSI__START_FORM__INIT, b = KOSI__START_FORM__INIT;
    a.form_title = "\"x\" onclick=\"y";
    a.form_link = "javascript:alert(1)";
    a.form_intro = "<b>";
    b.form_link = "/a?b=c&d=ä";
    Kosi__StartForm *links[] = {&a, &b};
    Kosi__StartPage message = KOSI__START_PAGE__INIT;
    message.title = "<script>";
    message.n_forms = 2;
    message.forms = links;
    Kosi__PageShell shell = KOSI__PAGE_SHELL__INIT;
    shell.csrf = "<shell>";
    assert_int_equal(template_render("start", "de", contract, &message.base, &shell.base, &page), 0);
    assert_null(strstr(page.data, "<script"));
    assert_null(strstr(page.data, "javascript:"));
    assert_null(strstr(page.data, "onclick=\"y"));
    assert_null(strstr(page.data, "<b>"));
    assert_non_null(strstr(page.data, "&lt;Grüß&gt;|&lt;script&gt;|&lt;shell&gt;|"));
    assert_non_null(strstr(page.data, "title=\"\"></a>"));   // what is not set is empty, not its neighbour's
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(complaints_name_file_and_line),
                                       cmocka_unit_test(included_files_are_checked_in_place), cmocka_unit_test(renders_and_escapes)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
