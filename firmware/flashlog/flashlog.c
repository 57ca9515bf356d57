/* SPDX-License-Identifier: MIT */
/*
 * flashlog.c: the ring of sectors over the port's NOR.
 *
 * In RAM: two octets a sector, and where the open sector's three areas have grown to. The
 * states of a sector:
 *
 *   DIRTY  not to be trusted: erase before use
 *   LOST   the same, and without a header that must have been there
 *   READY  erased during this start, header ERASED written, not opened yet
 *   USED   header OPENED written: holds records
 *   BAD    an erase or its header failed: left alone until the next start
 */
#include "flashlog/medium.h"

#include "base/bytes.h"
#include "base/log.h"
#include "base/one_copy.h"
#include "config/config.h"
#include "config/partitions.h"

#include <string.h>

enum sector_state { SECTOR_DIRTY, SECTOR_LOST, SECTOR_READY, SECTOR_USED, SECTOR_BAD };

/* In the place of a sector of the log: the erase that runs is another's. */
#define APART FLASHLOG_SECTORS_MAX

enum header_unit { HEADER_ERASED, HEADER_OPENED, HEADER_UNITS };

struct sector {
    uint8_t holds;
    uint8_t state;
};

static struct {
    struct sector sectors[FLASHLOG_SECTORS_MAX];
    uint32_t sequence; /* of the sector opened last */
    uint16_t count, ready;
    int16_t open;    /* the open sector, or -1 */
    int16_t erasing; /* the sector whose erase runs, APART, or -1 */
    int16_t newest;  /* opened last before this start, or -1 */
    uint16_t next_head, next_body, next_note;
    bool open_failed; /* the open sector did not take something: the next one is opened */
    uint32_t erases;  /* of the sector whose erase runs */
} flash;

static bool apart_is_erased;

/* ---- The part ------------------------------------------------------------------------------ */

static uint16_t page_of(unsigned sector, unsigned page)
{
    return (uint16_t)(sector * FLASHLOG_SECTOR_PAGES + page);
}

/* A failure in the open sector ends it: the next one is opened. */
static enum flashlog_result program(uint16_t page, unsigned unit, const uint8_t *bytes,
                                    size_t size)
{
    enum flashlog_result result = medium_program(page, unit, bytes, size);

    if (result == FLASHLOG_FAILED && (int)flashlog_sector_of(page) == flash.open)
        flash.open_failed = true;
    return result;
}

static void set_state(unsigned sector, enum sector_state state)
{
    struct sector *s = &flash.sectors[sector];

    flash.ready =
        (uint16_t)(flash.ready + (state == SECTOR_READY) - (s->state == SECTOR_READY));
    s->state = (uint8_t)state;
    if (state == SECTOR_BAD) {
        medium_marks.sectors_bad++;
        log_write(LOG_ERROR, "flashlog", "sector-bad", "sector=%u", sector);
    }
}

/* ---- Units and body pages ------------------------------------------------------------------- */

enum flashlog_result flashlog_write_units(uint16_t page, unsigned unit,
                                          const uint8_t *records, unsigned count)
{
    uint8_t bytes[4 * FLASHLOG_UNIT_SIZE];

    if (count > sizeof bytes / FLASHLOG_UNIT_SIZE)
        return FLASHLOG_FAILED;
    for (unsigned i = 0; i < count; i++) {
        uint8_t *to = bytes + (size_t)i * FLASHLOG_UNIT_SIZE;

        memcpy(to, records + (size_t)i * FLASHLOG_RECORD_SIZE, FLASHLOG_RECORD_SIZE);
        put_u32(to + FLASHLOG_RECORD_SIZE, crc32_add(0, to, FLASHLOG_RECORD_SIZE));
    }
    return program(page, unit, bytes, (size_t)count * FLASHLOG_UNIT_SIZE);
}

enum flashlog_result flashlog_write_body(uint16_t page, uint8_t *bytes, size_t size)
{
    size_t whole = FLASHLOG_BODY_HEAD + size;
    size_t padded =
        (whole + FLASHLOG_UNIT_SIZE - 1) / FLASHLOG_UNIT_SIZE * FLASHLOG_UNIT_SIZE;

    memset(bytes + whole, 0xff, padded - whole);
    bytes[0] = FLASHLOG_BODY;
    bytes[1] = (uint8_t)size;
    put_u32(bytes + FLASHLOG_RECORD_SIZE, medium_body_crc(bytes, size));
    return program(page, 0, bytes, padded);
}

enum flashlog_result flashlog_sync(void)
{
    return medium_result(port_nor_sync());
}

/* ---- Sector headers -------------------------------------------------------------------------- */

/* Records of page 0: kind, format version, two spare octets, a number, four spare octets. */
static void put_header(uint8_t record[FLASHLOG_RECORD_SIZE], uint8_t kind, uint32_t number)
{
    memset(record, 0xff, FLASHLOG_RECORD_SIZE);
    record[0] = kind;
    record[1] = FLASHLOG_FORMAT_VERSION;
    put_u32(record + 4, number);
}

static enum flashlog_result write_header(unsigned sector, enum header_unit unit,
                                         uint8_t kind, uint32_t number)
{
    uint8_t record[FLASHLOG_RECORD_SIZE];

    put_header(record, kind, number);
    return flashlog_write_units(page_of(sector, 0), unit, record, 1);
}

struct header {
    enum sector_state state;
    bool other_version;
    uint32_t erases, sequence;
};

static struct header read_header(unsigned sector)
{
    uint8_t units[HEADER_UNITS * FLASHLOG_UNIT_SIZE];
    const uint8_t *opened = units + FLASHLOG_UNIT_SIZE;
    struct header header = {SECTOR_LOST, false, 0, 0};

    if (flashlog_read_units(page_of(sector, 0), 0, HEADER_UNITS, units) != FLASHLOG_OK)
        return header;
    if (flashlog_unit(units) != UNIT_VALID || units[0] != 'E')
        return header;
    header.other_version = units[1] != FLASHLOG_FORMAT_VERSION;
    if (header.other_version)
        return header;
    header.erases = get_u32(units + 4);
    header.state = SECTOR_DIRTY;
    if (flashlog_unit(opened) == UNIT_BLANK) {
        header.state = SECTOR_READY;
    } else if (flashlog_unit(opened) == UNIT_VALID && opened[0] == 'O') {
        header.state = SECTOR_USED;
        header.sequence = get_u32(opened + 4);
    }
    return header;
}

/* Sequence numbers wrap: later means less than half the range ahead. */
static bool is_later(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) > 0;
}

/* ---- Open ------------------------------------------------------------------------------------ */

static void note_erases(uint32_t erases)
{
    if (erases > medium_marks.erases_max)
        medium_marks.erases_max = erases;
    if (erases < medium_marks.erases_min)
        medium_marks.erases_min = erases;
}

static void note_newest(unsigned sector, uint32_t sequence)
{
    if (flash.newest < 0 || is_later(sequence, flash.sequence)) {
        flash.newest = (int16_t)sector;
        flash.sequence = sequence;
    }
}

static bool looks_blank(unsigned sector)
{
    static const uint8_t places[] = {0, 1, 64, 255};
    uint8_t units[2 * FLASHLOG_UNIT_SIZE];

    for (unsigned i = 0; i < COUNT_OF(places); i++) {
        if (flashlog_read_units(page_of(sector, places[i]), 0, 2, units) != FLASHLOG_OK ||
            flashlog_unit(units) != UNIT_BLANK ||
            flashlog_unit(units + FLASHLOG_UNIT_SIZE) != UNIT_BLANK)
            return false;
    }
    return true;
}

#define PIECE 64u

static bool reads_blank(uint32_t address)
{
    uint8_t piece[PIECE];
    uint8_t every = 0xff;

    if (medium_read(address, piece, sizeof piece) != FLASHLOG_OK)
        return false;
    for (size_t i = 0; i < sizeof piece; i++)
        every &= piece[i];
    return every == 0xff;
}

/* What did not read blank is blank all the same where the next two readings say so. */
static bool is_blank(unsigned sector)
{
    uint32_t first = medium_address(page_of(sector, 0), 0);

    for (uint32_t at = 0; at < FLASHLOG_PAGE_SIZE * FLASHLOG_SECTOR_PAGES; at += PIECE) {
        if (!reads_blank(first + at) &&
            !(reads_blank(first + at) && reads_blank(first + at)))
            return false;
    }
    return true;
}

/*
 * A part as it came from the factory. Its first sector may be anything: the first start of all
 * erases it, and may have been cut short.
 */
static bool all_blank(void)
{
    for (unsigned sector = 1; sector < flash.count; sector++) {
        if (!is_blank(sector))
            return false;
    }
    return true;
}

static bool geometry_fits(const struct port_nor_geometry *g)
{
    return g->page_size == FLASHLOG_PAGE_SIZE && g->unit_size == FLASHLOG_UNIT_SIZE &&
           g->sector_size == FLASHLOG_PAGE_SIZE * FLASHLOG_SECTOR_PAGES &&
           g->size >= PARTITION_SPOOL_OFFSET + 6 * g->sector_size;
}

/* Forgets everything known of the part; false when there is none to use. */
static bool start_over(void)
{
    struct port_nor_geometry geometry;

    memset(&flash, 0, sizeof flash);
    memset(&medium_marks, 0, sizeof medium_marks);
    flash.open = flash.erasing = flash.newest = -1;
    medium_marks.erases_min = UINT32_MAX;
    if (port_nor_open(&geometry) != PORT_NOR_OK || !geometry_fits(&geometry))
        return false;
    flash.count =
        (uint16_t)min_size((geometry.size - PARTITION_SPOOL_OFFSET) / geometry.sector_size,
                           FLASHLOG_SECTORS_MAX);
    return true;
}

static unsigned after(int sector)
{
    return (unsigned)(sector + 1) % flash.count;
}

/* The first sector in this state at or after `from` in the ring, or -1. */
static int find_state(unsigned from, enum sector_state state)
{
    for (unsigned i = 0; i < flash.count; i++) {
        unsigned sector = (from + i) % flash.count;

        if (flash.sectors[sector].state == state)
            return (int)sector;
    }
    return -1;
}

/* While the ring has its first turn, sectors after the newest were never in use. */
static void forgive_unused(void)
{
    for (int sector = flash.newest + 1; sector < flash.count; sector++) {
        if (flash.sectors[sector].state == SECTOR_LOST && flash.sequence <= flash.count)
            set_state((unsigned)sector, SECTOR_DIRTY);
    }
}

enum flashlog_opened flashlog_open(void)
{
    bool any = false, other_version = false;

    if (!start_over())
        return FLASHLOG_NO_FLASH;
    for (unsigned sector = 0; sector < flash.count; sector++) {
        struct header header = read_header(sector);

        other_version = other_version || header.other_version;
        set_state(sector, header.state == SECTOR_READY ? SECTOR_DIRTY : header.state);
        if (header.erases == 0)
            continue;
        any = true;
        note_erases(header.erases);
        if (header.state == SECTOR_USED)
            note_newest(sector, header.sequence);
    }
    if (!any && (other_version || !all_blank()))
        return FLASHLOG_FOREIGN;
    forgive_unused();
    return FLASHLOG_OPENED;
}

enum flashlog_opened flashlog_format(void)
{
    return start_over() ? FLASHLOG_OPENED : FLASHLOG_NO_FLASH;
}

void flashlog_distrust(unsigned sector)
{
    if (sector < flash.count)
        set_state(sector, SECTOR_DIRTY);
}

/* ---- Erasing --------------------------------------------------------------------------------- */

bool flashlog_ready(void)
{
    return flash.erasing < 0;
}

bool flashlog_may_erase(unsigned sector)
{
    const struct sector *s = &flash.sectors[sector];

    if ((int)sector == flash.open || s->holds > 0)
        return false;
    return s->state != SECTOR_READY && s->state != SECTOR_BAD;
}

bool flashlog_is_erased(unsigned sector)
{
    return flash.sectors[sector].state == SECTOR_READY;
}

static bool is_headless(unsigned sector)
{
    uint8_t unit[FLASHLOG_UNIT_SIZE];

    return flash.sectors[sector].state != SECTOR_USED ||
           (flashlog_read_units(flashlog_first_head(sector), 0, 1, unit) == FLASHLOG_OK &&
            flashlog_ends_heads(unit));
}

/* The first in the ring that may be erased, or that has no head besides; or -1. */
static int candidate(bool headless)
{
    int from = flash.open >= 0 ? flash.open : flash.newest;

    for (unsigned i = 0; i < flash.count; i++) {
        unsigned sector = (after(from) + i) % flash.count;

        if (flashlog_may_erase(sector) && (!headless || is_headless(sector)))
            return (int)sector;
    }
    return -1;
}

int flashlog_erase_candidate(void)
{
    return candidate(false);
}

int flashlog_headless_candidate(void)
{
    return candidate(true);
}

/* For a sector that has no header to tell: as the least worn, once it is erased. */
static uint32_t erases_guessed(void)
{
    return medium_marks.erases_min == UINT32_MAX ? 0 : medium_marks.erases_min - 1;
}

enum flashlog_result flashlog_erase(unsigned sector)
{
    struct header header = read_header(sector);
    enum port_nor_result result;

    if (!flashlog_ready())
        return FLASHLOG_BUSY;
    if (!flashlog_may_erase(sector))
        return FLASHLOG_FAILED;
    flash.erases = header.erases > 0 ? header.erases : erases_guessed();
    result = port_nor_erase_start(medium_address(page_of(sector, 0), 0));
    if (result == PORT_NOR_OK) {
        flash.erasing = (int16_t)sector;
        medium_marks.erased++;
    } else if (result == PORT_NOR_FAILED) {
        set_state(sector, SECTOR_BAD);
    }
    return medium_result(result);
}

enum flashlog_result flashlog_erase_apart(uint32_t address)
{
    enum port_nor_result result =
        flashlog_ready() ? port_nor_erase_start(address) : PORT_NOR_BUSY;

    apart_is_erased = false;
    if (result == PORT_NOR_OK)
        flash.erasing = APART;
    return medium_result(result);
}

bool flashlog_apart_is_erased(void)
{
    return apart_is_erased;
}

static void end_erase(unsigned sector, bool worked)
{
    flash.erasing = -1;
    if (CONFIG_SETTINGS && sector == APART) {
        apart_is_erased = worked;
        return;
    }
    if (worked && looks_blank(sector) &&
        write_header(sector, HEADER_ERASED, 'E', flash.erases + 1) == FLASHLOG_OK) {
        set_state(sector, SECTOR_READY);
        note_erases(flash.erases + 1);
    } else {
        set_state(sector, SECTOR_BAD);
    }
}

bool flashlog_erase_poll(void)
{
    enum port_nor_result result;

    if (flash.erasing < 0)
        return true;
    result = port_nor_erase_poll();
    if (result == PORT_NOR_BUSY)
        return false;
    end_erase((unsigned)flash.erasing, result == PORT_NOR_OK);
    return true;
}

/* ---- Writing --------------------------------------------------------------------------------- */

static bool is_open(void)
{
    return flash.open >= 0 && !flash.open_failed;
}

bool flashlog_has_note(void)
{
    return is_open() && flash.next_note + 1 < FLASHLOG_JOURNAL_UNITS;
}

bool flashlog_has_head(void)
{
    return is_open() && flash.next_head <= flash.next_body &&
           flash.next_head < FLASHLOG_FIRST_HEAD + FLASHLOG_HEADS;
}

bool flashlog_has_body(void)
{
    return is_open() && flash.next_body >= flash.next_head;
}

enum flashlog_result flashlog_turn(void)
{
    int from = flash.open >= 0 ? flash.open : flash.newest;
    int next = find_state(after(from), SECTOR_READY);
    enum flashlog_result result;

    if (!flashlog_ready())
        return FLASHLOG_BUSY;
    if (next < 0)
        return FLASHLOG_FULL;
    result = write_header((unsigned)next, HEADER_OPENED, 'O', flash.sequence + 1);
    if (result != FLASHLOG_OK) {
        set_state((unsigned)next, SECTOR_DIRTY);
        return result;
    }
    flash.sequence++;
    set_state((unsigned)next, SECTOR_USED);
    flash.open = (int16_t)next;
    flash.open_failed = false;
    flash.next_note = 0;
    flash.next_head = FLASHLOG_FIRST_HEAD;
    flash.next_body = FLASHLOG_SECTOR_PAGES - 1;
    return FLASHLOG_OK;
}

unsigned flashlog_sectors_ready(void)
{
    return flash.ready;
}

unsigned flashlog_sectors_free(void)
{
    unsigned count = flash.ready;

    for (unsigned sector = 0; sector < flash.count; sector++)
        count += flashlog_may_erase(sector);
    return count;
}

unsigned flashlog_body_pages_left(void)
{
    return flashlog_has_body() ? 1u + flash.next_body - flash.next_head : 0;
}

enum flashlog_result flashlog_note(const uint8_t record[FLASHLOG_RECORD_SIZE])
{
    unsigned unit = flash.next_note;

    if (!flashlog_ready())
        return FLASHLOG_BUSY;
    if (!is_open() || unit >= FLASHLOG_JOURNAL_UNITS)
        return FLASHLOG_FULL;
    flash.next_note++;
    return flashlog_write_units(
        page_of((unsigned)flash.open, FLASHLOG_JOURNAL_PAGE + unit / FLASHLOG_PAGE_UNITS),
        unit % FLASHLOG_PAGE_UNITS, record, 1);
}

uint16_t flashlog_take_head(void)
{
    return flashlog_has_head() ? page_of((unsigned)flash.open, flash.next_head++) : 0;
}

uint16_t flashlog_take_body(void)
{
    return flashlog_has_body() ? page_of((unsigned)flash.open, flash.next_body--) : 0;
}

/* ---- Sectors --------------------------------------------------------------------------------- */

unsigned flashlog_sectors(void)
{
    return flash.count;
}

bool flashlog_is_used(unsigned sector)
{
    return flash.sectors[sector].state == SECTOR_USED;
}

bool flashlog_is_lost(unsigned sector)
{
    return flash.sectors[sector].state == SECTOR_LOST;
}

int flashlog_newest(void)
{
    return flash.newest;
}

uint32_t flashlog_next_sequence(void)
{
    return flash.sequence + 1;
}

/*
 * Sectors that hold letters are passed over when the ring turns, so the sequence must tell. A
 * header that power interrupted may read otherwise than at the start; such a sector is no loss.
 */
int flashlog_opened_before(uint32_t *sequence)
{
    uint32_t latest = 0;
    int found = -1;

    for (unsigned sector = 0; sector < flash.count; sector++) {
        struct header header;

        if (flash.sectors[sector].state != SECTOR_USED)
            continue;
        header = read_header(sector);
        if (header.state == SECTOR_USED && is_later(*sequence, header.sequence) &&
            (found < 0 || is_later(header.sequence, latest))) {
            found = (int)sector;
            latest = header.sequence;
        }
    }
    *sequence = latest;
    return found;
}

int flashlog_open_sector(void)
{
    return flash.open;
}

static void change_holds(uint16_t first, uint16_t last, int by)
{
    unsigned sector = flashlog_sector_of(first);

    for (unsigned i = 0; i < flash.count; i++) {
        flash.sectors[sector].holds = (uint8_t)(flash.sectors[sector].holds + by);
        if (sector == flashlog_sector_of(last))
            return;
        sector = after((int)sector);
    }
}

void flashlog_hold(uint16_t first, uint16_t last)
{
    change_holds(first, last, 1);
}

ONE_COPY void flashlog_release(uint16_t first, uint16_t last)
{
    change_holds(first, last, -1);
}

unsigned flashlog_holds(unsigned sector)
{
    return flash.sectors[sector].holds;
}

const struct flashlog_marks *flashlog_marks(void)
{
    return &medium_marks;
}
