/* SPDX-License-Identifier: MIT */
/*
 * clock_rules.h: which answers of a time server are believed. Pure: no network, no uptime.
 *
 * The first answer of a start may say anything between floor and ceiling. After it the server
 * may move the clock by CONFIG_CLOCK_STEP_MAX_S in all, either way, and 1 s in 256 for what
 * the device's own clock drifts. The bound counts from that first answer and not from the last
 * one, so nobody walks the clock away in small steps. An answer beyond it stays refused however
 * often it comes: whoever can forge one can forge ten, and SNTP has nothing else to show.
 */
#ifndef NETWORK_CLOCK_RULES_H
#define NETWORK_CLOCK_RULES_H

#include "config/config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLOCK_ANSWER_SIZE 48 /* RFC 4330 section 4, without authenticator */
#define CLOCK_NONCE_SIZE  8

enum clock_verdict {
    CLOCK_IGNORED, /* no answer to our question: another one may still come */
    CLOCK_TAKEN,
#define TROUBLE(name, text) CLOCK_##name,
#include "network/clock.def"
#undef TROUBLE
};

/* All zero: not set. */
struct clock_rules {
    bool set;
    uint32_t first_s;  /* the first answer, seconds since 1970 */
    uint32_t since_s;  /* uptime since then; the caller counts it up */
    uint32_t offset_s; /* what later answers added, modulo 2^32 */
    uint32_t calm_s;   /* since_s when an answer was refused last, or the clock proven */
};

/* Seconds since 1970 UTC, or 0 while the clock is not set. */
uint32_t clock_rules_now(const struct clock_rules *rules);

/*
 * Judges what came from the server's address: RFC 4330 section 5, checks 3 and 4, then the
 * bounds above. `nonce`: the transmit timestamp of the question. `*said_s`: what the answer
 * says, seconds since 1970 UTC; timestamps that begin with a 0 bit are of 2036 and later
 * (section 3). 0 where it says nothing. The clock is set to what is TAKEN.
 */
enum clock_verdict clock_rules_hear(struct clock_rules *rules, uint32_t floor_s,
                                    const uint8_t answer[CLOCK_ANSWER_SIZE],
                                    const uint8_t nonce[CLOCK_NONCE_SIZE],
                                    uint32_t *said_s);

/*
 * What the clock says, once each CONFIG_CLOCK_FLOOR_WAIT_S in which no answer was refused; else
 * 0. A lie that the server contradicts does not get that far.
 */
uint32_t clock_rules_proven(struct clock_rules *rules);

#endif
