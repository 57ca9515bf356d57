/* SPDX-License-Identifier: MIT */
/*
 * output.h: the console's way out: one buffer, filled a line or a few at a time and drained as
 * the port takes bytes. Whoever writes waits for output_begin first, so nothing is ever lost,
 * and whole lines never mix. Replies and log lines leave as printable ASCII and CRLF,
 * whatever was put in.
 */
#ifndef OPERATOR_OUTPUT_H
#define OPERATOR_OUTPUT_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* Empties everything. */
void output_init(void);

/* True when all that was written has left and no line is open: the buffer is empty then. */
bool output_begin(void);

/* Moves what the port takes. */
void output_drain(void);

/* True when finished lines wait for the port. */
bool output_waits(void);

/* Octets that output_raw can still take. */
size_t output_room(void);

/* Ends no line and is not cleaned: prompt, echo, and the console's own control sequences. */
void output_raw(const char *bytes, size_t size);

/* The line being written; it leaves after output_end_line. */
struct text *output_text(void);

/*
 * Cleans the line and adds CRLF. A line that did not fit ends in "..."; what is written after
 * it into the same buffer is dropped.
 */
void output_end_line(void);

/* A whole line, as text_printf and output_end_line. */
void output_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
