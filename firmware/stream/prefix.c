/* SPDX-License-Identifier: MIT */
/* prefix.c: networks as "address/length". */
#include "stream/prefix.h"

#include <string.h>

bool prefix_read(const char *network, struct prefix *prefix)
{
    struct cursor c = cursor_over(network, strlen(network));
    uint32_t bits;

    prefix->count = ip_read(&c, prefix->octets);
    bits = (uint32_t)prefix->count * 8;
    if (bits == 0 || (cursor_skip(&c, '/') && !cursor_decimal(&c, bits, &bits)))
        return false;
    prefix->bits = (uint8_t)bits;
    return c.left == 0 || cursor_peek(&c) == ' ';
}

bool prefix_holds(const struct prefix *prefix, const uint8_t *octets, size_t count)
{
    size_t whole = prefix->bits / 8;
    unsigned mask = 0xff00U >> (prefix->bits % 8) & 0xff;

    if (count != prefix->count || memcmp(octets, prefix->octets, whole) != 0)
        return false;
    return mask == 0 || ((octets[whole] ^ prefix->octets[whole]) & mask) == 0;
}
