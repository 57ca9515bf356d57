/* SPDX-License-Identifier: MIT */
/*
 * text.h: building text in a buffer of fixed size. What does not fit is cut and remembered in
 * `cut`; the buffer always ends in NUL. Text from outside goes through text_add_clean.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *bytes;
    size_t size; /* of the buffer, the NUL included; at least 1 */
    size_t length;
    bool cut;
};

/* Starts an empty text in the caller's buffer, which must outlive it. */
void text_init(struct text *t, char *buffer, size_t size);

void text_add(struct text *t, const char *string);
void text_add_bytes(struct text *t, const char *bytes, size_t size);

/* Like printf; %s takes only text that is clean already. */
void text_printf(struct text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void text_vprintf(struct text *t, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Adds outside bytes: every octet that is not printable ASCII becomes '?'. */
void text_add_clean(struct text *t, const uint8_t *bytes, size_t size);

#endif
