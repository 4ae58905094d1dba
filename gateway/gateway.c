#include "gateway/gateway.h"
#include "gateway/openapi.h"
#include "gateway/pages/page.h"
#include "gateway/request.h"
#include "gateway/site.h"
#include "gateway/template.h"
#include "services/common/base/log.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAGES_MOST = 512, PAGES_BYTES = 8 * 1024 * 1024 };   // of the page cache

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

static int open_assets(struct gateway *gateway, struct buf *errors) {
    char folder[512];
    snprintf(folder, sizeof folder, "%s/assets", gateway->config->share_dir);
    gateway->assets = assets_open(access(folder, R_OK) == 0 ? folder : KOSI_ASSET_DIR, errors);
    return gateway->assets ? 0 : -1;
}

static struct limiter_rate rate_of(int count, int seconds, int burst_seconds) {
    if (count == 0)
        return (struct limiter_rate){0};
    return (struct limiter_rate){.each_us = (int64_t)seconds * 1000000 / count, .burst_us = (int64_t)burst_seconds * 1000000};
}

// Both were checked when the configuration was read.
static int open_edge(struct gateway *gateway, struct buf *errors) {
    const struct config *config = gateway->config;
    networks_parse(config->trusted_proxies, &gateway->trusted);
    gateway->forwarded = strcmp(config->forwarded_header, "forwarded") == 0 ? FORWARDED_RFC7239 : FORWARDED_X_FOR;
    const struct limiter_rate rates[LIMITS] = {[LIMIT_READS] = rate_of(config->reads_per_second, 1, 10),
                                               [LIMIT_WRITES] = rate_of(config->writes_per_minute, 60, 60)};
    gateway->limiter = limiter_new(rates);
    if (!gateway->limiter)
        return -1;
    return config_key(config, "client", gateway->client_key, sizeof gateway->client_key, errors);
}

int gateway_open(struct gateway *gateway, const struct config *config, int slot, struct buf *errors) {
    gateway->config = config;
    gateway->slot = slot;
    int failed = open_assets(gateway, errors) | open_edge(gateway, errors);
    gateway->site = site_open(config, errors);
    failed |= gateway->site ? 0 : -1;
    for (int language = 0; language < LANGUAGES; language++)
        failed |= open_catalogue(gateway, (enum language)language, errors);
    if (failed || pages_open(gateway, errors))
        return -1;
    gateway->pages = page_cache_new(PAGES_MOST, PAGES_BYTES);
    gateway->routes = routes_new();
    if (!gateway->routes || !gateway->pages)
        return -1;
    return openapi_make(gateway, errors);
}

void gateway_reload(struct gateway *gateway) {
    struct buf errors BUF_AUTO;
    buf_init(&errors, 0);
    struct site *fresh = site_open(gateway->config, &errors);
    if (fresh) {
        site_free(&gateway->site);
        gateway->site = fresh;
    }
    log_event(fresh ? LOG_INFO_ : LOG_ERROR_, fresh ? "site_read_again" : "site_kept", "reason", errors.len ? errors.data : "", NULL);
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
    page_cache_free(&gateway->pages);
    template_forget_all();
    json_free(&gateway->json);
    limiter_free(&gateway->limiter);
    free(gateway->packing);
    assets_free(&gateway->assets);
    site_free(&gateway->site);
    buf_free(&gateway->openapi.bytes);
    if (gateway->routes)
        routes_free(&gateway->routes);
    for (int language = 0; language < LANGUAGES; language++)
        catalogue_free(&gateway->catalogues[language]);
}
