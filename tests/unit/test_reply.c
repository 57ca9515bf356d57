/* SPDX-License-Identifier: MIT */
/* sources: firmware/mail/reply.c firmware/base/cursor.c firmware/base/text.c */
/* test_reply.c: replies as they come, cut at every octet, and from peers that are no servers. */
#include "mail/reply.h"

#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Reads in pieces of at most `piece` octets until the reply is done or broken. */
static enum reply_event read_in_pieces(struct reply *reply, const char *bytes, size_t size,
                                       size_t piece, size_t *used)
{
    enum reply_event event = REPLY_MORE;

    *used = 0;
    while (*used < size && event != REPLY_DONE && event != REPLY_BROKEN) {
        size_t taken, given = min_size(piece, size - *used);

        event = reply_read(reply, (const uint8_t *)bytes + *used, given, &taken);
        assert_true(taken <= given);
        assert_true(taken == given || event != REPLY_MORE);
        assert_int_equal(reply->complete, event == REPLY_LINE || event == REPLY_DONE);
        *used += taken;
    }
    return event;
}

static const struct {
    const char *bytes;
    enum reply_event event;
    unsigned code, lines;
    const char *text; /* NULL where it depends on how the input was cut */
    const char *line;
    struct enhanced_status status;
} replies[] = {
    {"250 ok\r\n",                        REPLY_DONE,   250, 1, "250 ok",          "ok",       {0, 0, 0}    },
    {"250 ok\n",                          REPLY_DONE,   250, 1, "250 ok",          "ok",       {0, 0, 0}    },
    {"250\r\n",                           REPLY_DONE,   250, 1, "250",             "",         {0, 0, 0}    },
    {"250\n",                             REPLY_DONE,   250, 1, "250",             "",         {0, 0, 0}    },
    {"250 \r\n",                          REPLY_DONE,   250, 1, "250",             "",         {0, 0, 0}    },
    {"200 a\r\n",                         REPLY_DONE,   200, 1, "200 a",           "a",        {0, 0, 0}    },
    {"599 z\r\n",                         REPLY_DONE,   599, 1, "599 z",           "z",        {0, 0, 0}    },
    {"250-a\r\n250-b\r\n250 c\r\n",       REPLY_DONE,   250, 3, "250 a",           "c",        {0, 0, 0}    },
    {"250-\r\n250\r\n",                   REPLY_DONE,   250, 2, "250",             "",         {0, 0, 0}    },
    {"250-a\r\n250",                      REPLY_MORE,   250, 1, "250 a",           "",         {0, 0, 0}    },
    {"250-a\r\n",                         REPLY_LINE,   250, 1, "250 a",           "a",        {0, 0, 0}    },
 /* enhanced status */
    {"550 5.1.1 no\r\n",                  REPLY_DONE,   550, 1, "550 5.1.1 no",    "5.1.1 no", {5, 1, 1}    },
    {"550 5.1.1\r\n",                     REPLY_DONE,   550, 1, "550 5.1.1",       "5.1.1",    {5, 1, 1}    },
    {"250 2.999.999 x\r\n",               REPLY_DONE,   250, 1, "250 2.999.999 x", NULL,       {2, 999, 999}},
    {"250 2.1000.0 x\r\n",                REPLY_DONE,   250, 1, NULL,              NULL,       {0, 0, 0}    },
    {"550 4.1.1 no\r\n",                  REPLY_DONE,   550, 1, NULL,              NULL,       {0, 0, 0}    },
    {"354 3.0.0 go\r\n",                  REPLY_DONE,   354, 1, NULL,              NULL,       {0, 0, 0}    },
    {"550 5.1.1x\r\n",                    REPLY_DONE,   550, 1, NULL,              NULL,       {0, 0, 0}    },
    {"550 5.1\r\n",                       REPLY_DONE,   550, 1, NULL,              NULL,       {0, 0, 0}    },
    {"550 5..1 x\r\n",                    REPLY_DONE,   550, 1, NULL,              NULL,       {0, 0, 0}    },
    {"550 x 5.1.1\r\n",                   REPLY_DONE,   550, 1, NULL,              NULL,       {0, 0, 0}    },
    {"450-4.2.1 a\r\n450 b\r\n",          REPLY_DONE,   450, 2, "450 4.2.1 a",     "b",        {4, 2, 1}    },
    {"450-a\r\n450 4.2.2 b\r\n",          REPLY_DONE,   450, 2, "450 a",           NULL,       {4, 2, 2}    },
    {"450-4.2.1 a\r\n450 4.2.2 b\r\n",    REPLY_DONE,   450, 2, NULL,              NULL,       {4, 2, 2}    },
    {"450-a\r\n450-4.7.7 x\r\n450 b\r\n", REPLY_DONE,   450, 3, NULL,              NULL,       {0, 0, 0}    },
 /* text that must not come through as it is */
    {"550 a\rb\x1b[2Jc\x80\r\n",          REPLY_DONE,   550, 1, "550 a?b?[2Jc?",   NULL,       {0, 0, 0}    },
    {"250\rx\r\n",                        REPLY_DONE,   250, 1, "250 ?x",          NULL,       {0, 0, 0}    },
 /* no replies */
    {"\r\n",                              REPLY_BROKEN, 0,   0, NULL,              NULL,       {0, 0, 0}    },
    {"\n",                                REPLY_BROKEN, 0,   0, NULL,              NULL,       {0, 0, 0}    },
    {"25\r\n",                            REPLY_BROKEN, 0,   0, NULL,              NULL,       {0, 0, 0}    },
    {"25\n",                              REPLY_BROKEN, 0,   0, NULL,              NULL,       {0, 0, 0}    },
    {"2500 ok\r\n",                       REPLY_BROKEN, 0,   0, NULL,              NULL,       {0, 0, 0}    },
    {"250\tok\r\n",                       REPLY_BROKEN, 0,   0, NULL,              NULL,       {0, 0, 0}    },
    {" 250 ok\r\n",                       REPLY_BROKEN, 0,   0, NULL,              NULL,       {0, 0, 0}    },
    {"199 a\r\n",                         REPLY_BROKEN, 0,   0, NULL,              NULL,       {0, 0, 0}    },
    {"600 a\r\n",                         REPLY_BROKEN, 0,   0, NULL,              NULL,       {0, 0, 0}    },
    {"2x0 a\r\n",                         REPLY_BROKEN, 0,   0, NULL,              NULL,       {0, 0, 0}    },
    {"25x a\r\n",                         REPLY_BROKEN, 0,   0, NULL,              NULL,       {0, 0, 0}    },
    {"SSH-2.0-x\r\n",                     REPLY_BROKEN, 0,   0, NULL,              NULL,       {0, 0, 0}    },
    {"250-a\r\n251 b\r\n",                REPLY_BROKEN, 0,   1, "250 a",           NULL,       {0, 0, 0}    },
    {"250-a\r\n350 b\r\n",                REPLY_BROKEN, 0,   1, "250 a",           NULL,       {0, 0, 0}    },
    {"250-a\r\nb\r\n",                    REPLY_BROKEN, 0,   1, "250 a",           NULL,       {0, 0, 0}    },
    {"550-5.1.1 a\r\n\r\n",               REPLY_BROKEN, 0,   1, "550 5.1.1 a",     NULL,       {0, 0, 0}    },
};

static void test_replies_in_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(replies); i++) {
        size_t size = strlen(replies[i].bytes);

        for (size_t piece = 1; piece <= size; piece++) {
            struct reply reply;
            size_t used;
            enum reply_event event;

            reply_init(&reply);
            event = read_in_pieces(&reply, replies[i].bytes, size, piece, &used);
            if (event != replies[i].event)
                print_message("row %zu by %zu: %s\n", i, piece, replies[i].bytes);
            assert_int_equal(event, replies[i].event);
            assert_int_equal(reply.code, replies[i].code);
            assert_int_equal(reply.lines, replies[i].lines);
            if (replies[i].text != NULL)
                assert_string_equal(reply.text, replies[i].text);
            if (replies[i].line != NULL)
                assert_string_equal(reply.line, replies[i].line);
            assert_int_equal(reply.status.class_, replies[i].status.class_);
            if (reply.status.class_ == 0)
                continue;
            assert_int_equal(reply.status.subject, replies[i].status.subject);
            assert_int_equal(reply.status.detail, replies[i].status.detail);
        }
    }
}

static void test_every_cut_in_two(void **state)
{
    static const char bytes[] = "250-one\r\n250-two\r\n250 2.0.0 three\r\n";

    (void)state;
    for (size_t cut = 0; cut < sizeof bytes; cut++) {
        struct reply reply;
        unsigned lines = 0;
        enum reply_event event = REPLY_MORE;

        reply_init(&reply);
        for (size_t at = 0; event != REPLY_DONE;) {
            size_t used, end = at < cut ? cut : strlen(bytes);

            event = reply_read(&reply, (const uint8_t *)bytes + at, end - at, &used);
            assert_int_not_equal(event, REPLY_BROKEN);
            at += used;
            lines += event != REPLY_MORE;
        }
        assert_int_equal(lines, 3);
        assert_int_equal(reply.status.class_, 2);
        assert_string_equal(reply.line, "2.0.0 three");
    }
}

static void test_what_follows_is_left(void **state)
{
    static const char bytes[] = "250 ok\r\n550 more\r\n";
    struct reply reply;
    size_t used;

    (void)state;
    reply_init(&reply);
    assert_int_equal(reply_read(&reply, (const uint8_t *)bytes, strlen(bytes), &used),
                     REPLY_DONE);
    assert_int_equal(used, 8);
    /* No octets change nothing. */
    assert_int_equal(reply_read(&reply, (const uint8_t *)bytes, 0, &used), REPLY_MORE);
    assert_int_equal(used, 0);
    assert_string_equal(reply.line, "ok");
}

/* One line of `text` octets after "250 ": 512 are kept, the others are not missed. */
static void check_long_line(size_t text)
{
    static char bytes[110000];
    struct reply reply;
    size_t used;

    memset(bytes, 'x', sizeof bytes);
    memcpy(bytes, "250 ", 4);
    memcpy(bytes + 4 + text, "\r\n", 2);
    for (size_t piece = 1; piece <= text + 6; piece = piece * 7 + 1) {
        reply_init(&reply);
        assert_int_equal(read_in_pieces(&reply, bytes, text + 6, piece, &used), REPLY_DONE);
        assert_int_equal(used, text + 6);
        assert_int_equal(reply.line_length, min_size(text, REPLY_LINE_MAX));
        assert_int_equal(strlen(reply.line), reply.line_length);
        assert_int_equal(strspn(reply.line, "x"), reply.line_length);
        assert_int_equal(strlen(reply.text), min_size(text + 4, REPLY_TEXT_MAX - 1));
    }
}

static void test_long_lines(void **state)
{
    static const size_t texts[] = {114, 115, 116, 510, 511, 512, 513, 1000, 100000};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        check_long_line(texts[i]);
}

static enum reply_event read_lines(struct reply *reply, unsigned lines)
{
    enum reply_event event = REPLY_MORE;
    size_t used;

    reply_init(reply);
    for (unsigned i = 0; i < lines && event != REPLY_BROKEN; i++)
        event = reply_read(reply, (const uint8_t *)"250-x\r\n", 7, &used);
    if (event == REPLY_LINE)
        event = reply_read(reply, (const uint8_t *)"250 y\r\n", 7, &used);
    return event;
}

static void test_endless_reply(void **state)
{
    struct reply reply;

    (void)state;
    assert_int_equal(read_lines(&reply, REPLY_LINES_MAX - 1), REPLY_DONE);
    assert_int_equal(reply.lines, REPLY_LINES_MAX);
    assert_int_equal(read_lines(&reply, REPLY_LINES_MAX), REPLY_BROKEN);
    assert_int_equal(reply.code, 0);
    assert_string_equal(reply.text, "250 x");
}

static void test_broken_sticks(void **state)
{
    struct reply reply;
    size_t used;

    (void)state;
    reply_init(&reply);
    assert_int_equal(
        reply_read(&reply, (const uint8_t *)"HTTP/1.1 400 \x1b\r\n.", 17, &used),
        REPLY_BROKEN);
    assert_string_equal(reply.text, "HTTP/1.1 400 ?");
    assert_int_equal(reply_read(&reply, (const uint8_t *)"250 ok\r\n", 8, &used),
                     REPLY_BROKEN);
    assert_int_equal(used, 0);
    reply_init(&reply);
    assert_int_equal(reply_read(&reply, (const uint8_t *)"250 ok\r\n", 8, &used),
                     REPLY_DONE);
}

static void test_nul_and_binary(void **state)
{
    struct reply reply;
    size_t used;

    (void)state;
    reply_init(&reply);
    assert_int_equal(reply_read(&reply, (const uint8_t *)"\0\0\0", 3, &used), REPLY_BROKEN);
    reply_init(&reply);
    assert_int_equal(reply_read(&reply, (const uint8_t *)"220 a\0b\r\n", 9, &used),
                     REPLY_DONE);
    assert_string_equal(reply.text, "220 a?b");
    assert_int_equal(reply.line_length, 3);
    assert_memory_equal(reply.line, "a\0b", 4);
    /* A MySQL greeting: no line end, known at once. */
    reply_init(&reply);
    assert_int_equal(reply_read(&reply, (const uint8_t *)"\x4a\0\0\0\x0a", 5, &used),
                     REPLY_BROKEN);
    /* A TLS alert */
    reply_init(&reply);
    assert_int_equal(reply_read(&reply, (const uint8_t *)"\x15\x03\x01", 3, &used),
                     REPLY_BROKEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replies_in_pieces),
        cmocka_unit_test(test_every_cut_in_two),
        cmocka_unit_test(test_what_follows_is_left),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_endless_reply),
        cmocka_unit_test(test_broken_sticks),
        cmocka_unit_test(test_nul_and_binary),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
