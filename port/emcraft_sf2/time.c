/* SPDX-License-Identifier: MIT */
/*
 * time.c: SysTick counts the core's clock; its interrupt counts periods. Sleep is WFI.
 *
 * Promises: time never goes back and does not wrap (64 bits); it is exact to a microsecond. A
 * sleep ends with the first period after its time, so up to 10 ms late. Limit: interrupts may
 * not stay masked for a whole period, or that period is not counted.
 */
#include "board.h"

#include "port/port.h"

#define CYCLES_PER_US   (BOARD_CPU_HZ / 1000000u)
#define CYCLES_PER_MS   (BOARD_CPU_HZ / 1000u)
#define CYCLES_PER_TICK (CYCLES_PER_MS * BOARD_TICK_MS)

_Static_assert(CYCLES_PER_TICK <= 1u << 24, "SysTick has 24 bits");

#define SYST_CSR_RUN      7u /* core clock, interrupt, enable */
#define ICSR_TICK_PENDING (1u << 26)

static uint64_t ticks;      /* written by the interrupt: read with interrupts masked */
static volatile bool noted; /* an event came since port_sleep returned */
static uint64_t time_in_sleep_us;

void board_time_open(void)
{
    CORE_SYST_RVR = CYCLES_PER_TICK - 1u;
    CORE_SYST_CVR = 0;
    CORE_SYST_CSR = SYST_CSR_RUN;
}

void board_tick_interrupt(void)
{
    ticks++;
}

void board_event(void)
{
    noted = true;
}

/* Whole periods, and the cycles of the running one. */
static uint64_t now(uint32_t *cycles)
{
    const uint32_t before = board_mask();
    uint32_t left = CORE_SYST_CVR;
    uint64_t whole = ticks;

    if ((CORE_ICSR & ICSR_TICK_PENDING) != 0) { /* ended, but not counted yet */
        left = CORE_SYST_CVR;
        whole++;
    }
    board_unmask(before);
    *cycles = CYCLES_PER_TICK - 1u - left;
    return whole;
}

uint64_t port_uptime_ms(void)
{
    uint32_t cycles;
    const uint64_t whole = now(&cycles);

    return whole * BOARD_TICK_MS + cycles / CYCLES_PER_MS;
}

uint64_t board_time_us(void)
{
    uint32_t cycles;
    const uint64_t whole = now(&cycles);

    return whole * (BOARD_TICK_MS * 1000u) + cycles / CYCLES_PER_US;
}

uint32_t port_awake_us(void)
{
    return (uint32_t)(board_time_us() - time_in_sleep_us);
}

/*
 * With interrupts masked nothing can come between the look at the note and WFI; WFI itself
 * wakes for a masked interrupt, which then runs where the mask opens.
 */
void port_sleep(uint32_t max_ms)
{
    const uint64_t start_us = board_time_us();
    const uint64_t end_us = start_us + (uint64_t)max_ms * 1000u;
    bool done = false;

    while (!done) {
        const uint32_t before = board_mask();

        done = noted || board_time_us() >= end_us;
        if (!done)
            __asm volatile("dsb\n\twfi" ::: "memory");
        board_unmask(before);
        __asm volatile("isb" ::: "memory");
    }
    noted = false;
    time_in_sleep_us += board_time_us() - start_us;
}
