/* SPDX-License-Identifier: MIT */
/* sources: firmware/intake/quota.c firmware/base/crc32.c */
/* test_quota.c: what one source may use up. */
#include "intake/quota.h"

#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define LETTERS CONFIG_INTAKE_QUOTA_LETTERS
#define OCTETS  CONFIG_INTAKE_QUOTA_OCTETS

static struct clock now;

/* The table is one for the whole program: each test begins with a new time. */
static int begin(void **state)
{
    (void)state;
    now.uptime_ms += CONFIG_INTAKE_QUOTA_S * 1000u;
    return 0;
}

static bool allows(const char *source, uint32_t octets)
{
    return quota_allows(source, octets, &now);
}

static void letters(void **state)
{
    (void)state;
    assert_true(allows("192.0.2.1", 0));
    assert_true(quota_count("192.0.2.1", LETTERS - 1, 0));
    assert_true(allows("192.0.2.1", 0));
    assert_true(quota_count("192.0.2.1", 1, 0));
    assert_false(allows("192.0.2.1", 0));
}

static void octets(void **state)
{
    (void)state;
    assert_true(allows("192.0.2.1", OCTETS));
    assert_false(allows("192.0.2.1", (uint32_t)OCTETS + 1));
    assert_true(quota_count("192.0.2.1", 1, OCTETS - 1000));
    assert_true(allows("192.0.2.1", 1000));
    assert_false(allows("192.0.2.1", 1001));
    assert_true(quota_count("192.0.2.1", 0, 1000));
    assert_false(allows("192.0.2.1", 0));
    assert_false(quota_count("192.0.2.1", 0, 1));
    assert_true(allows("192.0.2.2", OCTETS)); /* another one has its own */
}

static void anew(void **state)
{
    (void)state;
    assert_true(allows("192.0.2.1", 0));
    (void)quota_count("192.0.2.1", LETTERS, OCTETS);
    now.uptime_ms += CONFIG_INTAKE_QUOTA_S * 1000u - 1;
    assert_false(allows("192.0.2.1", 0));
    now.uptime_ms += 1;
    assert_true(allows("192.0.2.1", OCTETS));
}

/* Whoever changes address all the time comes to no more than the table's quotas together. */
static void changing_addresses(void **state)
{
    uint32_t part = OCTETS / 100, taken = 0;
    char source[40];

    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        (void)snprintf(source, sizeof source, "2001:db8::%x", i);
        if (allows(source, part))
            taken += quota_count(source, 1, part);
    }
    assert_in_range(taken, 99, 100 * QUOTA_SOURCES);
    assert_false(allows("2001:db8::ffff", part));
}

/* Who uses little does not make the table forget who uses much. */
static void heavy_ones_stay(void **state)
{
    char source[40];

    (void)state;
    assert_true(allows("192.0.2.1", 0));
    (void)quota_count("192.0.2.1", 1, OCTETS);
    for (unsigned i = 2; i < 200; i++) {
        (void)snprintf(source, sizeof source, "192.0.2.%u", i);
        assert_true(allows(source, 1024));
        assert_true(quota_count(source, 1, 1024));
    }
    assert_false(allows("192.0.2.1", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(letters, begin),
        cmocka_unit_test_setup(octets, begin),
        cmocka_unit_test_setup(anew, begin),
        cmocka_unit_test_setup(changing_addresses, begin),
        cmocka_unit_test_setup(heavy_ones_stay, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
