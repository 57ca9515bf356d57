/* SPDX-License-Identifier: MIT */
/* sources: firmware/mail/headers.c firmware/mail/letter.c firmware/base/cursor.c firmware/base/text.c */
/*
 * fuzz_headers.c: any octets as a header, whole and in pieces: the same in the end; and as a
 * stored origin, which must come back out as it went in. On its way out it is the same in pieces,
 * too, and unchanged where nothing is rewritten.
 */
#include "mail/headers.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_origin(const uint8_t *bytes, size_t size)
{
    struct letter_origin origin;
    uint8_t again[LETTER_FIELD_MAX];
    char buffer[700];
    struct text t;

    if (!letter_get_origin(cursor_over(bytes, size), &origin))
        return;
    if (letter_put_origin(&origin, again) != size || memcmp(again, bytes, size) != 0)
        abort();
    text_init(&t, buffer, sizeof buffer);
    headers_put_received(&t, &origin, "host.example", 1, origin.wall_s, 1);
    if (t.cut || strstr(buffer, "\r\n\r\n") != NULL)
        abort();
}

#define ROOM 40000

/* The header as it leaves, with what is held at its end; how much of the text it is. */
static size_t pass_all(const uint8_t *bytes, size_t size, bool rewrite, size_t piece,
                       uint8_t *out, size_t *length)
{
    struct headers_pass pass;
    size_t at = 0, made, used;

    headers_pass_init(&pass);
    *length = 0;
    while (at < size && !pass.scan.ended) {
        size_t given = piece < size - at ? piece : size - at;

        used = headers_pass(&pass, rewrite, bytes + at, given, out + *length, 22 + piece,
                            &made);
        if (used > given || made > 22 + piece ||
            (used == 0 && made == 0 && !pass.scan.ended))
            abort();
        at += used;
        *length += made;
    }
    memcpy(out + *length, pass.held, pass.held_length);
    *length += pass.held_length;
    return at;
}

static void check_pass(const uint8_t *bytes, size_t size, size_t piece)
{
    static uint8_t whole[ROOM], pieces[ROOM];
    size_t whole_length, pieces_length, used;

    for (int rewrite = 0; rewrite < 2; rewrite++) {
        used = pass_all(bytes, size, rewrite != 0, 8192, whole, &whole_length);
        if (pass_all(bytes, size, rewrite != 0, piece, pieces, &pieces_length) != used ||
            pieces_length != whole_length || memcmp(whole, pieces, whole_length) != 0)
            abort();
        if (rewrite == 0 && (whole_length != used || memcmp(whole, bytes, used) != 0))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct headers_scan whole, pieces;
    size_t piece;

    if (size < 1 || size > 8192)
        return 0;
    piece = bytes[0] % 16 + 1u;
    bytes++;
    size--;
    headers_scan_init(&whole);
    headers_scan_add(&whole, bytes, size);
    headers_scan_init(&pieces);
    for (size_t at = 0; at < size; at += piece)
        headers_scan_add(&pieces, bytes + at, piece < size - at ? piece : size - at);
    if (memcmp(&whole, &pieces, sizeof whole) != 0)
        abort();
    check_origin(bytes, size);
    check_pass(bytes, size, piece);
    return 0;
}
