/* SPDX-License-Identifier: MIT */
/*
 * end_emcraft_sf2.c: ends the emulator by semihosting. On real hardware without a debugger the
 * semihosting call is itself a fault; the verdict has been printed by then, and the next start
 * sees that the run is over.
 */
#include "tests/port/end.h"

#include <stdint.h>

#define SYS_EXIT_EXTENDED    0x20u
#define ADP_APPLICATION_EXIT 0x20026u

_Noreturn void conformance_end(bool ok)
{
    const uint32_t block[2] = {ADP_APPLICATION_EXIT, ok ? 0u : 1u};
    register uint32_t operation __asm("r0") = SYS_EXIT_EXTENDED;
    register const uint32_t *argument __asm("r1") = block;

    __asm volatile("bkpt 0xAB" ::"r"(operation), "r"(argument) : "memory");
    for (;;) {
    }
}

static void write_to(uintptr_t address)
{
    *(volatile uint32_t *)address = 1;
}

static void call_data(void)
{
    static uint16_t code[2] = {0x4770, 0x4770}; /* bx lr */
    void (*function)(void) = (void (*)(void))((uintptr_t)code | 1u);

    function();
}

/* Each level takes 256 bytes of stack, and writes them all. */
static uint32_t dig(uint32_t depth)
{
    volatile uint32_t hole[64];

    for (uint32_t i = 0; i < 64; i++)
        hole[i] = depth;
    if (depth == 0)
        return hole[0];
    return dig(depth - 1u) + hole[depth % 64u];
}

unsigned conformance_faults(void)
{
    return 5;
}

void conformance_fault(unsigned which)
{
    switch (which) {
    case 0:
        write_to(0); /* a NULL pointer: the eNVM would ignore it */
        break;
    case 1:
        (void)dig(1000); /* a stack that runs over */
        break;
    case 2:
        write_to(0x20010000u); /* beyond SRAM */
        break;
    case 3:
        write_to(0xA0000000u); /* the external DDR, which is not used */
        break;
    default:
        call_data();
        break;
    }
}
