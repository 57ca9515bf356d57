/* SPDX-License-Identifier: MIT */
/* clock_rules.c: which answers of a time server are believed. */
#include "network/clock_rules.h"

#include <string.h>

/* Octets of an answer (RFC 4330 section 4), and what stands in the first two. */
#define AT_STRATUM       1
#define AT_ORIGINATE     24
#define AT_TRANSMIT      40
#define MODE             0x07
#define MODE_SERVER      4
#define LEAP             0xc0 /* both bits: not synchronised */
#define STRATUM_KISS     0
#define STRATUM_GREATEST 15

#define NTP_TO_1970 2085978496u /* modulo 2^32; puts 1970 to 2036 before 2036 to 2106 */
#define DRIFT_IN    256         /* seconds with one of drift */

static uint32_t get_seconds(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

uint32_t clock_rules_now(const struct clock_rules *rules)
{
    return rules->set ? rules->first_s + rules->since_s + rules->offset_s : 0;
}

/* What the server says of itself; TAKEN: that it knows the time. */
static enum clock_verdict look_at_server(const uint8_t *answer, uint32_t ntp_s)
{
    if (answer[AT_STRATUM] == STRATUM_KISS)
        return CLOCK_KISS;
    if ((answer[0] & LEAP) == LEAP || answer[AT_STRATUM] > STRATUM_GREATEST || ntp_s == 0)
        return CLOCK_UNSYNCHRONISED;
    return CLOCK_TAKEN;
}

static enum clock_verdict set(struct clock_rules *rules, uint32_t floor_s, uint32_t said_s)
{
    uint32_t offset_s = said_s - (rules->first_s + rules->since_s);
    uint32_t most_s = CONFIG_CLOCK_STEP_MAX_S + rules->since_s / DRIFT_IN;

    if (said_s < floor_s)
        return CLOCK_TOO_EARLY;
    if (said_s > CONFIG_CLOCK_CEILING)
        return CLOCK_TOO_LATE;
    if (!rules->set)
        *rules = (struct clock_rules){.set = true, .first_s = said_s};
    else if (offset_s + most_s > 2 * most_s)
        return CLOCK_TOO_FAR;
    else
        rules->offset_s = offset_s;
    return CLOCK_TAKEN;
}

enum clock_verdict clock_rules_hear(struct clock_rules *rules, uint32_t floor_s,
                                    const uint8_t answer[CLOCK_ANSWER_SIZE],
                                    const uint8_t nonce[CLOCK_NONCE_SIZE], uint32_t *said_s)
{
    uint32_t ntp_s = get_seconds(answer + AT_TRANSMIT);
    enum clock_verdict verdict;

    *said_s = 0;
    if ((answer[0] & MODE) != MODE_SERVER ||
        memcmp(answer + AT_ORIGINATE, nonce, CLOCK_NONCE_SIZE) != 0)
        return CLOCK_IGNORED;
    verdict = look_at_server(answer, ntp_s);
    if (verdict != CLOCK_TAKEN)
        return verdict;
    *said_s = ntp_s + NTP_TO_1970;
    verdict = set(rules, floor_s, *said_s);
    if (verdict != CLOCK_TAKEN)
        rules->calm_s = rules->since_s;
    return verdict;
}

uint32_t clock_rules_proven(struct clock_rules *rules)
{
    if (!rules->set || rules->since_s - rules->calm_s < CONFIG_CLOCK_FLOOR_WAIT_S)
        return 0;
    rules->calm_s = rules->since_s;
    return clock_rules_now(rules);
}
