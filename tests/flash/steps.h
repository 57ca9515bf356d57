/* SPDX-License-Identifier: MIT */
/*
 * steps.h: the steps of which stories, recoveries and the fuzzer are made. A step asks the
 * spool, does idle work while the answer is BUSY, up to a bound, and tells the oracle what was
 * asked and answered. Letters have the oracle's numbers; -1 is none, of which nothing becomes.
 */
#ifndef TESTS_FLASH_STEPS_H
#define TESTS_FLASH_STEPS_H

#include "base/clock.h"
#include "spool/spool.h"

#include <stdbool.h>
#include <stdint.h>

/* The clock of the firmware under test. */
extern struct clock step_clock;

/* A new story: no letter is on its way in, none is dead, the clock is at its beginning. */
void step_forget(void);

/* ---- Power and time -------------------------------------------------------------------------- */

/* Forgets what is in RAM, as a loss of power does, and starts; whether the spool opened. */
bool step_power_on(void);

/* The same, and the time that the flash knows must not be lost from now on. */
void step_restart(void);
void step_restart_and_idle(void);

/* Idle work until letters may be asked for; false: that never comes. */
bool step_get_ready(void);

/* Idle work until there is none at once; false: it never ends. */
bool step_idle(void);

void step_tick(uint32_t seconds);

/* The time and the boot reached so far must not be lost from now on. */
void step_note_time(void);

/* ---- Letters come in ------------------------------------------------------------------------- */

/* A letter of this many octets from the LAN; its number, or -1 when it was not taken. */
int step_put(uint32_t size);
int step_put_to(uint32_t size, unsigned recipients);
int step_put_as(enum spool_class class_, uint32_t size, unsigned recipients);

/* In the space kept for notices. */
int step_put_notice(uint32_t size);

/*
 * The same in parts, with letters in several slots at once; a restart forgets them. False:
 * refused. `octets`: at most so many more of the text; step_commit adds what is left.
 */
#define STEP_SLOTS 4
bool step_begin(unsigned slot, enum spool_class class_, uint32_t size, unsigned recipients);
bool step_add(unsigned slot, uint32_t octets);
int step_commit(unsigned slot);
void step_give_up(unsigned slot);

/* Whether the last step was refused for want of room. */
bool step_was_full(void);

/* ---- What becomes of letters ----------------------------------------------------------------- */

void step_try(int letter, uint32_t wait_s);
void step_settle(int letter, enum spool_settled how, unsigned first, unsigned count);
void step_sent(int letter, unsigned first, unsigned count);
void step_failed(int letter, unsigned first, unsigned count);
void step_close(int letter, enum spool_closed how);
void step_close_sent(int letter);

/* Dead letters beyond those that are kept make the oldest give way, which the oracle is told. */
void step_bury(int letter);
void step_delete_dead(int letter);
void step_forget_dead(void); /* no more is known of those before: none gives way */

void step_put_route(const struct spool_route *route);
void step_route(unsigned tries, uint32_t wait_s);

/* Where a letter is; head 0: nowhere. */
struct spool_letter step_find(int letter);

/* ---- What it is made of ---------------------------------------------------------------------- */

/* True after a piece of idle work when `result` is BUSY; false at last, then it is an answer. */
void step_start(void);
bool step_again(enum spool_result result);

/* A step was refused although nothing was wrong with the flash; its answer. */
extern bool step_refused;
extern enum spool_result step_refusal;

/*
 * Whether the console named a loss since the last call, over restarts: a line at level error or
 * warn, but for those that tell of something else (a program that was made good, a move put
 * off). step_tell_log: every line is told on standard output.
 */
bool step_named_loss(void);
extern bool step_tell_log;

#endif
