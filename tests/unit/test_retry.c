/* SPDX-License-Identifier: MIT */
/* sources: firmware/relay/retry.c */
/* test_retry.c: the schedule, the jitter, the limit and the glitch repeats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "relay/retry.h"

#include "base/bytes.h"
#include "config/config.h"

static void intervals(void **state)
{
    static const struct {
        const char *name;
        unsigned tries;
        uint32_t interval_s;
    } cases[] = {
        {"none counted is taken for one", 0,          CONFIG_RETRY_1_S    },
        {"first",                         1,          CONFIG_RETRY_1_S    },
        {"second",                        2,          CONFIG_RETRY_2_S    },
        {"third",                         3,          CONFIG_RETRY_3_S    },
        {"fourth",                        4,          CONFIG_RETRY_LATER_S},
        {"fifth",                         5,          CONFIG_RETRY_LATER_S},
        {"a hundredth",                   100,        CONFIG_RETRY_LATER_S},
        {"the greatest number",           4294967295, CONFIG_RETRY_LATER_S},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        print_message("%s\n", cases[i].name);
        assert_int_equal(retry_interval(cases[i].tries), cases[i].interval_s);
    }
}

/* Two days with the default schedule: when each try happens, minutes after the deposit. */
static void two_days(void **state)
{
    static const uint32_t minutes[] = {0,    15,   45,   105,  345,  585,  825, 1065,
                                       1305, 1545, 1785, 2025, 2265, 2505, 2745};
    const uint32_t deposited = UINT32_MAX - 200000;
    uint32_t now = deposited;
    unsigned tries = 0;

    (void)state;
    while (!retry_expired(deposited, now)) {
        assert_true(tries < COUNT_OF(minutes));
        assert_int_equal(now - deposited, minutes[tries] * 60);
        tries++;
        now = retry_due(now, retry_interval(tries));
    }
    assert_int_equal(tries, COUNT_OF(minutes));
}

static void jitter(void **state)
{
    static const struct {
        const char *name;
        uint32_t interval_s, random, wait_s;
    } cases[] = {
        {"shortest",                  900,        0,          810       },
        {"middle",                    900,        90,         900       },
        {"longest",                   900,        180,        990       },
        {"round again",               900,        181,        810       },
        {"too short for a part",      9,          12345,      9         },
        {"the least part",            10,         0,          9         },
        {"never nothing",             0,          7,          1         },
        {"one second",                1,          7,          1         },
        {"greatest stays greatest",   UINT32_MAX, 858993458,  UINT32_MAX},
        {"greatest can be shortened", UINT32_MAX, 0,          3865470566},
        {"any random number",         14400,      4294967295, 14265     },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        print_message("%s\n", cases[i].name);
        assert_int_equal(retry_jitter(cases[i].interval_s, cases[i].random),
                         cases[i].wait_s);
    }
}

static void jitter_keeps_its_bounds(void **state)
{
    uint32_t random = 1, least = UINT32_MAX, most = 0;

    (void)state;
    for (unsigned i = 0; i < 100000; i++) {
        uint32_t wait = retry_jitter(CONFIG_RETRY_1_S, random);

        random = random * 1664525 + 1013904223;
        least = wait < least ? wait : least;
        most = wait > most ? wait : most;
    }
    assert_int_equal(least, CONFIG_RETRY_1_S - CONFIG_RETRY_1_S / 10);
    assert_int_equal(most, CONFIG_RETRY_1_S + CONFIG_RETRY_1_S / 10);
}

static void due(void **state)
{
    static const struct {
        const char *name;
        uint32_t now_s, wait_s, due_s;
    } cases[] = {
        {"at once",                  5,              0,          5         },
        {"later",                    5,              900,        905       },
        {"the last second there is", UINT32_MAX - 5, 5,          UINT32_MAX},
        {"beyond it",                UINT32_MAX - 5, 6,          UINT32_MAX},
        {"far beyond it",            UINT32_MAX,     UINT32_MAX, UINT32_MAX},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        print_message("%s\n", cases[i].name);
        assert_int_equal(retry_due(cases[i].now_s, cases[i].wait_s), cases[i].due_s);
    }
}

static void expiry(void **state)
{
    static const struct {
        const char *name;
        uint32_t deposited_s, now_s;
        int expired;
    } cases[] = {
        {"just come",                 1000,           1000,                       0},
        {"a second before the limit", 1000,           1000 + CONFIG_EXPIRE_S - 1, 0},
        {"at the limit",              1000,           1000 + CONFIG_EXPIRE_S,     1},
        {"long after",                0,              UINT32_MAX,                 1},
        {"deposited ahead of now",    2000,           1000,                       0},
        {"limit beyond 32 bits",      UINT32_MAX - 9, UINT32_MAX,                 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        print_message("%s\n", cases[i].name);
        assert_int_equal(retry_expired(cases[i].deposited_s, cases[i].now_s),
                         cases[i].expired);
    }
}

static void glitches(void **state)
{
    (void)state;
    assert_true(retry_glitch_allowed(0));
    assert_true(retry_glitch_allowed(CONFIG_GLITCH_REPEATS - 1));
    assert_false(retry_glitch_allowed(CONFIG_GLITCH_REPEATS));
    assert_false(retry_glitch_allowed(UINT32_MAX));
    assert_int_equal(retry_glitch_wait(), CONFIG_GLITCH_S);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals), cmocka_unit_test(two_days),
        cmocka_unit_test(jitter),    cmocka_unit_test(jitter_keeps_its_bounds),
        cmocka_unit_test(due),       cmocka_unit_test(expiry),
        cmocka_unit_test(glitches),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
