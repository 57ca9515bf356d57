/* SPDX-License-Identifier: MIT */
/* sources: firmware/stream/prefix.c firmware/base/ip_text.c firmware/base/cursor.c firmware/base/text.c */
/* test_prefix.c: "address/length" read and compared, at every edge of its lengths. */
#include "stream/prefix.h"

#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *network;
    uint8_t bits, count; /* count 0: refused */
} reads[] = {
    {"192.0.2.0/24",            24,  4 },
    {"192.0.2.0/24 10.0.0.0/8", 24,  4 },
    {"192.0.2.7",               32,  4 },
    {"192.0.2.7 ::/0",          32,  4 },
    {"192.0.2.7/32",            32,  4 },
    {"0.0.0.0/0",               0,   4 },
    {"2001:db8::/128",          128, 16},
    {"2001:db8::",              128, 16},
    {"1:2:3:4:5:6:7::/112",     112, 16},
    {"::/0",                    0,   16},
    {"192.0.2.0/33",            0,   0 },
    {"::/129",                  0,   0 },
    {"::/4294967304",           0,   0 },
    {"::/",                     0,   0 },
    {"::/8x",                   0,   0 },
    {"::/8/8",                  0,   0 },
    {"::/-1",                   0,   0 },
    {"host.example/8",          0,   0 },
    {"192.0.2/8",               0,   0 },
    {"/8",                      0,   0 },
    {"",                        0,   0 },
    {" 10.0.0.0/8",             0,   0 },
};

static void networks_are_read_or_refused(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT_OF(reads); i++) {
        struct prefix prefix;
        bool read = prefix_read(reads[i].network, &prefix);

        if (read != (reads[i].count > 0))
            fail_msg("\"%s\": %d", reads[i].network, read);
        if (!read)
            continue;
        assert_int_equal(prefix.count, reads[i].count);
        assert_int_equal(prefix.bits, reads[i].bits);
    }
}

/* Two addresses that differ in bit `n` only are the same in a prefix of n bits, not of n + 1. */
static void the_prefix_ends_at_its_bit(void **unused)
{
    (void)unused;
    for (size_t count = 4; count <= 16; count += 12) {
        struct prefix prefix = {
            {0xa5, 0x5a, 0xff, 0x00, 0x12},
            count, 0
        };

        for (uint8_t n = 0; n < count * 8; n++) {
            uint8_t other[16];

            memcpy(other, prefix.octets, sizeof other);
            other[n / 8] = (uint8_t)(other[n / 8] ^ 0x80 >> n % 8);
            prefix.bits = n;
            assert_true(prefix_holds(&prefix, other, count));
            prefix.bits = (uint8_t)(n + 1);
            assert_false(prefix_holds(&prefix, other, count));
            assert_true(prefix_holds(&prefix, prefix.octets, count));
        }
    }
}

static void the_other_kind_of_address_is_in_no_network(void **unused)
{
    static const uint8_t zeros[16];
    struct prefix prefix;

    (void)unused;
    assert_true(prefix_read("0.0.0.0/0", &prefix));
    assert_true(prefix_holds(&prefix, zeros, 4));
    assert_false(prefix_holds(&prefix, zeros, 16));
    assert_true(prefix_read("::/0", &prefix));
    assert_true(prefix_holds(&prefix, zeros, 16));
    assert_false(prefix_holds(&prefix, zeros, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_are_read_or_refused),
        cmocka_unit_test(the_prefix_ends_at_its_bit),
        cmocka_unit_test(the_other_kind_of_address_is_in_no_network),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
