/* SPDX-License-Identifier: MIT */
/* text.c: bounded text. */
#include "base/text.h"

#include "base/bytes.h"

#include <string.h>

#define DIGITS_MAX 20 /* of an unsigned long of 64 bits */

void text_init(struct text *t, char *buffer, size_t size)
{
    t->bytes = buffer;
    t->size = size;
    t->length = 0;
    t->cut = false;
    buffer[0] = '\0';
}

void text_add_bytes(struct text *t, const char *bytes, size_t size)
{
    size_t fits = min_size(size, t->size - 1 - t->length);

    memcpy(t->bytes + t->length, bytes, fits);
    t->length += fits;
    t->bytes[t->length] = '\0';
    if (fits < size)
        t->cut = true;
}

void text_add(struct text *t, const char *string)
{
    text_add_bytes(t, string, strlen(string));
}

/* What stands between the '%' of a format and what is put for it. */
struct conversion {
    size_t precision; /* least digits of a number, most octets of a string */
    bool is_given, is_long;
    char kind;
};

/* Reads one behind its '%'; returns what follows it. */
static const char *read_conversion(const char *format, struct conversion *c)
{
    c->is_given = *format == '.';
    c->precision = c->is_given ? (size_t)(format[1] - '0') : 0;
    if (c->is_given)
        format += 2;
    c->is_long = *format == 'l';
    if (c->is_long)
        format++;
    c->kind = *format;
    return format + 1;
}

static void add_string(struct text *t, const struct conversion *c, const char *string)
{
    size_t size = strlen(string);

    text_add_bytes(t, string, c->is_given ? min_size(size, c->precision) : size);
}

static void add_number(struct text *t, const struct conversion *c, unsigned long value)
{
    unsigned base = c->kind == 'x' ? 16 : 10;
    char digits[DIGITS_MAX];
    size_t at = sizeof digits;

    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0 || sizeof digits - at < c->precision);
    text_add_bytes(t, digits + at, sizeof digits - at);
}

void text_vprintf(struct text *t, const char *format, va_list arguments)
{
    struct conversion c;

    for (;;) {
        size_t plain = strcspn(format, "%");

        text_add_bytes(t, format, plain);
        if (format[plain] == '\0')
            return;
        format = read_conversion(format + plain + 1, &c);
        if (c.kind == 's')
            add_string(t, &c, va_arg(arguments, const char *));
        else if (c.is_long)
            add_number(t, &c, va_arg(arguments, unsigned long));
        else
            add_number(t, &c, va_arg(arguments, unsigned));
    }
}

void text_printf(struct text *t, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    text_vprintf(t, format, arguments);
    va_end(arguments);
}

void text_add_clean(struct text *t, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bool printable = bytes[i] >= 0x20 && bytes[i] < 0x7f;
        char c = printable ? (char)bytes[i] : '?';

        text_add_bytes(t, &c, 1);
    }
}
