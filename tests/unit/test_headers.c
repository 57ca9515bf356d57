/* SPDX-License-Identifier: MIT */
/* sources: firmware/mail/headers.c firmware/base/text.c firmware/base/cursor.c */
/* test_headers.c: Date and Received as written, and the scanner on headers cut anywhere. */
#include "mail/headers.h"

#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define FLOOR_S 1767225600u /* 2026-01-01 */
#define WHEN_S  1795517155u /* 2026-11-24 10:45:55 */

static void test_dates(void **state)
{
    static const struct {
        uint32_t wall_s;
        const char *date;
    } table[] = {
        {0,          "Thu, 1 Jan 1970 00:00:00 +0000" },
        {86399,      "Thu, 1 Jan 1970 23:59:59 +0000" },
        {86400,      "Fri, 2 Jan 1970 00:00:00 +0000" },
        {WHEN_S,     "Tue, 24 Nov 2026 10:45:55 +0000"},
        {951782399,  "Mon, 28 Feb 2000 23:59:59 +0000"},
        {951782400,  "Tue, 29 Feb 2000 00:00:00 +0000"},
        {951868800,  "Wed, 1 Mar 2000 00:00:00 +0000" },
        {1709164800, "Thu, 29 Feb 2024 00:00:00 +0000"},
        {1735689599, "Tue, 31 Dec 2024 23:59:59 +0000"},
        {1735689600, "Wed, 1 Jan 2025 00:00:00 +0000" },
        {2147483648, "Tue, 19 Jan 2038 03:14:08 +0000"},
        {4107542400, "Mon, 1 Mar 2100 00:00:00 +0000" },
        {4107542399, "Sun, 28 Feb 2100 23:59:59 +0000"},
        {UINT32_MAX, "Sun, 7 Feb 2106 06:28:15 +0000" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        char buffer[40];
        struct text t;

        text_init(&t, buffer, sizeof buffer);
        headers_put_date(&t, table[i].wall_s);
        assert_string_equal(buffer, table[i].date);
    }
}

/* Each day of 32-bit time against the C library. */
static void test_dates_against_libc(void **state)
{
    (void)state;
    for (uint32_t day = 0; day <= UINT32_MAX / 86400; day++) {
        char buffer[40], expected[80], day_name[8], rest[40];
        struct text t;
        time_t seconds = (time_t)day * 86400 + day % 86400;
        struct tm *tm = gmtime(&seconds);

        if (seconds > UINT32_MAX)
            break;
        assert_non_null(tm);
        strftime(day_name, sizeof day_name, "%a", tm);
        strftime(rest, sizeof rest, "%b %Y %H:%M:%S +0000", tm);
        snprintf(expected, sizeof expected, "%s, %d %s", day_name, tm->tm_mday, rest);
        text_init(&t, buffer, sizeof buffer);
        headers_put_date(&t, (uint32_t)seconds);
        assert_string_equal(buffer, expected);
    }
}

#define HELO64 "0123456789012345678901234567890123456789012345678901234567890123"
#define HOST_LONG                                                                          \
    "a123456789.b123456789.c123456789.d123456789.e123456789.f123456789.g123456789.example"

static const struct {
    struct letter_origin origin;
    const char *host;
    uint32_t id, wall_s;
    const char *field;
} fields[] = {
    {{LETTER_FROM_SMTP, LETTER_ESMTP, 0, 0, "mail.example", "192.0.2.1"},
     "fp.example", 7,
     WHEN_S, "Received: from mail.example ([192.0.2.1])\r\n"
     "\tby fp.example with ESMTP id 7;\r\n"
     "\tTue, 24 Nov 2026 10:45:55 +0000\r\n"          },
    {{LETTER_FROM_SMTP, 0, 0, 0, "mail.example", "2001:db8::1"},
     "fp.example", UINT32_MAX,
     0,      "Received: from mail.example ([IPv6:2001:db8::1])\r\n"
     "\tby fp.example with SMTP id 4294967295;\r\n"
     "\tThu, 1 Jan 2026 00:00:00 +0000 (clock not set)\r\n"},
    {{LETTER_FROM_SMTP, 0, 0, 0, "", "192.0.2.1"},
     "fp.example", 1,
     WHEN_S, "Received: from [192.0.2.1] ([192.0.2.1])\r\n"
     "\tby fp.example with SMTP id 1;\r\n"
     "\tTue, 24 Nov 2026 10:45:55 +0000\r\n"          },
    {{LETTER_FROM_API, 0, 0, 0, "", ""},
     "fp.example", 12,
     WHEN_S, "Received: by fp.example (alert) with local id 12;\r\n"
     "\tTue, 24 Nov 2026 10:45:55 +0000\r\n"          },
    {{LETTER_FROM_CONSOLE, LETTER_ESMTP, 0, 0, "ignored", "192.0.2.1"},
     "fp.example", 12,
     0,      "Received: by fp.example (alert) with local id 12;\r\n"
     "\tThu, 1 Jan 2026 00:00:00 +0000 (clock not set)\r\n"},
    {{LETTER_FROM_SMTP, LETTER_ESMTP, 0, 0, HELO64,
      "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"},
     HOST_LONG,    UINT32_MAX,
     WHEN_S, "Received: from\r\n"
     "\t" HELO64 "\r\n"
     "\t([IPv6:ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255])\r\n"
     "\tby\r\n"
     "\t" HOST_LONG "\r\n"
     "\twith ESMTP id 4294967295;\r\n"
     "\tTue, 24 Nov 2026 10:45:55 +0000\r\n"          },
};

static void test_received(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        char buffer[700];
        struct text t;

        text_init(&t, buffer, sizeof buffer);
        headers_put_received(&t, &fields[i].origin, fields[i].host, fields[i].id,
                             fields[i].wall_s, FLOOR_S);
        assert_string_equal(buffer, fields[i].field);
        assert_false(t.cut);
    }
}

/* The longest line of a text, without its CRLF. */
static size_t longest_line(const char *text)
{
    size_t longest = 0;

    for (size_t length; *text != '\0'; text += length + 2) {
        length = strcspn(text, "\r");
        assert_int_equal(text[length + 1], '\n');
        longest = longest > length ? longest : length;
    }
    return longest;
}

/* Every length of HELO and host: no line over 77 unless one word makes it so. */
static void test_folding(void **state)
{
    (void)state;
    for (size_t helo = 1; helo < 65; helo++) {
        for (size_t host = 1; host < 256; host++) {
            char buffer[700], name[256];
            struct text t;
            struct letter_origin origin = {LETTER_FROM_SMTP,
                                           LETTER_ESMTP,
                                           0,
                                           0,
                                           "",
                                           "2001:db8:1234:5678:9abc:def0:1234:5678"};

            memset(origin.helo, 'h', helo);
            memset(name, 'n', host);
            name[host] = '\0';
            text_init(&t, buffer, sizeof buffer);
            text_add(&t, "X: already there\r\n");
            headers_put_received(&t, &origin, name, 1, WHEN_S, FLOOR_S);
            assert_false(t.cut);
            assert_true(longest_line(buffer) <= (host < 77 ? 77 : host + 1));
        }
    }
}

static const struct {
    const char *header;
    unsigned received;
    bool date, from, message_id, ended;
} scans[] = {
    {"",                                                                   0, 0, 0, 0, 0},
    {"\r\n",                                                               0, 0, 0, 0, 1},
    {"Date: x\r\nFrom: y\r\nMessage-ID: <z>\r\n\r\n",                      0, 1, 1, 1, 1},
    {"DATE:x\r\nfRoM:y\r\nMESSAGE-id:\r\n",                                0, 1, 1, 1, 0},
    {"Date : x\r\nFrom\t :y\r\n\r\n",                                      0, 1, 1, 0, 1},
    {"Received: a\r\n\tb\r\nReceived: c\r\n\r\n",                          2, 0, 0, 0, 1},
    {"Received: a\r\n Received: b\r\n\tReceived: c\r\nX: d\r\n\r\n",       1, 0, 0, 0, 1},
    {"X: Received: Date:\r\n\r\n",                                         0, 0, 0, 0, 1},
    {"X-Received: a\r\nReceiveds: b\r\nReceive: c\r\n\r\n",                0, 0, 0, 0, 1},
    {"Received",                                                           0, 0, 0, 0, 0},
    {"Received:",                                                          1, 0, 0, 0, 0},
    {"Resent-Date: x\r\nDat: x\r\nDatee: x\r\n\r\n",                       0, 0, 0, 0, 1},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: x\r\nDate: y\r\n", 0, 1, 0, 0, 0},
    {"Date: x\r\n\r\nReceived: y\r\nFrom: z\r\n",                          0, 1, 0, 0, 1},
 /* a line that is no field ends the header */
    {"hello\r\nDate: x\r\n",                                               0, 0, 0, 0, 1},
    {"Date x: y\r\nFrom: z\r\n",                                           0, 0, 0, 0, 1},
    {"From someone Mon\r\nDate: x\r\n",                                    0, 0, 0, 0, 1},
    {": x\r\nDate: x\r\n",                                                 0, 0, 0, 0, 1},
    {" Date: x\r\nDate: x\r\n",                                            0, 0, 0, 0, 1},
    {"D\xc3\xa4te: x\r\nDate: x\r\n",                                      0, 0, 0, 0, 1},
    {"Date: x\r\n:\r\nFrom: x\r\n",                                        0, 1, 0, 0, 1},
};

static void check_scan(size_t i, size_t piece)
{
    struct headers_scan scan;
    size_t size = strlen(scans[i].header);

    headers_scan_init(&scan);
    for (size_t at = 0; at < size; at += piece)
        headers_scan_add(&scan, (const uint8_t *)scans[i].header + at,
                         min_size(piece, size - at));
    if (scan.received != scans[i].received || scan.ended != scans[i].ended)
        print_message("row %zu by %zu\n", i, piece);
    assert_int_equal(scan.received, scans[i].received);
    assert_int_equal(scan.date, scans[i].date);
    assert_int_equal(scan.from, scans[i].from);
    assert_int_equal(scan.message_id, scans[i].message_id);
    assert_int_equal(scan.ended, scans[i].ended);
}

static void test_scans_in_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(scans); i++) {
        for (size_t piece = 1; piece <= strlen(scans[i].header) + 1; piece++)
            check_scan(i, piece);
    }
}

/* A name of exactly the room, one less, and one that would come round in 8 bits. */
static void test_long_names(void **state)
{
    static const size_t lengths[] = {23, 24, 25, 255, 256, 260, 264, 266, 100000};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        struct headers_scan scan;

        headers_scan_init(&scan);
        for (size_t n = 0; n < lengths[i]; n++)
            headers_scan_add(&scan, (const uint8_t *)"d", 1);
        headers_scan_add(&scan, (const uint8_t *)": x\r\nDate: x\r\n", 14);
        assert_true(scan.date);
        assert_false(scan.ended);
    }
}

static void test_received_saturates(void **state)
{
    struct headers_scan scan;

    (void)state;
    headers_scan_init(&scan);
    for (unsigned i = 0; i < 65535; i++)
        headers_scan_add(&scan, (const uint8_t *)"Received:\r\n", 11);
    assert_int_equal(scan.received, 65535);
    headers_scan_add(&scan, (const uint8_t *)"Received:\r\n", 11);
    assert_int_equal(scan.received, 65535);
}

static void test_nul_ends_header(void **state)
{
    struct headers_scan scan;

    (void)state;
    headers_scan_init(&scan);
    headers_scan_add(&scan, (const uint8_t *)"Da\0te: x\r\n", 10);
    assert_true(scan.ended);
    assert_false(scan.date);
}

/* ---- On its way out ---------------------------------------------------------------------- */

/* What is added stands at "+"; "-" at the end: nothing could be. */
static const struct {
    const char *text, *sent;
} passes[] = {
    {"Subject: x\r\n\r\nbody\r\n",                    "Subject: x\r\n+\r\nbody\r\n"        },
    {"\r\nbody\r\n",                                  "+\r\nbody\r\n"                      },
    {"A: x\r\n\ty: z\r\nB : q:\r\n\r\n\r\nC: d\r\n",
     "A: x\r\n\ty: z\r\nB : q:\r\n+\r\n\r\nC: d\r\n"                                       },
    {"A: x\r\n",                                      "A: x\r\n+\r\n"                      },
    {"hello you\r\nA: x\r\n",                         "+\r\nhello you\r\nA: x\r\n"         },
    {"A: x\r\nhello you\r\n",                         "A: x\r\n+\r\nhello you\r\n"         },
    {" hello\r\n",                                    "+\r\n hello\r\n"                    },
    {": hello\r\n",                                   "+\r\n: hello\r\n"                   },
    {"Gr\xc3\xbc\xc3\x9f"
     "e\r\n",                                    "+\r\nGr\xc3\xbc\xc3\x9f"
     "e\r\n"                                                             },
    {"a-word-too-long-to-be-held!\r\n",               "a-word-too-long-to-be-held!\r\n-"   },
    {"a-word-too-long to be held\r\n",                "+\r\na-word-too-long to be held\r\n"},
    {"a-word-much-too-long-to-be-held to be\r\n",
     "a-word-much-too-long-to-be-held to be\r\n-"                                          },
    {"A-Name-That-Is-Too-Long-To-Be-Held: x\r\n\r\n",
     "A-Name-That-Is-Too-Long-To-Be-Held: x\r\n+\r\n"                                      },
};

/* As a caller does it: pieces of the text, a small buffer, then what is added and held. */
static void pass_in_pieces(const char *text, bool rewrite, size_t piece, size_t room,
                           struct text *sent)
{
    struct headers_pass pass;
    size_t size = strlen(text), at = 0, made = 1;
    uint8_t out[64];

    headers_pass_init(&pass);
    while (made > 0 || (at < size && !pass.scan.ended)) {
        at += headers_pass(&pass, rewrite, (const uint8_t *)text + at,
                           min_size(piece, size - at), out, room, &made);
        text_add_bytes(sent, (const char *)out, made);
    }
    if (!pass.cut)
        text_add(sent, pass.bare ? "+\r\n" : "+");
    text_add_bytes(sent, (const char *)pass.held, pass.held_length);
    text_add(sent, text + at);
    if (pass.cut)
        text_add(sent, "-");
}

static void test_passing_headers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(passes); i++) {
        for (size_t piece = 1; piece <= strlen(passes[i].text); piece++) {
            char buffer[200];
            struct text sent;

            text_init(&sent, buffer, sizeof buffer);
            pass_in_pieces(passes[i].text, false, piece, piece % 2 == 0 ? 21 : 64, &sent);
            assert_string_equal(buffer, passes[i].sent);
        }
    }
}

static void test_rewriting(void **state)
{
    static const struct {
        const char *text, *sent;
    } cases[] = {
        {"FROM: a\r\n\tb\r\nX-From: c\r\nFrom: no field\r\n\r\nFrom: d\r\n",
         "Reply-To: a\r\n\tb\r\nX-From: c\r\nOriginal-From: no field\r\n+\r\nFrom: d\r\n"                              },
        {"Reply-To: a\r\nFrom : b\r\n\r\n",                                  "Reply-To: a\r\nOriginal-From: b\r\n+\r\n"},
        {"From: b\r\nreply-to: From: a\r\n\r\n",
         "Reply-To: b\r\nOriginal-Reply-To: From: a\r\n+\r\n"                                                          },
        {"Fro: a\r\nFromm: b\r\n\r\n",                                       "Fro: a\r\nFromm: b\r\n+\r\n"             },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (size_t piece = 1; piece <= strlen(cases[i].text); piece++) {
            char buffer[200];
            struct text sent;

            text_init(&sent, buffer, sizeof buffer);
            pass_in_pieces(cases[i].text, true, piece, piece % 2 == 0 ? 21 : 64, &sent);
            assert_string_equal(buffer, cases[i].sent);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_dates_against_libc),
        cmocka_unit_test(test_received),
        cmocka_unit_test(test_folding),
        cmocka_unit_test(test_scans_in_pieces),
        cmocka_unit_test(test_long_names),
        cmocka_unit_test(test_received_saturates),
        cmocka_unit_test(test_nul_ends_header),
        cmocka_unit_test(test_passing_headers),
        cmocka_unit_test(test_rewriting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
