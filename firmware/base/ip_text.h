/* SPDX-License-Identifier: MIT */
/* ip_text.h: IP addresses as text, without a TCP/IP stack. Pure. */
#ifndef BASE_IP_TEXT_H
#define BASE_IP_TEXT_H

#include "base/cursor.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IPV4_OCTETS 4
#define IPV6_OCTETS 16

/* Four decimal numbers of at most three digits; false and unmoved when there are none. */
bool ip_read_v4(struct cursor *c, uint8_t octets[IPV4_OCTETS]);

/*
 * RFC 4291 section 2.2. `gap_min`: the least octets that "::" stands for: 2, or 4 by RFC 5321
 * section 4.1.3. After a false, cursor and octets mean nothing.
 */
bool ip_read_v6(struct cursor *c, uint8_t octets[IPV6_OCTETS], size_t gap_min);

/* Either of them; returns how many octets it has, 0 when there is none. */
size_t ip_read(struct cursor *c, uint8_t octets[IPV6_OCTETS]);

/* Adds an address of 4 or 16 octets; IPv6 as RFC 5952 section 4 has it. */
void ip_put(struct text *t, const uint8_t *octets, size_t size);

#endif
