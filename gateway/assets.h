// assets: files for browsers (style sheet, fonts), made by the build (deploy/cmake/assets.py) and read once at start. Their names hold
// their hash, so browsers may keep them for ever; what lies beside them as NAME.br and NAME.gz goes to those who accept it.
#pragma once
#include "gateway/request.h"

enum { ASSET_NAME_MAX = 80, ASSET_TAG_MAX = 24 };
enum asset_encoding { ASSET_PLAIN, ASSET_GZIP, ASSET_BROTLI, ASSET_ENCODINGS };

struct asset_file {
    char name[ASSET_NAME_MAX];                  // "kosi.0123456789ab.css"
    const char *type;                           // of its content
    struct buf bytes[ASSET_ENCODINGS];          // empty: not there
    char tags[ASSET_ENCODINGS][ASSET_TAG_MAX];
};
struct assets;

// All files of a folder. NULL with a line per error when it has none, too many, or some that can't be read.
struct assets *assets_open(const char *folder, struct buf *errors);
void assets_free(struct assets **assets);
// "kosi.css" -> "/assets/kosi.0123456789ab.css", as long as the assets live; NULL: there is none.
const char *assets_path(const struct assets *assets, const char *name);
// A file made by the gateway itself ("city", "css"): its name gets the hash. 0 or -1: too big or out of memory.
int asset_make(struct asset_file *file, const char *stem, const char *ending, const void *bytes, size_t size);
void asset_free(struct asset_file *file);
// GET /assets/{file}
void serve_asset(struct request *request);

// The best of the encodings a client takes (Accept-Encoding, RFC 9110 12.5.3) among those that there are (bits 1 << asset_encoding).
enum asset_encoding asset_encoding_for(const char *accepted, unsigned there);
