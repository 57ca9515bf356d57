/* SPDX-License-Identifier: MIT */
/*
 * dialogue.c: the dialogue with the next hop, RFC 5321 section 4.1 and 4.2, top to bottom.
 *
 * Promises: nothing is said before the greeting, and nothing while a reply is outstanding (no
 * pipelining); every reply is read whole, however it is cut into segments; a letter is SENT
 * only on a 2yz after its final dot; replies count by their code alone.
 * Limits: in clear, without AUTH. No DSN parameters.
 */
#include "delivery/dialogue.h"

#include "delivery/verdict.h"

#include "stream/stream.h"

#include "mail/dots.h"
#include "mail/ehlo.h"
#include "mail/reply.h"

#include "base/clock.h"
#include "base/text.h"
#include "task/task.h"

#include "config/config.h"

#include <string.h>

/* A domain name in EHLO, or a path in MAIL and RCPT with the longest parameters, fits. */
_Static_assert(sizeof(((struct attempt *)0)->line) >
                   LETTER_PATH_MAX +
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
} steps[STEP_COUNT] = {
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
};

static const struct outcome accepted = {
    OUTCOME_SENT, SCOPE_LETTER, CAUSE_NONE, {2, 0, 0}
};
/* RFC 6152 section 3: convert it (which flashpost cannot) or take it for a failure. */
const struct outcome dialogue_no_8bitmime = {
    OUTCOME_NEVER, SCOPE_LETTER, CAUSE_NO_8BITMIME, {5, 6, 3}
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

void dialogue_prepare(struct attempt *a, enum attempt_step step, const char *argument)
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

bool dialogue_push(struct attempt *a)
{
    size_t left = (size_t)a->line_length - a->line_sent;

    if (left > 0)
        a->line_sent += (uint16_t)stream_write(
            a->stream, (const uint8_t *)a->line + a->line_sent, left);
    return a->line_sent == a->line_length;
}

static void set_deadline(struct attempt *a, const struct clock *now)
{
    a->task.deadline_ms = now->uptime_ms + steps[a->step].timeout_s * UINT64_C(1000);
}

static void enter(struct attempt *a, enum attempt_step step, const struct clock *now)
{
    a->step = step;
    set_deadline(a, now);
}

static void await_reply(struct attempt *a, enum attempt_step step, const struct clock *now)
{
    enter(a, step, now);
    reply_init(&a->reply);
    a->awaited = true;
}

/*
 * Begins to say what was prepared. Bytes that wait already are no answer to it: then nothing is
 * said, and what came is judged by itself.
 */
static void say(struct attempt *a, enum attempt_step step, const struct clock *now)
{
    size_t waiting;

    (void)stream_read_buf(a->stream, &waiting);
    a->unasked = waiting > 0;
    a->said = a->unasked;
    await_reply(a, step, now);
}

static void say_plain(struct attempt *a, enum attempt_step step, const char *argument,
                      const struct clock *now)
{
    dialogue_prepare(a, step, argument);
    say(a, step, now);
}

/* ---- Hearing ----------------------------------------------------------------------------- */

/* EHLO's keywords stand in every line but the first (RFC 5321 section 4.1.1.1). */
static void learn(struct attempt *a, enum reply_event event)
{
    if (a->step == STEP_EHLO && a->reply.lines > 1 && event != REPLY_MORE)
        ehlo_add(&a->ehlo, a->reply.line, a->reply.line_length);
}

/* Reads what is there up to the end of one reply; REPLY_MORE when it is not all there yet. */
static enum reply_event read_reply(struct attempt *a)
{
    enum reply_event event;
    size_t size, used;

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

static void judge(struct attempt *a, enum reply_event event)
{
    bool closing = a->reply.code == 421; /* may come at any time, section 3.8 */

    if (event == REPLY_BROKEN || (a->unasked && !closing))
        a->verdict = verdict_failure(a->step, FAILURE_BAD_REPLY, STREAM_OK);
    else if (a->reply.code / 100 == steps[a->step].hope)
        a->verdict = accepted;
    else
        a->verdict = verdict_reply(a->step, &a->reply);
    a->bad_reply = a->verdict.cause == CAUSE_BAD_REPLY;
    a->leaving =
        a->step == STEP_TEXT || (a->verdict.scope == SCOPE_ROUTE && !knows_no_ehlo(a));
}

/*
 * Whether the reply came that the dialogue can go on with: the one hoped for, or a refusal of
 * this letter or recipient. A verdict on the route is for the driver.
 */
static bool heard(struct attempt *a)
{
    enum reply_event event = read_reply(a);

    if (event == REPLY_MORE)
        return false;
    judge(a, event);
    if (a->leaving)
        return false;
    a->awaited = false;
    a->task.deadline_ms = 0;
    return true;
}

/* Sends the command, then waits for the reply to it. */
static bool answered(struct attempt *a)
{
    if (!a->said && dialogue_push(a)) {
        stream_flush(a->stream);
        a->said = true;
    }
    return a->said && heard(a);
}

/* QUIT: whatever comes, the connection is over. */
static bool quit_answered(struct attempt *a)
{
    (void)answered(a);
    return a->said && (!a->awaited || a->leaving);
}

static bool well(const struct attempt *a)
{
    return a->verdict.cause == CAUSE_NONE;
}

/* ---- Asking and telling the caller ------------------------------------------------------- */

static void ask(struct attempt *a, enum attempt_need need)
{
    a->need = need;
    a->given = false;
}

static void tell(struct attempt *a, enum attempt_fact_kind kind, struct outcome outcome)
{
    a->fact = (struct attempt_fact){kind, a->recipient, outcome};
    a->need = NEED_READING;
}

static void tell_letter(struct attempt *a)
{
    tell(a, FACT_LETTER, well(a) && !a->accepted_any ? none_accepted : a->verdict);
    a->in_letter = false;
    a->judged = true;
}

/* ---- The letter -------------------------------------------------------------------------- */

/* What stands against the letter before anything is said of it. */
static void weigh(struct attempt *a)
{
    static const struct outcome bad_sender = {
        OUTCOME_NEVER, SCOPE_LETTER, CAUSE_SENDER_REFUSED, {5, 1, 7}
    };
    static const struct outcome too_large = {
        OUTCOME_NEVER, SCOPE_LETTER, CAUSE_TOO_LARGE, {5, 3, 4}
    };

    reply_init(&a->reply);
    a->verdict = accepted;
    a->accepted_any = false;
    if (a->cut)
        a->verdict = bad_sender;
    else if (a->ehlo.size_max > 0 && a->size > a->ehlo.size_max)
        a->verdict = too_large;
    else if (a->eightbit && !a->ehlo.eightbit)
        a->verdict = dialogue_no_8bitmime;
}

/* An address too long to be said is no reason to say half of it. */
static void weigh_recipient(struct attempt *a)
{
    static const struct outcome bad_recipient = {
        OUTCOME_NEVER, SCOPE_RECIPIENT, CAUSE_RECIPIENT_REFUSED, {5, 1, 3}
    };

    reply_init(&a->reply);
    a->verdict = a->cut ? bad_recipient : accepted;
}

/* A recipient's refusal is told at once; the verdict is the letter's again. */
static void note_recipient(struct attempt *a)
{
    if (well(a))
        a->accepted_any = true;
    else
        tell(a, FACT_RECIPIENT, a->verdict);
    a->verdict = accepted;
}

static void start_text(struct attempt *a, const struct clock *now)
{
    await_reply(a, STEP_TEXT, now);
    a->line_length = a->line_sent = 0;
    a->text_complete = false;
    a->task.deadline_ms = 0;
    dots_out_init(&a->dots);
}

/*
 * Sends the piece under way. The time-out runs only while the stream is full, anew with each
 * piece of progress: waiting for our own flash is not the next hop's fault.
 */
static bool piece_gone(struct attempt *a, const struct clock *now)
{
    uint16_t before = a->line_sent;

    if (dialogue_push(a)) {
        a->task.deadline_ms = 0;
        return true;
    }
    if (a->task.deadline_ms == 0 || a->line_sent != before)
        set_deadline(a, now);
    stream_flush(a->stream);
    return false;
}

/*
 * All text is given and gone. A reply before the final dot is never the one hoped for: `heard`
 * leaves it to the driver, and no dot is sent.
 */
static bool text_gone(struct attempt *a, const struct clock *now)
{
    if (heard(a) || a->leaving)
        return false;
    a->need = NEED_TIME;
    if (!piece_gone(a, now))
        return false;
    if (!a->text_complete)
        a->need = NEED_TEXT;
    return a->text_complete;
}

static void prepare_dot(struct attempt *a)
{
    a->line_length = (uint16_t)dots_out_end(&a->dots, (uint8_t *)a->line);
    a->line_sent = 0;
}

/* The dot goes out with the last of the text, in one segment where it fits. */
static bool dot_gone(struct attempt *a, const struct clock *now)
{
    if (heard(a) || a->leaving || !piece_gone(a, now))
        return false;
    stream_flush(a->stream);
    return true;
}

/* ---- The dialogue ------------------------------------------------------------------------ */

/* Connection, greeting, EHLO or HELO. */
static enum task_state greet(struct attempt *a, const struct clock *now)
{
    TASK_BEGIN(&a->part);

    enter(a, STEP_CONNECT, now);
    TASK_AWAIT(&a->part, stream_is_connected(a->stream));

    await_reply(a, STEP_GREETING, now);
    TASK_AWAIT(&a->part, heard(a));

    say_plain(a, STEP_EHLO, a->helo_name, now);
    TASK_AWAIT(&a->part, answered(a));
    if (!well(a)) {
        ehlo_init(&a->ehlo);
        say_plain(a, STEP_HELO, a->helo_name, now);
        TASK_AWAIT(&a->part, answered(a));
    }

    TASK_END(&a->part);
}

/* MAIL, RCPT once each, DATA: with accepted_any and well() the text may follow. */
static enum task_state ask_for_passage(struct attempt *a, const struct clock *now)
{
    TASK_BEGIN(&a->part);

    say(a, STEP_MAIL, now);
    TASK_AWAIT(&a->part, answered(a));
    a->mail_open = well(a);

    while (a->mail_open) {
        ask(a, NEED_RECIPIENT);
        TASK_AWAIT(&a->part, a->given);
        if (!a->more)
            break;
        weigh_recipient(a);
        if (well(a)) {
            say(a, STEP_RCPT, now);
            TASK_AWAIT(&a->part, answered(a));
        }
        note_recipient(a);
        TASK_AWAIT(&a->part, a->need != NEED_READING);
    }

    if (a->accepted_any) {
        say_plain(a, STEP_DATA, "", now);
        TASK_AWAIT(&a->part, answered(a));
    }

    TASK_END(&a->part);
}

static enum task_state give_text(struct attempt *a, const struct clock *now)
{
    TASK_BEGIN(&a->part);

    start_text(a, now);
    TASK_AWAIT(&a->part, text_gone(a, now));
    prepare_dot(a);
    TASK_AWAIT(&a->part, dot_gone(a, now));
    a->mail_open = false;
    enter(a, STEP_DOT, now);
    TASK_AWAIT(&a->part, heard(a));

    TASK_END(&a->part);
}

enum task_state dialogue(struct attempt *a, const struct clock *now)
{
    TASK_BEGIN(&a->task);

    TASK_AWAIT(&a->task, greet(a, now) == TASK_DONE);

    for (;;) {
        if (a->mail_open) {
            a->mail_open = false;
            say_plain(a, STEP_RSET, "", now);
            TASK_AWAIT(&a->task, answered(a));
        }

        ask(a, NEED_LETTER);
        TASK_AWAIT(&a->task, a->given);
        if (!a->more)
            break;

        weigh(a);
        if (well(a))
            TASK_AWAIT(&a->task, ask_for_passage(a, now) == TASK_DONE);
        if (a->accepted_any && well(a))
            TASK_AWAIT(&a->task, give_text(a, now) == TASK_DONE);

        tell_letter(a);
        TASK_AWAIT(&a->task, a->need != NEED_READING);
    }

    say_plain(a, STEP_QUIT, "", now);
    TASK_AWAIT(&a->task, quit_answered(a));

    TASK_END(&a->task);
}
