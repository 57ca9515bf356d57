/* SPDX-License-Identifier: MIT */
/*
 * floor.c: the time before which no time server is believed, and which stands in while the
 * clock is not set. What the clock said for long enough is kept, less a day for what it may
 * have been ahead; and only where that is a week more than before: some fifty changes
 * a year, and not 4,000 before the year 2100 whoever lies to it.
 */
#include "settings/store.h"

#include "base/bytes.h"
#include "base/log.h"

#define DAY_S  86400u
#define WEEK_S (7 * DAY_S)

enum floor_step { FLOOR_AT_REST, FLOOR_TO_BEGIN, FLOOR_TO_PUT };

static uint32_t floor_s, wanted_s;
static enum floor_step step;

/*
 * One behind the ceiling would let nothing pass; one of less than four octets is before any
 * other. A wish that still waits is older than what was changed now.
 */
void floor_load(void)
{
    uint8_t octets[4] = {0};
    size_t length;
    enum settings_result result = settings_get(SETTINGS_TIME_FLOOR, cursor_over("", 0),
                                               octets, sizeof octets, &length);

    floor_s = CONFIG_CLOCK_FLOOR;
    if (step == FLOOR_TO_BEGIN)
        step = FLOOR_AT_REST;
    if (result == SETTINGS_OK && get_u32(octets) > floor_s &&
        get_u32(octets) <= CONFIG_CLOCK_CEILING)
        floor_s = get_u32(octets);
}

uint32_t settings_time_floor(void)
{
    return floor_s;
}

void settings_keep_time(uint32_t proven_s)
{
    if (step != FLOOR_AT_REST || proven_s < floor_s || proven_s - floor_s < WEEK_S + DAY_S)
        return;
    wanted_s = proven_s - DAY_S;
    step = FLOOR_TO_BEGIN;
}

static enum settings_result begin_change(void)
{
    static const struct settings_drop old = {SETTINGS_TIME_FLOOR, SETTINGS_EACH, "", 0};

    return settings_begin(&old);
}

static enum settings_result put_floor(void)
{
    uint8_t octets[4];
    enum settings_result result = settings_ready();

    if (result != SETTINGS_OK)
        return result;
    put_u32(octets, wanted_s);
    settings_add(SETTINGS_TIME_FLOOR, cursor_over("", 0));
    result = settings_put(octets, sizeof octets);
    settings_commit();
    return result;
}

void floor_poll(void)
{
    enum settings_result result;

    if (step == FLOOR_AT_REST)
        return;
    result = step == FLOOR_TO_BEGIN ? begin_change() : put_floor();
    if (result == SETTINGS_BUSY)
        return;
    step = step == FLOOR_TO_BEGIN && result == SETTINGS_OK ? FLOOR_TO_PUT : FLOOR_AT_REST;
    if (result != SETTINGS_OK)
        log_write(LOG_WARNING, "settings", "floor-not-kept", "remedy=settings");
}
