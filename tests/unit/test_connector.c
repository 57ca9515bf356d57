/* SPDX-License-Identifier: MIT */
/* sources: firmware/base/cursor.c firmware/base/crc32.c */
/* test_connector.c: which of four connectors takes a recipient: the rule of mail/README.md. */
#undef CONFIG_FILE
#define CONFIG_FILE "unit/connectors_config.h"
#include "mail/connector.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define ANYBODY "someone@example.net"
#define BOSS    "boss@example.net"

enum { ALL, TWIN, BRANCH, DEEP };

static const struct {
    const char *sender, *domain;
    uint8_t connector;
} choices[] = {
  /* the closest space */
    {ANYBODY,                "other.example",         ALL           },
    {ANYBODY,                "x.branch.example",      BRANCH        },
    {ANYBODY,                "X.BRANCH.EXAMPLE",      BRANCH        },
    {ANYBODY,                "a.b.branch.example",    BRANCH        },
    {ANYBODY,                "a.deep.branch.example", DEEP          },
    {ANYBODY,                "Deep.Example",          DEEP          },
    {ANYBODY,                "[192.0.2.9]",           DEEP          },
    {ANYBODY,                "[192.0.2.99]",          ALL           },
 /* "*." takes sub-domains only, and whole labels */
    {ANYBODY,                "deep.branch.example",   BRANCH        },
    {ANYBODY,                "x.deep.example",        ALL           },
    {ANYBODY,                "notbranch.example",     ALL           },
    {ANYBODY,                ".branch.example",       ALL           },
    {ANYBODY,                "branch.example.org",    ALL           },
    {ANYBODY,                "",                      CONNECTOR_NONE},
 /* of two that fit alike the lower cost, then the lower number */
    {BOSS,                   "other.example",         TWIN          },
    {BOSS,                   "branch.example",        TWIN          },
    {ANYBODY,                "branch.example",        BRANCH        },
    {BOSS,                   "x.branch.example",      BRANCH        },
 /* who may use it */
    {"BOSS@Example.Net",     "other.example",         TWIN          },
    {"anyone@vip.example",   "other.example",         TWIN          },
    {"bigboss@example.net",  "other.example",         ALL           },
    {"boss@example.net.org", "other.example",         ALL           },
    {"boss@sub.vip.example", "other.example",         ALL           },
    {"boss@notvip.example",  "other.example",         ALL           },
    {"vip.example",          "other.example",         ALL           },
    {"",                     "other.example",         TWIN          },
};

static struct cursor over(const char *text)
{
    return cursor_over(text, strlen(text));
}

static void the_rule_chooses(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT_OF(choices); i++) {
        uint8_t allowed = connectors_for_letter(over(choices[i].sender), 0);
        uint8_t chosen = connector_for(over(choices[i].domain), allowed);

        if (chosen != choices[i].connector)
            fail_msg("%s to %s: %u, not %u", choices[i].sender, choices[i].domain, chosen,
                     choices[i].connector);
    }
}

static void none_is_left_when_none_may(void **unused)
{
    (void)unused;
    assert_int_equal(connector_for(over("branch.example"), 0), CONNECTOR_NONE);
    assert_int_equal(connector_for(over("other.example"), 1u << BRANCH), CONNECTOR_NONE);
    assert_int_equal(connector_for(over("branch.example"), 1u << BRANCH), BRANCH);
    assert_int_equal(connectors_for_letter(over(ANYBODY), 0),
                     CONNECTORS_ALL & ~(1u << TWIN));
}

static void fits_are_in_order(void **unused)
{
    struct cursor domain = over("branch.example");
    struct cursor deep = over("a.deep.branch.example");

    (void)unused;
    assert_true(connector_fit(BRANCH, domain) > connector_fit(ALL, domain));
    assert_int_equal(connector_fit(BRANCH, domain), connector_fit(TWIN, domain));
    assert_true(connector_fit(DEEP, deep) > connector_fit(BRANCH, deep));
    assert_true(connector_fit(BRANCH, deep) > connector_fit(ALL, deep));
    assert_int_equal(connector_fit(BRANCH, over("other.example")), 0);
}

static void sizes_choose_too(void **unused)
{
    struct cursor boss = over(BOSS);

    (void)unused;
    assert_int_equal(connectors_for_letter(boss, 2000), CONNECTORS_ALL);
    assert_int_equal(connectors_for_letter(boss, 2001), CONNECTORS_ALL & ~(1u << DEEP));
    assert_int_equal(connectors_size_max(CONNECTORS_ALL), 2000);
    assert_int_equal(connectors_size_max(1u << DEEP), 2000);
    assert_int_equal(connectors_size_max(CONNECTORS_ALL & ~(1u << DEEP)), UINT32_MAX);
}

/* BRANCH connects from 22 to 6 and from 12 to 13, the others always. */
static void hours_are_waited_for(void **unused)
{
    static const struct {
        uint32_t second, rests; /* of the day */
    } times[] = {
        {0,             0           },
        {6 * 3600 - 1,  0           },
        {6 * 3600,      6 * 3600    },
        {6 * 3600 + 1,  6 * 3600 - 1},
        {43199,         1           },
        {43200,         0           },
        {46799,         0           },
        {46800,         9 * 3600    },
        {22 * 3600 - 1, 1           },
        {22 * 3600,     0           },
        {86399,         0           },
    };
    uint32_t day = 20000u * 86400;

    (void)unused;
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        assert_int_equal(connector_rests_s(BRANCH, day + times[i].second), times[i].rests);
        assert_int_equal(connector_rests_s(ALL, day + times[i].second), 0);
    }
    assert_int_equal(connector_rests_s(BRANCH, 0), 0);
}

/* A record of flash is known again by the name. */
static void names_have_hashes(void **unused)
{
    (void)unused;
    for (uint8_t i = 0; i < CONFIG_CONNECTOR_COUNT; i++) {
        for (uint8_t k = 0; k < i; k++)
            assert_int_not_equal(connector_name_hash(i), connector_name_hash(k));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rule_chooses),
        cmocka_unit_test(none_is_left_when_none_may),
        cmocka_unit_test(fits_are_in_order),
        cmocka_unit_test(sizes_choose_too),
        cmocka_unit_test(hours_are_waited_for),
        cmocka_unit_test(names_have_hashes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
