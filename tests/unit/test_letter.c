/* SPDX-License-Identifier: MIT */
/* sources: firmware/mail/letter.c firmware/base/cursor.c */
/* test_letter.c: the origin of a letter, packed and unpacked. */
#include "mail/letter.h"

#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct letter_origin example(void)
{
    struct letter_origin origin = {LETTER_FROM_SMTP, LETTER_ESMTP | LETTER_8BIT,
                                   0x12345678,       0x87654321,
                                   "mail.example",   "192.0.2.1"};

    return origin;
}

/* The layout is on flash: it may not change unseen. */
static void test_layout(void **state)
{
    static const char expected[] =
        "\x01\x03\x78\x56\x34\x12\x21\x43\x65\x87\x0cmail.example\x09"
        "192.0.2.1";
    struct letter_origin origin = example();
    uint8_t bytes[LETTER_FIELD_MAX];

    (void)state;
    assert_int_equal(letter_put_origin(&origin, bytes), sizeof expected - 1);
    assert_memory_equal(bytes, expected, sizeof expected - 1);
}

static void check_round(const struct letter_origin *origin)
{
    uint8_t bytes[LETTER_FIELD_MAX];
    size_t size = letter_put_origin(origin, bytes);
    struct letter_origin back;

    assert_true(letter_get_origin(cursor_over(bytes, size), &back));
    assert_int_equal(back.source, origin->source);
    assert_int_equal(back.flags, origin->flags);
    assert_int_equal(back.wall_s, origin->wall_s);
    assert_int_equal(back.nonce, origin->nonce);
    assert_string_equal(back.helo, origin->helo);
    assert_string_equal(back.address, origin->address);
}

static void test_rounds(void **state)
{
    struct letter_origin origin = example();

    (void)state;
    check_round(&origin);
    memset(origin.helo, 'h', sizeof origin.helo - 1);
    memset(origin.address, 'a', sizeof origin.address - 1);
    origin.wall_s = UINT32_MAX;
    origin.nonce = UINT32_MAX;
    origin.flags = 255;
    check_round(&origin);
    origin.helo[0] = '\0';
    origin.address[0] = '\0';
    origin.source = LETTER_FROM_CONSOLE;
    check_round(&origin);
}

static void test_cut_or_longer(void **state)
{
    struct letter_origin origin = example(), back;
    uint8_t bytes[LETTER_FIELD_MAX] = {0};
    size_t size = letter_put_origin(&origin, bytes);

    (void)state;
    for (size_t cut = 0; cut < size + 4; cut++)
        assert_int_equal(letter_get_origin(cursor_over(bytes, cut), &back), cut == size);
}

static void test_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
    } table[] = {
        {"\0\0\0\0\0\0\0\0\0\0\0\0",                         12}, /* no such source */
        {"\4\0\0\0\0\0\0\0\0\0\0\0",                         12}, /* no such source */
        {"\1\0\0\0\0\0\0\0\0\0\2a\n\0",                      14}, /* an LF in HELO */
        {"\1\0\0\0\0\0\0\0\0\0\1\0\0",                       13}, /* a NUL in HELO */
        {"\1\0\0\0\0\0\0\0\0\0\0\1\x7f",                     13}, /* DEL in the address */
        {"\1\0\0\0\0\0\0\0\0\0\0\1\xe4",                     13}, /* an octet over 127 */
        {"\1\0\0\0\0\0\0\0\0\0\xff\0\0",                     13}, /* more than is there */
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12}, /* erased flash */
    };
    struct letter_origin back;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++)
        assert_false(letter_get_origin(cursor_over(table[i].bytes, table[i].size), &back));
}

/* 65 octets of HELO or 46 of address do not fit, though they are there. */
static void test_too_long(void **state)
{
    uint8_t bytes[200];
    struct letter_origin back;

    (void)state;
    memset(bytes, 'x', sizeof bytes);
    memcpy(bytes, "\1\0\0\0\0\0\0\0\0\0", 10);
    bytes[10] = 64;
    bytes[10 + 1 + 64] = 0;
    assert_true(letter_get_origin(cursor_over(bytes, 10 + 1 + 64 + 1), &back));
    bytes[10] = 65;
    bytes[10 + 1 + 64] = 'x';
    bytes[10 + 1 + 65] = 0;
    assert_false(letter_get_origin(cursor_over(bytes, 6 + 1 + 65 + 1), &back));
    bytes[10] = 0;
    bytes[11] = 45;
    assert_true(letter_get_origin(cursor_over(bytes, 12 + 45), &back));
    bytes[11] = 46;
    assert_false(letter_get_origin(cursor_over(bytes, 12 + 46), &back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout),        cmocka_unit_test(test_rounds),
        cmocka_unit_test(test_cut_or_longer), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_too_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
