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

/* ---- Steps that recoveries take as well ------------------------------------------------------ */

/* The clock of the firmware under test. */
extern struct clock scenario_clock;

/* Forgets what is in RAM, as a loss of power does, and starts; whether the spool opened. */
bool scenario_power_on(void);

/* Idle work until letters may be asked for; false: that never comes. */
bool scenario_get_ready(void);

/* Idle work until there is none at once; false: it never ends. */
bool scenario_idle(void);

/* A letter of this many octets; its number, or -1 when the spool did not take it. */
int scenario_put(uint32_t size, unsigned recipients);

/* A notice of so many octets, in the space kept for notices. */
int scenario_put_notice(uint32_t size);

/* ---- Steps of which stories are made --------------------------------------------------------- */

/* Letters on their way in, in one of so many slots; a restart forgets them. */
#define SCENARIO_SLOTS 4
bool scenario_begin(unsigned slot, uint32_t size, unsigned recipients);
bool scenario_add(unsigned slot, uint32_t octets);
int scenario_commit(unsigned slot);
void scenario_give_up(unsigned slot);
void scenario_forget_deposits(void);

/* What becomes of a letter that the oracle knows. */
void scenario_try(int letter, uint32_t wait_s);
void scenario_settle(int letter, enum spool_settled how, unsigned first, unsigned count);
void scenario_close(int letter, enum spool_closed how);
void scenario_bury(int letter); /* not one more than are kept */

void scenario_route(unsigned tries, uint32_t wait_s);
void scenario_tick(uint32_t seconds);

/* The time reached so far must not be lost from now on. */
void scenario_note_time(void);

/* Where a letter is; head 0: nowhere. */
struct spool_letter scenario_find(int letter);

/* True after a step of idle work when `result` is BUSY; false at last, then it is an answer. */
void scenario_start_step(void);
bool scenario_again(enum spool_result result);

/* Whether the last put was refused for want of room. */
bool scenario_was_full(void);

/*
 * Whether the console named a loss since the last call, over restarts: a line at level error or
 * warn, but for those that tell of something else (a program that was made good, a move put
 * off). scenario_tell_log: every line is told on standard output.
 */
bool scenario_named_loss(void);
extern bool scenario_tell_log;

/* A step of the scenario was refused although nothing was wrong with the flash. */
extern bool scenario_refused;
extern enum spool_result scenario_refusal; /* its answer */

/* ---- Stories that begin after harm (scenarios_harm.c) ---------------------------------------- */

void before_starts_cut_short(void);
void starts_then_letters(void);
void before_closed_by_journal(void);
void letters_where_it_was(void);
void before_used_ring(void);
void before_used_ring_alone(void);
void two_starts(void);
void sectors_turn(void);
void before_last_sectors(void);
void starts_in_last_sectors(void);

#endif
