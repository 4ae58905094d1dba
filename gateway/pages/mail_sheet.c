#include "gateway/pages/mail_sheet.h"
#include "gateway/respond.h"
#include <string.h>

// What stands around it is ours; its style stands in it, since mail programs fetch none.
static const char policy[] = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

void mail_sheet_show(struct request *r, const char *html) {
    respond_header(r, "Content-Security-Policy", policy);
    respond_header(r, "Referrer-Policy", "no-referrer");
    respond_bytes(r, 200, "text/html; charset=utf-8", html ? html : "", html ? strlen(html) : 0);
}
