/* SPDX-License-Identifier: MIT */
/* ip_text.c: IP addresses read and written. */
#include "base/ip_text.h"

#include <string.h>

#define GROUPS 8
#define NO_GAP SIZE_MAX

/* ---- Reading ----------------------------------------------------------------------------- */

bool ip_read_v4(struct cursor *c, uint8_t octets[IPV4_OCTETS])
{
    struct cursor tried = *c;

    for (unsigned part = 0; part < IPV4_OCTETS; part++) {
        size_t before;
        uint32_t value;

        if (part > 0 && !cursor_skip(&tried, '.'))
            return false;
        before = tried.left;
        if (!cursor_decimal(&tried, 255, &value) || before - tried.left > 3)
            return false;
        octets[part] = (uint8_t)value;
    }
    *c = tried;
    return true;
}

static bool read_group(struct cursor *c, uint8_t *octets)
{
    uint32_t value;

    if (!cursor_hex(c, 4, &value))
        return false;
    octets[0] = (uint8_t)(value >> 8);
    octets[1] = (uint8_t)value;
    return true;
}

/* Moves what was read behind the gap to the end, and fills the gap. */
static void open_gap(uint8_t octets[IPV6_OCTETS], size_t gap, size_t size)
{
    memmove(octets + IPV6_OCTETS - (size - gap), octets + gap, size - gap);
    memset(octets + gap, 0, IPV6_OCTETS - size);
}

bool ip_read_v6(struct cursor *c, uint8_t octets[IPV6_OCTETS], size_t gap_min)
{
    size_t size = 0;
    size_t gap = cursor_skip_word(c, "::") ? 0 : NO_GAP;
    bool needed = gap == NO_GAP; /* a group must come next */

    while (size < IPV6_OCTETS) {
        if (size <= IPV6_OCTETS - IPV4_OCTETS && ip_read_v4(c, octets + size)) {
            size += IPV4_OCTETS;
            needed = false;
            break;
        }
        if (!read_group(c, octets + size))
            break;
        size += 2;
        needed = false;
        if (cursor_skip_word(c, "::")) {
            if (gap != NO_GAP)
                return false;
            gap = size;
        } else if (cursor_skip(c, ':')) {
            needed = true;
        } else {
            break;
        }
    }
    if (needed)
        return false;
    if (gap == NO_GAP)
        return size == IPV6_OCTETS;
    if (size > IPV6_OCTETS - gap_min)
        return false;
    open_gap(octets, gap, size);
    return true;
}

size_t ip_read(struct cursor *c, uint8_t octets[IPV6_OCTETS])
{
    if (ip_read_v4(c, octets))
        return IPV4_OCTETS;
    return ip_read_v6(c, octets, 2) ? IPV6_OCTETS : 0;
}

/* ---- Writing ----------------------------------------------------------------------------- */

static unsigned group_at(const uint8_t *octets, unsigned at)
{
    return (unsigned)octets[2 * at] << 8 | octets[2 * at + 1];
}

/* How many groups from `at` on are zero. */
static unsigned zeros(const uint8_t *octets, unsigned at)
{
    unsigned count = 0;

    while (at + count < GROUPS && group_at(octets, at + count) == 0)
        count++;
    return count;
}

static void put_v6(struct text *t, const uint8_t *octets)
{
    unsigned gap = GROUPS,
             gap_end = GROUPS; /* the longest run of zeros, the first of equals */
    unsigned longest = 1;      /* one zero alone is written out */

    for (unsigned at = 0; at < GROUPS; at++) {
        if (zeros(octets, at) > longest) {
            longest = zeros(octets, at);
            gap = at;
            gap_end = at + longest;
        }
    }
    for (unsigned at = 0; at < GROUPS; at++) {
        if (at == gap)
            text_add(t, "::");
        if (at >= gap && at < gap_end)
            continue;
        if (at > 0 && at != gap_end)
            text_add(t, ":");
        text_printf(t, "%x", group_at(octets, at));
    }
}

void ip_put(struct text *t, const uint8_t *octets, size_t size)
{
    if (size == IPV4_OCTETS)
        text_printf(t, "%u.%u.%u.%u", octets[0], octets[1], octets[2], octets[3]);
    else
        put_v6(t, octets);
}
