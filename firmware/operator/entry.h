/* SPDX-License-Identifier: MIT */
/*
 * entry.h: lines that the command under way asks for: a secret, which is not echoed, or a value
 * of many lines. The line rests until the command asks for another or is over; then it is
 * overwritten, and no key recalls it.
 */
#ifndef OPERATOR_ENTRY_H
#define OPERATOR_ENTRY_H

#include "base/cursor.h"

#include <stdbool.h>

/* For commands: asks, then waits until entry_is_wanted() is false. */
void entry_ask(bool hidden);
bool entry_is_wanted(void);

/* The line that came; false when it was dropped (Ctrl-C, Ctrl-D) or did not fit. */
bool entry_line(struct cursor *line);

/* What was typed for this command is not to be recalled: asked for, or a secret all the same. */
void entry_note_secret(void);

/* For the console; entry_was_secret tells it once. */
bool entry_was_secret(void);
bool entry_is_hidden(void);
void entry_give(struct cursor line, bool is_good);

#endif
