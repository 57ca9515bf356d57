/* SPDX-License-Identifier: MIT */
/*
 * store.h: what the settings keep in RAM, shared by the files of the folder. Nobody outside it
 * includes this.
 */
#ifndef SETTINGS_STORE_H
#define SETTINGS_STORE_H

#include "settings/sector.h"

/* Where a change, or the end of an interrupted one, is. */
enum settings_step {
    STEP_IDLE,
    STEP_RULE,         /* two whole copies: the one that counts says so */
    STEP_ERASE_TARGET, /* what follows, up to STEP_OPEN, is the copy */
    STEP_HEADER,
    STEP_COPY,
    STEP_OPEN, /* waits for the caller */
    STEP_CLOSE,
    STEP_SETTLE, /* the copy begins to count */
    STEP_ERASE_OLD,
    STEP_NOTE
};

struct settings_store {
    struct settings_drop drop;
    uint32_t generation;     /* of the copy that counts */
    uint32_t generation_max; /* seen */
    uint32_t other;          /* generation of a whole copy that does not count; 0: none */
    uint16_t pages;          /* of the copy that counts */
    uint16_t boot;
    int8_t live; /* the sector of the copy that counts, or -1 */
    uint8_t step, result;
    bool closed, doubtful; /* no start noted; two copies of which only a start can tell */
    bool adopted;          /* the copy that counts lacks the note that says so */
    bool other_erased;     /* nothing of a value is in the sector that does not count */
    bool founding;         /* the copy under way is the first, without a value */
    bool target_ready;     /* erased during this start, nothing written since */
    bool erasing, abandoned;

    uint16_t from, to, kept; /* pages of the copy under way; matches of `drop` so far */
    bool dropping;           /* the value at hand is left out */
    bool adding;
    struct page_head head; /* of the page that fills */
    uint8_t fill;
    uint8_t out[PAGE_SIZE];
    uint8_t in[PAGE_SIZE];
};

extern struct settings_store settings_store;

/* The host name of the copy that counts. */
void host_name_load(void);

/* The time floor of the copy that counts; raising it is a step a call. */
void floor_load(void);
void floor_poll(void);

/* The renewal of the seed, a step a call; true when there is another to take at once. */
void seed_forget(void);
bool seed_poll(void);

/* Whether the first page of a value, in `in`, is one of that kind and name. */
bool value_matches(const struct page_head *head, uint8_t kind, struct cursor name);

#endif
