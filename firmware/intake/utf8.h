/* SPDX-License-Identifier: MIT */
/*
 * utf8.h: makes any octets into well-formed UTF-8 without control characters, an octet at a
 * time (RFC 3629). Whatever is not, comes out as '?', one for each octet.
 */
#ifndef INTAKE_UTF8_H
#define INTAKE_UTF8_H

#include <stddef.h>
#include <stdint.h>

struct utf8 {
    uint8_t octets[4]; /* of the character that is not complete yet */
    uint8_t have, need;
};

void utf8_init(struct utf8 *u);

/*
 * Takes one octet; puts into `out` what is decided now and returns its length: 0 while a
 * character is incomplete, else one character or up to three '?' and one character of ASCII.
 * HT, CR and LF come through as they are.
 */
size_t utf8_add(struct utf8 *u, uint8_t octet, uint8_t out[4]);

/* At the end: a '?' for each octet of a character that never became complete. */
size_t utf8_end(struct utf8 *u, uint8_t out[4]);

#endif
