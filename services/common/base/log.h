// log: one line per event on standard error, logfmt: `ts=… level=info daemon=submissions-1 event=started trace=… key=value …`.
// Values are quoted and escaped where needed. Never personal data, never secrets, never request bodies.
// Lines are gathered and written at once by log_flush() (the loops call it once a turn; warn and error flush themselves).
// Into a pipe (a logger) not waiting for long: lines that nobody takes are lost, and counted by a `log_lost` line afterwards.
#pragma once
#include <stdint.h>

enum log_level { LOG_DEBUG_, LOG_INFO_, LOG_WARN_, LOG_ERROR_ };

void log_open(const char *daemon, enum log_level least);
void log_flush(void);
// Fields come as name, value pairs of const char *, ended by NULL: log_event(LOG_INFO_, "started", "port", "8081", NULL);
void log_event(enum log_level level, const char *event, ...) __attribute__((sentinel));
// The trace id that following lines of this thread carry; NULL for none.
void log_trace(const uint8_t trace_id[16]);
// A number as text for a field, in one of a few rotating buffers of this thread.
const char *log_number(int64_t n);
