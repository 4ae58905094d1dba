// respond: how answers are put together. Every path of a request ends in exactly one respond_…() call.
#pragma once
#include "gateway/request.h"

// name is static, value lives as long as the request.
void respond_header(struct request *request, const char *name, const char *value);
// bytes live as long as the request (its own `answer` buffer) or longer.
void respond_bytes(struct request *request, int status, const char *content_type, const void *bytes, size_t size);
// The same with an entity tag: 304 without a body when the client has these bytes already.
void respond_tagged(struct request *request, const char *content_type, const void *bytes, size_t size, const char *tag);
// Has it been said that everyone may have this answer?
bool respond_is_public(const struct request *request);
void respond_redirect(struct request *request, const char *path);
// A refusal with the request's violations: problem+json for the API, a page otherwise. detail: technical, English, or NULL.
void respond_problem(struct request *request, int outcome, const char *detail);
// A refusal as a service told it. on_get: an unfit value is a bad parameter there.
void respond_reply_problem(struct request *request, const struct client_reply *reply);
// Reads the Problem of a reply into the request's violations. Returns the outcome and the detail.
int respond_read_problem(struct request *request, const struct client_reply *reply, const char **detail);
// The text for one field's problem in the request's language.
const char *respond_field_text(struct request *request, const Kosi__FieldProblem *problem);
// Writes the finished answer to the socket itself, while the library still waits for a body that has no end; then nothing more.
void respond_early(struct request *request, int fd);
// Hands the finished answer to the HTTP library.
enum MHD_Result respond_queue(struct request *request);
