/* SPDX-License-Identifier: MIT */
/* sources: firmware/intake/session.c firmware/intake/commands.c firmware/intake/answers.c
 * firmware/intake/origin.c firmware/intake/quota.c firmware/mail/address.c firmware/mail/command.c
 * firmware/mail/dots.c firmware/mail/headers.c firmware/mail/letter.c firmware/base/ip_text.c firmware/base/crc32.c firmware/base/cursor.c
 * firmware/base/text.c firmware/base/words.c firmware/base/log.c firmware/stream/stream.c
 * firmware/stream/stream_memory.c tests/unit/fake_spool.c */
/* test_session.c: the SMTP server's conversation, over memory and a stand-in for the spool. */
#include "fake_spool.h"

#include "intake/quota.h"
#include "intake/session.h"
#include "stream/stream_memory.h"
#include "mail/connector.h"
#include "base/bytes.h"
#include "base/log.h"
#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEXT_OF_(macro) #macro
#define TEXT_OF(macro)  TEXT_OF_(macro)

#define HELLO    "EHLO client.example\r\n"
#define ENVELOPE "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n"
#define TEXT     "Subject: x\r\n\r\nhello\r\n"

static struct stream_memory peer;
static struct session session;
static struct intake_counts counts;
static struct clock now;
static bool going;

/* barred@b.example, and a great letter, may use none; nowhere.example has none; other.example has the second. */
uint8_t connectors_for_letter(struct cursor sender, uint32_t size)
{
    return size > 100000 || cursor_is_word(&sender, "barred@b.example") ? 0 : 3;
}

/* The second takes little. */
uint32_t connectors_size_max(uint8_t set)
{
    return (set & 2) != 0 ? 1000 : UINT32_MAX;
}

uint8_t connector_for(struct cursor domain, uint8_t allowed)
{
    if (allowed == 0 || cursor_is_word(&domain, "nowhere.example"))
        return CONNECTOR_NONE;
    return cursor_is_word(&domain, "other.example") ? 1 : 0;
}

static void run(void)
{
    if (going)
        going = session_run(&session, &now);
}

/* Connected, not greeted yet. */
static void connect_client(bool allowed)
{
    fake_spool_reset();
    memset(&counts, 0, sizeof counts);
    log_init();
    now = (struct clock){.uptime_ms = 1000, .wall_s = 1800000000};
    stream_memory_open(&peer);
    session_start(&session, &peer.stream, "192.0.2.7", allowed, &counts, &now);
    going = true;
    run();
    assert_int_equal(peer.sent_length, 0);
}

static void expect_sent(const char *expected)
{
    char *sent = (char *)peer.sent;

    sent[peer.sent_length] = '\0';
    assert_string_equal(sent, expected);
    peer.sent_length = 0;
}

static void start(bool allowed)
{
    connect_client(allowed);
    now.uptime_ms += CONFIG_INTAKE_GREETING_MS - 1;
    run();
    assert_int_equal(peer.sent_length, 0);
    now.uptime_ms++;
    run();
    expect_sent("220 " CONFIG_HOST_NAME " ESMTP flashpost\r\n");
}

static void feed(const char *bytes, size_t size)
{
    stream_memory_feed(&peer, bytes, size);
    run();
}

/* Sends a line or more; the answers must begin so. Answers of many lines: their last one. */
static void say(const char *lines, const char *answer)
{
    peer.sent_length = 0;
    feed(lines, strlen(lines));
    peer.sent[peer.sent_length] = '\0';
    if (strncmp((char *)peer.sent, answer, strlen(answer)) != 0)
        fail_msg("%.60s... was answered %s, not %s", lines, (char *)peer.sent, answer);
    if (answer[0] == '\0')
        assert_int_equal(peer.sent_length, 0);
    if (going && !fake_spool.erasing && peer.window > 3)
        assert_int_equal(peer.unflushed, 0); /* a client that waits has all answers */
}

static void start_letter(void)
{
    start(true);
    say(HELLO, "250-");
    say("MAIL FROM:<a@b.example>\r\n", "250 2.1.0 ");
    say("RCPT TO:<c@d.example>\r\n", "250 2.1.5 ");
}

static void start_text(void)
{
    start_letter();
    say("DATA\r\n", "354 ");
}

static void expect_nothing_kept(void)
{
    assert_int_equal(fake_spool.committed, 0);
    assert_int_equal(fake_spool.open, 0);
}

/* ---- The good cases ----------------------------------------------------------------------- */

static void whole_letter(void **state)
{
    (void)state;
    start(true);
    say(HELLO,
        "250-" CONFIG_HOST_NAME
        "\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-DSN\r\n250 "
        "SIZE " TEXT_OF(CONFIG_INTAKE_SIZE_MAX) "\r\n");
    say("MAIL FROM:<a@b.example> SIZE=100 BODY=8BITMIME\r\n", "250 2.1.0 Sender ok\r\n");
    assert_int_equal(fake_spool.open, 1);
    say("RCPT TO:<c@d.example>\r\n", "250 2.1.5 Recipient ok\r\n");
    say("RCPT TO:<e@other.example>\r\n", "250 2.1.5 Recipient ok\r\n");
    say("DATA\r\n", "354 ");
    say("Subject: x\r\n\r\n..dot\r\n.\r\n", "250 2.0.0 Ok, kept as 17\r\n");
    assert_int_equal(fake_spool.committed, 1);
    assert_int_equal(fake_spool.open, 0);
    assert_int_equal(fake_spool.aborted, 0);
    assert_string_equal(fake_spool.letter.text, "Subject: x\r\n\r\n.dot\r\n");
    assert_string_equal(fake_spool.letter.sender, "a@b.example");
    assert_int_equal(fake_spool.letter.recipients, 2);
    assert_string_equal(fake_spool.letter.recipient[0], "c@d.example");
    assert_string_equal(fake_spool.letter.recipient[1], "e@other.example");
    assert_int_equal(fake_spool.letter.connector[0], 0);
    assert_int_equal(fake_spool.letter.connector[1], 1);
    assert_int_equal(fake_spool.letter.class_, SPOOL_FROM_LAN);
    assert_int_equal(fake_spool.letter.size_declared, 100);
    assert_int_equal(fake_spool.letter.origin.source, LETTER_FROM_SMTP);
    assert_int_equal(fake_spool.letter.origin.flags, LETTER_8BIT | LETTER_ESMTP);
    assert_int_equal(fake_spool.letter.origin.wall_s, 1800000000);
    assert_string_equal(fake_spool.letter.origin.helo, "client.example");
    assert_string_equal(fake_spool.letter.origin.address, "192.0.2.7");
    assert_true(going);
    say("QUIT\r\n", "221 2.0.0 ");
    assert_false(going);
    assert_true(peer.closed);
    assert_int_equal(counts.letters, 1);
    assert_int_equal(counts.sessions, 1);
}

static void helo_and_null_sender(void **state)
{
    (void)state;
    start(true);
    say("helo [192.0.2.7]\r\n", "250 " CONFIG_HOST_NAME "\r\n");
    say("mail from:<>\r\n", "250 2.1.0 ");
    say("rcpt to:<c@d.example>\r\n", "250 2.1.5 ");
    say("data\r\n", "354 ");
    say(".\r\n", "250 2.0.0 Ok, kept as 17\r\n");
    assert_string_equal(fake_spool.letter.sender, "");
    assert_int_equal(fake_spool.letter.origin.flags, 0);
    assert_int_equal(fake_spool.letter.text_size, 0);
}

#define DSN_ENVELOPE                                                                       \
    "MAIL FROM:<a@b.example> RET=HDRS SIZE=9 ENVID=a+20b\r\n"                              \
    "RCPT TO:<c@nowhere.example> NOTIFY=NEVER\r\n"                                         \
    "RCPT TO:<c@d.example> ORCPT=rfc822;C@d.example NOTIFY=DELAY\r\n"                      \
    "RCPT TO:<e@d.example> NOTIFY=SUCCESS,NEVER\r\n"                                       \
    "RCPT TO:<f@d.example>\r\n"                                                            \
    "RCPT TO:<g@other.example> NOTIFY=NEVER\r\nDATA\r\n" TEXT ".\r\n"

#define DSN_PARAMETERS                                                                     \
    " RET=HDRS of -1 ENVID=a+20b of -1 NOTIFY=DELAY of 0 ORCPT=rfc822;C@d.example of 0"    \
    " NOTIFY=NEVER of 2"

/* What RFC 3461 adds stands behind whom it belongs to; what was refused leaves nothing. */
static void dsn_parameters(void **state)
{
    (void)state;
    for (int tires = 0; tires <= 1; tires++) {
        start(true);
        fake_spool.tires = tires != 0;
        feed(HELLO DSN_ENVELOPE, strlen(HELLO DSN_ENVELOPE));
        for (unsigned i = 0; i < 100; i++)
            run();
        assert_int_equal(fake_spool.committed, 1);
        assert_int_equal(fake_spool.letter.recipients, 3);
        assert_string_equal(fake_spool.letter.parameters, DSN_PARAMETERS);
    }
    start(false);
    say(HELLO, "250-");
    say("MAIL FROM:<a@b.example> RET=FULL ENVID=x\r\n", "250 2.1.0 ");
    say("RCPT TO:<c@d.example> NOTIFY=NEVER\r\n", "550 5.7.1 ");
    expect_nothing_kept();
}

static void dsn_refused(void **state)
{
    (void)state;
    start(true);
    say(HELLO, "250-");
    say("MAIL FROM:<a@b.example> RET=SOME\r\n", "501 5.5.4 ");
    say("MAIL FROM:<a@b.example> NOTIFY=NEVER\r\n", "555 5.5.4 ");
    say("MAIL FROM:<a@b.example> RET=FULL RET=FULL\r\n", "501 5.5.4 ");
    expect_nothing_kept();
    fake_spool.parameter = SPOOL_FULL;
    say("MAIL FROM:<a@b.example> RET=FULL\r\n", "452 4.3.1 ");
    expect_nothing_kept();
    say("MAIL FROM:<a@b.example>\r\n", "250 2.1.0 ");
    say("RCPT TO:<c@d.example> ORCPT=c@d.example\r\n", "501 5.5.4 ");
    say("RCPT TO:<c@d.example> RET=FULL\r\n", "555 5.5.4 ");
    say("RCPT TO:<c@d.example> NOTIFY=DELAY\r\n", "452 4.3.1 ");
    say("DATA\r\n", "503 5.5.1 ");
}

/* Two letters and everything between, as one segment, as single octets, and cut anywhere. */
static const char two_letters[] = HELLO ENVELOPE
    "DATA\r\n" TEXT ".\r\nNOOP\r\nMAIL FROM:<x@y.example>\r\n"
    "RSET\r\nMAIL FROM:<>\r\nRCPT TO:<z@other.example>\r\nDATA\r\n.\r\n..\r\nend\r\n.\r\n"
    "QUIT\r\n";

static void check_two_letters(char *answers)
{
    static const char *const expected[] = {
        "250-" CONFIG_HOST_NAME,
        "250-PIPELINING",
        "250-8BITMIME",
        "250-ENHANCEDSTATUSCODES",
        "250-DSN",
        "250 SIZE " TEXT_OF(CONFIG_INTAKE_SIZE_MAX),
        "250 2.1.0 Sender ok",
        "250 2.1.5 Recipient ok",
        "354 End the text with CRLF.CRLF",
        "250 2.0.0 Ok, kept as 17",
        "250 2.0.0 Ok",
        "250 2.1.0 Sender ok",
        "250 2.0.0 Ok",
        "250 2.1.0 Sender ok",
        "250 2.1.5 Recipient ok",
        "354 End the text with CRLF.CRLF",
        "250 2.0.0 Ok, kept as 18",
        "500 5.5.2 No such command: see HELP",
        "500 5.5.2 No such command: see HELP",
        "500 5.5.2 No such command: see HELP",
        "221 2.0.0 " CONFIG_HOST_NAME " closing",
    };
    char *rest = answers;

    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        char *end = strstr(rest, "\r\n");

        assert_non_null(end);
        *end = '\0';
        assert_string_equal(rest, expected[i]);
        rest = end + 2;
    }
    assert_string_equal(rest, "");
    assert_int_equal(fake_spool.committed, 2);
    assert_int_equal(fake_spool.letter.text_size, 0);
    assert_false(going);
}

static void two_letters_cut(void **state)
{
    size_t size = sizeof two_letters - 1;

    (void)state;
    for (size_t cut = 0; cut <= size; cut++) {
        start(true);
        feed(two_letters, cut);
        feed(two_letters + cut, size - cut);
        peer.sent[peer.sent_length] = '\0';
        check_two_letters((char *)peer.sent);
    }
    start(true);
    for (size_t i = 0; i < size; i++)
        feed(two_letters + i, 1);
    peer.sent[peer.sent_length] = '\0';
    check_two_letters((char *)peer.sent);
}

/* RFC 2920 section 3.2: the answers to a batch go out together, and 354 is never held back. */
static void answers_travel_together(void **state)
{
    (void)state;
    start(true);
    fake_spool.busy_for = 1;
    feed(HELLO ENVELOPE "DATA\r\n", strlen(HELLO ENVELOPE "DATA\r\n"));
    assert_int_equal(peer.sent_length, 0);
    fake_spool.busy_for = 0;
    run();
    assert_int_equal(peer.unflushed, 0);
    peer.sent[peer.sent_length] = '\0';
    assert_non_null(strstr((char *)peer.sent, "\r\n354 "));
    fake_spool.commit_busy = 1;
    say(TEXT ".\r\nNOOP\r\nRS", "");
    run();
    assert_int_equal(peer.unflushed, 0);
    peer.sent[peer.sent_length] = '\0';
    assert_string_equal((char *)peer.sent, "250 2.0.0 Ok, kept as 17\r\n250 2.0.0 Ok\r\n");
}

/* DATA that is refused: what the client sent behind it without asking is no letter. */
static void text_without_data(void **state)
{
    (void)state;
    start(true);
    say(HELLO, "250-");
    say("MAIL FROM:<a@b.example>\r\nRCPT TO:<a@nowhere.example>\r\nDATA\r\n", "250 2.1.0 ");
    assert_non_null(strstr((char *)peer.sent, "\r\n503 5.5.1 RCPT"));
    say("Subject: x\r\n\r\nhello\r\n.\r\n", "500 ");
    say("Received: x\r\n", "421 4.7.0 ");
    assert_false(going);
    expect_nothing_kept();
}

/* The peer takes one octet of an answer at a time. */
static void slow_reader(void **state)
{
    (void)state;
    start(true);
    peer.window = 1;
    feed(two_letters, sizeof two_letters - 1);
    for (unsigned i = 0; i < 2000 && going; i++)
        run();
    peer.sent[peer.sent_length] = '\0';
    check_two_letters((char *)peer.sent);
}

static void client_closes_after_all(void **state)
{
    (void)state;
    start(true);
    stream_memory_feed(&peer, two_letters, sizeof two_letters - 1);
    stream_memory_end(&peer);
    run();
    assert_int_equal(fake_spool.committed, 2);
    assert_false(going);
}

static void text_in_pieces(void **state)
{
    char line[1001];

    (void)state;
    memset(line, 'x', 998);
    memcpy(line + 998, "\r\n", 3);
    start_text();
    for (unsigned i = 0; i < 20; i++)
        say(line, "");
    say(".\r\n", "250 2.0.0 ");
    assert_int_equal(fake_spool.letter.text_size, 20000);
    assert_true(fake_spool.letter.text_piece_max <= 256);
}

static void simple_commands(void **state)
{
    static const struct {
        const char *line, *answer;
    } table[] = {
        {"NOOP\r\n",                           "250 2.0.0 "        },
        {"NOOP and more\r\n",                  "250 2.0.0 "        },
        {"RSET\r\n",                           "250 2.0.0 "        },
        {"RSET x\r\n",                         "501 5.5.4 "        },
        {"VRFY someone\r\n",                   "252 2.5.2 "        },
        {"HELP\r\n",                           "214 2.0.0 "        },
        {"HELP MAIL\r\n",                      "214 2.0.0 "        },
        {"EHLO\r\n",                           "501 5.5.4 "        },
        {"EHLO  \r\n",                         "501 5.5.4 "        },
        {"HELO\r\n",                           "501 5.5.4 "        },
        {"QUIT now\r\n",                       "501 5.5.4 "        },
        {"noop  \r\n",                         "250 2.0.0 "        },
        {"MAIL FROM:<a@b.example>\r\n",        "503 5.5.1 EHLO"    },
        {"RCPT TO:<a@b.example>\r\n",          "503 5.5.1 EHLO"    },
        {"DATA\r\n",                           "503 5.5.1 EHLO"    },
        {HELLO,                                "250-"              },
        {"RCPT TO:<a@b.example>\r\n",          "503 5.5.1 MAIL"    },
        {"DATA\r\n",                           "503 5.5.1 MAIL"    },
        {"MAIL\r\n",                           "501 5.5.4 "        },
        {"MAIL FROM:a@b.example\r\n",          "501 5.1.7 "        },
        {"MAIL FROM:<a@b.example> FOO=1\r\n",  "555 5.5.4 "        },
        {"MAIL FROM:<a@b.example> SIZE=x\r\n", "501 5.5.4 "        },
        {"MAIL FROM:<a@b.example>\r\n",        "250 2.1.0 "        },
        {"MAIL FROM:<a@b.example>\r\n",        "503 5.5.1 MAIL was"},
        {"DATA\r\n",                           "503 5.5.1 RCPT"    },
        {"RCPT TO:<>\r\n",                     "501 5.1.3 "        },
        {"RCPT TO:<@>\r\n",                    "501 5.1.3 "        },
        {"RCPT TO:<a@b.example> SIZE=1\r\n",   "555 5.5.4 "        },
        {"RCPT TO:<a@nowhere.example>\r\n",    "550 5.4.4 "        },
        {"DATA\r\n",                           "503 5.5.1 RCPT"    },
        {"RCPT TO:<a@b.example>\r\n",          "250 2.1.5 "        },
        {"DATA x\r\n",                         "501 5.5.4 "        },
        {HELLO,                                "250-"              }, /* forgets the letter */
        {"DATA\r\n",                           "503 5.5.1 MAIL"    },
        {"MAIL FROM:<barred@b.example>\r\n",   "250 2.1.0 "        },
        {"RCPT TO:<a@b.example>\r\n",          "550 5.4.4 "        },
        {HELLO,                                "250-"              },
        {"MAIL FROM:<a@b.example>\r\n",        "250 2.1.0 "        },
        {"RCPT TO:<a@b.example>\r\n",          "250 2.1.5 "        },
        {HELLO,                                "250-"              },
    };

    (void)state;
    start(true);
    for (size_t i = 0; i < COUNT_OF(table); i++)
        say(table[i].line, table[i].answer);
    expect_nothing_kept();
    assert_int_equal(counts.refused_other, 2);
}

/* Known at MAIL, another connector is looked for; else it shows in the text. */
static void a_connectors_size(void **state)
{
    char line[78];

    (void)state;
    memset(line, 'x', sizeof line);
    memcpy(line + sizeof line - 3, "\r\n", 3);
    start(true);
    say(HELLO, "250-");
    say("MAIL FROM:<a@b.example> SIZE=100001\r\n", "250 ");
    say("RCPT TO:<c@d.example>\r\n", "550 5.4.4 ");
    for (unsigned lines = 12; lines < 15; lines++) { /* of 77 octets: 1,001 are 13 */
        say("RSET\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@other.example>\r\nDATA\r\n",
            "250 ");
        for (unsigned i = 0; i < lines; i++)
            say(line, "");
        say(".\r\n", lines < 13 ? "250 " : "552 5.3.4 ");
    }
    assert_int_equal(fake_spool.committed, 1);
}

static void postmaster(void **state)
{
    static const char *const names[] = {"PostMaster", ("postmaster@" CONFIG_HOST_NAME),
                                        "POSTMASTER@FlashPost.EXAMPLE"};
    bool admin = CONFIG_ADMIN_ADDRESS[0] != '\0';
    char line[100];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        start(true);
        say(HELLO "MAIL FROM:<>\r\n", "250-");
        (void)snprintf(line, sizeof line, "RCPT TO:<%s>\r\n", names[i]);
        say(line, admin || i > 0 ? "250 2.1.5 " : "550 5.1.1 ");
        if (!admin && i == 0)
            continue;
        say("DATA\r\n.\r\n", "354 ");
        assert_string_equal(fake_spool.letter.recipient[0],
                            admin ? CONFIG_ADMIN_ADDRESS : names[i]);
    }
    start(true);
    say(HELLO "MAIL FROM:<>\r\n", "250-");
    say("RCPT TO:<postmaster@d.example>\r\nDATA\r\n.\r\n", "250 2.1.5 ");
    assert_string_equal(fake_spool.letter.recipient[0], "postmaster@d.example");
}

/* ---- Who may relay ------------------------------------------------------------------------ */

static const char *const relay_tricks[] = {
    "c@d.example",
    "postmaster",
    "c%d.example@" CONFIG_HOST_NAME,
    "d.example!c@" CONFIG_HOST_NAME,
    "@" CONFIG_HOST_NAME ":c@d.example",
    "@a.example,@" CONFIG_HOST_NAME ":c@d.example",
    "\"c@d.example\"@" CONFIG_HOST_NAME,
    "\"c%d.example\"@" CONFIG_HOST_NAME,
    "c@[127.0.0.1]",
};

static void outsiders(void **state)
{
    char line[128];

    (void)state;
    start(false);
    say(HELLO, "250-");
    say("MAIL FROM:<root@" CONFIG_HOST_NAME ">\r\n", "250 2.1.0 ");
    for (size_t i = 0; i < COUNT_OF(relay_tricks); i++) {
        (void)snprintf(line, sizeof line, "RCPT TO:<%s>\r\n", relay_tricks[i]);
        say(line, "550 5.7.1 ");
    }
    say("DATA\r\n", "503 5.5.1 ");
    assert_int_equal(counts.refused_relay, COUNT_OF(relay_tricks));
    expect_nothing_kept();
    assert_int_equal(fake_spool.aborted, 0);
}

/* An insider's mailbox goes where its domain says; a source route is dropped. */
static void insiders(void **state)
{
    static const struct {
        const char *path, *mailbox;
    } table[] = {
        {"@x.example,@y.example:c@other.example", "c@other.example"                    },
        {"c%nowhere.example@other.example",       "c%nowhere.example@other.example"    },
        {"nowhere.example!c@other.example",       "nowhere.example!c@other.example"    },
        {"\"c@nowhere.example\"@other.example",   "\"c@nowhere.example\"@other.example"},
    };
    char line[128];

    (void)state;
    start(true);
    say(HELLO, "250-");
    say("MAIL FROM:<a@b.example>\r\n", "250 ");
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        (void)snprintf(line, sizeof line, "RCPT TO:<%s>\r\n", table[i].path);
        say(line, "250 2.1.5 ");
    }
    say("DATA\r\n", "354 ");
    say(".\r\n", "250 ");
    assert_int_equal(fake_spool.letter.recipients, COUNT_OF(table));
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        assert_string_equal(fake_spool.letter.recipient[i], table[i].mailbox);
        assert_int_equal(fake_spool.letter.connector[i], 1);
    }
}

/* ---- Lines and text that are malformed ----------------------------------------------------- */

static void command_endings(void **state)
{
    static const struct {
        const char *name, *bytes;
        size_t size;
        const char *answer;
        bool ends;
    } table[] = {
#define BYTES(literal) literal, sizeof(literal) - 1
        {"bare LF",        BYTES("NOOP\n"),                              "554 5.5.2 ",   true },
        {"LF first",       BYTES("\nNOOP\r\n"),                          "554 5.5.2 ",   true },
        {"LF CR",          BYTES("NOOP\n\r"),                            "554 5.5.2 ",   true },
        {"bare CR",        BYTES("NOOP\rNOOP\r\n"),                      "500 5.5.2 CR", false},
        {"CR CR LF",       BYTES("NOOP\r\r\n"),                          "500 5.5.2 CR", false},
        {"NUL",            BYTES("NO\0OP\r\n"),                          "500 5.5.2 CR", false},
        {"NUL at the end", BYTES("NOOP\0\r\n"),                          "500 5.5.2 CR", false},
        {"smuggled",       BYTES("NOOP x\nMAIL FROM:<a@b.example>\r\n"), "554 5.5.2 ",   true },
        {"empty line",     BYTES("\r\n"),                                "500 5.5.2 No", false},
        {"no CRLF",        BYTES("NOOP"),                                "",             false},
        {"CR alone",       BYTES("NOOP\r"),                              "",             false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        start(true);
        feed(table[i].bytes, table[i].size);
        peer.sent[peer.sent_length] = '\0';
        if (strncmp((char *)peer.sent, table[i].answer, strlen(table[i].answer)) != 0 ||
            (table[i].answer[0] == '\0') != (peer.sent_length == 0))
            fail_msg("%s: %s", table[i].name, (char *)peer.sent);
        assert_true(going != table[i].ends);
        expect_nothing_kept();
    }
}

/* A line of `size` octets with its CRLF. */
static void say_line(const char *begin, char fill, size_t size, const char *answer)
{
    static char line[8192];

    memset(line, fill, size);
    memcpy(line, begin, strlen(begin));
    memcpy(line + size - 2, "\r\n", 3);
    while (strlen(line) > sizeof peer.fed) /* in more than one piece */
        fail_msg("too long for stream_memory");
    say(line, answer);
}

static void command_length(void **state)
{
    char path[400];

    (void)state;
    start(true);
    say_line("NOOP ", 'x', 511, "250 2.0.0 ");
    say_line("NOOP ", 'x', 512, "250 2.0.0 ");
    say_line("NOOP ", 'x', 513, "500 5.5.2 Command line");
    say_line("NOOP ", 'x', 4000, "500 5.5.2 Command line");
    say("NOOP\r\n", "250 2.0.0 ");
    say(HELLO, "250-");
    /* The rest of a line that is blank may be cut off, anything else not. */
    say_line("MAIL FROM:<a@b.example>", ' ', 512, "250 2.1.0 ");
    say_line("RCPT TO:<c@d.example> ", 'x', 512, "501 5.5.4 ");
    say_line("RCPT TO:<c@d.example> ", 'x', SESSION_LINE_KEPT, "555 5.5.4 ");
    /* The longest mailbox: 64 + 1 + 255. */
    memset(path, 'a', sizeof path);
    memcpy(path, "RCPT TO:<", 9);
    path[9 + 64] = '@';
    for (size_t i = 9 + 65 + 63; i < 9 + 65 + 255; i += 64)
        path[i] = '.';
    memcpy(path + 9 + 65 + 255, ">\r\n", 4);
    say(path, "250 2.1.5 ");
    say("DATA\r\n", "354 ");
    say(".\r\n", "250 ");
    assert_int_equal(strlen(fake_spool.letter.recipient[0]), 320);
}

/* Each length at its limit, one under it and one over (RFC 5321 section 4.5.3.1). */
static void address_lengths(void **state)
{
    static const struct {
        size_t local, domain;
        const char *answer;
    } table[] = {
        {63, 20,  "250 2.1.5 "},
        {64, 20,  "250 2.1.5 "},
        {65, 20,  "501 5.1.3 "},
        {1,  254, "250 2.1.5 "},
        {1,  255, "250 2.1.5 "},
        {1,  256, "501 5.1.3 "},
        {64, 255, "250 2.1.5 "},
        {64, 256, "501 5.1.3 "},
        {65, 255, "501 5.1.3 "},
    };
    char line[400] = "RCPT TO:<";

    (void)state;
    start(true);
    say(HELLO, "250-");
    say("MAIL FROM:<>\r\n", "250 ");
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        char *domain = line + 9 + table[i].local + 1;

        memset(line + 9, 'a', sizeof line - 9);
        domain[-1] = '@';
        for (size_t dot = 63; dot < table[i].domain - 1; dot += 64)
            domain[dot] = '.';
        memcpy(domain + table[i].domain, ">\r\n", 4);
        say(line, table[i].answer);
    }
}

static void endless_line(void **state)
{
    static char noise[4096];

    (void)state;
    memset(noise, 'x', sizeof noise);
    start(true);
    for (unsigned i = 0; i < 16; i++) { /* as many as 16 bits can count, and one more */
        feed(noise, sizeof noise);
        assert_int_equal(peer.sent_length, 0);
    }
    say("\r\n", "500 5.5.2 Command line");
    say("NOOP\r\n", "250 ");
}

static void long_helo_is_cut(void **state)
{
    char line[300] = "EHLO ";

    (void)state;
    for (unsigned i = 0; i < 60; i++)
        strcat(line, "abc.");
    strcat(line, "example\r\n");
    start(true);
    say(line, "250-");
    say(ENVELOPE "DATA\r\n.\r\n", "250 ");
    assert_int_equal(strlen(fake_spool.letter.origin.helo), 64);
}

static void text_endings(void **state)
{
    static const struct {
        const char *name, *bytes;
        size_t size;
        const char *answer;
    } table[] = {
        {"bare LF",        BYTES("a\nb\r\n.\r\n"),          "554 5.6.0 Bare"},
        {"LF . CRLF",      BYTES("a\n.\r\nb\r\n.\r\n"),     "554 5.6.0 Bare"},
        {"LF . LF",        BYTES("a\n.\nb\r\n.\r\n"),       "554 5.6.0 Bare"},
        {"CRLF . LF",      BYTES("a\r\n.\nb\r\n.\r\n"),     "554 5.6.0 Bare"},
        {"CR . CR",        BYTES("a\r.\rb\r\n.\r\n"),       "554 5.6.0 Bare"},
        {"CRLF . CR",      BYTES("a\r\n.\rb\r\n.\r\n"),     "554 5.6.0 Bare"},
        {"CR . CRLF",      BYTES("a\r.\r\nb\r\n.\r\n"),     "554 5.6.0 Bare"},
        {"CR CRLF",        BYTES("a\r\r\n.\r\n"),           "554 5.6.0 Bare"},
        {"CRLF CR . CRLF", BYTES("a\r\n\r.\r\nb\r\n.\r\n"), "554 5.6.0 Bare"},
        {"NUL",            BYTES("a\0b\r\n.\r\n"),          "554 5.6.0 Bare"},
        {"no end",         BYTES("a\r\n.\r"),               ""              },
        {"dot in a line",  BYTES("a.\r\n"),                 ""              },
        {"good",           BYTES("a\r\n.\r\n"),             "250 2.0.0 "    },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        bool good = table[i].answer[0] == '2';

        start_text();
        peer.sent_length = 0;
        feed(table[i].bytes, table[i].size);
        peer.sent[peer.sent_length] = '\0';
        if (strncmp((char *)peer.sent, table[i].answer, strlen(table[i].answer)) != 0 ||
            (table[i].answer[0] == '\0') != (peer.sent_length == 0))
            fail_msg("%s: %s", table[i].name, (char *)peer.sent);
        assert_int_equal(fake_spool.committed, good ? 1 : 0);
        if (peer.sent_length > 0) {
            /* Exactly one answer, and the next command is read as one. */
            assert_ptr_equal(strstr((char *)peer.sent, "\r\n"),
                             peer.sent + peer.sent_length - 2);
            assert_int_equal(fake_spool.open, 0);
            say("NOOP\r\n", "250 2.0.0 Ok\r\n");
            assert_int_equal(counts.refused_other, good ? 0 : 1);
        }
    }
}

static void text_line_length(void **state)
{
    char line[1010];

    (void)state;
    for (size_t length = 997; length <= 999; length++) {
        memset(line, 'x', length);
        memcpy(line + length, "\r\n.\r\n", 6);
        start_text();
        say(line, length <= 998 ? "250 2.0.0 " : "554 5.6.0 Line");
        assert_int_equal(fake_spool.committed, length <= 998 ? 1 : 0);
    }
}

/* ---- Limits -------------------------------------------------------------------------------- */

static void size_declared(void **state)
{
    char line[80];

    (void)state;
    start(true);
    say(HELLO, "250-");
    (void)snprintf(line, sizeof line, "MAIL FROM:<> SIZE=%lu\r\n",
                   (unsigned long)CONFIG_INTAKE_SIZE_MAX + 1);
    say(line, "552 5.3.4 ");
    say("MAIL FROM:<> SIZE=99999999999999999999\r\n", "552 5.3.4 ");
    (void)snprintf(line, sizeof line, "MAIL FROM:<> SIZE=%lu\r\n",
                   (unsigned long)CONFIG_INTAKE_SIZE_MAX);
    say(line, "250 ");
    say("RSET\r\n", "250 ");
    (void)snprintf(line, sizeof line, "MAIL FROM:<> SIZE=%lu\r\n",
                   (unsigned long)CONFIG_INTAKE_SIZE_MAX - 1);
    say(line, "250 ");
}

/* A text of exactly `size` octets; the stand-in need not hold it. */
static void send_text(size_t size, const char *answer)
{
    char line[513];

    start_text();
    memset(line, 'x', 512);
    memcpy(line + 510, "\r\n", 3);
    for (; size > 1024; size -= 512) {
        if (fake_spool.open > 0)
            session.text_size += 512; /* as if it had come */
    }
    for (; size > 512; size -= 256) {
        memcpy(line + 254, "\r\n", 3);
        say(line, "");
    }
    memset(line, 'x', 512);
    memcpy(line + size - 2, "\r\n", 3);
    say(line, "");
    say(".\r\n", answer);
}

static void size_of_text(void **state)
{
    (void)state;
    send_text(CONFIG_INTAKE_SIZE_MAX - 1, "250 2.0.0 ");
    send_text(CONFIG_INTAKE_SIZE_MAX, "250 2.0.0 ");
    send_text(CONFIG_INTAKE_SIZE_MAX + 1, "552 5.3.4 ");
    expect_nothing_kept();
    say(ENVELOPE "DATA\r\n", "250 ");
    say(".\r\n", "250 2.0.0 "); /* the next letter counts anew */
}

static void recipients(void **state)
{
    char line[64];

    (void)state;
    start(true);
    say(HELLO, "250-");
    say("MAIL FROM:<>\r\n", "250 ");
    for (unsigned i = 0; i < CONFIG_INTAKE_RECIPIENTS_MAX; i++) {
        (void)snprintf(line, sizeof line, "RCPT TO:<r%u@d.example>\r\n", i);
        say(line, "250 2.1.5 ");
    }
    for (unsigned i = 0; i < 200; i++)
        say("RCPT TO:<one.more@d.example>\r\n", "452 4.5.3 ");
    say("DATA\r\n", "354 ");
    say(".\r\n", "250 ");
    assert_int_equal(fake_spool.letter.recipients, CONFIG_INTAKE_RECIPIENTS_MAX);
    say("MAIL FROM:<>\r\n", "250 ");
    say("RCPT TO:<one.more@d.example>\r\n", "250 2.1.5 ");
}

static void hops(void **state)
{
    (void)state;
    for (unsigned extra = 0; extra <= 2; extra++) {
        start_text();
        for (unsigned i = 0; i < CONFIG_INTAKE_HOPS_MAX - 1 + extra; i++)
            say("Received: from x\r\n\tby y; now\r\n", "");
        say("\r\nReceived: in the body\r\n.\r\n", extra == 2 ? "554 5.4.6 " : "250 ");
        assert_int_equal(fake_spool.committed, extra == 2 ? 0 : 1);
    }
}

static void first_refusal_sticks(void **state)
{
    (void)state;
    start_text();
    for (unsigned i = 0; i <= CONFIG_INTAKE_HOPS_MAX; i++)
        say("Received: x\r\n", "");
    say("bare\nLF\r\n.\r\n", "554 5.4.6 ");
    assert_int_equal(counts.refused_other, 1);
}

static void junk(void **state)
{
    (void)state;
    start(true);
    for (unsigned i = 1; i < SESSION_JUNK_MAX; i++) {
        say("GET / HTTP/1.1\r\n", "500 5.5.2 ");
        say("NOOP\r\n", "250 ");
    }
    say("Host: x\r\n", "421 4.7.0 ");
    assert_false(going);
    assert_true(peer.closed);

    start(true); /* all at once */
    say("a\r\nb\r\nc\r\nd\r\ne\r\nf\r\n", "500 ");
    assert_non_null(strstr((char *)peer.sent, "421 4.7.0 "));
    assert_false(going);
}

static void idle_commands(void **state)
{
    (void)state;
    start_text();
    say(".\r\n", "250 ");
    for (unsigned i = 0; i < SESSION_IDLE_MAX; i++)
        say("NOOP\r\n", "250 ");
    say("RSET\r\n", "421 4.7.0 ");
    assert_false(going);
}

static void before_greeting(void **state)
{
    (void)state;
    connect_client(true);
    say(HELLO ENVELOPE "DATA\r\n.\r\n", "554 5.5.1 ");
    assert_false(going);
    assert_true(peer.closed);
    expect_nothing_kept();
}

/* ---- The spool ------------------------------------------------------------------------------ */

static void spool_full(void **state)
{
    (void)state;
    start(true);
    say(HELLO, "250-");
    fake_spool.begin = SPOOL_FULL;
    say("MAIL FROM:<>\r\n", "452 4.3.1 ");
    say("RCPT TO:<c@d.example>\r\n", "503 5.5.1 MAIL");
    fake_spool.begin = SPOOL_FAILED;
    say("MAIL FROM:<>\r\n", "451 4.3.0 ");
    fake_spool.begin = SPOOL_OK;
    fake_spool.field = SPOOL_FULL;
    say("MAIL FROM:<>\r\n", "452 4.3.1 ");
    assert_int_equal(fake_spool.open, 0);
    fake_spool.field = SPOOL_OK;
    say("MAIL FROM:<>\r\n", "250 ");
    fake_spool.recipient = SPOOL_FULL;
    say("RCPT TO:<c@d.example>\r\n", "452 4.3.1 ");
    say("DATA\r\n", "503 5.5.1 RCPT");
    assert_int_equal(counts.refused_full, 3);
    assert_int_equal(counts.refused_other, 1);

    start_text();
    fake_spool.text_room = 10;
    say("12345678\r\n", "");
    say("1\r\n" TEXT, "");
    assert_int_equal(fake_spool.open, 0); /* its room is given back at once */
    say(".\r\n", "452 4.3.1 ");
    expect_nothing_kept();

    start_text();
    fake_spool.commit = SPOOL_FULL;
    say(TEXT ".\r\n", "452 4.3.1 ");
    expect_nothing_kept();
}

static void spool_failed(void **state)
{
    (void)state;
    start_text();
    fake_spool.text = SPOOL_FAILED;
    say(TEXT ".\r\n", "451 4.3.0 ");
    expect_nothing_kept();
    fake_spool.text = SPOOL_OK;
    say("RCPT TO:<c@d.example>\r\n", "503 5.5.1 MAIL");

    start_text();
    fake_spool.commit = SPOOL_FAILED;
    say(TEXT ".\r\n", "451 4.3.0 ");
    expect_nothing_kept();
    assert_int_equal(counts.letters, 0);
}

/* While an erase runs nothing is taken from the stream, and no call reaches the spool. */
static void spool_erasing(void **state)
{
    (void)state;
    start(true);
    say(HELLO, "250-");
    fake_spool.erasing = true;
    say("MAIL FROM:<>\r\n", "");
    fake_spool.erasing = false;
    run();
    expect_sent("250 2.1.0 Sender ok\r\n");
    say("RCPT TO:<c@d.example>\r\nDATA\r\n", "250 ");
    fake_spool.erasing = true;
    say(TEXT ".\r\n", "");
    assert_int_equal(peer.fed_length - peer.fed_taken, strlen(TEXT) + 3);
    fake_spool.erasing = false;
    fake_spool.commit_busy = 2;
    run();
    assert_int_equal(fake_spool.committed, 0);
    run();
    assert_int_equal(peer.sent_length, 0);
    run();
    expect_sent("250 2.0.0 Ok, kept as 17\r\n");
    assert_string_equal(fake_spool.letter.text, TEXT);
}

/* An erase becomes due after every single call: all goes on where it stopped. */
static void spool_tires(void **state)
{
    (void)state;
    start(true);
    fake_spool.tires = true;
    feed(two_letters, sizeof two_letters - 1);
    for (unsigned i = 0; i < 100 && going; i++)
        run();
    peer.sent[peer.sent_length] = '\0';
    check_two_letters((char *)peer.sent);
    assert_int_equal(fake_spool.aborted, 1); /* by RSET */
    assert_string_equal(fake_spool.letter.origin.helo, "client.example");
    assert_int_equal(counts.refused_other, 0);
}

/* The client goes while its letter is being committed: it is kept, and only once. */
static void gone_during_commit(void **state)
{
    (void)state;
    start_text();
    fake_spool.commit_busy = 1;
    stream_memory_feed(&peer, TEXT ".\r\n", strlen(TEXT) + 3);
    stream_memory_end(&peer);
    run();
    assert_true(going);
    run();
    assert_int_equal(fake_spool.committed, 1);
    assert_false(going);
}

/* ---- Quotas ---------------------------------------------------------------------------------- */

/* A time far off: the quotas begin anew, and so they do for the next test. */
static void renew_quotas(void)
{
    (void)quota_allows("", 0, &(struct clock){.uptime_ms = 0x80000000u});
}

/* A letter counts from its DATA on, ended or not. */
static void quota_of_letters(void **state)
{
    (void)state;
    renew_quotas();
    start_text();
    say(".\r\n", "250 ");
    (void)quota_count("192.0.2.7", CONFIG_INTAKE_QUOTA_LETTERS - 2, 0);
    start_text();
    stream_memory_break(&peer, STREAM_RESET);
    run();
    assert_false(going);

    start(true);
    say(HELLO, "250-");
    say("MAIL FROM:<a@b.example>\r\n", "452 4.7.0 ");
    assert_int_equal(counts.refused_full, 1);
    expect_nothing_kept();
    renew_quotas();
    say("MAIL FROM:<a@b.example>\r\n", "250 ");
}

static void quota_of_octets(void **state)
{
    (void)state;
    renew_quotas();
    start(true);
    say(HELLO, "250-");
    (void)quota_allows("192.0.2.7", 0, &now);
    (void)quota_count("192.0.2.7", 0, CONFIG_INTAKE_QUOTA_OCTETS - 1000);
    say("MAIL FROM:<a@b.example> SIZE=1001\r\n", "452 4.7.0 ");
    say("MAIL FROM:<a@b.example> SIZE=1000\r\n", "250 ");
    say("RCPT TO:<c@d.example>\r\n", "250 ");
    say("DATA\r\n", "354 ");
    for (unsigned i = 0; i < 10; i++)
        say("0123456789012345678901234567890123456789012345678901234567890123456789"
            "0123456789012345678901234567\r\n",
            "");
    assert_int_equal(fake_spool.open, 0); /* the envelope was counted, too */
    say(".\r\n", "452 4.7.0 ");
    expect_nothing_kept();
    renew_quotas();
}

/* ---- RSET, ends and time-outs ---------------------------------------------------------------- */

static const char *const steps[] = {
    HELLO,
    "MAIL FROM:<a@b.example>\r\n",
    "RCPT TO:<c@d.example>\r\n",
    "RCPT TO:<e@d.example>\r\n",
    "DATA\r\n",
    TEXT,
    "MORE\r\n.\r",
};

static void walk(size_t count)
{
    start(true);
    for (size_t i = 0; i < count; i++)
        feed(steps[i], strlen(steps[i]));
}

static void rset_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i <= 4; i++) {
        walk(i);
        say("RSET\r\n", "250 2.0.0 ");
        expect_nothing_kept();
        say(HELLO ENVELOPE "DATA\r\n.\r\n", "250");
        assert_int_equal(fake_spool.committed, 1);
        assert_int_equal(fake_spool.letter.recipients, 1);
    }
}

static void broken_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i <= COUNT_OF(steps); i++) {
        walk(i);
        stream_memory_break(&peer, STREAM_RESET);
        run();
        assert_false(going);
        assert_true(peer.closed);
        expect_nothing_kept();

        walk(i);
        stream_memory_end(&peer);
        run();
        assert_false(going);
        expect_nothing_kept();
    }
}

static void late_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i <= COUNT_OF(steps); i++) {
        uint32_t limit_s =
            i >= 5 ? CONFIG_INTAKE_DATA_TIMEOUT_S : CONFIG_INTAKE_COMMAND_TIMEOUT_S;

        walk(i);
        peer.sent_length = 0;
        now.uptime_ms += limit_s * 1000 - 1;
        run();
        assert_true(going);
        now.uptime_ms += 1;
        run();
        assert_false(going);
        assert_memory_equal(peer.sent, "421 4.4.2 ", 10);
        assert_true(peer.closed);
        expect_nothing_kept();
    }
}

/* Single octets do not put the end off; a fair rate does. */
static void least_rate(void **state)
{
    char block[513];

    (void)state;
    memset(block, 'x', sizeof block);
    memcpy(block + 510, "\r\n", 3);
    start_text();
    for (unsigned i = 0; i < 10; i++) {
        now.uptime_ms += CONFIG_INTAKE_DATA_TIMEOUT_S * 1000 - 1;
        say(block, "");
        assert_true(going);
    }
    for (unsigned i = 0; i < 10 && going; i++) {
        now.uptime_ms += CONFIG_INTAKE_DATA_TIMEOUT_S * 1000 / 5;
        feed("x", 1);
    }
    assert_false(going);
    expect_nothing_kept();
}

/* However busy a client is, its session has an end. */
static void longest_session(void **state)
{
    unsigned letters = CONFIG_INTAKE_SESSION_S / 100;

    (void)state;
    start(true);
    say(HELLO, "250-");
    for (unsigned i = 0; i < letters; i++) {
        say("MAIL FROM:<>\r\n", "250 ");
        say("RCPT TO:<c@d.example>\r\n", "250 ");
        say("DATA\r\n", "354 ");
        say(".\r\n", "250 ");
        if (i < letters - 1)
            now.uptime_ms += 100000;
    }
    say("MAIL FROM:<>\r\n", "250 ");
    now.uptime_ms = 1000 + CONFIG_INTAKE_SESSION_S * 1000 - 1;
    say("RCPT TO:<c@d.example>\r\n", "250 ");
    now.uptime_ms += 1;
    say("NOOP\r\n", "421 4.4.2 ");
    assert_false(going);
    assert_int_equal(fake_spool.committed, letters);
    assert_int_equal(fake_spool.open, 0);
}

static void ended_from_outside(void **state)
{
    (void)state;
    for (size_t i = 0; i <= COUNT_OF(steps); i++) {
        walk(i);
        peer.sent_length = 0;
        session_end(&session, ANSWER_SHUTDOWN);
        assert_memory_equal(peer.sent, "421 4.3.2 ", 10);
        assert_true(peer.closed);
        expect_nothing_kept();
    }
    start(true); /* in the middle of an answer nothing is put into it */
    peer.window = 3;
    say("NOOP\r\n", "250");
    session_end(&session, ANSWER_SHUTDOWN);
    assert_int_equal(peer.sent_length, 3);
}

static void idle_time(void **state)
{
    (void)state;
    start(true);
    now.uptime_ms += 1000;
    say("NOOP\r\n", "250 ");
    assert_int_equal(session_idle_ms(&session, &now), 4 * 1050);
    say(HELLO, "250-");
    assert_int_equal(session_idle_ms(&session, &now), 1050);
    say("MAIL FROM:<>\r\n", "250 ");
    assert_int_equal(session_idle_ms(&session, &now), 0);
    now.uptime_ms += 1000; /* what is refused is no progress */
    say("MAIL FROM:<>\r\n", "503 ");
    say("RCPT TO:<@>\r\n", "501 ");
    say("RCPT TO:<a@nowhere.example>\r\n", "550 ");
    say("DATA\r\n", "503 ");
    assert_int_equal(session_idle_ms(&session, &now), 1000);
    say("RCPT TO:<c@d.example>\r\n", "250 ");
    assert_int_equal(session_idle_ms(&session, &now), 0);
    now.uptime_ms += 1000;
    say("DATA\r\n", "354 ");
    assert_int_equal(session_idle_ms(&session, &now), 0);
}

/* What the client says never comes out again, but clean in the log. */
static void log_is_clean(void **state)
{
    char line[CONFIG_LOG_LINE];
    uint32_t lost;

    (void)state;
    start(true);
    say("EHLO \x1b[31m\r\n", "501 ");
    say("\x1b]0;x\x07\r\n", "500 ");
    say(HELLO, "250-");
    say("MAIL FROM:<a@b.example>\r\n", "250 ");
    say("RCPT TO:<\x80@nowhere.example>\r\n", "501 ");
    say("RCPT TO:<a@nowhere.example>\r\n", "550 ");
    say("RCPT TO:<c@d.example>\r\n", "250 ");
    say("DATA\r\n", "354 ");
    say(TEXT ".\r\n", "250 ");
    assert_true(log_read(line, sizeof line, &lost) > 0);
    assert_non_null(strstr(line, "info intake refused client=192.0.2.7 status=5.4.4"));
    assert_true(log_read(line, sizeof line, &lost) > 0);
    assert_non_null(
        strstr(line, "info intake accepted id=17 size=21 recipients=1 client=192.0.2.7"));
    assert_int_equal(log_read(line, sizeof line, &lost), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_letter),
        cmocka_unit_test(helo_and_null_sender),
        cmocka_unit_test(two_letters_cut),
        cmocka_unit_test(answers_travel_together),
        cmocka_unit_test(text_without_data),
        cmocka_unit_test(slow_reader),
        cmocka_unit_test(client_closes_after_all),
        cmocka_unit_test(text_in_pieces),
        cmocka_unit_test(simple_commands),
        cmocka_unit_test(a_connectors_size),
        cmocka_unit_test(postmaster),
        cmocka_unit_test(outsiders),
        cmocka_unit_test(insiders),
        cmocka_unit_test(command_endings),
        cmocka_unit_test(command_length),
        cmocka_unit_test(address_lengths),
        cmocka_unit_test(endless_line),
        cmocka_unit_test(long_helo_is_cut),
        cmocka_unit_test(text_endings),
        cmocka_unit_test(text_line_length),
        cmocka_unit_test(size_declared),
        cmocka_unit_test(size_of_text),
        cmocka_unit_test(recipients),
        cmocka_unit_test(hops),
        cmocka_unit_test(first_refusal_sticks),
        cmocka_unit_test(junk),
        cmocka_unit_test(idle_commands),
        cmocka_unit_test(before_greeting),
        cmocka_unit_test(dsn_parameters),
        cmocka_unit_test(dsn_refused),
        cmocka_unit_test(spool_full),
        cmocka_unit_test(spool_failed),
        cmocka_unit_test(spool_erasing),
        cmocka_unit_test(spool_tires),
        cmocka_unit_test(gone_during_commit),
        cmocka_unit_test(quota_of_letters),
        cmocka_unit_test(quota_of_octets),
        cmocka_unit_test(rset_anywhere),
        cmocka_unit_test(broken_anywhere),
        cmocka_unit_test(late_anywhere),
        cmocka_unit_test(least_rate),
        cmocka_unit_test(longest_session),
        cmocka_unit_test(ended_from_outside),
        cmocka_unit_test(idle_time),
        cmocka_unit_test(log_is_clean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
