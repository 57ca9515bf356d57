/* SPDX-License-Identifier: MIT */
/* sources: firmware/mail/dots.c */
/*
 * fuzz_dots.c: any octets as DATA. A second, plain judge says where the text ends and whether
 * it is clean; a clean text goes out and comes back the same.
 */
#include "mail/dots.h"

#include <stdlib.h>
#include <string.h>

#define ROOM 8192

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Octets up to the end of CRLF.CRLF (or of .CRLF at the very start); 0: no end. */
static size_t find_end(const uint8_t *bytes, size_t size)
{
    if (size >= 3 && memcmp(bytes, ".\r\n", 3) == 0)
        return 3;
    for (size_t i = 0; i + 5 <= size; i++) {
        if (memcmp(bytes + i, "\r\n.\r\n", 5) == 0)
            return i + 5;
    }
    return 0;
}

/* Whether every CR and LF is of a pair, without NUL. */
static bool is_clean(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bool cr_alone = bytes[i] == '\r' && (i + 1 == size || bytes[i + 1] != '\n');
        bool lf_alone = bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r');

        if (bytes[i] == '\0' || cr_alone || lf_alone)
            return false;
    }
    return true;
}

static size_t go_out(const uint8_t *text, size_t size, size_t piece, uint8_t *raw)
{
    struct dots_out dots;
    size_t length = 0;

    dots_out_init(&dots);
    for (size_t at = 0; at < size;) {
        size_t left = size - at, made;

        at += dots_out_write(&dots, text + at, piece < left ? piece : left, raw + length,
                             piece + 1, &made);
        length += made;
    }
    return length + dots_out_end(&dots, raw + length);
}

static size_t go_in(struct dots_in *dots, const uint8_t *raw, size_t size, size_t piece,
                    uint8_t *text, size_t *used)
{
    size_t length = 0;

    dots_in_init(dots);
    for (*used = 0; *used < size && !dots->ended;) {
        size_t left = size - *used, made, taken;

        taken = dots_in_read(dots, raw + *used, piece < left ? piece : left, text + length,
                             piece + 2, &made);
        if (taken == 0 || made > piece + 2)
            abort();
        *used += taken;
        length += made;
    }
    return length;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static uint8_t text[ROOM + 64], raw[2 * ROOM + 64], back[2 * ROOM + 64];
    struct dots_in dots;
    size_t piece, length, used, end, raw_length;

    if (size < 1 || size > ROOM)
        return 0;
    piece = bytes[0] % 16 + 1u;
    bytes++;
    size--;
    length = go_in(&dots, bytes, size, piece, text, &used);
    end = find_end(bytes, size);
    if (dots.ended != (end > 0) || used != (end > 0 ? end : size))
        abort();
    if (end > 0 && dots.fault != DOTS_LONG_LINE &&
        (dots.fault == DOTS_CLEAN) != is_clean(bytes, end))
        abort();
    if (end == 0 || dots.fault != DOTS_CLEAN)
        return 0;
    raw_length = go_out(text, length, piece, raw);
    if (raw_length < 3 || find_end(raw, raw_length) != raw_length)
        abort();
    if (go_in(&dots, raw, raw_length, piece, back, &used) != length ||
        memcmp(back, text, length) != 0 || dots.fault != DOTS_CLEAN || !dots.ended)
        abort();
    return 0;
}
