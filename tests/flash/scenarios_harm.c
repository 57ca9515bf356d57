/* SPDX-License-Identifier: MIT */
/*
 * scenarios_harm.c: stories that begin after harm: starts that lost power again and again, a
 * head that only the journal closes, a ring full of closed letters, a part without a sector to
 * spare. What the cuts of such a story meet takes several cuts in a row otherwise.
 */
#include "tests/flash/scenarios.h"

#include "tests/flash/nor_simulator.h"
#include "tests/flash/oracle.h"
#include "tests/flash/steps.h"

#include "flashlog/flashlog.h"
#include "spool/records.h"
#include "spool/spool.h"

/* ---- Power that goes at a certain record ------------------------------------------------------ */

static void start_and_idle(void)
{
    step_power_on();
    step_note_time();
    step_idle();
    step_note_time();
}

/* Does `act` up to its first program of a record of this kind, which never begins. */
static void cut_at(uint8_t kind, void (*act)(void))
{
    volatile uint32_t operations = 0;
    volatile bool reached = false;

    while (!reached) {
        struct nor_mark mark = nor_mark();

        if (setjmp(nor_power) == 0) {
            nor_cut_in(operations);
            act();
            return; /* there is none */
        }
        reached = nor_interrupted()->size > 0 && nor_interrupted()->bytes[0] == kind;
        if (!reached)
            nor_rollback(mark);
        nor_release(mark);
        operations++;
    }
}

/* The same; the program began, and nothing shows of it. */
static void tear_at(uint8_t kind, void (*act)(void))
{
    const struct nor_tear nothing = {.fault = NOR_TORN_NOTHING};

    cut_at(kind, act);
    nor_tear(nor_interrupted(), &nothing);
}

/* The same; from now on it shows at times. */
static void leave_weak_at(uint8_t kind, void (*act)(void))
{
    const struct nor_tear weak = {.fault = NOR_WEAK_WHOLE, .reads = 60000, .seed = 1};

    cut_at(kind, act);
    nor_tear(nor_interrupted(), &weak);
}

static void start(void)
{
    step_power_on();
    step_idle();
}

/* ---- Letters that come and go ------------------------------------------------------------------ */

static void eat(uint32_t pages)
{
    step_close(step_put(pages * 240 - 100), SPOOL_CLOSED_SENT);
}

/* Turns the ring until the sector before this one is open. */
static void turn_up_to(unsigned sector)
{
    do {
        eat(230);
        step_idle();
    } while ((unsigned)(flashlog_open_sector() + 1) % flashlog_sectors() != sector);
}

/* ---- Stories ------------------------------------------------------------------------------------- */

/* As many starts as a mount looks through lost power just before they were of use. */
void before_starts_cut_short(void)
{
    start();
    for (unsigned i = 0; i < 8; i++)
        cut_at('V', start);
}

void starts_then_letters(void)
{
    start_and_idle();
    for (unsigned i = 0; i < 3; i++)
        step_put(40000);
}

static int doomed;

static void close_doomed(void)
{
    struct spool_letter letter;

    step_power_on();
    letter = step_find(doomed);
    spool_close(&letter, SPOOL_CLOSED_SENT, &step_clock);
}

/* Both units that could close its head were touched; then its sector is the next to be used. */
void before_closed_by_journal(void)
{
    unsigned step, sector;

    start();
    doomed = step_put(100);
    sector = flashlog_sector_of(step_find(doomed).head);
    step = oracle_begin(ORACLE_CLOSE, (unsigned)doomed);
    tear_at('Z', close_doomed);
    tear_at('Z', start);
    start_and_idle();
    oracle_end(step, true);
    turn_up_to(sector);
}

void letters_where_it_was(void)
{
    int letter = step_put(50000);

    step_try(letter, 900);
    start_and_idle();
    step_put(100);
}

static int doubtful;
static const struct recipient_set first_recipient = {{1}};

static void settle_first(void)
{
    struct spool_letter letter;

    step_power_on();
    letter = step_find(doubtful);
    spool_settle(&letter, SPOOL_SENT, &first_recipient);
}

/*
 * The event that filled its strip is in doubt: to end that takes a new head. The start before it
 * has written the last try once more, as its intent was the last record.
 */
void before_full_strip_in_doubt(void)
{
    unsigned step;

    start();
    doubtful = step_put_to(600, 2);
    for (unsigned i = 0; i < FLASHLOG_PAGE_UNITS - HEAD_STRIP - 2; i++)
        step_try(doubtful, 900);
    step_idle();
    step = oracle_begin(ORACLE_SENT, (unsigned)doubtful);
    oracle_with_set(step, &first_recipient);
    leave_weak_at('s', settle_first);
    oracle_end(step, false);
}

/* Each sector is full of heads whose letters are gone. */
void before_used_ring(void)
{
    start();
    for (unsigned sector = 0; sector < flashlog_sectors() + 2; sector++) {
        for (unsigned i = 0; i < 25; i++)
            step_close(step_put(20), SPOOL_CLOSED_SENT);
        eat(190);
        step_idle();
    }
}

/* And none of the sectors that were kept ready is left: starts took them, one after the other. */
void before_used_ring_alone(void)
{
    before_used_ring();
    for (unsigned i = 0; i < 3; i++)
        cut_at('X', start);
}

void two_starts(void)
{
    start_and_idle();
    start_and_idle();
}

void sectors_turn(void)
{
    start_and_idle();
    for (unsigned i = 0; i < 2; i++)
        eat(210);
    start_and_idle();
}

static void fill(void)
{
    start();
    while (step_put(15000) >= 0)
        continue;
    while (step_put_notice(15000) >= 0)
        continue;
}

/* Strips overflow until a sector of those kept for moves holds a head. */
void before_last_sectors(void)
{
    int sector;

    fill();
    sector = flashlog_open_sector();
    for (int i = 0; i < 1500; i++) {
        int open = flashlog_open_sector();

        if (open != sector && flashlog_holds((unsigned)open) > 0)
            break;
        step_try(i % 6, 900);
    }
    step_idle();
}

void starts_in_last_sectors(void)
{
    two_starts();
    step_try(1, 900);
}
