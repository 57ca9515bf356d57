/* SPDX-License-Identifier: MIT */
/* utf8.c: the table of RFC 3629 section 4 as ranges of the first and the second octet. */
#include "intake/utf8.h"

#include "base/bytes.h"

#include <stdbool.h>
#include <string.h>

/* First octets, the second octets they allow, and the length of the character. */
static const struct {
    uint8_t first_low, first_high, second_low, second_high, length;
} forms[] = {
    {0xc2, 0xc2, 0xa0, 0xbf, 2}, /* U+0080..U+009F are control characters */
    {0xc3, 0xdf, 0x80, 0xbf, 2},
    {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3},
    {0xed, 0xed, 0x80, 0x9f, 3}, /* no surrogates */
    {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4},
    {0xf4, 0xf4, 0x80, 0x8f, 4}, /* up to U+10FFFF */
};

void utf8_init(struct utf8 *u)
{
    u->have = 0;
    u->need = 0;
}

size_t utf8_end(struct utf8 *u, uint8_t out[4])
{
    size_t made = u->have;

    memset(out, '?', made);
    u->have = 0;
    return made;
}

static uint8_t length_of(uint8_t first)
{
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        if (first >= forms[i].first_low && first <= forms[i].first_high)
            return forms[i].length;
    }
    return 0;
}

/* Whether `octet` may follow what is there. */
static bool continues(const struct utf8 *u, uint8_t octet)
{
    if (u->have > 1)
        return (octet & 0xc0) == 0x80;
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        if (u->octets[0] >= forms[i].first_low && u->octets[0] <= forms[i].first_high)
            return octet >= forms[i].second_low && octet <= forms[i].second_high;
    }
    return false;
}

static size_t add_first(struct utf8 *u, uint8_t octet, uint8_t *out)
{
    bool plain =
        (octet >= 0x20 && octet < 0x7f) || octet == '\t' || octet == '\r' || octet == '\n';

    u->need = length_of(octet);
    if (u->need == 0) {
        out[0] = plain ? octet : '?';
        return 1;
    }
    u->octets[0] = octet;
    u->have = 1;
    return 0;
}

size_t utf8_add(struct utf8 *u, uint8_t octet, uint8_t out[4])
{
    size_t made = 0;

    if (u->have > 0 && !continues(u, octet))
        made = utf8_end(u, out);
    if (u->have == 0)
        return made + add_first(u, octet, out + made);
    u->octets[u->have++] = octet;
    if (u->have < u->need)
        return 0;
    memcpy(out, u->octets, u->need);
    u->have = 0;
    return u->need;
}
