/* SPDX-License-Identifier: MIT */
/* sector.c: the octets of FORMAT.md, checked as they are read and as they are written. */
#include "settings/sector.h"

#include "base/bytes.h"
#include "port/port.h"

#include <string.h>

#define READINGS 4 /* of one place, before it counts as damaged */

#define KIND_HEADER 'S'
#define KIND_VALUE  'V'
#define KIND_END    'Z'
#define KIND_RULES  'D'
#define KIND_ERASED 'E'

uint32_t sector_address(unsigned sector, unsigned page, unsigned unit)
{
    return PARTITION_SETTINGS_OFFSET + sector * PARTITION_SECTOR_SIZE + page * PAGE_SIZE +
           unit * UNIT_SIZE;
}

/* ---- Octets ------------------------------------------------------------------------------- */

static enum settings_result result_of(enum port_nor_result result)
{
    static const enum settings_result map[] = {
        [PORT_NOR_OK] = SETTINGS_OK,
        [PORT_NOR_BUSY] = SETTINGS_BUSY,
        [PORT_NOR_FAILED] = SETTINGS_FAILED,
    };
    return map[result];
}

static enum settings_result compare(uint32_t address, const uint8_t *bytes, size_t size)
{
    uint8_t piece[64];

    for (size_t done = 0; done < size; done += sizeof piece) {
        size_t part = min_size(size - done, sizeof piece);

        if (port_nor_read(address + (uint32_t)done, piece, part) != PORT_NOR_OK ||
            memcmp(piece, bytes + done, part) != 0)
            return SETTINGS_FAILED;
    }
    return SETTINGS_OK;
}

static enum settings_result program(uint32_t address, const uint8_t *bytes, size_t size)
{
    enum settings_result result = result_of(port_nor_program(address, bytes, size));

    if (result == SETTINGS_OK && compare(address, bytes, size) != SETTINGS_OK)
        result = compare(address, bytes, size); /* the first reading may have gone wrong */
    return result;
}

static bool are_ones(const uint8_t *bytes, size_t size)
{
    uint8_t every = 0xff;

    for (size_t i = 0; i < size; i++)
        every &= bytes[i];
    return every == 0xff;
}

/* A CRC-32 follows `size` octets. One bit that flipped in these or in it is put right. */
static bool check(uint8_t *bytes, size_t size)
{
    uint32_t difference = get_u32(bytes + size) ^ crc32_add(0, bytes, size);
    uint32_t bit;

    if (difference == 0)
        return true;
    bit = crc32_flipped_bit(difference, size);
    if (bit == CRC32_NO_BIT)
        return false;
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    return true;
}

/* ---- Units -------------------------------------------------------------------------------- */

static bool read_unit(unsigned sector, unsigned page, unsigned number, uint8_t kind,
                      uint8_t unit[UNIT_SIZE])
{
    for (unsigned i = 0; i < READINGS; i++) {
        if (port_nor_read(sector_address(sector, page, number), unit, UNIT_SIZE) !=
            PORT_NOR_OK)
            continue;
        if (unit[0] == kind &&
            crc32_add(0, unit, RECORD_SIZE) == get_u32(unit + RECORD_SIZE))
            return true;
    }
    return check(unit, RECORD_SIZE) && unit[0] == kind;
}

static enum settings_result write_unit(unsigned sector, unsigned page, unsigned number,
                                       uint8_t record[UNIT_SIZE])
{
    put_u32(record + RECORD_SIZE, crc32_add(0, record, RECORD_SIZE));
    return program(sector_address(sector, page, number), record, UNIT_SIZE);
}

enum settings_result sector_write_header(unsigned sector, uint32_t generation)
{
    uint8_t record[UNIT_SIZE] = {KIND_HEADER, FORMAT_VERSION};

    put_u32(record + 4, generation);
    return write_unit(sector, 0, 0, record);
}

enum settings_result sector_write_end(unsigned sector, unsigned pages, uint32_t generation)
{
    uint8_t record[UNIT_SIZE] = {KIND_END, 0};

    put_u16(record + 2, (uint16_t)pages);
    put_u32(record + 4, generation);
    return write_unit(sector, VALUES_PAGE + pages, 0, record);
}

/* ---- Notes -------------------------------------------------------------------------------- */

static unsigned place_of(uint16_t boot, enum note note)
{
    return (unsigned)boot % NOTES_STARTS * NOTES + (unsigned)note;
}

enum settings_result sector_write_note(unsigned sector, enum note note, uint16_t boot,
                                       uint32_t generation, uint32_t over)
{
    uint8_t record[UNIT_SIZE];
    unsigned place = place_of(boot, note);
    unsigned page = NOTES_PAGE + place / (PAGE_SIZE / UNIT_SIZE);
    unsigned unit = place % (PAGE_SIZE / UNIT_SIZE);
    enum port_nor_result result =
        port_nor_read(sector_address(sector, page, unit), record, UNIT_SIZE);

    if (result != PORT_NOR_OK)
        return result_of(result);
    if (!are_ones(record, UNIT_SIZE))
        return SETTINGS_FAILED;
    record[0] = note == NOTE_OTHER_ERASED ? KIND_ERASED : KIND_RULES;
    record[1] = 0;
    put_u16(record + 2, boot);
    put_u32(record + 4, generation);
    put_u32(record + 8, over);
    return write_unit(sector, page, unit, record);
}

/* Note `place` of all there can be, when it is one of that kind and generation. */
static bool read_note(unsigned sector, unsigned place, uint8_t kind, uint32_t generation,
                      uint8_t unit[UNIT_SIZE])
{
    unsigned page = NOTES_PAGE + place / (PAGE_SIZE / UNIT_SIZE);
    unsigned number = place % (PAGE_SIZE / UNIT_SIZE);

    if (port_nor_read(sector_address(sector, page, number), unit, UNIT_SIZE) ==
            PORT_NOR_OK &&
        are_ones(unit, UNIT_SIZE))
        return false;
    return read_unit(sector, page, number, kind, unit) && get_u32(unit + 4) == generation;
}

bool sector_rules(unsigned sector, uint32_t generation, uint32_t over, uint16_t *boot,
                  uint32_t *over_max)
{
    uint8_t unit[UNIT_SIZE];
    bool found = false;

    for (unsigned place = 0; place < NOTES_STARTS * NOTES; place++) {
        if (place % NOTES == NOTE_OTHER_ERASED ||
            !read_note(sector, place, KIND_RULES, generation, unit))
            continue;
        if (get_u32(unit + 8) > *over_max)
            *over_max = get_u32(unit + 8);
        if (over != 0 && get_u32(unit + 8) != over)
            continue;
        if (!found || (int16_t)(get_u16(unit + 2) - *boot) > 0)
            *boot = get_u16(unit + 2);
        found = true;
    }
    return found;
}

bool sector_knows_other_erased(unsigned sector, uint32_t generation)
{
    uint8_t unit[UNIT_SIZE];

    for (unsigned start = 0; start < NOTES_STARTS; start++) {
        if (read_note(sector, start * NOTES + NOTE_OTHER_ERASED, KIND_ERASED, generation,
                      unit))
            return true;
    }
    return false;
}

/* ---- Value pages -------------------------------------------------------------------------- */

static bool is_whole(uint8_t *page)
{
    return page[0] == KIND_VALUE && page[1] >= 1 && page[1] <= PAGE_PAYLOAD &&
           get_u32(page + PAGE_HEAD + page[1]) ==
               crc32_add(0, page, (size_t)PAGE_HEAD + page[1]);
}

/* With one flipped bit put right, unless it is one of the size or the kind of page. */
static bool correct(uint8_t *page)
{
    return page[0] == KIND_VALUE && page[1] >= 1 && page[1] <= PAGE_PAYLOAD &&
           check(page, (size_t)PAGE_HEAD + page[1]) && is_whole(page);
}

static void get_head(const uint8_t *page, struct page_head *head)
{
    *head = (struct page_head){page[1], page[2], page[3], page[4], page[5] != 0};
}

enum settings_result sector_read_page(unsigned sector, unsigned number, uint32_t generation,
                                      uint8_t page[PAGE_SIZE], struct page_head *head)
{
    uint32_t address = sector_address(sector, VALUES_PAGE + number, 0);
    enum settings_result result = SETTINGS_FAILED;

    for (unsigned i = 0; i < READINGS; i++) {
        result = result_of(port_nor_read(address, page, PAGE_SIZE));
        if (result == SETTINGS_BUSY || (result == SETTINGS_OK && is_whole(page)))
            break;
        result = SETTINGS_FAILED;
    }
    if (result == SETTINGS_FAILED && correct(page))
        result = SETTINGS_OK;
    if (result == SETTINGS_OK && get_u32(page + 8) != generation)
        result = SETTINGS_FAILED;
    get_head(page, head);
    return result;
}

enum settings_result sector_write_page(unsigned sector, unsigned number,
                                       uint32_t generation, uint8_t page[PAGE_SIZE],
                                       const struct page_head *head)
{
    size_t covered = (size_t)PAGE_HEAD + head->size;
    size_t whole = covered + 4;
    size_t padded = (whole + UNIT_SIZE - 1) / UNIT_SIZE * UNIT_SIZE;

    memset(page + whole, 0xff, padded - whole);
    page[0] = KIND_VALUE;
    page[1] = head->size;
    page[2] = head->kind;
    page[3] = head->name_length;
    page[4] = head->number;
    page[5] = head->last;
    put_u16(page + 6, 0xffff);
    put_u32(page + 8, generation);
    put_u32(page + covered, crc32_add(0, page, covered));
    return program(sector_address(sector, VALUES_PAGE + number, 0), page, padded);
}

/* ---- All of it ---------------------------------------------------------------------------- */

static bool is_end(unsigned sector, unsigned number, uint32_t generation)
{
    uint8_t unit[UNIT_SIZE];

    return read_unit(sector, VALUES_PAGE + number, 0, KIND_END, unit) &&
           get_u32(unit + 4) == generation && get_u16(unit + 2) == number;
}

struct sector_state sector_look(unsigned sector, uint8_t page[PAGE_SIZE])
{
    struct sector_state state = {0, 0, false, false};
    struct page_head head;

    if (!read_unit(sector, 0, 0, KIND_HEADER, page) || page[1] != FORMAT_VERSION)
        return state;
    state.generation = get_u32(page + 4);
    for (bool all = true; state.pages <= VALUES_MAX; state.pages++) {
        if (sector_read_page(sector, state.pages, state.generation, page, &head) ==
            SETTINGS_OK)
            continue;
        state.ended = is_end(sector, state.pages, state.generation);
        state.whole = state.ended && all;
        if (state.ended || are_ones(page, UNIT_SIZE))
            break;
        all = false;
    }
    return state;
}

bool sector_is_blank(unsigned sector)
{
    uint8_t piece[64];

    for (uint32_t at = 0; at < PARTITION_SECTOR_SIZE; at += sizeof piece) {
        if (port_nor_read(sector_address(sector, 0, 0) + at, piece, sizeof piece) !=
                PORT_NOR_OK ||
            !are_ones(piece, sizeof piece))
            return false;
    }
    return true;
}
