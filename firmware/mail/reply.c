/* SPDX-License-Identifier: MIT */
/*
 * reply.c: replies, RFC 5321 section 4.2: "250-text", "250 text" or "250", each line with the
 * same code. The head (code and separator) is checked octet by octet, so that a peer that is
 * no SMTP server is known by its first octets and not by a time-out.
 */
#include "mail/reply.h"

#include "base/bytes.h"
#include "base/cursor.h"
#include "base/text.h"

#include <string.h>

#define CODE_DIGITS 3
#define HEAD_LENGTH 4   /* code and separator */
#define HEAD_BROKEN 255 /* nothing more is read */

void reply_init(struct reply *reply)
{
    memset(reply, 0, sizeof *reply);
}

static void start_line(struct reply *reply)
{
    reply->complete = false;
    reply->head = 0;
    reply->line_code = 0;
    reply->line_length = 0;
    reply->line[0] = '\0';
}

/* Code and separator; the first digit is 2 to 5 (1yz is not used in SMTP, section 4.2.1). */
static bool add_to_head(struct reply *reply, uint8_t octet)
{
    if (reply->head == CODE_DIGITS) {
        reply->last = octet != '-';
        return octet == '-' || octet == ' ';
    }
    if (octet < '0' || octet > '9')
        return false;
    reply->line_code = (uint16_t)(reply->line_code * 10 + (octet - '0'));
    if (reply->head == 0)
        return octet >= '2' && octet <= '5' && reply->lines < REPLY_LINES_MAX;
    return reply->head < CODE_DIGITS - 1 || reply->lines == 0 ||
           reply->line_code == reply->code;
}

/* A CR is kept like any octet; the one before the LF goes when the line ends. */
static bool add_octet(struct reply *reply, uint8_t octet)
{
    if (reply->head == CODE_DIGITS && octet == '\r') {
        reply->head = HEAD_LENGTH;
        reply->last = true;
    }
    if (reply->head < HEAD_LENGTH) {
        if (!add_to_head(reply, octet))
            return false;
        reply->head++;
    } else if (reply->line_length < REPLY_LINE_MAX) {
        reply->line[reply->line_length++] = (char)octet;
    }
    return true;
}

static void keep_text(struct reply *reply)
{
    struct text text;

    text_init(&text, reply->text, sizeof reply->text);
    text_printf(&text, "%u", (unsigned)reply->code);
    if (reply->line_length > 0)
        text_add(&text, " ");
    text_add_clean(&text, (const uint8_t *)reply->line, reply->line_length);
}

static bool read_number(struct cursor *c, uint16_t *number)
{
    uint32_t value;

    if (!cursor_skip(c, '.') || !cursor_decimal(c, 999, &value))
        return false;
    *number = (uint16_t)value;
    return true;
}

/*
 * "5.1.1 " right after the code (RFC 2034 section 4); class as in RFC 3463 section 2, the same
 * as the code's first digit. What does not fit says nothing.
 */
static void keep_status(struct reply *reply)
{
    struct cursor c = cursor_over(reply->line, reply->line_length);
    struct enhanced_status status = {(uint8_t)(reply->code / 100), 0, 0};

    if (status.class_ == 3 || cursor_next(&c) != '0' + status.class_)
        return;
    if (!read_number(&c, &status.subject) || !read_number(&c, &status.detail))
        return;
    if (c.left == 0 || cursor_peek(&c) == ' ')
        reply->status = status;
}

static enum reply_event end_line(struct reply *reply)
{
    if (reply->head == CODE_DIGITS)
        reply->last = true;
    if (reply->line_length > 0 && reply->line[reply->line_length - 1] == '\r')
        reply->line_length--;
    reply->line[reply->line_length] = '\0';
    reply->code = reply->line_code;
    reply->lines++;
    reply->complete = true;
    if (reply->lines == 1)
        keep_text(reply);
    if (reply->lines == 1 || reply->last)
        keep_status(reply);
    return reply->last ? REPLY_DONE : REPLY_LINE;
}

static enum reply_event give_up(struct reply *reply, const uint8_t *bytes, size_t size)
{
    reply->head = HEAD_BROKEN;
    reply->complete = false;
    reply->code = 0;
    reply->status.class_ = 0;
    if (reply->lines == 0) {
        struct text text;
        size_t length = 0;

        while (length < size && bytes[length] != '\r' && bytes[length] != '\n')
            length++;
        text_init(&text, reply->text, sizeof reply->text);
        text_add_clean(&text, bytes, length);
    }
    return REPLY_BROKEN;
}

enum reply_event reply_read(struct reply *reply, const uint8_t *bytes, size_t size,
                            size_t *used)
{
    *used = 0;
    if (reply->head == HEAD_BROKEN)
        return REPLY_BROKEN;
    if (reply->complete && size > 0)
        start_line(reply);
    while (*used < size) {
        uint8_t octet = bytes[(*used)++];

        if (octet == '\n' && reply->head >= CODE_DIGITS)
            return end_line(reply);
        if (!add_octet(reply, octet))
            return give_up(reply, bytes, size);
    }
    return REPLY_MORE;
}
