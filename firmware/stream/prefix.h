/* SPDX-License-Identifier: MIT */
/* prefix.h: networks written as "address/length", without a TCP/IP stack. Pure. */
#ifndef STREAM_PREFIX_H
#define STREAM_PREFIX_H

#include "base/ip_text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct prefix {
    uint8_t octets[IPV6_OCTETS];
    size_t count; /* of octets: 4 or 16 */
    uint8_t bits; /* that count */
};

/*
 * Reads "address/length", which ends at a blank or NUL; without a length, all bits count.
 * False when it is none, or longer than its address.
 */
bool prefix_read(const char *network, struct prefix *prefix);

/* Whether an address of `count` octets is in the network. */
bool prefix_holds(const struct prefix *prefix, const uint8_t *octets, size_t count);

#endif
