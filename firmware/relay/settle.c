/* SPDX-License-Identifier: MIT */
/* settle.c: a recipient is done only after the next hop's 250; the original is closed last. */
#include "relay/settle.h"

#include "relay/counts.h"
#include "relay/retry.h"

#include "base/log.h"
#include "crypto/random.h"

void settle_log(enum log_level level, const char *event, uint32_t id,
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
void settle_log_not_stored(uint32_t id, enum spool_result result)
{
    log_write(LOG_ERROR, "relay", "not-stored", "id=%lu result=%d", (unsigned long)id,
              (int)result);
}

uint32_t settle_next_due(unsigned tries, const struct clock *now)
{
    return retry_due(now->powered_s, retry_jitter(retry_interval(tries), random_u32()));
}

/* ---- Recipients ----------------------------------------------------------------------------- */

static bool is_settled(const struct transfer *t, unsigned recipient)
{
    return recipient_in(&t->state.sent, recipient) ||
           recipient_in(&t->state.failed, recipient);
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

/* Whether the field just read is a recipient that this transaction is for. */
static bool is_wanted(const struct transfer *t, const uint8_t *value, size_t size)
{
    return size > 1 && value[0] == t->connector && !is_settled(t, t->next_recipient - 1u);
}

/* The envelope's next field that is a recipient of this transaction, or its end. */
enum spool_result settle_next_recipient(struct transfer *t, uint8_t *value, size_t room,
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

    while (settle_next_recipient(t, &connector, 1, &size) == SPOOL_OK)
        recipient_add(&t->accepted, t->next_recipient - 1u);
}

/* ---- The letter ------------------------------------------------------------------------------- */

static enum spool_result settle_strip(struct transfer *t)
{
    enum spool_result result = SPOOL_OK;

    if (recipient_count(&t->accepted) > 0)
        result = spool_settle(&t->letter, SPOOL_SENT, &t->accepted);
    if (result == SPOOL_OK && recipient_count(&t->given_up) > 0)
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
    relay_count.recipients_sent += recipient_count(&t->accepted);
    relay_count.given_up += recipient_count(&t->given_up);
    if (all_settled(t) && recipient_count(&t->state.failed) == 0)
        return spool_close(&t->letter, SPOOL_CLOSED_SENT, now);
    result = settle_strip(t);
    if (result == SPOOL_OK && all_settled(t))
        result = spool_bury(&t->letter, now);
    return result;
}

void settle_release(struct transfer *t)
{
    spool_hold(0);
    t->letter.head = 0;
}

/* A letter's fact: who got it, who is given up, who waits; false while the flash is busy. */
bool settle_letter(struct transfer *t, const struct outcome *outcome,
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
                  (unsigned long)t->letter.id, recipient_count(&t->accepted),
                  t->attempt.reply.text);
    } else {
        relay_count.maybe_sent += outcome->result == OUTCOME_MAYBE_SENT;
        settle_log(LOG_WARNING, outcome->result == OUTCOME_NEVER ? "refused" : "deferred",
                   t->letter.id, outcome, t->attempt.reply.text);
    }
    result = store_letter(t, now);
    if (result != SPOOL_OK)
        settle_log_not_stored(t->letter.id, result);
    else if (CONFIG_CONNECTOR_COUNT > 1 && !waits)
        spool_set_due(&t->letter, 0); /* look_for_recipient finds nobody left */
    settle_release(t);
    return true;
}

bool settle_give_up(struct spool_letter *letter, enum outcome_cause cause,
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
        spool_set_due(letter,
                      settle_next_due(state.tries, now)); /* the flash did not take it */
    relay_count.given_up += recipient_count(&rest);
    log_write(LOG_ERROR, "relay", "given-up", "id=%lu recipients=%u cause=%s stored=%s",
              (unsigned long)state.id, recipient_count(&rest), outcome_word(cause),
              result == SPOOL_OK ? "yes" : "no");
    return true;
}
