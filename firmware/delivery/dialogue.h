/* SPDX-License-Identifier: MIT */
/*
 * dialogue.h: the client's side of RFC 5321 as a task over a struct attempt. Of this folder's
 * use only: others see attempt.h.
 */
#ifndef DELIVERY_DIALOGUE_H
#define DELIVERY_DIALOGUE_H

#include "delivery/attempt.h"

/*
 * Goes on to the next wait. It knows no failure but a refusal: deadlines, the state of the
 * stream and `leaving` are the driver's (attempt_run).
 */
enum task_state dialogue(struct attempt *a, const struct clock *now);

/* Writes the command of `step` with its argument (clean, or made so) into a->line. */
void dialogue_prepare(struct attempt *a, enum attempt_step step, const char *argument);

/* Sends what is left of a->line; false while the stream has no room for all of it. */
bool dialogue_push(struct attempt *a);

/* The verdict on 8-bit text where the next hop takes none. */
extern const struct outcome dialogue_no_8bitmime;

#endif
