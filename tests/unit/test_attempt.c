/* SPDX-License-Identifier: MIT */
/* sources: firmware/delivery/attempt.c firmware/delivery/dialogue.c firmware/delivery/turn.c firmware/delivery/verdict.c firmware/mail/outcome.c firmware/mail/reply.c firmware/mail/ehlo.c firmware/mail/command.c firmware/mail/address.c firmware/mail/dots.c firmware/base/text.c firmware/base/words.c firmware/base/ip_text.c firmware/base/cursor.c firmware/stream/stream.c firmware/stream/stream_memory.c firmware/stream/stream_tls.c firmware/stream/tls_chain.c firmware/stream/tls_pin.c firmware/stream/tls_anchors.c firmware/stream/tls_memory.c firmware/stream/tls_kept.c firmware/crypto/random.c firmware/base/log.c tests/unit/tls_server.c */
/*
 * test_attempt.c: the client against a scripted peer. The peer answers each whole command, and
 * the final dot, with the next line of its script. A script line may end in
 *     <close>  the peer ends the connection    <reset>  the connection breaks
 *     <cut>    the peer ends the connection in the middle of the line
 * and may be empty: the peer stays silent. What was said, the facts and the outcome are
 * compared as text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "delivery/attempt.h"

#include "stream/stream_memory.h"

#include "base/bytes.h"
#include "base/text.h"
#include "crypto/random.h"
#include "config/config.h"

#define LETTERS_MAX 3
#define SCRIPT_MAX  24
#define TEXT        "Subject: x\r\n\r\nhello\r\n"
#define HELLO       "EHLO box.example\r\n"
#define MAIL        "MAIL FROM:<s@a.example>\r\n"
#define RCPT0       "RCPT TO:<r0@b.example>\r\n"
#define RCPT1       "RCPT TO:<r1@b.example>\r\n"
#define GROUP       MAIL RCPT0 RCPT1 "DATA\r\n"
#define BODY        "DATA\r\n" TEXT ".\r\n"
#define ONE_LETTER  HELLO MAIL RCPT0 BODY

#define BANNER "220 peer ESMTP"
#define OK     "250 2.0.0 ok"
#define GO     "354 go on"
#define PIPE   "250-peer\r\n250 PIPELINING"
#define BYE    "221 bye"

#define FINE "sent none 2.0.0"

struct letter {
    const char *sender, *text;
    uint32_t size;
    unsigned recipients;
    bool eightbit;
};

/* How the world behaves: octets a segment, octets the stream takes at once. */
struct world {
    size_t segment, window;
    bool helo_only;
    uint8_t protection;
};

static const struct world worlds[] = {
    {4096, 8192, false, PROTECTION_NONE},
    {1,    8192, false, PROTECTION_NONE},
    {4096, 1,    false, PROTECTION_NONE},
    {1,    1,    false, PROTECTION_NONE},
    {7,    13,   false, PROTECTION_NONE},
};

struct play {
    struct stream_memory memory;
    struct stream_backend backend;
    struct attempt attempt;
    struct clock now;
    const char *const *script;
    char pending[40000]; /* of the peer, not fed yet */
    size_t pending_length, pending_fed;
    bool pending_close, pending_reset;
    char said[200000];
    size_t said_length, answered; /* up to where the peer has read */
    bool in_text;
    unsigned flushes, flushes_in_text;
    const struct letter *letter; /* the next one */
    unsigned letters_left, recipient;
    bool dsn; /* letter and recipients have parameters */
    const struct letter *present;
    size_t text_given;
    char facts[8000];
    struct text fact_text;
    char fact_reply[REPLY_TEXT_MAX]; /* the peer's words when the last fact was told */
};

static struct play play;

static const struct tls_peer tls_peer = {
    .name = "mx.example.org", .pins = "", .trust = TLS_UNVERIFIED};

static void count_flush(struct stream *s)
{
    (void)s;
    play.flushes++;
    if (play.in_text)
        play.flushes_in_text++;
}

static const char *words_of(struct outcome outcome)
{
    static const char *const results[] = {"sent", "later", "never", "maybe"};
    static char line[100];
    struct text text;

    text_init(&text, line, sizeof line);
    text_printf(&text, "%s %s ", results[outcome.result], outcome_word(outcome.cause));
    outcome_put_status(&text, outcome.status);
    return line;
}

/* ---- The peer ---------------------------------------------------------------------------- */

static void peer_says(const char *line)
{
    const char *mark = strchr(line, '<');
    size_t length = mark != NULL ? (size_t)(mark - line) : strlen(line);

    bool cut = mark != NULL && strcmp(mark, "<cut>") == 0;

    play.pending_close = cut || (mark != NULL && strcmp(mark, "<close>") == 0);
    play.pending_reset = mark != NULL && strcmp(mark, "<reset>") == 0;
    memcpy(play.pending, line, length);
    play.pending_length = length;
    play.pending_fed = 0;
    if (!cut && length > 0 && line[length - 1] != '\n') {
        memcpy(play.pending + length, "\r\n", 2);
        play.pending_length += 2;
    }
}

static void peer_takes_turn(void)
{
    const char *line = *play.script != NULL ? *play.script++ : "";

    play.in_text = line[0] == '3';
    peer_says(line);
}

static bool ends_text(void)
{
    const char *from = play.said + play.answered;
    size_t length = play.said_length - play.answered;

    if (length >= 5)
        return memcmp(from + length - 5, "\r\n.\r\n", 5) == 0;
    return length == 3 && memcmp(from, ".\r\n", 3) == 0;
}

static void take_what_was_said(void)
{
    struct stream_memory *m = &play.memory;

    assert_true(play.said_length + m->sent_length < sizeof play.said);
    memcpy(play.said + play.said_length, m->sent, m->sent_length);
    play.said_length += m->sent_length;
    play.said[play.said_length] = '\0';
    m->sent_length = 0;
}

static bool peer_listens(void)
{
    const char *end;

    if (play.in_text) {
        if (!ends_text())
            return false;
        play.answered = play.said_length;
    } else {
        end = strstr(play.said + play.answered, "\r\n");
        if (end == NULL)
            return false;
        play.answered = (size_t)(end + 2 - play.said);
    }
    peer_takes_turn();
    return true;
}

static bool peer_acts(size_t segment)
{
    size_t size = min_size(segment, play.pending_length - play.pending_fed);

    if (size > 0) {
        stream_memory_feed(&play.memory, play.pending + play.pending_fed, size);
        play.pending_fed += size;
    } else if (play.pending_close) {
        play.pending_close = false;
        stream_memory_end(&play.memory);
    } else if (play.pending_reset) {
        play.pending_reset = false;
        stream_memory_break(&play.memory, STREAM_RESET);
    } else {
        return peer_listens();
    }
    return true;
}

/* ---- The caller -------------------------------------------------------------------------- */

static void give_parameter(const char *parameter)
{
    attempt_give_parameter(&play.attempt, (const uint8_t *)parameter, strlen(parameter));
}

static void give_letter(void)
{
    play.present = play.letter;
    play.recipient = 0;
    play.text_given = 0;
    if (play.letters_left == 0) {
        attempt_give_no_letter(&play.attempt);
        return;
    }
    play.letters_left--;
    play.letter++;
    attempt_give_letter(&play.attempt, play.present->sender, play.present->size,
                        play.present->eightbit);
    if (play.dsn) {
        give_parameter("RET=HDRS");
        give_parameter("ENVID=x");
    }
}

static void give_recipient(void)
{
    char address[30];

    if (play.recipient == play.present->recipients) {
        attempt_give_no_recipient(&play.attempt);
        return;
    }
    snprintf(address, sizeof address, "r%u@b.example", play.recipient);
    attempt_give_recipient(&play.attempt, (uint8_t)play.recipient, address);
    memset(address, 'X', sizeof address);
    if (play.dsn)
        give_parameter("ORCPT=x;\ny");
    play.recipient++;
}

static void give_text(void)
{
    size_t left = strlen(play.present->text) - play.text_given;

    if (left == 0)
        attempt_give_end(&play.attempt);
    else
        play.text_given += attempt_give_text(
            &play.attempt, (const uint8_t *)play.present->text + play.text_given,
            min_size(left, 2000));
}

static void read_fact(void)
{
    const struct attempt_fact *fact = &play.attempt.fact;

    assert_int_equal(fact->outcome.scope,
                     fact->kind == FACT_LETTER && fact->outcome.cause != CAUSE_NONE
                         ? SCOPE_LETTER
                     : fact->outcome.result == OUTCOME_SENT ? SCOPE_LETTER
                                                            : SCOPE_RECIPIENT);
    if (fact->kind == FACT_RECIPIENT)
        text_printf(&play.fact_text, "%u: ", fact->recipient);
    text_printf(&play.fact_text, "%s; ", words_of(fact->outcome));
    snprintf(play.fact_reply, sizeof play.fact_reply, "%s", play.attempt.reply.text);
    attempt_fact_read(&play.attempt);
}

static void start(const char *const *script, const struct letter *letters, unsigned count,
                  struct world world)
{
    memset(&play, 0, sizeof play);
    stream_memory_open(&play.memory);
    play.memory.window = world.window;
    play.backend = *play.memory.stream.backend;
    play.backend.flush = count_flush;
    play.memory.stream.backend = &play.backend;
    play.now.uptime_ms = 1000;
    play.script = script;
    play.letter = letters;
    play.letters_left = count;
    text_init(&play.fact_text, play.facts, sizeof play.facts);
    attempt_begin(&play.attempt, &play.memory.stream, "box.example", &play.now);
    play.attempt.helo_only = world.helo_only;
    play.attempt.protection = world.protection;
    play.attempt.peer = &tls_peer;
    peer_takes_turn();
}

static enum attempt_need run(void)
{
    enum attempt_need need = attempt_run(&play.attempt, &play.now);

    (void)stream_tls_poll();

    take_what_was_said();
    return need;
}

/* What caller and peer do about it. */
static void respond(enum attempt_need need, size_t segment)
{
    if (need == NEED_LETTER)
        give_letter();
    else if (need == NEED_RECIPIENT)
        give_recipient();
    else if (need == NEED_TEXT)
        give_text();
    else if (need == NEED_READING)
        read_fact();
    else if (need == NEED_TIME && !peer_acts(segment))
        play.now.uptime_ms += 1000;
}

static void go_on(struct world world)
{
    enum attempt_need need;
    unsigned steps = 0;

    while ((need = run()) != NEED_NOTHING) {
        respond(need, world.segment);
        assert_true(steps++ < 400000);
    }
    assert_true(play.memory.closed != play.memory.aborted);
}

static void perform(const char *const *script, const struct letter *letters, unsigned count,
                    struct world world)
{
    start(script, letters, count, world);
    go_on(world);
}

/* ---- Whole dialogues --------------------------------------------------------------------- */

static const struct letter plain[] = {
    {"s@a.example", TEXT, 21, 1, false},
    {"s@a.example", TEXT, 21, 1, false},
    {"s@a.example", TEXT, 21, 1, false},
};
static const struct letter two_recipients[] = {
    {"s@a.example", TEXT, 21, 2, false}
};
static const struct letter then_plain[] = {
    {"s@a.example", TEXT, 21, 2, false},
    {"s@a.example", TEXT, 21, 1, false}
};
static const struct letter eightbit[] = {
    {"s@a.example", TEXT, 21, 1, true },
    {"s@a.example", TEXT, 21, 1, false}
};
static const struct letter undeclared[] = {
    {"s@a.example", "Subject: x\r\n\r\nK\xc3\xa4se\r\n", 21, 1, false},
    {"s@a.example", TEXT,                                21, 1, false}
};
static const struct letter big[] = {
    {"s@a.example", TEXT, 1001, 1, false},
    {"s@a.example", TEXT, 1000, 1, false}
};
static const struct letter notice[] = {
    {"", TEXT, 0, 1, false}
};
static const struct letter hostile[] = {
    {"s@a>\r\nRSET", TEXT, 0, 1, false}
};
static const struct letter empty_text[] = {
    {"s@a.example", "", 0, 1, false}
};
static const struct letter dotted[] = {
    {"s@a.example", ".a\r\n..b\r\n.\r\nc\r\n.d", 0, 1, false}
};
static const struct letter nobody[] = {
    {"s@a.example", TEXT, 0, 0, false}
};

/* How the stream is left; EARLY: the peer speaks out of turn, to be seen in one segment only. */
enum { ENDS = 0, BREAKS = 1, EARLY = 2 };

/* clang-format off */
static const struct {
    const char *name;
    const struct letter *letters;
    unsigned count;
    const char *script[SCRIPT_MAX];
    const char *said, *facts, *outcome;
    unsigned end;
} plays[] = {
    {"one letter",
     plain, 1,
     {BANNER, "250-peer\r\n250 HELP", OK, OK, GO, OK, BYE},
     ONE_LETTER "QUIT\r\n",
     FINE "; ",
     FINE, ENDS},
    {"long greeting, bare codes",
     plain, 1,
     {"220-peer\r\n220-no spam\r\n220", "250", "250", "250", "354", "250", "221"},
     ONE_LETTER "QUIT\r\n",
     FINE "; ",
     FINE, ENDS},
    {"other positive codes",
     plain, 1,
     {BANNER, OK, "251 will forward", "252 perhaps", "355 go", "299 ok", "200 bye"},
     ONE_LETTER "QUIT\r\n",
     FINE "; ",
     FINE, ENDS},
    {"HELO after EHLO was refused; what the refusal lists does not count",
     plain, 1,
     {BANNER, "502-SIZE 9\r\n502-SIZE 9\r\n502 no", OK, OK, OK, GO, OK, BYE},
     HELLO "HELO box.example\r\n" MAIL RCPT0 BODY "QUIT\r\n",
     FINE "; ",
     FINE, ENDS},
    {"three letters on one connection",
     plain, 3,
     {BANNER, OK, OK, OK, GO, OK, OK, OK, GO, OK, OK, OK, GO, OK, BYE},
     ONE_LETTER MAIL RCPT0 BODY MAIL RCPT0 BODY "QUIT\r\n",
     FINE "; " FINE "; " FINE "; ",
     FINE, ENDS},
    {"null reverse-path",
     notice, 1,
     {BANNER, "250-p\r\n250 SIZE 99", OK, OK, GO, OK, BYE},
     HELLO "MAIL FROM:<>\r\n" RCPT0 BODY "QUIT\r\n",
     FINE "; ",
     FINE, ENDS},
    {"an address cannot end its line",
     hostile, 1,
     {BANNER, OK, OK, OK, GO, OK, BYE},
     HELLO "MAIL FROM:<s@a>??RSET>\r\n" RCPT0 BODY "QUIT\r\n",
     FINE "; ",
     FINE, ENDS},
    {"size is declared where announced, without a limit too",
     plain, 1,
     {BANNER, "250-p\r\n250 SIZE", OK, OK, GO, OK, BYE},
     HELLO "MAIL FROM:<s@a.example> SIZE=21\r\n" RCPT0 BODY "QUIT\r\n",
     FINE "; ",
     FINE, ENDS},
    {"too large for the announced size; exactly that size goes",
     big, 2,
     {BANNER, "250-p\r\n250 SIZE 1000", OK, OK, GO, OK, BYE},
     HELLO "MAIL FROM:<s@a.example> SIZE=1000\r\n" RCPT0 BODY "QUIT\r\n",
     "never too-large 5.3.4; " FINE "; ",
     FINE, ENDS},
    {"8-bit text where 8BITMIME is offered",
     eightbit, 2,
     {BANNER, "250-p\r\n250 8bitmime", OK, OK, GO, OK, OK, OK, GO, OK, BYE},
     HELLO "MAIL FROM:<s@a.example> BODY=8BITMIME\r\n" RCPT0 BODY MAIL RCPT0 BODY
           "QUIT\r\n", FINE "; " FINE "; ",
     FINE, ENDS},
    {"8-bit text where it is not",
     eightbit, 2,
     {BANNER, OK, OK, OK, GO, OK, BYE},
     HELLO MAIL RCPT0 BODY "QUIT\r\n",
     "never no-8bitmime 5.6.3; " FINE "; ",
     FINE, ENDS},
    {"8-bit text after HELO",
     eightbit, 1,
     {BANNER, "500 no", OK, BYE},
     HELLO "HELO box.example\r\nQUIT\r\n",
     "never no-8bitmime 5.6.3; ", FINE,
     ENDS},
    {"8-bit text that nobody declared goes where 8BITMIME is offered",
     undeclared, 1,
     {BANNER, "250-p\r\n250 8BITMIME", OK, OK, GO, OK, BYE},
     HELLO MAIL RCPT0 "DATA\r\nSubject: x\r\n\r\nK\xc3\xa4se\r\n.\r\nQUIT\r\n",
     FINE "; ",
     FINE, ENDS},
    {"and where it is not, no dot ends it",
     undeclared, 2,
     {BANNER, OK, OK, OK, GO},
     HELLO MAIL RCPT0 "DATA\r\n",
     "never no-8bitmime 5.6.3; ", FINE,
     BREAKS},
    {"empty text",
     empty_text, 1,
     {BANNER, OK, OK, OK, GO, OK, BYE},
     HELLO MAIL RCPT0 "DATA\r\n.\r\nQUIT\r\n",
     FINE "; ",
     FINE, ENDS},
    {"dots doubled, last line ended",
     dotted, 1,
     {BANNER, OK, OK, OK, GO, OK, BYE},
     HELLO MAIL RCPT0 "DATA\r\n..a\r\n...b\r\n..\r\nc\r\n..d\r\n.\r\nQUIT\r\n",
     FINE "; ",
     FINE, ENDS},

    {"one recipient of two refused for good",
     two_recipients, 1,
     {BANNER, OK, OK, "550 5.1.1 who", OK, GO, OK, BYE},
     HELLO MAIL RCPT0 RCPT1 BODY "QUIT\r\n",
     "0: never recipient-refused 5.1.1; " FINE "; ",
     FINE, ENDS},
    {"the last recipient refused for now",
     two_recipients, 1,
     {BANNER, OK, OK, OK, "450 4.2.0 grey", GO, OK, BYE},
     HELLO MAIL RCPT0 RCPT1 BODY "QUIT\r\n",
     "1: later recipient-refused 4.2.0; " FINE "; ",
     FINE, ENDS},
    {"no recipient accepted, then another letter",
     then_plain, 2,
     {BANNER, OK, OK, "550 no", "450 no", OK, OK, OK, GO, OK, BYE},
     HELLO MAIL RCPT0 RCPT1 "RSET\r\n" MAIL RCPT0 BODY "QUIT\r\n",
     "0: never recipient-refused 5.1.0; 1: later recipient-refused 4.1.0; "
     "later none 4.0.0; " FINE "; ",
     FINE, ENDS},
    {"a letter without recipients",
     nobody, 1,
     {BANNER, OK, OK, OK, BYE},
     HELLO MAIL "RSET\r\nQUIT\r\n",
     "later none 4.0.0; ", FINE,
     ENDS},

    {"MAIL refused, next letter goes without RSET",
     plain, 2,
     {BANNER, OK, "550 5.7.1 not you", OK, OK, GO, OK, BYE},
     HELLO MAIL MAIL RCPT0 BODY "QUIT\r\n",
     "never sender-refused 5.7.1; " FINE "; ",
     FINE, ENDS},
    {"DATA refused, next letter goes after RSET",
     plain, 2,
     {BANNER, OK, OK, OK, "451 no", OK, OK, OK, GO, OK, BYE},
     HELLO MAIL RCPT0 "DATA\r\nRSET\r\n" MAIL RCPT0 BODY "QUIT\r\n",
     "later data-refused 4.5.0; " FINE "; ",
     FINE, ENDS},
    {"text refused, next letter goes without RSET",
     plain, 2,
     {BANNER, OK, OK, OK, GO, "554 5.6.0 spam", OK, OK, GO, OK, BYE},
     HELLO MAIL RCPT0 BODY MAIL RCPT0 BODY "QUIT\r\n",
     "never content-refused 5.6.0; " FINE "; ",
     FINE, ENDS},
    {"refusals with several lines",
     plain, 1,
     {BANNER, OK, "550-5.7.1 not\r\n550-5.7.1 today\r\n550 5.7.1 no", BYE},
     HELLO MAIL "QUIT\r\n",
     "never sender-refused 5.7.1; ", FINE,
     ENDS},

    {"pipelined, three letters",
     plain, 3,
     {BANNER, PIPE, OK, OK, GO, OK, OK, OK, GO, OK, OK, OK, GO, OK, BYE},
     ONE_LETTER MAIL RCPT0 BODY MAIL RCPT0 BODY "QUIT\r\n",
     FINE "; " FINE "; " FINE "; ",
     FINE, ENDS},
    {"pipelined, one recipient of two refused",
     two_recipients, 1,
     {BANNER, PIPE, OK, "550-5.1.1 who\r\n550 5.1.1 is it", OK, GO, OK, BYE},
     HELLO MAIL RCPT0 RCPT1 BODY "QUIT\r\n",
     "0: never recipient-refused 5.1.1; " FINE "; ",
     FINE, ENDS},
    {"pipelined, the last recipient refused",
     two_recipients, 1,
     {BANNER, PIPE, OK, OK, "452 4.5.3 enough", GO, OK, BYE},
     HELLO MAIL RCPT0 RCPT1 BODY "QUIT\r\n",
     "1: later too-many 4.5.3; " FINE "; ",
     FINE, ENDS},
    {"pipelined, DATA refused",
     then_plain, 2,
     {BANNER, PIPE, OK, OK, OK, "451 no", OK, OK, OK, GO, OK, BYE},
     HELLO GROUP "RSET\r\n" MAIL RCPT0 BODY "QUIT\r\n",
     "later data-refused 4.5.0; " FINE "; ",
     FINE, ENDS},
    {"pipelined, all recipients refused, and DATA for it",
     then_plain, 2,
     {BANNER, PIPE, OK, "550 no", "450 no", "503 no recipients", OK, OK, OK, GO, OK, BYE},
     HELLO GROUP "RSET\r\n" MAIL RCPT0 BODY "QUIT\r\n",
     "0: never recipient-refused 5.1.0; 1: later recipient-refused 4.1.0; later none 4.0.0; "
     FINE "; ",
     FINE, ENDS | EARLY},
    {"pipelined, all recipients refused, and yet 354: a dot and no text",
     then_plain, 2,
     {BANNER, PIPE, OK, "550 no", "450 no", GO, "554 no recipients", OK, OK, GO, OK, BYE},
     HELLO GROUP ".\r\n" MAIL RCPT0 BODY "QUIT\r\n",
     "0: never recipient-refused 5.1.0; 1: later recipient-refused 4.1.0; later none 4.0.0; "
     FINE "; ",
     FINE, ENDS | EARLY},
    {"pipelined, the lone dot taken for a letter",
     two_recipients, 1,
     {BANNER, PIPE, OK, "550 no", "550 no", GO, OK, BYE},
     HELLO GROUP ".\r\nQUIT\r\n",
     "0: never recipient-refused 5.1.0; 1: never recipient-refused 5.1.0; later none 4.0.0; ",
     FINE, ENDS | EARLY},
    {"pipelined, lost at the lone dot: nobody may have got it",
     two_recipients, 1,
     {BANNER, PIPE, OK, "550 no", "550 no", GO, "<close>"},
     HELLO GROUP ".\r\n",
     "0: never recipient-refused 5.1.0; 1: never recipient-refused 5.1.0; ",
     "later connection-lost 4.4.2", BREAKS | EARLY},
    {"pipelined, MAIL refused: the rest says nothing of the recipients",
     then_plain, 2,
     {BANNER, PIPE, "550 5.7.1 not you", "503 need MAIL", "250 ok", "503 need RCPT", OK, OK, GO,
      OK, BYE},
     HELLO GROUP MAIL RCPT0 BODY "QUIT\r\n",
     "never sender-refused 5.7.1; " FINE "; ",
     FINE, ENDS | EARLY},
    {"pipelined, MAIL refused and yet 354: no dot",
     then_plain, 2,
     {BANNER, PIPE, "550 5.7.1 not you", OK, OK, GO},
     HELLO GROUP,
     "never sender-refused 5.7.1; ", FINE,
     BREAKS | EARLY},
    {"pipelined, login wanted: no QUIT that could be text",
     two_recipients, 1,
     {BANNER, PIPE, "530 5.7.0 log in", "530 no", "530 no", "530 no"},
     HELLO GROUP, "",
     "later auth-required 4.7.0", BREAKS | EARLY},
    {"pipelined, 421 to a recipient",
     two_recipients, 1,
     {BANNER, PIPE, OK, "550 no", "421 bye<close>"},
     HELLO GROUP, "0: never recipient-refused 5.1.0; ",
     "later shutting-down 4.3.2", BREAKS | EARLY},
    {"pipelined, 421 after MAIL was refused",
     two_recipients, 1,
     {BANNER, PIPE, "550 no", "421 bye<close>"},
     HELLO GROUP, "never sender-refused 5.1.0; ",
     "later shutting-down 4.3.2", BREAKS | EARLY},
    {"pipelined, closed in the group",
     two_recipients, 1,
     {BANNER, PIPE, OK, "<close>"},
     HELLO GROUP, "",
     "later connection-lost 4.4.2", BREAKS | EARLY},
    {"pipelined, one reply too many",
     two_recipients, 1,
     {BANNER, PIPE, OK, OK "\r\n" OK, OK, GO},
     HELLO GROUP, "",
     "later bad-reply 4.5.0", BREAKS | EARLY},
    {"pipelined, text refused before it began",
     two_recipients, 1,
     {BANNER, PIPE, OK, OK, OK, GO "\r\n552 5.3.4 too big"},
     HELLO GROUP, "never too-large 5.3.4; ",
     FINE, BREAKS | EARLY},
    {"pipelined, a letter without recipients",
     nobody, 1,
     {BANNER, PIPE, OK, OK, BYE},
     HELLO MAIL "RSET\r\nQUIT\r\n",
     "later none 4.0.0; ", FINE,
     ENDS},
    {"no pipelining after HELO",
     two_recipients, 1,
     {BANNER, "500-peer\r\n500 PIPELINING", PIPE, OK, "550 no", "550 no", OK, BYE},
     HELLO "HELO box.example\r\n" MAIL RCPT0 RCPT1 "RSET\r\nQUIT\r\n",
     "0: never recipient-refused 5.1.0; 1: never recipient-refused 5.1.0; later none 4.0.0; ",
     FINE, ENDS},

    {"greeting refused",
     plain, 1,
     {"554 no service"},
     "QUIT\r\n", "",
     "later greeting-refused 4.3.2", ENDS},
    {"greeting 421",
     plain, 1,
     {"421 4.3.2 busy<close>"},
     "", "",
     "later shutting-down 4.3.2", ENDS},
    {"EHLO for now refused",
     plain, 1,
     {BANNER, "450 no"},
     HELLO "QUIT\r\n",
     "", "later helo-refused 4.5.0",
     ENDS},
    {"EHLO and HELO refused",
     plain, 1,
     {BANNER, "550 no", "550 no"},
     HELLO "HELO box.example\r\nQUIT\r\n",
     "", "later helo-refused 4.5.0",
     ENDS},
    {"login wanted",
     plain, 2,
     {BANNER, OK, "530 5.7.0 log in"},
     HELLO MAIL "QUIT\r\n",
     "", "later auth-required 4.7.0",
     ENDS},

    {"nothing is said before the greeting",
     plain, 1,
     {""},
     "", "",
     "later timeout 4.4.2", BREAKS},
    {"no SMTP server",
     plain, 1,
     {"SSH-2.0-server"},
     "", "",
     "later bad-reply 4.5.0", BREAKS},
    {"codes differ", plain, 1, {"220-a\r\n221 b"}, "", "", "later bad-reply 4.5.0", BREAKS},
    {"greeting with the reply to EHLO",
     plain, 1,
     {BANNER "\r\n250 ok"},
     "", "",
     "later bad-reply 4.5.0", BREAKS | EARLY},
    {"reply to RCPT with the reply to DATA",
     plain, 1,
     {BANNER, OK, OK, OK "\r\n" GO},
     HELLO MAIL RCPT0,
     "", "later bad-reply 4.5.0",
     BREAKS | EARLY},
    {"354 with the reply to the dot",
     plain, 1,
     {BANNER, OK, OK, OK, GO "\r\n" OK},
     HELLO MAIL RCPT0 "DATA\r\n",
     "", "later bad-reply 4.5.0",
     BREAKS | EARLY},
    {"354 with 421",
     plain, 1,
     {BANNER, OK, OK, OK, GO "\r\n421 bye<close>"},
     HELLO MAIL RCPT0 "DATA\r\n",
     "", "later shutting-down 4.3.2",
     BREAKS | EARLY},
    {"354 with a refusal: judged, and no dot",
     plain, 2,
     {BANNER, OK, OK, OK, GO "\r\n552 5.3.4 too big"},
     HELLO MAIL RCPT0 "DATA\r\n",
     "never too-large 5.3.4; ", FINE,
     BREAKS | EARLY},
    {"2yz to DATA",
     plain, 1,
     {BANNER, OK, OK, OK, OK},
     HELLO MAIL RCPT0 "DATA\r\n",
     "", "later bad-reply 4.5.0",
     BREAKS},
    {"250 and 421 after the dot: it was sent",
     plain, 2,
     {BANNER, OK, OK, OK, GO, OK "\r\n421 enough<close>"},
     ONE_LETTER, FINE "; ",
     "later shutting-down 4.3.2", ENDS | EARLY},
    {"a peer that closes after each letter",
     plain, 2,
     {BANNER, OK, OK, OK, GO, OK "<close>"},
     ONE_LETTER MAIL, FINE "; ",
     FINE, BREAKS | EARLY},
    {"RSET refused",
     then_plain, 2,
     {BANNER, OK, OK, "550 no", "550 no", "500 what"},
     HELLO MAIL RCPT0 RCPT1 "RSET\r\n",
     "0: never recipient-refused 5.1.0; 1: never recipient-refused 5.1.0; later none "
     "4.0.0; ", FINE,
     BREAKS},

    {"closed on the second MAIL", then_plain, 2,
     {BANNER, OK, OK, "550 no", "550 no", OK, "<close>"},
     HELLO MAIL RCPT0 RCPT1 "RSET\r\n" MAIL,
     "0: never recipient-refused 5.1.0; 1: never recipient-refused 5.1.0; later none 4.0.0; ",
     FINE, BREAKS},
    {"closed on the recipient of the second letter", plain, 2,
     {BANNER, OK, OK, OK, GO, OK, OK, "<close>"}, ONE_LETTER MAIL RCPT0, FINE "; ",
     "later connection-lost 4.4.2", BREAKS},
    {"421 to RSET", then_plain, 2, {BANNER, OK, OK, "550 no", "550 no", "421 bye"},
     HELLO MAIL RCPT0 RCPT1 "RSET\r\n",
     "0: never recipient-refused 5.1.0; 1: never recipient-refused 5.1.0; later none 4.0.0; ",
     "later shutting-down 4.3.2", ENDS},
    {"no letter at all, and no reply to QUIT", plain, 0, {BANNER, OK, ""},
     HELLO "QUIT\r\n", "", FINE, BREAKS},

    {"nonsense after the dot",
     plain, 1,
     {BANNER, OK, OK, OK, GO, "what?"},
     ONE_LETTER, "maybe bad-reply 4.5.0; ",
     "later bad-reply 4.5.0", BREAKS},
    {"3yz after the dot",
     plain, 1,
     {BANNER, OK, OK, OK, GO, GO},
     ONE_LETTER, "maybe bad-reply 4.5.0; ",
     "later bad-reply 4.5.0", BREAKS},
    {"half a reply after the dot",
     plain, 1,
     {BANNER, OK, OK, OK, GO, "250-o\r\n<close>"},
     ONE_LETTER, "maybe connection-lost 4.4.2; ",
     "later connection-lost 4.4.2", BREAKS},
    {"421 after the dot: it was not sent",
     plain, 1,
     {BANNER, OK, OK, OK, GO, "421 bye"},
     ONE_LETTER, "",
     "later shutting-down 4.3.2", ENDS},

    {"silence after QUIT",
     plain, 1,
     {BANNER, OK, OK, OK, GO, OK, ""},
     ONE_LETTER "QUIT\r\n",
     FINE "; ",
     FINE, BREAKS},
    {"close after QUIT",
     plain, 1,
     {BANNER, OK, OK, OK, GO, OK, "<close>"},
     ONE_LETTER "QUIT\r\n",
     FINE "; ",
     FINE, BREAKS},
    {"nonsense after QUIT",
     plain, 1,
     {BANNER, OK, OK, OK, GO, OK, "?"},
     ONE_LETTER "QUIT\r\n",
     FINE "; ",
     FINE, ENDS},
    {"421 after QUIT",
     plain, 1,
     {BANNER, OK, OK, OK, GO, OK, "421 bye"},
     ONE_LETTER "QUIT\r\n",
     FINE "; ",
     FINE, ENDS},
};
/* clang-format on */

static void whole_dialogues(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(plays); i++) {
        for (size_t w = 0; w < (plays[i].end & EARLY ? 1 : COUNT_OF(worlds)); w++) {
            print_message("%s, world %u\n", plays[i].name, (unsigned)w);
            perform(plays[i].script, plays[i].letters, plays[i].count, worlds[w]);
            assert_string_equal(play.facts, plays[i].facts);
            assert_string_equal(words_of(play.attempt.outcome), plays[i].outcome);
            /* The good-bye to a peer that refused the connection is not waited for. */
            if (worlds[w].window > 6 || strcmp(plays[i].outcome, FINE) == 0)
                assert_string_equal(play.said, plays[i].said);
            assert_int_equal(play.memory.aborted, plays[i].end & BREAKS);
        }
    }
}

/* ---- Failures at each step --------------------------------------------------------------- */

#define STEPS 7
static const char *const script_of_one[STEPS + 1] = {BANNER, OK, OK, OK, GO, OK, BYE, NULL};

static void fail_at(unsigned at, const char *how, struct world world)
{
    const char *script[STEPS + 1] = {NULL};

    memcpy(script, script_of_one, sizeof script);
    script[at] = how;
    script[at + 1] = NULL;
    perform(script, plain, 1, world);
}

/* The last place is QUIT, where nothing counts any more; before it is the reply to the dot. */
static void broken_at_each_step(void **state)
{
    static const struct {
        const char *how, *words;
    } cases[] = {
        {"<close>",       "connection-lost 4.4.2"},
        {"<reset>",       "connection-lost 4.4.2"},
        {"25<cut>",       "connection-lost 4.4.2"},
        {"",              "timeout 4.4.2"        },
        {"4\n",           "bad-reply 4.5.0"      },
        {"999 what",      "bad-reply 4.5.0"      },
        {"150 not yet",   "bad-reply 4.5.0"      },
        {"x",             "bad-reply 4.5.0"      },
        {"250ok",         "bad-reply 4.5.0"      },
        {"\r\n220 hello", "bad-reply 4.5.0"      },
    };

    (void)state;
    for (unsigned at = 0; at < STEPS; at++) {
        for (size_t i = 0; i < COUNT_OF(cases); i++) {
            char maybe[60], later[60];

            print_message("at %u: %s\n", at, cases[i].how);
            snprintf(maybe, sizeof maybe, "maybe %s; ", cases[i].words);
            snprintf(later, sizeof later, "later %s", cases[i].words);
            fail_at(at, cases[i].how, worlds[i % 2]);
            assert_string_equal(play.facts, at == 5 ? maybe : at == 6 ? FINE "; " : "");
            assert_string_equal(words_of(play.attempt.outcome), at == 6 ? FINE : later);
        }
    }
}

static void refused_at_each_step(void **state)
{
    static const struct {
        unsigned at;
        const char *later, *never, *outcome;
    } cases[] = {
        {2, "later sender-refused 4.1.0; ",                         "never sender-refused 5.1.0; ",  FINE},
        {3, "0: later recipient-refused 4.1.0; later none 4.0.0; ",
         "0: never recipient-refused 5.1.0; later none 4.0.0; ",                                     FINE},
        {4, "later data-refused 4.5.0; ",                           "never data-refused 5.5.0; ",    FINE},
        {5, "later content-refused 4.3.0; ",                        "never content-refused 5.6.0; ", FINE},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        fail_at(cases[i].at, "450 not now", worlds[i]);
        assert_string_equal(play.facts, cases[i].later);
        assert_string_equal(words_of(play.attempt.outcome), cases[i].outcome);
        assert_string_equal(play.fact_reply, "450 not now");
        fail_at(cases[i].at, "550 never", worlds[i]);
        assert_string_equal(play.facts, cases[i].never);
        assert_string_equal(words_of(play.attempt.outcome), cases[i].outcome);
    }
    for (unsigned at = 0; at < STEPS - 1; at++) {
        fail_at(at, "421 4.3.2 down<close>", worlds[at % 5]);
        assert_string_equal(play.facts, "");
        assert_string_equal(words_of(play.attempt.outcome), "later shutting-down 4.3.2");
        assert_string_equal(play.attempt.reply.text, "421 4.3.2 down");
    }
}

/* ---- Time-outs --------------------------------------------------------------------------- */

static void time_outs(void **state)
{
    static const uint32_t seconds[STEPS] = {
        CONFIG_DELIVERY_GREETING_TIMEOUT_S,   CONFIG_DELIVERY_HELO_TIMEOUT_S,
        CONFIG_DELIVERY_MAIL_TIMEOUT_S,       CONFIG_DELIVERY_RCPT_TIMEOUT_S,
        CONFIG_DELIVERY_DATA_START_TIMEOUT_S, CONFIG_DELIVERY_DATA_END_TIMEOUT_S,
        CONFIG_DELIVERY_QUIT_TIMEOUT_S};

    (void)state;
    for (unsigned at = 0; at < STEPS; at++) {
        fail_at(at, "", worlds[0]);
        print_message("at %u\n", at);
        assert_int_equal(play.now.uptime_ms, 1000 + seconds[at] * 1000);
    }
}

static void connect_in_time(void **state)
{
    static const char *const silent[] = {NULL};

    (void)state;
    start(silent, plain, 1, worlds[0]);
    play.memory.stream.connected = false;
    assert_int_equal(attempt_run(&play.attempt, &play.now), NEED_TIME);
    play.now.uptime_ms += CONFIG_DELIVERY_CONNECT_TIMEOUT_S * 1000 - 1;
    assert_int_equal(attempt_run(&play.attempt, &play.now), NEED_TIME);
    play.now.uptime_ms++;
    assert_int_equal(attempt_run(&play.attempt, &play.now), NEED_NOTHING);
    assert_string_equal(words_of(play.attempt.outcome), "later connect-timeout 4.4.1");
    assert_true(play.memory.aborted);
    assert_int_equal(attempt_run(&play.attempt, &play.now), NEED_NOTHING);
}

static void connect_fails(void **state)
{
    static const struct {
        enum stream_error error;
        const char *words;
    } cases[] = {
        {STREAM_REFUSED,     "later connect-refused 4.4.1"},
        {STREAM_UNREACHABLE, "later connect-timeout 4.4.1"},
        {STREAM_NO_MEMORY,   "later no-memory 4.4.5"      },
    };
    static const char *const silent[] = {NULL};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        start(silent, plain, 1, worlds[0]);
        stream_memory_break(&play.memory, cases[i].error);
        assert_int_equal(attempt_run(&play.attempt, &play.now), NEED_NOTHING);
        assert_string_equal(words_of(play.attempt.outcome), cases[i].words);
    }
}

/* ---- The text ---------------------------------------------------------------------------- */

static void until(enum attempt_need wanted)
{
    enum attempt_need need;
    unsigned steps = 0;

    while ((need = run()) != wanted) {
        respond(need, 4096);
        assert_true(steps++ < 10000);
    }
}

/* A full stream: the need is time, not text; the time-out runs from the last progress. */
static void text_waits_for_room(void **state)
{
    const uint64_t limit = CONFIG_DELIVERY_DATA_BLOCK_TIMEOUT_S * UINT64_C(1000);

    (void)state;
    start(script_of_one, plain, 1, worlds[0]);
    until(NEED_TEXT);
    play.now.uptime_ms += 10 * limit; /* our own flash may take its time */
    assert_int_equal(attempt_run(&play.attempt, &play.now), NEED_TEXT);
    play.memory.window = 0;
    give_text();
    assert_int_equal(attempt_run(&play.attempt, &play.now), NEED_TIME);
    assert_int_equal(attempt_give_text(&play.attempt, (const uint8_t *)"x", 1), 0);
    assert_int_equal(play.flushes_in_text, 1); /* what the stream holds is on its way */
    play.now.uptime_ms += limit - 1;
    assert_int_equal(attempt_run(&play.attempt, &play.now), NEED_TIME);
    play.memory.window = 1;
    assert_int_equal(attempt_run(&play.attempt, &play.now), NEED_TIME);
    play.memory.window = 0;
    play.now.uptime_ms += limit - 1;
    assert_int_equal(attempt_run(&play.attempt, &play.now), NEED_TIME);
    play.now.uptime_ms++;
    assert_int_equal(attempt_run(&play.attempt, &play.now), NEED_NOTHING);
    assert_string_equal(words_of(play.attempt.outcome), "later timeout 4.4.2");
    assert_string_equal(play.facts, "");
}

/* With half of the dot written the letter cannot have been taken. */
static void lost_within_the_dot(void **state)
{
    (void)state;
    for (size_t taken = 0; taken <= 3; taken++) {
        enum attempt_need need;

        start(script_of_one, plain, 1, worlds[0]);
        until(NEED_TEXT);
        give_text();
        assert_int_equal(attempt_run(&play.attempt, &play.now), NEED_TEXT);
        give_text();
        play.memory.window = taken;
        (void)attempt_run(&play.attempt, &play.now);
        play.memory.window = 0;
        stream_memory_break(&play.memory, STREAM_RESET);
        need = attempt_run(&play.attempt, &play.now);
        assert_int_equal(need, taken < 3 ? NEED_NOTHING : NEED_READING);
        assert_true(play.memory.aborted);
        if (need == NEED_READING)
            assert_string_equal(words_of(play.attempt.fact.outcome),
                                "maybe connection-lost 4.4.2");
        attempt_fact_read(&play.attempt);
        assert_int_equal(attempt_run(&play.attempt, &play.now), NEED_NOTHING);
    }
}

/* A reply in the middle of a long text, and once with half of it before the dot. */
static void reply_within_the_text(void **state)
{
    static const struct {
        const char *reply, *facts, *outcome;
    } cases[] = {
        {"552 5.3.4 too big\r\n", "never too-large 5.3.4; ",       FINE                       },
        {"451 enough\r\n",        "later content-refused 4.3.0; ", FINE                       },
        {"250 ok\r\n",            "",                              "later bad-reply 4.5.0"    },
        {"421 bye\r\n",           "",                              "later shutting-down 4.3.2"},
        {"nonsense\r\n",          "",                              "later bad-reply 4.5.0"    },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        start(script_of_one, plain, 2, worlds[0]);
        until(NEED_TEXT);
        give_text();
        stream_memory_feed(&play.memory, cases[i].reply, strlen(cases[i].reply));
        until(NEED_NOTHING);
        assert_null(strstr(play.said, "\r\n.\r\n"));
        assert_string_equal(play.facts, cases[i].facts);
        assert_string_equal(words_of(play.attempt.outcome), cases[i].outcome);
        assert_true(play.memory.aborted);
    }
    start(script_of_one, plain, 1, worlds[0]);
    until(NEED_TEXT);
    stream_memory_feed(&play.memory, "55", 2);
    give_text();
    assert_int_equal(run(), NEED_TEXT);
    give_text();
    assert_int_equal(run(), NEED_TIME);
    assert_non_null(strstr(play.said, "\r\n.\r\n"));
    stream_memory_feed(&play.memory, "4 no\r\n", 6);
    until(NEED_READING);
    assert_string_equal(words_of(play.attempt.fact.outcome), "never content-refused 5.6.0");
}

/* 64 KiB of dots: all of it arrives, and nothing is flushed before the final dot. */
static void long_text(void **state)
{
    static char text[65001], expected[90000];
    const struct letter letter = {"s@a.example", text, 0, 1, false};
    size_t length = 0;

    (void)state;
    memset(text, '.', sizeof text - 1);
    length += (size_t)sprintf(expected, "%s", HELLO MAIL RCPT0 "DATA\r\n");
    for (size_t i = 0; i + 1 < sizeof text; i += 10) {
        memcpy(text + i + 8, "\r\n", 2);
        length += (size_t)sprintf(expected + length, ".........\r\n");
    }
    sprintf(expected + length, ".\r\nQUIT\r\n");
    for (size_t w = 0; w < COUNT_OF(worlds); w++) {
        perform(script_of_one, &letter, 1, worlds[w]);
        assert_string_equal(play.said, expected);
        assert_string_equal(play.facts, FINE "; ");
        if (worlds[w].window > 1000)
            assert_int_equal(play.flushes_in_text, 1);
    }
}

/* The peer ends the connection with the reply to the dot, in one go. */
static void closed_with_the_last_reply(void **state)
{
    static const char *const script[] = {BANNER, OK, OK, OK, GO, NULL};

    (void)state;
    start(script, plain, 2, worlds[0]);
    until(NEED_TEXT);
    give_text();
    until(NEED_TIME);
    assert_int_equal(play.attempt.step, STEP_DOT);
    stream_memory_feed(&play.memory, OK "\r\n", sizeof OK + 1);
    stream_memory_end(&play.memory);
    until(NEED_NOTHING);
    assert_string_equal(play.facts, FINE "; ");
    assert_string_equal(words_of(play.attempt.outcome), FINE);
    assert_string_equal(play.said, ONE_LETTER);
    assert_int_equal(play.letters_left, 1);

    start(script + COUNT_OF(script) - 1, plain, 1, worlds[0]);
    stream_memory_feed(&play.memory, "22", 2);
    stream_memory_end(&play.memory);
    assert_int_equal(run(), NEED_NOTHING);
}

/* Without a question on the way no time-out runs, however long the flash takes. */
static void caller_takes_its_time(void **state)
{
    (void)state;
    start(script_of_one, plain, 1, worlds[0]);
    until(NEED_LETTER);
    play.now.uptime_ms += 86400000;
    assert_int_equal(run(), NEED_LETTER);
    until(NEED_RECIPIENT);
    play.now.uptime_ms += 86400000;
    assert_int_equal(run(), NEED_RECIPIENT);
    until(NEED_READING);
    play.now.uptime_ms += 86400000;
    until(NEED_NOTHING);
    assert_string_equal(play.facts, FINE "; ");
}

/* What comes before the whole dot has left is no answer to it. */
static void reply_within_the_dot(void **state)
{
    (void)state;
    start(script_of_one, plain, 1, worlds[0]);
    until(NEED_TEXT);
    give_text();
    assert_int_equal(run(), NEED_TEXT);
    give_text();
    play.memory.window = 1;
    assert_int_equal(run(), NEED_TIME);
    stream_memory_feed(&play.memory, "250 ok\r\n", 8);
    until(NEED_NOTHING);
    assert_string_equal(play.facts, "");
    assert_string_equal(words_of(play.attempt.outcome), "later bad-reply 4.5.0");
}

/* ---- Pipelining -------------------------------------------------------------------------- */

static const char *const script_of_hello[] = {BANNER, PIPE, "", NULL};

/* The whole group leaves before the first reply to it, and the caller is not late meanwhile. */
static void group_leaves_at_once(void **state)
{
    (void)state;
    start(script_of_hello, two_recipients, 1, worlds[0]);
    until(NEED_RECIPIENT);
    play.now.uptime_ms += 86400000;
    assert_int_equal(run(), NEED_RECIPIENT);
    until(NEED_TIME);
    assert_string_equal(play.said, HELLO GROUP);
    play.now.uptime_ms += CONFIG_DELIVERY_MAIL_TIMEOUT_S * 1000 - 1;
    assert_int_equal(run(), NEED_TIME);
    stream_memory_feed(&play.memory, OK "\r\n", sizeof OK + 1);
    assert_int_equal(run(), NEED_TIME);
    play.now.uptime_ms += CONFIG_DELIVERY_RCPT_TIMEOUT_S * 1000 - 1;
    assert_int_equal(run(), NEED_TIME);
    play.now.uptime_ms++;
    until(NEED_NOTHING);
    assert_string_equal(words_of(play.attempt.outcome), "later timeout 4.4.2");
    assert_string_equal(play.attempt.reply.text, "");
}

/* MAIL alone is a group, too: it leaves, and its reply has its time. */
static void group_of_one(void **state)
{
    unsigned before;

    (void)state;
    start(script_of_hello, nobody, 1, worlds[0]);
    until(NEED_RECIPIENT);
    before = play.flushes;
    until(NEED_TIME);
    assert_string_equal(play.said, HELLO MAIL);
    assert_int_equal(play.flushes, before + 1);
    until(NEED_NOTHING);
    assert_string_equal(words_of(play.attempt.outcome), "later timeout 4.4.2");
}

/* A peer may stop reading until its replies are taken (RFC 2920 section 3.1). */
static void neither_waits_for_the_other(void **state)
{
    (void)state;
    start(script_of_hello, two_recipients, 1, worlds[0]);
    until(NEED_RECIPIENT);
    play.memory.window = 5;
    give_recipient();
    assert_int_equal(run(), NEED_TIME);
    play.memory.window = 0;
    stream_memory_feed(&play.memory, "250 o", 5);
    assert_int_equal(run(), NEED_TIME);
    stream_memory_feed(&play.memory, "k\r\n", 3);
    assert_int_equal(run(), NEED_TIME);
    assert_int_equal(play.memory.fed_taken, play.memory.fed_length);
    play.now.uptime_ms += CONFIG_DELIVERY_RCPT_TIMEOUT_S * 1000;
    until(NEED_NOTHING);
    assert_string_equal(words_of(play.attempt.outcome), "later timeout 4.4.2");
}

/* As many recipients as there may be, long replies, small windows: every fact is right. */
static void many_recipients(void **state)
{
    static char refusal[600], expected[8000];
    const struct letter letter = {"s@a.example", TEXT, 0, LETTER_RECIPIENTS_MAX, false};
    const char *script[LETTER_RECIPIENTS_MAX + 8] = {BANNER, PIPE, OK};
    size_t length = 0;

    (void)state;
    memset(refusal, 'n', sizeof refusal - 1);
    memcpy(refusal, "550 5.1.1 ", 10);
    for (unsigned i = 0; i < LETTER_RECIPIENTS_MAX; i++) {
        script[3 + i] = i % 3 == 1 ? refusal : OK;
        if (i % 3 == 1)
            length += (size_t)sprintf(expected + length,
                                      "%u: never recipient-refused 5.1.1; ", i);
    }
    script[3 + LETTER_RECIPIENTS_MAX] = GO;
    script[4 + LETTER_RECIPIENTS_MAX] = OK;
    script[5 + LETTER_RECIPIENTS_MAX] = BYE;
    sprintf(expected + length, FINE "; ");
    for (size_t w = 0; w < COUNT_OF(worlds); w++) {
        perform(script, &letter, 1, worlds[w]);
        assert_string_equal(play.facts, expected);
        assert_non_null(strstr(play.said, TEXT ".\r\nQUIT\r\n"));
    }
}

/* The refusal of MAIL is known before all recipients were named: no more of them are. */
static void mail_refused_in_the_middle(void **state)
{
    static const char *const script[] = {BANNER,   PIPE, "550 5.7.1 not you",
                                         "503 no", BYE,  NULL};

    (void)state;
    perform(script, two_recipients, 1, worlds[2]);
    assert_string_equal(play.facts, "never sender-refused 5.7.1; ");
    assert_string_equal(play.fact_reply, "550 5.7.1 not you");
    assert_string_equal(play.said, HELLO MAIL RCPT0 "QUIT\r\n");
    assert_string_equal(words_of(play.attempt.outcome), FINE);
}

/* ---- Hostile replies, and breaking off --------------------------------------------------- */

static void endless_replies(void **state)
{
    static char lines[30000], line[30000];
    size_t length = 0;

    (void)state;
    while (length < sizeof lines - 20)
        length += (size_t)sprintf(lines + length, "250-x\r\n");
    fail_at(1, lines, worlds[0]);
    assert_string_equal(words_of(play.attempt.outcome), "later bad-reply 4.5.0");
    memset(line, 'y', sizeof line - 10);
    memcpy(line, "220 ", 4);
    fail_at(0, line, worlds[0]);
    assert_string_equal(words_of(play.attempt.outcome), "later timeout 4.4.2");
}

/* What a reply to HELO lists does not count. */
static void helo_only(void **state)
{
    static const char *const script[] = {
        BANNER, "250-peer\r\n250-SIZE 1\r\n250 PIPELINING", OK, OK, GO, OK, BYE, NULL};
    const struct world world = {4096, 8192, true, PROTECTION_NONE};

    (void)state;
    perform(script, plain, 1, world);
    assert_string_equal(play.said, "HELO box.example\r\n" MAIL RCPT0 BODY "QUIT\r\n");
    assert_string_equal(play.facts, FINE "; ");
}

static void odd_keywords(void **state)
{
    static const char *const script[] = {
        "220 peer", "250-SIZE 5\r\n250-8BITMIME extra\r\n250 size=1", OK, OK, GO, OK, BYE,
        NULL};

    (void)state;
    perform(script, plain, 1, worlds[0]);
    assert_string_equal(play.facts, FINE "; "); /* the first line is no keyword */
    assert_true(play.attempt.ehlo.eightbit);
}

/* What a next hop cannot take is not said to it, nor anything that would end a line. */
static void dsn_parameters(void **state)
{
    static const struct {
        const char *ehlo, *said;
    } hops[] = {
        {"250-p\r\n250 DSN",
         "MAIL FROM:<s@a.example> RET=HDRS ENVID=x\r\nRCPT TO:<r0@b.example> ORCPT=x;?y\r\n"
         "RCPT TO:<r1@b.example> ORCPT=x;?y\r\nDATA\r\n"              },
        {"250-p\r\n250-PIPELINING\r\n250-SIZE\r\n250 dsn",
         "MAIL FROM:<s@a.example> SIZE=21 RET=HDRS ENVID=x\r\nRCPT TO:<r0@b.example> "
         "ORCPT=x;?y\r\nRCPT TO:<r1@b.example> ORCPT=x;?y\r\nDATA\r\n"},
        {"250-p\r\n250 DSN=1",
         "MAIL FROM:<s@a.example>\r\nRCPT TO:<r0@b.example>\r\nRCPT TO:<r1@b.example>\r\n"
         "DATA\r\n"                                                   },
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(hops) * COUNT_OF(worlds); i++) {
        const char *const script[] = {
            BANNER, hops[i % COUNT_OF(hops)].ehlo, OK, OK, OK, GO, OK, BYE, NULL};
        struct world world = worlds[i / COUNT_OF(hops)];

        start(script, two_recipients, 1, world);
        play.dsn = true;
        go_on(world);
        assert_non_null(strstr(play.said, hops[i % COUNT_OF(hops)].said));
        assert_string_equal(play.facts, FINE "; ");
    }
}

/* The longest of everything: nothing is cut. */
static void longest_parameters(void **state)
{
    static char path[LETTER_PATH_MAX + 1], parameter[LETTER_PARAMETERS_MAX];

    (void)state;
    memset(path, 'l', sizeof path - 1);
    memset(parameter, 'p', sizeof parameter - 1);
    start(script_of_one, plain, 1, worlds[0]);
    until(NEED_LETTER);
    play.attempt.ehlo = (struct ehlo){.dsn = true, .size = true, .eightbit = true};
    attempt_give_letter(&play.attempt, path, UINT32_MAX, true);
    give_parameter(parameter);
    until(NEED_RECIPIENT);
    attempt_give_recipient(&play.attempt, 0, path);
    give_parameter(parameter);
    (void)run();
    assert_non_null(strstr(play.said, "l> SIZE=4294967295 BODY=8BITMIME pppp"));
    assert_non_null(strstr(play.said, "p\r\nRCPT TO:<llll"));
    assert_non_null(strstr(play.said, "l> pppp"));
    assert_memory_equal(play.said + play.said_length - 4, "pp\r\n", 4);
}

static void too_long_addresses(void **state)
{
    static char longest[LETTER_PATH_MAX + 1], over[1000];
    const struct letter letters[] = {
        {longest, TEXT, UINT32_MAX, 1, true },
        {over,    TEXT, 0,          1, false}
    };
    static const char *const script[] = {
        BANNER, "250-p\r\n250-SIZE\r\n250 8BITMIME", OK, OK, GO, OK, BYE, NULL};

    (void)state;
    memset(longest, 'l', sizeof longest - 1);
    memset(over, 'o', sizeof over - 1);
    perform(script, letters, 2, worlds[0]);
    assert_string_equal(play.facts, FINE "; never sender-refused 5.1.7; ");
    assert_non_null(strstr(play.said, "l> SIZE=4294967295 BODY=8BITMIME\r\n"));
    assert_null(strstr(play.said, "oo"));

    start(script_of_one, plain, 1, worlds[0]);
    until(NEED_RECIPIENT);
    attempt_give_recipient(&play.attempt, 7, over);
    assert_int_equal(attempt_run(&play.attempt, &play.now), NEED_READING);
    assert_int_equal(play.attempt.fact.recipient, 7);
    assert_string_equal(words_of(play.attempt.fact.outcome),
                        "never recipient-refused 5.1.3");
}

static void breaking_off(void **state)
{
    (void)state;
    start(script_of_one, plain, 1, worlds[0]);
    until(NEED_TEXT);
    give_text();
    attempt_break(&play.attempt, CAUSE_LETTER_DAMAGED);
    assert_int_equal(attempt_run(&play.attempt, &play.now), NEED_NOTHING);
    assert_string_equal(words_of(play.attempt.outcome), "later letter-damaged 4.3.0");
    assert_int_equal(play.attempt.outcome.scope, SCOPE_LETTER);
    assert_true(play.memory.aborted);

    perform(script_of_one, plain, 1, worlds[0]);
    attempt_break(&play.attempt, CAUSE_SHUTTING_DOWN);
    assert_string_equal(words_of(play.attempt.outcome), FINE);
    assert_false(play.memory.aborted);
}

/* ---- TLS: up to the handshake, which tests/system plays with real servers ------------------ */

#define STARTTLS "STARTTLS\r\n"
#define OFFER    "250-peer\r\n250 STARTTLS"

static const struct {
    const char *name;
    uint8_t protection;
    const char *script[10];
    const char *said, *facts, *outcome;
} switches[] = {
    {"not offered, demanded",
     PROTECTION_REQUIRED,      {BANNER, OK},
     HELLO,                                     "",
     "later starttls-missing 4.7.4"                                               },
    {"no EHLO, demanded",
     PROTECTION_REQUIRED,      {BANNER, "502 what", OK},
     HELLO "HELO box.example\r\n",
     "",                                            "later starttls-missing 4.7.4"},
    {"refused, demanded",
     PROTECTION_REQUIRED,      {BANNER, OFFER, "454 4.7.0 no"},
     HELLO STARTTLS "QUIT\r\n",
     "",                                            "later starttls-refused 4.7.0"},
    {"closing",
     PROTECTION_OPPORTUNISTIC, {BANNER, OFFER, "421 no"},
     HELLO STARTTLS,
     "",                                            "later shutting-down 4.3.2"   },
    {"nonsense",
     PROTECTION_OPPORTUNISTIC, {BANNER, OFFER, "what"},
     HELLO STARTTLS,
     "",                                            "later bad-reply 4.5.0"       },
    {"not offered, wished",
     PROTECTION_OPPORTUNISTIC, {BANNER, OK, OK, OK, GO, OK, BYE},
     ONE_LETTER "QUIT\r\n",
     FINE "; ",
     FINE                                                                         },
    {"refused, wished",
     PROTECTION_OPPORTUNISTIC, {BANNER, OFFER, "454 no", OK, OK, GO, OK, BYE},
     HELLO STARTTLS MAIL RCPT0 BODY "QUIT\r\n",
     FINE "; ",
     FINE                                                                         },
    {"offered, not wished",
     PROTECTION_NONE,          {BANNER, OFFER, OK, OK, GO, OK, BYE},
     ONE_LETTER "QUIT\r\n",
     FINE "; ",
     FINE                                                                         },
    {"injected before",
     PROTECTION_REQUIRED,      {BANNER, OFFER "\r\n220 go", OK},
     HELLO,                                     "",
     "later bad-reply 4.5.0"                                                      },
    {"injected behind",
     PROTECTION_REQUIRED,      {BANNER, OFFER, "220 go\r\n250 XEVIL", OK},
     HELLO STARTTLS,
     "",                                            "later tls-injected 4.7.5"    },
    {"injected, wished",
     PROTECTION_OPPORTUNISTIC, {BANNER, OFFER, "220 go\r\n250 XEVIL", OK},
     HELLO STARTTLS,
     "",                                            "later tls-injected 4.7.5"    },
};

static void switching_to_tls(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(switches); i++) {
        struct world world = {4096, 8192, false, switches[i].protection};

        print_message("%s\n", switches[i].name);
        perform(switches[i].script, plain, 1, world);
        assert_string_equal(play.said, switches[i].said);
        assert_string_equal(play.facts, switches[i].facts);
        assert_string_equal(words_of(play.attempt.outcome), switches[i].outcome);
        assert_false(play.attempt.secure);
    }
}

static int entropy(void **state)
{
    (void)state;
    random_init((const uint8_t *)"0123456789abcdef", 16, NULL, 0);
    return 0;
}

/* The other side speaks SMTP in clear where TLS is due: nothing but a ClientHello was said. */
static void clear_text_instead_of_tls(void **state)
{
    static const char *const script[] = {BANNER, NULL};
    const struct world world = {4096, 8192, false, PROTECTION_IMPLICIT};

    entropy(state);
    perform(script, plain, 1, world);
    assert_string_equal(words_of(play.attempt.outcome), "later tls-protocol 4.7.5");
    assert_int_equal(play.attempt.step, STEP_TLS);
    assert_true(play.attempt.secure);
    assert_memory_equal(play.said, "\x16\3", 2);
    assert_null(memmem(play.said, play.said_length, "EHLO", 4));
}

/* Silence after STARTTLS ends with the step's time-out. */
static void silence_instead_of_tls(void **state)
{
    static const char *const script[] = {BANNER, OFFER, "220 go", NULL};
    const struct world world = {4096, 8192, false, PROTECTION_REQUIRED};

    entropy(state);
    perform(script, plain, 1, world);
    assert_string_equal(words_of(play.attempt.outcome), "later timeout 4.4.2");
    assert_int_equal(play.attempt.step, STEP_TLS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_dialogues),
        cmocka_unit_test(broken_at_each_step),
        cmocka_unit_test(refused_at_each_step),
        cmocka_unit_test(time_outs),
        cmocka_unit_test(connect_in_time),
        cmocka_unit_test(connect_fails),
        cmocka_unit_test(text_waits_for_room),
        cmocka_unit_test(lost_within_the_dot),
        cmocka_unit_test(reply_within_the_text),
        cmocka_unit_test(long_text),
        cmocka_unit_test(closed_with_the_last_reply),
        cmocka_unit_test(caller_takes_its_time),
        cmocka_unit_test(reply_within_the_dot),
        cmocka_unit_test(group_leaves_at_once),
        cmocka_unit_test(group_of_one),
        cmocka_unit_test(neither_waits_for_the_other),
        cmocka_unit_test(many_recipients),
        cmocka_unit_test(mail_refused_in_the_middle),
        cmocka_unit_test(endless_replies),
        cmocka_unit_test(helo_only),
        cmocka_unit_test(odd_keywords),
        cmocka_unit_test(too_long_addresses),
        cmocka_unit_test(dsn_parameters),
        cmocka_unit_test(longest_parameters),
        cmocka_unit_test(breaking_off),
        cmocka_unit_test(switching_to_tls),
        cmocka_unit_test(clear_text_instead_of_tls),
        cmocka_unit_test(silence_instead_of_tls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
