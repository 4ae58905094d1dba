// Is an entry still right? Its people say so by the secret link of the yearly mail; staff, for those who can't be asked that way.
#include "services/common/base/id.h"
#include "services/common/base/link.h"
#include "services/registry/entry.h"
#include "services/registry/freshness.h"
#include "services/registry/projection.h"
#include "services/registry/room.h"
#include "services/registry/stale.h"
#include "registry.handlers.h"

enum { GENERATION = 1 };   // links of this kind are not ended

static bool entry_of(struct mesh_call *call, const Kosi__RefreshRequest *request, char id[ID_TEXT_MAX]) {
    const struct room *room = call->state;
    return link_check(room->node_key, LINK_REFRESH, request->token, GENERATION, id);
}

static int show(const struct landscape *l, const char *id, Kosi__RefreshReply *reply) {
    int freshness, rc = entry_last(l, id, &reply->entry, &freshness);
    if (rc != 0)
        return rc;
    reply->has_due = reply->has_archived = true;
    reply->due = freshness != FRESH_SURE;
    reply->archived = freshness == FRESH_ARCHIVED;
    reply->entry->has_unconfirmed = reply->entry->unconfirmed = freshness == FRESH_MARKED || freshness == FRESH_ARCHIVED;
    return 0;
}

int registry_refresh_look(struct mesh_call *call, const Kosi__RefreshRequest *request, Kosi__RefreshReply *reply) {
    struct landscape l = registry_landscape(call);
    char id[ID_TEXT_MAX];
    return entry_of(call, request, id) ? show(&l, id, reply) : PROBLEM_NOT_FOUND;
}

// Reminders about it that are not sent yet have become pointless.
static int drop_reminders(struct mesh_call *call, char *id) {
    Kosi__ReminderDropped content = KOSI__REMINDER_DROPPED__INIT;
    content.subject_id = id;
    return mesh_log(call, id, &content.base, NULL);
}

static int confirm(struct mesh_call *call, char *id, Kosi__RefreshReply *reply) {
    struct landscape l = registry_landscape(call);
    Kosi__Entry *published;
    int rc = entry_confirm(&l, id, call->now_us, &published);
    if (rc == 0 && published != NULL) {
        rc = projection_tell_published(call, published);
        rc = rc ? rc : drop_reminders(call, id);
    }
    return rc ? rc : show(&l, id, reply);
}

int registry_refresh(struct mesh_call *call, const Kosi__RefreshRequest *request, Kosi__RefreshReply *reply) {
    char id[ID_TEXT_MAX];
    return entry_of(call, request, id) ? confirm(call, id, reply) : PROBLEM_NOT_FOUND;
}

// ---- staff

int registry_stale_entries(struct mesh_call *call, const Kosi__StaleRequest *request, Kosi__StaleReply *reply) {
    struct landscape l = registry_landscape(call);
    return stale_list(&l, call->config, request, reply);
}

int registry_confirm_entry(struct mesh_call *call, const Kosi__ConfirmEntryRequest *request, Kosi__RefreshReply *reply) {
    uint8_t binary[ID_BYTES];
    char id[ID_TEXT_MAX];
    if (!id_parse(request->id, binary))
        return PROBLEM_NOT_FOUND;
    id_text(binary, id);   // as it is stored, whatever case it was sent in
    call->audit_subject = arena_text(call->arena, id);
    call->audit_detail = "confirmed";
    return call->audit_subject != NULL ? confirm(call, id, reply) : STORE_FAULT;
}
