/* SPDX-License-Identifier: MIT */
/*
 * dots.h: transparency of the DATA phase, RFC 5321 section 4.5.2, both ways, a buffer at a
 * time and with state across buffers.
 *
 * Inbound, only CRLF ends a line and only CRLF.CRLF ends the text; a bare CR, a bare LF or a
 * NUL spoils the letter (it is read to its end and refused). With INTAKE_REPAIR_LF a bare LF
 * becomes CRLF instead; neither it nor a dot after it is part of any end of the text. Outbound text is what inbound let
 * in: lines end in CRLF.
 */
#ifndef MAIL_DOTS_H
#define MAIL_DOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DOTS_TEXT_LINE_MAX 1000 /* octets with CRLF, RFC 5321 section 4.5.3.1.6 */

enum dots_fault { DOTS_CLEAN, DOTS_BARE_CR, DOTS_BARE_LF, DOTS_NUL, DOTS_LONG_LINE };

struct dots_in {
    uint8_t state;
    uint16_t line_length;
    enum dots_fault fault; /* the first one; the letter must not be accepted */
    bool ended;            /* the final dot was read */
};

void dots_in_init(struct dots_in *dots);

/*
 * Reads raw octets: at most `size` of them and at most until `out` (of `room` >= 3 octets) is
 * full or the final dot came. `used` raw octets give `*made` octets of text. Text stops at the
 * first fault. All octets after the final dot are left unused.
 */
size_t dots_in_read(struct dots_in *dots, const uint8_t *raw, size_t size, uint8_t *out,
                    size_t room, size_t *made);

struct dots_out {
    uint8_t state;
};

void dots_out_init(struct dots_out *dots);

/* Stuffs: `used` octets of text give `*made` raw octets, as far as `room` (>= 2) goes. */
size_t dots_out_write(struct dots_out *dots, const uint8_t *text, size_t size, uint8_t *out,
                      size_t room, size_t *made);

/* The end of the text: CRLF if the last line lacks it, then ".CRLF"; 3 or 5 octets. */
size_t dots_out_end(struct dots_out *dots, uint8_t out[5]);

#endif
