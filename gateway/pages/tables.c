#include "gateway/pages/page.h"

const struct page_row *const page_tables[] = {start_pages, sign_in_pages, form_pages, submission_pages, landscape_pages, NULL};
