/* SPDX-License-Identifier: MIT */
/*
 * scenarios.c: the stories. `before` brings the part to where the story becomes interesting;
 * `run` is cut. Both are made of steps, which wait for BUSY and tell the oracle.
 */
#include "tests/flash/scenarios.h"

#include "tests/flash/nor_simulator.h"
#include "tests/flash/oracle.h"

#include "base/bytes.h"
#include "base/log.h"
#include "flashlog/flashlog.h"
#include "spool/spool.h"

#include "config/config.h"
#include "config/partitions.h"

#include <stdio.h>
#include <string.h>

/* The fewest sectors of a spool that takes letters from the LAN, and some to turn over. */
#define FEWEST_SECTORS (9 + CONFIG_SPOOL_RESERVE_SECTORS)

#define FIRST_SECTOR (PARTITION_SPOOL_OFFSET / NOR_SECTOR_SIZE)

struct clock scenario_clock;
bool scenario_refused;
enum spool_result scenario_refusal;

bool scenario_tell_log;

static bool loss_named;
static enum spool_result answer; /* of the step asked for last */

/* ---- Waiting --------------------------------------------------------------------------------- */

static unsigned patience;

/* Idle work while the answer is BUSY, up to a bound. */
bool scenario_again(enum spool_result result)
{
    if (result != SPOOL_BUSY || patience == 0)
        return false;
    patience--;
    spool_poll(&scenario_clock);
    return true;
}

void scenario_start_step(void)
{
    patience = 1000;
}

static bool answered(enum spool_result result)
{
    answer = result;
    if (result != SPOOL_OK) {
        scenario_refused = true;
        scenario_refusal = result;
    }
    return result == SPOOL_OK;
}

/* Events at level error or warn that are not a loss. */
static const char *const harmless[] = {" program-failed ", " bit-corrected ", " not-moved ",
                                       " dead-evicted "};

static bool names_loss(const char *line)
{
    if (strstr(line, " error ") == NULL && strstr(line, " warn ") == NULL)
        return false;
    for (unsigned i = 0; i < COUNT_OF(harmless); i++) {
        if (strstr(line, harmless[i]) != NULL)
            return false;
    }
    return true;
}

static void read_log(void)
{
    char line[200];
    uint32_t lost;

    while (log_read(line, sizeof line, &lost) > 0) {
        loss_named = loss_named || names_loss(line);
        if (scenario_tell_log)
            printf("    %s\n", line);
    }
}

bool scenario_named_loss(void)
{
    bool named;

    read_log();
    named = loss_named;
    loss_named = false;
    return named;
}

bool scenario_was_full(void)
{
    return answer == SPOOL_FULL;
}

bool scenario_get_ready(void)
{
    for (unsigned i = 0; i < 3000; i++) {
        if (spool_ready())
            return true;
        spool_poll(&scenario_clock);
    }
    return false;
}

bool scenario_idle(void)
{
    for (unsigned i = 0; i < 3000; i++) {
        if (spool_poll(&scenario_clock) > 5 && spool_ready())
            return true;
    }
    return false;
}

static void note_time(void)
{
    unsigned step = oracle_begin(ORACLE_TIME, 0);

    oracle_with_time(step, scenario_clock.powered_s, scenario_clock.boot);
    oracle_end(step, true);
}

bool scenario_power_on(void)
{
    read_log();
    log_init();
    nor_power_cycle();
    memset(&scenario_clock, 0, sizeof scenario_clock);
    return spool_open(&scenario_clock) == SPOOL_OPENED;
}

static void restart(void)
{
    scenario_power_on();
    note_time();
}

static void idle(void)
{
    scenario_idle();
}

static void restart_and_idle(void)
{
    restart();
    idle();
}

static void tick(uint32_t seconds)
{
    scenario_clock.powered_s += seconds;
    scenario_clock.uptime_s += seconds;
    scenario_clock.uptime_ms += seconds * 1000ull;
    if (scenario_clock.wall_s != 0)
        scenario_clock.wall_s += seconds;
    idle();
    note_time();
}

/* ---- Deposits -------------------------------------------------------------------------------- */

/* Letters on their way in; several at a time. */
static struct {
    struct spool_deposit deposit;
    unsigned letter;
    uint32_t at;
    bool open;
} slots[4];

static bool begin_letter(unsigned slot, enum spool_class class_, uint32_t size,
                         unsigned recipients)
{
    struct spool_deposit *d = &slots[slot].deposit;
    enum spool_result result;

    scenario_start_step();
    while (scenario_again(result = spool_deposit_begin(d, class_, size)))
        continue;
    slots[slot].open = answered(result);
    if (!slots[slot].open)
        return false;
    slots[slot].letter = oracle_letter(size, recipients);
    slots[slot].at = 0;
    oracle_set_id(slots[slot].letter, d->id);
    while (
        scenario_again(result = spool_deposit_field(d, LETTER_SENDER, "a@example.com", 13)))
        continue;
    for (unsigned i = 0; i < recipients && result == SPOOL_OK; i++) {
        while (scenario_again(result = spool_deposit_recipient(d, 0, "b@example.com", 13)))
            continue;
    }
    return answered(result);
}

/* Adds up to `octets` of the letter's text. */
static bool add_text(unsigned slot, uint32_t octets)
{
    uint32_t size = oracle_letter_at(slots[slot].letter)->size;
    enum spool_result result = SPOOL_OK;
    uint8_t piece[200];

    scenario_start_step();
    while (octets > 0 && slots[slot].at < size && result == SPOOL_OK) {
        uint32_t part = size - slots[slot].at;

        part = part < octets ? part : octets;
        part = part < sizeof piece ? part : (uint32_t)sizeof piece;
        for (uint32_t i = 0; i < part; i++)
            piece[i] = oracle_octet(slots[slot].letter, slots[slot].at + i);
        while (
            scenario_again(result = spool_deposit_text(&slots[slot].deposit, piece, part)))
            continue;
        slots[slot].at += part;
        octets -= part;
    }
    return answered(result);
}

static void give_up(unsigned slot)
{
    spool_deposit_abort(&slots[slot].deposit);
    slots[slot].open = false;
}

/* The letter's number, or -1. */
static int commit(unsigned slot)
{
    unsigned letter = slots[slot].letter;
    unsigned step = oracle_begin(ORACLE_DEPOSIT, letter);
    enum spool_result result;

    scenario_start_step();
    while (scenario_again(result =
                              spool_deposit_commit(&slots[slot].deposit, &scenario_clock)))
        continue;
    oracle_end(step, result == SPOOL_OK);
    give_up(slot);
    return answered(result) ? (int)letter : -1;
}

static int put_as(enum spool_class class_, uint32_t size, unsigned recipients)
{
    if (begin_letter(0, class_, size, recipients) && add_text(0, size))
        return commit(0);
    if (slots[0].open)
        give_up(0);
    return -1;
}

int scenario_put_notice(uint32_t size)
{
    return put_as(SPOOL_NOTICE, size, 1);
}

int scenario_put(uint32_t size, unsigned recipients)
{
    return put_as(SPOOL_FROM_LAN, size, recipients);
}

static int put(uint32_t size)
{
    return scenario_put(size, 1);
}

/* ---- What becomes of letters ----------------------------------------------------------------- */

/* Where it is: as the relay knows it, or by the operator's way. */
struct spool_letter scenario_find(int letter)
{
    struct spool_letter found = {0};
    struct spool_walk walk;
    uint16_t head;
    uint32_t id, wanted = oracle_letter_at((unsigned)letter)->id;
    enum spool_result result;

    scenario_get_ready();
    if (spool_find(wanted, 0, &found))
        return found;
    scenario_start_step();
    spool_walk_begin(&walk);
    while ((result = spool_walk_next(&walk, &head, &id)) == SPOOL_OK ||
           scenario_again(result)) {
        if (result == SPOOL_OK && head != 0 && id == wanted)
            found = (struct spool_letter){.id = id, .head = head};
    }
    return found;
}

static void count_try(int letter, uint32_t wait_s)
{
    struct spool_letter l;
    uint32_t due_s = scenario_clock.powered_s + wait_s;
    enum spool_result result;
    unsigned step;

    if (letter < 0)
        return;
    l = scenario_find(letter);
    step = oracle_begin(ORACLE_TRY, (unsigned)letter);
    oracle_with_due(step, due_s);
    scenario_start_step();
    while (scenario_again(result = spool_count_try(&l, due_s, &scenario_clock)))
        continue;
    oracle_end(step, answered(result));
}

static struct recipient_set from_to(unsigned first, unsigned count)
{
    struct recipient_set set = {{0}};

    for (unsigned i = first; i < first + count; i++)
        recipient_add(&set, i);
    return set;
}

static void settle(int letter, enum spool_settled how, unsigned first, unsigned count)
{
    struct recipient_set set = from_to(first, count);
    struct spool_letter l;
    enum spool_result result;
    unsigned step;

    if (letter < 0)
        return;
    l = scenario_find(letter);
    step = oracle_begin(how == SPOOL_SENT ? ORACLE_SENT : ORACLE_FAILED, (unsigned)letter);
    oracle_with_set(step, &set);
    scenario_start_step();
    while (scenario_again(result = spool_settle(&l, how, &set)))
        continue;
    oracle_end(step, answered(result));
}

static void sent(int letter, unsigned first, unsigned count)
{
    settle(letter, SPOOL_SENT, first, count);
}

static void failed(int letter, unsigned first, unsigned count)
{
    settle(letter, SPOOL_GIVEN_UP, first, count);
}

static void close_as(int letter, enum spool_closed how)
{
    struct spool_letter l;
    enum spool_result result;
    unsigned step;

    if (letter < 0)
        return;
    l = scenario_find(letter);
    step = oracle_begin(ORACLE_CLOSE, (unsigned)letter);
    scenario_start_step();
    while (scenario_again(result = spool_close(&l, how, &scenario_clock)))
        continue;
    oracle_end(step, answered(result));
}

static void close_sent(int letter)
{
    close_as(letter, SPOOL_CLOSED_SENT);
}

/* Letters that are dead, in the order of their deposit. */
static int graves[CONFIG_DEAD_LETTERS_MAX + 4];
static unsigned grave_count;
static bool graves_unsure; /* a burial failed midway: any of them may have made room */

/* The oldest dead letter gives way; after a burial that failed midway, any may have. */
static void make_room_for_grave(void)
{
    for (unsigned i = 0; graves_unsure && i < grave_count; i++)
        oracle_begin(ORACLE_CLOSE, (unsigned)graves[i]);
}

static void dig_grave(int letter)
{
    unsigned at = grave_count;

    if (grave_count == COUNT_OF(graves))
        return;
    for (; at > 0 && graves[at - 1] > letter; at--)
        graves[at] = graves[at - 1];
    graves[at] = letter;
    grave_count++;
}

static void bury(int letter)
{
    struct spool_letter l;
    enum spool_result result;
    unsigned step, evicted = 0;
    bool evicts = !graves_unsure && grave_count == CONFIG_DEAD_LETTERS_MAX;

    if (letter < 0)
        return;
    l = scenario_find(letter);
    make_room_for_grave();
    if (evicts)
        evicted = oracle_begin(ORACLE_CLOSE, (unsigned)graves[0]);
    step = oracle_begin(ORACLE_BURY, (unsigned)letter);
    scenario_start_step();
    while (scenario_again(result = spool_bury(&l, &scenario_clock)))
        continue;
    oracle_end(step, answered(result));
    if (evicts)
        oracle_end(evicted, result == SPOOL_OK);
    graves_unsure = graves_unsure || result != SPOOL_OK;
    if (evicts && result == SPOOL_OK)
        memmove(graves, graves + 1, --grave_count * sizeof graves[0]);
    dig_grave(letter);
}

static void delete_dead(int letter)
{
    close_as(letter, SPOOL_CLOSED_DELETED);
    if (grave_count > 0 && graves[0] == letter)
        memmove(graves, graves + 1, --grave_count * sizeof graves[0]);
}

static void put_route(const struct spool_route *route)
{
    enum spool_result result;
    unsigned step = oracle_begin(ORACLE_ROUTE, 0);

    oracle_with_route(step, route);
    scenario_start_step();
    while (scenario_again(result = spool_route_put(0, route, &scenario_clock)))
        continue;
    oracle_end(step, answered(result));
}

static void route(unsigned tries, uint32_t wait_s)
{
    struct spool_route r = {.tries = (uint8_t)tries,
                            .cause = (uint8_t)(tries % 5),
                            .due_s = tries > 0 ? scenario_clock.powered_s + wait_s : 0};

    put_route(&r);
}

/* ---- The same for others --------------------------------------------------------------------- */

bool scenario_begin(unsigned slot, uint32_t size, unsigned recipients)
{
    return !slots[slot].open && begin_letter(slot, SPOOL_FROM_LAN, size, recipients);
}

bool scenario_add(unsigned slot, uint32_t octets)
{
    return slots[slot].open && add_text(slot, octets);
}

int scenario_commit(unsigned slot)
{
    if (!slots[slot].open || !add_text(slot, UINT32_MAX))
        return -1;
    return commit(slot);
}

void scenario_give_up(unsigned slot)
{
    if (slots[slot].open)
        give_up(slot);
}

void scenario_forget_deposits(void)
{
    memset(slots, 0, sizeof slots);
}

void scenario_try(int letter, uint32_t wait_s)
{
    count_try(letter, wait_s);
}

void scenario_settle(int letter, enum spool_settled how, unsigned first, unsigned count)
{
    settle(letter, how, first, count);
}

void scenario_close(int letter, enum spool_closed how)
{
    close_as(letter, how);
}

void scenario_bury(int letter)
{
    grave_count = 0;
    graves_unsure = false;
    bury(letter);
}

void scenario_route(unsigned tries, uint32_t wait_s)
{
    route(tries, wait_s);
}

void scenario_tick(uint32_t seconds)
{
    tick(seconds);
}

void scenario_note_time(void)
{
    note_time();
}

/* ---- Places ---------------------------------------------------------------------------------- */

/* A letter that takes about so many pages, and is gone again. */
static void eat(unsigned pages)
{
    close_sent(put(pages * 240 - 100));
}

/* The ring has turned: every sector was opened once and idle work keeps a few ready. */
static void turn_ring(void)
{
    for (unsigned i = 0; i < flashlog_sectors() + 2; i++) {
        eat(230);
        idle();
    }
}

static void new_spool(void)
{
    scenario_power_on();
    idle();
}

static void aged(void)
{
    new_spool();
    for (unsigned i = 0; i < 60; i++) {
        int letter = put(2000 + i % 7 * 3000);

        count_try(letter, 900);
        close_sent(letter);
        if (i % 17 == 0)
            restart_and_idle();
    }
    idle();
}

static void in_turned_ring(void)
{
    new_spool();
    turn_ring();
}

/* ---- Stories: letters come in ------------------------------------------------------------------ */

static void one_letter(void)
{
    close_sent(put(600));
}

static void one_empty(void)
{
    close_sent(put(0));
}

static void one_of_three_pages_exactly(void)
{
    int letter = put(3 * 240 - 16 - 17 - 3);

    count_try(letter, 900);
    close_sent(letter);
}

static void near_end_of_sector(void)
{
    new_spool();
    eat(238);
    idle();
}

static void one_across_sectors(void)
{
    int letter = put(5000);

    idle();
    close_sent(letter);
}

static void three_together(void)
{
    for (unsigned i = 0; i < 3; i++)
        begin_letter(i, SPOOL_FROM_LAN, 1500, i + 1);
    for (unsigned part = 0; part < 3; part++) {
        for (unsigned i = 0; i < 3; i++)
            add_text(i, 500);
    }
    commit(1);
    commit(0);
    idle();
    commit(2);
}

static void some_given_up_midway(void)
{
    begin_letter(0, SPOOL_FROM_LAN, 2000, 1);
    add_text(0, 900);
    begin_letter(1, SPOOL_FROM_LAN, 900, 1);
    add_text(1, 900);
    give_up(0);
    commit(1);
    begin_letter(0, SPOOL_FROM_LAN, 2000, 1);
    add_text(0, 1500);
    give_up(0);
    put(100);
}

static void many_tiny(void)
{
    for (unsigned i = 0; i < 6; i++)
        put(10 + i);
}

static void heads_nearly_used_up(void)
{
    new_spool();
    for (unsigned i = 0; i < FLASHLOG_HEADS - 2; i++)
        close_sent(put(20));
    idle();
}

static void heads_used_up(void)
{
    int kept = put(30);

    for (unsigned i = 0; i < 4; i++)
        close_sent(put(20));
    count_try(kept, 900);
}

/* ---- Stories: recipients ------------------------------------------------------------------------ */

static void hundred_recipients(void)
{
    int letter = scenario_put(400, 100);

    count_try(letter, 900);
    sent(letter, 0, 100);
    close_as(letter, SPOOL_CLOSED_SETTLED);
}

static void mixed_outcomes(void)
{
    int letter = scenario_put(400, 20);

    count_try(letter, 900);
    sent(letter, 0, 7);
    failed(letter, 7, 2);
    tick(900);
    count_try(letter, 1800);
    sent(letter, 9, 5);
    failed(letter, 14, 6);
    close_as(letter, SPOOL_CLOSED_SETTLED);
}

static void mixed_over_boots(void)
{
    int letter = scenario_put(400, 70);

    count_try(letter, 900);
    sent(letter, 0, 30);
    restart();
    failed(letter, 30, 3);
    restart_and_idle();
    count_try(letter, 900);
    sent(letter, 33, 37);
    restart();
    close_as(letter, SPOOL_CLOSED_SETTLED);
}

static void both_sides_of_64(void)
{
    int letter = scenario_put(200, 66);

    sent(letter, 63, 2);
    failed(letter, 62, 1);
    failed(letter, 65, 1);
    sent(letter, 0, 62);
    close_as(letter, SPOOL_CLOSED_SETTLED);
}

static void one_by_one(void)
{
    int letter = scenario_put(200, 14);

    for (unsigned i = 0; i < 14; i++)
        settle(letter, i % 3 == 2 ? SPOOL_GIVEN_UP : SPOOL_SENT, i, 1);
    close_as(letter, SPOOL_CLOSED_SETTLED);
}

/* ---- Stories: tries ------------------------------------------------------------------------------ */

static void twelve_tries(void)
{
    int letter = put(1024);

    for (unsigned i = 0; i < 12; i++) {
        count_try(letter, 900);
        tick(900);
    }
    close_sent(letter);
}

static void strip_overflows(void)
{
    int letter = scenario_put(300, 3);

    sent(letter, 1, 1);
    for (unsigned i = 0; i < 26; i++)
        count_try(letter, 60);
    close_sent(letter);
}

static void tries_over_boots(void)
{
    int letter = put(300);

    for (unsigned i = 0; i < 8; i++) {
        count_try(letter, 900);
        if (i % 2 == 0)
            restart_and_idle();
    }
    close_sent(letter);
}

static void tries_at_once_after_boot(void)
{
    int letter = put(300);

    for (unsigned i = 0; i < 6; i++) {
        restart();
        count_try(letter, 900);
    }
    restart();
    close_sent(letter);
}

static void tries_of_two_letters(void)
{
    int a = put(300), b = put(700);

    for (unsigned i = 0; i < 5; i++) {
        count_try(a, 300);
        count_try(b, 300);
        tick(300);
    }
    close_sent(b);
    close_sent(a);
}

static void route_schedule(void)
{
    for (unsigned i = 1; i <= 14; i++) {
        route(i, 900);
        tick(900);
    }
    route(0, 0);
}

static void route_stopped_and_frozen(void)
{
    struct spool_route r = {.tries = 2, .stopped = 1, .cause = 3, .due_s = 500};

    put_route(&r);
    r.frozen = 1;
    put_route(&r);
    restart_and_idle();
    r.frozen = 0;
    put_route(&r);
    restart();
    r.stopped = 0;
    put_route(&r);
}

static void route_and_letter(void)
{
    int letter = put(800);

    for (unsigned i = 1; i <= 5; i++) {
        route(i, 900);
        if (i % 2 == 0)
            count_try(letter, 900);
        tick(900);
    }
    route(0, 0);
    close_sent(letter);
}

/* ---- Stories: ends -------------------------------------------------------------------------------- */

static void given_up_with_notice(void)
{
    int letter = scenario_put(500, 2), notice;

    count_try(letter, 900);
    failed(letter, 0, 2);
    notice = put_as(SPOOL_NOTICE, 900, 1);
    close_as(letter, SPOOL_CLOSED_SETTLED);
    count_try(notice, 900);
    close_sent(notice);
}

static void dead(void)
{
    int letter = put(500);

    count_try(letter, 900);
    failed(letter, 0, 1);
    bury(letter);
    put(100);
    delete_dead(letter);
}

static void more_dead_than_kept(void)
{
    for (unsigned i = 0; i < CONFIG_DEAD_LETTERS_MAX + 3; i++) {
        int letter = put(100 + i);

        failed(letter, 0, 1);
        bury(letter);
    }
}

static void dead_over_boots(void)
{
    for (unsigned i = 0; i < CONFIG_DEAD_LETTERS_MAX + 2; i++) {
        int letter = put(100 + i);

        bury(letter);
        restart();
    }
}

static void four_waiting(void)
{
    new_spool();
    for (unsigned i = 0; i < 4; i++)
        put(300);
    restart_and_idle();
}

/* The letters of `before`, by number. */
static void closed_in_a_later_boot(void)
{
    close_sent(0);
    restart();
    close_sent(1);
    count_try(2, 900);
    close_sent(2);
    restart_and_idle();
    close_sent(3);
}

static void tried_then_closed_later(void)
{
    new_spool();
    for (unsigned i = 0; i < 3; i++) {
        int letter = put(300);

        for (unsigned k = 0; k < 10; k++)
            count_try(letter, 900);
    }
    restart();
}

static void closed_with_full_strips(void)
{
    close_sent(0);
    count_try(1, 900);
    close_sent(1);
    restart();
    count_try(2, 900);
    restart();
    close_sent(2);
}

/* ---- Stories: reclaim ------------------------------------------------------------------------------ */

static void erases(void)
{
    for (unsigned i = 0; i < 4; i++) {
        restart_and_idle();
        one_letter();
    }
}

static int moved_from(int letter)
{
    return scenario_find(letter).head;
}

/* Living letters are at hand; the ring comes round to them next. */
static void with_living_in_the_way(void)
{
    int kept[3];

    new_spool();
    turn_ring();
    kept[0] = put(900);
    kept[1] = put(100);
    kept[2] = put(2500);
    count_try(kept[0], 900);
    count_try(kept[0], 900);
    sent(kept[1], 0, 1);
    for (unsigned i = 0; i < flashlog_sectors() - 4; i++) {
        eat(230);
        idle();
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
        restart_and_idle();
}

static void moves(void)
{
    until_moved(8);
    count_try(first_living(), 900);
}

static void big_living_in_the_way(void)
{
    int kept;

    new_spool();
    turn_ring();
    eat(190);
    kept = put(9000);
    count_try(kept, 900);
    for (unsigned i = 0; i < flashlog_sectors() - 5; i++) {
        eat(230);
        idle();
    }
}

static void dead_living_in_the_way(void)
{
    int kept;

    new_spool();
    turn_ring();
    kept = put(700);
    failed(kept, 0, 1);
    bury(kept);
    for (unsigned i = 0; i < flashlog_sectors() - 4; i++) {
        eat(230);
        idle();
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
    spool_hold(scenario_find(letter).head);
    for (unsigned i = 0; i < 3; i++)
        eat(5);
    tick(70);
    spool_hold(0);
    until_moved(8);
}

static void tries_while_moving(void)
{
    int letter = first_living();

    restart();
    for (unsigned i = 0; i < 60; i++) {
        spool_poll(&scenario_clock);
        if (i % 6 == 0)
            count_try(letter, 100);
    }
    close_sent(letter);
    idle();
}

/* ---- Stories: full ----------------------------------------------------------------------------------- */

static void filled(void)
{
    new_spool();
    while (put(15000) >= 0)
        continue;
    scenario_refused = false;
    idle();
}

static void full_refuses(void)
{
    put(15000);
    scenario_refused = false;
    restart_and_idle();
    put(20000);
    scenario_refused = false;
}

static void full_takes_own_alert(void)
{
    int alert = put_as(SPOOL_FROM_DEVICE, 500, 1);

    count_try(alert, 900);
    close_sent(alert);
}

static void full_takes_notice(void)
{
    int notice;

    count_try(0, 900);
    failed(0, 0, 1);
    notice = put_as(SPOOL_NOTICE, 1500, 1);
    close_as(0, SPOOL_CLOSED_SETTLED);
    idle();
    close_sent(notice);
}

static void full_empties(void)
{
    for (int i = 0; i < 6; i++)
        close_sent(i);
    idle();
    put(500);
    scenario_refused = false;
}

static void full_and_boots(void)
{
    for (unsigned i = 0; i < 8; i++)
        restart_and_idle();
    put_as(SPOOL_NOTICE, 500, 1);
}

static void full_tries(void)
{
    for (unsigned i = 0; i < 14; i++)
        count_try(1, 900);
    route(1, 900);
}

/* One small letter waits in each of many sectors: they are brought together. */
static void crumbs(void)
{
    for (unsigned i = 0; i < FEWEST_SECTORS; i++) {
        restart_and_idle();
        put(50);
    }
    idle();
}

static void crumbs_make_room(void)
{
    restart_and_idle();
    put(50);
    put(5000);
    restart_and_idle();
    put(300);
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
    restart_and_idle();
}

static void near_sequence_wrap(void)
{
    new_spool();
    count_on(UINT32_MAX - 4, 9, 7);
    restart_and_idle();
}

static void near_boot_wrap(void)
{
    new_spool();
    count_on(0, 9, UINT16_MAX - 2);
    restart_and_idle();
}

static void four_letters(void)
{
    int first = put(200);

    for (unsigned i = 0; i < 3; i++)
        put(300);
    count_try(first, 900);
    close_sent(first);
}

static void boots_with_a_letter(void)
{
    int letter = put(300);

    for (unsigned i = 0; i < 5; i++) {
        restart_and_idle();
        count_try(letter, 900);
        put(50);
    }
}

/* ---- Stories: more letters than the window ---------------------------------------------------------------- */

#define MANY (CONFIG_SPOOL_WINDOW * 2)

static void many_waiting(void)
{
    new_spool();
    for (unsigned i = 0; i < MANY; i++)
        put(40);
    idle();
}

static void many_are_sent(void)
{
    struct spool_letter next;

    for (unsigned i = 0; i < MANY && spool_next(0, &next); i++) {
        for (unsigned k = 0; k < oracle_letters(); k++) {
            if (oracle_letter_at(k)->id == next.id)
                close_sent((int)k);
        }
        idle();
    }
}

static void many_are_tried(void)
{
    for (int i = 0; i < MANY; i++)
        count_try(i, 900);
    restart_and_idle();
    for (int i = MANY - 1; i >= 0; i -= 3)
        close_sent(i);
}

/* ---- Stories: time and boots ---------------------------------------------------------------------------------- */

static void hours_pass(void)
{
    for (unsigned i = 0; i < 12; i++)
        tick(CONFIG_SPOOL_JOURNAL_S);
    scenario_clock.wall_s = 1800000000;
    tick(CONFIG_SPOOL_JOURNAL_S);
    restart_and_idle();
    tick(CONFIG_SPOOL_JOURNAL_S);
    spool_stop(&scenario_clock);
}

static void journal_nearly_full(void)
{
    new_spool();
    for (unsigned i = 0; i < FLASHLOG_JOURNAL_UNITS - 6; i++)
        route(i % 10 + 1, 900);
}

static void journal_overflows(void)
{
    for (unsigned i = 1; i < 12; i++)
        route(i, 900);
}

static void boot_loop(void)
{
    for (unsigned i = 0; i < 10; i++)
        restart_and_idle();
}

static void boot_loop_without_rest(void)
{
    for (unsigned i = 0; i < 10; i++) {
        restart();
        spool_poll(&scenario_clock);
        spool_poll(&scenario_clock);
    }
    put(100);
}

static void boot_loop_with_letters(void)
{
    for (unsigned i = 0; i < 5; i++) {
        restart();
        put(100);
    }
}

static void acts_before_idle(void)
{
    restart();
    count_try(0, 900);
    sent(1, 0, 1);
    close_sent(2);
    route(1, 900);
    restart();
    close_sent(1);
    put(300);
}

static void stopped_in_order(void)
{
    int letter = put(300);

    tick(100);
    spool_stop(&scenario_clock);
    restart_and_idle();
    count_try(letter, 900);
    spool_stop(&scenario_clock);
}

/* ---- Stories: first start ---------------------------------------------------------------------------------------- */

static void nothing(void)
{
}

static void first_start(void)
{
    restart_and_idle();
    one_letter();
    put(300);
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
    if (scenario_power_on())
        oracle_violated(6, "a foreign flash was opened");
    for (unsigned i = 0; i < 50; i++)
        spool_poll(&scenario_clock);
    if (nor_operations() != 0)
        oracle_violated(6, "a foreign flash was written to");
}

static void formatted(void)
{
    unsigned step = oracle_begin(ORACLE_FORMAT, 0);

    scenario_power_on();
    spool_format(&scenario_clock);
    oracle_end(step, true);
    idle();
    put(300);
    restart_and_idle();
    put(300);
}

/* ---- The table ----------------------------------------------------------------------------------------------------- */

const struct scenario scenarios[] = {
    {"one-letter",                   new_spool,                one_letter,                 0, 0, SCENARIO_HAS_ROOM,    false},
    {"one-empty",                    new_spool,                one_empty,                  0, 0, SCENARIO_HAS_ROOM,    false},
    {"three-pages-exactly",          new_spool,                one_of_three_pages_exactly, 0, 0, SCENARIO_HAS_ROOM,
     false                                                                                                                  },
    {"across-sectors",               near_end_of_sector,       one_across_sectors,         0, 0, SCENARIO_HAS_ROOM,
     false                                                                                                                  },
    {"across-sectors-while-erasing", near_end_of_sector,       one_across_sectors,         0, 4,
     SCENARIO_HAS_ROOM,                                                                                                false},
    {"three-together",               new_spool,                three_together,             0, 0, SCENARIO_HAS_ROOM,    false},
    {"three-together-across",        near_end_of_sector,       three_together,             0, 3, SCENARIO_HAS_ROOM,
     false                                                                                                                  },
    {"given-up-midway",              new_spool,                some_given_up_midway,       0, 0, SCENARIO_HAS_ROOM,    false},
    {"many-tiny",                    new_spool,                many_tiny,                  0, 0, SCENARIO_HAS_ROOM,    false},
    {"heads-used-up",                heads_nearly_used_up,     heads_used_up,              0, 0, SCENARIO_HAS_ROOM,    false},
    {"hundred-recipients",           new_spool,                hundred_recipients,         0, 0, SCENARIO_HAS_ROOM,    false},
    {"mixed-outcomes",               new_spool,                mixed_outcomes,             0, 0, SCENARIO_HAS_ROOM,    false},
    {"mixed-over-boots",             new_spool,                mixed_over_boots,           2, 0, SCENARIO_HAS_ROOM,    false},
    {"both-sides-of-64",             new_spool,                both_sides_of_64,           0, 0, SCENARIO_HAS_ROOM,    false},
    {"one-by-one",                   new_spool,                one_by_one,                 0, 0, SCENARIO_HAS_ROOM,    false},
    {"twelve-tries",                 new_spool,                twelve_tries,               0, 0, SCENARIO_HAS_ROOM,    false},
    {"strip-overflows",              new_spool,                strip_overflows,            0, 0, SCENARIO_HAS_ROOM,    false},
    {"tries-over-boots",             new_spool,                tries_over_boots,           0, 0, SCENARIO_HAS_ROOM,    false},
    {"tries-at-once-after-boot",     new_spool,                tries_at_once_after_boot,   2, 0,
     SCENARIO_HAS_ROOM,                                                                                                false},
    {"tries-of-two-letters",         new_spool,                tries_of_two_letters,       0, 0, SCENARIO_HAS_ROOM,
     false                                                                                                                  },
    {"route-schedule",               new_spool,                route_schedule,             0, 0, SCENARIO_HAS_ROOM,    false},
    {"route-stopped-and-frozen",     new_spool,                route_stopped_and_frozen,   0, 0,
     SCENARIO_HAS_ROOM,                                                                                                false},
    {"route-and-letter",             new_spool,                route_and_letter,           0, 0, SCENARIO_HAS_ROOM,    false},
    {"given-up-with-notice",         new_spool,                given_up_with_notice,       0, 0, SCENARIO_HAS_ROOM,
     false                                                                                                                  },
    {"dead",                         new_spool,                dead,                       0, 0, SCENARIO_HAS_ROOM,    false},
    {"more-dead-than-kept",          new_spool,                more_dead_than_kept,        0, 0, SCENARIO_HAS_ROOM,    false},
    {"dead-over-boots",              new_spool,                dead_over_boots,            4, 0, SCENARIO_HAS_ROOM,    false},
    {"closed-in-a-later-boot",       four_waiting,             closed_in_a_later_boot,     2, 0,
     SCENARIO_HAS_ROOM,                                                                                                false},
    {"closed-with-full-strips",      tried_then_closed_later,  closed_with_full_strips,    2, 0,
     false,                                                                                                            false},
    {"erases",                       in_turned_ring,           erases,                     0, 0, SCENARIO_HAS_ROOM,    false},
    {"erases-take-time",             in_turned_ring,           erases,                     0, 5, SCENARIO_HAS_ROOM,    false},
    {"moves",                        with_living_in_the_way,   moves,                      4, 0, SCENARIO_HAS_ROOM,    false},
    {"moves-a-big-one",              big_living_in_the_way,    moves,                      4, 0, SCENARIO_HAS_ROOM,    false},
    {"moves-the-dead",               dead_living_in_the_way,   moves_of_the_dead,          4, 0, SCENARIO_HAS_ROOM,
     false                                                                                                                  },
    {"held-in-the-way",              with_living_in_the_way,   held_in_the_way,            4, 2, SCENARIO_HAS_ROOM,
     false                                                                                                                  },
    {"tries-while-moving",           with_living_in_the_way,   tries_while_moving,         4, 0,
     SCENARIO_HAS_ROOM,                                                                                                false},
    {"full-refuses",                 filled,                   full_refuses,               0, 0, SCENARIO_MAY_BE_FULL, false},
    {"full-takes-own-alert",         filled,                   full_takes_own_alert,       0, 0, SCENARIO_MAY_BE_FULL,
     false                                                                                                                  },
    {"full-takes-notice",            filled,                   full_takes_notice,          0, 0, SCENARIO_MAY_BE_FULL, false},
    {"full-empties",                 filled,                   full_empties,               0, 0, SCENARIO_MAY_BE_FULL, false},
    {"full-and-boots",               filled,                   full_and_boots,             0, 0, SCENARIO_MAY_BE_FULL, false},
    {"full-tries",                   filled,                   full_tries,                 0, 0, SCENARIO_MAY_BE_FULL, false},
    {"crumbs",                       crumbs,                   crumbs_make_room,           0, 0, SCENARIO_HAS_ROOM,    false},
    {"id-wraps",                     near_id_wrap,             four_letters,               0, 0, SCENARIO_HAS_ROOM,    false},
    {"sequence-wraps",               near_sequence_wrap,       boots_with_a_letter,        2, 0, SCENARIO_HAS_ROOM,
     false                                                                                                                  },
    {"boot-wraps",                   near_boot_wrap,           boots_with_a_letter,        2, 0, SCENARIO_HAS_ROOM,    false},
    {"more-than-the-window",         many_waiting,             many_are_sent,              2, 0, SCENARIO_HAS_ROOM,    false},
    {"more-than-the-window-tried",   many_waiting,             many_are_tried,             4, 0, SCENARIO_HAS_ROOM,
     false                                                                                                                  },
    {"hours-pass",                   new_spool,                hours_pass,                 0, 0, SCENARIO_HAS_ROOM,    false},
    {"journal-overflows",            journal_nearly_full,      journal_overflows,          0, 0, SCENARIO_HAS_ROOM,
     false                                                                                                                  },
    {"boot-loop",                    new_spool,                boot_loop,                  0, 0, SCENARIO_HAS_ROOM,    false},
    {"boot-loop-without-rest",       four_waiting,             boot_loop_without_rest,     4, 0,
     SCENARIO_HAS_ROOM,                                                                                                false},
    {"boot-loop-with-letters",       new_spool,                boot_loop_with_letters,     4, 0, SCENARIO_HAS_ROOM,
     false                                                                                                                  },
    {"acts-before-idle",             four_waiting,             acts_before_idle,           2, 0, SCENARIO_HAS_ROOM,    false},
    {"stopped-in-order",             new_spool,                stopped_in_order,           0, 0, SCENARIO_HAS_ROOM,    false},
    {"aged-one-letter",              aged,                     one_letter,                 0, 0, SCENARIO_HAS_ROOM,    false},
    {"aged-mixed-outcomes",          aged,                     mixed_over_boots,           2, 2, SCENARIO_HAS_ROOM,    false},
    {"starts-cut-short",             before_starts_cut_short,  starts_then_letters,        4, 0,
     SCENARIO_HAS_ROOM,                                                                                                false},
    {"closed-by-the-journal",        before_closed_by_journal, letters_where_it_was,       0, 0,
     SCENARIO_HAS_ROOM,                                                                                                false},
    {"starts-in-a-used-ring",        before_used_ring_alone,   two_starts,                 0, 0, SCENARIO_HAS_ROOM,
     false                                                                                                                  },
    {"a-used-ring-turns",            before_used_ring,         sectors_turn,               0, 0, SCENARIO_HAS_ROOM,    false},
    {"in-the-last-sectors",          before_last_sectors,      starts_in_last_sectors,     0, 0,
     SCENARIO_LAST_SECTORS,                                                                                            false},
    {"first-start",                  nothing,                  first_start,                0, 0, SCENARIO_HAS_ROOM,    false},
    {"zeros-formatted",              all_zeros,                formatted,                  0, 0, SCENARIO_HAS_ROOM,    false},
    {"random-formatted",             all_random,               formatted,                  0, 0, SCENARIO_HAS_ROOM,    false},
    {"other-version-formatted",      other_version,            formatted,                  0, 0, SCENARIO_HAS_ROOM,    false},
    {"zeros-stay-closed",            all_zeros,                stays_closed,               0, 0, SCENARIO_HAS_ROOM,    true },
    {"random-stays-closed",          all_random,               stays_closed,               0, 0, SCENARIO_HAS_ROOM,    true },
    {"foreign-stays-closed",         somebody_elses,           stays_closed,               0, 0, SCENARIO_HAS_ROOM,    true },
    {"other-version-stays-closed",   other_version,            stays_closed,               0, 0, SCENARIO_HAS_ROOM,
     true                                                                                                                   },
};

const unsigned scenario_count = COUNT_OF(scenarios);

void scenario_prepare(const struct scenario *scenario)
{
    nor_new(FIRST_SECTOR + FEWEST_SECTORS + scenario->more_sectors);
    nor_set_erase_polls(scenario->polls);
    oracle_new();
    memset(slots, 0, sizeof slots);
    memset(&scenario_clock, 0, sizeof scenario_clock);
    grave_count = 0;
    graves_unsure = false;
    nor_cut_after(UINT32_MAX);
    scenario_refused = false;
    scenario->before();
    note_time();
    oracle_settle();
    scenario_refused = false;
    nor_cut_after(UINT32_MAX);
}
