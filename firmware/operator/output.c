/* SPDX-License-Identifier: MIT */
/* output.c: the buffer between those who write lines and the port. */
#include "operator/output.h"

#include "config/config.h"
#include "port/port.h"

#define LINE_END "...\r\n" /* always finds room: the text never sees these octets */
#define TEXT_MAX (CONFIG_CONSOLE_OUT - (sizeof LINE_END - 1))

/* A log line after the sequence that clears the input, with the notice of lost lines. */
_Static_assert(
    TEXT_MAX >= CONFIG_LOG_LINE + 64,
    "CONFIG_CONSOLE_OUT does not hold a log line: set it to CONFIG_LOG_LINE + 80");
_Static_assert(TEXT_MAX >= CONFIG_CONSOLE_LINE + 32,
               "CONFIG_CONSOLE_OUT does not hold the input line: set it to "
               "CONFIG_CONSOLE_LINE + 48");

static struct {
    char bytes[CONFIG_CONSOLE_OUT];
    struct text text;
    size_t sent;  /* octets that the port has */
    size_t ready; /* octets that may go; behind them is the open line */
    bool full;    /* a line was cut */
} output;

void output_init(void)
{
    text_init(&output.text, output.bytes, TEXT_MAX);
    output.sent = 0;
    output.ready = 0;
    output.full = false;
}

bool output_begin(void)
{
    if (output_waits() || output.text.length > output.ready)
        return false;
    output_init();
    return true;
}

bool output_waits(void)
{
    return output.sent < output.ready;
}

void output_drain(void)
{
    while (output_waits()) {
        size_t taken =
            port_console_write(&output.bytes[output.sent], output.ready - output.sent);

        if (taken == 0)
            return;
        output.sent += taken;
    }
}

size_t output_room(void)
{
    return output.full ? 0 : output.text.size - 1 - output.text.length;
}

void output_raw(const char *bytes, size_t size)
{
    text_add_bytes(&output.text, bytes, size);
    output.ready = output.text.length;
}

struct text *output_text(void)
{
    return &output.text;
}

static void clean(char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] < 0x20 || bytes[i] > 0x7e)
            bytes[i] = '?';
    }
}

void output_end_line(void)
{
    struct text *t = &output.text;

    if (output.full) {
        t->length = output.ready;
        return;
    }
    clean(&output.bytes[output.ready], t->length - output.ready);
    output.full = t->cut;
    t->size = sizeof output.bytes;
    text_add(t, output.full ? LINE_END : "\r\n");
    t->size = t->length < TEXT_MAX ? TEXT_MAX : t->length + 1;
    output.ready = t->length;
}

void output_line(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    text_vprintf(&output.text, format, arguments);
    va_end(arguments);
    output_end_line();
}
