// report: what readers tell about an entry ("this is out of date") or about the site itself ("this page can't be read aloud").
// Staff see it until they resolve it. What somebody wrote and their address are kept REPORT_KEPT_DAYS longer, then the row is bare:
// reason, outcome and times stay as figures. An erased entry takes what was written about it along at once.
#pragma once
#include "services/registry/landscape.h"
#include "kosi/registry.pb-c.h"

enum { REPORT_KEPT_DAYS = 90, REPORTS_OPEN_MAX = 5000 };   // more open ones: the next is told to come back later

// Is reason one of the catalogue, for entries or for the site?
bool report_reason_known(const char *reason, bool about_entry);
// Must something be written with it?
bool report_reason_needs_text(const char *reason);
bool report_outcome_known(const char *outcome);

// All return 0 or a negative fault unless said otherwise.
int report_count_open(struct store *store, uint32_t *count);
int report_add(struct store *store, const char *id, const Kosi__ReportRequest *request, int64_t at);
// 0, PROBLEM_NOT_FOUND, PROBLEM_ALREADY_DECIDED (unless it is only to be made bare), or negative.
int report_resolve(struct store *store, const Kosi__ResolveRequest *request, const char *login, int64_t at);
int report_forget(const struct landscape *landscape, const char *entry_id, int64_t at);
// Makes a bounded number of rows bare whose time has come. 1: there may be more.
int report_tidy(struct store *store, int64_t now_us);
// Fills items, next_page_token and open; PROBLEM_BAD_PAGE_TOKEN or PROBLEM_BAD_PARAMETER (state) as well.
int report_list(const struct landscape *landscape, const Kosi__ReportListRequest *request, Kosi__ReportListReply *reply);
