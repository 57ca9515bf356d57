/* SPDX-License-Identifier: MIT */
/*
 * fault.c: why the firmware starts, and what happens when the CPU faults.
 *
 * The cause lies in SRAM that start-up leaves alone and a reset keeps; after power on it holds
 * nothing known, which reads as "power on". A fault prints the registers on the UART (polled),
 * notes itself and resets. A reset from outside while the watchdog runs reads as the watchdog.
 */
#include "board.h"

#include "port/port.h"

#define AIRCR_RESET 0x05FA0004u /* key, SYSRESETREQ */

/* Values that memory does not hold by chance. */
enum cause_mark {
    MARK_RUNNING = 0x52554E21,
    MARK_GUARDED = 0x57444F47,
    MARK_SOFTWARE = 0x534F4654,
    MARK_FAULT = 0x46415554
};

#define NOINIT __attribute__((section(".noinit"), used))

static NOINIT volatile uint32_t mark;

/* Filled by board_fault_entry in this order; `pushed` is what the core put on the stack. */
static NOINIT struct {
    uint32_t r4_to_r11[8];
    uint32_t sp;
    uint32_t pushed[8]; /* r0 r1 r2 r3 r12 lr pc psr */
} registers;

static const uint32_t nothing_pushed[8] __attribute__((used)) = {0};

static enum port_start cause;

void board_fault_open(void)
{
    switch (mark) {
    case MARK_SOFTWARE:
        cause = PORT_START_SOFTWARE;
        break;
    case MARK_FAULT:
        cause = PORT_START_FAULT;
        break;
    case MARK_GUARDED:
        cause = PORT_START_WATCHDOG;
        break;
    default:
        cause = PORT_START_POWER;
        break;
    }
    mark = MARK_RUNNING;
}

void board_fault_guard(void)
{
    mark = MARK_GUARDED;
}

enum port_start port_start_cause(void)
{
    return cause;
}

static __attribute__((noinline)) _Noreturn void reset(uint32_t why)
{
    mark = why;
    board_barrier();
    CORE_AIRCR = AIRCR_RESET;
    board_barrier();
    for (;;) {
    }
}

_Noreturn void port_reset(void)
{
    (void)board_mask();
    reset(MARK_SOFTWARE);
}

static void print_value(const char *name, uint32_t value)
{
    char digits[9];

    for (size_t i = 8; i > 0; i--, value >>= 4)
        digits[i - 1] = "0123456789abcdef"[value & 15u];
    digits[8] = '\0';
    board_uart_print(name);
    board_uart_print(digits);
}

/* Runs on a fresh stack: the old one may be the trouble. */
static _Noreturn __attribute__((used)) void board_fault_report(void)
{
    static const char *const pushed[8] = {
        " r0=", " r1=", " r2=", " r3=", " r12=", " lr=", " pc=", " psr="};

    board_uart_print("\r\n! fault");
    for (size_t i = 0; i < 8; i++)
        print_value(pushed[i], registers.pushed[i]);
    print_value("\r\n! fault sp=", registers.sp);
    print_value(" cfsr=", CORE_CFSR);
    print_value(" hfsr=", CORE_HFSR);
    print_value(" mmfar=", CORE_MMFAR);
    print_value(" bfar=", CORE_BFAR);
    print_value("\r\n! fault r4=", registers.r4_to_r11[0]);
    for (size_t i = 1; i < 8; i++)
        print_value(" ", registers.r4_to_r11[i]);
    board_uart_print("\r\n");
    reset(MARK_FAULT);
}

/*
 * Copies the registers away, then takes the whole stack for the report. What the core pushed is
 * read only when the stack pointer is inside SRAM (0x20000000 to 0x2000FFE0): after an
 * overflow it is not there, and reading it would lock the core up. Zeros stand for it then.
 */
__attribute__((naked)) void board_fault_entry(void)
{
    __asm volatile("cpsid i\n\t"
                   "mrs r0, msp\n\t"
                   "ldr r1, =%c0\n\t"
                   "stmia r1!, {r4-r11}\n\t"
                   "str r0, [r1], #4\n\t"
                   "sub r2, r0, #0x20000000\n\t"
                   "movw r3, #0xffe0\n\t"
                   "cmp r2, r3\n\t"
                   "it hi\n\t"
                   "ldrhi r0, =%c1\n\t"
                   "ldmia r0, {r4-r11}\n\t"
                   "stmia r1, {r4-r11}\n\t"
                   "ldr r0, =%c2\n\t"
                   "msr msp, r0\n\t"
                   "b board_fault_report\n\t"
                   ".ltorg" ::"i"(&registers),
                   "i"(nothing_pushed), "i"(board_stack + BOARD_STACK_SIZE)
                   : "memory");
}
