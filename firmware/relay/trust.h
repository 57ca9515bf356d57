/* SPDX-License-Identifier: MIT */
/*
 * trust.h: whom this device trusts by its settings, as TLS asks for it, since the settings
 * stand above stream/; and when trust anchors end, those of the image and those of the device.
 *
 * An anchor whose last day is over verifies all the same. It is a name and a key, and its date
 * is the policy of who made it, for verifiers to heed or not (RFC 5280 section 6.1.1, input d).
 * What it signed has dates of its own, which are heeded. So a box that nobody looks after goes
 * on as long as its next hop has a good certificate, and who looks after it is warned in time.
 */
#ifndef RELAY_TRUST_H
#define RELAY_TRUST_H

#include "stream/stream_tls.h"

#include "base/clock.h"

#include <stdint.h>

/* Where TRUST_IS_KEPT is 1. */
extern const struct tls_kept trust_kept;

/*
 * The settings have changed, or may have: no session goes on from what they were, and warnings
 * are given anew.
 */
void trust_changed(void);

#define TRUST_NAME_MAX 64

/* The anchor that ends first. */
struct trust_end {
    uint32_t last_day;             /* in days since 1970; UINT32_MAX: there is no anchor */
    char name[TRUST_NAME_MAX + 1]; /* clean: its label, or the name in its certificate */
};

/*
 * Looks once a day, as soon as the clock is known and the flash can be read, and warns when an
 * anchor has 60, 30 or 7 days left or is over; once at each of these in a start.
 */
void trust_poll(const struct clock *now);

/* As of the last look; NULL: there was none. */
const struct trust_end *trust_first_end(void);

#endif
