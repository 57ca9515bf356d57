/* SPDX-License-Identifier: MIT */
/*
 * sector.h: one of the two sectors of the settings, as its files see it: units, value pages,
 * notes. Nobody outside the folder includes it. Everything written is read back and compared;
 * what does not check out is read again, and one flipped bit is put right.
 */
#ifndef SETTINGS_SECTOR_H
#define SETTINGS_SECTOR_H

#include "settings/settings.h"

#include "config/partitions.h"

#define SECTORS        2
#define PAGE_SIZE      256
#define UNIT_SIZE      16
#define PAGE_HEAD      12 /* and a CRC-32 behind the payload */
#define PAGE_PAYLOAD   (PAGE_SIZE - PAGE_HEAD - 4)
#define RECORD_SIZE    12
#define SECTOR_PAGES   (PARTITION_SECTOR_SIZE / PAGE_SIZE)
#define NOTES_PAGE     1 /* pages 1 to 24: three units for each of 128 starts */
#define NOTES_STARTS   128
#define VALUES_PAGE    25 /* from here on values, then the end */
#define VALUES_MAX     (SECTOR_PAGES - VALUES_PAGE - 1)
#define FORMAT_VERSION 1

enum note { NOTE_RULES, NOTE_RULES_AGAIN, NOTE_OTHER_ERASED, NOTES };

/* The head of a value page; numbers as in FORMAT.md. */
struct page_head {
    uint8_t size, kind, name_length, number;
    bool last;
};

/* What a sector holds. */
struct sector_state {
    uint32_t generation; /* 0: no header */
    uint16_t pages;      /* of values, before the end */
    bool ended, whole;   /* the end is there; and all before it */
};

uint32_t sector_address(unsigned sector, unsigned page, unsigned unit);

/* Its header and, when that is one of ours, every page up to the end. */
struct sector_state sector_look(unsigned sector, uint8_t page[PAGE_SIZE]);

/* Whether nothing but ones is in it. */
bool sector_is_blank(unsigned sector);

/*
 * Whether a copy says of itself that it rules over the other one of generation `over`; the
 * latest start that says so. `over` 0: over any.
 */
bool sector_rules(unsigned sector, uint32_t generation, uint32_t over, uint16_t *boot,
                  uint32_t *over_max);
bool sector_knows_other_erased(unsigned sector, uint32_t generation);

/* BUSY, FAILED or OK; a page that is no good value page of that generation is FAILED. */
enum settings_result sector_read_page(unsigned sector, unsigned number, uint32_t generation,
                                      uint8_t page[PAGE_SIZE], struct page_head *head);

enum settings_result sector_write_header(unsigned sector, uint32_t generation);
enum settings_result sector_write_page(unsigned sector, unsigned number,
                                       uint32_t generation, uint8_t page[PAGE_SIZE],
                                       const struct page_head *head);
enum settings_result sector_write_end(unsigned sector, unsigned pages, uint32_t generation);

/* FAILED where an earlier start of the same number in 128 has written there. */
enum settings_result sector_write_note(unsigned sector, enum note note, uint16_t boot,
                                       uint32_t generation, uint32_t over);

#endif
