// routes: which address is served by what. The API's addresses come from the contract (the `route` options of the methods), the
// pages' from the tables of gateway/pages (page_tables). Built once at start into a tree of path segments; literal segments win over variables.
#pragma once
#include "gateway/texts.h"
#include "services/common/contract/contract.h"

struct request;
typedef void route_serve(struct request *request);

// The pages; each has one address per language. Several rows of the tables may speak of one page (GET and POST).
enum page { PAGE_NONE, PAGE_START, PAGE_IMPRINT, PAGE_PRIVACY, PAGE_ACCESSIBILITY, PAGE_ABOUT, PAGE_EASY, PAGE_FORM, PAGE_SUBMISSION, PAGE_CORRECT, PAGE_RECEIPT, PAGE_OWN_DATA, PAGE_WITHDRAW, PAGE_ERASE, PAGE_LANDSCAPE, PAGE_ENTRY, PAGE_OVERVIEW, PAGE_FEED, PAGE_REPORT,
            PAGE_FEEDBACK, PAGE_STAFF_REPORTS, PAGE_SIGN_IN, PAGE_SIGN_OUT, PAGE_ACCOUNT, PAGE_ACCOUNT_PASSWORD, PAGE_ACCOUNT_FACTOR,
            PAGE_ACCOUNT_FACTOR_CONFIRM, PAGE_ACCOUNT_CODES, PAGE_ACCOUNT_FACTOR_OFF, PAGE_ACCOUNT_SESSIONS, PAGE_PEOPLE, PAGE_PERSON,
            PAGE_PERSON_NEW, PAGE_PERSON_ACCESS, PAGE_PERSON_PASSWORD, PAGE_PERSON_FACTOR_OFF, PAGE_PERSON_SESSIONS, PAGE_AUDIT,
            PAGE_STAFF_DESK, PAGE_STAFF_INBOX, PAGE_STAFF_SUBMISSION, PAGE_STAFF_TAKE, PAGE_STAFF_RELEASE, PAGE_STAFF_ACCEPT,
            PAGE_MAIL_CONFIRM, PAGE_MAIL_PREFERENCES, PAGE_LEAVE_NEWSLETTER, PAGE_LEAVE_DIGEST, PAGE_SUBSCRIBE, PAGE_CONTACTS, PAGE_CONTACT, PAGE_CONTACT_RELEASE,
            PAGE_ENTRY_REFRESH, PAGE_NEWSLETTERS, PAGE_NEWSLETTER_FEED, PAGE_ISSUE, PAGE_STAFF_NEWSLETTERS, PAGE_STAFF_NEWSLETTER_NEW, PAGE_STAFF_NEWSLETTER,
            PAGE_STAFF_NEWSLETTER_VIEW_DE, PAGE_STAFF_NEWSLETTER_VIEW_EN, PAGE_STAFF_NEWSLETTER_TEST, PAGE_STAFF_NEWSLETTER_SEND, PAGE_STAFF_NEWSLETTER_DELETE, PAGE_STAFF_STALE,
            PAGE_MAIL_TEXTS, PAGE_MAILS, PAGE_MAIL, PAGE_MAIL_RETRY, PAGE_MAIL_HOLD, PAGE_MAIL_RELEASE, PAGE_MAIL_CANCEL,
            PAGE_STAFF_REJECT, PAGE_STAFF_DUPLICATE, PAGE_STAFF_REOPEN, PAGE_RESET_ASK, PAGE_RESET, PAGE_STAFF_MAIL };
struct page_row {
    enum page page;
    const char *verb;                           // NULL ends a table
    const char *paths[LANGUAGES];               // English NULL: a file that has no language
    route_serve *serve;
    const char *role;                           // NULL: everyone; "staff": whoever is signed in; else the role (gateway/session.h)
    bool secret;                                // never logged, never stored
};
extern const struct page_row *const page_tables[];   // one per file of gateway/pages, ended by NULL; in gateway/pages/tables.c

enum route_kind { ROUTE_API, ROUTE_PAGE, ROUTE_FILE };
struct route {
    enum route_kind kind;
    const char *verb, *path;                    // "GET" (serves HEAD too), "/api/v1/entries/{id}"
    route_serve *serve;
    bool secret;                                // never logged, never stored
    int64_t body_bytes;                         // at most, and never more than the configuration's; 0: that
    int time_ms;                                // for the answer; 0: the configuration's
    // ROUTE_API
    const struct contract_service *service;
    const struct contract_method *method;
    const struct contract_route *row;
    // ROUTE_PAGE
    const struct page_row *page_row;
    enum language language;
};

enum { ROUTE_VARIABLES_MAX = 4, ROUTE_VERBS_MAX = 6 };
struct route_match {
    const struct route *routes[ROUTE_VERBS_MAX];   // all that this address has, by verb
    int route_count;
    struct { const char *name, *value; } variables[ROUTE_VARIABLES_MAX];   // decoded
    int variable_count;
};

struct routes;
struct routes *routes_new(void);   // aborts when two routes collide: a mistake of ours
void routes_free(struct routes **routes);
// path is raw (still percent-encoded), without the query. 0; 1: no such address; -1: malformed. Values live in the arena.
int routes_match(const struct routes *routes, const char *path, size_t n, struct arena *arena, struct route_match *match);
// The route for a verb (HEAD finds GET), NULL when the address has none.
const struct route *route_for(const struct route_match *match, const char *verb);
const char *route_variable(const struct route_match *match, const char *name);
// "GET, HEAD, POST, OPTIONS"
const char *route_allow(const struct route_match *match, struct arena *arena);

// All routes, for OpenAPI and metrics: NULL after the last.
const struct route *routes_at(const struct routes *routes, size_t index);
// The path of a page in a language, with its variable (encoded) filled in; NULL for pages without one.
const char *route_page_path(enum page page, enum language language, const char *variable, struct arena *arena);
