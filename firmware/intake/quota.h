/* SPDX-License-Identifier: MIT */
/*
 * quota.h: how much of the flash one source may use up. Letters and octets count when they come,
 * whether the letter is ended or not: what was written has worn the flash. Each INTAKE_QUOTA_S
 * all begin anew; RAM only.
 */
#ifndef INTAKE_QUOTA_H
#define INTAKE_QUOTA_H

#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

/* Sources known apart. Another one takes over the least counts of them, and goes on there. */
#define QUOTA_SOURCES 4

/* Whether this source, an address in text form, may begin a letter of about `octets`. */
bool quota_allows(const char *source, uint32_t octets, const struct clock *now);

/* Counts what came from it; false when that was too much. */
bool quota_count(const char *source, uint32_t letters, uint32_t octets);

#endif
