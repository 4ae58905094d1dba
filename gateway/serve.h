// serve: the library's callbacks, in the order in which a request meets them: its first line, its head, its body, its end.
#pragma once
#include <microhttpd.h>
#include <stddef.h>

void *serve_begin(void *gateway, const char *uri, struct MHD_Connection *connection);
void *serve_begin_ops(void *gateway, const char *uri, struct MHD_Connection *connection);
enum MHD_Result serve_public(void *gateway, struct MHD_Connection *connection, const char *url, const char *method,
                             const char *version, const char *data, size_t *size, void **context);
enum MHD_Result serve_ops(void *gateway, struct MHD_Connection *connection, const char *url, const char *method,
                          const char *version, const char *data, size_t *size, void **context);
void serve_end(void *gateway, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode code);
