/* SPDX-License-Identifier: MIT */
/*
 * log.h: a ring of log lines. Anyone writes; only operator/ reads. When the ring is full the
 * oldest lines go, and the reader is told how many. A line is one event:
 *
 *     log_write(LOG_INFO, "spool", "committed", "id=%lu size=%lu", ...);
 *
 * Rules: subsystem and event are literals; the rest is key=value with clean text only (outside
 * bytes go through text_add_clean first); no secret, ever.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/clock.h"

#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Empties the ring. */
void log_init(void);

/* The time that following lines carry. */
void log_set_clock(const struct clock *now);

/* Lines above this level are not kept. LOG_INFO after log_init. */
void log_set_level(enum log_level level);
enum log_level log_level(void);

/*
 * The three literals become one: each literal of its own costs every caller six octets of code.
 * An event that is chosen as it happens is "%s", and the first of the arguments.
 */
#define log_write(level, subsystem, event, ...)                                            \
    log_line(level, subsystem " " event " " __VA_ARGS__)

/* For log_write. */
void log_line(enum log_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Copies the oldest line (without line end, NUL at the end) and removes it; 0 when there is
 * none. A line longer than `size` - 1 is cut. `lost` counts the lines that had to go unread
 * since the last call.
 */
size_t log_read(char *line, size_t size, uint32_t *lost);

#endif
