// reader: small things said to, or kept about, the person behind an address.
#pragma once
#include "services/notifications/contact.h"

// "m…@example.org": enough for its owner to recognise. NULL: out of memory.
char *reader_hint(struct mesh_call *call, const char *address);
// One fact for a mail's text. NULL: out of memory.
Kosi__MailFacts *reader_facts(struct mesh_call *call, const char *name, const char *value);
// mesh_service.derive: the token of the preferences' link, which is stored nowhere.
void notifications_derive(struct mesh_call *call, const struct contract_method *method, ProtobufCMessage *reply);
