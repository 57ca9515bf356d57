/* SPDX-License-Identifier: MIT */
/* outgoing.c: what is added to a letter on its way out is rendered at send, not at deposit. */
#include "relay/outgoing.h"

#include "relay/counts.h"
#include "relay/relay.h"
#include "relay/retry.h"
#include "relay/settle.h"

#include "settings/settings.h"

#include "network/network.h"

#include "mail/headers.h"

#include "base/bytes.h"

#include <string.h>

bool outgoing_is_due(uint8_t connector, struct spool_letter *letter,
                     const struct clock *now)
{
    return spool_next(connector, letter) && clock_reached(now, letter->due_s);
}

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
    headers_put_received(&text, &t->origin, settings_host_name(), t->letter.id, t->wall_s,
                         network_clock_floor());
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
        headers_put_date(&text, t->wall_s != 0 ? t->wall_s : network_clock_floor());
        text_add(&text, "\r\n");
    }
    if (may_add && !t->pass.scan.message_id)
        text_printf(&text, "Message-ID: <%lu.%08lx@%s>\r\n", (unsigned long)t->letter.id,
                    (unsigned long)t->origin.nonce, settings_host_name());
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
        result = settle_next_recipient(t, &connector, sizeof connector, &size);
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

    if (t->letters >= CONFIG_DELIVERY_LETTERS_MAX ||
        !outgoing_is_due(t->connector, &t->letter, now))
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

static bool give_up(struct transfer *t, enum outcome_cause cause, const struct clock *now)
{
    bool done = settle_give_up(&t->letter, cause, now);

    if (done)
        settle_release(t);
    return done;
}

/* A letter that cannot be read is given up at once; the console names it. */
bool outgoing_drop_damaged(struct transfer *t, const struct clock *now)
{
    return give_up(t, CAUSE_LETTER_DAMAGED, now);
}

/* A letter that nobody judged yet is still in the try that was counted for it. */
static enum spool_result count_letter(struct transfer *t, const struct clock *now)
{
    if (t->letter.id == t->unjudged) {
        t->unjudged = 0;
        spool_set_due(&t->letter, t->state.due_s);
        return SPOOL_OK;
    }
    return spool_count_try(&t->letter, settle_next_due(t->state.tries + 1u, now), now);
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

bool outgoing_letter(struct transfer *t, const struct clock *now)
{
    char sender[LETTER_PATH_MAX + 1];
    uint8_t value[LETTER_FIELD_MAX];
    enum spool_result result;

    if (!spool_ready())
        return false;
    if (t->damaged) {
        t->damaged = false;
        return outgoing_drop_damaged(t, now);
    }
    result = t->route.frozen != 0 ? SPOOL_END : open_letter(t, sender, sizeof sender, now);
    if (result == SPOOL_END) {
        settle_release(t);
        attempt_give_no_letter(&t->attempt);
        return true;
    }
    if (result == SPOOL_BUSY)
        return false;
    if (CONFIG_CONNECTOR_COUNT > 1 && result == SPOOL_GONE) {
        settle_release(t);
        return true;
    }
    if (result == SPOOL_OK && retry_expired(t->state.deposited_s, now->powered_s))
        return give_up(t, CAUSE_EXPIRED, now);
    if (result == SPOOL_OK)
        result = count_letter(t, now);
    if (result != SPOOL_OK)
        return result != SPOOL_BUSY && outgoing_drop_damaged(t, now);
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

bool outgoing_recipient(struct transfer *t)
{
    uint8_t value[LETTER_FIELD_MAX];
    size_t size = 0;
    enum spool_result result;

    if (!spool_ready())
        return false;
    result = settle_next_recipient(t, value, sizeof value - 1, &size);
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

bool outgoing_text(struct transfer *t)
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
