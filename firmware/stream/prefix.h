/* SPDX-License-Identifier: MIT */
/* prefix.h: networks written as "address/length", without a TCP/IP stack. Pure. */
#ifndef STREAM_PREFIX_H
#define STREAM_PREFIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PREFIX_WHOLE 255 /* no length was written: the address alone */

/*
 * Cuts "address/length", which ends at a blank or NUL: copies the address with NUL and tells
 * the length. False when the address is empty or does not fit, or the length is no number up
 * to 128.
 */
bool prefix_split(const char *network, char *address, size_t size, uint8_t *length);

/*
 * Whether the first `length` bits of two addresses of `octets` octets are the same; false when
 * they have not as many bits. PREFIX_WHOLE compares all.
 */
bool prefix_same(const uint8_t *a, const uint8_t *b, size_t octets, uint8_t length);

#endif
