/* SPDX-License-Identifier: MIT */
/* sources: firmware/spool/deposit.c firmware/spool/erase.c firmware/spool/journal.c firmware/spool/mount.c
            firmware/spool/reader.c firmware/spool/reclaim.c firmware/spool/scrub.c firmware/spool/recover.c
            firmware/spool/records.c firmware/spool/head.c firmware/spool/letter.c firmware/spool/window.c
            firmware/flashlog/flashlog.c firmware/flashlog/medium.c firmware/base/crc32.c firmware/base/log.c
            firmware/base/text.c firmware/base/cursor.c firmware/mail/connector.c
            tests/flash/nor_simulator.c tests/flash/oracle.c tests/flash/scenarios.c tests/flash/steps.c
            tests/flash/scenarios_harm.c
            tests/flash/tears.c */
/*
 * fuzz_spool.c: layer D of the power-cut campaign. Octets are a story: what the appliance asks
 * of its spool, when power goes, and what the operation under way then leaves (a number of
 * tears.h), in recoveries too. It begins on a blank, a dirty, a foreign or an aged part. After
 * each restart the oracle holds the spool against what was acknowledged; at the end a letter
 * is taken, and every letter is read.
 */
#include "tests/flash/nor_simulator.h"
#include "tests/flash/oracle.h"
#include "tests/flash/steps.h"
#include "tests/flash/scenarios.h"
#include "tests/flash/tears.h"

#include "base/bytes.h"
#include "spool/spool.h"

#include "config/config.h"
#include "config/partitions.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A story has an end: steps, and cuts one after the other. */
#define STEPS_MAX 250u
#define CUTS_MAX  24u

#define FIRST_SECTOR   (PARTITION_SPOOL_OFFSET / NOR_SECTOR_SIZE)
#define FEWEST_SECTORS (9u + CONFIG_SPOOL_RESERVE_SECTORS)
#define SIZES          4u

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static struct {
    const uint8_t *bytes;
    size_t left;
} story;

static struct expectation expected;
static struct sight seen;
static unsigned cuts;

static unsigned take(void)
{
    if (story.left == 0)
        return 0;
    story.left--;
    return *story.bytes++;
}

/* The oracle's finding ends the run. */
static void check(const char *when)
{
    if (oracle_finding.invariant == 0)
        return;
    fprintf(stderr, "invariant %u %s: %s\n", oracle_finding.invariant, when,
            oracle_finding.text);
    abort();
}

/* ---- Power ----------------------------------------------------------------------------------- */

static void tear(void)
{
    const struct nor_operation *op = nor_interrupted();
    unsigned ways = tear_count(op, 1), way = (take() << 8 | take()) % ways;
    struct nor_tear chosen = tear_number(op, way, take());

    nor_tear(op, &chosen);
}

/* A start up to where letters may be asked for, cut where the story says so; false: it was. */
static bool recover_once(void)
{
    unsigned how = take();

    nor_cut_after(how % 4 == 1 && ++cuts < CUTS_MAX ? take() % 64 : UINT32_MAX);
    if (setjmp(nor_power) != 0)
        return false;
    if (!step_power_on()) {
        if (!expected.may_be_foreign)
            oracle_violated(6, "the spool does not open");
        spool_format(&step_clock);
    }
    if (!step_get_ready() || (how % 2 == 0 && !step_idle()))
        oracle_violated(7, "the spool does not get ready");
    check("at a start");
    nor_cut_after(UINT32_MAX);
    return true;
}

/* What is there is held against what must be, and is the truth from now on. */
static void recover(uint32_t certain, uint32_t possible)
{
    oracle_expect(&expected, certain, possible);
    while (!recover_once())
        tear();
    oracle_look(&seen);
    oracle_judge(&expected, &seen);
    oracle_judge_time(&expected, &step_clock);
    oracle_read_some(&seen, 4000, cuts);
    check("after a start");
    oracle_adopt(&seen, &step_clock);
}

/* ---- Steps ----------------------------------------------------------------------------------- */

/* One of the letters that live, or -1. */
static int some_letter(void)
{
    unsigned turn = take();

    oracle_look(&seen);
    return seen.count == 0 ? -1 : (int)seen.letter[turn % seen.count].letter;
}

static void try_letter(void)
{
    step_try(some_letter(), take() * 10);
}

static void settle_letter(enum spool_settled how)
{
    int letter = some_letter();
    unsigned first, recipients;

    if (letter < 0)
        return;
    recipients = oracle_letter_at((unsigned)letter)->recipients;
    first = take() % recipients;
    step_settle(letter, how, first, 1 + take() % (recipients - first));
}

static void close_letter(void)
{
    step_close(some_letter(), take() % 2 == 0 ? SPOOL_CLOSED_SENT : SPOOL_CLOSED_DELETED);
}

static unsigned count_dead(void)
{
    unsigned dead = 0;

    for (unsigned i = 0; i < seen.count; i++)
        dead += seen.letter[i].state.dead;
    return dead;
}

/* Never the last one that is kept: which one goes then is not told. */
static void bury_letter(void)
{
    int letter = some_letter();

    if (letter >= 0 && !oracle_find(&seen, (unsigned)letter)->state.dead &&
        count_dead() < CONFIG_DEAD_LETTERS_MAX) {
        step_forget_dead();
        step_bury(letter);
    }
}

static void deposit_step(unsigned what)
{
    unsigned slot = what / 4 % STEP_SLOTS;

    if (what % 4 == 0)
        step_begin(slot, SPOOL_FROM_LAN, take() * 64, 1 + take() % 100);
    else if (what % 4 == 1)
        step_add(slot, take() * 16);
    else if (what % 4 == 2)
        step_commit(slot);
    else
        step_give_up(slot);
}

static void cut_later(void)
{
    if (cuts++ < CUTS_MAX)
        nor_cut_in(take() % 64);
}

static void restart(void)
{
    uint32_t done = nor_operations();

    if (take() % 2 == 0)
        spool_stop(&step_clock);
    recover(done, nor_operations());
}

static void step(void)
{
    unsigned what = take();

    switch (what % 16) {
    case 0:
    case 1:
        step_put_to(take() * (what % 16 == 0 ? 8u : 100u), 1 + take() % 3);
        break;
    case 2:
    case 3:
        deposit_step(what / 16);
        break;
    case 4:
    case 5:
        try_letter();
        break;
    case 6:
        settle_letter(SPOOL_SENT);
        break;
    case 7:
        settle_letter(SPOOL_GIVEN_UP);
        break;
    case 8:
    case 9:
        close_letter();
        break;
    case 10:
        bury_letter();
        break;
    case 11:
        step_route(take() % 8, take());
        break;
    case 12:
        step_idle();
        break;
    case 13:
        step_tick(take() * 8);
        break;
    case 14:
        restart();
        break;
    default:
        cut_later();
        break;
    }
    step_get_ready();
    check("at a step");
}

/* ---- Beginnings ------------------------------------------------------------------------------ */

/* The ring has turned once, and a few letters are left of that. */
static void age(void)
{
    for (unsigned i = 0; i < FEWEST_SECTORS; i++) {
        int letter = step_put(240 * 200);

        if (i % 4 != 0)
            step_close(letter, SPOOL_CLOSED_SENT);
        step_idle();
    }
}

static void first_start(void)
{
    nor_cut_after(UINT32_MAX);
    if (!step_power_on())
        oracle_violated(6, "a blank part is taken for a foreign one");
    step_idle();
    check("at the first start");
}

/* Parts of each size as most stories find them: made once, with the letters in them. */
static struct image {
    uint8_t *copy;
    unsigned letters;
    struct oracle_letter letter[FEWEST_SECTORS];
} images[2][SIZES];

static void make_image(struct image *image, bool aged)
{
    first_start();
    if (aged)
        age();
    image->copy = malloc(nor_copy_size());
    if (image->copy == NULL)
        abort();
    nor_copy_out(image->copy);
    image->letters = oracle_letters();
    for (unsigned i = 0; i < image->letters; i++)
        image->letter[i] = *oracle_letter_at(i);
}

static void begin_prepared(unsigned size, bool aged)
{
    struct image *image = &images[aged][size];

    if (image->copy == NULL)
        make_image(image, aged);
    nor_copy_in(image->copy);
    oracle_new();
    for (unsigned i = 0; i < image->letters; i++) {
        oracle_letter(image->letter[i].size, image->letter[i].recipients);
        oracle_set_id(i, image->letter[i].id);
    }
    nor_cut_after(UINT32_MAX);
    step_power_on();
    step_idle();
}

/* Zeros, noise, or noise in some pages of a blank part: left alone until it is formatted. */
static void begin_dirty(void)
{
    unsigned kind = take() % 3;
    uint32_t seed = take();

    for (uint32_t at = PARTITION_SPOOL_OFFSET; at < nor_size(); at += NOR_PAGE_SIZE) {
        if (kind < 2 || at / NOR_PAGE_SIZE % 37 == 5)
            memset(nor_bytes() + at, kind == 0 ? 0 : (int)(nor_random(&seed) & 0xff),
                   NOR_PAGE_SIZE);
    }
    nor_cut_after(UINT32_MAX);
    if (step_power_on() || nor_operations() != 0)
        oracle_violated(6, "dirt is taken for a spool");
    check("at the beginning");
    spool_format(&step_clock);
    step_idle();
}

static void begin(void)
{
    unsigned how = take(), size = how / 8 % SIZES;

    nor_new(FIRST_SECTOR + FEWEST_SECTORS + size);
    oracle_new();
    oracle_clear();
    step_forget();
    cuts = 0;
    if (how % 8 == 6)
        first_start();
    else if (how % 8 == 7)
        begin_dirty();
    else
        begin_prepared(size, how % 2 != 0);
    oracle_look(&seen);
    oracle_adopt(&seen, &step_clock);
    nor_cut_after(UINT32_MAX);
    nor_set_erase_polls(take() % 8);
}

/* ---- One story ------------------------------------------------------------------------------- */

static void end(void)
{
    nor_cut_in(UINT32_MAX - nor_operations());
    step_note_time();
    recover(nor_operations(), nor_operations());
    step_idle();
    if (step_put(333) < 0 && !step_was_full())
        oracle_violated(7, "no letter is taken: answer %d", (int)step_refusal);
    else if (step_was_full() && step_put_notice(333) < 0)
        oracle_violated(7, "a full spool takes no notice");
    oracle_look(&seen);
    oracle_read_some(&seen, UINT32_MAX, 0);
    check("at the end");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static unsigned steps;

    story.bytes = bytes;
    story.left = size;
    begin();
    for (steps = 0; steps < STEPS_MAX && story.left > 0; steps++) {
        if (setjmp(nor_power) == 0) {
            step();
            continue;
        }
        recover(nor_operations(), nor_operations() + 1);
    }
    end();
    return 0;
}
