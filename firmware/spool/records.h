/* SPDX-License-Identifier: MIT */
/*
 * records.h: the unit records of the spool, as FORMAT.md gives them, and their packing. Pure:
 * no flash, no state. Numbers are little-endian; a record is 12 octets, spare ones are 0xff.
 */
#ifndef SPOOL_RECORDS_H
#define SPOOL_RECORDS_H

#include "flashlog/flashlog.h"
#include "spool/spool.h"

/* Units of a head page. */
enum head_unit {
    HEAD_LETTER, /* 'H': who it is */
    HEAD_COMMIT, /* 'C': the letter exists from here on */
    HEAD_CLOSED, /* 'Z': its life is over; the next unit when this one may have been touched */
    HEAD_CLOSED_AGAIN,
    HEAD_STRIP,             /* first unit of the strip */
    HEAD_FIXED = HEAD_STRIP /* units that a mount reads of each head */
};

enum record_kind {
    RECORD_LETTER = 'H',
    RECORD_COMMIT = 'C',
    RECORD_CLOSED = 'Z',
    /* strip */
    RECORD_TRY = 't',
    RECORD_SENT = 's',
    RECORD_FAILED = 'f',
    RECORD_DEAD = 'd',
    /* journal */
    RECORD_START = 'S',
    RECORD_TIME = 'T',
    RECORD_ROUTE = 'R',
    RECORD_ERASE = 'X',
    RECORD_ERASE_OVER = 'Y',
    RECORD_HEAD_CLOSED = 'K',
    RECORD_INTENT = 'I',
    RECORD_INTENT_OVER = 'V',
    RECORD_SNAPSHOT_OVER = 'M'
};

struct head_record {
    uint8_t connectors;
    uint16_t boot;
    uint32_t id, deposited_s;
};

struct commit_record {
    uint8_t recipients;
    uint16_t first_page, last_page;
    uint16_t origin; /* head page that this one replaces, or 0 */
    uint32_t text_size;
};

/* Recipients in one SENT or FAILED record. */
#define RECORD_RECIPIENTS 64

typedef uint8_t record_bytes[FLASHLOG_RECORD_SIZE];

void record_put_head(record_bytes to, const struct head_record *head);
bool record_get_head(const uint8_t *unit, struct head_record *head);

void record_put_commit(record_bytes to, const struct commit_record *commit);
bool record_get_commit(const uint8_t *unit, struct commit_record *commit);

void record_put_closed(record_bytes to, enum spool_closed how, uint16_t boot,
                       uint16_t moved_to, uint32_t now_s);

/* What it says as `moved_to`. */
uint16_t record_moved_to(const uint8_t *unit);

void record_put_try(record_bytes to, uint8_t connector, uint16_t boot, uint16_t tries,
                    uint32_t due_s);

uint16_t record_tries(const uint8_t *unit);

/* One record for recipients first .. first + RECORD_RECIPIENTS - 1; false: none is in it. */
bool record_put_settled(record_bytes to, enum record_kind kind, uint8_t first,
                        uint16_t boot, const struct recipient_set *set);

void record_put_dead(record_bytes to, uint16_t boot, uint32_t now_s);

void record_put_start(record_bytes to, uint16_t boot, uint32_t now_s, uint32_t next_id);
void record_put_time(record_bytes to, uint16_t boot, uint32_t now_s, uint32_t wall_s);
void record_put_route(record_bytes to, uint8_t connector, const struct spool_route *route,
                      uint32_t now_s);

/* False: of a connector that this image does not have. */
bool record_get_route(const uint8_t *unit, uint8_t *connector, struct spool_route *route);

/* The powered time at which it was noted, given what the records before it say. */
uint32_t record_route_time(const uint8_t *unit, uint32_t known_s);

/* A record that says no more than its kind and a sector (ERASE, ERASE_OVER) or a page. */
void record_put_place(record_bytes to, enum record_kind kind, uint16_t place);

/* Heads of one sector, a bit each from the first: closed, whatever they read. */
struct closed_heads {
    uint16_t sector;
    uint8_t bits[FLASHLOG_HEADS / 8];
};

/* False: none is in it. */
bool record_put_closed_heads(record_bytes to, const struct closed_heads *heads);
void record_get_closed_heads(const uint8_t *unit, struct closed_heads *heads);

/*
 * An intent: that `record` is about to be written to this unit of this head page. It carries
 * all of the record but its boot, so that a mount can write it again elsewhere.
 */
struct intent {
    uint16_t page; /* 0: none */
    uint8_t unit;
    record_bytes record;
};

void record_put_intent(record_bytes to, const struct intent *intent);
bool record_get_intent(const uint8_t *unit, struct intent *intent);

/* The head that an announced COMMIT would replace, or 0. */
uint16_t intent_origin(const struct intent *intent);

/* A record that says no more than its kind: INTENT_OVER, SNAPSHOT_OVER. */
void record_put_mark(record_bytes to, enum record_kind kind);

/* Applies a valid strip unit to what is known of the letter. */
void record_apply(const uint8_t *unit, uint8_t connector, struct spool_state *state);

#endif
