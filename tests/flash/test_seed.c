/* SPDX-License-Identifier: MIT */
/* sources: firmware/settings/settings.c firmware/settings/change.c firmware/settings/sector.c
            firmware/settings/seed.c firmware/settings/floor.c firmware/crypto/random.c
            firmware/base/crc32.c firmware/base/cursor.c firmware/base/log.c firmware/base/text.c
            tests/flash/nor_simulator.c tests/flash/tears.c tests/flash/erase_apart.c */
/*
 * test_seed.c: what was drawn while random numbers counted as strong is never drawn again, by
 * the real generator, where the seed in flash is all that differs: the generator begins with the
 * same octets at each start.
 *
 * Power is cut at every operation of the renewal, in every way of tears.h, and again at every
 * operation of the start after that; and the last programs are lost, although acknowledged (F7).
 */
#include "tests/flash/erase_apart.h"
#include "tests/flash/nor_simulator.h"
#include "tests/flash/tears.h"

#include "settings/settings.h"

#include "base/bytes.h"
#include "crypto/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SEED_SIZE      32
#define DRAWN_SIZE     32
#define POLLS_MAX      2000
#define OPERATIONS_MAX 100

typedef uint8_t drawn_bytes[DRAWN_SIZE];

/* ---- Starts ---------------------------------------------------------------------------------- */

static uint16_t starts; /* since the part was new; the settings need a number for each */

static void start(void)
{
    static const uint8_t weak[8] = "no news", same[4] = "box";

    erase_apart_power_on();
    random_init(weak, sizeof weak, same, sizeof same);
    assert_true(settings_open(++starts));
}

static void come_to_rest(void)
{
    for (unsigned i = 0; settings_poll(true) != 60000; i++)
        assert_in_range(i, 0, POLLS_MAX);
}

/* A start that power does not interrupt, and what it draws first. */
static void start_and_draw(drawn_bytes drawn)
{
    start();
    assert_false(random_is_strong());
    come_to_rest();
    assert_true(random_is_strong());
    random_bytes(drawn, DRAWN_SIZE);
}

static void put_seed(const uint8_t *seed, size_t size)
{
    nor_new(2);
    starts = 0;
    start();
    come_to_rest();
    assert_int_equal(settings_begin(NULL), SETTINGS_OK);
    come_to_rest();
    assert_int_equal(settings_add(SETTINGS_SEED, cursor_over("", 0)), SETTINGS_OK);
    assert_int_equal(settings_put(seed, size), SETTINGS_OK);
    settings_commit();
    come_to_rest();
    assert_int_equal(settings_outcome(), SETTINGS_OK);
}

static int new_device(void **unused)
{
    static const uint8_t seed[SEED_SIZE] = "the first seed of this device...";

    (void)unused;
    put_seed(seed, sizeof seed);
    return 0;
}

/* ---- Without cuts ------------------------------------------------------------------------------ */

static void test_each_start_draws_others(void **unused)
{
    drawn_bytes drawn[20];

    (void)unused;
    for (unsigned i = 0; i < COUNT_OF(drawn); i++) {
        start_and_draw(drawn[i]);
        for (unsigned j = 0; j < i; j++)
            assert_memory_not_equal(drawn[i], drawn[j], DRAWN_SIZE);
    }
}

/* Without a change of the seed it would be the same: what the other tests compare can be so. */
static void test_same_seed_draws_the_same(void **unused)
{
    drawn_bytes first, second;
    struct nor_mark mark = nor_mark();

    (void)unused;
    start_and_draw(first);
    starts--;
    nor_rollback(mark);
    nor_release(mark);
    start_and_draw(second);
    assert_memory_equal(first, second, DRAWN_SIZE);
}

/* What a device holds does not tell what it drew before, nor the seed that it began with. */
static void test_the_old_seed_is_gone(void **unused)
{
    drawn_bytes drawn;

    (void)unused;
    assert_non_null(memmem(nor_bytes(), nor_size(), "the first seed", 14));
    start_and_draw(drawn);
    assert_null(memmem(nor_bytes(), nor_size(), "the first seed", 14));
}

static void test_a_short_seed_is_none(void **unused)
{
    (void)unused;
    put_seed((const uint8_t *)"short", 5);
    start();
    come_to_rest();
    assert_false(random_is_strong());
}

static void test_without_a_seed_nothing_is_strong(void **unused)
{
    (void)unused;
    nor_new(2);
    start();
    come_to_rest();
    assert_false(random_is_strong());
}

/* The start has no number in flash yet: another one may come that has the same. */
static void test_not_strong_before_the_start_is_noted(void **unused)
{
    (void)unused;
    start();
    for (unsigned i = 0; i < 20; i++)
        settings_poll(false);
    assert_false(random_is_strong());
}

/* ---- With cuts --------------------------------------------------------------------------------- */

static drawn_bytes before; /* what the start before the one that is cut drew */
static unsigned long cuts, seconds;

/* The start after the loss of power, and the one after that. */
static void expect_others(void)
{
    struct nor_mark mark = nor_mark();
    uint16_t starts_before = starts;
    drawn_bytes next, last;

    nor_cut_after(UINT32_MAX);
    start_and_draw(next);
    start_and_draw(last);
    assert_memory_not_equal(next, before, DRAWN_SIZE);
    assert_memory_not_equal(last, before, DRAWN_SIZE);
    assert_memory_not_equal(last, next, DRAWN_SIZE);
    starts = starts_before;
    nor_rollback(mark);
    nor_release(mark);
}

static void cut_start(unsigned depth);

static void tear(const struct nor_operation *op, unsigned way, unsigned depth)
{
    struct nor_tear torn = tear_number(op, way, 1 + depth * 977);
    struct nor_mark mark = nor_mark();

    nor_tear(op, &torn);
    cuts += depth == 1;
    seconds += depth == 2;
    expect_others();
    if (depth == 1)
        cut_start(2);
    nor_rollback(mark);
    nor_release(mark);
}

/* False when the start comes to rest before that many operations. */
static bool cut_start_at(uint32_t cut, unsigned depth)
{
    struct nor_mark mark = nor_mark();
    uint16_t starts_before = starts;
    volatile bool reached = true;

    if (setjmp(nor_power) == 0) {
        nor_cut_after(cut);
        start();
        come_to_rest();
        reached = false;
    }
    nor_cut_after(UINT32_MAX);
    if (reached) {
        struct nor_operation op = *nor_interrupted();
        unsigned ways = tear_count(&op, 1), step = depth == 1 ? 1 : 13;

        assert_false(random_is_strong());
        for (unsigned way = cut % step; way < ways; way += step)
            tear(&op, way, depth);
    }
    starts = starts_before;
    nor_rollback(mark);
    nor_release(mark);
    return reached;
}

static void cut_start(unsigned depth)
{
    for (uint32_t cut = 0; cut_start_at(cut, depth); cut++)
        continue;
}

static void test_cuts_in_the_renewal(void **unused)
{
    (void)unused;
    start_and_draw(before);
    cut_start(1);
    print_message("seed: %lu cuts, %lu second\n", cuts, seconds);
    assert_in_range(cuts, 100, UINT32_MAX);
    assert_in_range(seconds, 1000, UINT32_MAX);
}

/* F7: the last `count` programs of a renewal, acknowledged, are not there at the next start. */
static void lose_last(unsigned count)
{
    static struct nor_operation operations[OPERATIONS_MAX];
    struct nor_log log = {operations, 0, OPERATIONS_MAX};
    struct nor_mark mark = nor_mark();
    uint16_t starts_before = starts;

    nor_record(&log);
    start_and_draw(before);
    nor_record(NULL);
    for (uint32_t at = log.count; at > 0 && count > 0;) {
        if (operations[--at].kind != NOR_PROGRAM)
            continue;
        nor_lose(&operations[at]);
        count--;
    }
    expect_others();
    starts = starts_before;
    nor_rollback(mark);
    nor_release(mark);
}

static void test_last_programs_lost(void **unused)
{
    drawn_bytes drawn;

    (void)unused;
    start_and_draw(drawn);
    lose_last(1);
    lose_last(2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_each_start_draws_others, new_device),
        cmocka_unit_test_setup(test_same_seed_draws_the_same, new_device),
        cmocka_unit_test_setup(test_the_old_seed_is_gone, new_device),
        cmocka_unit_test_setup(test_a_short_seed_is_none, new_device),
        cmocka_unit_test(test_without_a_seed_nothing_is_strong),
        cmocka_unit_test_setup(test_not_strong_before_the_start_is_noted, new_device),
        cmocka_unit_test_setup(test_cuts_in_the_renewal, new_device),
        cmocka_unit_test_setup(test_last_programs_lost, new_device),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
