/* SPDX-License-Identifier: MIT */
/*
 * headers.h: header fields that flashpost writes, and a scanner for those it must know of in a
 * letter that passes through (RFC 5321 section 4.4, RFC 5322 section 3.6).
 */
#ifndef MAIL_HEADERS_H
#define MAIL_HEADERS_H

#include "base/text.h"
#include "mail/letter.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "Tue, 24 Nov 2026 10:45:55 +0000" */
void headers_put_date(struct text *t, uint32_t wall_s);

/*
 * "Received: from HELO ([ADDRESS])\r\n\tby HOST with ESMTP id ID;\r\n\tDATE\r\n". `wall_s` is
 * when the letter came; 0 writes the floor date and says "(clock not set)". With no client
 * ("by HOST (local) ..."). HELO and host must be clean.
 */
void headers_put_received(struct text *t, const struct letter_origin *origin,
                          const char *host, uint32_t id, uint32_t wall_s, uint32_t floor_s);

/* Watches the header of a text that streams by, however it is cut into buffers. */
struct headers_scan {
    char name[24]; /* of the present field, lower case, as far as it fits */
    uint8_t name_length;
    uint8_t state;
    uint16_t received; /* Received fields so far, saturating */
    bool date, from, message_id;
    bool ended; /* the empty line came (or a line that is no field) */
};

void headers_scan_init(struct headers_scan *scan);
void headers_scan_add(struct headers_scan *scan, const uint8_t *text, size_t size);

/*
 * A header on its way out: a name is held back until it is known to be one, so that fields can
 * still be added in front of what ends the header.
 */
struct headers_pass {
    struct headers_scan scan;
    uint8_t held[20]; /* of the present name, as it came */
    uint8_t held_length;
    bool cut;  /* the line that ended the header has partly left: nothing can be added */
    bool bare; /* it is no empty line: what is added needs one */
    bool reply_to; /* one has left */
};

void headers_pass_init(struct headers_pass *pass);

/*
 * Takes text up to the end of the header (scan.ended; the octet that ended it is not used) or
 * while 21 octets of room are left; says how much. `made` octets of `out` go on. At the end
 * whoever calls sends what it adds, then what is held. With `rewrite` the first From or Reply-To
 * becomes Reply-To, and further ones Original-...: the caller has sent a From of its own.
 */
size_t headers_pass(struct headers_pass *pass, bool rewrite, const uint8_t *text,
                    size_t size, uint8_t *out, size_t room, size_t *made);

#endif
