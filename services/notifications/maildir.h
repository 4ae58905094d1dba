// maildir: a folder in which a mail server puts letters, one a file, new ones in new/; what was dealt with is in cur/.
#pragma once
#include "services/notifications/returned_box.h"

// Hands over what is new, the oldest first. Returns how many were marked, or -1 (errno): the folder, or a letter in it, cannot be read.
int maildir_look(const char *folder, box_taker *take, void *owner);
