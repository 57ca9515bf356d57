/* SPDX-License-Identifier: MIT */
/* bytes.h: little-endian numbers in flash records, and small helpers every folder needs. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static inline void put_u16(uint8_t *to, uint16_t value)
{
    to[0] = (uint8_t)value;
    to[1] = (uint8_t)(value >> 8);
}

static inline void put_u32(uint8_t *to, uint32_t value)
{
    put_u16(to, (uint16_t)value);
    put_u16(to + 2, (uint16_t)(value >> 16));
}

static inline uint16_t get_u16(const uint8_t *from)
{
    return (uint16_t)(from[0] | (from[1] << 8));
}

static inline uint32_t get_u32(const uint8_t *from)
{
    return get_u16(from) | ((uint32_t)get_u16(from + 2) << 16);
}

static inline size_t min_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* CRC-32 (IEEE 802.3, as in zlib) of `size` bytes, continuing from `crc` (0 to begin). */
uint32_t crc32_add(uint32_t crc, const uint8_t *bytes, size_t size);

/*
 * The bit that was flipped in `size` bytes followed by their CRC-32, when that is all that was:
 * from 0, the lowest of the first byte, to size * 8 + 31. `difference`: the CRC-32 of the bytes,
 * XOR the one that follows them; not 0.
 */
#define CRC32_NO_BIT UINT32_MAX
uint32_t crc32_flipped_bit(uint32_t difference, size_t size);

#endif
