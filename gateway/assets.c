#include "gateway/assets.h"
#include "gateway/respond.h"
#include "gateway/site.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ASSETS_MAX = 64, ASSET_BYTES_MAX = 1024 * 1024 };

struct assets {
    struct asset_file files[ASSETS_MAX];
    char paths[ASSETS_MAX][ASSET_NAME_MAX + 16];
    int count;
};

static const struct { const char *ending, *type; } types[] = {
    {".css", "text/css; charset=utf-8"}, {".svg", "image/svg+xml"}, {".woff2", "font/woff2"}, {".js", "text/javascript; charset=utf-8"},
};
static const struct { const char *ending, *name; } encodings[ASSET_ENCODINGS] = {{"", NULL}, {".gz", "gzip"}, {".br", "br"}};

static const char *type_of(const char *name) {
    size_t n = strlen(name);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t length = strlen(types[i].ending);
        if (n > length && strcmp(name + n - length, types[i].ending) == 0)
            return types[i].type;
    }
    return NULL;
}

// 0; 1: not there; -1: can't be read or too big.
static int read_file(const char *path, struct buf *out) {
    FILE *stream = fopen(path, "re");
    if (!stream)
        return 1;
    buf_init(out, ASSET_BYTES_MAX);
    char chunk[16 * 1024];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, stream)) > 0;)
        buf_add(out, chunk, n);
    bool failed = ferror(stream) || out->failed || out->len == 0;
    fclose(stream);
    return failed ? -1 : 0;
}

static int read_encodings(const char *folder, struct asset_file *file) {
    for (int e = 0; e < ASSET_ENCODINGS; e++) {
        char path[600];
        snprintf(path, sizeof path, "%s/%s%s", folder, file->name, encodings[e].ending);
        int rc = read_file(path, &file->bytes[e]);
        if (rc < 0 || (rc > 0 && e == ASSET_PLAIN))
            return -1;
        if (rc == 0)
            gateway_tag(file->bytes[e].data, file->bytes[e].len, file->tags[e]);
    }
    return 0;
}

static int is_asset(const struct dirent *entry) { return entry->d_name[0] != '.' && type_of(entry->d_name) != NULL; }

static int add_file(struct assets *assets, const char *folder, const char *name, struct buf *errors) {
    struct asset_file *file = &assets->files[assets->count];
    if (strlen(name) >= ASSET_NAME_MAX) {
        buf_format(errors, "%s/%s: the name is too long. Shorten it.\n", folder, name);
        return -1;
    }
    snprintf(file->name, sizeof file->name, "%.*s", ASSET_NAME_MAX - 1, name);
    snprintf(assets->paths[assets->count], sizeof assets->paths[0], "/assets/%.*s", ASSET_NAME_MAX - 1, name);
    file->type = type_of(name);
    assets->count++;
    if (read_encodings(folder, file) == 0)
        return 0;
    buf_format(errors, "%s/%s: can't be read, is empty or too big. Build the assets again.\n", folder, name);
    return -1;
}

struct assets *assets_open(const char *folder, struct buf *errors) {
    struct assets *assets = calloc(1, sizeof *assets);
    struct dirent **found = NULL;
    int count = assets ? scandir(folder, &found, is_asset, alphasort) : -1, failed = 0;
    if (count <= 0 || count > ASSETS_MAX) {
        buf_format(errors, "%s: there are no assets, or more than %d. Build them (cmake --build …) or set share_dir.\n", folder, ASSETS_MAX);
        failed = -1;
    }
    for (int i = 0; i < count; i++) {
        failed |= failed ? 0 : add_file(assets, folder, found[i]->d_name, errors);
        free(found[i]);
    }
    free(found);
    if (failed && assets)
        assets_free(&assets);
    return assets;
}

void asset_free(struct asset_file *file) {
    for (int e = 0; e < ASSET_ENCODINGS; e++)
        buf_free(&file->bytes[e]);
}

void assets_free(struct assets **assets) {
    for (int i = 0; *assets && i < (*assets)->count; i++)
        asset_free(&(*assets)->files[i]);
    free(*assets);
    *assets = NULL;
}

int asset_make(struct asset_file *file, const char *stem, const char *ending, const void *bytes, size_t size) {
    buf_init(&file->bytes[ASSET_PLAIN], ASSET_BYTES_MAX);
    buf_add(&file->bytes[ASSET_PLAIN], bytes, size);
    gateway_tag(bytes, size, file->tags[ASSET_PLAIN]);
    snprintf(file->name, sizeof file->name, "%s.%.12s.%s", stem, file->tags[ASSET_PLAIN] + 1, ending);
    file->type = type_of(file->name);
    return file->bytes[ASSET_PLAIN].failed || !file->type ? -1 : 0;
}

// "kosi.css" is "kosi.<hash>.css"
static bool is_called(const char *file, const char *name) {
    const char *dot = strrchr(name, '.'), *first = strchr(file, '.'), *last = strrchr(file, '.');
    size_t stem = dot ? (size_t)(dot - name) : 0;
    return dot && first && last != first && (size_t)(first - file) == stem && memcmp(file, name, stem) == 0 && strcmp(last, dot) == 0;
}

const char *assets_path(const struct assets *assets, const char *name) {
    for (int i = 0; i < assets->count; i++)
        if (is_called(assets->files[i].name, name))
            return assets->paths[i];
    return NULL;
}

// ---- which encoding

// q=0 refuses a coding; other weights don't matter among so few.
static bool is_refused(const char *weight, size_t n) {
    const char *q = memmem(weight, n, "q=", 2);
    if (!q)
        return false;
    size_t digits = strspn(q + 2, "0.");
    return digits > 0 && (q + 2 + digits >= weight + n || !strchr("123456789", q[2 + digits]));
}

enum asset_encoding asset_encoding_for(const char *accepted, unsigned there) {
    bool taken[ASSET_ENCODINGS] = {true}, refused[ASSET_ENCODINGS] = {false}, any = false;
    while (accepted && *accepted) {
        accepted += strspn(accepted, " ,\t");
        size_t n = strcspn(accepted, ","), name = strcspn(accepted, ",; \t");
        bool no = is_refused(accepted + name, n - name);
        any |= name == 1 && *accepted == '*' && !no;
        for (int e = ASSET_GZIP; e < ASSET_ENCODINGS; e++) {
            if (strlen(encodings[e].name) != name || strncasecmp(accepted, encodings[e].name, name) != 0)
                continue;
            taken[e] = !no;
            refused[e] = no;
        }
        accepted += n;
    }
    for (int e = ASSET_ENCODINGS - 1; e > ASSET_PLAIN; e--)
        if (there & 1u << e && (taken[e] || (any && !refused[e])))
            return (enum asset_encoding)e;
    return ASSET_PLAIN;
}

// ---- serving

static void serve_file(struct request *r, const struct asset_file *file) {
    unsigned there = 0;
    for (int e = 0; e < ASSET_ENCODINGS; e++)
        there |= file->bytes[e].len ? 1u << e : 0;
    enum asset_encoding encoding = asset_encoding_for(request_header(r, "Accept-Encoding"), there);
    respond_header(r, "Cache-Control", "public, max-age=31536000, immutable");
    if (there != 1u << ASSET_PLAIN)
        respond_header(r, "Vary", "Accept-Encoding");
    respond_header(r, "Content-Encoding", encodings[encoding].name);
    respond_tagged(r, file->type, file->bytes[encoding].data, file->bytes[encoding].len, file->tags[encoding]);
}

// The city's own files may be replaced while the answer is on its way (SIGHUP): the answer holds a copy.
static void serve_city_file(struct request *r, const struct asset_file *file) {
    const struct buf *bytes = &file->bytes[ASSET_PLAIN];
    buf_clear(&r->answer);
    buf_add(&r->answer, bytes->data, bytes->len);
    respond_header(r, "Cache-Control", "public, max-age=31536000, immutable");
    respond_tagged(r, file->type, r->answer.data, r->answer.len, file->tags[ASSET_PLAIN]);
}

void serve_asset(struct request *r) {
    const char *name = route_variable(&r->match, "file");
    const struct assets *assets = r->gateway->assets;
    for (int i = 0; name && i < assets->count; i++)
        if (strcmp(assets->files[i].name, name) == 0) {
            serve_file(r, &assets->files[i]);
            return;
        }
    const struct asset_file *own = name ? site_asset(r->gateway->site, name) : NULL;
    if (own)
        serve_city_file(r, own);
    else
        respond_problem(r, PROBLEM_NOT_FOUND, NULL);
}
