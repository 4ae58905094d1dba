// session: who is signed in. Programs send the session's token as Authorization: Bearer, browsers as a cookie. Accounts says whom a
// token stands for; the signed statement goes with the questions that follow, and the services check the role again.
// A browser sends its cookie also with forms that somebody else's page made it send. So every POST of a page with a role must carry the
// session's form token in `_csrf` (a keyed hash of the session's token: nothing to store, gone with the session).
#pragma once
#include "gateway/request.h"

enum { CSRF_MAX = 48 };

// Asks accounts whom the token stands for. then(r, 0) with r->signed_actor, r->login and r->roles set, or then(r, problem).
typedef void session_then(struct request *request, int problem);
void session_identify(struct request *request, const char *token, session_then *then);
// The present password in input (its `vouched` field), if there is one, is taken out and shown to accounts: then(r, 0) with the
// statement saying so, or then(r, problem) with the request's violations.
void session_vouch(struct request *request, const struct contract_message *contract, ProtobufCMessage *input, session_then *then);
// The token of the Authorization header, NULL when there is none.
const char *session_bearer(const struct request *request);

// Serves a page with a role. Nobody signed in: 303 to the sign-in page, which leads back here; for a POST instead the page
// "resend": what was typed is kept in it, the sign-in opens beside, then it is sent again. Wrong form token: the same page, to be
// confirmed. Role missing: 403. Else page_row->serve, for POST with the form read into r->form.
void session_guard(struct request *request);
bool session_has_role(const struct request *request, const char *role);
// The form token of the signed-in session, for {{csrf}}; "" without one.
const char *session_csrf(struct request *request);

// The cookie: HttpOnly, SameSite=Lax, Path=/; Secure and for this host alone when the public URL is https. expires_at in microseconds UTC.
void session_cookie_set(struct request *request, const char *token, int64_t expires_at);
void session_cookie_end(struct request *request);
const char *session_cookie(struct request *request);   // the token a browser sent; NULL
// Where to go after signing in: an address of this node's own staff pages, else its desk. value as in the query or form field.
const char *session_way_back(struct request *request, const char *value);
