/* SPDX-License-Identifier: MIT */
/* erase_apart.c: flashlog.h's functions for an erase apart, straight to the part. */
#include "tests/flash/erase_apart.h"

#include "flashlog/flashlog.h"

#include "port/port.h"

static bool erase_runs, erase_worked;

void erase_apart_power_on(void)
{
    erase_runs = false;
}

enum flashlog_result flashlog_erase_apart(uint32_t address)
{
    erase_worked = false;
    erase_runs = port_nor_erase_start(address) == PORT_NOR_OK;
    return erase_runs ? FLASHLOG_OK : FLASHLOG_FAILED;
}

bool flashlog_apart_is_erased(void)
{
    return erase_worked;
}

bool flashlog_ready(void)
{
    return !erase_runs;
}

bool flashlog_erase_poll(void)
{
    enum port_nor_result result = erase_runs ? port_nor_erase_poll() : PORT_NOR_OK;

    if (erase_runs && result == PORT_NOR_BUSY)
        return false;
    erase_worked = erase_runs ? result == PORT_NOR_OK : erase_worked;
    erase_runs = false;
    return true;
}

enum flashlog_result flashlog_sync(void)
{
    return FLASHLOG_OK;
}
