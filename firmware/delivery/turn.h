/* SPDX-License-Identifier: MIT */
/*
 * turn.h: commands out, replies in, for the dialogue. Of this folder's use only: others see
 * attempt.h.
 */
#ifndef DELIVERY_TURN_H
#define DELIVERY_TURN_H

#include "delivery/attempt.h"

/* The verdict where nothing stands against going on. */
extern const struct outcome turn_good;

/* ---- Commands ---------------------------------------------------------------------------- */

/* Writes the command of `step` with its argument (clean, or made so) into a->line. */
void turn_prepare(struct attempt *a, enum attempt_step step, const char *argument);

/* Adds a parameter to the command in a->line. */
void turn_add_parameter(struct attempt *a, const uint8_t *parameter, size_t size);

/* Sends what is left of a->line; false while the stream has no room for all of it. */
bool turn_push(struct attempt *a);

/*
 * Begins to say what was prepared. Where no reply is owed, bytes that wait already are no
 * answer to it: then nothing is said, and what came is judged by itself.
 */
void turn_say(struct attempt *a, enum attempt_step step, const struct clock *now);

/* The same, prepared here. */
void turn_say_plain(struct attempt *a, enum attempt_step step, const char *argument,
                    const struct clock *now);

/* ---- Replies ----------------------------------------------------------------------------- */

/* A step begins, and its time-out. */
void turn_enter(struct attempt *a, enum attempt_step step, const struct clock *now);
void turn_set_deadline(struct attempt *a, const struct clock *now);

/* A reply is owed without a command: the greeting, or a word within the text. */
void turn_await(struct attempt *a, enum attempt_step step, const struct clock *now);

/* Sends what waits: no other command follows, but the replies to those said before. */
void turn_expect(struct attempt *a, const struct clock *now);

/*
 * Whether every reply owed came, and the dialogue can go on with it: the one hoped for, or a
 * refusal of this letter or recipient. A verdict on the route is for the driver.
 */
bool turn_heard(struct attempt *a, const struct clock *now);

/* Sends the command, then waits for the reply to it and to those before. */
bool turn_answered(struct attempt *a, const struct clock *now);

/* The same, but with PIPELINING it does not wait: the next command may follow. */
bool turn_may_go_on(struct attempt *a, const struct clock *now);

/* QUIT: whatever comes, the connection is over. */
bool turn_quit_answered(struct attempt *a, const struct clock *now);

/* The recipient whose reply comes next, or LETTER_RECIPIENTS_MAX. */
uint8_t turn_first_asked(const struct attempt *a);

/* Whether the last verdict was good. */
bool turn_well(const struct attempt *a);

/* ---- The caller -------------------------------------------------------------------------- */

void turn_ask(struct attempt *a, enum attempt_need need);
void turn_tell(struct attempt *a, enum attempt_fact_kind kind, uint8_t recipient,
               struct outcome outcome);
void turn_tell_letter(struct attempt *a);

#endif
