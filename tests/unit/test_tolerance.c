/* SPDX-License-Identifier: MIT */
/* sources: firmware/intake/origin.c firmware/intake/quota.c firmware/mail/address.c
 * firmware/mail/headers.c firmware/mail/letter.c firmware/base/ip_text.c firmware/base/crc32.c
 * firmware/base/cursor.c firmware/base/text.c firmware/base/log.c firmware/stream/stream.c
 * firmware/stream/stream_memory.c tests/unit/fake_spool.c */
/* test_tolerance.c: what the SMTP server takes from old devices, where the header says so. */
#undef CONFIG_FILE
#define CONFIG_FILE "unit/tolerant_config.h"
#include "mail/command.c"
#include "mail/dots.c"
#include "intake/commands.c"
#include "intake/login.c"
#include "intake/session.c"

#include "fake_spool.h"

#include "stream/stream_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define HOST CONFIG_HOST_NAME

static struct stream_memory peer;
static struct session session;
static struct intake_counts counts;
static struct clock now;
static bool going;

/* ---- Stand-ins ---------------------------------------------------------------------------- */

uint8_t connectors_for_letter(struct cursor sender, uint32_t size)
{
    (void)sender;
    (void)size;
    return 1;
}

uint32_t connectors_size_max(uint8_t set)
{
    (void)set;
    return UINT32_MAX;
}

uint8_t connector_for(struct cursor domain, uint8_t allowed)
{
    (void)domain;
    (void)allowed;
    return 0;
}

/* The packed words are those of another configuration. */
void answer_put(struct text *t, enum answer answer)
{
#define ANSWER(name, class_, text) text,
    static const char *const texts[] = {
#include "intake/answers.def"
    };
#undef ANSWER

    text_add(t, texts[answer]);
}

enum answer_class answer_class(enum answer answer)
{
#define ANSWER(name, class_, text) ANSWERS_##class_,
    static const uint8_t classes[] = {
#include "intake/answers.def"
    };
#undef ANSWER

    return (enum answer_class)classes[answer];
}

/* ---- The client --------------------------------------------------------------------------- */

static void run(void)
{
    if (going)
        going = session_run(&session, &now);
}

static void start(bool allowed)
{
    fake_spool_reset();
    memset(&counts, 0, sizeof counts);
    log_init();
    log_set_level(LOG_DEBUG);
    now = (struct clock){.uptime_ms = 1000, .wall_s = 1800000000};
    stream_memory_open(&peer);
    session_start(&session, &peer.stream, "192.0.2.7", allowed, &counts, &now);
    going = true;
    run();
    now.uptime_ms += 50;
    run();
}

/* Sends octets; what comes back must begin so, and be nothing where `answer` is "". */
static void say(const char *octets, const char *answer)
{
    peer.sent_length = 0;
    stream_memory_feed(&peer, octets, strlen(octets));
    run();
    peer.sent[peer.sent_length] = '\0';
    if (strncmp((char *)peer.sent, answer, strlen(answer)) != 0 ||
        (answer[0] == '\0' && peer.sent_length > 0))
        fail_msg("%.60s... was answered %s, not %s", octets, (char *)peer.sent, answer);
}

/* ---- Bare LF ------------------------------------------------------------------------------ */

static void lf_ends_commands(void **state)
{
    (void)state;
    start(true);
    say("EHLO c.example\n", "250-");
    say("MAIL FROM:<a@b.example> \nRCPT TO:<c@d.example>\r\n", "250 2.1.0 ");
    say("NOOP\r\r\n", "500 5.5.2 ");
    say("\n", "500 5.5.2 ");
    say("DATA\n", "354 ");
    say("one\ntwo\r\n.\r\n", "250 2.0.0 ");
    assert_string_equal(fake_spool.letter.text, "one\r\ntwo\r\n");
    assert_string_equal(fake_spool.letter.sender, "a@b.example");
    say("QUIT\n", "221 ");
}

static const struct {
    const char *raw, *text;
} texts[] = {
    {"a\nb\n\nc\r\n.\r\n",                       "a\r\nb\r\n\r\nc\r\n"                  },
    {"\n.\r\n\r\n.\r\n",                         "\r\n.\r\n\r\n"                        },
    {"a\r\n..b\n..c\r\n.\r\n",                   "a\r\n.b\r\n..c\r\n"                   },
    {"a\n\r\n.\r\n",                             "a\r\n\r\n"                            },
 /* what a server that takes LF for a line end would end the letter at */
    {"a\n.\nMAIL FROM:<x@y>\nDATA\nb\r\n.\r\n",
     "a\r\n.\r\nMAIL FROM:<x@y>\r\nDATA\r\nb\r\n"                                       },
    {"a\n.\r\nMAIL FROM:<x@y>\r\nDATA\r\n.\r\n", "a\r\n.\r\nMAIL FROM:<x@y>\r\nDATA\r\n"},
    {"a\r\n.\nMAIL FROM:<x@y>\r\nDATA\r\n.\r\n", "a\r\n\r\nMAIL FROM:<x@y>\r\nDATA\r\n" },
    {".\nb\r\n.\r\n",                            "\r\nb\r\n"                            },
};

/* Whatever the borders of the segments. */
static void lf_becomes_crlf(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        size_t size = strlen(texts[i].raw);

        for (size_t cut = 0; cut < size; cut++) {
            start(true);
            say("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n", "250-");
            peer.sent_length = 0;
            stream_memory_feed(&peer, texts[i].raw, cut);
            run();
            assert_int_equal(peer.sent_length, 0); /* no end but the true one */
            stream_memory_feed(&peer, texts[i].raw + cut, size - cut);
            run();
            assert_int_equal(fake_spool.committed, 1);
            assert_string_equal(fake_spool.letter.text, texts[i].text);
        }
    }
}

/* CR, NUL and length are looked at as ever. */
static void other_faults_stay(void **state)
{
    static const char *const bad[] = {"a\rb\r\n.\r\n", "a\r\r\n.\r\n",
                                      "a\r\n.\rb\r\n.\r\n"};
    char line[1200];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        start(true);
        say("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n", "250-");
        say(bad[i], "554 5.6.0 Bare");
    }
    for (size_t length = 998; length <= 999; length++) {
        memset(line, 'x', length);
        strcpy(line + length, "\nb\r\n.\r\n");
        start(true);
        say("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n", "250-");
        say(line, length > 998 ? "554 5.6.0 Line" : "250 2.0.0 ");
    }
}

/* ---- EHLO and HELO ------------------------------------------------------------------------ */

/* What is no name is not repeated to anybody. */
static void any_name(void **state)
{
    static const struct {
        const char *hello, *helo;
    } names[] = {
        {"EHLO\r\n",                            ""            },
        {"HELO \r\n",                           ""            },
        {"HELO my printer\r\n",                 ""            },
        {"EHLO x) by evil.example; (y\r\n",     ""            },
        {"HELO [192.0.2.7]:25\r\n",             ""            },
        {"EHLO \xc3\xa4\r\n",                   ""            },
        {"EHLO a.example\r\nEHLO <bad>\r\n",    ""            },
        {"EHLO <bad>\r\nHELO good.example\r\n", "good.example"},
        {"NOOP\r\n",                            ""            },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        start(true);
        say(names[i].hello, "250");
        say("MAIL FROM:<a@b.example>\r\n", "250 2.1.0 ");
        say("RCPT TO:<c@d.example>\r\nDATA\r\n.\r\n", "250 2.1.5 ");
        assert_int_equal(fake_spool.committed, 1);
        assert_string_equal(fake_spool.letter.origin.helo, names[i].helo);
    }
}

/* The order of the other commands stays, and so does who may relay. */
static void nothing_else_is_given_up(void **state)
{
    (void)state;
    start(true);
    say("RCPT TO:<c@d.example>\r\n", "503 5.5.1 MAIL");
    say("DATA\r\n", "503 5.5.1 MAIL");
    say("MAIL FROM:<a@b.example>\r\n", "250 2.1.0 ");
    say("DATA\r\n", "503 5.5.1 RCPT");
    start(false);
    say("MAIL FROM:<a@b.example>\r\n", "250 2.1.0 ");
    say("RCPT TO:<c@d.example>\r\n", "550 5.7.1 ");
}

/* ---- AUTH --------------------------------------------------------------------------------- */

/* Longer than an answer, which stands in the same place. */
#define SECRET      "AGFsaWNlAHNlc2FtZXNlc2FtZXNlc2FtZXNlc2FtZXNlc2FtZQ=="
#define SECRETS_END "c2FtZQ=="

/* Neither in the session nor in the log. */
static void expect_no_secret(void)
{
    char line[300];
    uint32_t lost;

    for (size_t i = 0; i + 8 <= sizeof session; i++)
        assert_memory_not_equal((const uint8_t *)&session + i, SECRETS_END, 8);
    while (log_read(line, sizeof line, &lost) > 0)
        assert_null(strstr(line, SECRETS_END));
}

static void any_login(void **state)
{
    static const struct {
        const char *lines[4], *answers[4];
    } dialogues[] = {
        {{"AUTH PLAIN " SECRET "\r\n"},                      {"235 2.7.0 "}                        },
        {{"auth plain\r\n", SECRET "\r\n"},                  {"334 \r\n", "235 2.7.0 "}            },
        {{"AUTH PLAIN  \r\n", "\r\n"},                       {"334 \r\n", "235 2.7.0 "}            },
        {{"AUTH LOGIN\r\n", SECRET "\r\n", SECRET "\r\n"},
         {"334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n", "235 2.7.0 "}                            },
        {{"AUTH LOGIN " SECRET "\r\n", SECRET "\r\n"},
         {"334 UGFzc3dvcmQ6\r\n", "235 2.7.0 "}                                                    },
        {{"AUTH LOGIN =\r\n", SECRET "\r\n"},                {"334 UGFzc3dvcmQ6\r\n", "235 2.7.0 "}},
 /* no Base64: who gets it wrong was let in by the servers that the device knew */
        {{"AUTH LOGIN\r\n", "alice\r\n", "open sesame\r\n"},
         {"334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n", "235 2.7.0 "}                            },
        {{"AUTH LOGIN\r\n", "QUIT\r\n", "DATA\r\n"},
         {"334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n", "235 2.7.0 "}                            },
 /* not this way */
        {{"AUTH LOGIN\r\n", "*\r\n", "NOOP\r\n"},
         {"334 VXNlcm5hbWU6\r\n", "501 5.7.0 ", "250 2.0.0 "}                                      },
        {{"AUTH LOGIN " SECRET "\r\n", "*\r\n", "NOOP\r\n"},
         {"334 UGFzc3dvcmQ6\r\n", "501 5.7.0 ", "250 2.0.0 "}                                      },
        {{"AUTH PLAIN\r\n", SECRET "\r\r\n", "NOOP\r\n"},
         {"334 \r\n", "500 5.5.2 ", "250 2.0.0 "}                                                  },
        {{"AUTH\r\n", "NOOP\r\n"},                           {"504 5.5.4 ", "250 2.0.0 "}          },
        {{"AUTH CRAM-MD5\r\n"},                              {"504 5.5.4 "}                        },
        {{"AUTH PLAINER " SECRET "\r\n"},                    {"504 5.5.4 "}                        },
        {{"MAIL FROM:<>\r\n", "AUTH PLAIN " SECRET "\r\n"},  {"250 2.1.0 ", "503 5.5.1 "}          },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(dialogues); i++) {
        start(true);
        say("EHLO c.example\r\n", "250-");
        assert_non_null(
            strstr((char *)peer.sent,
                   "\r\n250-AUTH PLAIN LOGIN\r\n250-AUTH=PLAIN LOGIN\r\n250 SIZE "));
        for (unsigned n = 0; n < 4 && dialogues[i].lines[n] != NULL; n++) {
            say(dialogues[i].lines[n], dialogues[i].answers[n]);
            expect_no_secret();
        }
        say("RSET\r\nMAIL FROM:<a@b.example> AUTH=<> SIZE=1\r\n", "250 2.0.0 ");
        say("RCPT TO:<c@d.example>\r\nDATA\r\n.\r\n", "250 2.1.5 ");
        assert_int_equal(fake_spool.committed, 1);
    }
}

/* A long line, be it no login, is none; nor does one that breaks off leave anything behind. */
static void login_limits(void **state)
{
    char line[COMMAND_LINE_MAX + 8];

    (void)state;
    for (size_t length = 510; length <= 511; length++) {
        memset(line, 'A', length);
        strcpy(line + length, "\r\n");
        start(true);
        say("EHLO c\r\nAUTH PLAIN\r\n", "250-");
        say(line, length > 510 ? "500 5.5.2 " : "235 2.7.0 ");
        say("NOOP\r\n", "250 2.0.0 ");
    }
    start(true);
    say("EHLO c\r\nAUTH PLAIN\r\n", "250-");
    say(SECRET, "");
    session_end(&session, ANSWER_TIMEOUT);
    expect_no_secret();
    start(true);
    for (unsigned i = 0; i < SESSION_IDLE_MAX; i++)
        say("AUTH PLAIN " SECRET "\r\n", "235 ");
    say("AUTH PLAIN " SECRET "\r\n", "421 4.7.0 ");
    assert_false(going);
}

/* A login does not open the relay. */
static void login_from_outside(void **state)
{
    (void)state;
    start(false);
    say("EHLO c\r\n", "250-");
    say("AUTH PLAIN " SECRET "\r\n", "535 5.7.8 ");
    say("AUTH LOGIN\r\n", "535 5.7.8 ");
    say("MAIL FROM:<a@b.example>\r\n", "250 2.1.0 ");
    say("RCPT TO:<c@d.example>\r\n", "550 5.7.1 ");
    expect_no_secret();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lf_ends_commands),
        cmocka_unit_test(lf_becomes_crlf),
        cmocka_unit_test(other_faults_stay),
        cmocka_unit_test(any_name),
        cmocka_unit_test(nothing_else_is_given_up),
        cmocka_unit_test(any_login),
        cmocka_unit_test(login_limits),
        cmocka_unit_test(login_from_outside),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
