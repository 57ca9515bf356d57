/* SPDX-License-Identifier: MIT */
/*
 * logview.h: shows the log on the console: "# 12.345 info spool committed id=3". No other line
 * begins with the '#'.
 */
#ifndef OPERATOR_LOGVIEW_H
#define OPERATOR_LOGVIEW_H

#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

/* Shown; nothing lost. */
void logview_init(void);

/* While it is off, lines are read and thrown away. */
void logview_set(bool shown);
bool logview_is_shown(void);

/*
 * Writes the oldest line, if there is one and the output is free, and says whether it did.
 * `at_prompt`: a prompt stands on the present line of the screen; it is cleared first.
 */
bool logview_step(const struct clock *now, bool at_prompt);

/* Lines that had to go unread since the start. */
uint32_t logview_lost(void);

#endif
