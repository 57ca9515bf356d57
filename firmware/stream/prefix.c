/* SPDX-License-Identifier: MIT */
/* prefix.c: networks as "address/length". */
#include "stream/prefix.h"

#include "base/cursor.h"

#include <string.h>

#define LENGTH_MAX 128

static bool ends(const struct cursor *c)
{
    return c->left == 0 || cursor_peek(c) == ' ';
}

bool prefix_split(const char *network, char *address, size_t size, uint8_t *length)
{
    struct cursor rest = cursor_over(network, strlen(network));
    size_t used = 0;
    uint32_t number = PREFIX_WHOLE;

    while (!ends(&rest) && cursor_peek(&rest) != '/') {
        if (used == size - 1)
            return false;
        address[used++] = (char)cursor_next(&rest);
    }
    address[used] = '\0';
    if (cursor_skip(&rest, '/') && !cursor_decimal(&rest, LENGTH_MAX, &number))
        return false;
    *length = (uint8_t)number;
    return used > 0 && ends(&rest);
}

bool prefix_same(const uint8_t *a, const uint8_t *b, size_t octets, uint8_t length)
{
    size_t bits = length == PREFIX_WHOLE ? octets * 8 : length;
    size_t whole = bits / 8;
    unsigned mask = 0xff00U >> (bits % 8) & 0xff;

    if (bits > octets * 8 || memcmp(a, b, whole) != 0)
        return false;
    return mask == 0 || ((a[whole] ^ b[whole]) & mask) == 0;
}
