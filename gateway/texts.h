// texts: the texts that the gateway's code (not a template) takes from the catalogues. Whoever wants a text names it here; the start
// and `--check-config` fail when a catalogue lacks one. Columns: name, key.
#pragma once
#include "gateway/catalogue.h"
#include "gateway/texts_citizen.h"
#include "gateway/texts_moderation.h"

enum language { LANGUAGE_DE, LANGUAGE_EN, LANGUAGES };

#define TEXT_TABLE(X)                                      \
    TEXT_TABLE_CITIZEN(X)                                  \
    TEXT_TABLE_MODERATION(X)                               \
    X(MENU_DESK, "menu.desk")                              \
    X(MENU_INBOX, "menu.inbox")                            \
    X(MENU_REPORTS, "menu.reports")                        \
    X(MENU_PEOPLE, "menu.people")                          \
    X(MENU_AUDIT, "menu.audit")                            \
    X(START_FIGURE_ENTRIES, "start.figure_entries")        \
    X(START_FIGURE_ENTRY, "start.figure_entry")            \
    X(START_FIGURE_DISTRICTS, "start.figure_districts")    \
    X(START_FIGURE_DISTRICT, "start.figure_district")      \
    X(START_FIGURE_THEMES, "start.figure_themes")          \
    X(START_FIGURE_THEME, "start.figure_theme")            \
    X(LANDSCAPE_TITLE, "landscape.title")                  \
    X(LANDSCAPE_COUNT, "landscape.count")                  \
    X(LANDSCAPE_COUNT_ONE, "landscape.count_one")          \
    X(LANDSCAPE_COUNT_CAPPED, "landscape.count_capped")    \
    X(LANDSCAPE_ANY, "landscape.any")                      \
    X(FACET_KIND, "facet.kind")                            \
    X(FACET_THEME, "facet.theme")                          \
    X(FACET_DISTRICT, "facet.district")                    \
    X(FACET_STAGE, "facet.stage")                          \
    X(FACET_SECTOR, "facet.sector")                        \
    X(FACT_SINCE, "fact.since")                            \
    X(FACT_LICENCE, "fact.licence")                        \
    X(FACT_PUBLISHED, "fact.published")                    \
    X(FACT_UPDATED, "fact.updated")                        \
    X(SIGN_IN_TITLE, "sign_in.title")                      \
    X(SIGN_IN_SIGNED_OUT, "sign_in.signed_out")            \
    X(SIGN_IN_LOGIN, "sign_in.login")                      \
    X(SIGN_IN_PASSWORD, "sign_in.password")                \
    X(SIGN_IN_SEND, "sign_in.send")                        \
    X(SIGN_IN_OTP, "sign_in.otp")                          \
    X(SIGN_IN_OTP_HELP, "sign_in.otp_help")                \
    X(SIGN_IN_OTP_LEAD, "sign_in.otp_lead")                \
    X(SIGN_IN_REPLACE_LEAD, "sign_in.replace_lead")        \
    X(SIGN_IN_GO_ON, "sign_in.go_on")                      \
    X(SIGN_IN_START_AGAIN, "sign_in.start_again")          \
    X(ACCOUNT_TITLE, "account.title")                      \
    X(ACCOUNT_LOGIN, "account.login")                      \
    X(ACCOUNT_ROLES, "account.roles")                      \
    X(ACCOUNT_LAST, "account.last")                        \
    X(ACCOUNT_LAST_NEVER, "account.last_never")            \
    X(ACCOUNT_NOW, "account.now")                          \
    X(ACCOUNT_FACTOR, "account.factor")                    \
    X(ACCOUNT_FACTOR_NONE, "account.factor_none")          \
    X(ACCOUNT_FACTOR_HAS, "account.factor_has")            \
    X(ACCOUNT_PROGRAM, "account.program")                  \
    X(ACCOUNT_BACK, "account.back")                        \
    X(ACCOUNT_PASSWORD_TITLE, "account.password_title")    \
    X(ACCOUNT_PASSWORD_LEAD, "account.password_lead")      \
    X(ACCOUNT_PRESENT_PASSWORD, "account.present_password")\
    X(ACCOUNT_NEW_PASSWORD, "account.new_password")        \
    X(ACCOUNT_NEW_PASSWORD_HELP, "account.new_password_help")\
    X(ACCOUNT_PASSWORD_SEND, "account.password_send")      \
    X(ACCOUNT_FACTOR_TITLE, "account.factor_title")        \
    X(ACCOUNT_FACTOR_LEAD, "account.factor_lead")          \
    X(ACCOUNT_FACTOR_SEND, "account.factor_send")          \
    X(ACCOUNT_CONFIRM_LEAD, "account.confirm_lead")        \
    X(ACCOUNT_CONFIRM_OTP, "account.confirm_otp")          \
    X(ACCOUNT_CONFIRM_HELP, "account.confirm_help")        \
    X(ACCOUNT_CONFIRM_SEND, "account.confirm_send")        \
    X(ACCOUNT_CODES_TITLE, "account.codes_title")          \
    X(ACCOUNT_CODES_LEAD, "account.codes_lead")            \
    X(ACCOUNT_CODES_AGAIN, "account.codes_again_lead")     \
    X(ACCOUNT_CODES_SEND, "account.codes_send")            \
    X(ACCOUNT_CODES_KEPT, "account.codes_kept")            \
    X(ACCOUNT_OFF_TITLE, "account.off_title")              \
    X(ACCOUNT_OFF_LEAD, "account.off_lead")                \
    X(ACCOUNT_OFF_SEND, "account.off_send")                \
    X(ACCOUNT_DONE_PASSWORD, "account.done_password")      \
    X(ACCOUNT_DONE_FACTOR_ON, "account.done_factor_on")    \
    X(ACCOUNT_DONE_FACTOR_OFF, "account.done_factor_off")  \
    X(ACCOUNT_DONE_SESSION, "account.done_session")        \
    X(ACCOUNT_DONE_SESSION_GONE, "account.done_session_gone")\
    X(PEOPLE_TITLE, "people.title")                        \
    X(PEOPLE_Q, "people.q")                                \
    X(PEOPLE_ROLE, "people.role")                          \
    X(PEOPLE_NEVER, "people.never")                        \
    X(PERSON_ROLES, "person.roles_label")                  \
    X(PERSON_ROLES_HELP, "person.roles_help")              \
    X(PERSON_ACCESS, "person.access_label")                \
    X(PERSON_ACTIVE, "person.active")                      \
    X(PERSON_DISABLED, "person.disabled")                  \
    X(PERSON_ONE_TIME, "person.one_time")                  \
    X(PERSON_FACTOR_YES, "person.factor_yes")              \
    X(PERSON_SEEN, "person.seen")                          \
    X(PERSON_SINCE, "person.since")                        \
    X(PERSON_DONE_ROLES, "person.done_roles")              \
    X(PERSON_DONE_DISABLED, "person.done_disabled")        \
    X(PERSON_DONE_ENABLED, "person.done_enabled")          \
    X(PERSON_DONE_FACTOR, "person.done_factor")            \
    X(PERSON_DONE_SESSIONS, "person.done_sessions")        \
    X(PERSON_LAST_ADMIN, "person.last_admin")              \
    X(PERSON_CHANGED, "person.changed")                    \
    X(PERSON_NEW_TITLE, "person.new_title")                \
    X(PERSON_NEW_LEAD, "person.new_lead")                  \
    X(PERSON_LOGIN_HELP, "person.login_help")              \
    X(PERSON_NEW_SEND, "person.new_send")                  \
    X(PERSON_NEW_DONE, "person.new_done")                  \
    X(PERSON_PASSWORD_TITLE, "person.password_title")      \
    X(PERSON_PASSWORD_ASK, "person.password_ask")          \
    X(PERSON_PASSWORD_SEND, "person.password_send")        \
    X(PERSON_PASSWORD_LEAD, "person.password_lead")        \
    X(PERSON_PASSWORD_NEXT, "person.password_next")        \
    X(PERSON_FACTOR_TITLE, "person.factor_title")          \
    X(PERSON_FACTOR_ASK, "person.factor_ask")              \
    X(PERSON_FACTOR_SEND, "person.factor_send")            \
    X(AUDIT_TITLE, "audit.title")                          \
    X(AUDIT_ACTOR, "audit.actor")                          \
    X(AUDIT_METHOD, "audit.method")                        \
    X(AUDIT_SUBJECT, "audit.subject")                      \
    X(AUDIT_FROM, "audit.from")                            \
    X(AUDIT_TO, "audit.to")                                \
    X(LANDSCAPE_QUOTED, "landscape.quoted")                \
    X(LANDSCAPE_DESCRIPTION, "landscape.description")      \
    X(SORT_NEWEST, "sort.newest")                          \
    X(SORT_OLDEST, "sort.oldest")                          \
    X(SORT_RELEVANCE, "sort.relevance")                    \
    X(ENTRY_PROVENANCE, "entry.provenance")                \
    X(ENTRY_PROVENANCE_PARTNER, "entry.provenance_partner")\
    X(ENTRY_ALSO, "entry.also")                            \
    X(ENTRY_ALSO_ONE, "entry.also_one")                    \
    X(VERSION_FIRST, "version.first")                      \
    X(VERSION_CONFIRMED, "version.confirmed")              \
    X(VERSION_CHANGED, "version.changed")                  \
    X(FIELD_NAME_TITLE, "field_name.title")                \
    X(FIELD_NAME_SUMMARY, "field_name.summary")            \
    X(FIELD_NAME_DESCRIPTION, "field_name.description")    \
    X(FIELD_NAME_POINT, "field_name.point")                \
    X(FIELD_NAME_WEBSITE, "field_name.website")            \
    X(FIELD_NAME_RELATIONS, "field_name.relations")        \
    X(OVERVIEW_TITLE, "overview.title")                    \
    X(OVERVIEW_DESCRIPTION, "overview.description")        \
    X(REPORT_TITLE, "report.title")                        \
    X(REPORT_REASON, "report.reason")                      \
    X(REPORT_TEXT, "report.text")                          \
    X(REPORT_BARRIER, "report.barrier")                    \
    X(REPORT_EMAIL, "report.email")                        \
    X(REPORT_PAGE, "report.page")                          \
    X(FEEDBACK_TITLE, "feedback.title")                    \
    X(REPORTED_TITLE, "reported.title")                    \
    X(REPORTED_HOME, "reported.home")                      \
    X(REPORTED_ENTRY, "reported.entry")                    \
    X(TOLD_OUTDATED, "report.outdated")                    \
    X(TOLD_WRONG, "report.wrong")                          \
    X(TOLD_ENDED, "report.ended")                          \
    X(TOLD_DUPLICATE, "report.duplicate")                  \
    X(TOLD_PERSONAL, "report.personal")                    \
    X(TOLD_RIGHTS, "report.rights")                        \
    X(TOLD_OFFENSIVE, "report.offensive")                  \
    X(TOLD_OTHER, "report.other")                          \
    X(TOLD_ACCESSIBILITY, "report.accessibility")          \
    X(TOLD_CORRECTED, "report.corrected")                  \
    X(TOLD_UNPUBLISHED, "report.unpublished")              \
    X(TOLD_FORWARDED, "report.forwarded")                  \
    X(TOLD_NO_ACTION, "report.no_action")                  \
    X(TOLD_ERASED, "report.erased")                        \
    X(REPORTS_TITLE, "reports.title")                      \
    X(REPORTS_OPEN, "reports.open")                        \
    X(REPORTS_RESOLVED, "reports.resolved")                \
    X(REPORTS_COUNT, "reports.count")                      \
    X(REPORTS_HIDDEN, "reports.hidden")                    \
    X(REPORTS_SITE, "reports.site")                        \
    X(REPORTS_DONE, "reports.done")                        \
    X(REPORTS_RESOLVED_NOW, "reports.resolved_now")        \
    X(REPORTS_ALREADY, "reports.already")                  \
    X(REPORTS_CHOOSE, "reports.choose")                    \
    X(REPORTS_REFUSED, "reports.refused")                  \
    X(FORMAT_TIME, "format.time")                          \
    X(FORMAT_DATE, "format.date")                          \
    X(FIELD_REQUIRED, "field.required")                    \
    X(FIELD_TOO_LONG, "field.too_long")                    \
    X(FIELD_TOO_SHORT, "field.too_short")                  \
    X(FIELD_INVALID_FORMAT, "field.invalid_format")        \
    X(FIELD_NOT_AN_OPTION, "field.not_an_option")          \
    X(FIELD_NOT_ACCEPTED, "field.not_accepted")            \
    X(FIELD_OUT_OF_RANGE, "field.out_of_range")            \
    X(FIELD_UNKNOWN_FIELD, "field.unknown_field")          \
    X(FIELD_MALFORMED, "field.malformed")

enum text {
#define X(name, key) TEXT_##name,
    TEXT_TABLE(X)
#undef X
    TEXT_COUNT
};

const char *text_key(enum text text);
const char *texts_get(struct catalogue *const catalogues[LANGUAGES], enum language language, enum text text);
const char *language_name(enum language language);                  // "de", "en"
// Tells every text of the table and every problem's title that a catalogue lacks. Returns how many.
int texts_check(const struct catalogue *catalogue, const char *name, struct buf *errors);
