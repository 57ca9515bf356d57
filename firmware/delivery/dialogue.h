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

/* The verdict on 8-bit text where the next hop takes none. */
extern const struct outcome dialogue_no_8bitmime;

#endif
