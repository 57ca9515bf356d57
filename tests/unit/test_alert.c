/* SPDX-License-Identifier: MIT */
/* sources: firmware/intake/alert.c firmware/intake/utf8.c firmware/intake/origin.c
 * firmware/mail/address.c firmware/mail/letter.c firmware/base/ip_text.c firmware/base/cursor.c firmware/base/text.c
 * firmware/base/log.c tests/unit/fake_spool.c */
/* test_alert.c: the appliance's own alerts, as they lie in the spool. */
#include "fake_spool.h"

#include "intake/alert.h"
#include "intake/flashpost.h"
#include "intake/utf8.h"
#include "mail/connector.h"
#include "base/bytes.h"
#include "base/log.h"
#include "config/config.h"
#include "port/port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint8_t connector;
static uint64_t uptime_ms;
static unsigned fed;

uint8_t connectors_for_letter(struct cursor sender, uint32_t size)
{
    (void)sender;
    (void)size;
    return CONNECTORS_ALL;
}

uint8_t connector_for(struct cursor domain, uint8_t allowed)
{
    assert_int_equal(allowed, CONNECTORS_ALL);
    assert_true(domain.left > 0);
    return connector;
}

uint64_t port_uptime_ms(void)
{
    return uptime_ms;
}

void port_sleep(uint32_t max_ms)
{
    uptime_ms += max_ms;
}

void port_watchdog_feed(void)
{
    fed++;
}

struct source {
    const char *bytes;
    size_t size, at;
    size_t piece; /* at once at most */
};

static size_t give(void *context, char *piece, size_t size)
{
    struct source *source = context;
    size_t given = min_size(min_size(size, source->piece), source->size - source->at);

    assert_true(size >= 1);
    memcpy(piece, source->bytes + source->at, given);
    source->at += given;
    return given;
}

static int fresh(void **state)
{
    struct clock now = {
        .uptime_ms = 5000, .powered_s = 77, .boot = 3, .wall_s = 1800000000};

    (void)state;
    fake_spool_reset();
    log_init();
    alert_set_clock(&now);
    connector = 0;
    fed = 0;
    return 0;
}

static enum flashpost_result send(enum flashpost_severity severity, const char *subject,
                                  const char *body, size_t size, size_t piece)
{
    struct source source = {.bytes = body, .size = size, .piece = piece};

    return flashpost_alert(severity, subject, give, &source, NULL);
}

/* The value of a header field, with its folds. */
static const char *field(const char *name)
{
    static char value[2000];
    const char *at = strstr(fake_spool.letter.text, name);
    size_t length = 0;

    assert_non_null(at);
    assert_true(at == fake_spool.letter.text || at[-1] == '\n');
    at += strlen(name);
    while (memcmp(at + length, "\r\n", 2) != 0 || at[length + 2] == ' ')
        length++;
    memcpy(value, at, length);
    value[length] = '\0';
    return value;
}

static const char *body_of(void)
{
    const char *end = strstr(fake_spool.letter.text, "\r\n\r\n");

    assert_non_null(end);
    return end + 4;
}

static void whole_letter(void **state)
{
    struct source source = {.bytes = "fan 2 stopped\n", .size = 14, .piece = 100};
    uint32_t id = 0;

    (void)state;
    assert_int_equal(flashpost_alert(FLASHPOST_ERROR, "Fan stopped", give, &source, &id),
                     FLASHPOST_OK);
    assert_int_equal(id, 17);
    assert_int_equal(fake_spool.committed, 1);
    assert_int_equal(fake_spool.letter.class_, SPOOL_FROM_DEVICE);
    assert_int_equal(fake_spool.letter.origin.source, LETTER_FROM_API);
    assert_int_equal(fake_spool.letter.origin.flags, 0);
    assert_int_equal(fake_spool.letter.origin.wall_s, 1800000000);
    assert_string_equal(fake_spool.letter.sender, CONFIG_ALERT_SENDER);
    assert_int_equal(fake_spool.letter.recipients, 1);
    assert_string_equal(fake_spool.letter.recipient[0], CONFIG_ADMIN_ADDRESS);
    assert_true(fake_spool.letter.text_piece_max <= 128);
    assert_string_equal(fake_spool.letter.text,
                        "From: <" CONFIG_ALERT_SENDER ">\r\n"
                        "To: <" CONFIG_ADMIN_ADDRESS ">\r\n"
                        "Subject: [error] Fan stopped\r\n"
                        "Importance: high\r\n"
                        "MIME-Version: 1.0\r\n"
                        "Content-Type: text/plain; charset=utf-8\r\n"
                        "Content-Transfer-Encoding: quoted-printable\r\n"
                        "Auto-Submitted: auto-generated\r\n"
                        "\r\n"
                        "fan 2 stopped\r\n");
}

static void severities(void **state)
{
    static const struct {
        enum flashpost_severity severity;
        const char *subject, *importance;
    } table[] = {
        {FLASHPOST_DEBUG,             "[debug] x",    "low"   },
        {FLASHPOST_INFO,              "[info] x",     "normal"},
        {FLASHPOST_WARNING,           "[warning] x",  "normal"},
        {FLASHPOST_ERROR,             "[error] x",    "high"  },
        {FLASHPOST_CRITICAL,          "[critical] x", "high"  },
        {(enum flashpost_severity)99, "[critical] x", "high"  },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        assert_int_equal(send(table[i].severity, "x", "", 0, 1), FLASHPOST_OK);
        assert_string_equal(field("Subject: "), table[i].subject);
        assert_string_equal(field("Importance: "), table[i].importance);
        assert_string_equal(body_of(), "");
    }
}

static void subjects(void **state)
{
    static const struct {
        const char *subject, *field;
    } table[] = {
        {"",                          "[info] "                                            },
        {"a\r\nBcc: x@y.example\x7f", "[info] a??Bcc: x@y.example?"                        },
        {"T\xc3\xbcr",                "[info] \r\n =?utf-8?Q?T=C3=BCr?="                   },
        {"T\xc3\xbcr = 1_a",          "[info] \r\n =?utf-8?Q?T=C3=BCr_=3D_1=5Fa?="         },
        {"=?utf-8?Q?x?=",             "[info] \r\n =?utf-8?Q?=3D=3Futf=2D8=3FQ=3Fx=3F=3D?="},
        {"bad \xff\xc3 end \xe2\x82", "[info] \r\n =?utf-8?Q?bad_=3F=3F_end_=3F=3F?="      },
        {"a\nb \xc3\xa4",             "[info] \r\n =?utf-8?Q?a=3Fb_=C3=A4?="               },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        assert_int_equal(send(FLASHPOST_INFO, table[i].subject, "", 0, 1), FLASHPOST_OK);
        assert_string_equal(field("Subject: "), table[i].field);
    }
}

/* Cut at 200 octets, but not within a character; words of 75 octets hold whole characters. */
static void long_subjects(void **state)
{
    char subject[300];
    const char *at;
    unsigned characters = 0;

    (void)state;
    memset(subject, 'x', 250);
    subject[250] = '\0';
    assert_int_equal(send(FLASHPOST_INFO, subject, "", 0, 1), FLASHPOST_OK);
    assert_int_equal(strlen(field("Subject: ")), 7 + 200);

    for (size_t i = 0; i < 297; i += 3)
        memcpy(subject + i, "\xe2\x82\xac", 4);
    assert_int_equal(send(FLASHPOST_INFO, subject, "", 0, 1), FLASHPOST_OK);
    at = field("Subject: ");
    assert_memory_equal(at, "[info] \r\n ", 10);
    for (at += 10;; at += 3) {
        size_t length = strcspn(at, "\r");

        assert_true(length <= 75);
        assert_memory_equal(at, "=?utf-8?Q?", 10);
        assert_memory_equal(at + length - 2, "?=", 2);
        assert_int_equal((length - 12) % 9, 0);
        characters += (unsigned)(length - 12) / 9;
        at += length;
        if (*at == '\0')
            break;
        assert_memory_equal(at, "\r\n ", 3);
    }
    assert_int_equal(characters, 200 / 3);
}

/* No encoded word is longer than 75 octets, wherever its characters end. */
static void encoded_words(void **state)
{
    (void)state;
    for (unsigned plain = 0; plain < 80; plain++) {
        char subject[120] = "\xc3\xa4";

        memset(subject + 2, 'x', plain);
        strcpy(subject + 2 + plain, "\xe2\x82\xac\xc3\xa4xx");
        assert_int_equal(send(FLASHPOST_INFO, subject, "", 0, 1), FLASHPOST_OK);
        for (const char *at = strstr(field("Subject: "), "=?"); at != NULL;
             at = strstr(at + 2, "=?utf"))
            assert_true(strcspn(at, "\r") <= 75);
    }
}

static void bodies(void **state)
{
    static const struct {
        const char *name, *body;
        size_t size;
        const char *text;
    } table[] = {
#define BYTES(literal) literal, sizeof(literal) - 1
        {"LF",               BYTES("a\nb\n"),                                 "a\r\nb\r\n"              },
        {"CRLF",             BYTES("a\r\nb\r\n"),                             "a\r\nb\r\n"              },
        {"no end",           BYTES("a\nb"),                                   "a\r\nb\r\n"              },
        {"empty lines",      BYTES("\n\n"),                                   "\r\n\r\n"                },
        {"bare CR",          BYTES("a\rb\r\r\nc\r"),                          "a?b?\r\nc?\r\n"          },
        {"controls",         BYTES("\0\x1b[1m\x7f\x08\n"),                    "??[1m??\r\n"             },
        {"tab",              BYTES("a\tb\n"),                                 "a\tb\r\n"                },
        {"blank at the end", BYTES("a \nb\t\nc "),                            "a=20\r\nb=09\r\nc=20\r\n"},
        {"equals",           BYTES("a=1\n"),                                  "a=3D1\r\n"               },
        {"UTF-8",            BYTES("\xc3\xbc\xe2\x82\xac\xf0\x9f\x94\xa5\n"),
                                                           "=C3=BC=E2=82=AC=F0=9F=94=A5\r\n"                                                              },
        {"overlong",         BYTES("\xc0\x80\xe0\x80\x80\n"),                 "?????\r\n"               },
        {"surrogate",        BYTES("\xed\xa0\x80\n"),                         "???\r\n"                 },
        {"too high",         BYTES("\xf4\x90\x80\x80\xf5\n"),                 "?????\r\n"               },
        {"C1 control",       BYTES("\xc2\x9b\n"),                             "??\r\n"                  },
        {"cut short",        BYTES("\xe2\x82x\xc3\nz\xf0\x9f"),               "??x?\r\nz??\r\n"         },
        {"dot",              BYTES(".\n..\n"),                                ".\r\n..\r\n"             },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        for (size_t piece = 1; piece < 5; piece++) {
            assert_int_equal(send(FLASHPOST_INFO, "x", table[i].body, table[i].size, piece),
                             FLASHPOST_OK);
            if (strcmp(body_of(), table[i].text) != 0)
                fail_msg("%s: %s", table[i].name, body_of());
        }
    }
}

static int hex(char c)
{
    return c <= '9' ? c - '0' : c - 'A' + 10;
}

/* Any body comes back when decoded; no line is over 76 octets; none ends in a blank. */
static void long_lines(void **state)
{
    static char body[3000], back[4000];
    size_t made = 0;
    const char *line;

    (void)state;
    for (size_t i = 0; i < sizeof body; i++)
        body[i] = "ab =\tcdefghi"[(i * 7 + i / 11) % 12];
    assert_int_equal(send(FLASHPOST_INFO, "x", body, sizeof body, 64), FLASHPOST_OK);
    for (line = body_of(); *line != '\0';) {
        size_t length = strcspn(line, "\r");
        bool soft = length > 0 && line[length - 1] == '=';

        assert_true(length <= 76);
        assert_true(length == 0 || (line[length - 1] != ' ' && line[length - 1] != '\t'));
        for (size_t i = 0; i < length - (soft ? 1 : 0); i++) {
            char c = line[i];

            if (c == '=') {
                c = (char)(hex(line[i + 1]) * 16 + hex(line[i + 2]));
                i += 2;
            }
            back[made++] = c;
        }
        line += length + 2;
        assert_true(soft == (*line != '\0'));
    }
    assert_int_equal(made, sizeof body);
    assert_memory_equal(back, body, sizeof body);
}

static void not_configured(void **state)
{
    (void)state;
    connector = CONNECTOR_NONE;
    assert_int_equal(send(FLASHPOST_INFO, "x", "y", 1, 1), FLASHPOST_NOT_CONFIGURED);
    assert_int_equal(fake_spool.open, 0);
}

static void spool_trouble(void **state)
{
    (void)state;
    fake_spool.begin = SPOOL_FULL;
    assert_int_equal(send(FLASHPOST_INFO, "x", "y", 1, 1), FLASHPOST_FULL);
    fake_spool.begin = SPOOL_OK;
    fake_spool.recipient = SPOOL_FAILED;
    assert_int_equal(send(FLASHPOST_INFO, "x", "y", 1, 1), FLASHPOST_FAILED);
    fake_spool.recipient = SPOOL_OK;
    fake_spool.text_room = 200;
    assert_int_equal(send(FLASHPOST_INFO, "x", "y", 1, 1), FLASHPOST_FULL);
    fake_spool.text_room = 0;
    fake_spool.commit = SPOOL_FAILED;
    assert_int_equal(send(FLASHPOST_INFO, "x", "y", 1, 1), FLASHPOST_FAILED);
    assert_int_equal(fake_spool.open, 0);
    assert_int_equal(fake_spool.committed, 0);
}

/* An erase is waited for with the watchdog fed; one that never ends is a failure. */
static void erasing(void **state)
{
    (void)state;
    fake_spool.busy_for = 300;
    fake_spool.commit_busy = 3;
    assert_int_equal(send(FLASHPOST_INFO, "x", "y", 1, 1), FLASHPOST_OK);
    assert_int_equal(fed, 300);
    assert_int_equal(fake_spool.polls, 300);
    fake_spool.tires = true;
    assert_int_equal(send(FLASHPOST_INFO, "x", "y", 1, 1), FLASHPOST_OK);
    assert_string_equal(fake_spool.letter.sender, CONFIG_ALERT_SENDER);
    fake_spool.tires = fake_spool.tired = false;
    fake_spool.erasing = true;
    assert_int_equal(send(FLASHPOST_INFO, "x", "y", 1, 1), FLASHPOST_FAILED);
    assert_int_equal(fake_spool.committed, 2);
    assert_true(fed < 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(whole_letter, fresh),
        cmocka_unit_test_setup(severities, fresh),
        cmocka_unit_test_setup(subjects, fresh),
        cmocka_unit_test_setup(long_subjects, fresh),
        cmocka_unit_test_setup(encoded_words, fresh),
        cmocka_unit_test_setup(bodies, fresh),
        cmocka_unit_test_setup(long_lines, fresh),
        cmocka_unit_test_setup(not_configured, fresh),
        cmocka_unit_test_setup(spool_trouble, fresh),
        cmocka_unit_test_setup(erasing, fresh),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
