#include "gateway/gateway.h"
#include "gateway/openapi.h"
#include "gateway/pages/page.h"
#include "gateway/request.h"
#include "gateway/template.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CSS_BYTES_MAX = 256 * 1024 };

void gateway_tag(const void *bytes, size_t n, char out[TAG_MAX]) {
    static const unsigned char key[crypto_shorthash_KEYBYTES] = "kosi entity tag";   // the same in every gateway of a node
    uint64_t hash;
    crypto_shorthash((unsigned char *)&hash, bytes, n, key);
    snprintf(out, TAG_MAX, "\"%016llx\"", (unsigned long long)hash);
}

static int open_catalogue(struct gateway *gateway, enum language language, struct buf *errors) {
    const char *name = language_name(language);
    char file[512];
    snprintf(file, sizeof file, "%s/i18n/%s.mo", gateway->config->share_dir, name);
    if (access(file, R_OK) != 0)
        snprintf(file, sizeof file, "%s/%s.mo", KOSI_MO_DIR, name);
    gateway->catalogues[language] = catalogue_open(file, errors);
    if (!gateway->catalogues[language])
        return -1;
    return texts_check(gateway->catalogues[language], name, errors) ? -1 : 0;
}

// The style sheet's address holds its hash, so browsers may keep it for ever.
static int open_css(struct gateway *gateway, struct buf *errors) {
    char file[512], tag[TAG_MAX];
    snprintf(file, sizeof file, "%s/gateway/assets/kosi.css", gateway->config->share_dir);
    FILE *stream = fopen(file, "re");
    struct asset *css = &gateway->css;
    buf_init(&css->bytes, CSS_BYTES_MAX);
    char *room = stream ? buf_room(&css->bytes, CSS_BYTES_MAX / 2) : NULL;
    if (room)
        css->bytes.len = fread(room, 1, CSS_BYTES_MAX / 2, stream);
    if (stream)
        fclose(stream);
    gateway_tag(css->bytes.data, css->bytes.len, tag);
    memcpy(css->tag, tag, sizeof tag);
    snprintf(css->path, sizeof css->path, "/assets/kosi.%.12s.css", tag + 1);
    if (css->bytes.len)
        return 0;
    buf_format(errors, "%s: the style sheet can't be read. Put it there or set share_dir.\n", file);
    return -1;
}

// Both were checked when the configuration was read.
static int open_edge(struct gateway *gateway, struct buf *errors) {
    const struct config *config = gateway->config;
    networks_parse(config->trusted_proxies, &gateway->trusted);
    gateway->forwarded = strcmp(config->forwarded_header, "forwarded") == 0 ? FORWARDED_RFC7239 : FORWARDED_X_FOR;
    return config_key(config, "client", gateway->client_key, sizeof gateway->client_key, errors);
}

int gateway_open(struct gateway *gateway, const struct config *config, int slot, struct buf *errors) {
    gateway->config = config;
    gateway->slot = slot;
    int failed = open_css(gateway, errors) | open_edge(gateway, errors);
    for (int language = 0; language < LANGUAGES; language++)
        failed |= open_catalogue(gateway, (enum language)language, errors);
    if (failed || pages_open(gateway, errors))
        return -1;
    gateway->routes = routes_new(gateway->css.path);
    if (!gateway->routes)
        return -1;
    return openapi_make(gateway, errors);
}

void gateway_close(struct gateway *gateway) {
    while (gateway->spare) {
        struct request *request = gateway->spare;
        gateway->spare = request->next;
        arena_free(&request->arena);
        buf_free(&request->body);
        buf_free(&request->answer);
        free(request);
    }
    page_forget();
    template_forget_all();
    json_free(&gateway->json);
    buf_free(&gateway->css.bytes);
    buf_free(&gateway->openapi.bytes);
    if (gateway->routes)
        routes_free(&gateway->routes);
    for (int language = 0; language < LANGUAGES; language++)
        catalogue_free(&gateway->catalogues[language]);
}
