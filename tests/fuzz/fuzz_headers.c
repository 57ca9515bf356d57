/* SPDX-License-Identifier: MIT */
/* sources: firmware/mail/headers.c firmware/mail/letter.c firmware/base/cursor.c firmware/base/text.c */
/*
 * fuzz_headers.c: any octets as a header, whole and in pieces: the same in the end; and as a
 * stored origin, which must come back out as it went in.
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

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct headers_scan whole, pieces;
    size_t piece;

    if (size < 1)
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
    return 0;
}
