/* SPDX-License-Identifier: MIT */
/*
 * outgoing.h: a letter on its way out: which is next, its envelope, and its text with what is
 * added to it. It is part of the transfer, and answers what the attempt needs: true when
 * something was given, false when the flash or the stream is not ready for it.
 */
#ifndef RELAY_OUTGOING_H
#define RELAY_OUTGOING_H

#include "relay/transfer.h"

/* Whether the connector's route has a letter that is due; it is in `letter` then. */
bool outgoing_is_due(uint8_t connector, struct spool_letter *letter,
                     const struct clock *now);

/* The next letter's sender, counted as tried in flash before; or that there is none. */
bool outgoing_letter(struct transfer *t, const struct clock *now);

/* Its next recipient, or that there is none. */
bool outgoing_recipient(struct transfer *t);

/* The next piece of its text, or its end. */
bool outgoing_text(struct transfer *t);

/* Gives up a letter that cannot be read; the console names it. */
bool outgoing_drop_damaged(struct transfer *t, const struct clock *now);

#endif
