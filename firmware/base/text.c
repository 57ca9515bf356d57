/* SPDX-License-Identifier: MIT */
/* text.c: bounded text. */
#include "base/text.h"

#include "base/bytes.h"
#include "base/one_copy.h"

#include <stdio.h>
#include <string.h>

ONE_COPY void text_init(struct text *t, char *buffer, size_t size)
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

void text_vprintf(struct text *t, const char *format, va_list arguments)
{
    size_t room = t->size - t->length;
    int wanted = vsnprintf(t->bytes + t->length, room, format, arguments);

    if (wanted < 0)
        return;
    t->length += min_size((size_t)wanted, room - 1);
    if ((size_t)wanted >= room)
        t->cut = true;
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
