/* SPDX-License-Identifier: MIT */
/*
 * uart.c: the console on UART0, a 16550: 115200 8N1.
 *
 * Received bytes come by interrupt into a ring; when it is full the interrupt rests, and the
 * UART's FIFO (and whoever flow-controls) holds the rest until there is room. Sent bytes go
 * into the FIFO as it has room; after a short write the interrupt "transmitter empty" is an
 * event, so that the main loop comes back to send more.
 */
#include "board.h"

#include "port/port.h"

#define RING_SIZE  128u /* a power of two: one pasted line */
#define FIFO_BYTES 16u

/* 71 MHz / (16 * 115200) = 38.5; 39 is 1.2 % slow, inside what an asynchronous line bears. */
#define DIVISOR 39u

static struct uart_registers {
    uint32_t data; /* received / to send; divisor low while LCR_DIVISOR */
    uint32_t interrupts;
    uint32_t fifo;
    uint32_t line;
    uint32_t modem;
    uint32_t status;
} volatile *const uart = (volatile struct uart_registers *)BOARD_UART0;

#define IER_RECEIVED   1u
#define IER_EMPTY      2u
#define FCR_ENABLE     7u /* on, both cleared, interrupt from the first byte */
#define LCR_8N1        3u
#define LCR_DIVISOR    0x80u
#define LSR_RECEIVED   0x01u
#define LSR_FIFO_EMPTY 0x20u

static char ring[RING_SIZE];
static volatile uint8_t ring_in, ring_out; /* free-running counts */

static bool ring_full(void)
{
    return (uint8_t)(ring_in - ring_out) == RING_SIZE;
}

void board_uart_open(void)
{
    uart->interrupts = 0;
    uart->line = LCR_DIVISOR | LCR_8N1;
    uart->data = DIVISOR;
    uart->interrupts = 0; /* divisor, high byte */
    uart->line = LCR_8N1;
    uart->fifo = FCR_ENABLE;
    uart->interrupts = IER_RECEIVED;
    CORE_NVIC_ISER0 = 1u << BOARD_IRQ_UART0;
}

void board_uart_interrupt(void)
{
    while ((uart->status & LSR_RECEIVED) != 0 && !ring_full()) {
        ring[ring_in % RING_SIZE] = (char)uart->data;
        ring_in++;
    }
    uart->interrupts = ring_full() ? 0 : IER_RECEIVED;
    board_event();
}

/* Adds interrupts to those that are on. */
static void listen(uint32_t wanted)
{
    const uint32_t before = board_mask();

    uart->interrupts |= wanted;
    board_unmask(before);
}

size_t port_console_read(char *bytes, size_t size)
{
    size_t n = 0;

    while (n < size && ring_out != ring_in) {
        bytes[n++] = ring[ring_out % RING_SIZE];
        ring_out++;
    }
    if (n > 0)
        listen(IER_RECEIVED);
    return n;
}

size_t port_console_write(const char *bytes, size_t size)
{
    size_t n = 0;

    while (n < size && (uart->status & LSR_FIFO_EMPTY) != 0) {
        for (size_t room = FIFO_BYTES; room > 0 && n < size; room--)
            uart->data = (uint8_t)bytes[n++];
    }
    if (n < size)
        listen(IER_EMPTY);
    return n;
}

void board_uart_print(const char *text)
{
    for (; *text != '\0'; text++) {
        while ((uart->status & LSR_FIFO_EMPTY) == 0) {
        }
        uart->data = (uint8_t)*text;
    }
}
