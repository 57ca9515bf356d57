/* SPDX-License-Identifier: MIT */
/*
 * line.h: the input line and its editing keys, an octet at a time. Pure: what is to be shown
 * comes back as an event. The line holds printable ASCII only: a tab counts as a blank, an
 * octet from 0x80 on as '?'; escape sequences and other control octets leave no trace.
 */
#ifndef OPERATOR_LINE_H
#define OPERATOR_LINE_H

#include "config/config.h"

#include <stdbool.h>
#include <stdint.h>

enum line_event {
    LINE_NOTHING,
    LINE_ADDED,   /* one character at the end */
    LINE_ERASED,  /* the last character is gone */
    LINE_CHANGED, /* all of it is different: draw it anew */
    LINE_DROPPED, /* Ctrl-C or Ctrl-D: the line is empty */
    LINE_ENTERED  /* CR, LF or CRLF: take the line, then call line_next */
};

struct line {
    char bytes[CONFIG_CONSOLE_LINE];
    uint16_t length; /* at most sizeof bytes - 1 */
    uint16_t excess; /* characters that did not fit, saturating: the line must be refused */
    uint16_t last;  /* length of the command before, while its characters are still there */
    uint8_t escape; /* where in an escape sequence the input is */
    bool after_cr;
};

void line_init(struct line *line);
enum line_event line_feed(struct line *line, uint8_t octet);

/* An empty line. The characters stay until the next one is typed; arrow-up recalls them. */
void line_next(struct line *line);

/* An empty line of which nothing is left to recall. */
void line_forget(struct line *line);

#endif
