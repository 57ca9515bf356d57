/* SPDX-License-Identifier: MIT */
/*
 * nor.c: the S25FL128S (64 KiB sectors) on SPI0.
 *
 * Promises: the part's own rules are kept although an emulator forgives: write enable before
 * each program and erase, busy polled with a bound, error bits read and cleared, no page
 * boundary crossed, erases aligned. A request that breaks the rules of port.h is refused before
 * the bus is touched. Limit: that a unit is programmed once is the caller's to keep.
 *
 * The controller holds chip select for the number of frames in CONTROL[23:8]; its FIFOs take 32
 * frames of 8 bits, and each frame sent receives one, which must be read.
 */
#include "board.h"

#include "port/port.h"

#define PART_SIZE   (16u << 20)
#define SECTOR_SIZE (64u << 10)
#define PAGE_SIZE   256u
#define UNIT_SIZE   16u

/* Bounds: the data sheet's worst case with room. An erase may be ten times slow before it fails. */
#define PROGRAM_LIMIT_US 10000u
#define ERASE_LIMIT_US   10000000u

static struct spi_registers {
    uint32_t control;
    uint32_t frame_size;
    uint32_t status;
    uint32_t interrupt_clear;
    uint32_t receive;
    uint32_t transmit;
    uint32_t clock;
    uint32_t select;
} volatile *const spi = (volatile struct spi_registers *)BOARD_SPI0;

#define CONTROL_ENABLE  (1u << 0)
#define CONTROL_MASTER  (1u << 1)
#define CONTROL_SPS     (1u << 26) /* chip select stays down for all frames */
#define CONTROL_BIGFIFO (1u << 29)
#define CONTROL_IDLE    (CONTROL_MASTER | CONTROL_SPS | CONTROL_BIGFIFO)
#define STATUS_RX_FULL  (1u << 4)
#define STATUS_RX_EMPTY (1u << 6)

#define FIFO_FRAMES 32u
#define READ_MAX    0x8000u /* bytes in one transfer: the frame count has 16 bits */
#define CLOCK_HALF  0u      /* 71 MHz / 2; the part reads up to 50 MHz with READ */

enum command {
    PAGE_PROGRAM = 0x02,
    READ = 0x03,
    WRITE_DISABLE = 0x04,
    READ_STATUS = 0x05,
    WRITE_ENABLE = 0x06,
    CLEAR_STATUS = 0x30,
    READ_ID = 0x9F,
    SECTOR_ERASE = 0xD8
};

#define PART_BUSY         0x01u
#define PART_ERASE_FAIL   0x20u
#define PART_PROGRAM_FAIL 0x40u

/*
 * Manufacturer, type, capacity; then the length of more, and the architecture: 01 is 64 KiB
 * sectors. The same part with 256 KiB sectors has 00 there and the same first three bytes.
 */
static const uint8_t part_id[5] = {0x01, 0x20, 0x18, 0, 0x01};
#define PART_ID_ANY 3u /* this byte differs between makes of the part */

static bool known;                      /* the part was found */
static bool erasing;                    /* an erase was started and not yet seen to end */
static uint64_t erase_end_us;           /* when to give it up */
static enum port_nor_result erase_last; /* how the last one ended */

/* ---- The bus ---- */

static uint8_t exchange(uint8_t frame)
{
    spi->transmit = frame;
    while ((spi->status & STATUS_RX_EMPTY) != 0) {
    }
    return (uint8_t)spi->receive;
}

static __attribute__((noinline)) void begin(enum command command, uint32_t more_frames)
{
    spi->control = CONTROL_IDLE;
    spi->control = CONTROL_IDLE | (more_frames + 1u) << 8 | CONTROL_ENABLE;
    (void)exchange((uint8_t)command);
}

static void begin_at(enum command command, uint32_t address, uint32_t more_frames)
{
    begin(command, more_frames + 3u);
    (void)exchange((uint8_t)(address >> 16));
    (void)exchange((uint8_t)(address >> 8));
    (void)exchange((uint8_t)address);
}

/* The hot path: a full FIFO at a time, one look at the status for 32 bytes. */
static void receive_full(uint8_t *bytes)
{
    for (uint32_t i = 0; i < FIFO_FRAMES / 8u; i++) {
        spi->transmit = 0;
        spi->transmit = 0;
        spi->transmit = 0;
        spi->transmit = 0;
        spi->transmit = 0;
        spi->transmit = 0;
        spi->transmit = 0;
        spi->transmit = 0;
    }
    while ((spi->status & STATUS_RX_FULL) == 0) {
    }
    for (uint32_t i = 0; i < FIFO_FRAMES / 4u; i++, bytes += 4) {
        bytes[0] = (uint8_t)spi->receive;
        bytes[1] = (uint8_t)spi->receive;
        bytes[2] = (uint8_t)spi->receive;
        bytes[3] = (uint8_t)spi->receive;
    }
}

static void receive(uint8_t *bytes, size_t size)
{
    for (; size >= FIFO_FRAMES; size -= FIFO_FRAMES, bytes += FIFO_FRAMES)
        receive_full(bytes);
    for (; size > 0; size--)
        *bytes++ = exchange(0);
}

static void send(const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        const size_t burst = size < FIFO_FRAMES ? size : FIFO_FRAMES;

        for (size_t i = 0; i < burst; i++)
            spi->transmit = bytes[i];
        for (size_t i = 0; i < burst; i++) {
            while ((spi->status & STATUS_RX_EMPTY) != 0) {
            }
            (void)spi->receive;
        }
        bytes += burst;
        size -= burst;
    }
}

/* ---- The part ---- */

/* BUSY, or how the operation ended; an error is cleared, or the part would stay busy. */
static enum port_nor_result part_state(void)
{
    uint8_t status;

    begin(READ_STATUS, 1);
    status = exchange(0);
    if ((status & (PART_ERASE_FAIL | PART_PROGRAM_FAIL)) != 0) {
        begin(CLEAR_STATUS, 0);
        begin(WRITE_DISABLE, 0);
        return PORT_NOR_FAILED;
    }
    return (status & PART_BUSY) != 0 ? PORT_NOR_BUSY : PORT_NOR_OK;
}

static enum port_nor_result part_wait(uint32_t limit_us)
{
    const uint64_t end_us = board_time_us() + limit_us;
    enum port_nor_result result = part_state();

    while (result == PORT_NOR_BUSY)
        result = board_time_us() < end_us ? part_state() : PORT_NOR_FAILED;
    return result;
}

static bool part_is_known(void)
{
    bool same = true;

    begin(READ_ID, sizeof part_id);
    for (size_t i = 0; i < sizeof part_id; i++)
        same = (exchange(0) == part_id[i] || i == PART_ID_ANY) && same;
    return same;
}

static bool inside(uint32_t address, size_t size)
{
    return known && address <= PART_SIZE && size <= PART_SIZE - address;
}

/* ---- The contract ---- */

/* A reset does not stop an erase in the part, so the identity is asked when it has ended. */
enum port_nor_result port_nor_open(struct port_nor_geometry *geometry)
{
    spi->control = CONTROL_IDLE; /* ends the controller's own reset */
    spi->frame_size = 8;
    spi->clock = CLOCK_HALF;
    spi->select = 1;
    erasing = false;
    erase_last = PORT_NOR_OK;
    (void)part_wait(ERASE_LIMIT_US);
    known = part_is_known();
    if (!known)
        return PORT_NOR_FAILED;
    *geometry = (struct port_nor_geometry){PART_SIZE, SECTOR_SIZE, PAGE_SIZE, UNIT_SIZE};
    return PORT_NOR_OK;
}

enum port_nor_result port_nor_read(uint32_t address, uint8_t *bytes, size_t size)
{
    if (!inside(address, size))
        return PORT_NOR_FAILED;
    if (erasing && port_nor_erase_poll() == PORT_NOR_BUSY)
        return PORT_NOR_BUSY;
    while (size > 0) {
        const uint32_t part = size < READ_MAX ? (uint32_t)size : READ_MAX;

        begin_at(READ, address, part);
        receive(bytes, part);
        address += part;
        bytes += part;
        size -= part;
    }
    return PORT_NOR_OK;
}

enum port_nor_result port_nor_program(uint32_t address, const uint8_t *bytes, size_t size)
{
    if (size == 0 || !inside(address, size) || size > PAGE_SIZE - address % PAGE_SIZE)
        return PORT_NOR_FAILED;
    if (erasing && port_nor_erase_poll() == PORT_NOR_BUSY)
        return PORT_NOR_BUSY;
    begin(WRITE_ENABLE, 0);
    begin_at(PAGE_PROGRAM, address, (uint32_t)size);
    send(bytes, size);
    return part_wait(PROGRAM_LIMIT_US);
}

enum port_nor_result port_nor_erase_start(uint32_t address)
{
    if (address % SECTOR_SIZE != 0 || !inside(address, SECTOR_SIZE))
        return PORT_NOR_FAILED;
    if (erasing && port_nor_erase_poll() == PORT_NOR_BUSY)
        return PORT_NOR_BUSY;
    begin(WRITE_ENABLE, 0);
    begin_at(SECTOR_ERASE, address, 0);
    erasing = true;
    erase_end_us = board_time_us() + ERASE_LIMIT_US;
    return PORT_NOR_OK;
}

enum port_nor_result port_nor_erase_poll(void)
{
    if (!known)
        return PORT_NOR_FAILED;
    if (erasing) {
        erase_last = part_state();
        if (erase_last == PORT_NOR_BUSY && board_time_us() >= erase_end_us)
            erase_last = PORT_NOR_FAILED;
        erasing = erase_last == PORT_NOR_BUSY;
    }
    return erase_last;
}

/* A program is waited for when it is made, so only an erase can be on its way. */
enum port_nor_result port_nor_sync(void)
{
    enum port_nor_result result = port_nor_erase_poll();

    while (result == PORT_NOR_BUSY)
        result = port_nor_erase_poll();
    return known ? PORT_NOR_OK : PORT_NOR_FAILED;
}
