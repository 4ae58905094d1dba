#include "services/accounts/handed_out.h"
#include "services/accounts/accounts.h"
#include "kosi/accounts.pb-c.h"

static void fill_secret(struct mesh_call *call, Kosi__OtpBeginReply *reply) {
    const struct accounts *accounts = call->state;
    struct factor factor = {accounts->factor_key, reply->account_id, reply->serial};
    const char *secret = factor_secret_text(&factor, call->arena), *city = call->config->city;
    reply->secret = (char *)secret;
    if (secret)   // the city's id and a login need no escaping
        reply->uri = arena_format(call->arena, "otpauth://totp/KoSI-%s:%s?secret=%s&issuer=KoSI-%s", city, reply->login, secret, city);
}

static void fill_codes(struct mesh_call *call, Kosi__RecoveryCodesReply *reply) {
    const struct accounts *accounts = call->state;
    struct factor factor = {accounts->factor_key, reply->account_id, reply->serial};
    reply->codes = arena_take(call->arena, FACTOR_CODES * sizeof *reply->codes);
    for (int i = 0; reply->codes && i < FACTOR_CODES; i++) {
        char *code = arena_take(call->arena, FACTOR_CODE_TEXT);
        if (!code)
            return;
        factor_code(&factor, i, code);
        reply->codes[reply->n_codes++] = code;
    }
}

static void fill_password(struct mesh_call *call, Kosi__AccountPasswordReply *reply) {
    const struct accounts *accounts = call->state;
    struct factor factor = {accounts->factor_key, reply->id, reply->serial};
    reply->password = arena_take(call->arena, FACTOR_PASSWORD_TEXT);
    if (reply->password)
        factor_password(&factor, reply->password);
}

void handed_out_derive(struct mesh_call *call, const struct contract_method *method, ProtobufCMessage *reply) {
    (void)method;
    if (reply->descriptor == &kosi__otp_begin_reply__descriptor)
        fill_secret(call, (Kosi__OtpBeginReply *)reply);
    else if (reply->descriptor == &kosi__recovery_codes_reply__descriptor)
        fill_codes(call, (Kosi__RecoveryCodesReply *)reply);
    else if (reply->descriptor == &kosi__account_password_reply__descriptor)
        fill_password(call, (Kosi__AccountPasswordReply *)reply);
}
