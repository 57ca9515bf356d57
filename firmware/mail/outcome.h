/* SPDX-License-Identifier: MIT */
/*
 * outcome.h: how an attempt ended, as one value: for whom, with which status, why, and what to
 * change. One table (causes.def) holds the words for the log, the queue and the notice alike.
 */
#ifndef MAIL_OUTCOME_H
#define MAIL_OUTCOME_H

#include "base/text.h"
#include "config/config.h"

#include <stdint.h>

#define OUTCOME_REMEDY_MAX 120

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

/* Why. */
enum outcome_cause {
#define CAUSE(name, word, sentence, remedy) CAUSE_##name,
#include "mail/causes.def"
#undef CAUSE
    CAUSE_COUNT
};

/* Aligned, since it is copied in many places: whole words take the board less flash. */
struct outcome {
    _Alignas(4) enum outcome_result result;
    enum outcome_scope scope;
    enum outcome_cause cause;
    struct enhanced_status status;
};

/* What happened, in a sentence without full stop ("the next hop refused the connection"). */
void outcome_put_sentence(struct text *t, enum outcome_cause cause);

/*
 * What to change, in a sentence without full stop; at most OUTCOME_REMEDY_MAX octets. Options of
 * a connector are named as those of `connector`, counted from 0.
 */
void outcome_put_remedy(struct text *t, enum outcome_cause cause, uint8_t connector);

/* A short fixed word for logs: "connect-refused". */
const char *outcome_word(enum outcome_cause cause);

/* "5.1.1" */
void outcome_put_status(struct text *t, struct enhanced_status status);

#endif
