/* SPDX-License-Identifier: MIT */
/*
 * reply.h: SMTP replies as a client reads them (RFC 5321 section 4.2, RFC 2034). Replies of any
 * number and length of lines are read in bounded memory: the code, the first text kept clean,
 * and each line handed out once for EHLO.
 */
#ifndef MAIL_REPLY_H
#define MAIL_REPLY_H

#include "mail/outcome.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REPLY_LINE_MAX  512 /* octets kept of a line, RFC 5321 section 4.5.3.1.5 */
#define REPLY_TEXT_MAX  120 /* octets kept for log, queue and notice */
#define REPLY_LINES_MAX 128 /* lines of one reply; a real EHLO reply has some twenty */

enum reply_event {
    REPLY_MORE,  /* all bytes used; the reply is not complete */
    REPLY_LINE,  /* one line is complete in `line`, and more lines follow */
    REPLY_DONE,  /* the last line is complete in `line`; code, status and text are set */
    REPLY_BROKEN /* no SMTP reply: no three digits, differing codes, an endless reply */
};

struct reply {
    uint16_t code;                 /* 200..599 */
    struct enhanced_status status; /* class_ 0 when the reply carried none */
    char text[REPLY_TEXT_MAX];     /* "550 5.1.1 no such user", clean, cut if long */
    char line[REPLY_LINE_MAX +
              1]; /* the present line after code and separator; cut if long */
    uint16_t line_length;
    uint16_t lines;
    bool complete;      /* the last event was LINE or DONE: the next byte starts a line */
    uint8_t head;       /* octets of code and separator read of the present line */
    bool last;          /* the present line ends the reply */
    uint16_t line_code; /* code of the present line, as far as it was read */
};

/* Starts reading a reply. */
void reply_init(struct reply *reply);

/*
 * Uses bytes up to the end of one line; `used` tells how many. Lines end in CRLF or LF. BROKEN
 * sticks, with code 0; `text` is then the first line, or where that was broken itself what
 * `bytes` held of it.
 */
enum reply_event reply_read(struct reply *reply, const uint8_t *bytes, size_t size,
                            size_t *used);

#endif
