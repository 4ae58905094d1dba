// A forgotten password: a link by mail opens the way to another one. Nothing tells whether there is such an account, neither the answer
// nor its time; who has the link still needs the second factor to sign in. Asking is slowed down like signing in, and an account has a
// new link at most every some minutes: the one before is good meanwhile.
#include "accounts.handlers.h"
#include "services/accounts/attempt.h"
#include "services/accounts/audit.h"
#include "services/accounts/password.h"
#include "services/accounts/session_store.h"
#include "services/common/base/link.h"
#include "services/common/base/log.h"
#include "kosi/log.pb-c.h"
#include <string.h>

#define MINUTE_US (INT64_C(60) * 1000 * 1000)
enum { PATIENCE_MINUTES = 5, VALID_MINUTES = 60, DAY_MINUTES = 24 * 60, PASSWORD_MARK = 16 };
static const char nobody[] = "";

struct reset { uint32_t serial; int64_t asked, asked_at, until; uint8_t password[PASSWORD_MARK]; };

static void mark_password(const struct account *account, uint8_t mark[PASSWORD_MARK]) {
    const char *hash = account->password_hash;
    crypto_generichash(mark, PASSWORD_MARK, (const uint8_t *)hash, strlen(hash), NULL, 0);
}

// An account without a row has never had a link.
static int load(struct store *store, const char *account, struct reset *out) {
    struct store_statement *s = store_prepare(store, "SELECT serial, asked, asked_at, until, password FROM reset WHERE account = ?1");
    store_bind_text(s, 1, account);
    int row = store_step(s);
    *out = (struct reset){0};
    if (row == 1) {
        size_t size;
        *out = (struct reset){.serial = (uint32_t)store_int(s, 0), .asked = store_int(s, 1), .asked_at = store_int(s, 2), .until = store_int(s, 3)};
        const void *mark = store_blob(s, 4, &size);
        if (size == PASSWORD_MARK)
            memcpy(out->password, mark, size);
    }
    store_reset(s);
    return row < 0 ? row : 0;
}

static int save(struct store *store, const char *account, const struct reset *reset) {
    struct store_statement *s =
        store_prepare(store, "INSERT INTO reset(account, serial, asked, asked_at, until, password) VALUES(?1, ?2, ?3, ?4, ?5, ?6)"
                             " ON CONFLICT(account) DO UPDATE SET serial = ?2, asked = ?3, asked_at = ?4, until = ?5, password = ?6");
    store_bind_text(s, 1, account);
    store_bind_int(s, 2, reset->serial);
    store_bind_int(s, 3, reset->asked);
    store_bind_int(s, 4, reset->asked_at);
    store_bind_int(s, 5, reset->until);
    store_bind_blob(s, 6, reset->password, PASSWORD_MARK);
    return store_run(s);
}

// ---- asking

// Never longer than a link is good: whoever asks on behalf of somebody else cannot keep them from having one.
static bool too_soon(const struct reset *reset, int64_t now_us) {
    int64_t minutes = PATIENCE_MINUTES << (reset->asked < 4 ? reset->asked : 4);
    if (minutes > VALID_MINUTES)
        minutes = VALID_MINUTES;
    return reset->asked > 0 && reset->asked_at <= now_us && now_us < reset->asked_at + minutes * MINUTE_US;
}

static int tell_nobody(struct mesh_call *call) {
    struct reset reset;
    int result = load(call->store, nobody, &reset);
    reset.serial++;
    reset.asked_at = call->now_us;
    return result ? result : save(call->store, nobody, &reset);
}

static int new_link(struct mesh_call *call, const struct account *account, struct reset *reset) {
    bool long_ago = call->now_us - reset->asked_at > DAY_MINUTES * MINUTE_US;
    reset->serial++;
    reset->asked = long_ago ? 1 : reset->asked + 1;
    reset->asked_at = call->now_us;
    reset->until = call->now_us + VALID_MINUTES * MINUTE_US;
    mark_password(account, reset->password);
    int result = save(call->store, account->id, reset);
    Kosi__PasswordResetAsked record = KOSI__PASSWORD_RESET_ASKED__INIT;
    record.account_id = (char *)account->id;
    record.has_serial = record.has_until = true;
    record.serial = reset->serial;
    record.until = reset->until;
    return result ? result : mesh_log(call, account->id, &record.base, NULL);
}

// Every try counts like a wrong password, but apart from those: asking for a link makes nobody wait at the sign-in of the same account.
static int slow_down(struct mesh_call *call, const char *login, uint64_t place) {
    struct attempt attempt;
    const char *name = arena_format(call->arena, "reset\n%s", login);
    int refused = name ? attempt_begin(call, name, NULL, place, &attempt) : STORE_FAULT;
    if (!refused)
        attempt_end(call, &attempt, false);
    return refused;
}

int accounts_reset_ask(struct mesh_call *call, const Kosi__ResetAskRequest *request, Kosi__ResetAskReply *reply) {
    struct account account;
    struct reset reset;
    const char *login = account_login(call->arena, request->login);
    int result = login ? slow_down(call, login, request->place) : STORE_FAULT;
    if (result)
        return result;
    reply->has_asked = reply->asked = true;
    int found = account_find(call->store, call->arena, login, &account);
    if (found > 0 && !account.disabled)
        result = load(call->store, account.id, &reset);
    if (found < 0 || result)
        return found < 0 ? found : result;
    bool may = found && !account.disabled && !too_soon(&reset, call->now_us);
    return may ? new_link(call, &account, &reset) : tell_nobody(call);
}

// ---- a new password

struct finish { struct account account; struct reset reset; char *new_hash; };

// Whose link is it, and is it still good? PROBLEM_NOT_FOUND, PROBLEM_GONE.
static int check_link(struct mesh_call *call, const char *token, struct finish *out) {
    const struct accounts *accounts = call->state;
    uint8_t bytes[ID_BYTES], mark[PASSWORD_MARK];
    char id[ID_TEXT_MAX];
    if (!id_token_peek(token, bytes))
        return PROBLEM_NOT_FOUND;
    id_text(bytes, id);
    int found = account_by_id(call->store, call->arena, id, &out->account);
    int result = found > 0 ? load(call->store, id, &out->reset) : found < 0 ? found : PROBLEM_NOT_FOUND;
    if (result)
        return result;
    if (!link_check(accounts->node_key, LINK_RESET, token, out->reset.serial, id)) {
        for (uint32_t serial = out->reset.serial; serial > 0 && out->reset.serial - serial < 20; serial--)
            if (link_check(accounts->node_key, LINK_RESET, token, serial, id))
                return PROBLEM_GONE;   // a newer one has been sent
        return PROBLEM_NOT_FOUND;
    }
    mark_password(&out->account, mark);
    bool good = out->reset.until > call->now_us && memcmp(mark, out->reset.password, sizeof mark) == 0 && !out->account.disabled;
    return good ? 0 : PROBLEM_GONE;
}

int accounts_reset_finish_slow(struct mesh_call *call, const Kosi__ResetFinishRequest *request) {
    struct finish *finish = arena_take(call->arena, sizeof *finish);
    if (!finish)
        return STORE_FAULT;
    if (!call->store)
        return PROBLEM_STARTING;
    int result = check_link(call, request->token, finish);
    if (!result)
        result = password_refuse(call, &finish->account, request->new_password);
    if (result)
        return result;
    call->prepared = finish;
    finish->new_hash = arena_take(call->arena, crypto_pwhash_STRBYTES);
    return finish->new_hash && !password_hash(request->new_password, finish->new_hash) ? 0 : STORE_FAULT;
}

// The second factor stays as it is: the link proves a mailbox, not the person.
int accounts_reset_finish(struct mesh_call *call, const Kosi__ResetFinishRequest *request, Kosi__ResetFinishReply *reply) {
    (void)reply;
    const struct finish *then = call->prepared;
    struct finish now;
    int result = check_link(call, request->token, &now);
    if (result)
        return result;
    struct account *account = &now.account;
    account->password_hash = then->new_hash;
    account->one_time_until = 0;
    account->version++;
    now.reset.until = 0;
    now.reset.asked = 0;
    result = account_change(call->store, account);
    if (!result)
        result = save(call->store, account->id, &now.reset);
    if (!result)
        result = session_remove_all(call->store, account->id, NULL);
    if (!result)
        result = audit_write(call, account->login, "ResetFinish", account->id, "password by mail; sessions ended");
    if (!result)
        log_event(LOG_INFO_, "password_reset", "account", account->id, NULL);
    return result;
}
