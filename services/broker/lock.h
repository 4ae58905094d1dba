// lock: one broker per endpoint. Binding an ipc path takes it over silently, so a second broker waits here until the first is
// gone.
#pragma once

// Takes the lock on the file, waiting as long as it must. Returns its descriptor (held until closed or the process ends), -1
// with errno set, or -2 when signal_fd became readable meanwhile.
int lock_wait(const char *file, int signal_fd);
