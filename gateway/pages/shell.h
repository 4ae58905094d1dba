// shell: what stands around every page: the city's name, menus, language, who is signed in. Filled in when a page is rendered, so that
// nothing of the site is held while a service is asked.
#pragma once
#include "gateway/pages/page.h"

// status: of the answer; pages of problems, of staff and behind secret links are not for search engines.
void shell_fill(struct request *request, int status);
