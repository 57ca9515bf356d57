/* SPDX-License-Identifier: MIT */
/*
 * words.c: byte-pair encoding. In a packed text an octet up to LETTERS stands for a letter; any
 * other stands for a pair of octets, which may stand for pairs in turn, at most PACKED_DEPTH
 * deep.
 */
#include "base/words.h"

#include "packed_words.h"

#include <string.h>

static const char letters[] = PACKED_LETTERS; /* of the octets from 1 on */
static const char pairs[] = PACKED_PAIRS;

#define LETTERS (sizeof letters - 1)

const char *words_at(const char *list, unsigned index)
{
    for (; index > 0; index--)
        list += strlen(list) + 1;
    return list;
}

void words_put(struct text *t, const char *list, unsigned index)
{
    char waiting[PACKED_DEPTH + 1]; /* of one octet of the text; the next is the last */

    for (const char *at = words_at(list, index); *at != '\0'; at++) {
        size_t waits = 1;

        waiting[0] = *at;
        while (waits > 0) {
            size_t octet = (uint8_t)waiting[--waits];

            if (octet <= LETTERS) {
                text_add_bytes(t, &letters[octet - 1], 1);
                continue;
            }
            waiting[waits] = pairs[2 * (octet - LETTERS - 1) + 1];
            waiting[waits + 1] = pairs[2 * (octet - LETTERS - 1)];
            waits += 2;
        }
    }
}
