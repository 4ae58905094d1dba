// mail_kind: the catalogue of mails. One row per kind: what its template is called, who gets it, and what the template may name.
// A new kind is a row here, a text per language in texts/, and somebody who owes it (ledger_owe).
#pragma once
#include <stdbool.h>
#include <stddef.h>

// Facts are what a template may name as {{fact}}; those with ! it must. Every template may also name the common ones: city, home_url,
// imprint_url, privacy_url, preferences_url. A block whose fact is empty is left out (mail_text.h).
#define MAIL_KIND_TABLE(X)                                                                                                     \
    /* name, list, asks, staff, facts */                                                                                       \
    X(RECEIVED, "received", NULL, true, false, "receipt form status_url! confirm_url!")                                        \
    X(CONFIRM, "confirm", NULL, true, false, "confirm_url! lists")                                                             \
    X(CONFIRMED, "confirmed", NULL, false, false, "lists preferences_url!")                                                    \
    X(ACCEPTED, "accepted", NULL, false, false, "receipt form status_url! title entry_url!")                                   \
    X(REJECTED, "rejected", NULL, false, false, "receipt form status_url! reason!")                                            \
    X(DUPLICATE, "duplicate", NULL, false, false, "receipt form status_url! title entry_url")                                  \
    X(WITHDRAWN, "withdrawn", NULL, false, false, "receipt form status_url!")                                                  \
    X(REOPENED, "reopened", NULL, false, false, "receipt form status_url!")                                                    \
    X(REFRESH, "refresh", NULL, false, false, "title entry_url refresh_url! status_url until")                                 \
    X(STALE, "stale", NULL, false, false, "title entry_url refresh_url! status_url until")                                     \
    X(ARCHIVED, "archived", NULL, false, false, "title refresh_url status_url")                                                \
    X(DIGEST, "digest", "digest", false, false, "entries! since leave_url! landscape_url")                                     \
    X(NEWSLETTER, "newsletter", "newsletter", false, false, "subject! body! leave_url! issue_url")                             \
    X(NEWSLETTER_TEST, "newsletter-test", NULL, false, true, "subject! body!")                                                 \
    X(STAFF_NEW, "staff-new", NULL, false, true, "receipt form submission_url! account_url")                                   \
    X(STAFF_DAILY, "staff-daily", NULL, false, true, "count! inbox_url! account_url")                                          \
    X(STAFF_OVERDUE, "staff-overdue", NULL, false, true, "count! days inbox_url! account_url")                                 \
    X(PASSWORD_RESET, "password-reset", NULL, false, true, "login reset_url! until")                                         \
    X(STAFF_ADDRESS, "staff-address", NULL, false, true, "login account_url!")

enum mail_kind {
#define X(id, name, list, asks, staff, facts) MAIL_##id,
    MAIL_KIND_TABLE(X)
#undef X
        MAIL_KINDS
};
struct mail_kind_row {
    const char *name;
    const char *list;    // that its reader subscribed to: such a mail can be left with one click; NULL: transactional
    bool asks;           // goes to addresses that are not confirmed yet, to have them confirmed
    bool staff;
    const char *facts;
};
const struct mail_kind_row *mail_kind_row(enum mail_kind kind);
int mail_kind_of(const char *name);   // -1: none
