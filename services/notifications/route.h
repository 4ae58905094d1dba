// route: which mail server takes the mails for an address. "default" is mail_server; further routes are named by the domain they are for
// (setting mail_routes: "example.net=smtp://127.0.0.1:2525, ..."). Each route has connections, pace and troubles of its own, so that one
// slow or broken server holds up nobody else.
#pragma once
#include "services/common/base/buf.h"
#include "services/common/base/config.h"

enum { ROUTES_MOST = 32 };
struct route { char name[100], server[200]; };
struct routes { struct route items[ROUTES_MOST]; int count; };

// 0, or -1 with "FILE: reason. Remedy." in errors. No server at all is fine: then there are no routes, and mails wait.
int routes_read(const struct config *config, struct routes *out, struct buf *errors);
// The password for mail_user, from DATA/keys/mail.password; "" without mail_user. 0, or -1 with the reason in errors: it is missing, others
// can read it, or it would go over the wire in clear.
int routes_password(const struct config *config, char *out, size_t size, struct buf *errors);
// The name of the route for an address ("default" when nothing else fits, also when there is no server).
const char *routes_for(const struct routes *routes, const char *address);
