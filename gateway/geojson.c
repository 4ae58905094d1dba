#include "gateway/geojson.h"
#include "services/common/base/json.h"
#include "services/common/contract/json_walk.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char geojson_type[] = "application/geo+json";

// The weight of a type named in the header, in thousandths; -1: not named.
static int weight_of(const char *accept, const char *type) {
    int best = -1;
    for (const char *item = accept; *item;) {
        item += strspn(item, " ,\t");
        size_t n = strcspn(item, ","), name = strcspn(item, ",; \t");
        if (name == strlen(type) && strncasecmp(item, type, name) == 0) {
            const char *q = memmem(item, n, "q=", 2);
            double weight = q ? strtod(q + 2, NULL) : 1;
            best = weight <= 0 ? 0 : weight >= 1 ? 1000 : (int)(weight * 1000);
        }
        item += n;
    }
    return best;
}

bool geojson_wanted(const char *accept) {
    int own = accept ? weight_of(accept, geojson_type) : -1;
    return own > 0 && own >= weight_of(accept, "application/json");
}

static void write_geometry(struct json_writer *w, const Kosi__Point *point) {
    json_key(w, "geometry");
    if (!point) {
        json_null(w);
        return;
    }
    json_begin_object(w);
    json_key(w, "type");
    json_string(w, "Point");
    json_key(w, "coordinates");
    json_begin_array(w);
    json_real(w, point->lon);
    json_real(w, point->lat);
    json_end_array(w);
    json_end_object(w);
}

static void write_feature(struct json_writer *w, Kosi__Entry *entry) {
    json_begin_object(w);
    json_key(w, "type");
    json_string(w, "Feature");
    json_key(w, "id");
    json_string(w, entry->id);
    write_geometry(w, entry->point);
    entry->point = NULL;
    json_key(w, "properties");
    message_to_json(contract_message_of(&kosi__entry__descriptor), &entry->base, w->out);
    w->need_comma = true;
    json_end_object(w);
}

void geojson_write(const Kosi__EntryListReply *list, struct buf *out) {
    struct json_writer w = {.out = out};
    json_begin_object(&w);
    json_key(&w, "type");
    json_string(&w, "FeatureCollection");
    json_key(&w, "features");
    json_begin_array(&w);
    for (size_t i = 0; i < list->n_items; i++)
        write_feature(&w, list->items[i]);
    json_end_array(&w);
    if (list->next_page_token && *list->next_page_token) {
        json_key(&w, "next_page_token");
        json_string(&w, list->next_page_token);
    }
    json_key(&w, "total");
    json_integer(&w, list->total);
    json_end_object(&w);
}
