/* SPDX-License-Identifier: MIT */
/*
 * scenarios.c: the stories. `before` brings the part to where the story becomes interesting;
 * `run` is cut. Both are made of steps (steps.h).
 */
#include "tests/flash/scenarios.h"

#include "tests/flash/nor_simulator.h"
#include "tests/flash/oracle.h"
#include "tests/flash/steps.h"

#include "base/bytes.h"
#include "flashlog/flashlog.h"
#include "spool/spool.h"

#include "config/config.h"
#include "config/partitions.h"

#include <stdio.h>
#include <string.h>

/* The fewest sectors of a spool that takes letters from the LAN, and some to turn over. */
#define FEWEST_SECTORS (9 + CONFIG_SPOOL_RESERVE_SECTORS)

#define FIRST_SECTOR (PARTITION_SPOOL_OFFSET / NOR_SECTOR_SIZE)

/* ---- Places ---------------------------------------------------------------------------------- */

/* A letter that takes about so many pages, and is gone again. */
static void eat(unsigned pages)
{
    step_close_sent(step_put(pages * 240 - 100));
}

/* The ring has turned: every sector was opened once and idle work keeps a few ready. */
static void turn_ring(void)
{
    for (unsigned i = 0; i < flashlog_sectors() + 2; i++) {
        eat(230);
        step_idle();
    }
}

static void new_spool(void)
{
    step_power_on();
    step_idle();
}

static void aged(void)
{
    new_spool();
    for (unsigned i = 0; i < 60; i++) {
        int letter = step_put(2000 + i % 7 * 3000);

        step_try(letter, 900);
        step_close_sent(letter);
        if (i % 17 == 0)
            step_restart_and_idle();
    }
    step_idle();
}

static void in_turned_ring(void)
{
    new_spool();
    turn_ring();
}

/* ---- Stories: letters come in ------------------------------------------------------------------ */

static void one_letter(void)
{
    step_close_sent(step_put(600));
}

static void one_empty(void)
{
    step_close_sent(step_put(0));
}

static void one_of_three_pages_exactly(void)
{
    int letter = step_put(3 * 240 - 16 - 17 - 3);

    step_try(letter, 900);
    step_close_sent(letter);
}

static void near_end_of_sector(void)
{
    new_spool();
    eat(238);
    step_idle();
}

static void one_across_sectors(void)
{
    int letter = step_put(5000);

    step_idle();
    step_close_sent(letter);
}

static void three_together(void)
{
    for (unsigned i = 0; i < 3; i++)
        step_begin(i, SPOOL_FROM_LAN, 1500, i + 1);
    for (unsigned part = 0; part < 3; part++) {
        for (unsigned i = 0; i < 3; i++)
            step_add(i, 500);
    }
    step_commit(1);
    step_commit(0);
    step_idle();
    step_commit(2);
}

static void some_given_up_midway(void)
{
    step_begin(0, SPOOL_FROM_LAN, 2000, 1);
    step_add(0, 900);
    step_begin(1, SPOOL_FROM_LAN, 900, 1);
    step_add(1, 900);
    step_give_up(0);
    step_commit(1);
    step_begin(0, SPOOL_FROM_LAN, 2000, 1);
    step_add(0, 1500);
    step_give_up(0);
    step_put(100);
}

static void many_tiny(void)
{
    for (unsigned i = 0; i < 6; i++)
        step_put(10 + i);
}

static void heads_nearly_used_up(void)
{
    new_spool();
    for (unsigned i = 0; i < FLASHLOG_HEADS - 2; i++)
        step_close_sent(step_put(20));
    step_idle();
}

static void heads_used_up(void)
{
    int kept = step_put(30);

    for (unsigned i = 0; i < 4; i++)
        step_close_sent(step_put(20));
    step_try(kept, 900);
}

/* ---- Stories: recipients ------------------------------------------------------------------------ */

static void hundred_recipients(void)
{
    int letter = step_put_to(400, 100);

    step_try(letter, 900);
    step_sent(letter, 0, 100);
    step_close(letter, SPOOL_CLOSED_SETTLED);
}

static void mixed_outcomes(void)
{
    int letter = step_put_to(400, 20);

    step_try(letter, 900);
    step_sent(letter, 0, 7);
    step_failed(letter, 7, 2);
    step_tick(900);
    step_try(letter, 1800);
    step_sent(letter, 9, 5);
    step_failed(letter, 14, 6);
    step_close(letter, SPOOL_CLOSED_SETTLED);
}

static void mixed_over_boots(void)
{
    int letter = step_put_to(400, 70);

    step_try(letter, 900);
    step_sent(letter, 0, 30);
    step_restart();
    step_failed(letter, 30, 3);
    step_restart_and_idle();
    step_try(letter, 900);
    step_sent(letter, 33, 37);
    step_restart();
    step_close(letter, SPOOL_CLOSED_SETTLED);
}

static void both_sides_of_64(void)
{
    int letter = step_put_to(200, 66);

    step_sent(letter, 63, 2);
    step_failed(letter, 62, 1);
    step_failed(letter, 65, 1);
    step_sent(letter, 0, 62);
    step_close(letter, SPOOL_CLOSED_SETTLED);
}

static void one_by_one(void)
{
    int letter = step_put_to(200, 14);

    for (unsigned i = 0; i < 14; i++)
        step_settle(letter, i % 3 == 2 ? SPOOL_GIVEN_UP : SPOOL_SENT, i, 1);
    step_close(letter, SPOOL_CLOSED_SETTLED);
}

/* ---- Stories: tries ------------------------------------------------------------------------------ */

static void twelve_tries(void)
{
    int letter = step_put(1024);

    for (unsigned i = 0; i < 12; i++) {
        step_try(letter, 900);
        step_tick(900);
    }
    step_close_sent(letter);
}

static void strip_overflows(void)
{
    int letter = step_put_to(300, 3);

    step_sent(letter, 1, 1);
    for (unsigned i = 0; i < 26; i++)
        step_try(letter, 60);
    step_close_sent(letter);
}

static void tries_over_boots(void)
{
    int letter = step_put(300);

    for (unsigned i = 0; i < 8; i++) {
        step_try(letter, 900);
        if (i % 2 == 0)
            step_restart_and_idle();
    }
    step_close_sent(letter);
}

static void tries_at_once_after_boot(void)
{
    int letter = step_put(300);

    for (unsigned i = 0; i < 6; i++) {
        step_restart();
        step_try(letter, 900);
    }
    step_restart();
    step_close_sent(letter);
}

static void tries_of_two_letters(void)
{
    int a = step_put(300), b = step_put(700);

    for (unsigned i = 0; i < 5; i++) {
        step_try(a, 300);
        step_try(b, 300);
        step_tick(300);
    }
    step_close_sent(b);
    step_close_sent(a);
}

static void route_schedule(void)
{
    for (unsigned i = 1; i <= 14; i++) {
        step_route(i, 900);
        step_tick(900);
    }
    step_route(0, 0);
}

static void route_stopped_and_frozen(void)
{
    struct spool_route r = {.tries = 2, .stopped = 1, .cause = 3, .due_s = 500};

    step_put_route(&r);
    r.frozen = 1;
    step_put_route(&r);
    step_restart_and_idle();
    r.frozen = 0;
    step_put_route(&r);
    step_restart();
    r.stopped = 0;
    step_put_route(&r);
}

static void route_and_letter(void)
{
    int letter = step_put(800);

    for (unsigned i = 1; i <= 5; i++) {
        step_route(i, 900);
        if (i % 2 == 0)
            step_try(letter, 900);
        step_tick(900);
    }
    step_route(0, 0);
    step_close_sent(letter);
}

/* ---- Stories: ends -------------------------------------------------------------------------------- */

static void given_up_with_notice(void)
{
    int letter = step_put_to(500, 2), notice;

    step_try(letter, 900);
    step_failed(letter, 0, 2);
    notice = step_put_as(SPOOL_NOTICE, 900, 1);
    step_close(letter, SPOOL_CLOSED_SETTLED);
    step_try(notice, 900);
    step_close_sent(notice);
}

static void dead(void)
{
    int letter = step_put(500);

    step_try(letter, 900);
    step_failed(letter, 0, 1);
    step_bury(letter);
    step_put(100);
    step_delete_dead(letter);
}

static void more_dead_than_kept(void)
{
    for (unsigned i = 0; i < CONFIG_DEAD_LETTERS_MAX + 3; i++) {
        int letter = step_put(100 + i);

        step_failed(letter, 0, 1);
        step_bury(letter);
    }
}

static void dead_over_boots(void)
{
    for (unsigned i = 0; i < CONFIG_DEAD_LETTERS_MAX + 2; i++) {
        int letter = step_put(100 + i);

        step_bury(letter);
        step_restart();
    }
}

static void four_waiting(void)
{
    new_spool();
    for (unsigned i = 0; i < 4; i++)
        step_put(300);
    step_restart_and_idle();
}

/* The letters of `before`, by number. */
static void closed_in_a_later_boot(void)
{
    step_close_sent(0);
    step_restart();
    step_close_sent(1);
    step_try(2, 900);
    step_close_sent(2);
    step_restart_and_idle();
    step_close_sent(3);
}

static void tried_then_closed_later(void)
{
    new_spool();
    for (unsigned i = 0; i < 3; i++) {
        int letter = step_put(300);

        for (unsigned k = 0; k < 10; k++)
            step_try(letter, 900);
    }
    step_restart();
}

static void closed_with_full_strips(void)
{
    step_close_sent(0);
    step_try(1, 900);
    step_close_sent(1);
    step_restart();
    step_try(2, 900);
    step_restart();
    step_close_sent(2);
}

/* ---- Stories: reclaim ------------------------------------------------------------------------------ */

static void erases(void)
{
    for (unsigned i = 0; i < 4; i++) {
        step_restart_and_idle();
        one_letter();
    }
}

static int moved_from(int letter)
{
    return step_find(letter).head;
}

/* Living letters are at hand; the ring comes round to them next. */
static void with_living_in_the_way(void)
{
    int kept[3];

    new_spool();
    turn_ring();
    kept[0] = step_put(900);
    kept[1] = step_put(100);
    kept[2] = step_put(2500);
    step_try(kept[0], 900);
    step_try(kept[0], 900);
    step_sent(kept[1], 0, 1);
    for (unsigned i = 0; i < flashlog_sectors() - 4; i++) {
        eat(230);
        step_idle();
    }
}

/* The three letters that live are the last but for those eaten. */
static int first_living(void)
{
    struct spool_walk walk;
    uint16_t head;
    uint32_t id;

    spool_walk_begin(&walk);
    while (spool_walk_next(&walk, &head, &id) == SPOOL_OK) {
        for (unsigned i = 0; head != 0 && i < oracle_letters(); i++) {
            if (oracle_letter_at(i)->id == id)
                return (int)i;
        }
    }
    return -1;
}

static void until_moved(unsigned turns)
{
    int letter = first_living();
    int was = letter >= 0 ? moved_from(letter) : 0;

    for (unsigned i = 0; i < turns && letter >= 0 && moved_from(letter) == was; i++)
        step_restart_and_idle();
}

static void moves(void)
{
    until_moved(8);
    step_try(first_living(), 900);
}

static void big_living_in_the_way(void)
{
    int kept;

    new_spool();
    turn_ring();
    eat(190);
    kept = step_put(9000);
    step_try(kept, 900);
    for (unsigned i = 0; i < flashlog_sectors() - 5; i++) {
        eat(230);
        step_idle();
    }
}

static void dead_living_in_the_way(void)
{
    int kept;

    new_spool();
    turn_ring();
    kept = step_put(700);
    step_failed(kept, 0, 1);
    step_bury(kept);
    for (unsigned i = 0; i < flashlog_sectors() - 4; i++) {
        eat(230);
        step_idle();
    }
}

static void moves_of_the_dead(void)
{
    until_moved(8);
}

static void held_in_the_way(void)
{
    int letter = first_living();

    if (letter < 0)
        return;
    spool_hold(step_find(letter).head);
    for (unsigned i = 0; i < 3; i++)
        eat(5);
    step_tick(70);
    spool_hold(0);
    until_moved(8);
}

static void tries_while_moving(void)
{
    int letter = first_living();

    step_restart();
    for (unsigned i = 0; i < 60; i++) {
        spool_poll(&step_clock);
        if (i % 6 == 0)
            step_try(letter, 100);
    }
    step_close_sent(letter);
    step_idle();
}

/* ---- Stories: full ----------------------------------------------------------------------------------- */

static void filled(void)
{
    new_spool();
    while (step_put(15000) >= 0)
        continue;
    step_refused = false;
    step_idle();
}

static void full_refuses(void)
{
    step_put(15000);
    step_refused = false;
    step_restart_and_idle();
    step_put(20000);
    step_refused = false;
}

static void full_takes_own_alert(void)
{
    int alert = step_put_as(SPOOL_FROM_DEVICE, 500, 1);

    step_try(alert, 900);
    step_close_sent(alert);
}

static void full_takes_notice(void)
{
    int notice;

    step_try(0, 900);
    step_failed(0, 0, 1);
    notice = step_put_as(SPOOL_NOTICE, 1500, 1);
    step_close(0, SPOOL_CLOSED_SETTLED);
    step_idle();
    step_close_sent(notice);
}

static void full_empties(void)
{
    for (int i = 0; i < 6; i++)
        step_close_sent(i);
    step_idle();
    step_put(500);
    step_refused = false;
}

static void full_and_boots(void)
{
    for (unsigned i = 0; i < 8; i++)
        step_restart_and_idle();
    step_put_as(SPOOL_NOTICE, 500, 1);
}

static void full_tries(void)
{
    for (unsigned i = 0; i < 14; i++)
        step_try(1, 900);
    step_route(1, 900);
}

/* One small letter waits in each of many sectors: they are brought together. */
static void crumbs(void)
{
    for (unsigned i = 0; i < FEWEST_SECTORS; i++) {
        step_restart_and_idle();
        step_put(50);
    }
    step_idle();
}

static void crumbs_make_room(void)
{
    step_restart_and_idle();
    step_put(50);
    step_put(5000);
    step_restart_and_idle();
    step_put(300);
}

/* ---- Stories: numbers that wrap ------------------------------------------------------------------------ */

static void seal(uint8_t *unit)
{
    put_u32(unit + FLASHLOG_RECORD_SIZE, crc32_add(0, unit, FLASHLOG_RECORD_SIZE));
}

/* Makes a young spool look as if it had counted on for years. */
static void count_on(uint32_t sequence, uint32_t id, uint16_t boot)
{
    for (uint32_t sector = FIRST_SECTOR; sector < nor_size() / NOR_SECTOR_SIZE; sector++) {
        uint8_t *bytes = nor_bytes() + sector * NOR_SECTOR_SIZE;
        uint8_t *opened = bytes + FLASHLOG_UNIT_SIZE;

        if (flashlog_unit(opened) != UNIT_VALID)
            continue;
        put_u32(opened + 4, get_u32(opened + 4) + sequence);
        seal(opened);
        for (unsigned i = 0; i < FLASHLOG_JOURNAL_UNITS; i++) {
            uint8_t *unit = bytes + NOR_PAGE_SIZE + (size_t)i * FLASHLOG_UNIT_SIZE;

            if (flashlog_unit(unit) != UNIT_VALID || unit[0] != 'S')
                continue;
            put_u16(unit + 2, boot);
            put_u32(unit + 8, id);
            seal(unit);
        }
    }
}

static void near_id_wrap(void)
{
    new_spool();
    count_on(0, UINT32_MAX - 1, 7);
    step_restart_and_idle();
}

static void near_sequence_wrap(void)
{
    new_spool();
    count_on(UINT32_MAX - 4, 9, 7);
    step_restart_and_idle();
}

static void near_boot_wrap(void)
{
    new_spool();
    count_on(0, 9, UINT16_MAX - 2);
    step_restart_and_idle();
}

static void four_letters(void)
{
    int first = step_put(200);

    for (unsigned i = 0; i < 3; i++)
        step_put(300);
    step_try(first, 900);
    step_close_sent(first);
}

static void boots_with_a_letter(void)
{
    int letter = step_put(300);

    for (unsigned i = 0; i < 5; i++) {
        step_restart_and_idle();
        step_try(letter, 900);
        step_put(50);
    }
}

/* ---- Stories: more letters than the window ---------------------------------------------------------------- */

#define MANY (CONFIG_SPOOL_WINDOW * 2)

static void many_waiting(void)
{
    new_spool();
    for (unsigned i = 0; i < MANY; i++)
        step_put(40);
    step_idle();
}

static void many_are_sent(void)
{
    struct spool_letter next;

    for (unsigned i = 0; i < MANY && spool_next(0, &next); i++) {
        for (unsigned k = 0; k < oracle_letters(); k++) {
            if (oracle_letter_at(k)->id == next.id)
                step_close_sent((int)k);
        }
        step_idle();
    }
}

static void many_are_tried(void)
{
    for (int i = 0; i < MANY; i++)
        step_try(i, 900);
    step_restart_and_idle();
    for (int i = MANY - 1; i >= 0; i -= 3)
        step_close_sent(i);
}

/* ---- Stories: time and boots ---------------------------------------------------------------------------------- */

static void hours_pass(void)
{
    for (unsigned i = 0; i < 12; i++)
        step_tick(CONFIG_SPOOL_JOURNAL_S);
    step_clock.wall_s = 1800000000;
    step_tick(CONFIG_SPOOL_JOURNAL_S);
    step_restart_and_idle();
    step_tick(CONFIG_SPOOL_JOURNAL_S);
    spool_stop(&step_clock);
}

static void journal_nearly_full(void)
{
    new_spool();
    for (unsigned i = 0; i < FLASHLOG_JOURNAL_UNITS - 6; i++)
        step_route(i % 10 + 1, 900);
}

static void journal_overflows(void)
{
    for (unsigned i = 1; i < 12; i++)
        step_route(i, 900);
}

static void boot_loop(void)
{
    for (unsigned i = 0; i < 10; i++)
        step_restart_and_idle();
}

static void boot_loop_without_rest(void)
{
    for (unsigned i = 0; i < 10; i++) {
        step_restart();
        spool_poll(&step_clock);
        spool_poll(&step_clock);
    }
    step_put(100);
}

static void boot_loop_with_letters(void)
{
    for (unsigned i = 0; i < 5; i++) {
        step_restart();
        step_put(100);
    }
}

static void acts_before_idle(void)
{
    step_restart();
    step_try(0, 900);
    step_sent(1, 0, 1);
    step_close_sent(2);
    step_route(1, 900);
    step_restart();
    step_close_sent(1);
    step_put(300);
}

static void stopped_in_order(void)
{
    int letter = step_put(300);

    step_tick(100);
    spool_stop(&step_clock);
    step_restart_and_idle();
    step_try(letter, 900);
    spool_stop(&step_clock);
}

/* ---- Stories: first start ---------------------------------------------------------------------------------------- */

static void nothing(void)
{
}

static void first_start(void)
{
    step_restart_and_idle();
    one_letter();
    step_put(300);
}

static void fill_all(uint8_t value)
{
    memset(nor_bytes() + PARTITION_SPOOL_OFFSET, value,
           nor_size() - PARTITION_SPOOL_OFFSET);
}

static void all_zeros(void)
{
    fill_all(0);
}

static void all_random(void)
{
    uint32_t seed = 77;

    for (uint32_t at = PARTITION_SPOOL_OFFSET; at < nor_size(); at++)
        nor_bytes()[at] = (uint8_t)nor_random(&seed);
}

/* Blank but for a page in the middle of each sector. */
static void somebody_elses(void)
{
    for (uint32_t at = PARTITION_SPOOL_OFFSET; at < nor_size(); at += NOR_SECTOR_SIZE)
        memset(nor_bytes() + at + 100 * NOR_PAGE_SIZE, 0x41, NOR_PAGE_SIZE);
}

/* A used spool, its headers then of another version. */
static void other_version(void)
{
    aged();
    for (uint32_t at = PARTITION_SPOOL_OFFSET; at < nor_size(); at += NOR_SECTOR_SIZE) {
        for (unsigned unit = 0; unit < 2; unit++) {
            uint8_t *bytes = nor_bytes() + at + (size_t)unit * FLASHLOG_UNIT_SIZE;

            if (flashlog_unit(bytes) != UNIT_VALID)
                continue;
            bytes[1] = FLASHLOG_FORMAT_VERSION + 40;
            seal(bytes);
        }
    }
    oracle_new();
}

static void stays_closed(void)
{
    if (step_power_on())
        oracle_violated(6, "a foreign flash was opened");
    for (unsigned i = 0; i < 50; i++)
        spool_poll(&step_clock);
    if (nor_operations() != 0)
        oracle_violated(6, "a foreign flash was written to");
}

static void formatted(void)
{
    unsigned step = oracle_begin(ORACLE_FORMAT, 0);

    step_power_on();
    spool_format(&step_clock);
    oracle_end(step, true);
    step_idle();
    step_put(300);
    step_restart_and_idle();
    step_put(300);
}

/* ---- The table ----------------------------------------------------------------------------------------------------- */

const struct scenario scenarios[] = {
    {"one-letter",                   new_spool,                  one_letter,                 0, 0, SCENARIO_HAS_ROOM,    false},
    {"one-empty",                    new_spool,                  one_empty,                  0, 0, SCENARIO_HAS_ROOM,    false},
    {"three-pages-exactly",          new_spool,                  one_of_three_pages_exactly, 0, 0, SCENARIO_HAS_ROOM,
     false                                                                                                                    },
    {"across-sectors",               near_end_of_sector,         one_across_sectors,         0, 0, SCENARIO_HAS_ROOM,
     false                                                                                                                    },
    {"across-sectors-while-erasing", near_end_of_sector,         one_across_sectors,         0, 4,
     SCENARIO_HAS_ROOM,                                                                                                  false},
    {"three-together",               new_spool,                  three_together,             0, 0, SCENARIO_HAS_ROOM,    false},
    {"three-together-across",        near_end_of_sector,         three_together,             0, 3, SCENARIO_HAS_ROOM,
     false                                                                                                                    },
    {"given-up-midway",              new_spool,                  some_given_up_midway,       0, 0, SCENARIO_HAS_ROOM,    false},
    {"many-tiny",                    new_spool,                  many_tiny,                  0, 0, SCENARIO_HAS_ROOM,    false},
    {"heads-used-up",                heads_nearly_used_up,       heads_used_up,              0, 0, SCENARIO_HAS_ROOM,    false},
    {"hundred-recipients",           new_spool,                  hundred_recipients,         0, 0, SCENARIO_HAS_ROOM,    false},
    {"mixed-outcomes",               new_spool,                  mixed_outcomes,             0, 0, SCENARIO_HAS_ROOM,    false},
    {"mixed-over-boots",             new_spool,                  mixed_over_boots,           2, 0, SCENARIO_HAS_ROOM,    false},
    {"both-sides-of-64",             new_spool,                  both_sides_of_64,           0, 0, SCENARIO_HAS_ROOM,    false},
    {"one-by-one",                   new_spool,                  one_by_one,                 0, 0, SCENARIO_HAS_ROOM,    false},
    {"twelve-tries",                 new_spool,                  twelve_tries,               0, 0, SCENARIO_HAS_ROOM,    false},
    {"strip-overflows",              new_spool,                  strip_overflows,            0, 0, SCENARIO_HAS_ROOM,    false},
    {"tries-over-boots",             new_spool,                  tries_over_boots,           0, 0, SCENARIO_HAS_ROOM,    false},
    {"tries-at-once-after-boot",     new_spool,                  tries_at_once_after_boot,   2, 0,
     SCENARIO_HAS_ROOM,                                                                                                  false},
    {"tries-of-two-letters",         new_spool,                  tries_of_two_letters,       0, 0, SCENARIO_HAS_ROOM,
     false                                                                                                                    },
    {"route-schedule",               new_spool,                  route_schedule,             0, 0, SCENARIO_HAS_ROOM,    false},
    {"route-stopped-and-frozen",     new_spool,                  route_stopped_and_frozen,   0, 0,
     SCENARIO_HAS_ROOM,                                                                                                  false},
    {"route-and-letter",             new_spool,                  route_and_letter,           0, 0, SCENARIO_HAS_ROOM,    false},
    {"given-up-with-notice",         new_spool,                  given_up_with_notice,       0, 0, SCENARIO_HAS_ROOM,
     false                                                                                                                    },
    {"dead",                         new_spool,                  dead,                       0, 0, SCENARIO_HAS_ROOM,    false},
    {"more-dead-than-kept",          new_spool,                  more_dead_than_kept,        0, 0, SCENARIO_HAS_ROOM,    false},
    {"dead-over-boots",              new_spool,                  dead_over_boots,            4, 0, SCENARIO_HAS_ROOM,    false},
    {"closed-in-a-later-boot",       four_waiting,               closed_in_a_later_boot,     2, 0,
     SCENARIO_HAS_ROOM,                                                                                                  false},
    {"closed-with-full-strips",      tried_then_closed_later,    closed_with_full_strips,    2, 0,
     false,                                                                                                              false},
    {"erases",                       in_turned_ring,             erases,                     0, 0, SCENARIO_HAS_ROOM,    false},
    {"erases-take-time",             in_turned_ring,             erases,                     0, 5, SCENARIO_HAS_ROOM,    false},
    {"moves",                        with_living_in_the_way,     moves,                      4, 0, SCENARIO_HAS_ROOM,    false},
    {"moves-a-big-one",              big_living_in_the_way,      moves,                      4, 0, SCENARIO_HAS_ROOM,    false},
    {"moves-the-dead",               dead_living_in_the_way,     moves_of_the_dead,          4, 0, SCENARIO_HAS_ROOM,
     false                                                                                                                    },
    {"held-in-the-way",              with_living_in_the_way,     held_in_the_way,            4, 2, SCENARIO_HAS_ROOM,
     false                                                                                                                    },
    {"tries-while-moving",           with_living_in_the_way,     tries_while_moving,         4, 0,
     SCENARIO_HAS_ROOM,                                                                                                  false},
    {"full-refuses",                 filled,                     full_refuses,               0, 0, SCENARIO_MAY_BE_FULL, false},
    {"full-takes-own-alert",         filled,                     full_takes_own_alert,       0, 0, SCENARIO_MAY_BE_FULL,
     false                                                                                                                    },
    {"full-takes-notice",            filled,                     full_takes_notice,          0, 0, SCENARIO_MAY_BE_FULL, false},
    {"full-empties",                 filled,                     full_empties,               0, 0, SCENARIO_MAY_BE_FULL, false},
    {"full-and-boots",               filled,                     full_and_boots,             0, 0, SCENARIO_MAY_BE_FULL, false},
    {"full-tries",                   filled,                     full_tries,                 0, 0, SCENARIO_MAY_BE_FULL, false},
    {"crumbs",                       crumbs,                     crumbs_make_room,           0, 0, SCENARIO_HAS_ROOM,    false},
    {"id-wraps",                     near_id_wrap,               four_letters,               0, 0, SCENARIO_HAS_ROOM,    false},
    {"sequence-wraps",               near_sequence_wrap,         boots_with_a_letter,        2, 0, SCENARIO_HAS_ROOM,
     false                                                                                                                    },
    {"boot-wraps",                   near_boot_wrap,             boots_with_a_letter,        2, 0, SCENARIO_HAS_ROOM,    false},
    {"more-than-the-window",         many_waiting,               many_are_sent,              2, 0, SCENARIO_HAS_ROOM,    false},
    {"more-than-the-window-tried",   many_waiting,               many_are_tried,             4, 0, SCENARIO_HAS_ROOM,
     false                                                                                                                    },
    {"hours-pass",                   new_spool,                  hours_pass,                 0, 0, SCENARIO_HAS_ROOM,    false},
    {"journal-overflows",            journal_nearly_full,        journal_overflows,          0, 0, SCENARIO_HAS_ROOM,
     false                                                                                                                    },
    {"boot-loop",                    new_spool,                  boot_loop,                  0, 0, SCENARIO_HAS_ROOM,    false},
    {"boot-loop-without-rest",       four_waiting,               boot_loop_without_rest,     4, 0,
     SCENARIO_HAS_ROOM,                                                                                                  false},
    {"boot-loop-with-letters",       new_spool,                  boot_loop_with_letters,     4, 0, SCENARIO_HAS_ROOM,
     false                                                                                                                    },
    {"acts-before-idle",             four_waiting,               acts_before_idle,           2, 0, SCENARIO_HAS_ROOM,    false},
    {"stopped-in-order",             new_spool,                  stopped_in_order,           0, 0, SCENARIO_HAS_ROOM,    false},
    {"aged-one-letter",              aged,                       one_letter,                 0, 0, SCENARIO_HAS_ROOM,    false},
    {"aged-mixed-outcomes",          aged,                       mixed_over_boots,           2, 2, SCENARIO_HAS_ROOM,    false},
    {"starts-cut-short",             before_starts_cut_short,    starts_then_letters,        4, 0,
     SCENARIO_HAS_ROOM,                                                                                                  false},
    {"closed-by-the-journal",        before_closed_by_journal,   letters_where_it_was,       0, 0,
     SCENARIO_HAS_ROOM,                                                                                                  false},
    {"full-strip-in-doubt",          before_full_strip_in_doubt, two_starts,                 0, 0, SCENARIO_HAS_ROOM,
     false                                                                                                                    },
    {"starts-in-a-used-ring",        before_used_ring_alone,     two_starts,                 0, 0, SCENARIO_HAS_ROOM,
     false                                                                                                                    },
    {"a-used-ring-turns",            before_used_ring,           sectors_turn,               0, 0, SCENARIO_HAS_ROOM,    false},
    {"in-the-last-sectors",          before_last_sectors,        starts_in_last_sectors,     0, 0,
     SCENARIO_LAST_SECTORS,                                                                                              false},
    {"first-start",                  nothing,                    first_start,                0, 0, SCENARIO_HAS_ROOM,    false},
    {"zeros-formatted",              all_zeros,                  formatted,                  0, 0, SCENARIO_HAS_ROOM,    false},
    {"random-formatted",             all_random,                 formatted,                  0, 0, SCENARIO_HAS_ROOM,    false},
    {"other-version-formatted",      other_version,              formatted,                  0, 0, SCENARIO_HAS_ROOM,    false},
    {"zeros-stay-closed",            all_zeros,                  stays_closed,               0, 0, SCENARIO_HAS_ROOM,    true },
    {"random-stays-closed",          all_random,                 stays_closed,               0, 0, SCENARIO_HAS_ROOM,    true },
    {"foreign-stays-closed",         somebody_elses,             stays_closed,               0, 0, SCENARIO_HAS_ROOM,    true },
    {"other-version-stays-closed",   other_version,              stays_closed,               0, 0, SCENARIO_HAS_ROOM,
     true                                                                                                                     },
};

const unsigned scenario_count = COUNT_OF(scenarios);

void scenario_prepare(const struct scenario *scenario)
{
    nor_new(FIRST_SECTOR + FEWEST_SECTORS + scenario->more_sectors);
    nor_set_erase_polls(scenario->polls);
    oracle_new();
    step_forget();
    nor_cut_after(UINT32_MAX);
    scenario->before();
    step_note_time();
    oracle_settle();
    step_refused = false;
    nor_cut_after(UINT32_MAX);
}
