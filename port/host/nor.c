/* SPDX-License-Identifier: MIT */
/*
 * nor.c: the NOR flash in a file of its own size, byte for byte. What a real part forbids is
 * refused: a second program of a unit between erases (a unit that is not blank; this also
 * means that no bit is ever raised), a program across a page, an erase off a sector's start.
 *
 * The file is written with one pwrite for each program or erase, so that a killed process
 * leaves whole operations, and reaches the disk with port_nor_sync. An erase is in the file at
 * once but counts as running for ERASE_MS, so that the firmware meets BUSY. A lock keeps a
 * second process off the file.
 */
#include "port/host/host.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLASH_SIZE  (16U << 20)
#define SECTOR_SIZE 65536U
#define PAGE_SIZE   256U
#define UNIT_SIZE   16U
#define ERASE_MS    1

static struct {
    int file;
    const uint8_t *bytes; /* the file, for reading */
    bool erasing;
    uint64_t erased_at_ms;
    enum port_nor_result last_erase;
} nor = {.file = -1};

static void make_blank(const char *path)
{
    static uint8_t blank[SECTOR_SIZE];

    memset(blank, 0xff, sizeof blank);
    for (off_t at = 0; at < (off_t)FLASH_SIZE; at += SECTOR_SIZE) {
        if (pwrite(nor.file, blank, sizeof blank, at) != (ssize_t)sizeof blank)
            host_fail("cannot write flash file %s: %s", path, strerror(errno));
    }
}

static void open_file(const char *path)
{
    struct stat facts;

    nor.file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (nor.file < 0)
        host_fail("cannot open flash file %s: %s", path, strerror(errno));
    if (flock(nor.file, LOCK_EX | LOCK_NB) != 0)
        host_fail("flash file %s is in use by another process", path);
    if (fstat(nor.file, &facts) != 0 || !S_ISREG(facts.st_mode))
        host_fail("flash file %s is not a file", path);
    if (facts.st_size == 0)
        make_blank(path);
    else if (facts.st_size != (off_t)FLASH_SIZE)
        host_fail("flash file %s has %lld bytes, and the flash has %u: use another file",
                  path, (long long)facts.st_size, FLASH_SIZE);
}

enum port_nor_result port_nor_open(struct port_nor_geometry *geometry)
{
    void *map;

    if (nor.file < 0)
        open_file(host_options.flash);
    if (nor.bytes == NULL) {
        map = mmap(NULL, FLASH_SIZE, PROT_READ, MAP_SHARED, nor.file, 0);
        if (map == MAP_FAILED)
            return PORT_NOR_FAILED;
        nor.bytes = map;
    }
    *geometry = (struct port_nor_geometry){FLASH_SIZE, SECTOR_SIZE, PAGE_SIZE, UNIT_SIZE};
    return PORT_NOR_OK;
}

static bool busy(void)
{
    if (nor.erasing && port_uptime_ms() >= nor.erased_at_ms)
        nor.erasing = false;
    return nor.erasing;
}

/* The end of an erase counts as an event, as if the part had a line for it. */
void host_nor_before_sleep(struct host_wait *wait)
{
    uint64_t now_ms = port_uptime_ms();

    if (nor.erasing && nor.erased_at_ms < now_ms + wait->max_ms)
        wait->max_ms =
            nor.erased_at_ms > now_ms ? (uint32_t)(nor.erased_at_ms - now_ms) : 0;
}

bool host_nor_after_sleep(void)
{
    return nor.erasing && !busy();
}

static bool inside(uint32_t address, size_t size)
{
    return nor.bytes != NULL && address <= FLASH_SIZE && size <= FLASH_SIZE - address;
}

enum port_nor_result port_nor_read(uint32_t address, uint8_t *bytes, size_t size)
{
    if (!inside(address, size))
        return PORT_NOR_FAILED;
    if (busy())
        return PORT_NOR_BUSY;
    memcpy(bytes, nor.bytes + address, size);
    return PORT_NOR_OK;
}

/* Whether every unit that the range touches is as the erase left it. */
static bool units_blank(uint32_t address, size_t size)
{
    size_t end = (address + size + UNIT_SIZE - 1) / UNIT_SIZE * UNIT_SIZE;

    for (size_t at = address / UNIT_SIZE * UNIT_SIZE; at < end; at++) {
        if (nor.bytes[at] != 0xff)
            return false;
    }
    return true;
}

enum port_nor_result port_nor_program(uint32_t address, const uint8_t *bytes, size_t size)
{
    if (!inside(address, size) || size == 0 || address % PAGE_SIZE + size > PAGE_SIZE)
        return PORT_NOR_FAILED;
    if (busy())
        return PORT_NOR_BUSY;
    if (!units_blank(address, size))
        return PORT_NOR_FAILED;
    return pwrite(nor.file, bytes, size, (off_t)address) == (ssize_t)size ? PORT_NOR_OK
                                                                          : PORT_NOR_FAILED;
}

enum port_nor_result port_nor_erase_start(uint32_t address)
{
    static uint8_t blank[SECTOR_SIZE];

    if (!inside(address, SECTOR_SIZE) || address % SECTOR_SIZE != 0)
        return PORT_NOR_FAILED;
    if (busy())
        return PORT_NOR_BUSY;
    memset(blank, 0xff, sizeof blank);
    nor.last_erase = PORT_NOR_FAILED;
    if (pwrite(nor.file, blank, sizeof blank, (off_t)address) == (ssize_t)sizeof blank)
        nor.last_erase = PORT_NOR_OK;
    nor.erasing = true;
    nor.erased_at_ms = port_uptime_ms() + ERASE_MS;
    return PORT_NOR_OK;
}

enum port_nor_result port_nor_erase_poll(void)
{
    return busy() ? PORT_NOR_BUSY : nor.last_erase;
}

enum port_nor_result port_nor_sync(void)
{
    return fdatasync(nor.file) == 0 ? PORT_NOR_OK : PORT_NOR_FAILED;
}
