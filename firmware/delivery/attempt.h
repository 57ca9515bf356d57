/* SPDX-License-Identifier: MIT */
/*
 * attempt.h: one attempt to hand letters to one next hop over one connection: connect, greet,
 * and for each letter MAIL, RCPT, DATA, text, dot; then QUIT (RFC 5321).
 *
 * Delivery knows no spool. It says what it needs (`need`), the caller (relay/) gives it, and
 * facts come back as values:
 *
 *   attempt_run()  ->  need  ->  attempt_give_...()  ->  attempt_run() ...
 *
 * Time-outs, a broken stream and shutdown are seen by attempt_run before it resumes the
 * dialogue, and end it with an outcome for the step it was in.
 */
#ifndef DELIVERY_ATTEMPT_H
#define DELIVERY_ATTEMPT_H

#include "base/clock.h"
#include "mail/dots.h"
#include "mail/ehlo.h"
#include "mail/letter.h"
#include "mail/outcome.h"
#include "mail/reply.h"
#include "stream/stream_tcp.h"
#include "stream/stream_tls.h"
#include "task/task.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Steps of the dialogue; dialogue.c's table gives each its time-out and its words. */
enum attempt_step {
    STEP_CONNECT,
    STEP_GREETING,
    STEP_EHLO,
    STEP_HELO,
    STEP_MAIL,
    STEP_RCPT,
    STEP_DATA, /* the 354 */
    STEP_TEXT, /* blocks of text leaving */
    STEP_DOT,  /* the reply to the final dot */
    STEP_RSET,
    STEP_QUIT,
    STEP_STARTTLS,
    STEP_TLS, /* the handshake */
    STEP_COUNT
};

enum attempt_need {
    NEED_TIME,      /* nothing but waiting for the peer */
    NEED_LETTER,    /* attempt_give_letter or attempt_give_no_letter */
    NEED_RECIPIENT, /* attempt_give_recipient or attempt_give_no_recipient */
    NEED_TEXT,      /* attempt_give_text until all is given, then attempt_give_end */
    NEED_READING,   /* a fact waits: read `fact`, then attempt_fact_read */
    NEED_NOTHING /* over: `outcome` says how the connection as such ended. SENT, CAUSE_NONE:
                       nothing against another one at once, for letters not asked about yet */
};

/*
 * What became of one recipient, or of a whole letter. A letter whose connection ends with an
 * outcome of scope ROUTE before its FACT_LETTER was not judged; of its recipients only those
 * with a fact of their own were.
 */
enum attempt_fact_kind {
    FACT_RECIPIENT, /* refused at RCPT: `recipient`, `outcome` */
    FACT_LETTER /* the letter's transaction is over: `outcome` for every recipient that was
                       accepted at RCPT (scope LETTER), or for all of it when none was asked.
                       When no recipient was accepted, each has its own fact already: LATER,
                       scope RECIPIENT, CAUSE_NONE, which changes nothing */
};

struct attempt_fact {
    enum attempt_fact_kind kind;
    uint8_t recipient;
    struct outcome outcome;
};

struct attempt {
    struct task task;  /* first */
    struct task part;  /* of the dialogue: greeting, envelope or text */
    struct task inner; /* around the greeting, where TLS is in the image */
    struct stream *stream;
    enum attempt_step step;
    enum attempt_need need;
    struct attempt_fact fact;
    struct outcome
        outcome; /* of the connection; SENT with CAUSE_NONE: nothing stood against it */
    struct outcome verdict; /* on the last reply, or on the letter before MAIL */
    struct reply reply; /* the last reply; reply.text is clean, for log, queue and notice */
    struct ehlo ehlo;
    struct dots_out dots;
    const char *helo_name;
    uint32_t size;
    /* the command, the piece of text or the dot under way */
    char line[LETTER_PATH_MAX + LETTER_PARAMETERS_MAX + 64];
    uint16_t line_length, line_sent;
    uint8_t recipient;                              /* number of the one given last */
    uint8_t asked[(LETTER_RECIPIENTS_MAX + 7) / 8]; /* bits of those not answered yet */
    uint8_t owed;                                   /* replies to commands that have left */
    bool helo_only;                                 /* EHLO is not said */
    uint8_t protection;                             /* PROTECTION_...; 0 is none, too */
    bool secure;                                    /* TLS has begun */
    const struct tls_peer *peer;                    /* who the next hop must be */
    bool given, more;   /* the caller answered `need`; with something */
    bool cut;           /* the address did not fit into `line` */
    bool eightbit;      /* the letter has 8-bit text */
    bool said;          /* the command has left */
    bool unasked;       /* it came before the command was said */
    bool bad_reply;     /* what came was no reply, or none that makes sense */
    bool leaving;       /* a verdict on the route: the driver ends the dialogue */
    bool over;          /* only the fact is still to be read */
    bool in_letter;     /* a letter was given and its fact is not told yet */
    bool judged;        /* a letter's fact was told on this connection */
    bool mail_open;     /* MAIL was accepted, and no final dot ended the transaction */
    bool accepted_any;  /* recipients of it */
    bool go;            /* 354: the text, or at least its dot, is awaited */
    bool text_complete; /* attempt_give_end was called */
};

/*
 * Starts on a stream that is connecting or connected; the caller may then set `helo_only`, or
 * `protection` with `peer`, which must outlive the attempt.
 * `helo_name` must outlive the attempt. The
 * attempt closes or aborts the stream before it says NEED_NOTHING.
 */
void attempt_begin(struct attempt *a, struct stream *stream, const char *helo_name,
                   const struct clock *now);

/* Goes on as far as it can without waiting, and says what it needs. */
enum attempt_need attempt_run(struct attempt *a, const struct clock *now);

/*
 * NEED_LETTER: the next letter's reverse-path (clean, "" for null), its size in octets as RFC
 * 1870 counts (as sent, without dot-stuffing; 0: not known), and its 8-bit flag.
 */
void attempt_give_letter(struct attempt *a, const char *sender, uint32_t size,
                         bool eightbit);

/* NEED_LETTER: no more letters; the dialogue ends with QUIT. */
void attempt_give_no_letter(struct attempt *a);

/*
 * NEED_RECIPIENT: number (ascending, below LETTER_RECIPIENTS_MAX) and address of one, or the
 * end of the list. Where MAIL is refused, not all of them are asked for.
 */
void attempt_give_recipient(struct attempt *a, uint8_t recipient, const char *address);
void attempt_give_no_recipient(struct attempt *a);

/*
 * A parameter of RFC 3461, "RET=HDRS", of the letter or recipient given just now. It is said to
 * a next hop that offers DSN only.
 */
void attempt_give_parameter(struct attempt *a, const uint8_t *parameter, size_t size);

/*
 * NEED_TEXT: takes some of it (dot-stuffed on the way), says how much; 0 means: run first,
 * which says NEED_TIME until the stream has room again, or that the letter is over: 8-bit text
 * that nobody declared does not go to a next hop without 8BITMIME.
 */
size_t attempt_give_text(struct attempt *a, const uint8_t *text, size_t size);

/* NEED_TEXT: the text is complete: the final dot may leave. */
void attempt_give_end(struct attempt *a);

/* NEED_READING: the fact was taken. */
void attempt_fact_read(struct attempt *a);

/*
 * Breaks off at once (shutdown, or a letter that turned out damaged before its dot): the peer
 * must not take what it has for the whole. `cause` becomes the outcome's: LATER, of scope
 * LETTER for CAUSE_LETTER_DAMAGED, else ROUTE. A fact not read yet is lost.
 */
void attempt_break(struct attempt *a, enum outcome_cause cause);

#endif
