/* SPDX-License-Identifier: MIT */
/*
 * entropy.c: the M2S010 gives the firmware no source of entropy. A board with a chip for it
 * reads it here.
 */
#include "port/port.h"

size_t port_entropy(uint8_t *bytes, size_t size)
{
    (void)bytes;
    (void)size;
    return 0;
}
