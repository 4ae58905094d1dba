// session_rows: sessions as pages list them.
#pragma once
#include "gateway/pages/page.h"
#include "kosi/accounts.pb-c.h"
#include "kosi/pages_accounts.pb-c.h"

size_t session_rows(struct request *request, const Kosi__SessionsReply *sessions, Kosi__PageSession ***out);
// Appends a fact to a list with room for ACCOUNT_FACTS_MAX. No value, no fact.
enum { ACCOUNT_FACTS_MAX = 10 };
void account_fact(struct request *request, Kosi__PageAccountFact **facts, size_t *count, enum text name, const char *value);
// "Moderation, Administration"
const char *account_roles(struct request *request, char *const *roles, size_t count);
const char *account_role(struct request *request, const char *role);
