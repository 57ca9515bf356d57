/* SPDX-License-Identifier: MIT */
/* crc32.c: CRC-32, four bits a step: sixteen words of table instead of 1 KiB. */
#include "base/bytes.h"

#define POLYNOMIAL 0xedb88320u

/* The remainder of each 4-bit value, polynomial 0xEDB88320 (reflected). */
static const uint32_t nibble_remainder[16] = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
    0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
    0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

uint32_t crc32_add(uint32_t crc, const uint8_t *bytes, size_t size)
{
    crc = ~crc;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        crc = (crc >> 4) ^ nibble_remainder[crc & 15];
        crc = (crc >> 4) ^ nibble_remainder[crc & 15];
    }
    return ~crc;
}

/* A CRC is linear: what a flipped bit changes in it does not depend on the other bits. */
uint32_t crc32_flipped_bit(uint32_t difference, size_t size)
{
    uint32_t change = POLYNOMIAL; /* by the last bit; and by each one before */

    for (uint32_t bit = 0; bit < 32; bit++) {
        if (difference == 1u << bit)
            return (uint32_t)size * 8 + bit;
    }
    for (uint32_t bit = (uint32_t)size * 8; bit > 0; bit--) {
        if (difference == change)
            return bit - 1;
        change = (change >> 1) ^ ((change & 1) != 0 ? POLYNOMIAL : 0);
    }
    return CRC32_NO_BIT;
}
