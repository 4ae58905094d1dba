#include "services/registry/area.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GRIDS = 7, CELLS_MAX = 40 };
static const double finest_degrees = 0.01;   // about a kilometre

static double cell_degrees(int grid) {
    return finest_degrees * (double)(1 << (2 * grid));
}
static int cell(double degrees, int grid) {
    return (int)floor(degrees / cell_degrees(grid));
}

static bool number(const char **text, char end, double least, double most, double *out) {
    char *rest;
    size_t n = strspn(*text, "+-.0123456789eE");   // strtod also takes blanks, "inf", "nan" and 0x1p3
    *out = strtod(*text, &rest);
    if (n == 0 || rest != *text + n || *rest != end || !(*out >= least && *out <= most))
        return false;
    *text = rest + 1;
    return true;
}

bool area_parse(const char *text, struct area *out) {
    return number(&text, ',', -180, 180, &out->west) && number(&text, ',', -90, 90, &out->south) &&
           number(&text, ',', -180, 180, &out->east) && number(&text, '\0', -90, 90, &out->north) && out->south <= out->north;
}

bool area_holds(const struct area *area, double lat, double lon) {
    bool inside = area->west <= area->east ? lon >= area->west && lon <= area->east : lon >= area->west || lon <= area->east;
    return inside && lat >= area->south && lat <= area->north;
}

void area_point_tokens(double lat, double lon, struct buf *out) {
    for (int grid = 0; grid < GRIDS; grid++)
        buf_format(out, " geo_%d_%d_%d", grid, cell(lat, grid), cell(lon, grid));
}

static int cells_needed(const struct area *a, int grid) {
    double rows = cell(a->north, grid) - cell(a->south, grid) + 1;
    double columns = cell(a->east, grid) - cell(a->west, grid) + 1;
    return rows * columns > CELLS_MAX ? CELLS_MAX + 1 : (int)(rows * columns);
}

static void cover(const struct area *a, bool *first, struct buf *out) {
    int grid = 0;
    while (grid < GRIDS - 1 && cells_needed(a, grid) > CELLS_MAX)
        grid++;
    for (int row = cell(a->south, grid); row <= cell(a->north, grid); row++)
        for (int column = cell(a->west, grid); column <= cell(a->east, grid); column++) {
            buf_format(out, "%s\"geo_%d_%d_%d\"", *first ? "" : " OR ", grid, row, column);
            *first = false;
        }
}

void area_match(const struct area *area, struct buf *out) {
    bool first = true;
    buf_char(out, '(');
    if (area->west <= area->east) {
        cover(area, &first, out);
    } else {   // two boxes, one on each side of the date line
        cover(&(struct area){area->west, area->south, 180, area->north}, &first, out);
        cover(&(struct area){-180, area->south, area->east, area->north}, &first, out);
    }
    buf_char(out, ')');
}
