/* SPDX-License-Identifier: MIT */
/* sources: firmware/mail/reply.c firmware/base/cursor.c firmware/base/text.c */
/* fuzz_reply.c: any octets as replies, in one piece and in pieces: the same in the end. */
#include "mail/reply.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static enum reply_event read_all(struct reply *reply, const uint8_t *bytes, size_t size,
                                 size_t piece, size_t *total)
{
    enum reply_event event = REPLY_MORE;

    reply_init(reply);
    *total = 0;
    while (*total < size && event != REPLY_DONE && event != REPLY_BROKEN) {
        size_t left = size - *total, used;

        event = reply_read(reply, bytes + *total, piece < left ? piece : left, &used);
        if (used == 0 || used > left || reply->line_length > REPLY_LINE_MAX)
            abort();
        *total += used;
    }
    return event;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct reply whole, pieces;
    size_t whole_used, pieces_used, piece;
    enum reply_event event;

    if (size < 2)
        return 0;
    piece = bytes[0] % 16 + 1u;
    event = read_all(&whole, bytes + 1, size - 1, size, &whole_used);
    if (read_all(&pieces, bytes + 1, size - 1, piece, &pieces_used) != event)
        abort();
    if (whole_used != pieces_used || whole.code != pieces.code ||
        whole.lines != pieces.lines)
        abort();
    if (event != REPLY_BROKEN && strcmp(whole.text, pieces.text) != 0)
        abort();
    if (event == REPLY_DONE && (whole.code < 200 || whole.code > 599))
        abort();
    if (whole.status.class_ != pieces.status.class_ ||
        whole.status.subject != pieces.status.subject ||
        whole.status.detail != pieces.status.detail)
        abort();
    for (const char *c = whole.text; *c != '\0'; c++) {
        if (*c < 0x20 || *c > 0x7e)
            abort();
    }
    return 0;
}
