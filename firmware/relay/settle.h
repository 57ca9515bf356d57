/* SPDX-License-Identifier: MIT */
/*
 * settle.h: what became of a letter, from the attempt's facts into the flash: who got it, who
 * is given up, who waits. It is part of the transfer, which has the letter open.
 */
#ifndef RELAY_SETTLE_H
#define RELAY_SETTLE_H

#include "relay/transfer.h"

#include "base/log.h"

/* Powered time of the next try after so many, spread by chance. */
uint32_t settle_next_due(unsigned tries, const struct clock *now);

/* `reply`: the peer's, sanitised. `id` 0: of the route. */
void settle_log(enum log_level level, const char *event, uint32_t id,
                const struct outcome *outcome, const char *reply);

/* What happened is not in flash. `id` 0: a try of the route. */
void settle_log_not_stored(uint32_t id, enum spool_result result);

/*
 * The envelope's next recipient that this transaction is for: its field, and its full size,
 * which may be more than `room`. SPOOL_END after the last.
 */
enum spool_result settle_next_recipient(struct transfer *t, uint8_t *value, size_t room,
                                        size_t *size);

/* Writes down how the letter under way fared, and lets it go. False: the flash is busy. */
bool settle_letter(struct transfer *t, const struct outcome *outcome,
                   const struct clock *now);

/* Lets the letter under way go as it is. */
void settle_release(struct transfer *t);

/*
 * Gives up the recipients of a letter that are neither sent nor given up, and keeps it as
 * dead. False: the flash is busy, call again.
 */
bool settle_give_up(struct spool_letter *letter, enum outcome_cause cause,
                    const struct clock *now);

#endif
