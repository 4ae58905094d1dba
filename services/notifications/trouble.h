// trouble: routes whose server cannot be used at present, as the senders say, and boxes of returned mails that cannot be read. Kept in
// the database, so that every worker can show them.
// Functions return 0 or a negative store_error.
#pragma once
#include "services/common/mesh/mesh.h"

// What this sender says takes the place of what it said before.
int trouble_note(struct mesh_call *call, const Kosi__LeaseRequest *request);
// What a sender in this slot said is forgotten.
int trouble_forget(struct mesh_call *call, uint32_t slot);
// The routes, by name, each once; at most 100, in the arena.
int trouble_list(struct mesh_call *call, char ***routes, size_t *count);
// Of the boxes, by their settings ("returned_imap"); what is told takes the place of what was told before.
int trouble_note_boxes(struct mesh_call *call, char *const *boxes, size_t count);
int trouble_boxes(struct mesh_call *call, char ***boxes, size_t *count);
