/* SPDX-License-Identifier: MIT */
/*
 * board.h: what the files of this port share: the memory map, the core's registers, the
 * interrupt mask, the event note. Nothing outside this folder includes it.
 *
 * SmartFusion2 M2S010 (Emcraft SOM): Cortex-M3, 256 KiB eNVM at 0, 64 KiB SRAM at 0x20000000.
 * The clock tree, the pins and the MAC's interface mode come from the FPGA design (Libero).
 */
#ifndef EMCRAFT_SF2_BOARD_H
#define EMCRAFT_SF2_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BOARD_CPU_HZ  142000000u /* M3_CLK; the APB buses run at half of it */
#define BOARD_TICK_MS 10u        /* period of SysTick */

#define BOARD_SRAM      0x20000000u
#define BOARD_SRAM_SIZE 0x00010000u

/* What config/budgets allots, as BUDGET_<component>. */
enum {
#define BUDGET_RAM(component, bytes, folders) BUDGET_##component = (bytes),
#define BUDGET_IMAGE(board, what, bytes)
#define BUDGET_DEBT(board, what, bytes)
#include "config/budgets"
#undef BUDGET_RAM
#undef BUDGET_IMAGE
#undef BUDGET_DEBT
};

/* The stack lies at the foot of SRAM: what runs over it leaves the memory and faults. */
#define BOARD_STACK_SIZE ((size_t)BUDGET_stack)

/*
 * The last 8 bytes of the eNVM, left free by the linker script, may hold a station address
 * given at production: 'F', 'P', six octets. Anything else there is no address.
 */
#define BOARD_FACTORY_ADDRESS 0x0003FFF8u

#define BOARD_UART0    0x40000000u
#define BOARD_SPI0     0x40001000u
#define BOARD_WATCHDOG 0x40005000u
#define BOARD_SYSREG   0x40038000u
#define BOARD_EMAC     0x40041000u

enum board_interrupt { BOARD_IRQ_UART0 = 10, BOARD_IRQ_EMAC = 12 };

/* One 32-bit register. */
#define BOARD_REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))

#define CORE_SYST_CSR   BOARD_REGISTER(0xE000E010u)
#define CORE_SYST_RVR   BOARD_REGISTER(0xE000E014u)
#define CORE_SYST_CVR   BOARD_REGISTER(0xE000E018u)
#define CORE_NVIC_ISER0 BOARD_REGISTER(0xE000E100u)
#define CORE_ICSR       BOARD_REGISTER(0xE000ED04u)
#define CORE_AIRCR      BOARD_REGISTER(0xE000ED0Cu)
#define CORE_CFSR       BOARD_REGISTER(0xE000ED28u)
#define CORE_HFSR       BOARD_REGISTER(0xE000ED2Cu)
#define CORE_MMFAR      BOARD_REGISTER(0xE000ED34u)
#define CORE_BFAR       BOARD_REGISTER(0xE000ED38u)
#define CORE_MPU_CTRL   BOARD_REGISTER(0xE000ED94u)
#define CORE_MPU_RBAR   BOARD_REGISTER(0xE000ED9Cu)
#define CORE_MPU_RASR   BOARD_REGISTER(0xE000EDA0u)

/* Masks all interrupts; returns what board_unmask needs to restore. */
static inline uint32_t board_mask(void)
{
    uint32_t before;

    __asm volatile("mrs %0, primask\n\tcpsid i" : "=r"(before)::"memory");
    return before;
}

static inline void board_unmask(uint32_t before)
{
    __asm volatile("msr primask, %0" ::"r"(before) : "memory");
}

/* Orders memory before a register that makes a DMA or the core look at it. */
static inline void board_barrier(void)
{
    __asm volatile("dsb" ::: "memory");
}

/* start.c: the stack, lowest address first. */
extern uint8_t board_stack[BOARD_STACK_SIZE];

/* time.c */
void board_time_open(void);
uint64_t board_time_us(void);
void board_event(void); /* from an interrupt: port_sleep is not to sleep over this */
void board_tick_interrupt(void);

/* uart.c */
void board_uart_open(void);
void board_uart_interrupt(void);
void board_uart_print(const char *text); /* polled: for a fault, when nothing else works */

/* ethernet.c */
void board_emac_interrupt(void);

/* fault.c */
void board_fault_open(void);
void board_fault_guard(void); /* the watchdog runs: a start without a cause is its doing */
void board_fault_entry(void);

#endif
