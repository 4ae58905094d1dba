// preferences: what a contact's reader may choose: themes, districts, how often, language. Consents are none of it (consent.h).
#pragma once
#include "services/notifications/contact.h"

struct preferences {
    char **themes, **districts;   // ids; none: all
    size_t theme_count, district_count;
    const char *frequency;        // "weekly", "monthly"; NULL when saving: as it is
    const char *language;         // the same
};
// Adds what cannot be chosen to the call's violations.
void preferences_check(struct mesh_call *call, const struct preferences *preferences);
// 0, PROBLEM_NOT_FOUND or a store_error
int preferences_load(struct mesh_call *call, const struct contact *contact, struct preferences *out);
int preferences_save(struct mesh_call *call, const struct contact *contact, const struct preferences *preferences);
