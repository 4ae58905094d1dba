// gauges: the figures a service's writer tells about itself (mesh_gauge), on their way to the operator with its state.
#pragma once
#include "services/common/base/arena.h"
#include "kosi/envelope.pb-c.h"

enum { GAUGES_MOST = 32 };
struct gauge { const char *name; int64_t value; int flags; };
struct gauges { int count; struct gauge items[GAUGES_MOST]; };

size_t gauges_states(const struct gauges *gauges, struct arena *arena, Kosi__GaugeState *out[GAUGES_MOST]);
