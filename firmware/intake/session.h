/* SPDX-License-Identifier: MIT */
/*
 * session.h: one client's conversation with the SMTP server, over any stream. It knows nothing
 * of listeners: who the client is and whether it may relay are values given at the start.
 */
#ifndef INTAKE_SESSION_H
#define INTAKE_SESSION_H

#include "intake/answers.h"
#include "intake/intake.h"
#include "spool/spool.h"
#include "stream/stream.h"
#include "mail/dots.h"
#include "mail/headers.h"
#include "mail/letter.h"
#include "task/task.h"
#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Octets kept of a command line. Lines of up to 512 octets are read (COMMAND_LINE_MAX), but
 * "MAIL FROM:<", a path of 64 + 1 + 255 and the parameters SIZE and BODY are 366. What is cut off
 * a longer one is nothing, or the command is answered 501: an ORCPT of more octets than are left
 * here, although RFC 3461 section 4.2 would let it have 500.
 */
#define SESSION_LINE_KEPT 384

_Static_assert(SESSION_LINE_KEPT - (sizeof "MAIL FROM:<>" - 1) <= LETTER_PARAMETERS_MAX,
               "parameters that are taken must fit where they are sent from");

#define SESSION_JUNK_MAX 5   /* the fifth command that is none ends the session */
#define SESSION_IDLE_MAX 100 /* commands for each letter that bring no letter on its way */

/* What the client has done so far: the conditions of the command table. */
#define SESSION_HELO   1  /* EHLO or HELO */
#define SESSION_ESMTP  2  /* it was EHLO */
#define SESSION_MAIL   4  /* a sender was accepted */
#define SESSION_ORIGIN 16 /* MAIL has got so far as to store the origin */
#define SESSION_RCPT   8  /* at least one recipient was accepted */

struct session_text {
    struct dots_in dots;
    struct headers_scan scan;
};

struct session {
    struct task task;
    struct stream *stream;
    struct intake_counts *counts;
    uint32_t started_ms;  /* low part of the uptime */
    uint32_t progress_ms; /* low part of the uptime at the last thing that led on */
    uint32_t text_size;   /* octets of text accepted so far */
    uint16_t line_length; /* octets of the command line so far, CRLF included; saturating */
    uint16_t raw_octets;  /* octets of text since the last progress */
    uint16_t out_length;  /* of the answer in `line` */
    uint16_t out_sent;
    uint8_t line_flags; /* of session.c */
    uint8_t done;       /* SESSION_HELO... */
    uint8_t connectors; /* that take mail of this sender, a bit each */
    uint8_t recipients;
    uint8_t junk;
    uint8_t idle_commands;
    uint8_t verdict; /* enum answer: why the text is refused, or NONE */
    uint8_t awaits;  /* of login.c: what the next line is; 0: a command */
    bool allowed;    /* may relay */
    bool hungry;     /* waits for the client, who has nothing here */
    bool in_text;    /* DATA was answered 354 */
    bool closing;    /* the present answer is the last one */
    char helo[sizeof((struct letter_origin *)0)->helo];
    char address[sizeof((struct letter_origin *)0)->address];
    union {
        /* Never two at a time: a command is read, answered in the same place, or text comes. */
        char line[SESSION_LINE_KEPT];
        struct session_text text;
    };
    struct spool_deposit deposit;
};

/*
 * Starts a session on a connected stream, which stays the caller's memory and is closed by the
 * session. `address` is the client's in text form and clean. Adds to `counts` from now on.
 */
void session_start(struct session *s, struct stream *stream, const char *address,
                   bool allowed, struct intake_counts *counts, const struct clock *now);

/* Goes on as far as the stream and the spool let it. False when the session is over. */
bool session_run(struct session *s, const struct clock *now);

/* Ends it with a 421 answer, where the stream takes one now. What is not committed is lost. */
void session_end(struct session *s, enum answer answer);

/*
 * Milliseconds since the client last brought a letter on its way; fourfold while it has not
 * even said hello.
 */
uint32_t session_idle_ms(const struct session *s, const struct clock *now);

/* ---- Between session.c and commands.c ----------------------------------------------------- */

/*
 * Runs the command whose line is in `line` and says what to answer; NONE asks to be called
 * again with the same line when the spool is ready.
 */
enum answer session_command(struct session *s, size_t length, bool cut,
                            const struct clock *now);

/*
 * AUTH (login.c, with INTAKE_ANY_AUTH only): begins it, and goes on with the line that `awaits`
 * had asked for.
 */
enum answer login_begin(struct session *s, struct cursor arguments);
enum answer login_go_on(struct session *s, uint8_t awaited, struct cursor line);

/* Forgets the letter under way, if there is one. */
void session_forget_letter(struct session *s);

/* The answer to a deposit that failed. */
enum answer session_trouble(enum spool_result result);

#endif
