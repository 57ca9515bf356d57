/* SPDX-License-Identifier: MIT */
/*
 * verdict.c: two tables, read from the top; the first row that fits decides.
 *
 * A refusal of the connection as such (greeting, name, login, 421) is the route's matter and
 * always passes: the mail waits. Of the rest, 4yz passes and 5yz does not (RFC 5321 section
 * 4.2.1). What the peer says with its enhanced status (RFC 2034) refines both; the status in
 * the outcome is the peer's own where its class fits the result, else the row's (RFC 3463).
 */
#include "delivery/verdict.h"

#include "base/bytes.h"

#define ANY 255

struct reply_rule {
    uint8_t step_first, step_last;
    uint16_t code_first, code_last;
    uint8_t subject, detail; /* of the reply's enhanced status, or ANY */
    uint8_t result, scope, cause;
    uint8_t status[2]; /* subject and detail; the class follows from the result */
};

#define LATER     OUTCOME_LATER
#define NEVER     OUTCOME_NEVER
#define ROUTE     SCOPE_ROUTE
#define LETTER    SCOPE_LETTER
#define RECIPIENT SCOPE_RECIPIENT
#define CONNECT   STEP_CONNECT
#define GREETING  STEP_GREETING
#define EHLO      STEP_EHLO
#define HELO      STEP_HELO
#define MAIL      STEP_MAIL
#define RCPT      STEP_RCPT
#define DATA      STEP_DATA
#define TEXT      STEP_TEXT
#define DOT       STEP_DOT
#define QUIT      STEP_QUIT
#define STARTTLS  STEP_STARTTLS
#define TLS       STEP_TLS

/*
 * Reasons for the rows that surprise:
 * - 530 asks for a login (RFC 4954 section 6) or for STARTTLS (RFC 3207 section 4).
 * - 500, 502, 503 to a command that every server has: the two sides are out of step, or the
 *   peer wants something first. No letter may be lost for it.
 * - 452 and 552 at RCPT also mean "too many recipients"; both pass (section 4.5.3.1.10).
 * - x.7.60 is what Microsoft 365 says of a sender that the login may not use, after the dot.
 * - 2yz and 3yz get here only where they make no sense.
 */
/* clang-format off */
static const struct reply_rule rules[] = {
    /* steps, codes, status, result, scope, cause, default status */
    {CONNECT,  TLS,      421, 421, ANY, ANY, LATER, ROUTE,     CAUSE_SHUTTING_DOWN,     {3, 2}},
#if TLS_USED
    {STARTTLS, STARTTLS, 400, 599, ANY, ANY, LATER, ROUTE,     CAUSE_STARTTLS_REFUSED,  {7, 4}},
#endif
    {GREETING, GREETING, 400, 599, ANY, ANY, LATER, ROUTE,     CAUSE_GREETING_REFUSED,  {3, 2}},
    {EHLO,     HELO,     400, 599, ANY, ANY, LATER, ROUTE,     CAUSE_HELO_REFUSED,      {5, 0}},
    {MAIL,     DOT,      530, 530, ANY, ANY, LATER, ROUTE,     CAUSE_AUTH_REQUIRED,     {7, 0}},
    {MAIL,     DATA,     500, 500, ANY, ANY, LATER, ROUTE,     CAUSE_BAD_REPLY,         {5, 1}},
    {MAIL,     DATA,     502, 503, ANY, ANY, LATER, ROUTE,     CAUSE_BAD_REPLY,         {5, 1}},

    {RCPT,     RCPT,     500, 599, 3,   4,   NEVER, RECIPIENT, CAUSE_TOO_LARGE,         {3, 4}},
    {RCPT,     RCPT,     452, 452, 3,   1,   LATER, RECIPIENT, CAUSE_NO_ROOM,           {3, 1}},
    {RCPT,     RCPT,     452, 452, 2,   ANY, LATER, RECIPIENT, CAUSE_RECIPIENT_REFUSED, {2, 2}},
    {RCPT,     RCPT,     452, 452, ANY, ANY, LATER, RECIPIENT, CAUSE_TOO_MANY,          {5, 3}},
    {RCPT,     RCPT,     552, 552, 2,   ANY, NEVER, RECIPIENT, CAUSE_RECIPIENT_REFUSED, {2, 2}},
    {RCPT,     RCPT,     552, 552, ANY, ANY, LATER, RECIPIENT, CAUSE_TOO_MANY,          {5, 3}},
    {RCPT,     RCPT,     553, 553, ANY, ANY, NEVER, RECIPIENT, CAUSE_RECIPIENT_REFUSED, {1, 3}},
    {RCPT,     RCPT,     400, 499, ANY, ANY, LATER, RECIPIENT, CAUSE_RECIPIENT_REFUSED, {1, 0}},
    {RCPT,     RCPT,     500, 599, ANY, ANY, NEVER, RECIPIENT, CAUSE_RECIPIENT_REFUSED, {1, 0}},

    {MAIL,     DOT,      500, 599, 3,   4,   NEVER, LETTER,    CAUSE_TOO_LARGE,         {3, 4}},
    {DATA,     DOT,      500, 599, 7,   60,  NEVER, LETTER,    CAUSE_SENDER_REFUSED,    {7, 1}},
    {MAIL,     DOT,      452, 452, ANY, ANY, LATER, LETTER,    CAUSE_NO_ROOM,           {3, 1}},
    {TEXT,     DOT,      552, 552, 2,   ANY, NEVER, LETTER,    CAUSE_RECIPIENT_REFUSED, {2, 2}},
    {TEXT,     DOT,      552, 552, 7,   ANY, NEVER, LETTER,    CAUSE_CONTENT_REFUSED,   {7, 1}},
    {MAIL,     DOT,      552, 552, ANY, ANY, NEVER, LETTER,    CAUSE_TOO_LARGE,         {3, 4}},
    {MAIL,     MAIL,     400, 499, ANY, ANY, LATER, LETTER,    CAUSE_SENDER_REFUSED,    {1, 0}},
    {MAIL,     MAIL,     500, 599, ANY, ANY, NEVER, LETTER,    CAUSE_SENDER_REFUSED,    {1, 0}},
    {DATA,     DATA,     400, 499, ANY, ANY, LATER, LETTER,    CAUSE_DATA_REFUSED,      {5, 0}},
    {DATA,     DATA,     500, 599, ANY, ANY, NEVER, LETTER,    CAUSE_DATA_REFUSED,      {5, 0}},
    {TEXT,     DOT,      400, 499, ANY, ANY, LATER, LETTER,    CAUSE_CONTENT_REFUSED,   {3, 0}},
    {TEXT,     DOT,      500, 599, ANY, ANY, NEVER, LETTER,    CAUSE_CONTENT_REFUSED,   {6, 0}},

    {CONNECT,  TLS,      0,   999, ANY, ANY, LATER, ROUTE,     CAUSE_BAD_REPLY,         {5, 0}},
};

/* Failures are the route's matter and pass. The last row fits everything. */
static const struct failure_rule {
    uint8_t step_first, step_last, failure, error; /* error: ANY, or that of FAILURE_STREAM */
    uint8_t cause;
    uint8_t status[2];
} failures[] = {
    {CONNECT, CONNECT, FAILURE_TIMEOUT,   ANY,                CAUSE_CONNECT_TIMEOUT, {4, 1}},
    {CONNECT, CONNECT, FAILURE_STREAM,    STREAM_REFUSED,     CAUSE_CONNECT_REFUSED, {4, 1}},
    {CONNECT, CONNECT, FAILURE_STREAM,    STREAM_UNREACHABLE, CAUSE_CONNECT_TIMEOUT, {4, 1}},
#if TLS_USED
    {STARTTLS, STARTTLS, FAILURE_NOT_OFFERED, ANY,         CAUSE_STARTTLS_MISSING, {7, 4}},
    {STARTTLS, TLS, FAILURE_INJECTED,  ANY,                CAUSE_TLS_INJECTED,    {7, 5}},
    {CONNECT, TLS,     FAILURE_STREAM,    STREAM_TLS_NO_ENTROPY,  CAUSE_TLS_NO_ENTROPY,  {7, 5}},
    {CONNECT, TLS,     FAILURE_STREAM,    STREAM_TLS_NO_CLOCK,    CAUSE_TLS_NO_CLOCK,    {7, 5}},
    {CONNECT, TLS,     FAILURE_STREAM,    STREAM_TLS_EXPIRED,     CAUSE_TLS_EXPIRED,     {7, 5}},
    {CONNECT, TLS,     FAILURE_STREAM,    STREAM_TLS_NOT_YET,     CAUSE_TLS_NOT_YET,     {7, 5}},
    {CONNECT, TLS,     FAILURE_STREAM,    STREAM_TLS_NAME,        CAUSE_TLS_NAME,        {7, 5}},
    {CONNECT, TLS,     FAILURE_STREAM,    STREAM_TLS_UNKNOWN,     CAUSE_TLS_UNKNOWN,     {7, 5}},
    {CONNECT, TLS,     FAILURE_STREAM,    STREAM_TLS_UNPINNED,    CAUSE_TLS_UNPINNED,    {7, 5}},
    {CONNECT, TLS,     FAILURE_STREAM,    STREAM_TLS_SIGNATURE,   CAUSE_TLS_SIGNATURE,   {7, 5}},
    {CONNECT, TLS,     FAILURE_STREAM,    STREAM_TLS_CERTIFICATE, CAUSE_TLS_CERTIFICATE, {7, 5}},
    {CONNECT, TLS,     FAILURE_STREAM,    STREAM_TLS_VERSION,     CAUSE_TLS_VERSION,     {7, 5}},
    {CONNECT, TLS,     FAILURE_STREAM,    STREAM_TLS_NO_CIPHER,   CAUSE_TLS_NO_CIPHER,   {7, 5}},
    {CONNECT, TLS,     FAILURE_STREAM,    STREAM_TLS_TOO_LARGE,   CAUSE_TLS_TOO_LARGE,   {7, 5}},
    {CONNECT, TLS,     FAILURE_STREAM,    STREAM_TLS_ALERT,       CAUSE_TLS_ALERT,       {7, 5}},
    {CONNECT, TLS,     FAILURE_STREAM,    STREAM_TLS_CLOSED,      CAUSE_TLS_CLOSED,      {7, 5}},
    {CONNECT, TLS,     FAILURE_STREAM,    STREAM_TLS_PROTOCOL,    CAUSE_TLS_PROTOCOL,    {7, 5}},
#endif
    {CONNECT, TLS,     FAILURE_STREAM,    STREAM_NO_MEMORY,   CAUSE_NO_MEMORY,       {4, 5}},
    {CONNECT, TLS,     FAILURE_TIMEOUT,   ANY,                CAUSE_TIMEOUT,         {4, 2}},
    {CONNECT, TLS,     FAILURE_BAD_REPLY, ANY,                CAUSE_BAD_REPLY,       {5, 0}},
    {CONNECT, TLS,     ANY,               ANY,                CAUSE_CONNECTION_LOST, {4, 2}},
};
/* clang-format on */

static bool fits(uint8_t pattern, unsigned value)
{
    return pattern == ANY || pattern == value;
}

static bool rule_fits(const struct reply_rule *rule, enum attempt_step step,
                      const struct reply *reply)
{
    bool has_status = reply->status.class_ != 0;

    return step >= rule->step_first && step <= rule->step_last &&
           reply->code >= rule->code_first && reply->code <= rule->code_last &&
           fits(rule->subject, has_status ? reply->status.subject : ANY) &&
           fits(rule->detail, has_status ? reply->status.detail : ANY);
}

static const struct reply_rule *find_rule(enum attempt_step step, const struct reply *reply)
{
    const struct reply_rule *rule = rules;

    while (rule < &rules[COUNT_OF(rules) - 1] && !rule_fits(rule, step, reply))
        rule++;
    return rule;
}

struct outcome verdict_reply(enum attempt_step step, const struct reply *reply)
{
    const struct reply_rule *rule = find_rule(step, reply);
    struct outcome outcome = {rule->result, rule->scope, rule->cause, reply->status};
    uint8_t class_ = rule->result == NEVER ? 5 : 4;

    if (reply->status.class_ != class_)
        outcome.status = (struct enhanced_status){class_, rule->status[0], rule->status[1]};
    return outcome;
}

static const struct failure_rule *find_failure(enum attempt_step step,
                                               enum verdict_failure failure,
                                               enum stream_error error)
{
    const struct failure_rule *rule = failures;

    while (rule < &failures[COUNT_OF(failures) - 1] &&
           !(step >= rule->step_first && step <= rule->step_last &&
             fits(rule->failure, failure) && fits(rule->error, error)))
        rule++;
    return rule;
}

struct outcome verdict_failure(enum attempt_step step, enum verdict_failure failure,
                               enum stream_error error)
{
    const struct failure_rule *rule = find_failure(step, failure, error);

    return (struct outcome){
        LATER, ROUTE, rule->cause, {4, rule->status[0], rule->status[1]}
    };
}

/*
 * Only what costs no minutes: after a time-out within the dialogue the peer is up and slow, and
 * the schedule's wait is hardly longer. A refused login would lock the account.
 */
bool verdict_is_glitch(const struct outcome *outcome)
{
    if (outcome->result != LATER || outcome->scope != ROUTE)
        return false;
    return outcome->cause == CAUSE_CONNECT_REFUSED ||
           outcome->cause == CAUSE_CONNECT_TIMEOUT ||
           outcome->cause == CAUSE_CONNECTION_LOST ||
           outcome->cause == CAUSE_SHUTTING_DOWN || outcome->cause == CAUSE_NO_MEMORY;
}
