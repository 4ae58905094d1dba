#include "services/accounts/statement.h"
#include "services/accounts/accounts.h"

int statement_sign(struct mesh_call *call, const Kosi__Actor *actor, Kosi__IdentifyReply *reply) {
    const struct accounts *accounts = call->state;
    size_t size = kosi__actor__get_packed_size(actor);
    uint8_t *bytes = arena_take(call->arena, size), *signature = arena_take(call->arena, crypto_sign_BYTES);
    if (!bytes || !signature)
        return STORE_FAULT;
    kosi__actor__pack(actor, bytes);
    if (crypto_sign_detached(signature, NULL, bytes, size, accounts->actor_key))
        return STORE_FAULT;
    Kosi__SignedActor statement = KOSI__SIGNED_ACTOR__INIT;
    statement.has_actor = statement.has_signature = 1;
    statement.actor = (ProtobufCBinaryData){size, bytes};
    statement.signature = (ProtobufCBinaryData){crypto_sign_BYTES, signature};
    reply->signed_actor.len = kosi__signed_actor__get_packed_size(&statement);
    reply->signed_actor.data = arena_take(call->arena, reply->signed_actor.len);
    reply->has_signed_actor = 1;
    if (!reply->signed_actor.data)
        return STORE_FAULT;
    kosi__signed_actor__pack(&statement, reply->signed_actor.data);
    return 0;
}
