/* SPDX-License-Identifier: MIT */
/*
 * port.c: a port that compiles and does nothing: the start of a new one. Copy the folder, then
 * fill in one section after the other in the order of port/README.md. port/port.h says what
 * each function promises; the comments here say only what this stand-in does instead.
 */
#include "port/port.h"

/* ---- Start: no cause is known; a reset cannot be had. ---- */

enum port_start port_start_cause(void)
{
    return PORT_START_POWER;
}

_Noreturn void port_reset(void)
{
    for (;;) {
    }
}

/* ---- Time: it stands still. ---- */

uint64_t port_uptime_ms(void)
{
    return 0;
}

uint32_t port_awake_us(void)
{
    return 0;
}

void port_sleep(uint32_t max_ms)
{
    (void)max_ms;
}

void port_watchdog_start(uint32_t ms)
{
    (void)ms;
}

void port_watchdog_feed(void)
{
}

/* ---- Entropy: none. ---- */

size_t port_entropy(uint8_t *bytes, size_t size)
{
    (void)bytes;
    (void)size;
    return 0;
}

/* ---- NOR flash: no part is found, so every request fails. ---- */

enum port_nor_result port_nor_open(struct port_nor_geometry *geometry)
{
    (void)geometry;
    return PORT_NOR_FAILED;
}

enum port_nor_result port_nor_read(uint32_t address, uint8_t *bytes, size_t size)
{
    (void)address;
    (void)bytes;
    (void)size;
    return PORT_NOR_FAILED;
}

enum port_nor_result port_nor_program(uint32_t address, const uint8_t *bytes, size_t size)
{
    (void)address;
    (void)bytes;
    (void)size;
    return PORT_NOR_FAILED;
}

enum port_nor_result port_nor_erase_start(uint32_t address)
{
    (void)address;
    return PORT_NOR_FAILED;
}

enum port_nor_result port_nor_erase_poll(void)
{
    return PORT_NOR_FAILED;
}

enum port_nor_result port_nor_sync(void)
{
    return PORT_NOR_FAILED;
}

/* ---- Ethernet frames: no interface; the box runs without. ---- */

bool port_net_open(uint8_t mac[6])
{
    (void)mac;
    return false;
}

bool port_net_link_up(void)
{
    return false;
}

const uint8_t *port_net_receive(size_t *size)
{
    (void)size;
    return NULL;
}

void port_net_receive_done(void)
{
}

uint8_t *port_net_transmit_buffer(void)
{
    return NULL;
}

void port_net_transmit(size_t size)
{
    (void)size;
}

uint32_t port_net_dropped(void)
{
    return 0;
}

/* ---- Console: nothing comes; what is written is gone. ---- */

size_t port_console_read(char *bytes, size_t size)
{
    (void)bytes;
    (void)size;
    return 0;
}

size_t port_console_write(const char *bytes, size_t size)
{
    (void)bytes;
    return size;
}

/* ---- Memory marks: cannot be told. ---- */

size_t port_stack_size(void)
{
    return 0;
}

size_t port_stack_used(void)
{
    return 0;
}
