// imap_box: a folder on a mail server, looked at by IMAP (libcurl). Only multipart/report letters that are not answered yet are fetched,
// so what people write there stays untouched.
#pragma once
#include "services/notifications/returned_box.h"

// Hands over what the setting returned_imap leads to, the oldest first. Returns how many were marked, or -1 with the reason.
enum { IMAP_REASON_MAX = 200 };
int imap_box_look(const struct config *config, const struct beside *beside, box_taker *take, void *owner, char reason[IMAP_REASON_MAX]);
// Nobody on the way could read the password: 0, or -1 with "FILE: reason. Remedy."
int imap_box_safe(const struct config *config, struct buf *errors);
// The password in DATA/keys/imap.password can be used: 0, or -1 with "FILE: reason. Remedy."
int imap_box_check(const struct config *config, struct buf *errors);
