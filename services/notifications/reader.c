#include "services/notifications/reader.h"
#include <string.h>

char *reader_hint(struct mesh_call *call, const char *address) {
    const char *at = strrchr(address, '@');
    return arena_format(call->arena, "%.1s…%s", address, at != NULL ? at : "");
}

Kosi__MailFacts *reader_facts(struct mesh_call *call, const char *name, const char *value) {
    Kosi__MailFacts *facts = arena_take(call->arena, sizeof *facts);
    Kosi__MailFact *fact = arena_take(call->arena, sizeof *fact), **list = arena_take(call->arena, sizeof *list);
    if (facts == NULL || fact == NULL || list == NULL)
        return NULL;
    kosi__mail_facts__init(facts);
    kosi__mail_fact__init(fact);
    fact->name = arena_text(call->arena, name);
    fact->value = arena_text(call->arena, value);
    *list = fact;
    facts->facts = list;
    facts->n_facts = 1;
    return fact->name != NULL && fact->value != NULL ? facts : NULL;
}
