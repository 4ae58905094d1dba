#include "gateway/pages/page.h"

const struct page_row *const page_tables[] = {start_pages, content_pages, sign_in_pages, password_reset_pages, account_pages, staff_mail_pages, people_pages, person_pages, audit_pages, form_pages, submission_pages, landscape_pages, entry_pages,
                                             overview_pages, feed_pages, report_pages, staff_report_pages,
                                             staff_desk_pages, staff_inbox_pages, staff_submission_pages, staff_decide_pages, mail_confirm_pages, mail_preferences_pages, mail_subscribe_pages, contacts_pages, entry_refresh_pages, newsletter_pages, newsletter_staff_pages, staff_stale_pages, mails_pages, mail_pages, mail_text_pages, NULL};
