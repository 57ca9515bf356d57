/* SPDX-License-Identifier: MIT */
/*
 * scenarios.h: what an appliance does with its spool, as a table of small stories. Each has a
 * part of the story that happened before (not cut) and one that is cut at every operation.
 * Steps tell the oracle what they ask for and what was answered.
 */
#ifndef TESTS_FLASH_SCENARIOS_H
#define TESTS_FLASH_SCENARIOS_H

#include "base/clock.h"
#include "spool/spool.h"

#include <stdbool.h>
#include <stdint.h>

/* What room there is after a cut. */
enum scenario_room {
    SCENARIO_HAS_ROOM,
    SCENARIO_MAY_BE_FULL, /* a letter from the LAN may be refused */
    SCENARIO_LAST_SECTORS /* the same, and with one that fails even a notice may be refused */
};

struct scenario {
    const char *name;
    void (*before)(void); /* NULL: a blank part, opened, its idle work done */
    void (*run)(void);
    uint8_t more_sectors; /* beyond the fewest that take a letter from the LAN */
    uint8_t polls;        /* that an erase takes */
    uint8_t room;         /* enum scenario_room */
    bool foreign;         /* stays closed: no operation at all is expected */
};

extern const struct scenario scenarios[];
extern const unsigned scenario_count;

/* A new part, the story before, and the mark that it is over: oracle_settle. */
void scenario_prepare(const struct scenario *scenario);

/* ---- Stories that begin after harm (scenarios_harm.c) ---------------------------------------- */

void before_starts_cut_short(void);
void starts_then_letters(void);
void before_closed_by_journal(void);
void letters_where_it_was(void);
void before_full_strip_in_doubt(void);
void before_used_ring(void);
void before_used_ring_alone(void);
void two_starts(void);
void sectors_turn(void);
void before_last_sectors(void);
void starts_in_last_sectors(void);

#endif
