/* SPDX-License-Identifier: MIT */
/* cursor.c: checked reading. */
#include "base/cursor.h"

#include <string.h>

bool cursor_take(struct cursor *c, size_t size, struct cursor *taken)
{
    if (size > c->left)
        return false;
    *taken = cursor_over(c->at, size);
    c->at += size;
    c->left -= size;
    return true;
}

bool cursor_skip(struct cursor *c, uint8_t octet)
{
    if (cursor_peek(c) != octet)
        return false;
    cursor_next(c);
    return true;
}

void cursor_skip_blanks(struct cursor *c)
{
    while (cursor_peek(c) == ' ' || cursor_peek(c) == '\t')
        cursor_next(c);
}

bool cursor_skip_word(struct cursor *c, const char *word)
{
    struct cursor tried = *c;

    for (; *word != '\0'; word++) {
        if (octet_lower(cursor_next(&tried)) != octet_lower((unsigned char)*word))
            return false;
    }
    *c = tried;
    return true;
}

bool cursor_is_word(const struct cursor *c, const char *word)
{
    struct cursor tried = *c;

    return cursor_skip_word(&tried, word) && tried.left == 0;
}

bool cursor_decimal(struct cursor *c, uint32_t max, uint32_t *value)
{
    struct cursor tried = *c;
    uint32_t sum = 0;
    size_t digits = 0;

    for (int octet = cursor_peek(&tried); octet >= '0' && octet <= '9';
         octet = cursor_peek(&tried)) {
        uint64_t longer = (uint64_t)sum * 10 + (uint32_t)(octet - '0');

        if (longer > max)
            return false;
        sum = (uint32_t)longer;
        digits++;
        cursor_next(&tried);
    }
    if (digits == 0)
        return false;
    *c = tried;
    *value = sum;
    return true;
}

static int hex_digit(int octet)
{
    if (octet >= '0' && octet <= '9')
        return octet - '0';
    octet = octet_lower(octet);
    return octet >= 'a' && octet <= 'f' ? octet - 'a' + 10 : -1;
}

bool cursor_hex(struct cursor *c, unsigned digits_max, uint32_t *value)
{
    unsigned digits = 0;
    uint32_t sum = 0;

    while (digits < digits_max && hex_digit(cursor_peek(c)) >= 0) {
        sum = sum << 4 | (uint32_t)hex_digit(cursor_next(c));
        digits++;
    }
    *value = sum;
    return digits > 0;
}
