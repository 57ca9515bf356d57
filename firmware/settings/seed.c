/* SPDX-License-Identifier: MIT */
/*
 * seed.c: the seed of this device, for a board whose own entropy is no secret. It goes into the
 * generator together with the number of this start, which no other start has; another one,
 * drawn from the generator, takes its place in flash; and only when that is there, and the old
 * one gone, do random numbers count as strong. So no two starts ever draw the same, and what a
 * device holds today does not tell what it drew before.
 */
#include "settings/store.h"

#include "base/log.h"
#include "crypto/random.h"

#include <string.h>

#define SEED_SIZE 32

enum seed_step { SEED_TO_READ, SEED_TO_BEGIN, SEED_TO_PUT, SEED_TO_END, SEED_OVER };

static enum seed_step step;

/* What a step returns with SETTINGS_OK leads to the next one. */

static enum settings_result read_seed(void)
{
    uint8_t seed[SEED_SIZE];
    size_t length = 0;
    enum settings_result result =
        settings_get(SETTINGS_SEED, cursor_over("", 0), seed, sizeof seed, &length);

    if (result == SETTINGS_OK && length != SEED_SIZE)
        result = SETTINGS_FAILED;
    if (result == SETTINGS_OK)
        random_add_seed(seed, sizeof seed);
    memset(seed, 0, sizeof seed);
    return result;
}

static enum settings_result begin_change(void)
{
    static const struct settings_drop old = {SETTINGS_SEED, SETTINGS_EACH, "", 0};

    return settings_begin(&old);
}

static enum settings_result put_seed(void)
{
    uint8_t seed[SEED_SIZE];
    enum settings_result result = settings_ready();

    if (result != SETTINGS_OK)
        return result;
    random_bytes(seed, sizeof seed);
    settings_add(SETTINGS_SEED, cursor_over("", 0));
    result = settings_put(seed, sizeof seed);
    memset(seed, 0, sizeof seed);
    settings_commit();
    return result;
}

static enum settings_result end_change(void)
{
    enum settings_result result = settings_outcome();

    if (result == SETTINGS_OK)
        random_seed_is_renewed();
    return result;
}

void seed_forget(void)
{
    step = SEED_TO_READ;
}

bool seed_poll(void)
{
    static enum settings_result (*const steps[])(void) = {
        [SEED_TO_READ] = read_seed,
        [SEED_TO_BEGIN] = begin_change,
        [SEED_TO_PUT] = put_seed,
        [SEED_TO_END] = end_change,
    };
    enum settings_result result = step == SEED_OVER ? SETTINGS_BUSY : steps[step]();

    if (result == SETTINGS_BUSY)
        return false;
    if (result == SETTINGS_OK) {
        step++;
        return true;
    }
    step = SEED_OVER;
    if (result != SETTINGS_ABSENT)
        log_write(LOG_ERROR, "settings", "seed-not-renewed",
                  "meaning=\"random numbers are no secret\" remedy=reboot");
    return false;
}
