/* SPDX-License-Identifier: MIT */
/* sources: firmware/mail/dots.c */
/* test_dots.c: transparency both ways, cut at every octet, and all spellings of a false end. */
#include "mail/dots.h"

#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Reads raw octets in pieces through a small buffer; returns the length of the text. */
static size_t read_in(struct dots_in *dots, const char *raw, size_t size, size_t piece,
                      size_t room, uint8_t *text, size_t *used)
{
    size_t length = 0;

    *used = 0;
    while (*used < size && !dots->ended) {
        uint8_t *out = malloc(room); /* its exact size, for AddressSanitizer */
        size_t made, taken;

        assert_non_null(out);
        taken = dots_in_read(dots, (const uint8_t *)raw + *used,
                             min_size(piece, size - *used), out, room, &made);
        assert_true(taken > 0);
        assert_true(made <= room);
        memcpy(text + length, out, made);
        free(out);
        length += made;
        *used += taken;
    }
    return length;
}

static const struct {
    const char *raw;
    const char *text;
    enum dots_fault fault;
    bool ended;
} cases[] = {
    {".\r\n",                                         "",                     DOTS_CLEAN,   true },
    {"a\r\n.\r\n",                                    "a\r\n",                DOTS_CLEAN,   true },
    {"\r\n.\r\n",                                     "\r\n",                 DOTS_CLEAN,   true },
    {"..\r\n.\r\n",                                   ".\r\n",                DOTS_CLEAN,   true },
    {"...\r\n.\r\n",                                  "..\r\n",               DOTS_CLEAN,   true },
    {".a\r\n.\r\n",                                   "a\r\n",                DOTS_CLEAN,   true },
    {"a.\r\n.\r\n",                                   "a.\r\n",               DOTS_CLEAN,   true },
    {"a\r\n..b\r\n\r\n..\r\n.\r\n",                   "a\r\n.b\r\n\r\n.\r\n", DOTS_CLEAN,   true },
    {"a\r\n.",                                        "a\r\n",                DOTS_CLEAN,   false},
    {"a\r\n.\r",                                      "a\r\n",                DOTS_CLEAN,   false},
    {"a\r\n. \r\n.\r\n",                              "a\r\n \r\n",           DOTS_CLEAN,   true },
    {"\xff\x01\t\r\n.\r\n",                           "\xff\x01\t\r\n",       DOTS_CLEAN,   true },
 /* false ends: never an end, always a fault */
    {"a\n.\n",                                        "a",                    DOTS_BARE_LF, false},
    {"a\n.\r\n",                                      "a",                    DOTS_BARE_LF, false},
    {"a\r\n.\n",                                      "a\r\n",                DOTS_BARE_LF, false},
    {"a\r\n.\rb",                                     "a\r\n",                DOTS_BARE_CR, false},
    {"a\r.\r",                                        "a",                    DOTS_BARE_CR, false},
    {"a\r.\r\n",                                      "a",                    DOTS_BARE_CR, false},
    {"a\n.\r",                                        "a",                    DOTS_BARE_LF, false},
    {"a\r\n.\r\r\n",                                  "a\r\n",                DOTS_BARE_CR, false},
    {"a\r\n.\r.\r\n",                                 "a\r\n",                DOTS_BARE_CR, false},
    {"\n.\r\n",                                       "",                     DOTS_BARE_LF, false},
    {"\r.\r\n",                                       "",                     DOTS_BARE_CR, false},
    {".\n",                                           "",                     DOTS_BARE_LF, false},
    {"a\r\n\n.\r\n",                                  "a\r\n",                DOTS_BARE_LF, false},
    {"a\r\n\r.\r\n",                                  "a\r\n",                DOTS_BARE_CR, false},
 /* the true end after a fault; a CR before CRLF is bare, the pair after it is a line end */
    {"a\nb\r\n.\r\n",                                 "a",                    DOTS_BARE_LF, true },
    {"a\r\r\n.\r\n",                                  "a",                    DOTS_BARE_CR, true },
    {"a\r\n.\r\r\n.\r\n",                             "a\r\n",                DOTS_BARE_CR, true },
    {"a\r\n.\nb\r\n.\r\n",                            "a\r\n",                DOTS_BARE_LF, true },
 /* smuggled: what follows the false end stays part of this one letter */
    {"a\n.\nMAIL FROM:<x@y>\r\nDATA\r\nb\r\n.\r\n",   "a",                    DOTS_BARE_LF, true },
    {"a\r.\rMAIL FROM:<x@y>\r\nDATA\r\nb\r\n.\r\n",   "a",                    DOTS_BARE_CR, true },
    {"a\r\n.\nMAIL FROM:<x@y>\r\nDATA\r\nb\r\n.\r\n", "a\r\n",                DOTS_BARE_LF, true },
    {"a\n.\r\nMAIL FROM:<x@y>\r\nDATA\r\nb\r\n.\r\n", "a",                    DOTS_BARE_LF, true },
 /* the first fault is the one that is told */
    {"a\rb\nc\r\n.\r\n",                              "a",                    DOTS_BARE_CR, true },
};

static void check_case(size_t i, size_t piece, size_t room)
{
    struct dots_in dots;
    uint8_t text[200];
    size_t used, size = strlen(cases[i].raw), length;

    dots_in_init(&dots);
    length = read_in(&dots, cases[i].raw, size, piece, room, text, &used);
    if (dots.fault != cases[i].fault || dots.ended != cases[i].ended)
        print_message("row %zu by %zu into %zu\n", i, piece, room);
    assert_int_equal(dots.fault, cases[i].fault);
    assert_int_equal(dots.ended, cases[i].ended);
    assert_int_equal(used, size);
    assert_int_equal(length, strlen(cases[i].text));
    assert_memory_equal(text, cases[i].text, length);
}

static void test_cases_in_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (size_t piece = 1; piece <= strlen(cases[i].raw); piece++) {
            for (size_t room = 3; room < 9; room++)
                check_case(i, piece, room);
            check_case(i, piece, sizeof cases);
        }
    }
}

static void test_nul(void **state)
{
    struct dots_in dots;
    uint8_t text[20];
    size_t used;

    (void)state;
    dots_in_init(&dots);
    assert_int_equal(read_in(&dots, "a\0b\r\n.\r\n", 8, 8, 20, text, &used), 1);
    assert_int_equal(dots.fault, DOTS_NUL);
    assert_true(dots.ended);
    dots_in_init(&dots);
    assert_int_equal(read_in(&dots, "a\r\n.\0\r\n", 7, 7, 20, text, &used), 3);
    assert_int_equal(dots.fault, DOTS_NUL);
    assert_false(dots.ended);
}

static void test_nothing_after_the_dot_is_used(void **state)
{
    struct dots_in dots;
    uint8_t text[20];
    size_t made;
    static const uint8_t raw[] = "a\r\n.\r\nQUIT\r\n";

    (void)state;
    dots_in_init(&dots);
    assert_int_equal(dots_in_read(&dots, raw, sizeof raw, text, sizeof text, &made), 6);
    assert_int_equal(made, 3);
    assert_int_equal(dots_in_read(&dots, raw, sizeof raw, text, sizeof text, &made), 0);
    assert_int_equal(made, 0);
}

/* A line of `length` octets and CRLF, with a stuffed dot in front when `dot`. */
static void check_line(size_t length, bool dot, enum dots_fault fault)
{
    static char raw[110000];
    static uint8_t text[110000];
    struct dots_in dots;
    size_t size = 0, used, made;

    if (dot)
        raw[size++] = '.';
    memset(raw + size, '.', length);
    size += length;
    memcpy(raw + size, "\r\n.\r\n", 5);
    size += 5;
    for (size_t piece = 1; piece <= size; piece = piece * 11 + 3) {
        dots_in_init(&dots);
        made = read_in(&dots, raw, size, piece, 500, text, &used);
        assert_int_equal(dots.fault, fault);
        assert_true(dots.ended);
        assert_int_equal(used, size);
        assert_int_equal(made, fault == DOTS_CLEAN ? length + 2 : 998);
    }
}

static void test_line_length(void **state)
{
    (void)state;
    check_line(997, true, DOTS_CLEAN);
    check_line(998, true, DOTS_CLEAN);
    check_line(999, true, DOTS_LONG_LINE);
    check_line(1000, true, DOTS_LONG_LINE);
    check_line(100000, true, DOTS_LONG_LINE);
    check_line(70000, true, DOTS_LONG_LINE); /* over 16 bits */
}

/* Each line is counted for itself. */
static void test_many_long_lines(void **state)
{
    static char raw[1000 * 5 + 3];
    static uint8_t text[sizeof raw];
    struct dots_in dots;
    size_t used;

    (void)state;
    memset(raw, 'x', sizeof raw);
    for (size_t i = 0; i < 5; i++)
        memcpy(raw + i * 1000 + 998, "\r\n", 2);
    memcpy(raw + 5000, ".\r\n", 3);
    dots_in_init(&dots);
    assert_int_equal(read_in(&dots, raw, sizeof raw, 77, 99, text, &used), 5000);
    assert_int_equal(dots.fault, DOTS_CLEAN);
    assert_true(dots.ended);
}

static const struct {
    const char *text;
    const char *raw; /* with the end */
} outs[] = {
    {"",                      ".\r\n"                       },
    {"a\r\n",                 "a\r\n.\r\n"                  },
    {"a",                     "a\r\n.\r\n"                  },
    {".",                     "..\r\n.\r\n"                 },
    {".\r\n",                 "..\r\n.\r\n"                 },
    {"..\r\n",                "...\r\n.\r\n"                },
    {"\r\n.a\r\n.\r\nb.\r\n", "\r\n..a\r\n..\r\nb.\r\n.\r\n"},
    {"\r\n\r\n",              "\r\n\r\n.\r\n"               },
    {"a\r",                   "a\r\r\n.\r\n"                },
    {"a\n",                   "a\n\r\n.\r\n"                },
    {"a\n.\nb",               "a\n..\nb\r\n.\r\n"           },
    {"a\r.\r\n",              "a\r.\r\n.\r\n"               },
};

static size_t write_out(const char *text, size_t size, size_t piece, size_t room,
                        uint8_t *raw)
{
    struct dots_out dots;
    size_t length = 0;
    uint8_t end[5];
    size_t end_length;

    dots_out_init(&dots);
    for (size_t at = 0; at < size;) {
        uint8_t *out = malloc(room);
        size_t made, used;

        assert_non_null(out);
        used = dots_out_write(&dots, (const uint8_t *)text + at, min_size(piece, size - at),
                              out, room, &made);
        assert_true(used > 0);
        assert_true(made <= room);
        memcpy(raw + length, out, made);
        free(out);
        length += made;
        at += used;
    }
    end_length = dots_out_end(&dots, end);
    memcpy(raw + length, end, end_length);
    return length + end_length;
}

static void test_out_in_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(outs); i++) {
        size_t size = strlen(outs[i].text);

        for (size_t piece = 1; piece <= size + 1; piece++) {
            for (size_t room = 2; room < 9; room++) {
                uint8_t raw[100];
                size_t length = write_out(outs[i].text, size, piece, room, raw);

                assert_int_equal(length, strlen(outs[i].raw));
                assert_memory_equal(raw, outs[i].raw, length);
            }
        }
    }
}

/* Every text of up to seven of these pieces comes through out and in unchanged. */
static void test_there_and_back(void **state)
{
    static const char *const pieces[] = {"\r\n", ".", "a"};

    (void)state;
    for (unsigned number = 0; number < 2187; number++) {
        char text[32] = "";
        uint8_t raw[64], back[64];
        struct dots_in dots;
        size_t raw_length, used, length;

        for (unsigned rest = number, i = 0; i < 7; i++, rest /= 3)
            strcat(text, pieces[rest % 3]);
        strcat(text, "\r\n");
        raw_length = write_out(text, strlen(text), 3, 4, raw);
        dots_in_init(&dots);
        length = read_in(&dots, (const char *)raw, raw_length, 5, 6, back, &used);
        assert_true(dots.ended);
        assert_int_equal(dots.fault, DOTS_CLEAN);
        assert_int_equal(used, raw_length);
        assert_int_equal(length, strlen(text));
        assert_memory_equal(back, text, length);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases_in_pieces),
        cmocka_unit_test(test_nul),
        cmocka_unit_test(test_nothing_after_the_dot_is_used),
        cmocka_unit_test(test_line_length),
        cmocka_unit_test(test_many_long_lines),
        cmocka_unit_test(test_out_in_pieces),
        cmocka_unit_test(test_there_and_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
