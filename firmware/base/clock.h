/* SPDX-License-Identifier: MIT */
/*
 * clock.h: what time it is, as one value that the main loop renews and hands down. Code that
 * decides takes it as an argument, so that a test can live through two days in a millisecond.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock {
    uint64_t uptime_ms; /* since this start; for time-outs of a conversation */
    uint32_t uptime_s;  /* the same in whole seconds, and the rest of it: for people */
    uint16_t uptime_rest_ms;
    uint32_t awake_s; /* time of it during which the processor did not sleep */
    uint32_t awake_rest_us;
    uint32_t
        powered_s;   /* seconds under power since the device was new, journalled in flash;
                           alone decides waits, the delay warning and the time limit */
    uint32_t boot;   /* number of this start, counted in flash */
    uint32_t wall_s; /* seconds since 1970 UTC, or 0 while not known; for Date, Received,
                           notices and certificates only */
};

/* True when `then` (powered seconds) has come. */
static inline bool clock_reached(const struct clock *now, uint32_t then)
{
    return now->powered_s >= then;
}

#endif
