/* SPDX-License-Identifier: MIT */
/*
 * transfer.c: the pump between spool and delivery. Order matters, and INVARIANTS.md of the
 * spool names why: the route's try is counted before the connect, the letter's before MAIL;
 * a recipient is done only after the next hop's 250; the original is closed last.
 */
#include "relay/transfer.h"

#include "relay/counts.h"
#include "relay/retry.h"

#include "mail/connector.h"
#include "mail/headers.h"

#include "base/bytes.h"
#include "base/log.h"
#include "crypto/random.h"

#include "config/config.h"

#include <string.h>

/* ---- Words for the log --------------------------------------------------------------------- */

static void log_outcome(enum log_level level, const char *event, uint32_t id,
                        const struct outcome *outcome, const char *reply)
{
    char status[16];
    struct text t;

    text_init(&t, status, sizeof status);
    outcome_put_status(&t, outcome->status);
    log_write(level, "relay", "%s", "id=%lu cause=%s status=%s reply=\"%s\"", event,
              (unsigned long)id, outcome_word(outcome->cause), status, reply);
}

/* What happened is not in flash; `id` 0: a try of the route. */
static void log_not_stored(uint32_t id, enum spool_result result)
{
    log_write(LOG_ERROR, "relay", "not-stored", "id=%lu result=%d", (unsigned long)id,
              (int)result);
}

static uint32_t next_due(unsigned tries, const struct clock *now)
{
    return retry_due(now->powered_s, retry_jitter(retry_interval(tries), random_u32()));
}

/* ---- The route's try ------------------------------------------------------------------------ */

/* True when the try is in flash; the due time goes with it, should power fail now. */
static bool count_route(struct transfer *t, const struct clock *now)
{
    enum spool_result result;

    if (t->counted)
        return true;
    spool_route_get(t->connector, &t->route);
    if (t->route.tries < UINT8_MAX)
        t->route.tries++;
    t->route.due_s = next_due(t->route.tries, now);
    result = spool_ready() ? spool_route_put(t->connector, &t->route, now) : SPOOL_BUSY;
    if (result == SPOOL_BUSY)
        return false;
    if (result != SPOOL_OK)
        log_not_stored(0, result);
    t->counted = true;
    return true;
}

/* The next hop is there: the route has no tries against it any more. */
static bool clear_route(struct transfer *t, const struct clock *now)
{
    if (!spool_ready())
        return false;
    if (t->route.tries != 0 || t->route.cause != 0) {
        t->route = (struct spool_route){.frozen = t->route.frozen};
        spool_route_put(t->connector, &t->route, now);
    }
    t->reached = true;
    return true;
}

/* ---- Hosts ----------------------------------------------------------------------------------- */

/* Cuts the next host off the connector's list; brackets of a literal are dropped. */
static bool next_host(struct transfer *t, char address[ADDRESS_TEXT_SIZE])
{
    size_t length;

    t->host += strspn(t->host, " []");
    length = strcspn(t->host, " []");
    if (length == 0)
        return false;
    if (length >= ADDRESS_TEXT_SIZE)
        length = ADDRESS_TEXT_SIZE - 1;
    memcpy(address, t->host, length);
    address[length] = '\0';
    t->host += length;
    return true;
}

static bool letter_is_due(const struct transfer *t, struct spool_letter *letter,
                          const struct clock *now)
{
    return spool_next(t->connector, letter) && clock_reached(now, letter->due_s);
}

static struct outcome later(enum outcome_cause cause, uint16_t subject, uint16_t detail)
{
    return (struct outcome){
        OUTCOME_LATER, SCOPE_ROUTE, cause, {4, subject, detail}
    };
}

/* The host before failed; the letter that it left unjudged goes again, in the same try. */
static bool may_try_next(struct transfer *t, const struct clock *now)
{
    struct spool_letter letter;

    transfer_repeat(t);
    log_outcome(LOG_WARNING, "host-failed", t->unjudged, &t->outcome,
                t->attempt.reply.text);
    return letter_is_due(t, &letter, now);
}

/* Begins to connect to the next host of the list that can be tried; false at its end. */
static bool connect_next(struct transfer *t, const struct clock *now)
{
    char address[ADDRESS_TEXT_SIZE];
    const struct connector *c = &connectors[t->connector];

    while (next_host(t, address) && (!t->connected || may_try_next(t, now))) {
        t->connected = true;
        t->letters = 0;
        log_write(LOG_DEBUG, "relay", "connect", "route=%s host=%s port=%u", c->name,
                  address, c->port);
        relay_count.connects++;
        if (stream_tcp_connect(&t->tcp, address, c->port)) {
            attempt_begin(&t->attempt, &t->tcp.stream, CONFIG_HOST_NAME, now);
            t->attempt.helo_only = c->helo_only;
            return true;
        }
        t->outcome = stream_error(&t->tcp.stream) == STREAM_NO_MEMORY
                         ? later(CAUSE_NO_MEMORY, 3, 0)
                         : later(CAUSE_HOST_NOT_FOUND, 4, 4);
    }
    return false;
}

/* ---- What became of a letter ------------------------------------------------------------------ */

static bool is_settled(const struct transfer *t, unsigned recipient)
{
    return recipient_in(&t->state.sent, recipient) ||
           recipient_in(&t->state.failed, recipient);
}

static bool any_in(const struct recipient_set *set)
{
    uint8_t all = 0;

    for (size_t i = 0; i < sizeof set->bits; i++)
        all |= set->bits[i];
    return all != 0;
}

static unsigned count_in(const struct recipient_set *set)
{
    unsigned count = 0;

    for (unsigned i = 0; i < LETTER_RECIPIENTS_MAX; i++)
        count += recipient_in(set, i);
    return count;
}

static void add_all(struct recipient_set *to, const struct recipient_set *from)
{
    for (size_t i = 0; i < sizeof to->bits; i++)
        to->bits[i] |= from->bits[i];
}

static bool all_settled(const struct transfer *t)
{
    for (unsigned i = 0; i < t->state.recipients; i++) {
        if (!is_settled(t, i))
            return false;
    }
    return true;
}

static enum spool_result settle_strip(struct transfer *t)
{
    enum spool_result result = SPOOL_OK;

    if (any_in(&t->accepted))
        result = spool_settle(&t->letter, SPOOL_SENT, &t->accepted);
    if (result == SPOOL_OK && any_in(&t->given_up))
        result = spool_settle(&t->letter, SPOOL_GIVEN_UP, &t->given_up);
    return result;
}

/*
 * Writes the letter's end, or what is settled so far. One record is enough for the usual case:
 * everyone got it.
 */
static enum spool_result store_letter(struct transfer *t, const struct clock *now)
{
    enum spool_result result;

    add_all(&t->state.sent, &t->accepted);
    add_all(&t->state.failed, &t->given_up);
    relay_count.recipients_sent += count_in(&t->accepted);
    relay_count.given_up += count_in(&t->given_up);
    if (all_settled(t) && !any_in(&t->state.failed))
        return spool_close(&t->letter, SPOOL_CLOSED_SENT, now);
    result = settle_strip(t);
    if (result == SPOOL_OK && all_settled(t))
        result = spool_bury(&t->letter, now);
    return result;
}

static void release_letter(struct transfer *t)
{
    spool_hold(0);
    t->letter.head = 0;
}

/* Whether the field just read is a recipient that this transaction is for. */
static bool is_wanted(const struct transfer *t, const uint8_t *value, size_t size)
{
    return size > 1 && value[0] == t->connector && !is_settled(t, t->next_recipient - 1u);
}

/* The envelope's next field that is a recipient of this transaction, or its end. */
static enum spool_result next_recipient(struct transfer *t, uint8_t *value, size_t room,
                                        size_t *size)
{
    uint8_t kind = 0;
    enum spool_result result;

    do {
        result = spool_reader_field(&t->reader, &kind, value, room, size);
        if (result == SPOOL_OK && kind == LETTER_RECIPIENT)
            t->next_recipient++;
        if (result == SPOOL_OK && kind == LETTER_TEXT)
            result = SPOOL_END;
    } while (result == SPOOL_OK &&
             !(kind == LETTER_RECIPIENT && is_wanted(t, value, *size)));
    return result;
}

/* A letter refused before all its recipients were named is refused for the rest, too. */
static void take_all_recipients(struct transfer *t)
{
    uint8_t connector;
    size_t size;

    while (next_recipient(t, &connector, 1, &size) == SPOOL_OK)
        recipient_add(&t->accepted, t->next_recipient - 1u);
}

/* A letter's fact: who got it, who is given up, who waits; false while the flash is busy. */
static bool end_letter(struct transfer *t, const struct outcome *outcome,
                       const struct clock *now)
{
    enum spool_result result;
    bool waits = outcome->result == OUTCOME_LATER || outcome->result == OUTCOME_MAYBE_SENT;

    if (!spool_ready())
        return false;
    if (outcome->result == OUTCOME_NEVER && t->next_recipient < t->state.recipients)
        take_all_recipients(t);
    for (unsigned i = 0; i < t->state.recipients; i++) {
        bool open = recipient_in(&t->accepted, i) && !recipient_in(&t->refused, i);

        if (outcome->result == OUTCOME_NEVER && open)
            recipient_add(&t->given_up, i);
        waits = waits || (recipient_in(&t->refused, i) && !recipient_in(&t->given_up, i));
        if (outcome->result != OUTCOME_SENT || !open)
            t->accepted.bits[i / 8] &= (uint8_t) ~(1u << (i % 8));
    }
    if (outcome->result == OUTCOME_SENT) {
        relay_count.letters_sent++;
        log_write(LOG_INFO, "relay", "sent", "id=%lu recipients=%u reply=\"%s\"",
                  (unsigned long)t->letter.id, count_in(&t->accepted),
                  t->attempt.reply.text);
    } else {
        relay_count.maybe_sent += outcome->result == OUTCOME_MAYBE_SENT;
        log_outcome(LOG_WARNING, outcome->result == OUTCOME_NEVER ? "refused" : "deferred",
                    t->letter.id, outcome, t->attempt.reply.text);
    }
    result = store_letter(t, now);
    if (result != SPOOL_OK)
        log_not_stored(t->letter.id, result);
    else if (CONFIG_CONNECTOR_COUNT > 1 && !waits)
        spool_set_due(&t->letter, 0); /* look_for_recipient finds nobody left */
    release_letter(t);
    return true;
}

bool transfer_give_up(struct spool_letter *letter, enum outcome_cause cause,
                      const struct clock *now)
{
    struct spool_state state;
    struct recipient_set rest = {{0}};
    enum spool_result result;

    if (!spool_ready())
        return false;
    result = spool_read_state(letter->head, 0, &state);
    if (result != SPOOL_OK || state.dead)
        return result != SPOOL_BUSY;
    for (unsigned i = 0; i < state.recipients; i++) {
        if (!recipient_in(&state.sent, i) && !recipient_in(&state.failed, i))
            recipient_add(&rest, i);
    }
    result = spool_settle(letter, SPOOL_GIVEN_UP, &rest);
    if (result == SPOOL_OK)
        result = spool_bury(letter, now);
    if (result != SPOOL_OK)
        spool_set_due(letter, next_due(state.tries, now)); /* the flash did not take it */
    relay_count.given_up += count_in(&rest);
    log_write(LOG_ERROR, "relay", "given-up", "id=%lu recipients=%u cause=%s stored=%s",
              (unsigned long)state.id, count_in(&rest), outcome_word(cause),
              result == SPOOL_OK ? "yes" : "no");
    return true;
}

/* ---- Answers to what the attempt needs ---------------------------------------------------------- */

/* When the letter came, by the wall clock, or 0 where nobody knows. */
static uint32_t wall_at_deposit(const struct transfer *t, const struct clock *now)
{
    if (t->origin.wall_s != 0)
        return t->origin.wall_s;
    if (now->wall_s == 0 || t->state.boot != (uint16_t)now->boot)
        return 0;
    return now->wall_s - (now->powered_s - t->state.deposited_s);
}

static bool rewrites(const struct transfer *t)
{
    return CONNECTOR_REWRITES && connectors[t->connector].sender[0] != '\0';
}

static void render_head(struct transfer *t, const struct clock *now)
{
    struct text text;

    t->wall_s = wall_at_deposit(t, now);
    text_init(&text, t->head, sizeof t->head);
    headers_put_received(&text, &t->origin, CONFIG_HOST_NAME, t->letter.id, t->wall_s,
                         CONFIG_CLOCK_FLOOR);
    headers_pass_init(&t->pass);
    t->passed = false;
    if (rewrites(t))
        text_printf(&text, "From: <%s>\r\n", connectors[t->connector].sender);
    t->head_length = (uint16_t)text.length;
    t->head_given = 0;
}

/*
 * What a submission, a letter that no server has received before, lacks (RFC 6409 section 8).
 * It stands at the end of the header, since only there it is known.
 */
static void render_missing(struct transfer *t)
{
    struct text text;
    bool may_add = t->pass.scan.received == 0 && !t->pass.cut;

    text_init(&text, t->head, sizeof t->head);
    if (may_add && !t->pass.scan.date) {
        text_add(&text, "Date: ");
        headers_put_date(&text, t->wall_s != 0 ? t->wall_s : CONFIG_CLOCK_FLOOR);
        text_add(&text, "\r\n");
    }
    if (may_add && !t->pass.scan.message_id)
        text_printf(&text, "Message-ID: <%lu.%08lx@%s>\r\n", (unsigned long)t->letter.id,
                    (unsigned long)t->origin.nonce, CONFIG_HOST_NAME);
    if (text.length > 0 && t->pass.bare)
        text_add(&text, "\r\n");
    text_add_bytes(&text, (const char *)t->pass.held, t->pass.held_length);
    t->head_length = (uint16_t)text.length;
    t->head_given = 0;
    t->passed = true;
}

/* The header goes through `head`, where its end is seen; `size` 0: there is no more text. */
static void pass_header(struct transfer *t, const uint8_t *text, size_t size)
{
    size_t made, used = headers_pass(&t->pass, rewrites(t), text, size, (uint8_t *)t->head,
                                     sizeof t->head, &made);

    spool_reader_ack(&t->reader, used);
    t->head_length = (uint16_t)made;
    t->head_given = 0;
    if (made == 0 && (size == 0 || t->pass.scan.ended))
        render_missing(t);
}

/*
 * Of a letter that goes several ways, other routes' parts may be all that is left: GONE, and
 * the flash is told that this connector is done with it. Leaves the envelope half read.
 */
static enum spool_result look_for_recipient(struct transfer *t, const struct clock *now)
{
    uint8_t connector;
    size_t size;
    enum spool_result result = spool_reader_open(&t->reader, t->letter.head);

    t->next_recipient = 0;
    if (result == SPOOL_OK)
        result = next_recipient(t, &connector, sizeof connector, &size);
    if (result != SPOOL_END)
        return result;
    result = spool_count_try(&t->letter, RELAY_NEVER, now);
    spool_set_due(&t->letter, RELAY_NEVER);
    return result == SPOOL_BUSY ? SPOOL_BUSY : SPOOL_GONE;
}

/* The letter to send next, its envelope read up to the sender; END when none is due. */
static enum spool_result open_letter(struct transfer *t, char *sender, size_t room,
                                     const struct clock *now)
{
    uint8_t value[LETTER_FIELD_MAX];
    uint8_t kind = 0;
    size_t size = 0;
    enum spool_result result;

    if (t->letters >= CONFIG_DELIVERY_LETTERS_MAX || !letter_is_due(t, &t->letter, now))
        return SPOOL_END;
    result = spool_hold(t->letter.head);
    if (result == SPOOL_OK)
        result = spool_read_state(t->letter.head, t->connector, &t->state);
    if (result == SPOOL_OK && CONFIG_CONNECTOR_COUNT > 1)
        result = look_for_recipient(t, now);
    if (result == SPOOL_OK)
        result = spool_reader_open(&t->reader, t->letter.head);
    memset(&t->origin, 0, sizeof t->origin);
    while (result == SPOOL_OK && kind != LETTER_SENDER) {
        result = spool_reader_field(&t->reader, &kind, value, sizeof value, &size);
        if (result == SPOOL_OK && kind == LETTER_TEXT)
            result = SPOOL_DAMAGED;
        if (kind == LETTER_ORIGIN)
            letter_get_origin(cursor_over(value, min_size(size, sizeof value)), &t->origin);
    }
    size = min_size(size, min_size(room - 1, sizeof value));
    memcpy(sender, value, size);
    sender[size] = '\0';
    return result;
}

static void start_letter(struct transfer *t)
{
    t->next_recipient = 0;
    memset(&t->refused, 0, sizeof t->refused);
    memset(&t->given_up, 0, sizeof t->given_up);
    memset(&t->accepted, 0, sizeof t->accepted);
}

/* A letter that cannot be read is given up at once; the console names it. */
static bool drop_damaged(struct transfer *t, const struct clock *now)
{
    bool done = transfer_give_up(&t->letter, CAUSE_LETTER_DAMAGED, now);

    if (done)
        release_letter(t);
    return done;
}

/* A letter that nobody judged yet is still in the try that was counted for it. */
static enum spool_result count_letter(struct transfer *t, const struct clock *now)
{
    if (t->letter.id == t->unjudged) {
        t->unjudged = 0;
        spool_set_due(&t->letter, t->state.due_s);
        return SPOOL_OK;
    }
    return spool_count_try(&t->letter, next_due(t->state.tries + 1u, now), now);
}

/* By the connector's option, not at deposit: waiting mail follows a changed account. */
static const char *outgoing_sender(const struct transfer *t, const char *sender)
{
    return rewrites(t) && sender[0] != '\0' ? connectors[t->connector].sender : sender;
}

/* What RFC 3461 has to say of the letter or recipient just given. */
static void give_parameters(struct transfer *t, uint8_t value[LETTER_FIELD_MAX])
{
    size_t size;

    while (spool_reader_parameter(&t->reader, value, LETTER_FIELD_MAX, &size) == SPOOL_OK)
        attempt_give_parameter(&t->attempt, value, min_size(size, LETTER_FIELD_MAX));
}

static bool answer_letter(struct transfer *t, const struct clock *now)
{
    char sender[LETTER_PATH_MAX + 1];
    uint8_t value[LETTER_FIELD_MAX];
    enum spool_result result;

    if (!spool_ready() || (!t->reached && !clear_route(t, now)))
        return false;
    if (t->damaged) {
        t->damaged = false;
        return drop_damaged(t, now);
    }
    result = t->route.frozen != 0 ? SPOOL_END : open_letter(t, sender, sizeof sender, now);
    if (result == SPOOL_END) {
        release_letter(t);
        attempt_give_no_letter(&t->attempt);
        return true;
    }
    if (result == SPOOL_BUSY)
        return false;
    if (CONFIG_CONNECTOR_COUNT > 1 && result == SPOOL_GONE) {
        release_letter(t);
        return true;
    }
    if (result == SPOOL_OK && retry_expired(t->state.deposited_s, now->powered_s))
        return transfer_give_up(&t->letter, CAUSE_EXPIRED, now);
    if (result == SPOOL_OK)
        result = count_letter(t, now);
    if (result != SPOOL_OK)
        return result != SPOOL_BUSY && drop_damaged(t, now);
    start_letter(t);
    render_head(t, now);
    relay_count.transactions++;
    t->letters++;
    attempt_give_letter(&t->attempt, outgoing_sender(t, sender),
                        t->head_length + t->state.text_size,
                        (t->origin.flags & LETTER_8BIT) != 0);
    give_parameters(t, value);
    return true;
}

static bool answer_recipient(struct transfer *t)
{
    uint8_t value[LETTER_FIELD_MAX];
    size_t size = 0;
    enum spool_result result;

    if (!spool_ready())
        return false;
    result = next_recipient(t, value, sizeof value - 1, &size);
    if (result == SPOOL_END) {
        attempt_give_no_recipient(&t->attempt);
    } else if (result != SPOOL_OK) {
        t->damaged = true;
        attempt_break(&t->attempt, CAUSE_LETTER_DAMAGED);
    } else {
        value[min_size(size, sizeof value - 1)] = '\0';
        recipient_add(&t->accepted, t->next_recipient - 1u);
        attempt_give_recipient(&t->attempt, (uint8_t)(t->next_recipient - 1u),
                               (const char *)value + 1);
        give_parameters(t, value);
    }
    return true;
}

/* True when something was given, or the text ended; false: the stream is full. */
static bool give_head(struct transfer *t)
{
    size_t given = attempt_give_text(&t->attempt, (const uint8_t *)t->head + t->head_given,
                                     (size_t)(t->head_length - t->head_given));

    t->head_given = (uint16_t)(t->head_given + given);
    return given > 0;
}

static bool answer_text(struct transfer *t)
{
    const uint8_t *text;
    size_t size = 0, given;
    enum spool_result result;

    if (t->head_given < t->head_length)
        return give_head(t);
    result = spool_reader_text(&t->reader, &text, &size);
    if (result == SPOOL_BUSY)
        return false;
    if (result != SPOOL_OK && result != SPOOL_END) {
        t->damaged = true;
        attempt_break(&t->attempt, CAUSE_LETTER_DAMAGED);
        return true;
    }
    if (!t->passed) {
        pass_header(t, text, result == SPOOL_OK ? size : 0);
        return true;
    }
    if (result == SPOOL_END) {
        attempt_give_end(&t->attempt);
        return true;
    }
    given = attempt_give_text(&t->attempt, text, size);
    spool_reader_ack(&t->reader, given);
    return given > 0;
}

static bool answer_reading(struct transfer *t, const struct clock *now)
{
    const struct attempt_fact *fact = &t->attempt.fact;

    if (fact->kind == FACT_LETTER) {
        if (!end_letter(t, &fact->outcome, now))
            return false;
    } else {
        recipient_add(&t->refused, fact->recipient);
        if (fact->outcome.result == OUTCOME_NEVER)
            recipient_add(&t->given_up, fact->recipient);
        log_outcome(LOG_WARNING, "recipient-refused", t->letter.id, &fact->outcome,
                    t->attempt.reply.text);
    }
    attempt_fact_read(&t->attempt);
    return true;
}

/* Answers one need; false: wait. */
static bool answer(struct transfer *t, const struct clock *now)
{
    switch (attempt_run(&t->attempt, now)) {
    case NEED_LETTER:
        return answer_letter(t, now);
    case NEED_RECIPIENT:
        return answer_recipient(t);
    case NEED_TEXT:
        return answer_text(t);
    case NEED_READING:
        return answer_reading(t, now);
    case NEED_TIME:
    case NEED_NOTHING:
        break;
    }
    return false;
}

void transfer_repeat(struct transfer *t)
{
    struct spool_letter letter;

    if (spool_find(t->unjudged, t->connector, &letter))
        spool_set_due(&letter, 0);
}

/*
 * The connection ended in the middle of a letter: what was said of its recipients is written
 * down. Where the route is not to blame it goes again at once, within the same try.
 */
static bool end_open_letter(struct transfer *t, const struct clock *now)
{
    struct outcome unjudged = t->attempt.outcome;
    uint32_t id = t->letter.id;

    if (t->letter.head == 0)
        return true;
    if (t->damaged)
        return drop_damaged(t, now);
    unjudged.result = OUTCOME_LATER;
    if (!end_letter(t, &unjudged, now))
        return false;
    t->unjudged = id;
    if (t->attempt.outcome.result == OUTCOME_SENT)
        transfer_repeat(t);
    return true;
}

static bool attempt_is_over(struct transfer *t, const struct clock *now)
{
    while (answer(t, now))
        continue;
    return t->attempt.need == NEED_NOTHING && end_open_letter(t, now);
}

/* ---- The try ------------------------------------------------------------------------------------- */

/* Notes what stands against the route; a try that had been forgiven is counted again. */
static bool note_route(struct transfer *t, const struct clock *now)
{
    if (t->outcome.result == OUTCOME_SENT)
        return true;
    if (!spool_ready())
        return false;
    if (t->route.tries == 0) {
        t->route.tries = 1;
        t->route.due_s = next_due(1, now);
    }
    t->route.cause = (uint8_t)t->outcome.cause;
    spool_route_put(t->connector, &t->route, now);
    relay_count.failures++;
    return true;
}

/* A connection that was broken off for a letter's sake says nothing against the route. */
static struct outcome outcome_of_route(const struct outcome *outcome)
{
    struct outcome works = {
        OUTCOME_SENT, SCOPE_ROUTE, CAUSE_NONE, {2, 0, 0}
    };

    return outcome->scope == SCOPE_ROUTE ? *outcome : works;
}

void transfer_begin(struct transfer *t, uint8_t connector, bool counted)
{
    if (!counted)
        t->unjudged = 0;
    task_init(&t->task);
    t->connector = connector;
    t->counted = counted;
    t->reached = false;
    t->connected = false;
    t->damaged = false;
    t->letter.head = 0;
    t->host = connectors[connector].hosts;
    t->outcome = later(CAUSE_HOST_NOT_FOUND, 4, 4);
    t->attempt.need = NEED_NOTHING;
    t->attempt.reply.text[0] = '\0';
    if (counted)
        spool_route_get(connector, &t->route);
}

enum task_state transfer_run(struct transfer *t, const struct clock *now)
{
    TASK_BEGIN(&t->task);
    TASK_AWAIT(&t->task, count_route(t, now));
    while (t->outcome.result != OUTCOME_SENT && connect_next(t, now)) {
        TASK_AWAIT(&t->task, attempt_is_over(t, now));
        t->outcome = outcome_of_route(&t->attempt.outcome);
    }
    TASK_AWAIT(&t->task, note_route(t, now));
    TASK_END(&t->task);
}

void transfer_stop(struct transfer *t, const struct clock *now)
{
    if (t->attempt.need == NEED_READING)
        answer_reading(t, now);
    if (t->attempt.need != NEED_NOTHING)
        attempt_break(&t->attempt, CAUSE_SHUTTING_DOWN);
    release_letter(t);
}
