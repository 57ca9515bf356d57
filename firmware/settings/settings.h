/* SPDX-License-Identifier: MIT */
/*
 * settings.h: what one device keeps for itself: secrets, pins, trust anchors, its name, seed and
 * time floor. FORMAT.md has every bit.
 *
 * The values stand as one copy in one of two sectors. A change writes a copy with the change
 * into the other sector, makes that the one which counts, and erases the old one. So a value is
 * the old or the new one, whole, whatever becomes of the power; and a value that was removed or
 * replaced is gone from the flash when the change is over.
 *
 * One change is under way at most. Nothing here is logged, and nothing is written before the
 * start has its number in flash (`may_write`), because that number tells apart what several
 * interrupted starts wrote.
 */
#ifndef SETTINGS_SETTINGS_H
#define SETTINGS_SETTINGS_H

#include "base/cursor.h"
#include "config/config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers are those in flash: they stay what they are. */
enum settings_kind {
    SETTINGS_HOST_NAME = 1, /* without a name */
    SETTINGS_USER = 2,      /* these four: of the connector of that name */
    SETTINGS_PASSWORD = 3,
    SETTINGS_TOKEN = 4,
    SETTINGS_PIN = 5,        /* SHA-256 of a public key; several */
    SETTINGS_ANCHOR = 6,     /* of that label; several */
    SETTINGS_SEED = 7,       /* without a name */
    SETTINGS_TIME_FLOOR = 8, /* without a name: u32, seconds since 1970 */
    SETTINGS_ANY = 0         /* only to drop: of each kind */
};

#define SETTINGS_NAME_MAX 64 /* octets of a connector's name or a label */

enum settings_result {
    SETTINGS_OK,
    SETTINGS_BUSY,   /* an erase runs or a change is under way: ask again */
    SETTINGS_ABSENT, /* there is no such value */
    SETTINGS_FULL,   /* the copy would not fit a sector */
    SETTINGS_FAILED, /* the part did not keep it, or what is there cannot be read */
    SETTINGS_CLOSED  /* no part, or no start noted in it */
};

/*
 * Looks at both sectors: bounded, reads at most twice 64 KiB and writes nothing. `boot`: the
 * number of this start, one that no earlier start wrote anything with. False: what was there
 * is damaged (a value that cannot be read is absent).
 */
bool settings_open(uint16_t boot);

/*
 * One step of the change under way, or of ending one that power interrupted. `may_write`: the
 * number of this start is in flash. Returns the milliseconds until it wants another.
 */
uint32_t settings_poll(bool may_write);

/* ---- Reading ------------------------------------------------------------------------------- */

/* A value at rest; it is no longer to be read after a change (settings_read says ABSENT). */
struct settings_value {
    uint32_t generation;
    uint16_t page;
    uint8_t kind;
    uint8_t name_length;
};

/* Value number `index` (from 0) of that kind and name; an empty name stands for each. */
enum settings_result settings_find(enum settings_kind kind, struct cursor name,
                                   unsigned index, struct settings_value *value);

/*
 * Reads up to `size` octets from `offset` on; `*length` of them were there, fewer than asked
 * for at the end only; FAILED from behind the end. settings_read_name does the same with the
 * name.
 */
enum settings_result settings_read(const struct settings_value *value, size_t offset,
                                   uint8_t *bytes, size_t size, size_t *length);
enum settings_result settings_read_name(const struct settings_value *value, uint8_t *bytes,
                                        size_t size, size_t *length);

/* The first value of that kind and name, whole: FULL when `size` is too little for it. */
enum settings_result settings_get(enum settings_kind kind, struct cursor name,
                                  uint8_t *bytes, size_t size, size_t *length);

/* The host name as it was set, else CONFIG_HOST_NAME. It is in RAM. */
#define SETTINGS_HOST_MAX 100
const char *settings_own_host_name(void);

/* The same where no image without settings may pay for it. */
static inline const char *settings_host_name(void)
{
    return CONFIG_SETTINGS ? settings_own_host_name() : CONFIG_HOST_NAME;
}

/*
 * No time before this one is believed, seconds since 1970 UTC: the kept one, or
 * CONFIG_CLOCK_FLOOR where that is later. It is in RAM.
 */
uint32_t settings_time_floor(void);

/*
 * The clock has long and without contradiction said `proven_s`: raises the floor to a day
 * before, where that is a week more than now. A change of its own, begun when no other is under way.
 */
void settings_keep_time(uint32_t proven_s);

/* ---- Changing ------------------------------------------------------------------------------ */

#define SETTINGS_EACH 0xffff

/* What the copy leaves out: all values of `kind` and `name`, or only number `index` of them. */
struct settings_drop {
    uint8_t kind;
    uint16_t index; /* or SETTINGS_EACH */
    const char *name;
    uint8_t name_length; /* 0: whatever the name */
};

/*
 * Begins a change: a copy without what `drop` names (NULL: nothing), then, after settings_add,
 * with one value more. `drop->name` rests until the change is over. BUSY, FAILED or CLOSED:
 * nothing was begun.
 */
enum settings_result settings_begin(const struct settings_drop *drop);

/*
 * Ready for the new value: BUSY while the copy is under way, OK when settings_add, settings_put
 * or settings_commit may follow, else what ended the change.
 */
enum settings_result settings_ready(void);

/* Begins the new value; once in a change. The name is copied. */
enum settings_result settings_add(enum settings_kind kind, struct cursor name);

/* Adds octets to it. BUSY: nothing of `bytes` was taken; `size` is at most 128. */
enum settings_result settings_put(const uint8_t *bytes, size_t size);

/* Ends it. What became of it says settings_outcome. */
void settings_commit(void);

/* Drops the change; the values stay as they were. Its outcome is ABSENT. */
void settings_abandon(void);

/*
 * BUSY until all is over: the change is in flash and what it removed is gone from there. A
 * change that ends with FAILED after its commit is the one or the other at the next start.
 */
enum settings_result settings_outcome(void);

#endif
