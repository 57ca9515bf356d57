/* SPDX-License-Identifier: MIT */
/* sources: firmware/base/text.c firmware/base/cursor.c firmware/base/crc32.c firmware/base/log.c */
/* test_base.c: bounded text, checked reading, numbers in records, CRC-32, the log ring. */
#include "base/bytes.h"
#include "base/clock.h"
#include "base/cursor.h"
#include "base/log.h"
#include "base/text.h"
#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- text -------------------------------------------------------------------------------- */

static void test_text_fills_exactly(void **state)
{
    char buffer[6];
    struct text t;

    (void)state;
    text_init(&t, buffer, sizeof buffer);
    assert_string_equal(buffer, "");
    text_add(&t, "abc");
    text_add(&t, "de");
    assert_false(t.cut);
    assert_int_equal(t.length, 5);
    text_add(&t, "");
    assert_false(t.cut);
    text_add(&t, "f");
    assert_true(t.cut);
    assert_string_equal(buffer, "abcde");
}

static void test_text_is_cut(void **state)
{
    char buffer[6];
    struct text t;

    (void)state;
    text_init(&t, buffer, sizeof buffer);
    text_add_bytes(&t, "abcdefgh", 8);
    assert_true(t.cut);
    assert_string_equal(buffer, "abcde");
    text_init(&t, buffer, 1);
    text_add(&t, "a");
    assert_true(t.cut);
    assert_int_equal(t.length, 0);
    assert_string_equal(buffer, "");
}

static void test_text_printf(void **state)
{
    char buffer[6];
    struct text t;

    (void)state;
    text_init(&t, buffer, sizeof buffer);
    text_printf(&t, "%u", 12345u);
    assert_false(t.cut);
    assert_string_equal(buffer, "12345");
    text_printf(&t, "%s", "");
    assert_false(t.cut);
    text_printf(&t, "%d", 6);
    assert_true(t.cut);
    assert_int_equal(t.length, 5);
    text_init(&t, buffer, sizeof buffer);
    text_add(&t, "ab");
    text_printf(&t, "%lu", 123456789ul);
    assert_true(t.cut);
    assert_string_equal(buffer, "ab123");
}

static void test_text_clean(void **state)
{
    char buffer[260];
    uint8_t bytes[256];
    struct text t;

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    text_init(&t, buffer, sizeof buffer);
    text_add_clean(&t, bytes, sizeof bytes);
    assert_int_equal(t.length, 256);
    for (size_t i = 0; i < sizeof bytes; i++)
        assert_int_equal(buffer[i], i >= 0x20 && i < 0x7f ? (char)i : '?');
    text_init(&t, buffer, 4);
    text_add_clean(&t, (const uint8_t *)"a\rbc", 4);
    assert_true(t.cut);
    assert_string_equal(buffer, "a?b");
}

/* ---- cursor ------------------------------------------------------------------------------ */

static void test_cursor_ends(void **state)
{
    struct cursor c = cursor_over("ab", 2), taken;

    (void)state;
    assert_false(cursor_take(&c, 3, &taken));
    assert_int_equal(c.left, 2);
    assert_int_equal(cursor_peek(&c), 'a');
    assert_int_equal(cursor_next(&c), 'a');
    assert_false(cursor_skip(&c, 'a'));
    assert_true(cursor_skip(&c, 'b'));
    assert_int_equal(cursor_peek(&c), -1);
    assert_int_equal(cursor_next(&c), -1);
    assert_false(cursor_skip(&c, 0xff));
    assert_int_equal(c.left, 0);
    assert_true(cursor_take(&c, 0, &taken));
    assert_int_equal(taken.left, 0);
}

static void test_cursor_take(void **state)
{
    struct cursor c = cursor_over("abc", 3), taken;

    (void)state;
    assert_true(cursor_take(&c, 2, &taken));
    assert_int_equal(taken.left, 2);
    assert_memory_equal(taken.at, "ab", 2);
    assert_int_equal(cursor_next(&c), 'c');
}

static void test_cursor_high_octets(void **state)
{
    struct cursor c = cursor_over("\xff\0", 2);

    (void)state;
    assert_int_equal(cursor_peek(&c), 0xff);
    assert_int_equal(cursor_next(&c), 0xff);
    assert_int_equal(cursor_next(&c), 0);
}

static void test_cursor_words(void **state)
{
    struct cursor c = cursor_over("Mail FROM", 9);

    (void)state;
    assert_false(cursor_skip_word(&c, "MAILS"));
    assert_int_equal(c.left, 9);
    assert_true(cursor_skip_word(&c, ""));
    assert_true(cursor_skip_word(&c, "mAIL"));
    cursor_skip_blanks(&c);
    assert_false(cursor_is_word(&c, "fro"));
    assert_false(cursor_is_word(&c, "fromm"));
    assert_true(cursor_is_word(&c, "from"));
    assert_int_equal(c.left, 4);
    /* Only letters fold: "@" and "`", "[" and "{" differ by the same bit. */
    c = cursor_over("@", 1);
    assert_false(cursor_is_word(&c, "`"));
    c = cursor_over("[", 1);
    assert_false(cursor_is_word(&c, "{"));
    c = cursor_over("a\0", 2);
    assert_false(cursor_is_word(&c, "a"));
}

static void test_cursor_blanks(void **state)
{
    struct cursor c = cursor_over(" \t \nx", 5);

    (void)state;
    cursor_skip_blanks(&c);
    assert_int_equal(cursor_peek(&c), '\n');
    c = cursor_over("  ", 2);
    cursor_skip_blanks(&c);
    assert_int_equal(c.left, 0);
}

static void test_cursor_decimal(void **state)
{
    static const struct {
        const char *text;
        uint32_t max;
        bool good;
        uint32_t value;
        size_t left;
    } table[] = {
        {"0",                          0,          true,  0,          0 },
        {"1",                          0,          false, 0,          1 },
        {"255x",                       255,        true,  255,        1 },
        {"256",                        255,        false, 0,          3 },
        {"000255",                     255,        true,  255,        0 },
        {"4294967295",                 UINT32_MAX, true,  UINT32_MAX, 0 },
        {"4294967296",                 UINT32_MAX, false, 0,          10},
        {"99999999999999999999999999", UINT32_MAX, false, 0,          26},
        {"",                           9,          false, 0,          0 },
        {"x",                          9,          false, 0,          1 },
        {"-1",                         9,          false, 0,          2 },
        {" 1",                         9,          false, 0,          2 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        struct cursor c = cursor_over(table[i].text, strlen(table[i].text));
        uint32_t value = 0;

        assert_int_equal(cursor_decimal(&c, table[i].max, &value), table[i].good);
        assert_int_equal(value, table[i].value);
        assert_int_equal(c.left, table[i].left);
    }
}

static void test_cursor_hex(void **state)
{
    struct cursor c = cursor_over("0fFg12345", 9);
    uint32_t value;

    (void)state;
    assert_true(cursor_hex(&c, 4, &value));
    assert_int_equal(value, 0xff);
    assert_false(cursor_hex(&c, 4, &value));
    assert_int_equal(cursor_next(&c), 'g');
    assert_true(cursor_hex(&c, 4, &value));
    assert_int_equal(value, 0x1234);
    assert_int_equal(c.left, 1);
}

/* ---- bytes ------------------------------------------------------------------------------- */

static void test_numbers(void **state)
{
    uint8_t bytes[4];

    (void)state;
    put_u32(bytes, 0x89abcdef);
    assert_memory_equal(bytes, "\xef\xcd\xab\x89", 4);
    assert_true(get_u32(bytes) == 0x89abcdef);
    assert_int_equal(get_u16(bytes), 0xcdef);
    put_u16(bytes, 0x1234);
    assert_memory_equal(bytes, "\x34\x12\xab\x89", 4);
    assert_int_equal(min_size(1, 2), 1);
    assert_int_equal(min_size(2, 1), 1);
}

/* Every bit of a record, its CRC included, is found; two flipped ones are not taken for one. */
static void test_flipped_bit_is_found(void **state)
{
    uint8_t bytes[16];
    uint32_t crc;

    (void)state;
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 37 + 1);
    crc = crc32_add(0, bytes, 12);
    for (uint32_t bit = 0; bit < 96; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(crc32_flipped_bit(crc ^ crc32_add(0, bytes, 12), 12), bit);
        bytes[(bit + 9) % 96 / 8] ^= 4;
        if (crc != crc32_add(0, bytes, 12) && (bit + 9) % 96 / 8 * 8 + 2 != bit)
            assert_true(crc32_flipped_bit(crc ^ crc32_add(0, bytes, 12), 12) ==
                        CRC32_NO_BIT);
        bytes[(bit + 9) % 96 / 8] ^= 4;
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (uint32_t bit = 0; bit < 32; bit++)
        assert_int_equal(crc32_flipped_bit(1u << bit, 12), 96 + bit);
}

static void test_crc32(void **state)
{
    static const uint8_t check[] = "123456789";
    uint8_t flipped[64] = {0};
    uint32_t clean;

    (void)state;
    assert_int_equal(crc32_add(0, check, 0), 0);
    assert_true(crc32_add(0, check, 9) == 0xcbf43926); /* the polynomial's check value */
    for (size_t cut = 0; cut <= 9; cut++)
        assert_true(crc32_add(crc32_add(0, check, cut), check + cut, 9 - cut) ==
                    0xcbf43926);
    clean = crc32_add(0, flipped, sizeof flipped);
    for (size_t bit = 0; bit < 8 * sizeof flipped; bit++) {
        flipped[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_true(crc32_add(0, flipped, sizeof flipped) != clean);
        flipped[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

/* ---- clock and log ----------------------------------------------------------------------- */

static void test_clock(void **state)
{
    struct clock now = {.powered_s = 100};

    (void)state;
    assert_true(clock_reached(&now, 99));
    assert_true(clock_reached(&now, 100));
    assert_false(clock_reached(&now, 101));
}

static int start_log(void **state)
{
    struct clock now = {.uptime_s = 12, .uptime_rest_ms = 345};

    (void)state;
    log_init();
    log_set_clock(&now);
    return 0;
}

static void test_log_line(void **state)
{
    char line[CONFIG_LOG_LINE];
    uint32_t lost;
    size_t length;

    (void)state;
    assert_int_equal(log_read(line, sizeof line, &lost), 0);
    log_write(LOG_WARNING, "spool", "full", "used=%u", 7u);
    log_write(LOG_ERROR, "spool", "bad", " ");
    length = log_read(line, sizeof line, &lost);
    assert_string_equal(line, "12.345 warn spool full used=7");
    assert_int_equal(length, strlen(line));
    log_read(line, sizeof line, &lost);
    assert_string_equal(line, "12.345 error spool bad");
    assert_int_equal(log_read(line, sizeof line, &lost), 0);
    assert_int_equal(lost, 0);
}

static void test_log_level(void **state)
{
    char line[CONFIG_LOG_LINE];
    uint32_t lost;

    (void)state;
    assert_int_equal(log_level(), LOG_INFO);
    log_write(LOG_DEBUG, "a", "b", " ");
    assert_int_equal(log_read(line, sizeof line, &lost), 0);
    log_set_level(LOG_DEBUG);
    log_write(LOG_DEBUG, "a", "b", " ");
    assert_true(log_read(line, sizeof line, &lost) > 0);
    log_set_level(LOG_ERROR);
    log_write(LOG_WARNING, "a", "b", " ");
    assert_int_equal(log_read(line, sizeof line, &lost), 0);
}

/* Both the writer's line and the reader's buffer cut. */
static void test_log_cuts(void **state)
{
    char line[2 * CONFIG_LOG_LINE];
    char small[8];
    char text[2 * CONFIG_LOG_LINE];
    uint32_t lost;

    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    log_write(LOG_INFO, "a", "b", "%s", text);
    assert_int_equal(log_read(line, sizeof line, &lost), CONFIG_LOG_LINE - 1);
    log_write(LOG_INFO, "a", "b", "c=%d", 1);
    log_write(LOG_INFO, "a", "d", " ");
    assert_int_equal(log_read(small, sizeof small, &lost), 7);
    assert_string_equal(small, "12.345 ");
    log_read(line, sizeof line, &lost);
    assert_string_equal(line, "12.345 info a d");
}

static void test_log_loses_the_oldest(void **state)
{
    char line[CONFIG_LOG_LINE], expected[40];
    uint32_t lost, first_lost;
    unsigned next, written = 3 * CONFIG_LOG_BYTES / 20;

    (void)state;
    for (unsigned i = 0; i < written; i++)
        log_write(LOG_INFO, "a", "b", "i=%06u", i);
    assert_true(log_read(line, sizeof line, &first_lost) > 0);
    assert_true(first_lost > 0);
    next = first_lost;
    do {
        snprintf(expected, sizeof expected, "12.345 info a b i=%06u", next++);
        assert_string_equal(line, expected);
    } while (log_read(line, sizeof line, &lost) > 0);
    assert_int_equal(next, written);
    assert_int_equal(lost, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_fills_exactly),
        cmocka_unit_test(test_text_is_cut),
        cmocka_unit_test(test_text_printf),
        cmocka_unit_test(test_text_clean),
        cmocka_unit_test(test_cursor_hex),
        cmocka_unit_test(test_cursor_ends),
        cmocka_unit_test(test_cursor_take),
        cmocka_unit_test(test_cursor_high_octets),
        cmocka_unit_test(test_cursor_words),
        cmocka_unit_test(test_cursor_blanks),
        cmocka_unit_test(test_cursor_decimal),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_crc32),
        cmocka_unit_test(test_flipped_bit_is_found),
        cmocka_unit_test(test_clock),
        cmocka_unit_test_setup(test_log_line, start_log),
        cmocka_unit_test_setup(test_log_level, start_log),
        cmocka_unit_test_setup(test_log_cuts, start_log),
        cmocka_unit_test_setup(test_log_loses_the_oldest, start_log),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
