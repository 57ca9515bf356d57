/* SPDX-License-Identifier: MIT */
/* sources: firmware/crypto/random.c */
/* test_random.c: seeding, spread and the keyed number; the generator itself is BearSSL's. */
#include "crypto/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t entropy[32] = "0123456789abcdef0123456789abcde";
static const uint8_t mac_a[6] = {2, 0, 0, 0, 0, 1};
static const uint8_t mac_b[6] = {2, 0, 0, 0, 0, 2};

static void seed(size_t entropy_size, const uint8_t *mac)
{
    random_init(entropy, entropy_size, mac, 6);
}

/* HMAC-DRBG (NIST SP 800-90A) computed independently, with Python's hmac module: seed
 * "0123456789abcdef0123456789abcde\0", update with 020000000001, 16 octets drawn (the secret),
 * then 8 octets. */
static void the_generator_is_hmac_drbg(void **unused)
{
    static const uint8_t expected[8] = {0x77, 0xdc, 0x29, 0x40, 0xda, 0x12, 0x0d, 0xa5};
    uint8_t got[8];

    (void)unused;
    seed(32, mac_a);
    random_bytes(got, sizeof got);
    assert_memory_equal(got, expected, sizeof got);
}

static void what_goes_in_decides(void **unused)
{
    uint8_t first[32], second[32];

    (void)unused;
    seed(32, mac_a);
    random_bytes(first, sizeof first);
    seed(32, mac_a);
    random_bytes(second, sizeof second);
    assert_memory_equal(first, second, sizeof first);

    seed(32, mac_b);
    random_bytes(second, sizeof second);
    assert_memory_not_equal(first, second, sizeof first);
    seed(31, mac_a);
    random_bytes(second, sizeof second);
    assert_memory_not_equal(first, second, sizeof first);
}

static void strength_needs_sixteen_bytes(void **unused)
{
    (void)unused;
    seed(16, mac_a);
    assert_true(random_is_strong());
    seed(15, mac_a);
    assert_false(random_is_strong());
    seed(0, mac_a);
    assert_false(random_is_strong());
    assert_int_not_equal(random_u32(), random_u32());
}

/* More numbers than one store holds, all different (a repeat has a chance of 2^-21). */
static void small_numbers_do_not_repeat(void **unused)
{
    uint32_t seen[64];

    (void)unused;
    seed(32, mac_a);
    for (size_t i = 0; i < 64; i++) {
        seen[i] = random_u32();
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(seen[i], seen[j]);
    }
}

static void below_stays_below_and_reaches_all(void **unused)
{
    unsigned hits[7] = {0};

    (void)unused;
    seed(32, mac_a);
    assert_int_equal(random_below(1), 0);
    for (int i = 0; i < 7000; i++) {
        uint32_t value = random_below(7);

        assert_in_range(value, 0, 6);
        hits[value]++;
    }
    for (int i = 0; i < 7; i++)
        assert_in_range(hits[i], 850, 1150);
    /* With a plain remainder, the lower half of this range would come twice as often. */
    hits[0] = 0;
    for (int i = 0; i < 3000; i++)
        hits[0] += random_below(0xc0000000) < 0x40000000;
    assert_in_range(hits[0], 900, 1100);
}

static void keyed_numbers_hang_on_bytes_and_start(void **unused)
{
    static const uint8_t ends[RANDOM_KEYED_MAX] = "local and remote addresses and ports";
    uint8_t other[RANDOM_KEYED_MAX];
    uint32_t first;

    (void)unused;
    seed(32, mac_a);
    first = random_keyed(ends, sizeof ends);
    (void)random_u32();
    assert_int_equal(random_keyed(ends, sizeof ends), first);
    memcpy(other, ends, sizeof other);
    other[sizeof other - 1] ^= 1;
    assert_int_not_equal(random_keyed(other, sizeof other), first);
    seed(32, mac_b);
    assert_int_not_equal(random_keyed(ends, sizeof ends), first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_generator_is_hmac_drbg),
        cmocka_unit_test(what_goes_in_decides),
        cmocka_unit_test(strength_needs_sixteen_bytes),
        cmocka_unit_test(small_numbers_do_not_repeat),
        cmocka_unit_test(below_stays_below_and_reaches_all),
        cmocka_unit_test(keyed_numbers_hang_on_bytes_and_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
