/* SPDX-License-Identifier: MIT */
/*
 * line.c: editing. Arrow-up costs no memory: the last command stays in the buffer until the
 * first character of a new one overwrites it, so it can be recalled on an empty line only.
 */
#include "operator/line.h"

#include <string.h>

#define CTRL_C 0x03
#define CTRL_D 0x04
#define CTRL_U 0x15
#define ESC    0x1b
#define DEL    0x7f

/* ECMA-48: ESC x; ESC [ parameters final; ESC O final; ESC ] and its like up to BEL or ESC \ */
enum escape { ESCAPE_NONE, ESCAPE_STARTED, ESCAPE_FIRST, ESCAPE_CSI, ESCAPE_STRING };

void line_init(struct line *line)
{
    memset(line, 0, sizeof *line);
}

void line_next(struct line *line)
{
    line->last = line->excess > 0 ? 0 : line->length;
    line->length = 0;
    line->excess = 0;
}

void line_forget(struct line *line)
{
    memset(line->bytes, 0, sizeof line->bytes);
    line->last = 0;
    line->length = 0;
    line->excess = 0;
}

static enum line_event add(struct line *line, uint8_t octet)
{
    if (line->length == sizeof line->bytes - 1) {
        if (line->excess < UINT16_MAX)
            line->excess++;
        return LINE_NOTHING;
    }
    line->last = 0;
    line->bytes[line->length++] = octet < DEL ? (char)octet : '?';
    return LINE_ADDED;
}

static enum line_event erase(struct line *line)
{
    if (line->excess > 0) {
        line->excess--;
        return LINE_NOTHING;
    }
    if (line->length == 0)
        return LINE_NOTHING;
    line->length--;
    return LINE_ERASED;
}

static enum line_event drop(struct line *line, enum line_event event)
{
    line->length = 0;
    line->excess = 0;
    return event;
}

static enum line_event recall(struct line *line)
{
    if (line->length > 0 || line->last == 0)
        return LINE_NOTHING;
    line->length = line->last;
    return LINE_CHANGED;
}

static enum line_event control(struct line *line, uint8_t octet)
{
    switch (octet) {
    case '\r':
    case '\n':
        return LINE_ENTERED;
    case '\b':
    case DEL:
        return erase(line);
    case '\t':
        return add(line, ' ');
    case CTRL_U:
        return drop(line, LINE_CHANGED);
    case CTRL_C:
    case CTRL_D:
        return drop(line, LINE_DROPPED);
    default:
        return LINE_NOTHING;
    }
}

static enum escape after_started(uint8_t octet)
{
    if (octet == '[' || octet == 'O')
        return ESCAPE_FIRST;
    if (octet == ']' || octet == 'P' || octet == 'X' || octet == '^' || octet == '_')
        return ESCAPE_STRING;
    return octet < 0x30 ? ESCAPE_STARTED : ESCAPE_NONE; /* 0x20..0x2f: intermediates */
}

static enum line_event escaped(struct line *line, uint8_t octet)
{
    bool first = line->escape == ESCAPE_FIRST;

    if (line->escape == ESCAPE_STRING)
        return LINE_NOTHING;
    if (line->escape == ESCAPE_STARTED) {
        line->escape = (uint8_t)after_started(octet);
        return LINE_NOTHING;
    }
    if (octet < 0x40 || octet >= DEL ||
        (first && octet == '[')) { /* ESC [ [ A: F1 on Linux */
        line->escape = ESCAPE_CSI;
        return LINE_NOTHING;
    }
    line->escape = ESCAPE_NONE;
    return first && octet == 'A' ? recall(line) : LINE_NOTHING;
}

enum line_event line_feed(struct line *line, uint8_t octet)
{
    bool ends_crlf = octet == '\n' && line->after_cr;

    line->after_cr = octet == '\r';
    if (ends_crlf)
        return LINE_NOTHING;
    if (octet == ESC) {
        line->escape = ESCAPE_STARTED;
        return LINE_NOTHING;
    }
    if (octet < 0x20 || octet == DEL) { /* a control octet breaks any sequence off */
        line->escape = ESCAPE_NONE;
        return control(line, octet);
    }
    return line->escape != ESCAPE_NONE ? escaped(line, octet) : add(line, octet);
}
