/* SPDX-License-Identifier: MIT */
/* log.c: the ring holds lines end to end, each ended by NUL. */
#include "base/log.h"

#include "base/text.h"
#include "config/config.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static struct {
    char bytes[CONFIG_LOG_BYTES];
    size_t first; /* index of the oldest byte */
    size_t used;
    uint32_t lost;
    uint32_t now_s;
    uint16_t now_rest_ms;
    enum log_level level;
} ring;

static const char *const level_name[] = {"error", "warn", "info", "debug"};

void log_init(void)
{
    ring.first = 0;
    ring.used = 0;
    ring.lost = 0;
    ring.level = LOG_INFO;
}

void log_set_clock(const struct clock *now)
{
    ring.now_s = now->uptime_s;
    ring.now_rest_ms = now->uptime_rest_ms;
}

void log_set_level(enum log_level level)
{
    ring.level = level;
}

enum log_level log_level(void)
{
    return ring.level;
}

static char take_byte(void)
{
    char byte = ring.bytes[ring.first];

    ring.first = (ring.first + 1) % sizeof ring.bytes;
    ring.used--;
    return byte;
}

static void drop_oldest_line(void)
{
    while (ring.used > 0 && take_byte() != '\0')
        continue;
    ring.lost++;
}

static void keep_line(const struct text *line)
{
    while (sizeof ring.bytes - ring.used < line->length + 1)
        drop_oldest_line();
    for (size_t i = 0; i <= line->length; i++) {
        ring.bytes[(ring.first + ring.used) % sizeof ring.bytes] = line->bytes[i];
        ring.used++;
    }
}

void log_line(enum log_level level, const char *format, ...)
{
    char buffer[CONFIG_LOG_LINE];
    struct text line;
    va_list arguments;

    if (level > ring.level)
        return;
    text_init(&line, buffer, sizeof buffer);
    text_printf(&line, "%lu.%03u %s ", (unsigned long)ring.now_s,
                (unsigned)ring.now_rest_ms, level_name[level]);
    va_start(arguments, format);
    text_vprintf(&line, format, arguments);
    va_end(arguments);
    while (line.length > 0 && line.bytes[line.length - 1] == ' ')
        line.bytes[--line.length] = '\0';
    keep_line(&line);
}

size_t log_read(char *line, size_t size, uint32_t *lost)
{
    size_t length = 0;

    *lost = ring.lost;
    ring.lost = 0;
    if (ring.used == 0)
        return 0;
    for (char byte = take_byte(); byte != '\0'; byte = take_byte()) {
        if (length < size - 1)
            line[length++] = byte;
    }
    line[length] = '\0';
    return length;
}
