/* SPDX-License-Identifier: MIT */
/*
 * turn.c: commands out, replies in, each reply with the command it answers.
 *
 * Promises: nothing is said while a reply is owed, but for MAIL, RCPT and DATA to a peer that
 * offers PIPELINING (RFC 2920), and then replies are taken whenever a command does not fit, so
 * that neither side waits for the other; every reply is read whole, however it is cut into
 * segments; replies count by their code alone.
 */
#include "delivery/turn.h"

#include "delivery/verdict.h"

#include "stream/stream.h"

#include "mail/ehlo.h"
#include "mail/reply.h"

#include "base/clock.h"
#include "base/one_copy.h"
#include "base/text.h"

#include "config/config.h"

#include <string.h>

/* A domain name in EHLO, or a path in MAIL and RCPT with the longest parameters, fits. */
_Static_assert(sizeof(((struct attempt *)0)->line) >
                   LETTER_PATH_MAX + LETTER_PARAMETERS_MAX +
                       sizeof "MAIL FROM:<> SIZE=4294967295 BODY=8BITMIME\r\n",
               "a->line must hold the longest command");

/*
 * Time-outs as RFC 5321 section 4.5.3.2 sets them; the first digit of the code hoped for, 0
 * where no reply is; what the command consists of besides its argument.
 */
static const struct {
    uint16_t timeout_s;
    uint8_t hope;
    const char *words, *close;
} steps[] = {
    [STEP_CONNECT] = {CONFIG_DELIVERY_CONNECT_TIMEOUT_S,    0, "",            ""     },
    [STEP_GREETING] = {CONFIG_DELIVERY_GREETING_TIMEOUT_S,   2, "",            ""     },
    [STEP_EHLO] = {CONFIG_DELIVERY_HELO_TIMEOUT_S,       2, "EHLO ",       "\r\n" },
    [STEP_HELO] = {CONFIG_DELIVERY_HELO_TIMEOUT_S,       2, "HELO ",       "\r\n" },
    [STEP_MAIL] = {CONFIG_DELIVERY_MAIL_TIMEOUT_S,       2, "MAIL FROM:<", ">"    },
    [STEP_RCPT] = {CONFIG_DELIVERY_RCPT_TIMEOUT_S,       2, "RCPT TO:<",   ">\r\n"},
    [STEP_DATA] = {CONFIG_DELIVERY_DATA_START_TIMEOUT_S, 3, "DATA",        "\r\n" },
    [STEP_TEXT] = {CONFIG_DELIVERY_DATA_BLOCK_TIMEOUT_S, 0, "",            ""     },
    [STEP_DOT] = {CONFIG_DELIVERY_DATA_END_TIMEOUT_S,   2, "",            ""     },
    [STEP_RSET] = {CONFIG_DELIVERY_QUIT_TIMEOUT_S,       2, "RSET",        "\r\n" },
    [STEP_QUIT] = {CONFIG_DELIVERY_QUIT_TIMEOUT_S,       2, "QUIT",        "\r\n" },
#if TLS_USED
    [STEP_STARTTLS] = {CONFIG_DELIVERY_HELO_TIMEOUT_S,       2, "STARTTLS",    "\r\n" },
    [STEP_TLS] = {CONFIG_DELIVERY_GREETING_TIMEOUT_S,   0, "",            ""     },
#endif
};

const struct outcome turn_good = {
    OUTCOME_SENT, SCOPE_LETTER, CAUSE_NONE, {2, 0, 0}
};
static const struct outcome none_accepted = {
    OUTCOME_LATER, SCOPE_RECIPIENT, CAUSE_NONE, {4, 0, 0}
};

/* ---- Saying ------------------------------------------------------------------------------ */

/*
 * The parameters of MAIL (RFC 1870, RFC 6152): only what the next hop announced. Where it did
 * not announce 8BITMIME, `weigh` keeps 8-bit text from it.
 */
static void add_parameters(const struct attempt *a, struct text *line)
{
    if (a->ehlo.size && a->size > 0)
        text_printf(line, " SIZE=%lu", (unsigned long)a->size);
    if (a->eightbit)
        text_add(line, " BODY=8BITMIME");
    text_add(line, "\r\n");
}

void turn_prepare(struct attempt *a, enum attempt_step step, const char *argument)
{
    struct text line;

    text_init(&line, a->line, sizeof a->line);
    text_add(&line, steps[step].words);
    text_add_clean(&line, (const uint8_t *)argument, strlen(argument));
    text_add(&line, steps[step].close);
    if (step == STEP_MAIL)
        add_parameters(a, &line);
    a->line_length = (uint16_t)line.length;
    a->line_sent = 0;
    a->cut = line.cut;
}

void turn_add_parameter(struct attempt *a, const uint8_t *parameter, size_t size)
{
    struct text line = {a->line, sizeof a->line, a->line_length - 2u, a->cut};

    text_add(&line, " ");
    text_add_clean(&line, parameter, size);
    text_add(&line, "\r\n");
    a->line_length = (uint16_t)line.length;
    a->cut = line.cut;
}

bool turn_push(struct attempt *a)
{
    size_t left = (size_t)a->line_length - a->line_sent;

    if (left > 0)
        a->line_sent += (uint16_t)stream_write(
            a->stream, (const uint8_t *)a->line + a->line_sent, left);
    return a->line_sent == a->line_length;
}

void turn_set_deadline(struct attempt *a, const struct clock *now)
{
    a->task.deadline_ms = now->uptime_ms + steps[a->step].timeout_s * UINT64_C(1000);
}

void turn_enter(struct attempt *a, enum attempt_step step, const struct clock *now)
{
    a->step = step;
    turn_set_deadline(a, now);
}

void turn_await(struct attempt *a, enum attempt_step step, const struct clock *now)
{
    turn_enter(a, step, now);
    reply_init(&a->reply);
    a->said = true;
    a->owed = 1;
}

void turn_say(struct attempt *a, enum attempt_step step, const struct clock *now)
{
    size_t waiting = 0;

    if (a->owed == 0) {
        (void)stream_read_buf(a->stream, &waiting);
        turn_await(a, step, now);
        a->owed = waiting > 0;
    }
    turn_set_deadline(a, now);
    a->unasked = waiting > 0;
    a->said = a->unasked;
}

void turn_say_plain(struct attempt *a, enum attempt_step step, const char *argument,
                    const struct clock *now)
{
    turn_prepare(a, step, argument);
    turn_say(a, step, now);
}

/* ---- Hearing ----------------------------------------------------------------------------- */

static void add_keyword(struct attempt *a)
{
    ehlo_add(&a->ehlo, a->reply.line, a->reply.line_length);
    if (TLS_USED)
        ehlo_add_session(&a->ehlo, a->reply.line, a->reply.line_length);
}

/* EHLO's keywords stand in every line but the first (RFC 5321 section 4.1.1.1). */
static void learn(struct attempt *a, enum reply_event event)
{
    if (a->step == STEP_EHLO && a->reply.lines > 1 && event != REPLY_MORE)
        add_keyword(a);
}

/* Reads what is there up to the end of one reply; REPLY_MORE when it is not all there yet. */
static enum reply_event read_reply(struct attempt *a)
{
    enum reply_event event;
    size_t size, used;

    if (a->reply.complete && a->reply.last)
        reply_init(&a->reply);
    do {
        const uint8_t *bytes = stream_read_buf(a->stream, &size);

        if (size == 0)
            return REPLY_MORE;
        event = reply_read(&a->reply, bytes, size, &used);
        stream_read_ack(a->stream, used);
        if (event != REPLY_BROKEN)
            learn(a, event);
    } while (event == REPLY_MORE || event == REPLY_LINE);
    return event;
}

/* A next hop that knows no EHLO says 5yz, and is asked again with HELO (section 3.2). */
static bool knows_no_ehlo(const struct attempt *a)
{
    return a->step == STEP_EHLO && a->reply.code / 100 == 5;
}

/* Where TLS is not demanded, a next hop that does not begin it now is no less than before. */
static bool may_stay_in_clear(const struct attempt *a)
{
    return TLS_USED && a->step == STEP_STARTTLS &&
           a->protection == PROTECTION_OPPORTUNISTIC && !a->bad_reply &&
           a->reply.code != 421;
}

/*
 * Said before the refusal of MAIL or of all recipients was known: whatever the reply, it
 * changes nothing (RFC 2920 section 3.1).
 */
static bool is_moot(const struct attempt *a)
{
    return (a->step == STEP_RCPT && !a->in_letter) ||
           ((a->step == STEP_DATA || a->step == STEP_DOT) && !a->accepted_any);
}

/* A peer that wants the text of a letter whose MAIL it refused gets none, not even a dot. */
static bool makes_no_sense(const struct attempt *a)
{
    return a->unasked ||
           (a->step == STEP_DATA && a->reply.code / 100 == 3 && !a->mail_open);
}

static void judge(struct attempt *a, enum reply_event event)
{
    bool closing = a->reply.code == 421; /* may come at any time, section 3.8 */

    if (event == REPLY_BROKEN || (makes_no_sense(a) && !closing))
        a->verdict = verdict_failure(a->step, FAILURE_BAD_REPLY, STREAM_OK);
    else if (a->reply.code / 100 == steps[a->step].hope || (is_moot(a) && !closing))
        a->verdict = turn_good;
    else
        a->verdict = verdict_reply(a->step, &a->reply);
    a->bad_reply = a->verdict.cause == CAUSE_BAD_REPLY;
    a->leaving = a->step == STEP_TEXT || (a->verdict.scope == SCOPE_ROUTE &&
                                          !knows_no_ehlo(a) && !may_stay_in_clear(a));
}

bool turn_well(const struct attempt *a)
{
    return a->verdict.cause == CAUSE_NONE;
}

/* ---- Asking and telling the caller ------------------------------------------------------- */

void turn_ask(struct attempt *a, enum attempt_need need)
{
    a->task.deadline_ms = 0;
    a->need = need;
    a->given = false;
}

ONE_COPY void turn_tell(struct attempt *a, enum attempt_fact_kind kind, uint8_t recipient,
                        struct outcome outcome)
{
    a->fact = (struct attempt_fact){kind, recipient, outcome};
    a->need = NEED_READING;
}

void turn_tell_letter(struct attempt *a)
{
    turn_tell(a, FACT_LETTER, 0,
              turn_well(a) && !a->accepted_any ? none_accepted : a->verdict);
    a->in_letter = false;
    a->judged = true;
}

/* A recipient's refusal is told at once; the verdict is the letter's again. */
static void note_recipient(struct attempt *a, uint8_t recipient)
{
    if (turn_well(a))
        a->accepted_any = true;
    else
        turn_tell(a, FACT_RECIPIENT, recipient, a->verdict);
    a->verdict = turn_good;
}

/* ---- Replies in the order of their commands ---------------------------------------------- */

uint8_t turn_first_asked(const struct attempt *a)
{
    uint8_t i = 0;

    while (i < LETTER_RECIPIENTS_MAX && (a->asked[i / 8] >> i % 8 & 1) == 0)
        i++;
    return i;
}

/* Recipients are asked in the order of their numbers, and DATA after them. */
static void await_next(struct attempt *a, const struct clock *now)
{
    turn_enter(a, turn_first_asked(a) < LETTER_RECIPIENTS_MAX ? STEP_RCPT : STEP_DATA, now);
}

/* What a reply to one of the letter's commands changes. */
static void note_reply(struct attempt *a)
{
    uint8_t recipient = turn_first_asked(a);

    if (a->step == STEP_MAIL) {
        a->mail_open = turn_well(a);
        if (!turn_well(a))
            turn_tell_letter(a);
    } else if (a->step == STEP_RCPT) {
        a->asked[recipient / 8] &= (uint8_t) ~(1u << recipient % 8);
        if (a->in_letter)
            note_recipient(a, recipient);
    } else if (a->step == STEP_DATA) {
        a->go = a->reply.code / 100 == 3;
    }
}

bool turn_heard(struct attempt *a, const struct clock *now)
{
    while (a->owed > 0 && a->need != NEED_READING) {
        enum reply_event event = read_reply(a);

        if (event == REPLY_MORE)
            return false;
        judge(a, event);
        if (a->leaving)
            return false;
        a->owed--;
        a->task.deadline_ms = 0;
        note_reply(a);
        if (a->owed > 0 || !a->said)
            await_next(a, now);
    }
    return a->need != NEED_READING;
}

/* Sends the command; where it does not fit, the peer may wait for its replies to be read. */
static bool gone(struct attempt *a, const struct clock *now)
{
    if (!a->said && turn_push(a)) {
        a->said = true;
        a->owed++;
    } else if (!a->said) {
        stream_flush(a->stream);
        (void)turn_heard(a, now);
    }
    return a->said;
}

bool turn_answered(struct attempt *a, const struct clock *now)
{
    bool before = a->said;

    if (!gone(a, now))
        return false;
    if (!before)
        stream_flush(a->stream);
    return turn_heard(a, now);
}

void turn_expect(struct attempt *a, const struct clock *now)
{
    if (a->owed > 0)
        turn_set_deadline(a, now);
    stream_flush(a->stream);
}

bool turn_may_go_on(struct attempt *a, const struct clock *now)
{
    return a->ehlo.pipelining ? gone(a, now) : turn_answered(a, now);
}

bool turn_quit_answered(struct attempt *a, const struct clock *now)
{
    (void)turn_answered(a, now);
    return a->said && (a->owed == 0 || a->leaving);
}
