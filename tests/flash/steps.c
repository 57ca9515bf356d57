/* SPDX-License-Identifier: MIT */
/* steps.c: each step waits while the answer is BUSY, and tells the oracle. */
#include "tests/flash/steps.h"

#include "tests/flash/nor_simulator.h"
#include "tests/flash/oracle.h"

#include "base/bytes.h"
#include "base/log.h"

#include "config/config.h"

#include <stdio.h>
#include <string.h>

struct clock step_clock;
bool step_refused;
enum spool_result step_refusal;

bool step_tell_log;

static bool loss_named;
static enum spool_result answer; /* of the step asked for last */

/* Letters on their way in; several at a time. */
static struct {
    struct spool_deposit deposit;
    unsigned letter;
    uint32_t at;
    bool open;
} slots[STEP_SLOTS];

/* ---- Waiting --------------------------------------------------------------------------------- */

static unsigned patience;

bool step_again(enum spool_result result)
{
    if (result != SPOOL_BUSY || patience == 0)
        return false;
    patience--;
    spool_poll(&step_clock);
    return true;
}

void step_start(void)
{
    patience = 1000;
}

static bool answered(enum spool_result result)
{
    answer = result;
    if (result != SPOOL_OK) {
        step_refused = true;
        step_refusal = result;
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
        if (step_tell_log)
            printf("    %s\n", line);
    }
}

bool step_named_loss(void)
{
    bool named;

    read_log();
    named = loss_named;
    loss_named = false;
    return named;
}

bool step_was_full(void)
{
    return answer == SPOOL_FULL;
}

bool step_get_ready(void)
{
    for (unsigned i = 0; i < 3000; i++) {
        if (spool_ready())
            return true;
        spool_poll(&step_clock);
    }
    return false;
}

bool step_idle(void)
{
    for (unsigned i = 0; i < 3000; i++) {
        if (spool_poll(&step_clock) > 5 && spool_ready())
            return true;
    }
    return false;
}

void step_note_time(void)
{
    unsigned step = oracle_begin(ORACLE_TIME, 0);

    oracle_with_time(step, step_clock.powered_s, step_clock.boot, spool_has_begun());
    oracle_end(step, true);
}

bool step_power_on(void)
{
    read_log();
    log_init();
    nor_power_cycle();
    memset(&step_clock, 0, sizeof step_clock);
    memset(slots, 0, sizeof slots);
    return spool_open(&step_clock) == SPOOL_OPENED;
}

void step_restart(void)
{
    step_power_on();
    step_note_time();
}

void step_restart_and_idle(void)
{
    step_restart();
    step_idle();
    step_note_time();
}

void step_tick(uint32_t seconds)
{
    step_clock.powered_s += seconds;
    step_clock.uptime_s += seconds;
    step_clock.uptime_ms += seconds * 1000ull;
    if (step_clock.wall_s != 0)
        step_clock.wall_s += seconds;
    step_idle();
    step_note_time();
}

/* ---- Deposits -------------------------------------------------------------------------------- */

bool step_begin(unsigned slot, enum spool_class class_, uint32_t size, unsigned recipients)
{
    struct spool_deposit *d = &slots[slot].deposit;
    enum spool_result result;

    if (slots[slot].open)
        return false;
    step_start();
    while (step_again(result = spool_deposit_begin(d, class_, size)))
        continue;
    slots[slot].open = answered(result);
    if (!slots[slot].open)
        return false;
    slots[slot].letter = oracle_letter(size, recipients);
    slots[slot].at = 0;
    oracle_set_id(slots[slot].letter, d->id);
    while (step_again(result = spool_deposit_field(d, LETTER_SENDER, "a@example.com", 13)))
        continue;
    for (unsigned i = 0; i < recipients && result == SPOOL_OK; i++) {
        while (step_again(result = spool_deposit_recipient(d, 0, "b@example.com", 13)))
            continue;
    }
    return answered(result);
}

bool step_add(unsigned slot, uint32_t octets)
{
    enum spool_result result = SPOOL_OK;
    uint8_t piece[200];
    uint32_t size;

    if (!slots[slot].open)
        return false;
    size = oracle_letter_at(slots[slot].letter)->size;
    step_start();
    while (octets > 0 && slots[slot].at < size && result == SPOOL_OK) {
        uint32_t part = size - slots[slot].at;

        part = part < octets ? part : octets;
        part = part < sizeof piece ? part : (uint32_t)sizeof piece;
        for (uint32_t i = 0; i < part; i++)
            piece[i] = oracle_octet(slots[slot].letter, slots[slot].at + i);
        while (step_again(result = spool_deposit_text(&slots[slot].deposit, piece, part)))
            continue;
        slots[slot].at += part;
        octets -= part;
    }
    return answered(result);
}

void step_give_up(unsigned slot)
{
    if (slots[slot].open)
        spool_deposit_abort(&slots[slot].deposit);
    slots[slot].open = false;
}

int step_commit(unsigned slot)
{
    unsigned letter = slots[slot].letter, step;
    enum spool_result result;

    if (!step_add(slot, UINT32_MAX))
        return -1;
    step = oracle_begin(ORACLE_DEPOSIT, letter);
    step_start();
    while (step_again(result = spool_deposit_commit(&slots[slot].deposit, &step_clock)))
        continue;
    oracle_end(step, result == SPOOL_OK);
    step_give_up(slot);
    return answered(result) ? (int)letter : -1;
}

int step_put_as(enum spool_class class_, uint32_t size, unsigned recipients)
{
    if (step_begin(0, class_, size, recipients) && step_add(0, size))
        return step_commit(0);
    step_give_up(0);
    return -1;
}

int step_put_notice(uint32_t size)
{
    return step_put_as(SPOOL_NOTICE, size, 1);
}

int step_put_to(uint32_t size, unsigned recipients)
{
    return step_put_as(SPOOL_FROM_LAN, size, recipients);
}

int step_put(uint32_t size)
{
    return step_put_to(size, 1);
}

/* ---- What becomes of letters ----------------------------------------------------------------- */

/* Where it is: as the relay knows it, or by the operator's way. */
struct spool_letter step_find(int letter)
{
    struct spool_letter found = {0};
    struct spool_walk walk;
    uint16_t head;
    uint32_t id, wanted = oracle_letter_at((unsigned)letter)->id;
    enum spool_result result;

    step_get_ready();
    if (spool_find(wanted, 0, &found))
        return found;
    step_start();
    spool_walk_begin(&walk);
    while ((result = spool_walk_next(&walk, &head, &id)) == SPOOL_OK ||
           step_again(result)) {
        if (result == SPOOL_OK && head != 0 && id == wanted)
            found = (struct spool_letter){.id = id, .head = head};
    }
    return found;
}

void step_try(int letter, uint32_t wait_s)
{
    struct spool_letter l;
    uint32_t due_s = step_clock.powered_s + wait_s;
    enum spool_result result;
    unsigned step;

    if (letter < 0)
        return;
    l = step_find(letter);
    step = oracle_begin(ORACLE_TRY, (unsigned)letter);
    oracle_with_due(step, due_s);
    step_start();
    while (step_again(result = spool_count_try(&l, due_s, &step_clock)))
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

void step_settle(int letter, enum spool_settled how, unsigned first, unsigned count)
{
    struct recipient_set set = from_to(first, count);
    struct spool_letter l;
    enum spool_result result;
    unsigned step;

    if (letter < 0)
        return;
    l = step_find(letter);
    step = oracle_begin(how == SPOOL_SENT ? ORACLE_SENT : ORACLE_FAILED, (unsigned)letter);
    oracle_with_set(step, &set);
    step_start();
    while (step_again(result = spool_settle(&l, how, &set)))
        continue;
    oracle_end(step, answered(result));
}

void step_sent(int letter, unsigned first, unsigned count)
{
    step_settle(letter, SPOOL_SENT, first, count);
}

void step_failed(int letter, unsigned first, unsigned count)
{
    step_settle(letter, SPOOL_GIVEN_UP, first, count);
}

void step_close(int letter, enum spool_closed how)
{
    struct spool_letter l;
    enum spool_result result;
    unsigned step;

    if (letter < 0)
        return;
    l = step_find(letter);
    step = oracle_begin(ORACLE_CLOSE, (unsigned)letter);
    step_start();
    while (step_again(result = spool_close(&l, how, &step_clock)))
        continue;
    oracle_end(step, answered(result));
}

void step_close_sent(int letter)
{
    step_close(letter, SPOOL_CLOSED_SENT);
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

void step_bury(int letter)
{
    struct spool_letter l;
    enum spool_result result;
    unsigned step, evicted = 0;
    bool evicts = !graves_unsure && grave_count == CONFIG_DEAD_LETTERS_MAX;

    if (letter < 0)
        return;
    l = step_find(letter);
    make_room_for_grave();
    if (evicts)
        evicted = oracle_begin(ORACLE_CLOSE, (unsigned)graves[0]);
    step = oracle_begin(ORACLE_BURY, (unsigned)letter);
    step_start();
    while (step_again(result = spool_bury(&l, &step_clock)))
        continue;
    oracle_end(step, answered(result));
    if (evicts)
        oracle_end(evicted, result == SPOOL_OK);
    graves_unsure = graves_unsure || result != SPOOL_OK;
    if (evicts && result == SPOOL_OK)
        memmove(graves, graves + 1, --grave_count * sizeof graves[0]);
    dig_grave(letter);
}

void step_delete_dead(int letter)
{
    step_close(letter, SPOOL_CLOSED_DELETED);
    if (grave_count > 0 && graves[0] == letter)
        memmove(graves, graves + 1, --grave_count * sizeof graves[0]);
}

void step_put_route(const struct spool_route *route)
{
    enum spool_result result;
    unsigned step = oracle_begin(ORACLE_ROUTE, 0);

    oracle_with_route(step, route);
    step_start();
    while (step_again(result = spool_route_put(0, route, &step_clock)))
        continue;
    oracle_end(step, answered(result));
}

void step_route(unsigned tries, uint32_t wait_s)
{
    struct spool_route r = {.tries = (uint8_t)tries,
                            .cause = (uint8_t)(tries % 5),
                            .due_s = tries > 0 ? step_clock.powered_s + wait_s : 0};

    step_put_route(&r);
}

/* ---- A new story ------------------------------------------------------------------------------ */

void step_forget_dead(void)
{
    grave_count = 0;
    graves_unsure = false;
}

void step_forget(void)
{
    memset(slots, 0, sizeof slots);
    step_forget_dead();
    memset(&step_clock, 0, sizeof step_clock);
    step_refused = false;
}
