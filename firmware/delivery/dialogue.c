/* SPDX-License-Identifier: MIT */
/*
 * dialogue.c: the dialogue with the next hop, RFC 5321 section 4.1 and 4.2, top to bottom.
 *
 * Promises: nothing is said before the greeting; a letter is SENT only on a 2yz after its final
 * dot; where TLS is demanded, nothing but EHLO and STARTTLS leaves in clear.
 * Limits: without AUTH.
 */
#include "delivery/dialogue.h"

#include "delivery/turn.h"
#include "delivery/verdict.h"

#include "stream/stream.h"
#include "stream/stream_tls.h"

#include "mail/dots.h"
#include "mail/ehlo.h"
#include "mail/reply.h"

#include "base/clock.h"
#include "task/task.h"

#include <string.h>

/* RFC 6152 section 3: convert it (which flashpost cannot) or take it for a failure. */
const struct outcome dialogue_no_8bitmime = {
    OUTCOME_NEVER, SCOPE_LETTER, CAUSE_NO_8BITMIME, {5, 6, 3}
};

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
    memset(a->asked, 0, sizeof a->asked);
    a->verdict = turn_good;
    a->accepted_any = false;
    a->go = false;
    if (a->cut)
        a->verdict = bad_sender;
    else if (a->ehlo.size_max > 0 && a->size > a->ehlo.size_max)
        a->verdict = too_large;
    else if (a->eightbit && !a->ehlo.eightbit)
        a->verdict = dialogue_no_8bitmime;
}

/* Asks for the recipient given. An address too long to be said is no reason to say half. */
static void say_recipient(struct attempt *a, const struct clock *now)
{
    static const struct outcome bad_recipient = {
        OUTCOME_NEVER, SCOPE_RECIPIENT, CAUSE_RECIPIENT_REFUSED, {5, 1, 3}
    };

    if (a->cut) {
        turn_tell(a, FACT_RECIPIENT, a->recipient, bad_recipient);
        return;
    }
    a->asked[a->recipient / 8] |= (uint8_t)(1u << a->recipient % 8);
    turn_say(a, STEP_RCPT, now);
}

/* Some recipient is accepted, or may yet be. */
static bool data_is_due(const struct attempt *a)
{
    return a->in_letter && (a->accepted_any || turn_first_asked(a) < LETTER_RECIPIENTS_MAX);
}

static void start_text(struct attempt *a, const struct clock *now)
{
    turn_await(a, STEP_TEXT, now);
    a->line_length = a->line_sent = 0;
    a->text_complete = !a->accepted_any;
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

    if (turn_push(a)) {
        a->task.deadline_ms = 0;
        return true;
    }
    if (a->task.deadline_ms == 0 || a->line_sent != before)
        turn_set_deadline(a, now);
    stream_flush(a->stream);
    return false;
}

/*
 * All text is given and gone. A reply before the final dot is never the one hoped for: `heard`
 * leaves it to the driver, and no dot is sent.
 */
static bool text_gone(struct attempt *a, const struct clock *now)
{
    if (turn_heard(a, now) || a->leaving)
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
    if (turn_heard(a, now) || a->leaving || !piece_gone(a, now))
        return false;
    stream_flush(a->stream);
    return true;
}

/* ---- The dialogue ------------------------------------------------------------------------ */

/* Connection, greeting, EHLO or HELO. */
static enum task_state greet(struct attempt *a, const struct clock *now)
{
    TASK_BEGIN(&a->part);

    turn_enter(a, STEP_CONNECT, now);
    TASK_AWAIT(&a->part, stream_is_connected(a->stream));

    turn_await(a, STEP_GREETING, now);
    TASK_AWAIT(&a->part, turn_heard(a, now));

    if (!a->helo_only) {
        turn_say_plain(a, STEP_EHLO, a->helo_name, now);
        TASK_AWAIT(&a->part, turn_answered(a, now));
    }
    if (a->helo_only || !turn_well(a)) {
        ehlo_init(&a->ehlo);
        turn_say_plain(a, STEP_HELO, a->helo_name, now);
        TASK_AWAIT(&a->part, turn_answered(a, now));
    }

    TASK_END(&a->part);
}

/* The driver breaks off for a reason that no reply gave. */
static void refuse(struct attempt *a, enum verdict_failure failure)
{
    a->verdict = verdict_failure(a->step, failure, STREAM_OK);
    a->bad_reply = true;
    a->leaving = true;
}

/* Whether STARTTLS is to be said (RFC 3207); where it is missing and demanded, all ends here. */
static bool asks_for_tls(struct attempt *a, const struct clock *now)
{
    bool demanded = a->protection == PROTECTION_REQUIRED;

    if (demanded && !a->ehlo.starttls) {
        turn_enter(a, STEP_STARTTLS, now);
        refuse(a, FAILURE_NOT_OFFERED);
    }
    return a->ehlo.starttls && (demanded || a->protection == PROTECTION_OPPORTUNISTIC);
}

/*
 * The stream under the dialogue is another one from here on. What waits in clear behind the
 * reply to STARTTLS was said too early, or not by the next hop.
 */
static void begin_tls(struct attempt *a, const struct clock *now)
{
    size_t waiting = 0;

    turn_enter(a, STEP_TLS, now);
    if (a->protection != PROTECTION_IMPLICIT)
        (void)stream_read_buf(a->stream, &waiting);
    if (waiting > 0) {
        refuse(a, FAILURE_INJECTED);
        return;
    }
    a->stream = stream_tls_begin(a->stream, a->peer, now->wall_s);
    a->secure = true;
}

static bool tls_is_up(const struct attempt *a)
{
    return !a->leaving && stream_is_connected(a->stream);
}

/* The same within TLS, or up to STARTTLS; then EHLO again: what was offered counts no more. */
static enum task_state greet_securely(struct attempt *a, const struct clock *now)
{
    TASK_BEGIN(&a->inner);

    if (a->protection == PROTECTION_IMPLICIT) {
        turn_enter(a, STEP_CONNECT, now);
        TASK_AWAIT(&a->inner, stream_is_connected(a->stream));
        begin_tls(a, now);
        TASK_AWAIT(&a->inner, tls_is_up(a));
    }
    TASK_AWAIT(&a->inner, greet(a, now) == TASK_DONE);

    if (asks_for_tls(a, now)) {
        turn_say_plain(a, STEP_STARTTLS, "", now);
        TASK_AWAIT(&a->inner, turn_answered(a, now));
        if (turn_well(a)) {
            begin_tls(a, now);
            TASK_AWAIT(&a->inner, tls_is_up(a));
            ehlo_init(&a->ehlo);
            turn_say_plain(a, STEP_EHLO, a->helo_name, now);
            TASK_AWAIT(&a->inner, turn_answered(a, now));
            a->leaving = !turn_well(a);
        }
    }
    TASK_AWAIT(&a->inner, !a->leaving);

    TASK_END(&a->inner);
}

/* MAIL, RCPT once each, DATA; `go`: the text may follow. */
static enum task_state ask_for_passage(struct attempt *a, const struct clock *now)
{
    TASK_BEGIN(&a->part);

    turn_say(a, STEP_MAIL, now);
    TASK_AWAIT(&a->part, turn_may_go_on(a, now));

    while (a->in_letter) {
        turn_ask(a, NEED_RECIPIENT);
        TASK_AWAIT(&a->part, a->given);
        if (!a->more)
            break;
        say_recipient(a, now);
        TASK_AWAIT(&a->part, a->need != NEED_READING && turn_may_go_on(a, now));
    }

    if (data_is_due(a))
        turn_say_plain(a, STEP_DATA, "", now);
    else
        turn_expect(a, now);
    TASK_AWAIT(&a->part, turn_answered(a, now));

    TASK_END(&a->part);
}

/* A letter without recipients has but a dot to send: DATA was said before it was known. */
static enum task_state give_text(struct attempt *a, const struct clock *now)
{
    TASK_BEGIN(&a->part);

    start_text(a, now);
    TASK_AWAIT(&a->part, text_gone(a, now));
    prepare_dot(a);
    TASK_AWAIT(&a->part, dot_gone(a, now));
    a->mail_open = false;
    turn_enter(a, STEP_DOT, now);
    TASK_AWAIT(&a->part, turn_heard(a, now));

    TASK_END(&a->part);
}

enum task_state dialogue(struct attempt *a, const struct clock *now)
{
    TASK_BEGIN(&a->task);

    TASK_AWAIT(&a->task, (TLS_USED ? greet_securely(a, now) : greet(a, now)) == TASK_DONE);

    for (;;) {
        if (a->mail_open) {
            a->mail_open = false;
            turn_say_plain(a, STEP_RSET, "", now);
            TASK_AWAIT(&a->task, turn_answered(a, now));
        }

        turn_ask(a, NEED_LETTER);
        TASK_AWAIT(&a->task, a->given);
        if (!a->more)
            break;

        weigh(a);
        if (turn_well(a))
            TASK_AWAIT(&a->task, ask_for_passage(a, now) == TASK_DONE);
        if (a->go)
            TASK_AWAIT(&a->task, give_text(a, now) == TASK_DONE);

        if (a->in_letter)
            turn_tell_letter(a);
        TASK_AWAIT(&a->task, a->need != NEED_READING);
    }

    turn_say_plain(a, STEP_QUIT, "", now);
    TASK_AWAIT(&a->task, turn_quit_answered(a, now));

    TASK_END(&a->task);
}
