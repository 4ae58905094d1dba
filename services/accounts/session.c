// What a session is good for: looking at it, ending it, and saying to the other services who acts.
#include "accounts.handlers.h"
#include "services/accounts/session_store.h"
#include "services/accounts/accounts.h"
#include "services/accounts/roles.h"
#include "services/accounts/statement.h"
#include "services/accounts/token.h"
#include <string.h>

enum { ACTOR_VALID_US = 60 * 1000 * 1000, ACTOR_SESSION_BYTES = 16 };

// 0 with the session and its token, or why not.
static int current(struct mesh_call *call, const char *text, struct session_token *token, struct session *session) {
    if (!session_token_read(text, token))
        return PROBLEM_NOT_SIGNED_IN;
    int found = session_find(call->store, call->arena, token->hash, session);
    if (found < 0)
        return found;
    if (!found)
        return PROBLEM_NOT_SIGNED_IN;
    return session->expires_at <= call->now_us ? PROBLEM_SESSION_EXPIRED : 0;
}

int accounts_session(struct mesh_call *call, const Kosi__SessionRequest *request, Kosi__SessionReply *reply) {
    struct session_token token;
    struct session session;
    int refused = current(call, request->token, &token, &session);
    if (refused)
        return refused;
    reply->login = (char *)session.account.login;
    reply->roles = roles_split(call->arena, session.account.roles, &reply->n_roles);
    reply->has_expires_at = reply->has_signed_in_at = 1;
    reply->expires_at = session.expires_at;
    reply->signed_in_at = session.signed_in_at;
    reply->has_last_signed_in_at = session.last_signed_in_at != 0;
    reply->last_signed_in_at = session.last_signed_in_at;
    reply->has_second_factor = 1;
    reply->second_factor = session.account.otp_serial != 0;
    reply->has_recovery_codes_left = session.account.otp_serial != 0;
    for (int i = 0; i < FACTOR_CODES; i++)
        reply->recovery_codes_left += !(session.account.codes_used >> i & 1);
    return reply->roles ? 0 : STORE_FAULT;
}

int accounts_sign_out(struct mesh_call *call, const Kosi__SessionRequest *request, Kosi__SignOutReply *reply) {
    (void)reply;
    struct session_token token;
    if (!session_token_read(request->token, &token))
        return PROBLEM_NOT_SIGNED_IN;
    int removed = session_remove(call->store, token.hash);
    if (removed < 0)
        return removed;
    return removed ? 0 : PROBLEM_NOT_SIGNED_IN;
}

int accounts_identify(struct mesh_call *call, const Kosi__SessionRequest *request, Kosi__IdentifyReply *reply) {
    struct session_token token;
    struct session session;
    int refused = current(call, request->token, &token, &session);
    if (refused)
        return refused;
    Kosi__Actor actor = KOSI__ACTOR__INIT;
    actor.id = (char *)session.account.id;
    actor.login = (char *)session.account.login;
    actor.roles = roles_split(call->arena, session.account.roles, &actor.n_roles);
    actor.has_expires_at = actor.has_session = 1;
    actor.expires_at = call->now_us + ACTOR_VALID_US;
    if (actor.expires_at > session.expires_at)
        actor.expires_at = session.expires_at;
    actor.session = (ProtobufCBinaryData){ACTOR_SESSION_BYTES, token.hash};
    return actor.roles ? statement_sign(call, &actor, reply) : STORE_FAULT;
}
