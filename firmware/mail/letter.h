/* SPDX-License-Identifier: MIT */
/*
 * letter.h: what a letter is besides its text: the fields of its envelope, as they are stored
 * in front of the text. A field is {kind, 16-bit length, octets}; fields follow each other, and
 * LETTER_TEXT ends the envelope: the text comes right after it.
 *
 * Order: one LETTER_ORIGIN, one LETTER_SENDER, then LETTER_RECIPIENT once each, then
 * LETTER_TEXT; LETTER_PARAMETER follows the sender or the recipient that it belongs to. Readers
 * skip kinds they do not know.
 */
#ifndef MAIL_LETTER_H
#define MAIL_LETTER_H

#include "base/cursor.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LETTER_RECIPIENTS_MAX 100
#define LETTER_PATH_MAX       320 /* local part 64, "@", domain 255 */
#define LETTER_PARAMETERS_MAX 372 /* of one sender or recipient, a blank before each */
#define LETTER_FIELD_HEAD     3   /* kind and length */
#define LETTER_FIELD_MAX      400 /* octets of a field that this firmware writes or reads */

enum letter_field {
    LETTER_ORIGIN = 'O',    /* struct letter_origin, packed by letter_put_origin */
    LETTER_SENDER = 'S',    /* reverse-path without brackets; empty: the null path */
    LETTER_RECIPIENT = 'R', /* one octet: connector; then the address without brackets */
    LETTER_PARAMETER = 'P', /* of RFC 3461, as it came: "RET=HDRS", "ORCPT=rfc822;a@b" */
    LETTER_TEXT = 'T'       /* empty: the text follows */
};

enum letter_source { LETTER_FROM_SMTP = 1, LETTER_FROM_API = 2, LETTER_FROM_CONSOLE = 3 };

/* How the letter came, for Received and `show`. */
struct letter_origin {
    uint8_t source;   /* enum letter_source */
    uint8_t flags;    /* LETTER_8BIT, LETTER_ESMTP */
    uint32_t wall_s;  /* when it came, or 0 where the clock was not set */
    uint32_t nonce;   /* random: for a Message-ID that no other box will make */
    char helo[65];    /* what the client called itself, clean; may be cut; "" if none */
    char address[46]; /* the client's address in text form; "" if none */
};

#define LETTER_8BIT  1 /* BODY=8BITMIME was declared */
#define LETTER_ESMTP 2 /* the client said EHLO */

/* Packs an origin into `bytes` (LETTER_FIELD_MAX there) and returns the length. */
size_t letter_put_origin(const struct letter_origin *origin, uint8_t *bytes);

/* Unpacks; false when the bytes are not such a record. */
bool letter_get_origin(struct cursor bytes, struct letter_origin *origin);

#endif
