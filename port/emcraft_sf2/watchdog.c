/* SPDX-License-Identifier: MIT */
/*
 * watchdog.c: the MSS watchdog. On this chip the FPGA design (Libero) switches it on and gives
 * it its period; software can only feed it. Without it in the design both calls do nothing.
 * The emulator has a stub.
 */
#include "board.h"

#include "port/port.h"

#define WATCHDOG_REFRESH BOARD_REGISTER(BOARD_WATCHDOG + 0x0Cu)
#define WATCHDOG_ENABLE  BOARD_REGISTER(BOARD_WATCHDOG + 0x10u)

#define REFRESH_KEY 0xAC15DE42u

void port_watchdog_start(uint32_t ms)
{
    (void)ms; /* the design's period must be at least this: see port/README.md */
    if ((WATCHDOG_ENABLE & 1u) != 0)
        board_fault_guard();
    port_watchdog_feed();
}

void port_watchdog_feed(void)
{
    WATCHDOG_REFRESH = REFRESH_KEY;
}
