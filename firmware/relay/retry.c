/* SPDX-License-Identifier: MIT */
/* retry.c: the schedule as a table; its last row serves every later try. */
#include "relay/retry.h"

#include "base/bytes.h"
#include "base/one_copy.h"

#include "config/config.h"

static const uint32_t intervals[] = {
    CONFIG_RETRY_1_S,
    CONFIG_RETRY_2_S,
    CONFIG_RETRY_3_S,
    CONFIG_RETRY_LATER_S,
};

static const unsigned glitch_repeats = CONFIG_GLITCH_REPEATS;

uint32_t retry_interval(unsigned tries)
{
    size_t row = tries > 0 ? tries - 1 : 0;

    return intervals[min_size(row, COUNT_OF(intervals) - 1)];
}

/* The spread is 2 * part + 1 seconds wide; `random` modulo that is even enough for waits. */
uint32_t retry_jitter(uint32_t interval_s, uint32_t random)
{
    uint32_t part = interval_s / 100 * CONFIG_JITTER_PERCENT +
                    interval_s % 100 * CONFIG_JITTER_PERCENT / 100;
    uint32_t wait = retry_due(interval_s - part, random % (2 * part + 1));

    return wait > 0 ? wait : 1;
}

ONE_COPY uint32_t retry_due(uint32_t now_s, uint32_t wait_s)
{
    return wait_s > UINT32_MAX - now_s ? UINT32_MAX : now_s + wait_s;
}

/* A deposit that seems to lie ahead (a journal lost its end) has had no time yet. */
bool retry_expired(uint32_t deposited_s, uint32_t now_s)
{
    return now_s >= deposited_s && now_s - deposited_s >= CONFIG_EXPIRE_S;
}

bool retry_glitch_allowed(unsigned repeats)
{
    return repeats < glitch_repeats;
}

uint32_t retry_glitch_wait(void)
{
    return CONFIG_GLITCH_S;
}
