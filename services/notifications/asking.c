#include "services/notifications/asking.h"
#include "services/notifications/consent.h"
#include "services/notifications/mail_life.h"

int asking_record(struct mesh_call *call, const struct contact *contact, const char *language, uint64_t number) {
    if (contact->state != CONTACT_UNCONFIRMED || number == 0)
        return 0;
    struct store_statement *s = store_prepare(call->store, "SELECT id FROM mail WHERE n = ?1 AND state = ?2");
    store_bind_int(s, 1, (int64_t)number);
    store_bind_int(s, 2, MAIL_OWED);
    int row = store_step(s);
    const char *mail = row == 1 ? arena_text(call->arena, store_text(s, 0)) : NULL;
    store_reset(s);
    return row < 0 ? row : consent_request(call, contact, "mail", language, mail);
}
