/* SPDX-License-Identifier: MIT */
/*
 * verdict.h: what a reply or a failure means, as a pure function of the step it came at:
 * whose matter it is (route, letter, recipient), whether it passes, which status and cause.
 */
#ifndef DELIVERY_VERDICT_H
#define DELIVERY_VERDICT_H

#include "delivery/attempt.h"
#include "mail/outcome.h"
#include "mail/reply.h"
#include "stream/stream.h"

enum verdict_failure {
    FAILURE_NONE,
    FAILURE_TIMEOUT,     /* the step took longer than its time-out */
    FAILURE_STREAM,      /* the stream reports an error */
    FAILURE_CLOSED,      /* the peer ended the connection */
    FAILURE_BAD_REPLY,   /* reply_read said BROKEN, or a code that makes no sense here */
    FAILURE_NOT_OFFERED, /* TLS, where it is demanded */
    FAILURE_INJECTED     /* text in clear behind the reply that begins TLS */
};

/* For a reply that is not the one hoped for at this step. */
struct outcome verdict_reply(enum attempt_step step, const struct reply *reply);

/* For a failure without a reply; `error` counts for FAILURE_STREAM only. */
struct outcome verdict_failure(enum attempt_step step, enum verdict_failure failure,
                               enum stream_error error);

/* Whether another connect within the minute may well help (a glitch repeat). */
bool verdict_is_glitch(const struct outcome *outcome);

#endif
