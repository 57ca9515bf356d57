/* SPDX-License-Identifier: MIT */
/*
 * letter.c: the origin as it is stored:
 *
 *     octets  1       1      4       4      1        n     1        m
 *             source  flags  wall_s  nonce  n (<65)  HELO  m (<46)  address
 */
#include "mail/letter.h"

#include "base/bytes.h"

#include <string.h>

#define FIXED_PART 10

/* The longest origin must fit the buffer its callers have. */
_Static_assert(FIXED_PART + sizeof((struct letter_origin){0}.helo) +
                       sizeof((struct letter_origin){0}.address) <=
                   LETTER_FIELD_MAX,
               "letter_origin has outgrown LETTER_FIELD_MAX");

static size_t put_string(uint8_t *bytes, const char *string, size_t room)
{
    size_t length = min_size(strlen(string), room - 1);

    bytes[0] = (uint8_t)length;
    memcpy(bytes + 1, string, length);
    return 1 + length;
}

size_t letter_put_origin(const struct letter_origin *origin, uint8_t *bytes)
{
    size_t length = FIXED_PART;

    bytes[0] = origin->source;
    bytes[1] = origin->flags;
    put_u32(bytes + 2, origin->wall_s);
    put_u32(bytes + 6, origin->nonce);
    length += put_string(bytes + length, origin->helo, sizeof origin->helo);
    length += put_string(bytes + length, origin->address, sizeof origin->address);
    return length;
}

/* Only clean text was stored; anything else is no origin. */
static bool get_string(struct cursor *c, char *string, size_t room)
{
    int length = cursor_next(c);
    struct cursor from;

    if (length < 0 || (size_t)length >= room || !cursor_take(c, (size_t)length, &from))
        return false;
    while (from.left > 0) {
        int octet = cursor_next(&from);

        if (octet < 0x20 || octet > 0x7e)
            return false;
        *string++ = (char)octet;
    }
    *string = '\0';
    return true;
}

bool letter_get_origin(struct cursor bytes, struct letter_origin *origin)
{
    struct cursor fixed;

    if (!cursor_take(&bytes, FIXED_PART, &fixed))
        return false;
    origin->source = fixed.at[0];
    origin->flags = fixed.at[1];
    origin->wall_s = get_u32(fixed.at + 2);
    origin->nonce = get_u32(fixed.at + 6);
    return origin->source >= LETTER_FROM_SMTP && origin->source <= LETTER_FROM_CONSOLE &&
           get_string(&bytes, origin->helo, sizeof origin->helo) &&
           get_string(&bytes, origin->address, sizeof origin->address) && bytes.left == 0;
}
