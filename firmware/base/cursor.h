/* SPDX-License-Identifier: MIT */
/*
 * cursor.h: reading bytes that somebody else wrote. A cursor cannot leave its range: what is
 * asked for beyond the end fails, moves nothing, and says so.
 */
#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cursor {
    const uint8_t *at;
    size_t left;
};

static inline struct cursor cursor_over(const void *bytes, size_t size)
{
    return (struct cursor){bytes, size};
}

/* In lower case, when it is a letter (ASCII); else as it is. */
static inline int octet_lower(int octet)
{
    return octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet;
}

/* The next octet, or -1 at the end; does not move. */
static inline int cursor_peek(const struct cursor *c)
{
    return c->left > 0 ? c->at[0] : -1;
}

/* The next octet, or -1 at the end; moves past it. */
static inline int cursor_next(struct cursor *c)
{
    if (c->left == 0)
        return -1;
    c->left--;
    return *c->at++;
}

/* Cuts off the next `size` bytes as a cursor of their own; false when there are fewer. */
bool cursor_take(struct cursor *c, size_t size, struct cursor *taken);

/* Moves past `octet` and says true, if it is next. */
bool cursor_skip(struct cursor *c, uint8_t octet);

/* Moves past all spaces and tabs. */
void cursor_skip_blanks(struct cursor *c);

/* Moves past `word` if it is next, compared without case (ASCII). */
bool cursor_skip_word(struct cursor *c, const char *word);

/* A decimal number of at most `max`: at least one digit; false and unmoved otherwise. */
bool cursor_decimal(struct cursor *c, uint32_t max, uint32_t *value);

/* A hexadecimal number of one to `digits_max` digits (at most 8); false and unmoved if none. */
bool cursor_hex(struct cursor *c, unsigned digits_max, uint32_t *value);

/* Whether the whole rest equals `word`, compared without case (ASCII). */
bool cursor_is_word(const struct cursor *c, const char *word);

#endif
