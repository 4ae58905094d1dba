// asking: a mail that has an unconfirmed address confirmed leaves a trace in the proof of consent: when it asked, and with which words.
// Returns 0 or a negative store_error.
#pragma once
#include "services/notifications/contact.h"

// number: of the mail as ledger_owe() gave it. One that has to wait for its ration has not asked anybody yet.
int asking_record(struct mesh_call *call, const struct contact *contact, const char *language, uint64_t number);
