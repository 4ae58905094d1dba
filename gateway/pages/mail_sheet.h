// mail_sheet: a mail's HTML part as a document of its own, as a mail program shows it: with its own style, without script or images.
#pragma once
#include "gateway/request.h"

void mail_sheet_show(struct request *request, const char *html);
