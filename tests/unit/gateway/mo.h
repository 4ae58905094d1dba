// A compiled catalogue for tests, written as msgfmt would: pairs sorted by id.
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static inline void mo_write(const char *file, const char *const pairs[][2], uint32_t count) {
    FILE *out = fopen(file, "w");
    uint32_t head[7] = {0x950412de, 0, count, 28, 28 + 8 * count, 0, 28 + 16 * count};
    fwrite(head, sizeof head, 1, out);
    uint32_t offset = 28 + 16 * count;
    for (int column = 0; column < 2; column++)
        for (uint32_t i = 0; i < count; i++) {
            uint32_t row[2] = {(uint32_t)strlen(pairs[i][column]), offset};
            fwrite(row, sizeof row, 1, out);
            offset += row[0] + 1;
        }
    for (int column = 0; column < 2; column++)
        for (uint32_t i = 0; i < count; i++)
            fwrite(pairs[i][column], strlen(pairs[i][column]) + 1, 1, out);
    fclose(out);
}
