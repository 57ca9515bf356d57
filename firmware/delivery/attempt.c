/* SPDX-License-Identifier: MIT */
/*
 * attempt.c: the driver of the dialogue. Before it resumes the dialogue, and again after, it
 * looks for what the dialogue need not know of: a broken stream, a peer that is gone, a step
 * that took too long, a reply that concerns the route.
 *
 * Promises: a letter whose final dot has left and whose reply did not come is MAYBE_SENT; the
 * stream is closed or aborted before NEED_NOTHING; it is aborted wherever an orderly end could
 * pass for the end of a text.
 */
#include "delivery/attempt.h"

#include "delivery/dialogue.h"
#include "delivery/turn.h"
#include "delivery/verdict.h"

#include "stream/stream.h"

#include "base/clock.h"
#include "base/one_copy.h"

#include <string.h>

static const struct outcome good = {
    OUTCOME_SENT, SCOPE_ROUTE, CAUSE_NONE, {2, 0, 0}
};

void attempt_begin(struct attempt *a, struct stream *stream, const char *helo_name,
                   const struct clock *now)
{
    (void)now;
    memset(a, 0, sizeof *a);
    task_init(&a->task);
    task_init(&a->part);
    ehlo_init(&a->ehlo);
    reply_init(&a->reply);
    a->stream = stream;
    a->helo_name = helo_name;
    a->need = NEED_TIME;
    a->outcome = good;
}

static enum verdict_failure trouble(const struct attempt *a, const struct clock *now)
{
    if (stream_error(a->stream) != STREAM_OK)
        return FAILURE_STREAM;
    if (stream_at_end(a->stream))
        return FAILURE_CLOSED;
    if (task_late(&a->task, now->uptime_ms))
        return FAILURE_TIMEOUT;
    return FAILURE_NONE;
}

/* ---- The ends ---------------------------------------------------------------------------- */

/* Called from many places; a copy at each costs the board 90 bytes. */
static ONE_COPY void end(struct attempt *a, struct outcome outcome)
{
    a->outcome = outcome;
    a->over = true;
    a->need = NEED_NOTHING;
}

static ONE_COPY void end_with_fact(struct attempt *a, struct outcome of_letter,
                                   struct outcome outcome)
{
    end(a, outcome);
    a->fact = (struct attempt_fact){FACT_LETTER, a->recipient, of_letter};
    a->need = NEED_READING;
}

/*
 * Between two letters nothing is at stake: a peer that takes a limited number of letters on a
 * connection and then closes it (perhaps while the next MAIL is on its way), or refuses RSET, is
 * no reason to let the route wait. Only when it says itself that it is closing (421), it is
 * taken at its word. Each such connection judged a letter, so this cannot go round for ever.
 */
static ONE_COPY struct outcome outcome_of(const struct attempt *a, struct outcome verdict)
{
    bool between = !a->in_letter && verdict.cause != CAUSE_SHUTTING_DOWN;
    bool begun = !a->mail_open && verdict.cause == CAUSE_CONNECTION_LOST;

    if (a->step == STEP_QUIT || (a->judged && (between || begun)))
        return good;
    return verdict;
}

/* The connection is no longer any use: nothing is said, the stream is broken off. */
static void fail(struct attempt *a, struct outcome verdict)
{
    struct outcome of_letter = verdict;

    stream_abort(a->stream);
    of_letter.result = OUTCOME_MAYBE_SENT;
    of_letter.scope = SCOPE_LETTER;
    if (a->step == STEP_DOT && a->owed > 0 && a->accepted_any)
        end_with_fact(a, of_letter, verdict);
    else
        end(a, outcome_of(a, verdict));
}

/*
 * Says good-bye to a peer that refused the connection; its reply would change nothing. With
 * more commands on their way (DATA, perhaps) nothing is said that could pass for text.
 */
static void part(struct attempt *a)
{
    bool alone = a->said && a->owed == 1;

    turn_prepare(a, STEP_QUIT, "");
    if (alone && a->verdict.cause != CAUSE_SHUTTING_DOWN)
        (void)turn_push(a);
    if (alone)
        stream_close(a->stream);
    else
        stream_abort(a->stream);
    end(a, outcome_of(a, a->verdict));
}

/*
 * The dialogue heard a verdict that it cannot go on with. A letter that was refused in the
 * middle of its text is judged, and the connection goes with it: the rest of the text could
 * only be taken for commands.
 */
static void leave(struct attempt *a)
{
    if (a->bad_reply) {
        fail(a, a->verdict);
    } else if (a->step == STEP_TEXT) {
        stream_abort(a->stream);
        if (a->verdict.scope == SCOPE_LETTER && a->in_letter)
            end_with_fact(a, a->verdict, good);
        else
            end(a, a->verdict);
    } else {
        part(a);
    }
}

static void finish(struct attempt *a)
{
    stream_close(a->stream);
    end(a, good);
}

enum attempt_need attempt_run(struct attempt *a, const struct clock *now)
{
    enum verdict_failure failure;

    if (a->need == NEED_READING || a->need == NEED_NOTHING)
        return a->need;
    failure = trouble(a, now);
    if (failure == FAILURE_NONE && dialogue(a, now) == TASK_DONE)
        finish(a);
    else if (a->leaving)
        leave(a);
    if (a->need == NEED_READING || a->need == NEED_NOTHING)
        return a->need;
    if (failure == FAILURE_NONE)
        failure = trouble(a, now);
    if (failure != FAILURE_NONE)
        fail(a, verdict_failure(a->step, failure, stream_error(a->stream)));
    return a->need;
}

void attempt_break(struct attempt *a, enum outcome_cause cause)
{
    bool of_letter = cause == CAUSE_LETTER_DAMAGED;

    if (a->over) {
        a->need = NEED_NOTHING;
        return;
    }
    stream_abort(a->stream);
    end(a, (struct outcome){
               OUTCOME_LATER, of_letter ? SCOPE_LETTER : SCOPE_ROUTE, cause, {4, 3, 0}
    });
}

/* ---- What the caller gives --------------------------------------------------------------- */

static void give(struct attempt *a, bool more)
{
    a->more = more;
    a->given = true;
    a->need = NEED_TIME;
}

void attempt_give_letter(struct attempt *a, const char *sender, uint32_t size,
                         bool eightbit)
{
    a->size = size;
    a->eightbit = eightbit;
    a->in_letter = true;
    turn_prepare(a, STEP_MAIL, sender);
    give(a, true);
}

void attempt_give_no_letter(struct attempt *a)
{
    give(a, false);
}

void attempt_give_recipient(struct attempt *a, uint8_t recipient, const char *address)
{
    a->recipient = recipient;
    turn_prepare(a, STEP_RCPT, address);
    give(a, true);
}

void attempt_give_no_recipient(struct attempt *a)
{
    give(a, false);
}

void attempt_give_parameter(struct attempt *a, const uint8_t *parameter, size_t size)
{
    if (a->ehlo.dsn)
        turn_add_parameter(a, parameter, size);
}

static bool is_ascii(const uint8_t *text, size_t size)
{
    uint8_t all = 0;

    for (size_t i = 0; i < size; i++)
        all |= text[i];
    return all < 0x80;
}

size_t attempt_give_text(struct attempt *a, const uint8_t *text, size_t size)
{
    size_t given = 0;

    if (!a->ehlo.eightbit && !is_ascii(text, size)) {
        a->verdict = dialogue_no_8bitmime; /* nobody had said so of the letter */
        a->leaving = true;
        return 0;
    }
    while (given < size && turn_push(a)) {
        size_t made;

        given += dots_out_write(&a->dots, text + given, size - given, (uint8_t *)a->line,
                                sizeof a->line, &made);
        a->line_length = (uint16_t)made;
        a->line_sent = 0;
    }
    return given;
}

void attempt_give_end(struct attempt *a)
{
    a->text_complete = true;
    a->need = NEED_TIME;
}

void attempt_fact_read(struct attempt *a)
{
    a->need = a->over ? NEED_NOTHING : NEED_TIME;
}
