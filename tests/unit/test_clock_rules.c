/* SPDX-License-Identifier: MIT */
/* sources: firmware/network/clock_rules.c */
/* test_clock_rules.c: what may be said to the clock, and when. */
#include "network/clock_rules.h"

#include "base/bytes.h"

#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FLOOR     1700000000u
#define NOW       1800000000u
#define IN_2037   2114380800u
#define STEP      CONFIG_CLOCK_STEP_MAX_S
#define DAY       86400u
#define FROM_1900 2208988800u /* to 1970 */

static const uint8_t nonce[CLOCK_NONCE_SIZE] = {1, 2, 3, 4, 5, 6, 7, 8};
static struct clock_rules rules;
static uint8_t answer[CLOCK_ANSWER_SIZE];

/* A server's answer: version 4, stratum 2, no warning; `unix_s` wraps into its era. */
static void make(uint32_t unix_s)
{
    uint32_t ntp_s = unix_s + FROM_1900;

    memset(answer, 0, sizeof answer);
    answer[0] = 0x24;
    answer[1] = 2;
    memcpy(answer + 24, nonce, sizeof nonce);
    for (int i = 0; i < 4; i++)
        answer[40 + i] = (uint8_t)(ntp_s >> (24 - 8 * i));
}

static enum clock_verdict hear_it(void)
{
    uint32_t said;

    return clock_rules_hear(&rules, FLOOR, answer, nonce, &said);
}

static enum clock_verdict hear(uint32_t unix_s)
{
    make(unix_s);
    return hear_it();
}

static int begin(void **state)
{
    (void)state;
    memset(&rules, 0, sizeof rules);
    make(NOW);
    return 0;
}

static void first_answer(void **state)
{
    static const struct {
        uint32_t said;
        enum clock_verdict verdict;
    } table[] = {
        {0,                         CLOCK_TOO_EARLY},
        {1,                         CLOCK_TOO_EARLY},
        {FLOOR - 1,                 CLOCK_TOO_EARLY},
        {FLOOR,                     CLOCK_TAKEN    },
        {NOW,                       CLOCK_TAKEN    },
        {IN_2037,                   CLOCK_TAKEN    },
        {CONFIG_CLOCK_CEILING,      CLOCK_TAKEN    },
        {CONFIG_CLOCK_CEILING + 1u, CLOCK_TOO_LATE },
        {UINT32_MAX,                CLOCK_TOO_LATE },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        begin(NULL);
        assert_int_equal(hear(table[i].said), table[i].verdict);
        assert_int_equal(clock_rules_now(&rules),
                         table[i].verdict == CLOCK_TAKEN ? table[i].said : 0);
    }
}

/* RFC 4330 section 3: the first bit tells 1968 to 2036 from what follows. */
static void eras(void **state)
{
    static const struct {
        uint32_t ntp_s, said;
    } table[] = {
        {0xffffffff, 2085978495}, /* 2036-02-07 06:28:15 */
        {0x00000001, 2085978497},
        {0x7fffffff, 4233462143}, /* 2104 */
        {0x80000000, 4233462144}, /* 1968, which no floor lets pass, as 2104 */
    };
    uint32_t said;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        for (int at = 0; at < 4; at++)
            answer[40 + at] = (uint8_t)(table[i].ntp_s >> (24 - 8 * at));
        clock_rules_hear(&rules, FLOOR, answer, nonce, &said);
        assert_int_equal(said, table[i].said);
    }
}

static void what_is_no_answer(void **state)
{
    (void)state;
    for (int octet = 24; octet < 32; octet++) {
        make(NOW);
        answer[octet] ^= 1;
        assert_int_equal(hear_it(), CLOCK_IGNORED);
    }
    for (uint8_t mode = 0; mode < 8; mode++) {
        make(NOW);
        answer[0] = (uint8_t)(0x20 | mode);
        if (mode != 4)
            assert_int_equal(hear_it(), CLOCK_IGNORED);
    }
    make(NOW);
    answer[1] = 0; /* a kiss of death that anybody sent */
    answer[24] ^= 0x80;
    assert_int_equal(hear_it(), CLOCK_IGNORED);
    assert_false(rules.set);
}

static void servers_without_time(void **state)
{
    (void)state;
    answer[0] |= 0xc0;
    assert_int_equal(hear_it(), CLOCK_UNSYNCHRONISED);
    make(NOW);
    answer[1] = 16;
    assert_int_equal(hear_it(), CLOCK_UNSYNCHRONISED);
    make(NOW);
    memset(answer + 40, 0, 8);
    assert_int_equal(hear_it(), CLOCK_UNSYNCHRONISED);
    make(NOW);
    answer[1] = 0;
    assert_int_equal(hear_it(), CLOCK_KISS);
    make(NOW);
    answer[0] |= 0xc0; /* as a kiss of death has it */
    answer[1] = 0;
    assert_int_equal(hear_it(), CLOCK_KISS);
    assert_false(rules.set);
    make(NOW);
    answer[0] |= 0x40; /* a leap second to come */
    answer[1] = 15;
    assert_int_equal(hear_it(), CLOCK_TAKEN);
}

static void steps(void **state)
{
    (void)state;
    hear(NOW);
    assert_int_equal(hear(NOW + STEP + 1), CLOCK_TOO_FAR);
    assert_int_equal(hear(NOW - STEP - 1), CLOCK_TOO_FAR);
    assert_int_equal(clock_rules_now(&rules), NOW);
    assert_int_equal(hear(NOW + STEP), CLOCK_TAKEN);
    assert_int_equal(clock_rules_now(&rules), NOW + STEP);
    assert_int_equal(hear(NOW - STEP), CLOCK_TAKEN);
    assert_int_equal(clock_rules_now(&rules), NOW - STEP);
    for (int i = 0; i < 1000; i++) /* persistence is no proof */
        assert_int_equal(hear(NOW + STEP + DAY), CLOCK_TOO_FAR);
    assert_int_equal(hear(IN_2037), CLOCK_TOO_FAR);
    assert_int_equal(hear(FLOOR - 1), CLOCK_TOO_EARLY);
    assert_int_equal(hear(NOW + (1u << 31)), CLOCK_TOO_FAR);
    assert_int_equal(clock_rules_now(&rules), NOW - STEP);
}

/* A server that lies a little more in each answer, for a year, every quarter of a minute. */
static uint32_t walk(uint32_t by)
{
    hear(NOW);
    for (uint32_t i = 0; i < 365 * DAY / 15; i++) {
        rules.since_s += 15;
        hear(clock_rules_now(&rules) + by);
    }
    return clock_rules_now(&rules) - (NOW + rules.since_s);
}

static void nobody_walks_it(void **state)
{
    uint32_t most = STEP + 365 * DAY / 256;

    (void)state;
    assert_in_range(walk(STEP / 2), most - STEP, most);
    begin(NULL);
    assert_in_range(0u - walk(0u - STEP / 2), most - STEP, most);
}

static void drift(void **state)
{
    (void)state;
    hear(NOW);
    rules.since_s = 100 * DAY;
    assert_int_equal(clock_rules_now(&rules), NOW + 100 * DAY);
    assert_int_equal(hear(NOW + 100 * DAY + STEP + 100 * DAY / 256), CLOCK_TAKEN);
    assert_int_equal(hear(NOW + 100 * DAY + STEP + 100 * DAY / 256 + 1), CLOCK_TOO_FAR);
}

static void proof(void **state)
{
    (void)state;
    rules.since_s = 2 * CONFIG_CLOCK_FLOOR_WAIT_S;
    assert_int_equal(clock_rules_proven(&rules), 0);
    hear(NOW);
    rules.since_s = CONFIG_CLOCK_FLOOR_WAIT_S - 1;
    assert_int_equal(clock_rules_proven(&rules), 0);
    hear(IN_2037); /* contradicts it: it waits anew */
    rules.since_s = CONFIG_CLOCK_FLOOR_WAIT_S;
    assert_int_equal(clock_rules_proven(&rules), 0);
    rules.since_s = 2 * CONFIG_CLOCK_FLOOR_WAIT_S - 1;
    assert_int_equal(clock_rules_proven(&rules), NOW + rules.since_s);
    assert_int_equal(clock_rules_proven(&rules), 0);
    rules.since_s += CONFIG_CLOCK_FLOOR_WAIT_S;
    assert_int_equal(clock_rules_proven(&rules), NOW + rules.since_s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(first_answer, begin),
        cmocka_unit_test_setup(eras, begin),
        cmocka_unit_test_setup(what_is_no_answer, begin),
        cmocka_unit_test_setup(servers_without_time, begin),
        cmocka_unit_test_setup(steps, begin),
        cmocka_unit_test_setup(nobody_walks_it, begin),
        cmocka_unit_test_setup(drift, begin),
        cmocka_unit_test_setup(proof, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
