/* SPDX-License-Identifier: MIT */
/* sources: firmware/stream/prefix.c firmware/base/cursor.c */
/* test_prefix.c: "address/length" cut and compared, at every edge of its lengths. */
#include "stream/prefix.h"

#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *network, *address; /* NULL: refused */
    uint8_t length;
} splits[] = {
    {"192.0.2.0/24",            "192.0.2.0",   24          },
    {"192.0.2.0/24 10.0.0.0/8", "192.0.2.0",   24          },
    {"192.0.2.7",               "192.0.2.7",   PREFIX_WHOLE},
    {"192.0.2.7 ::/0",          "192.0.2.7",   PREFIX_WHOLE},
    {"2001:db8::/128",          "2001:db8::",  128         },
    {"::/0",                    "::",          0           },
    {"12345678901/8",           "12345678901", 8           },
    {"123456789012/8",          NULL,          0           },
    {"::/129",                  NULL,          0           },
    {"::/4294967304",           NULL,          0           },
    {"::/",                     NULL,          0           },
    {"::/8x",                   NULL,          0           },
    {"::/8/8",                  NULL,          0           },
    {"::/-1",                   NULL,          0           },
    {"/8",                      NULL,          0           },
    {"",                        NULL,          0           },
    {" 10.0.0.0/8",             NULL,          0           },
};

static void networks_are_cut_or_refused(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT_OF(splits); i++) {
        char address[12];
        uint8_t length = 77;
        bool cut = prefix_split(splits[i].network, address, sizeof address, &length);

        if (cut != (splits[i].address != NULL))
            fail_msg("\"%s\": %d", splits[i].network, cut);
        if (!cut)
            continue;
        assert_string_equal(address, splits[i].address);
        assert_int_equal(length, splits[i].length);
    }
}

/* Two addresses that differ in bit `n` only are the same in a prefix of n bits, not of n + 1. */
static void the_prefix_ends_at_its_bit(void **unused)
{
    (void)unused;
    for (size_t octets = 4; octets <= 16; octets += 12) {
        for (uint8_t n = 0; n < octets * 8; n++) {
            uint8_t a[16] = {0xa5, 0x5a, 0xff, 0x00, 0x12}, b[16];

            memcpy(b, a, sizeof b);
            b[n / 8] = (uint8_t)(b[n / 8] ^ 0x80 >> n % 8);
            assert_true(prefix_same(a, b, octets, n));
            assert_false(prefix_same(a, b, octets, (uint8_t)(n + 1)));
            assert_false(prefix_same(a, b, octets, PREFIX_WHOLE));
            assert_true(prefix_same(a, a, octets, PREFIX_WHOLE));
        }
    }
}

static void a_prefix_longer_than_the_address_is_nobodys(void **unused)
{
    static const uint8_t a[4] = {10, 0, 2, 2};

    (void)unused;
    assert_true(prefix_same(a, a, sizeof a, 32));
    assert_false(prefix_same(a, a, sizeof a, 33));
    assert_false(prefix_same(a, a, sizeof a, 128));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_are_cut_or_refused),
        cmocka_unit_test(the_prefix_ends_at_its_bit),
        cmocka_unit_test(a_prefix_longer_than_the_address_is_nobodys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
