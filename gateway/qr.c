#include "gateway/qr.h"
#include "services/common/base/buf.h"
#include <qrencode.h>

enum { QUIET = 4, PATH_BYTES_MAX = 256 * 1024 };

static int run_of(const QRcode *code, int x, int y) {
    int n = 0;
    while (x + n < code->width && (code->data[y * code->width + x + n] & 1))
        n++;
    return n;
}

const char *qr_path(struct arena *arena, const char *text, unsigned *size) {
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    struct buf out BUF_AUTO;
    buf_init(&out, PATH_BYTES_MAX);
    if (!code)
        return NULL;
    for (int y = 0; y < code->width; y++) {
        for (int x = 0, n; x < code->width; x += n ? n : 1) {
            n = run_of(code, x, y);
            if (n)
                buf_format(&out, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, n, n);
        }
    }
    *size = (unsigned)(code->width + 2 * QUIET);
    QRcode_free(code);
    return out.failed ? NULL : arena_text(arena, out.data);
}
