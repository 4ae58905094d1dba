// texts: the texts that the gateway's code (not a template) takes from the catalogues. Whoever wants a text names it here; the start
// and `--check-config` fail when a catalogue lacks one. Columns: name, key.
#pragma once
#include "gateway/catalogue.h"
#include "gateway/texts_accounts.h"
#include "gateway/texts_citizen.h"
#include "gateway/texts_contacts.h"
#include "gateway/texts_mail_texts.h"
#include "gateway/texts_mails.h"
#include "gateway/texts_moderation.h"
#include "gateway/texts_newsletter.h"
#include "gateway/texts_staff_mail.h"

enum language { LANGUAGE_DE, LANGUAGE_EN, LANGUAGES };

#define TEXT_TABLE(X)                                      \
    TEXT_TABLE_ACCOUNTS(X)                                 \
    TEXT_TABLE_STAFF_MAIL(X)                               \
    TEXT_TABLE_CITIZEN(X)                                  \
    TEXT_TABLE_CONTACTS(X)                                 \
    TEXT_TABLE_MAILS(X)                                    \
    TEXT_TABLE_MAIL_TEXTS(X)                               \
    TEXT_TABLE_MODERATION(X)                               \
    TEXT_TABLE_NEWSLETTER(X)                               \
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
    X(FACET_KIND, "facet.kind")                            \
    X(FACET_THEME, "facet.theme")                          \
    X(FACET_DISTRICT, "facet.district")                    \
    X(FACET_STAGE, "facet.stage")                          \
    X(FACET_SECTOR, "facet.sector")                        \
    X(FACT_SINCE, "fact.since")                            \
    X(FACT_LICENCE, "fact.licence")                        \
    X(FACT_PUBLISHED, "fact.published")                    \
    X(FACT_UPDATED, "fact.updated")                        \
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
    X(OVERVIEW_NOWHERE, "overview.nowhere")                \
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
    X(OLD_LINK, "problem.old_link")                        \
    X(OLD_LINK_REMEDY, "problem.old_link_remedy")          \
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

const char *texts_get(struct catalogue *const catalogues[LANGUAGES], enum language language, enum text text);
const char *language_name(enum language language);                  // "de", "en"
// Tells every text of the table and every problem's title that a catalogue lacks. Returns how many.
int texts_check(const struct catalogue *catalogue, const char *name, struct buf *errors);
