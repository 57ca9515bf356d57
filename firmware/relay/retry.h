/* SPDX-License-Identifier: MIT */
/*
 * retry.h: when to try again and when to give up, as pure functions (RFC 5321 section
 * 4.5.4.1). Seconds are powered seconds (base/clock.h); sums that do not fit 32 bits stay at
 * the greatest value.
 */
#ifndef RELAY_RETRY_H
#define RELAY_RETRY_H

#include <stdbool.h>
#include <stdint.h>

/* Seconds from try number `tries` (counted already, from 1; 0 counts as 1) to the next. */
uint32_t retry_interval(unsigned tries);

/*
 * The interval made longer or shorter by at most CONFIG_JITTER_PERCENT, evenly by `random`
 * (any 32 bits). At least 1 s.
 */
uint32_t retry_jitter(uint32_t interval_s, uint32_t random);

/* The second that lies `wait_s` after `now_s`. */
uint32_t retry_due(uint32_t now_s, uint32_t wait_s);

/* Whether a letter deposited at that second has had its time (CONFIG_EXPIRE_S). */
bool retry_expired(uint32_t deposited_s, uint32_t now_s);

/*
 * Whether a passing fault may be repeated within the same try, after `repeats` repeats of it;
 * the wait before it is retry_glitch_wait seconds.
 */
bool retry_glitch_allowed(unsigned repeats);
uint32_t retry_glitch_wait(void);

#endif
