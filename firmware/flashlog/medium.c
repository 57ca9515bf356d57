/* SPDX-License-Identifier: MIT */
/*
 * medium.c: reads that may go wrong once or for good, and programs that are checked.
 *
 * A reading that does not check out is not believed before a second one says the same: where
 * all is blank it can be records that were not read, and a letter would be missing. What stays
 * wrong by one bit is put right by its CRC-32, which tells one flipped bit from two in records
 * of this length.
 */
#include "flashlog/medium.h"

#include "base/bytes.h"
#include "base/log.h"
#include "config/partitions.h"

#include <string.h>

/* Of one place, before what it says is taken as it is. */
#define READINGS 4

struct flashlog_marks medium_marks;

uint32_t medium_address(uint16_t page, unsigned unit)
{
    return PARTITION_SPOOL_OFFSET + (uint32_t)page * FLASHLOG_PAGE_SIZE +
           unit * FLASHLOG_UNIT_SIZE;
}

enum flashlog_result medium_result(enum port_nor_result result)
{
    static const enum flashlog_result map[] = {
        [PORT_NOR_OK] = FLASHLOG_OK,
        [PORT_NOR_BUSY] = FLASHLOG_BUSY,
        [PORT_NOR_FAILED] = FLASHLOG_FAILED,
    };
    return map[result];
}

enum flashlog_result medium_read(uint32_t address, uint8_t *bytes, size_t size)
{
    enum port_nor_result result = PORT_NOR_FAILED;

    for (unsigned i = 0; i < READINGS && result == PORT_NOR_FAILED; i++)
        result = port_nor_read(address, bytes, size);
    if (result == PORT_NOR_FAILED) {
        medium_marks.damaged++;
        log_write(LOG_ERROR, "flashlog", "read-failed", "address=%lu",
                  (unsigned long)address);
    }
    return medium_result(result);
}

/* ---- Units ----------------------------------------------------------------------------------- */

/* Blank first: most units that a mount reads are, and this costs less than a CRC. */
enum flashlog_unit flashlog_unit(const uint8_t *unit)
{
    unsigned blank = 0;

    while (blank < FLASHLOG_UNIT_SIZE && get_u32(unit + blank) == 0xffffffff)
        blank += 4;
    if (blank == FLASHLOG_UNIT_SIZE)
        return UNIT_BLANK;
    return get_u32(unit + FLASHLOG_RECORD_SIZE) == crc32_add(0, unit, FLASHLOG_RECORD_SIZE)
               ? UNIT_VALID
               : UNIT_BROKEN;
}

bool flashlog_ends_heads(const uint8_t *unit)
{
    return flashlog_unit(unit) == UNIT_BLANK || unit[0] == FLASHLOG_BODY;
}

/* Told once for a page, not at each reading. */
static void note_correction(uint16_t page)
{
    static uint16_t last;

    if (page != last)
        log_write(LOG_WARNING, "flashlog", "bit-corrected", "page=%u", page);
    last = page;
}

static void flip(uint8_t *bytes, uint32_t bit)
{
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
}

static void correct_unit(uint16_t page, uint8_t *unit)
{
    uint32_t difference =
        get_u32(unit + FLASHLOG_RECORD_SIZE) ^ crc32_add(0, unit, FLASHLOG_RECORD_SIZE);
    uint32_t bit = crc32_flipped_bit(difference, FLASHLOG_RECORD_SIZE);

    if (bit == CRC32_NO_BIT)
        return;
    flip(unit, bit);
    note_correction(page);
}

/* Reads a unit that read otherwise before, until it is valid or says the same twice. */
static enum flashlog_result read_unit_again(uint32_t address, uint8_t *unit)
{
    uint8_t before[FLASHLOG_UNIT_SIZE];
    enum flashlog_result result = FLASHLOG_OK;

    for (unsigned i = 0; i < READINGS && result == FLASHLOG_OK; i++) {
        if (flashlog_unit(unit) == UNIT_VALID)
            break;
        memcpy(before, unit, sizeof before);
        result = medium_read(address, unit, FLASHLOG_UNIT_SIZE);
        if (memcmp(before, unit, sizeof before) == 0)
            break;
    }
    return result;
}

/* Up to four units that are not all valid: read a second time, and what differs again. */
static enum flashlog_result confirm(uint16_t page, unsigned first, uint8_t *units,
                                    unsigned count)
{
    uint8_t again[4 * FLASHLOG_UNIT_SIZE];
    enum flashlog_result result =
        medium_read(medium_address(page, first), again, (size_t)count * FLASHLOG_UNIT_SIZE);

    for (unsigned i = 0; i < count && result == FLASHLOG_OK; i++) {
        uint8_t *unit = units + (size_t)i * FLASHLOG_UNIT_SIZE;
        const uint8_t *second = again + (size_t)i * FLASHLOG_UNIT_SIZE;

        if (flashlog_unit(unit) == UNIT_VALID)
            continue;
        if (memcmp(unit, second, FLASHLOG_UNIT_SIZE) != 0) {
            memcpy(unit, second, FLASHLOG_UNIT_SIZE);
            result = read_unit_again(medium_address(page, first + i), unit);
        }
        if (flashlog_unit(unit) == UNIT_BROKEN)
            correct_unit(page, unit);
    }
    return result;
}

/*
 * A passing fault flips a bit or spoils the whole reading, so a unit that reads blank beside a
 * valid one is blank. Of a mount this spares nearly all second readings.
 */
static bool are_sure(const uint8_t *units, unsigned count)
{
    bool any_valid = false;

    for (unsigned i = 0; i < count; i++) {
        enum flashlog_unit what = flashlog_unit(units + (size_t)i * FLASHLOG_UNIT_SIZE);

        if (what == UNIT_BROKEN)
            return false;
        any_valid = any_valid || what == UNIT_VALID;
    }
    return any_valid;
}

enum flashlog_result flashlog_read_units_once(uint16_t page, unsigned unit, unsigned count,
                                              uint8_t *bytes)
{
    return medium_read(medium_address(page, unit), bytes,
                       (size_t)count * FLASHLOG_UNIT_SIZE);
}

enum flashlog_result flashlog_read_units(uint16_t page, unsigned unit, unsigned count,
                                         uint8_t *bytes)
{
    enum flashlog_result result = flashlog_read_units_once(page, unit, count, bytes);

    if (result != FLASHLOG_OK || are_sure(bytes, count) ||
        (unit == 0 && bytes[0] == FLASHLOG_BODY)) /* no units at all */
        return result;
    for (unsigned done = 0; done < count && result == FLASHLOG_OK; done += 4)
        result = confirm(page, unit + done, bytes + (size_t)done * FLASHLOG_UNIT_SIZE,
                         (unsigned)min_size(count - done, 4));
    return result;
}

/* ---- Body pages ------------------------------------------------------------------------------ */

uint32_t medium_body_crc(const uint8_t *bytes, size_t size)
{
    uint32_t crc = crc32_add(0, bytes, FLASHLOG_RECORD_SIZE);

    return crc32_add(crc, bytes + FLASHLOG_BODY_HEAD, size);
}

static bool is_whole(const uint8_t *bytes)
{
    return bytes[0] == FLASHLOG_BODY && bytes[1] >= 1 && bytes[1] <= FLASHLOG_BODY_MAX &&
           get_u32(bytes + FLASHLOG_RECORD_SIZE) == medium_body_crc(bytes, bytes[1]);
}

/* One bit of the size: it tells how much the CRC is of, so each of the eight is tried. */
static bool correct_size(uint8_t *bytes)
{
    for (uint32_t bit = 8; bit < 16; bit++) {
        flip(bytes, bit);
        if (is_whole(bytes))
            return true;
        flip(bytes, bit);
    }
    return false;
}

/* The CRC is of the header and the payload; its own four octets stand between these. */
static bool correct_body(uint8_t *bytes)
{
    uint32_t size = bytes[1], bit;

    if (correct_size(bytes))
        return true;
    if (size > FLASHLOG_BODY_MAX)
        return false;
    bit = crc32_flipped_bit(get_u32(bytes + FLASHLOG_RECORD_SIZE) ^
                                medium_body_crc(bytes, size),
                            FLASHLOG_RECORD_SIZE + size);
    if (bit == CRC32_NO_BIT)
        return false;
    if (bit >= (FLASHLOG_RECORD_SIZE + size) * 8)
        bit -= size * 8;
    else if (bit >= FLASHLOG_RECORD_SIZE * 8)
        bit += 32;
    flip(bytes, bit);
    return is_whole(bytes);
}

enum flashlog_result flashlog_read_body(uint16_t page, uint8_t *bytes, size_t *size)
{
    enum flashlog_result result = FLASHLOG_DAMAGED;

    for (unsigned i = 0; i < 2 && result == FLASHLOG_DAMAGED; i++) {
        result = medium_read(medium_address(page, 0), bytes, FLASHLOG_PAGE_SIZE);
        if (result == FLASHLOG_OK && !is_whole(bytes))
            result = FLASHLOG_DAMAGED;
    }
    if (result == FLASHLOG_DAMAGED && correct_body(bytes)) {
        result = FLASHLOG_OK;
        note_correction(page);
    }
    *size = bytes[1];
    if (result == FLASHLOG_DAMAGED) {
        medium_marks.damaged++;
        log_write(LOG_ERROR, "flashlog", "page-damaged", "page=%u", page);
    }
    return result;
}

/* ---- Programs -------------------------------------------------------------------------------- */

static enum flashlog_result compare(uint32_t address, const uint8_t *bytes, size_t size)
{
    uint8_t piece[64];

    for (size_t done = 0; done < size; done += sizeof piece) {
        size_t part = min_size(size - done, sizeof piece);
        enum flashlog_result result = medium_read(address + (uint32_t)done, piece, part);

        if (result != FLASHLOG_OK)
            return result;
        if (memcmp(piece, bytes + done, part) != 0)
            return FLASHLOG_DAMAGED;
    }
    return FLASHLOG_OK;
}

enum flashlog_result medium_program(uint16_t page, unsigned unit, const uint8_t *bytes,
                                    size_t size)
{
    uint32_t address = medium_address(page, unit);
    enum flashlog_result result = medium_result(port_nor_program(address, bytes, size));

    if (result == FLASHLOG_OK) {
        medium_marks.programmed += (uint32_t)size;
        result = compare(address, bytes, size);
        if (result == FLASHLOG_DAMAGED)
            result = compare(address, bytes, size);
    }
    if (result == FLASHLOG_DAMAGED || result == FLASHLOG_FAILED) {
        medium_marks.damaged++;
        log_write(LOG_ERROR, "flashlog", "program-failed", "page=%u unit=%u", page, unit);
        return FLASHLOG_FAILED;
    }
    return result;
}
