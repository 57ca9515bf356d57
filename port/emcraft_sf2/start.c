/* SPDX-License-Identifier: MIT */
/*
 * start.c: from reset to main(): vectors, memory, MPU. Also the marks of the stack.
 *
 * Promises: main() runs on a painted stack, with data and bss set, interrupts on, time and
 * console running; when it returns the board starts over. A write to the eNVM (so through a
 * NULL pointer), an access outside eNVM, SRAM and peripherals, and code in SRAM fault.
 */
#include "board.h"

#include "port/port.h"

#include <string.h>

int main(void);
_Noreturn void board_reset_entry(void);

#define STACK_PAINT 0xA5A5A5A5u

/* Below the frame of board_reset_entry this much stays unpainted while it paints. */
#define PAINT_MARGIN 64u

/* SOFT_RST_CR: a set bit holds the peripheral in reset. */
#define SYSREG_SOFT_RST_CR BOARD_REGISTER(BOARD_SYSREG + 0x48u)
#define SOFT_RESET_MAC     (1u << 4)
#define SOFT_RESET_UART0   (1u << 7)
#define SOFT_RESET_SPI0    (1u << 9)

uint8_t board_stack[BOARD_STACK_SIZE]
    __attribute__((section(".noinit.stack"), aligned(8), used));

extern uint8_t board_data_start[], board_data_end[], board_bss_start[], board_bss_end[];
extern const uint8_t board_data_source[];

union vector {
    void *stack;
    void (*handler)(void);
};

/* Every fault escalates to HardFault, where the MPU is off and the handler can work. */
static const union vector vectors[16 + BOARD_IRQ_EMAC + 1]
    __attribute__((section(".vectors"), used)) = {
        [0] = {.stack = board_stack + BOARD_STACK_SIZE},
        [1] = {.handler = board_reset_entry},
        [2] = {.handler = board_fault_entry}, /* NMI */
        [3] = {.handler = board_fault_entry}, /* HardFault */
        [4] = {.handler = board_fault_entry},
        [5] = {.handler = board_fault_entry},
        [6] = {.handler = board_fault_entry},
        [11] = {.handler = board_fault_entry}, /* SVCall, not used */
        [12] = {.handler = board_fault_entry},
        [14] = {.handler = board_fault_entry}, /* PendSV, not used */
        [15] = {.handler = board_tick_interrupt},
        [16 + BOARD_IRQ_UART0] = {.handler = board_uart_interrupt},
        [16 + BOARD_IRQ_EMAC] = {.handler = board_emac_interrupt},
};

/* MPU_RASR: size is 2^(n+1) bytes; AP 6 reads only, AP 3 reads and writes. */
#define MPU_SIZE(n)    ((n) << 1 | 1u)
#define MPU_READ_ONLY  (6u << 24 | 1u << 17)
#define MPU_NORMAL     (3u << 24 | 1u << 28 | 1u << 17 | 1u << 18)
#define MPU_DEVICE     (3u << 24 | 1u << 28 | 1u << 16)
#define MPU_RBAR_VALID (1u << 4)

static const struct {
    uint32_t base, attributes;
} regions[] = {
    {0x00000000u, MPU_READ_ONLY | MPU_SIZE(17u)}, /* eNVM, 256 KiB */
    {BOARD_SRAM,  MPU_NORMAL | MPU_SIZE(15u)   }, /* SRAM, 64 KiB, no code */
    {0x40000000u, MPU_DEVICE | MPU_SIZE(19u)   }, /* peripherals, 1 MiB */
};

static void mpu_open(void)
{
    for (uint32_t i = 0; i < sizeof regions / sizeof regions[0]; i++) {
        CORE_MPU_RBAR = regions[i].base | MPU_RBAR_VALID | i;
        CORE_MPU_RASR = regions[i].attributes;
    }
    CORE_MPU_CTRL = 1; /* no background region, off in HardFault */
    board_barrier();
    __asm volatile("isb");
}

static void stack_paint(const void *frame)
{
    volatile uint32_t *word = (volatile uint32_t *)(void *)board_stack;
    const uintptr_t end = (uintptr_t)frame - PAINT_MARGIN;

    while ((uintptr_t)word < end)
        *word++ = STACK_PAINT;
}

_Noreturn void board_reset_entry(void)
{
    stack_paint(__builtin_frame_address(0));
    memcpy(board_data_start, board_data_source,
           (size_t)(board_data_end - board_data_start));
    memset(board_bss_start, 0, (size_t)(board_bss_end - board_bss_start));
    SYSREG_SOFT_RST_CR &= ~(SOFT_RESET_MAC | SOFT_RESET_UART0 | SOFT_RESET_SPI0);
    board_fault_open();
    mpu_open();
    board_time_open();
    board_uart_open();
    board_unmask(0);
    (void)main();
    port_reset();
}

size_t port_stack_size(void)
{
    return BOARD_STACK_SIZE;
}

size_t port_stack_used(void)
{
    const uint32_t *word = (const uint32_t *)(const void *)board_stack;
    size_t untouched = 0;

    while (untouched < BOARD_STACK_SIZE && *word++ == STACK_PAINT)
        untouched += sizeof *word;
    return BOARD_STACK_SIZE - untouched;
}
