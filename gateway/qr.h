// qr: a QR code (ISO/IEC 18004) as the path of an SVG, one unit per module with the quiet zone around it. libqrencode makes the modules.
#pragma once
#include "services/common/base/arena.h"

// NULL when it does not fit or memory is out. *size: units of each side.
const char *qr_path(struct arena *arena, const char *text, unsigned *size);
