/* SPDX-License-Identifier: MIT */
/*
 * port.h: what flashpost needs of a board. This header is the whole contract; `port/README.md`
 * walks through it, `port/template` compiles against it, `tests/port` checks a real port.
 *
 * Conventions
 * - Every function is called from the main loop only, never from an interrupt, and returns
 *   within the bound it states. The port calls nothing in the firmware.
 * - An interrupt of the port may move bytes into a buffer of the port and note that something
 *   happened; it does no more. `port_sleep` looks at that note.
 * - Buffers belong to the caller unless a function says otherwise.
 */
#ifndef PORT_PORT_H
#define PORT_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- Start ------------------------------------------------------------------------------- */

/* Why the firmware is running: shown by `status`. */
enum port_start {
    PORT_START_POWER,    /* power on, or not known */
    PORT_START_SOFTWARE, /* port_reset() */
    PORT_START_WATCHDOG, /* the watchdog was not fed */
    PORT_START_FAULT     /* a CPU fault; the port has printed the registers */
};

enum port_start port_start_cause(void);

/* Starts over, as after power on, without waiting for anything. Flash contents stay. */
_Noreturn void port_reset(void);

/* ---- Time -------------------------------------------------------------------------------- */

/* Milliseconds since the start; never goes back; resolution 10 ms or better. */
uint64_t port_uptime_ms(void);

/* Microseconds since the start during which the CPU was not inside port_sleep(); wraps. */
uint32_t port_awake_us(void);

/*
 * Waits for an event of the port or for `max_ms`. Events: a frame, a console byte, room again
 * after a short console write or a missing transmit buffer, a link change where the PHY tells.
 * Returns at once when an event came since the last return: the port decides that with
 * interrupts masked, so that none is slept over. `max_ms` 0 returns at once.
 */
void port_sleep(uint32_t max_ms);

/* Starts a watchdog of at least `ms`; may do nothing where the board has none. */
void port_watchdog_start(uint32_t ms);
void port_watchdog_feed(void);

/* ---- Entropy ----------------------------------------------------------------------------- */

/*
 * Fills up to `size` bytes with full entropy from hardware (or from the operating system) and
 * returns how many were filled; 0 says that the board has no source.
 */
size_t port_entropy(uint8_t *bytes, size_t size);

/* ---- NOR flash --------------------------------------------------------------------------- */

/*
 * Bits are programmed from 1 to 0 only; a sector is erased as a whole to all 1. A unit is
 * programmed at most once between erases (the part's ECC is per unit). An operation that
 * loses power leaves anything behind.
 */
struct port_nor_geometry {
    uint32_t size;        /* bytes, a multiple of sector_size */
    uint32_t sector_size; /* bytes erased at once: 65536 on the reference part */
    uint32_t page_size;   /* bytes programmed at once at most, inside one page: 256 */
    uint32_t unit_size;   /* bytes programmed once between erases: 16 */
};

enum port_nor_result {
    PORT_NOR_OK,
    PORT_NOR_BUSY,  /* an erase is running: nothing was done, ask again later */
    PORT_NOR_FAILED /* the part reported an error, or the request breaks its rules */
};

/* Finds the part and refuses (FAILED) one whose identity or geometry the port does not know. */
enum port_nor_result port_nor_open(struct port_nor_geometry *geometry);

/* Reads any range inside the part. BUSY while an erase runs. */
enum port_nor_result port_nor_read(uint32_t address, uint8_t *bytes, size_t size);

/* Programs 1..page_size bytes inside one page and waits for the part (below 10 ms). */
enum port_nor_result port_nor_program(uint32_t address, const uint8_t *bytes, size_t size);

/* Starts the erase of the sector at `address` (aligned) and returns at once. */
enum port_nor_result port_nor_erase_start(uint32_t address);

/* BUSY while an erase runs, then OK or FAILED for the erase that ran last. */
enum port_nor_result port_nor_erase_poll(void);

/* Returns when everything programmed or erased so far outlives a loss of power. */
enum port_nor_result port_nor_sync(void);

/* ---- Ethernet frames --------------------------------------------------------------------- */

#define PORT_FRAME_SIZE 1514 /* octets without the checksum */

/*
 * Starts the interface. `mac` holds the configured station address and, on return, the one in
 * use: a board with an address of its own (a chip, an argument of the host program) puts it
 * there, every other leaves it. False: no interface; the box runs without.
 */
bool port_net_open(uint8_t mac[6]);

bool port_net_link_up(void);

/*
 * The oldest received frame, or NULL. It stays the port's memory, valid until
 * port_net_receive_done(), which must be called once for each frame returned.
 */
const uint8_t *port_net_receive(size_t *size);
void port_net_receive_done(void);

/* A buffer of PORT_FRAME_SIZE to build one frame in, or NULL while none is free. */
uint8_t *port_net_transmit_buffer(void);

/* Sends `size` octets of the buffer last returned; the buffer is the port's again. */
void port_net_transmit(size_t size);

/* Frames lost by the port since the start (overflow, no buffer). */
uint32_t port_net_dropped(void);

/* ---- Console ----------------------------------------------------------------------------- */

/* Both move at most `size` bytes without waiting and return how many. */
size_t port_console_read(char *bytes, size_t size);
size_t port_console_write(const char *bytes, size_t size);

/* ---- Memory marks, for `status` ---------------------------------------------------------- */

/* Bytes of stack there are, and the most that were ever in use; 0 where it cannot be told. */
size_t port_stack_size(void);
size_t port_stack_used(void);

#endif
