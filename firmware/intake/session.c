/* SPDX-License-Identifier: MIT */
/*
 * session.c: the SMTP server's side of one connection, RFC 5321. The body reads like the
 * protocol; its driver, session_run, looks at time-outs and at the stream around it.
 *
 * Promises: 250 after the final dot only when the spool has committed the letter. Nothing of a
 * letter that was refused, broken off or malformed is kept. Memory is bounded whatever comes.
 * Limits: text is taken only while no erase runs; until then TCP's window holds the sender.
 */
#include "intake/session.h"

#include "intake/quota.h"
#include "mail/command.h"
#include "mail/connector.h"
#include "base/bytes.h"
#include "base/log.h"
#include "base/one_copy.h"
#include "base/text.h"
#include "config/config.h"

#include <string.h>

/* A second of one who has not said hello counts as so many (session_idle_ms). */
#define IDLE_BEFORE_HELLO 4

#define TEXT_PIECE 256

/* Of the command line being read. */
#define LINE_AFTER_CR 1 /* the last octet was CR */
#define LINE_BARE_LF  2
#define LINE_BAD      4 /* a CR without LF, or NUL */
#define LINE_CUT      8 /* more than blanks did not fit in `line` */

/* ---- Answers ------------------------------------------------------------------------------ */

/* Counts and logs the answer that stands in `line`, if it refuses. */
static void note_refusal(const struct session *s, enum answer answer)
{
    struct intake_counts *counts = s->counts;

    switch (answer_class(answer)) {
    case ANSWERS_PLAIN:
    case ANSWERS_JUNK:
        return;
    case ANSWERS_RELAY:
        counts->refused_relay++;
        break;
    case ANSWERS_FULL:
        counts->refused_full++;
        break;
    case ANSWERS_OTHER:
        counts->refused_other++;
        break;
    }
    log_write(answer == ANSWER_FLASH ? LOG_ERROR : LOG_INFO, "intake", "refused",
              "client=%s status=%.5s", s->address, s->line + 4);
}

/* Puts an answer in the place of the line that it answers. */
static void prepare(struct session *s, enum answer answer)
{
    struct text t;

    text_init(&t, s->line, sizeof s->line);
    answer_put(&t, answer);
    note_refusal(s, answer);
    if (answer == ANSWER_EHLO)
        text_printf(&t, "%lu", (unsigned long)CONFIG_INTAKE_SIZE_MAX);
    if (answer == ANSWER_KEPT)
        text_printf(&t, "%lu", (unsigned long)s->deposit.id);
    text_add(&t, "\r\n");
    s->out_length = (uint16_t)t.length;
    s->out_sent = 0;
}

/*
 * Hands over what the stream takes; true when that was all. It goes out when nothing more waits
 * to be read: the answers to a batch of commands travel together (RFC 2920 section 3.2).
 */
static bool answer_sent(struct session *s)
{
    size_t left = (size_t)s->out_length - s->out_sent;
    const uint8_t *bytes = (const uint8_t *)s->line + s->out_sent;

    if (left > 0)
        s->out_sent = (uint16_t)(s->out_sent + stream_write(s->stream, bytes, left));
    return s->out_sent == s->out_length;
}

/* Nothing came from the client: now it must have all our answers. */
static void wait_for_client(struct session *s)
{
    if (!s->hungry)
        stream_flush(s->stream);
    s->hungry = true;
}

/* ---- Command lines ------------------------------------------------------------------------ */

static void begin_line(struct session *s)
{
    s->line_length = 0;
    s->line_flags = 0;
    s->out_length = 0;
    s->out_sent = 0;
}

static void keep_octet(struct session *s, uint8_t octet)
{
    if (s->line_length < sizeof s->line)
        s->line[s->line_length] = (char)octet;
    else if (octet != ' ' && octet != '\r' && octet != '\n')
        s->line_flags |= LINE_CUT;
    if (s->line_length < UINT16_MAX)
        s->line_length++;
}

/* Takes one octet; true when it ends the line, be it only with a bare LF. */
static bool take_octet(struct session *s, uint8_t octet)
{
    bool after_cr = (s->line_flags & LINE_AFTER_CR) != 0;

    s->line_flags &= (uint8_t)~LINE_AFTER_CR;
    keep_octet(s, octet);
    if (octet == '\n') {
        if (!after_cr)
            s->line_flags |= LINE_BARE_LF;
        return true;
    }
    if (after_cr || octet == '\0')
        s->line_flags |= LINE_BAD;
    if (octet == '\r')
        s->line_flags |= LINE_AFTER_CR;
    return false;
}

/* Reads on; true when the command line is complete. */
static bool line_arrived(struct session *s)
{
    size_t size;

    for (const uint8_t *bytes = stream_read_buf(s->stream, &size); size > 0;
         bytes = stream_read_buf(s->stream, &size)) {
        size_t used = 0;
        bool ended = false;

        while (used < size && !ended)
            ended = take_octet(s, bytes[used++]);
        stream_read_ack(s->stream, used);
        if (ended) {
            s->hungry = false;
            return true;
        }
    }
    wait_for_client(s);
    return false;
}

static enum answer run_line(struct session *s, const struct clock *now)
{
    unsigned end = s->line_flags & LINE_BARE_LF ? 1 : 2;
    uint8_t awaited = s->awaits;
    size_t length;

    if (CONFIG_INTAKE_ANY_AUTH)
        s->awaits = 0;
    if (s->line_flags & LINE_BARE_LF && !CONFIG_INTAKE_REPAIR_LF)
        return ANSWER_BARE_LF;
    if (s->line_length > COMMAND_LINE_MAX)
        return ANSWER_LONG_LINE;
    if (s->line_flags & LINE_BAD)
        return ANSWER_BAD_LINE;
    length = min_size(s->line_length - end, sizeof s->line);
    if (CONFIG_INTAKE_ANY_AUTH && awaited != 0)
        return login_go_on(s, awaited, cursor_over(s->line, length));
    return session_command(s, length, (s->line_flags & LINE_CUT) != 0, now);
}

/* It may have held a password. */
static void wipe_line(struct session *s)
{
    if (CONFIG_INTAKE_ANY_AUTH)
        memset(s->line, 0, sizeof s->line);
}

/* False when the spool was busy: the line is to be obeyed again. */
static bool line_obeyed(struct session *s, const struct clock *now)
{
    enum answer answer = run_line(s, now);

    if (answer == ANSWER_NONE)
        return false;
    if (answer_class(answer) == ANSWERS_JUNK && ++s->junk >= SESSION_JUNK_MAX)
        answer = ANSWER_JUNK;
    if (answer == ANSWER_BARE_LF || answer == ANSWER_JUNK || answer == ANSWER_IDLE_COMMANDS)
        s->closing = true;
    wipe_line(s);
    prepare(s, answer);
    return true;
}

/* ---- Text --------------------------------------------------------------------------------- */

static ONE_COPY void set_deadline(struct session *s, uint32_t seconds,
                                  const struct clock *now)
{
    s->task.deadline_ms = now->uptime_ms + (uint64_t)seconds * 1000;
}

static void begin_text(struct session *s, const struct clock *now)
{
    dots_in_init(&s->text.dots);
    headers_scan_init(&s->text.scan);
    s->text_size = 0;
    s->raw_octets = 0;
    s->verdict = ANSWER_NONE;
    set_deadline(s, CONFIG_INTAKE_DATA_TIMEOUT_S, now);
}

static bool text_arrived(struct session *s)
{
    size_t size;

    (void)stream_read_buf(s->stream, &size);
    if (size == 0)
        wait_for_client(s);
    else
        s->hungry = false;
    return size > 0;
}

/* The first reason to refuse sticks; the text is read to its end all the same. */
static void refuse_text(struct session *s, enum answer answer)
{
    s->verdict = (uint8_t)answer;
    spool_deposit_abort(&s->deposit);
}

static void keep_text(struct session *s, const uint8_t *text, size_t size)
{
    enum spool_result result;

    if (size > CONFIG_INTAKE_SIZE_MAX - s->text_size ||
        size > connectors_size_max(s->deposit.connectors) - s->text_size) {
        refuse_text(s, ANSWER_TOO_LARGE);
        return;
    }
    s->text_size += (uint32_t)size;
    if (!quota_count(s->address, 0, (uint32_t)size)) {
        refuse_text(s, ANSWER_QUOTA);
        return;
    }
    headers_scan_add(&s->text.scan, text, size);
    if (s->text.scan.received > CONFIG_INTAKE_HOPS_MAX) {
        refuse_text(s, ANSWER_LOOP);
        return;
    }
    result = spool_deposit_text(&s->deposit, text, size);
    if (result != SPOOL_OK) /* not BUSY: spool_ready was asked */
        refuse_text(s, session_trouble(result));
}

static void note_progress(struct session *s, size_t octets, const struct clock *now)
{
    s->raw_octets = (uint16_t)(s->raw_octets + octets);
    if (s->raw_octets < CONFIG_INTAKE_DATA_MIN)
        return;
    s->raw_octets = 0;
    s->progress_ms = (uint32_t)now->uptime_ms;
    set_deadline(s, CONFIG_INTAKE_DATA_TIMEOUT_S, now);
}

/* The next piece, from the stream's buffer into the deposit; only while no erase runs. */
static void take_text(struct session *s, const struct clock *now)
{
    uint8_t piece[TEXT_PIECE];
    size_t size, made;
    const uint8_t *raw = stream_read_buf(s->stream, &size);
    size_t used = dots_in_read(&s->text.dots, raw, min_size(size, sizeof piece), piece,
                               sizeof piece, &made);

    if (s->verdict == ANSWER_NONE && s->text.dots.fault != DOTS_CLEAN)
        refuse_text(s, s->text.dots.fault == DOTS_LONG_LINE ? ANSWER_LONG_TEXT_LINE
                                                            : ANSWER_BAD_TEXT);
    if (s->verdict == ANSWER_NONE && made > 0)
        keep_text(s, piece, made);
    stream_read_ack(s->stream, used);
    note_progress(s, used, now);
}

static void note_letter(struct session *s)
{
    s->counts->letters++;
    s->idle_commands = 0;
    log_write(LOG_INFO, "intake", "accepted", "id=%lu size=%lu recipients=%u client=%s",
              (unsigned long)s->deposit.id, (unsigned long)s->text_size, s->recipients,
              s->address);
}

/* Makes the letter exist, if nothing was against it, and prepares the answer to the dot. */
static bool letter_ended(struct session *s, const struct clock *now)
{
    enum answer answer = (enum answer)s->verdict;

    if (answer == ANSWER_NONE) {
        enum spool_result result = spool_deposit_commit(&s->deposit, now);

        if (result == SPOOL_BUSY)
            return false;
        answer = result == SPOOL_OK ? ANSWER_KEPT : session_trouble(result);
    }
    if (answer == ANSWER_KEPT)
        note_letter(s);
    prepare(s, answer);
    session_forget_letter(s);
    s->in_text = false;
    return true;
}

/* ---- The conversation --------------------------------------------------------------------- */

/* True when the pause is over, or when the client broke it. */
static bool may_greet(struct session *s, const struct clock *now)
{
    size_t size;

    (void)stream_read_buf(s->stream, &size);
    s->closing = size > 0;
    return s->closing ||
           (uint32_t)now->uptime_ms - s->progress_ms >= CONFIG_INTAKE_GREETING_MS;
}

static enum task_state session_body(struct session *s, const struct clock *now)
{
    TASK_BEGIN(&s->task)

    TASK_AWAIT(&s->task, may_greet(s, now));
    prepare(s, s->closing ? ANSWER_TOO_EARLY : ANSWER_GREETING);
    TASK_AWAIT(&s->task, answer_sent(s));

    while (!s->closing) {
        begin_line(s);
        set_deadline(s, CONFIG_INTAKE_COMMAND_TIMEOUT_S, now);
        TASK_AWAIT(&s->task, line_arrived(s));
        TASK_AWAIT(&s->task, spool_ready() && line_obeyed(s, now));
        TASK_AWAIT(&s->task, answer_sent(s));
        if (!s->in_text)
            continue;

        begin_text(s, now);
        while (!s->text.dots.ended) {
            TASK_AWAIT(&s->task, spool_ready() && text_arrived(s));
            take_text(s, now);
        }
        set_deadline(s, CONFIG_INTAKE_COMMAND_TIMEOUT_S, now);
        TASK_AWAIT(&s->task, spool_ready() && letter_ended(s, now));
        TASK_AWAIT(&s->task, answer_sent(s));
    }

    TASK_END(&s->task);
}

void session_start(struct session *s, struct stream *stream, const char *address,
                   bool allowed, struct intake_counts *counts, const struct clock *now)
{
    struct text t;

    memset(s, 0, sizeof *s);
    task_init(&s->task);
    s->stream = stream;
    s->counts = counts;
    s->allowed = allowed;
    s->started_ms = s->progress_ms = (uint32_t)now->uptime_ms;
    text_init(&t, s->address, sizeof s->address);
    text_add(&t, address);
    set_deadline(s, CONFIG_INTAKE_COMMAND_TIMEOUT_S, now);
    counts->sessions++;
    log_write(LOG_DEBUG, "intake", "connected", "client=%s relay=%s", s->address,
              allowed ? "yes" : "no");
}

/* Leaves nothing of a letter under way behind. */
static bool hang_up(struct session *s)
{
    session_forget_letter(s);
    stream_close(s->stream);
    wipe_line(s);
    return false;
}

void session_end(struct session *s, enum answer answer)
{
    bool midway = s->out_sent < s->out_length && s->out_sent > 0;

    if (!midway) {
        prepare(s, answer);
        (void)answer_sent(s);
    }
    (void)hang_up(s);
}

bool session_run(struct session *s, const struct clock *now)
{
    if (stream_error(s->stream) != STREAM_OK)
        return hang_up(s);
    if (task_late(&s->task, now->uptime_ms)) {
        session_end(s, ANSWER_TIMEOUT);
        return false;
    }
    if ((uint32_t)now->uptime_ms - s->started_ms >= CONFIG_INTAKE_SESSION_S * 1000u) {
        session_end(s, ANSWER_TOO_LONG);
        return false;
    }
    if (session_body(s, now) == TASK_DONE)
        return hang_up(s);
    if (s->hungry && stream_at_end(s->stream))
        return hang_up(s);
    return true;
}

uint32_t session_idle_ms(const struct session *s, const struct clock *now)
{
    uint32_t idle_ms = (uint32_t)now->uptime_ms - s->progress_ms;

    return s->done & SESSION_HELO ? idle_ms : idle_ms * IDLE_BEFORE_HELLO;
}
