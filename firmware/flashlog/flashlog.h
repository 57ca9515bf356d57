/* SPDX-License-Identifier: MIT */
/*
 * flashlog.h: pages and units of NOR flash in which a record is whole or absent.
 *
 * The log's part of the flash is a ring of sectors. One sector at a time is open for writing;
 * it is laid out as (spool/FORMAT.md has every bit):
 *
 *   page 0       header: two units, ERASED and OPENED
 *   pages 1-15   journal: 240 units of facts, in order
 *   pages 16...  head pages, growing up, at most FLASHLOG_HEADS of them
 *   ... to 255   body pages, growing down
 *
 * A unit record is 12 octets and their CRC-32. A body page is 12 octets of header, a CRC-32,
 * and up to 240 octets of payload. Everything written is read back and compared at once.
 *
 * The log knows no letters. A sector may be erased when nobody holds it (flashlog_hold).
 * A sector opened before this start of the firmware gets no new page, and one that was erased
 * before it is erased again before it is opened: what a loss of power may have interrupted
 * there stays alone.
 *
 * Pages are numbered from the start of the log; page 0 is a header, so 0 stands for "none".
 */
#ifndef FLASHLOG_FLASHLOG_H
#define FLASHLOG_FLASHLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLASHLOG_PAGE_SIZE      256
#define FLASHLOG_SECTOR_PAGES   256
#define FLASHLOG_UNIT_SIZE      16
#define FLASHLOG_PAGE_UNITS     16
#define FLASHLOG_RECORD_SIZE    12
#define FLASHLOG_BODY_HEAD      16
#define FLASHLOG_BODY_MAX       (FLASHLOG_PAGE_SIZE - FLASHLOG_BODY_HEAD)
#define FLASHLOG_SECTORS_MAX    256
#define FLASHLOG_JOURNAL_PAGE   1
#define FLASHLOG_JOURNAL_UNITS  240
#define FLASHLOG_FIRST_HEAD     16
#define FLASHLOG_HEADS          40
#define FLASHLOG_FORMAT_VERSION 1

enum flashlog_result {
    FLASHLOG_OK,
    FLASHLOG_BUSY,   /* an erase runs: nothing was done */
    FLASHLOG_FULL,   /* no sector is ready to be opened */
    FLASHLOG_FAILED, /* the part reported an error or did not keep what was written */
    FLASHLOG_DAMAGED /* what was read does not check out */
};

enum flashlog_opened {
    FLASHLOG_OPENED,
    FLASHLOG_FOREIGN, /* not blank, and not ours or of another format version */
    FLASHLOG_NO_FLASH /* no part, or one of a geometry that this format does not fit */
};

/*
 * Reads the sector headers: 32 octets a sector; and all of the part once, when no sector has
 * one. A blank part becomes an empty log without a write. Nothing is held yet.
 */
enum flashlog_opened flashlog_open(void);

/* Makes every sector one to be erased before use; what was there is lost. */
enum flashlog_opened flashlog_format(void);

/* ---- Erasing ------------------------------------------------------------------------------ */

/* False while an erase runs: everything that touches flash answers BUSY. */
bool flashlog_ready(void);

/* Ends a finished erase. Returns false while one runs. */
bool flashlog_erase_poll(void);

/* Whether a sector was erased well during this start, and not opened yet. */
bool flashlog_is_erased(unsigned sector);

/* The sector to be erased next when more ready ones are wanted, or -1. */
int flashlog_erase_candidate(void);

/* The same, of those that have no head page: the half of an erase brings nothing to life. */
int flashlog_headless_candidate(void);

/* Whether a sector may be erased: it is not open, held, erased already, or tried in vain. */
bool flashlog_may_erase(unsigned sector);

/* Starts its erase. The caller has noted in the journal that this may be cut short. */
enum flashlog_result flashlog_erase(unsigned sector);

/*
 * The part erases one sector at a time: starts the erase of one that is not the log's. It ends
 * as the log's own do, and then one is told whether it worked.
 */
enum flashlog_result flashlog_erase_apart(uint32_t address);
bool flashlog_apart_is_erased(void);

/*
 * At mount: an erase of this sector was begun and may have been cut short. Its content means
 * nothing, even where it reads blank and with a header; it is erased again before use.
 */
void flashlog_distrust(unsigned sector);

/* ---- Writing: always into the open sector -------------------------------------------------- */

/* How much the open sector still takes. The last note is kept for one that must follow. */
bool flashlog_has_note(void);
bool flashlog_has_head(void);
bool flashlog_has_body(void);
unsigned flashlog_body_pages_left(void);

/*
 * Closes the open sector, if any, and opens the next ready one. The caller then writes into
 * its journal whatever of older sectors must still be known.
 */
enum flashlog_result flashlog_turn(void);

/* Sectors that can be opened without an erase, and those that an erase would make so. */
unsigned flashlog_sectors_ready(void);
unsigned flashlog_sectors_free(void);

/* Appends one record to the journal of the open sector. */
enum flashlog_result flashlog_note(const uint8_t record[FLASHLOG_RECORD_SIZE]);

/* Takes a page of the open sector; 0 when it has none left. */
uint16_t flashlog_take_head(void);
uint16_t flashlog_take_body(void);

/* Programs `count` records into units of a page that are blank. */
enum flashlog_result flashlog_write_units(uint16_t page, unsigned unit,
                                          const uint8_t *records, unsigned count);

/*
 * Programs a body page: `bytes` holds FLASHLOG_BODY_HEAD octets, of which 2 to 11 are the
 * caller's and the rest is filled in, then `size` octets of payload (1..FLASHLOG_BODY_MAX), and
 * is FLASHLOG_PAGE_SIZE long.
 */
enum flashlog_result flashlog_write_body(uint16_t page, uint8_t *bytes, size_t size);

/* Returns when everything written so far outlives a loss of power. */
enum flashlog_result flashlog_sync(void);

/* ---- Reading ------------------------------------------------------------------------------- */

enum flashlog_unit { UNIT_BLANK, UNIT_VALID, UNIT_BROKEN };

/* Reads `count` units of a page (unit + count <= FLASHLOG_PAGE_UNITS) into 16 octets each. */
enum flashlog_result flashlog_read_units(uint16_t page, unsigned unit, unsigned count,
                                         uint8_t *bytes);

/* The same without that: a caller who finds a unit that is not valid or blank reads again. */
enum flashlog_result flashlog_read_units_once(uint16_t page, unsigned unit, unsigned count,
                                              uint8_t *bytes);

/* What the 16 octets of a unit are; a VALID one starts with its record. */
enum flashlog_unit flashlog_unit(const uint8_t *unit);

/*
 * Whether a page that begins with this unit ends a sector's head pages: it is blank or a body
 * page. Heads grow up until they meet the bodies, so there are no more behind it.
 */
bool flashlog_ends_heads(const uint8_t *unit);

/* Reads a body page into 256 octets and checks it: OK or DAMAGED. `size`: of its payload. */
enum flashlog_result flashlog_read_body(uint16_t page, uint8_t *bytes, size_t *size);

/* ---- Sectors -------------------------------------------------------------------------------- */

unsigned flashlog_sectors(void);

/* Whether a sector has been opened and not erased since. */
bool flashlog_is_used(unsigned sector);

/*
 * Whether it had no header at the start though it must have been in use: its erase was cut
 * short, or it is damaged and what was in it is lost.
 */
bool flashlog_is_lost(unsigned sector);

/* The used sector opened last before this start, or -1. */
int flashlog_newest(void);

/*
 * Sequence numbers: what the next sector to be opened gets; and the used sector opened last
 * before one, or -1, which is replaced by its own.
 */
uint32_t flashlog_next_sequence(void);
int flashlog_opened_before(uint32_t *sequence);

/* The open sector, or -1. */
int flashlog_open_sector(void);

static inline unsigned flashlog_sector_of(uint16_t page)
{
    return page / FLASHLOG_SECTOR_PAGES;
}

static inline uint16_t flashlog_first_head(unsigned sector)
{
    return (uint16_t)(sector * FLASHLOG_SECTOR_PAGES + FLASHLOG_FIRST_HEAD);
}

static inline bool flashlog_is_head(uint16_t page)
{
    unsigned place = page % FLASHLOG_SECTOR_PAGES;

    return flashlog_sector_of(page) < flashlog_sectors() && place >= FLASHLOG_FIRST_HEAD &&
           place < FLASHLOG_FIRST_HEAD + FLASHLOG_HEADS;
}

/*
 * Holds, or lets go, the sectors of the ring from that of page `first` to that of page `last`,
 * in the order in which they are opened.
 */
void flashlog_hold(uint16_t first, uint16_t last);
void flashlog_release(uint16_t first, uint16_t last);
unsigned flashlog_holds(unsigned sector);

struct flashlog_marks {
    uint32_t programmed, erased; /* since the start: bytes, sectors */
    uint32_t erases_min, erases_max;
    uint32_t sectors_bad;
    uint32_t damaged; /* pages and units that do not check out */
};

const struct flashlog_marks *flashlog_marks(void);

#endif
