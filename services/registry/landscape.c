#include "services/registry/landscape.h"

char *landscape_url(const struct landscape *landscape, const char *entry_id) {
    return arena_format(landscape->arena, "%s/landschaft/%s", landscape->public_url, entry_id);
}
