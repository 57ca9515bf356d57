/* SPDX-License-Identifier: MIT */
/*
 * outcome.h: how an attempt ended, as one value: for whom, with which status, why, and what to
 * change. One table (outcome.c) holds the words for the log, the queue and the notice alike.
 */
#ifndef MAIL_OUTCOME_H
#define MAIL_OUTCOME_H

#include "base/text.h"

#include <stdint.h>

enum outcome_result {
    OUTCOME_SENT,      /* the next hop took responsibility (250 after the final dot) */
    OUTCOME_LATER,     /* try again */
    OUTCOME_NEVER,     /* give up now */
    OUTCOME_MAYBE_SENT /* lost after the final dot: tried again, same Message-ID */
};

enum outcome_scope {
    SCOPE_ROUTE,    /* the whole queue waits; no letter is judged */
    SCOPE_LETTER,   /* every recipient of this letter in this transaction */
    SCOPE_RECIPIENT /* one recipient */
};

/* RFC 3463 class.subject.detail, each its number. */
struct enhanced_status {
    uint8_t class_;
    uint16_t subject, detail;
};

/* Why; indexes the table of words. */
enum outcome_cause {
    CAUSE_NONE,
    CAUSE_CONNECT_REFUSED,
    CAUSE_CONNECT_TIMEOUT,
    CAUSE_NO_NETWORK,
    CAUSE_NO_MEMORY, /* this device: no free connection or buffer */
    CAUSE_HOST_NOT_FOUND,
    CAUSE_CONNECTION_LOST,
    CAUSE_TIMEOUT,
    CAUSE_GREETING_REFUSED,
    CAUSE_HELO_REFUSED,
    CAUSE_SENDER_REFUSED,
    CAUSE_RECIPIENT_REFUSED,
    CAUSE_DATA_REFUSED,
    CAUSE_CONTENT_REFUSED,
    CAUSE_NO_ROOM,        /* 452: the next hop is full */
    CAUSE_TOO_MANY,       /* 452 or 552 at RCPT: more recipients than it takes at once */
    CAUSE_AUTH_REQUIRED,  /* 530 at MAIL: the next hop wants a login, or TLS first */
    CAUSE_BAD_REPLY,      /* what came was no SMTP reply */
    CAUSE_NO_8BITMIME,    /* 8-bit text, and the next hop takes only 7-bit (RFC 6152) */
    CAUSE_TOO_LARGE,      /* over the SIZE the next hop announced */
    CAUSE_SHUTTING_DOWN,  /* 421 */
    CAUSE_LETTER_DAMAGED, /* its flash pages do not check out */
    CAUSE_EXPIRED,
    CAUSE_COUNT
};

struct outcome {
    enum outcome_result result;
    enum outcome_scope scope;
    enum outcome_cause cause;
    struct enhanced_status status;
};

/* What happened, in a sentence without full stop ("the next hop refused the connection"). */
const char *outcome_sentence(enum outcome_cause cause);

/* What to change, in a sentence without full stop. */
const char *outcome_remedy(enum outcome_cause cause);

/* A short fixed word for logs: "connect-refused". */
const char *outcome_word(enum outcome_cause cause);

/* "5.1.1" */
void outcome_put_status(struct text *t, struct enhanced_status status);

#endif
