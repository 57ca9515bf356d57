/* SPDX-License-Identifier: MIT */
/*
 * oracle.h: what must be in the spool, kept in RAM from what the spool acknowledged. A scenario
 * notes each step before it is asked for and after it was answered, with the number of flash
 * operations done by then; so the oracle can say for a cut at any operation what is certain
 * (answered before), what is possible (under way) and what must not be.
 *
 * The invariants are those of flash-faults, by number; spool/INVARIANTS.md repeats them:
 *
 *   1  what was acknowledged is there, its octets the same
 *   2  what was not is whole or absent
 *   3  tries (letter's and route's) never go back; a cut adds or loses at most one
 *   4  a recipient done stays done, a letter closed stays closed, and lives at one place
 *   5  one notice per letter, recipient and kind
 *   6  a mount is bounded, formats nothing that is not blank, and repeats itself
 *   7  after recovery a letter is accepted, unless the spool is full; strips can be written
 *   8  the part's rules hold (the simulator sees to it)
 *   9  all sectors wear alike
 *  10  numbers survive their wrap; time and boots go on
 */
#ifndef TESTS_FLASH_ORACLE_H
#define TESTS_FLASH_ORACLE_H

#include "spool/spool.h"

#include "config/config.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#define ORACLE_LETTERS_MAX 600
#define ORACLE_STEPS_MAX   4000

/* ---- Findings -------------------------------------------------------------------------------- */

/* The first violation since oracle_clear; `invariant` 0: none. */
struct oracle_finding {
    unsigned invariant;
    char text[200];
};

extern struct oracle_finding oracle_finding;

void oracle_clear(void);
void oracle_violated(unsigned invariant, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- What a scenario tells ------------------------------------------------------------------- */

enum oracle_step {
    ORACLE_DEPOSIT,
    ORACLE_TRY,
    ORACLE_SENT,
    ORACLE_FAILED,
    ORACLE_CLOSE,
    ORACLE_BURY,
    ORACLE_ROUTE,
    ORACLE_FORMAT,
    ORACLE_TIME /* this much powered time and this boot had been reached */
};

/* Forgets everything: letters, steps. */
void oracle_new(void);

/* A letter that is about to be deposited; its number. Its text is oracle_octet's. */
unsigned oracle_letter(uint32_t size, unsigned recipients);
void oracle_set_id(unsigned letter, uint32_t id);

struct oracle_letter {
    uint32_t id, size;
    uint8_t recipients;
    bool named; /* `id` is known */
};

const struct oracle_letter *oracle_letter_at(unsigned letter);
unsigned oracle_letters(void);

/* Octet `at` of the text of a letter. */
uint8_t oracle_octet(unsigned letter, uint32_t at);

/* A step begins; the pointers may be NULL where the kind has no use for them. */
unsigned oracle_begin(enum oracle_step kind, unsigned letter);
void oracle_with_due(unsigned step, uint32_t due_s);
void oracle_with_time(unsigned step, uint32_t powered_s, uint32_t boot, bool begun);
void oracle_with_set(unsigned step, const struct recipient_set *set);
void oracle_with_route(unsigned step, const struct spool_route *route);

/* It ended. Not `done`: what it may have written counts as possible from now on. */
void oracle_end(unsigned step, bool done);

/* The steps so far become the past: done for good, at no operation. */
void oracle_settle(void);

/* Back to as much as was known then: letters and steps added since are forgotten. */
struct oracle_point {
    unsigned letters, steps;
};
struct oracle_point oracle_point(void);
void oracle_return(struct oracle_point point);

/* ---- What must hold -------------------------------------------------------------------------- */

struct expected_letter {
    bool must_live, may_live;
    bool
        may_be_lost; /* damage that the console names took it; its tries may be fewer, too */
    bool dead_min, dead_max;
    uint16_t tries_min, tries_max;
    uint32_t due_min, due_max; /* with tries_min and tries_max */
    struct recipient_set sent_min, sent_max, failed_min, failed_max;
};

struct expectation {
    bool may_be_foreign;
    bool facts_may_be_lost; /* so damaged: the route's record */
    unsigned letters;
    uint32_t powered_s, boot; /* certainly reached */
    bool begun; /* that boot said that it had begun: no later one has its number */
    struct spool_route route, route_next; /* what is certain, what is under way */
    struct expected_letter letter[ORACLE_LETTERS_MAX];
};

/*
 * What holds when power goes and of all operations the first `certain` were done for good and
 * nothing of those from number `possible` on.
 */
void oracle_expect(struct expectation *e, uint32_t certain, uint32_t possible);

/* ---- What is seen ---------------------------------------------------------------------------- */

struct seen_letter {
    uint16_t letter; /* number of the oracle */
    uint16_t head;
    struct spool_state state;
};

struct sight {
    unsigned count;
    struct spool_route route;
    uint16_t
        place[ORACLE_LETTERS_MAX]; /* of a letter in what follows, from 1; 0: not seen */
    struct seen_letter letter[ORACLE_LETTERS_MAX];
};

/* Walks through the spool; idle work must not have an erase under way. */
void oracle_look(struct sight *seen);

enum oracle_reading {
    ORACLE_SAME,
    ORACLE_REFUSED, /* the spool said that it cannot read it; what came before was right */
    ORACLE_ALTERED
};

/* Reads a letter whole, and holds it against what was deposited. */
enum oracle_reading oracle_read(const struct seen_letter *seen);

/* Reads those letters whose turn it is, so that about `octets` are read: all must be the same. */
void oracle_read_some(const struct sight *seen, uint32_t octets, uint32_t turn);

/* Holds what is seen against what must be. */
void oracle_judge(const struct expectation *e, const struct sight *seen);

/* The same of powered time and the number of the boot. */
void oracle_judge_time(const struct expectation *e, const struct clock *clock);

/* What a cut left open is decided: what is seen is certain from now on, and nothing else. */
void oracle_adopt(const struct sight *seen, const struct clock *clock);

/* What was seen once must be seen again; `when` says at which occasion. */
void oracle_same(const struct sight *before, const struct sight *after, const char *when);

/* From now on it counts as not seen. */
void oracle_drop(struct sight *seen, unsigned letter);

const struct seen_letter *oracle_find(const struct sight *seen, unsigned letter);

#endif
