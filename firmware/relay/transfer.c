/* SPDX-License-Identifier: MIT */
/*
 * transfer.c: the pump between spool and delivery. Order matters, and INVARIANTS.md of the
 * spool names why: the route's try is counted before the connect, the letter's before MAIL
 * (outgoing.c); a recipient is done only after the next hop's 250; the original is closed last
 * (settle.c).
 */
#include "relay/transfer.h"

#include "relay/counts.h"
#include "relay/outgoing.h"
#include "relay/settle.h"
#include "relay/trust.h"

#include "settings/settings.h"

#include "mail/connector.h"

#include "base/log.h"

#include "config/config.h"

#include <string.h>

/* ---- The wire ------------------------------------------------------------------------------ */

#if TLS_USED
/* What the connector says of the wire. */
static void protect(struct transfer *t, const char *address)
{
    const struct connector *c = &connectors[t->connector];

    memcpy(t->address, address, sizeof t->address);
    t->peer = (struct tls_peer){
        .name = c->tls_name[0] != '\0' ? c->tls_name : t->address,
        .pins = c->pins,
        .trust = (enum tls_trust)c->trust,
        .session = t->connector,
        .kept = TRUST_IS_KEPT ? &trust_kept : NULL,
    };
    t->attempt.peer = &t->peer;
    t->attempt.protection = t->in_clear ? PROTECTION_NONE : c->protection;
}

static const char *why_in_clear(const struct transfer *t)
{
    if (t->in_clear)
        return "failed";
    return t->attempt.ehlo.starttls ? "refused" : "not-offered";
}

/* Mail that may go in clear is about to. */
static void tell_if_in_clear(const struct transfer *t)
{
    if (!t->attempt.secure &&
        connectors[t->connector].protection == PROTECTION_OPPORTUNISTIC)
        log_write(LOG_WARNING, "relay", "in-clear", "route=%s tls=%s",
                  connectors[t->connector].name, why_in_clear(t));
}
#else
#define protect(transfer, address)
#define tell_if_in_clear(transfer)
#endif

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
    t->route.due_s = settle_next_due(t->route.tries, now);
    result = spool_ready() ? spool_route_put(t->connector, &t->route, now) : SPOOL_BUSY;
    if (result == SPOOL_BUSY)
        return false;
    if (result != SPOOL_OK)
        settle_log_not_stored(0, result);
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
    tell_if_in_clear(t);
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
    settle_log(LOG_WARNING, "host-failed", t->unjudged, &t->outcome, t->attempt.reply.text);
    return outgoing_is_due(t->connector, &letter, now);
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
            attempt_begin(&t->attempt, &t->tcp.stream, settings_host_name(), now);
            t->attempt.helo_only = c->helo_only;
            protect(t, address);
            return true;
        }
        t->outcome = stream_error(&t->tcp.stream) == STREAM_NO_MEMORY
                         ? later(CAUSE_NO_MEMORY, 3, 0)
                         : later(CAUSE_HOST_NOT_FOUND, 4, 4);
    }
    return false;
}

/* ---- What the attempt needs ------------------------------------------------------------------- */

static bool answer_reading(struct transfer *t, const struct clock *now)
{
    const struct attempt_fact *fact = &t->attempt.fact;

    if (fact->kind == FACT_LETTER) {
        if (!settle_letter(t, &fact->outcome, now))
            return false;
    } else {
        recipient_add(&t->refused, fact->recipient);
        if (fact->outcome.result == OUTCOME_NEVER)
            recipient_add(&t->given_up, fact->recipient);
        settle_log(LOG_WARNING, "recipient-refused", t->letter.id, &fact->outcome,
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
        return (t->reached || clear_route(t, now)) && outgoing_letter(t, now);
    case NEED_RECIPIENT:
        return outgoing_recipient(t);
    case NEED_TEXT:
        return outgoing_text(t);
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
        return outgoing_drop_damaged(t, now);
    unjudged.result = OUTCOME_LATER;
    if (!settle_letter(t, &unjudged, now))
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
        t->route.due_s = settle_next_due(1, now);
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
    settle_release(t);
}
