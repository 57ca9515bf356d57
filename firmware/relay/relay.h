/* SPDX-License-Identifier: MIT */
/*
 * relay.h: owner of the ring spool -> delivery -> outcome -> spool. A route (one for each
 * connector) is a life with explicit states; relay.c shows their table. Nobody tells the relay
 * of new mail: it looks at the spool's revision, with the due times as the safety net.
 */
#ifndef RELAY_RELAY_H
#define RELAY_RELAY_H

#include "spool/spool.h"

#include "base/clock.h"
#include "mail/outcome.h"

#include <stdbool.h>
#include <stdint.h>

enum relay_state {
    RELAY_READY,    /* nothing is due, or about to start */
    RELAY_ACTIVE,   /* has a connection, or is making one */
    RELAY_RETRY,    /* failed; waits for its next try */
    RELAY_GLITCH,   /* a passing fault; connects again within the minute, same try */
    RELAY_FROZEN,   /* the operator holds it: nothing leaves, mail may come in */
    RELAY_DISABLED, /* likewise, by `disable` */
    RELAY_SCHEDULED /* waits for its hours */
};

/* Why an operator holds a route, a bit each; in flash (spool_route.frozen). */
enum relay_hold { RELAY_FREEZE = 1, RELAY_DISABLE = 2 };

/* Due second of a letter's part that is done, while its other connectors are not. */
#define RELAY_NEVER UINT32_MAX

/* After spool_open. */
void relay_init(const struct clock *now);

/* One bounded step; returns the milliseconds until it wants to be called again. */
uint32_t relay_poll(const struct clock *now);

/*
 * Tries all of a route now, whatever its due time and its hours; tries are counted as
 * always. False: the
 * route is held, and stays so.
 */
bool relay_force(uint8_t connector);

/*
 * Holds a route, or lets it go on as far as this is concerned; kept over a reboot. The letter
 * under way is ended first, and then the connection.
 */
enum spool_result relay_hold(uint8_t connector, enum relay_hold why, bool held,
                             const struct clock *now);

/* Whether the letter at this head is under way. */
bool relay_sends(uint16_t head);

/* Breaks off what is under way, before a reset. */
void relay_stop(const struct clock *now);

/* A route as the console shows it. */
struct relay_view {
    const char *name; /* of the connector */
    enum relay_state state;
    uint8_t tries;            /* in a row without success */
    uint32_t due_s;           /* powered second of the next try, in a state that waits */
    enum outcome_cause cause; /* of the last failure, CAUSE_HELD, or CAUSE_NONE */
    const char *reply;        /* the peer's last words at that failure, clean; or "" */
};

void relay_view(uint8_t connector, struct relay_view *view, const struct clock *now);
const char *relay_state_name(enum relay_state state);

/* Since the start of the firmware. */
struct relay_counts {
    uint32_t recipients_sent, letters_sent, transactions, maybe_sent, connects, failures;
    uint32_t given_up; /* recipients */
};

const struct relay_counts *relay_counts(void);

#endif
