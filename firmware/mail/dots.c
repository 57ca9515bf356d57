/* SPDX-License-Identifier: MIT */
/*
 * dots.c: transparency, RFC 5321 section 4.5.2.
 *
 * Inbound, a CR or LF that is not of a pair is text like any octet, but for the fault it sets:
 * it neither ends a line nor begins one. So a dot after it is no final dot, and a letter whose
 * true end was spelt with bare LFs goes on until CRLF.CRLF comes or the server's time-out.
 * INTAKE_REPAIR_LF changes only what text a bare LF is: CRLF, and no fault.
 */
#include "mail/dots.h"

#include "config/config.h"

#include <string.h>

/* Of a line, without CRLF and without the stuffed dot. */
#define LINE_TEXT_MAX (DOTS_TEXT_LINE_MAX - 2)

/* What was read last. Inbound knows all but LF_READ, outbound none with a dot. */
enum dots_state {
    LINE_START,  /* CRLF, or nothing yet */
    IN_LINE,     /* any other octet */
    CR_READ,     /* CR in a line */
    DOT_READ,    /* "." at the start of a line */
    DOT_CR_READ, /* "." at the start of a line, then CR */
    LF_READ      /* LF without CR */
};

void dots_in_init(struct dots_in *dots)
{
    memset(dots, 0, sizeof *dots);
}

static void note_fault(struct dots_in *dots, enum dots_fault fault)
{
    if (dots->fault == DOTS_CLEAN)
        dots->fault = fault;
}

/* An octet of the text proper; the CR of a line end is held back until its LF came. */
static size_t text_octet(struct dots_in *dots, uint8_t octet, uint8_t *out)
{
    dots->state = IN_LINE;
    if (octet == '\n')
        note_fault(dots, DOTS_BARE_LF);
    if (octet == '\0')
        note_fault(dots, DOTS_NUL);
    if (dots->line_length == LINE_TEXT_MAX)
        note_fault(dots, DOTS_LONG_LINE);
    if (dots->fault != DOTS_CLEAN)
        return 0;
    dots->line_length++;
    out[0] = octet;
    return 1;
}

static size_t end_of_line(struct dots_in *dots, uint8_t *out)
{
    dots->state = LINE_START;
    dots->line_length = 0;
    if (dots->fault != DOTS_CLEAN)
        return 0;
    out[0] = '\r';
    out[1] = '\n';
    return 2;
}

/* One raw octet; returns how many octets of text it makes, at most 2. */
static size_t take_raw(struct dots_in *dots, uint8_t octet, uint8_t *out)
{
    bool after_cr = dots->state == CR_READ || dots->state == DOT_CR_READ;

    if (after_cr && octet == '\n') {
        dots->ended = dots->state == DOT_CR_READ;
        return dots->ended ? 0 : end_of_line(dots, out);
    }
    if (after_cr)
        note_fault(dots, DOTS_BARE_CR);
    if (octet == '\r') {
        dots->state = dots->state == DOT_READ ? DOT_CR_READ : CR_READ;
        return 0;
    }
    if (octet == '.' && dots->state == LINE_START) {
        dots->state = DOT_READ;
        return 0;
    }
    if (CONFIG_INTAKE_REPAIR_LF && octet == '\n') {
        size_t made = end_of_line(dots, out);

        dots->state = IN_LINE;
        return made;
    }
    return text_octet(dots, octet, out);
}

size_t dots_in_read(struct dots_in *dots, const uint8_t *raw, size_t size, uint8_t *out,
                    size_t room, size_t *made)
{
    size_t used = 0;

    *made = 0;
    while (used < size && *made + 2 <= room && !dots->ended)
        *made += take_raw(dots, raw[used++], out + *made);
    return used;
}

void dots_out_init(struct dots_out *dots)
{
    dots->state = LINE_START;
}

/*
 * A bare LF should not come here; if it does, a dot after it is stuffed too, so that no next
 * hop that takes LF for a line end reads an end of the letter there.
 */
size_t dots_out_write(struct dots_out *dots, const uint8_t *text, size_t size, uint8_t *out,
                      size_t room, size_t *made)
{
    size_t used = 0;

    *made = 0;
    while (used < size && *made + 2 <= room) {
        uint8_t octet = text[used++];

        if (octet == '.' && (dots->state == LINE_START || dots->state == LF_READ))
            out[(*made)++] = '.';
        out[(*made)++] = octet;
        if (octet == '\n')
            dots->state = dots->state == CR_READ ? LINE_START : LF_READ;
        else
            dots->state = octet == '\r' ? CR_READ : IN_LINE;
    }
    return used;
}

size_t dots_out_end(struct dots_out *dots, uint8_t out[5])
{
    static const char end[] = "\r\n.\r\n";
    size_t length = dots->state == LINE_START ? 3 : 5;

    memcpy(out, end + (5 - length), length);
    dots->state = LINE_START;
    return length;
}
