#include "writing.h"
#include "services/notifications/mail_render.h"

static const char a_matter[] = "INSERT INTO matter(id, contact, language, receipt, form_title, entry_id, received_at, undecided) "
                               "VALUES ('" SUBMISSION "', '" CONTACT "', 'de', 'DO-7F3K-92QX', 'Initiative melden', '" ENTRY "', 1, 1)";

static void test_received(void **state) {
    (void)state;
    struct writing w;
    writing_open(&w);
    writing_run(&w, a_matter);
    Kosi__LeasedMail mail = writing_mail("received", "de", SUBMISSION);
    struct mail_copy copy;
    assert_int_equal(mail_render(&w.pen, &mail, &copy), 0);
    printf("%s\n%s\n%s\n%s\n", copy.subject, copy.text, copy.html, copy.message_id);
    writing_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_received)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
