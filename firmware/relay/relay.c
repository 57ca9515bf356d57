/* SPDX-License-Identifier: MIT */
/*
 * relay.c: the routes' lives. A route's states and what moves it:
 *
 *   READY   a letter is due, network up      -> ACTIVE
 *   ACTIVE  the try ended well               -> READY
 *           a passing fault, repeats left    -> GLITCH
 *           any other fault                  -> RETRY
 *   GLITCH  its minute is over               -> ACTIVE (the same try)
 *   RETRY   due time, flush, or network back -> READY
 *
 * One route is ACTIVE at a time. READY and RETRY live in flash (spool_route: tries, due);
 * GLITCH ends with a reboot. A route that the operator holds (spool_route.frozen) does not
 * become ACTIVE, and shows as FROZEN or DISABLED; out of its hours it shows as SCHEDULED.
 * Beneath, its state stays what it is.
 */
#include "relay/relay.h"

#include "relay/counts.h"
#include "relay/outgoing.h"
#include "relay/retry.h"
#include "relay/settle.h"
#include "relay/transfer.h"
#include "relay/trust.h"

#include "delivery/verdict.h"

#include "mail/connector.h"
#include "network/network.h"

#include "base/log.h"
#include "base/words.h"

#include "config/config.h"

#include <string.h>

/* Letters are looked through for those past their time this many times in a lifetime. */
#define EXPIRY_LOOKS 128

/* What an interface may need after a start to get its first address. */
#define NETWORK_START_MS 20000

struct relay_counts relay_count;

struct route {
    enum relay_state state;
    uint8_t repeats;       /* of the present try */
    bool in_clear;         /* the next try, after opportunistic TLS failed */
    bool forced;           /* goes out of its hours, too, until a try is over */
    uint32_t glitch_due_s; /* when state is GLITCH */
    enum outcome_cause cause;
    char reply[REPLY_TEXT_MAX];
};

static struct {
    struct route routes[CONFIG_CONNECTOR_COUNT];
    struct transfer transfer;
    uint8_t turn; /* of the routes to be looked at first, so that none starves another */
    bool active;
    bool network_gone;
    bool look;                   /* a route has moved */
    uint32_t revision, looked_s; /* of the spool and of the clock, at the last look */
    uint32_t next_expiry_s;
    bool expiring;
    struct spool_walk walk;
} relay;

void relay_init(const struct clock *now)
{
    struct spool_route record;

    memset(&relay, 0, sizeof relay);
    relay.next_expiry_s = now->powered_s;
    for (uint8_t i = 0; i < CONFIG_CONNECTOR_COUNT; i++) {
        spool_route_get(i, &record);
        relay.routes[i].state = record.tries > 0 ? RELAY_RETRY : RELAY_READY;
        relay.routes[i].cause =
            record.cause < CAUSE_COUNT ? (enum outcome_cause)record.cause : CAUSE_NONE;
    }
}

/* ---- A route's moves --------------------------------------------------------------------------- */

#if TLS_USED
/* Where TLS is only wished for, its failure makes mail wait once; the next try is in clear. */
static void note_tls(struct route *route, const struct transfer *t)
{
    route->in_clear = !t->in_clear && t->outcome.result != OUTCOME_SENT &&
                      t->attempt.step == STEP_TLS &&
                      connectors[t->connector].protection == PROTECTION_OPPORTUNISTIC;
}
#else
#define note_tls(route, transfer)
#endif

static void begin(uint8_t i, bool counted)
{
    if (!counted)
        relay.routes[i].repeats = 0;
    relay.routes[i].state = RELAY_ACTIVE;
    relay.active = true;
    transfer_begin(&relay.transfer, i, counted);
    if (TLS_USED)
        relay.transfer.in_clear = relay.routes[i].in_clear;
}

static void log_failure(const struct transfer *t, enum outcome_cause cause)
{
    char remedy[OUTCOME_REMEDY_MAX + 1];
    struct text text;

    text_init(&text, remedy, sizeof remedy);
    outcome_put_remedy(&text, cause, t->connector);
    log_write(LOG_WARNING, "relay", "route-failed",
              "route=%s tries=%u cause=%s remedy=\"%s\"", connectors[t->connector].name,
              t->route.tries, outcome_word(cause), remedy);
}

static void fail(struct route *route, struct transfer *t, const struct clock *now)
{
    route->cause = t->outcome.cause;
    memcpy(route->reply, t->attempt.reply.text, sizeof route->reply);
    log_failure(t, route->cause);
    if (verdict_is_glitch(&t->outcome) && retry_glitch_allowed(route->repeats)) {
        route->repeats++;
        route->glitch_due_s = retry_due(now->powered_s, retry_glitch_wait());
        route->state = RELAY_GLITCH;
        transfer_repeat(t);
    } else {
        route->state = RELAY_RETRY;
    }
}

static void run_transfer(const struct clock *now)
{
    struct transfer *t = &relay.transfer;
    struct route *route = &relay.routes[t->connector];

    enum task_state state = transfer_run(t, now);

    if (t->reached) {
        route->cause = CAUSE_NONE;
        route->reply[0] = '\0';
    }
    if (state != TASK_DONE)
        return;
    relay.active = false;
    relay.look = true;
    route->forced = false;
    note_tls(route, t);
    if (t->outcome.result == OUTCOME_SENT)
        route->state = RELAY_READY;
    else
        fail(route, t, now);
}

static bool letter_is_due(uint8_t i, const struct clock *now)
{
    struct spool_letter letter;

    return outgoing_is_due(i, &letter, now);
}

static bool out_of_hours(uint8_t i, const struct clock *now)
{
    return connector_rests_s(i, now->wall_s) > 0 && !relay.routes[i].forced;
}

#if TLS_USED
/* Without a clock no certificate can be judged: no try is spent on it. */
static bool waits_for_clock(uint8_t i, const struct clock *now)
{
    const struct connector *c = &connectors[i];
    struct outcome unknown = verdict_failure(STEP_TLS, FAILURE_STREAM, STREAM_TLS_NO_CLOCK);
    enum outcome_cause *cause = &relay.routes[i].cause;
    bool waits =
        now->wall_s == 0 && c->trust != TRUST_UNVERIFIED &&
        (c->protection == PROTECTION_REQUIRED || c->protection == PROTECTION_IMPLICIT) &&
        letter_is_due(i, now);

    if (waits && *cause != unknown.cause)
        log_write(LOG_WARNING, "relay", "waits", "route=%s cause=%s", c->name,
                  outcome_word(unknown.cause));
    if (waits)
        *cause = unknown.cause;
    else if (*cause == unknown.cause)
        *cause = CAUSE_NONE;
    return waits;
}
#else
#define waits_for_clock(route, now) false
#endif

static void look_at_route(uint8_t i, const struct clock *now)
{
    struct route *route = &relay.routes[i];
    struct spool_route record;

    spool_route_get(i, &record);
    if (network_state() != NETWORK_UP || record.frozen != 0 || out_of_hours(i, now))
        return;
    if (waits_for_clock(i, now))
        return;
    if (route->state == RELAY_GLITCH && clock_reached(now, route->glitch_due_s)) {
        begin(i, true);
        return;
    }
    if (route->state == RELAY_RETRY && clock_reached(now, record.due_s))
        route->state = RELAY_READY;
    if (route->state == RELAY_READY && letter_is_due(i, now))
        begin(i, false);
}

static void bring_forward(uint8_t i)
{
    struct route *route = &relay.routes[i];

    relay.look = true;
    if (route->state == RELAY_RETRY || route->state == RELAY_GLITCH)
        route->state = RELAY_READY;
}

/*
 * The network is back after it was gone: waiting routes go at once. One stopped by AUTH waits
 * for its time: a bad password must not lock the account. The first address after a start is
 * no such event, unless it took long: a reboot must not skip an interval.
 */
static void look_at_network(const struct clock *now)
{
    struct spool_route record;
    bool up = network_state() == NETWORK_UP;

    if (!up && now->uptime_ms >= NETWORK_START_MS)
        relay.network_gone = true;
    if (!up || !relay.network_gone)
        return;
    relay.network_gone = false;
    for (uint8_t i = 0; i < CONFIG_CONNECTOR_COUNT; i++) {
        spool_route_get(i, &record);
        if (record.stopped == 0)
            bring_forward(i);
    }
}

bool relay_force(uint8_t connector)
{
    struct spool_route record;

    spool_route_get(connector, &record);
    relay.routes[connector].forced = true;
    bring_forward(connector);
    spool_bring_forward(connector);
    return record.frozen == 0;
}

enum spool_result relay_hold(uint8_t connector, enum relay_hold why, bool held,
                             const struct clock *now)
{
    struct spool_route record;
    enum spool_result result;

    spool_route_get(connector, &record);
    record.frozen = (uint8_t)(held ? record.frozen | why : record.frozen & ~why);
    result = spool_ready() ? spool_route_put(connector, &record, now) : SPOOL_BUSY;
    if (result == SPOOL_OK && relay.active && relay.transfer.connector == connector)
        relay.transfer.route.frozen = record.frozen;
    relay.look = true;
    return result;
}

bool relay_sends(uint16_t head)
{
    return relay.active && relay.transfer.letter.head == head;
}

/* ---- Letters past their time -------------------------------------------------------------------- */

static void expire_one(uint16_t head, uint32_t id, const struct clock *now)
{
    struct spool_letter letter = {.id = id, .head = head};
    struct spool_state state;

    if (relay_sends(head) || spool_read_state(head, 0, &state) != SPOOL_OK || state.dead)
        return;
    if (retry_expired(state.deposited_s, now->powered_s))
        settle_give_up(&letter, CAUSE_EXPIRED, now);
}

/* One head page a call. */
static void look_at_expiry(const struct clock *now)
{
    uint16_t head;
    uint32_t id;
    enum spool_result result;

    if (!relay.expiring) {
        if (!clock_reached(now, relay.next_expiry_s))
            return;
        spool_walk_begin(&relay.walk);
        relay.expiring = true;
    }
    if (!spool_ready())
        return;
    result = spool_walk_next(&relay.walk, &head, &id);
    if (result == SPOOL_OK && head != 0)
        expire_one(head, id, now);
    if (result != SPOOL_OK && result != SPOOL_BUSY) {
        relay.expiring = false;
        relay.next_expiry_s = retry_due(now->powered_s, CONFIG_EXPIRE_S / EXPIRY_LOOKS + 1);
    }
}

/* Something may be due when the spool has changed, a second is over, or a route has moved. */
static bool is_time_to_look(const struct clock *now)
{
    bool look = relay.look || relay.revision != spool_revision() ||
                relay.looked_s != now->powered_s;

    relay.look = false;
    relay.revision = spool_revision();
    relay.looked_s = now->powered_s;
    return look;
}

/* ---- All of it ----------------------------------------------------------------------------------- */

uint32_t relay_poll(const struct clock *now)
{
    look_at_network(now);
    look_at_expiry(now);
    if (TLS_USED)
        trust_poll(now);
    if (!relay.active && is_time_to_look(now)) {
        for (uint8_t i = 0; i < CONFIG_CONNECTOR_COUNT && !relay.active; i++) {
            relay.turn = (uint8_t)((relay.turn + 1u) % CONFIG_CONNECTOR_COUNT);
            look_at_route(relay.turn, now);
        }
    }
    if (relay.active)
        run_transfer(now);
    if (relay.expiring || !spool_ready())
        return 10;
    return relay.active ? 250 : 1000;
}

void relay_stop(const struct clock *now)
{
    if (relay.active)
        transfer_stop(&relay.transfer, now);
    relay.active = false;
}

static enum relay_state shown_state(uint8_t i, const struct spool_route *record,
                                    const struct clock *now)
{
    if (relay.routes[i].state == RELAY_ACTIVE)
        return RELAY_ACTIVE;
    if (record->frozen != 0)
        return (record->frozen & RELAY_DISABLE) != 0 ? RELAY_DISABLED : RELAY_FROZEN;
    return out_of_hours(i, now) ? RELAY_SCHEDULED : relay.routes[i].state;
}

static uint32_t shown_due(uint8_t i, const struct spool_route *record,
                          const struct clock *now)
{
    uint32_t opens_s = retry_due(now->powered_s, connector_rests_s(i, now->wall_s));
    uint32_t due_s = relay.routes[i].state == RELAY_GLITCH ? relay.routes[i].glitch_due_s
                                                           : record->due_s;

    return out_of_hours(i, now) && opens_s > due_s ? opens_s : due_s;
}

void relay_view(uint8_t connector, struct relay_view *view, const struct clock *now)
{
    const struct route *route = &relay.routes[connector];
    struct spool_route record;

    spool_route_get(connector, &record);
    *view = (struct relay_view){
        .name = connectors[connector].name,
        .state = shown_state(connector, &record, now),
        .tries = record.tries,
        .due_s = shown_due(connector, &record, now),
        .cause = record.frozen != 0 ? CAUSE_HELD : route->cause,
        .reply = route->reply,
    };
}

const char *relay_state_name(enum relay_state state)
{
    return words_at("ready\0active\0retry\0glitch\0frozen\0disabled\0scheduled", state);
}

const struct relay_counts *relay_counts(void)
{
    return &relay_count;
}
