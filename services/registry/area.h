// area: a box on the map as tokens of the search index. A point has one token per grid (seven grids, each four times coarser than
// the one before); a box is covered by the cells of the finest grid that needs only a few. So a box is part of the index's
// intersection like any filter, and only points near its border need a closer look.
#pragma once
#include "services/common/base/buf.h"

struct area { double west, south, east, north; };

// "west,south,east,north" in degrees, south <= north; west > east crosses the date line. False if it is none.
bool area_parse(const char *text, struct area *out);
bool area_holds(const struct area *area, double lat, double lon);
// Appends a point's tokens, separated by blanks.
void area_point_tokens(double lat, double lon, struct buf *out);
// Appends the box as a condition of the index: ("geo_2_31_401" OR ...).
void area_match(const struct area *area, struct buf *out);
