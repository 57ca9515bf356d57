/* SPDX-License-Identifier: MIT */
/*
 * address.h: forward-path and reverse-path of RFC 5321 section 4.1.2. A mailbox is dot-string
 * or quoted-string, "@", then a domain or an address literal. Source routes are parsed and
 * dropped (RFC 5321 appendix C).
 */
#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include "base/cursor.h"

#include <stdbool.h>
#include <stddef.h>

enum address_result {
    ADDRESS_OK,
    ADDRESS_SYNTAX,      /* not a path: answer 501 5.1.3 (5.1.7 for a sender) */
    ADDRESS_TOO_LONG,    /* local part over 64, domain over 255 octets: 501 5.1.3 */
    ADDRESS_SOURCE_ROUTE /* well-formed with a source route; `mailbox` is the rest */
};

struct address {
    struct cursor mailbox; /* "local@domain", or "postmaster" alone, or empty: null path */
    struct cursor local;
    struct cursor domain; /* empty for null path and bare postmaster */
};

/*
 * Reads "<...>" at the cursor and moves past it; ADDRESS_SYNTAX moves nothing and leaves
 * `address` undefined. The parts point into the cursor's bytes. "<>" is accepted when
 * `null_allowed`; "<Postmaster>" (any case) when it is not.
 */
enum address_result address_read_path(struct cursor *c, bool null_allowed,
                                      struct address *address);

/* Reads a whole mailbox without brackets, as in configuration; false when it is not one. */
bool address_read_mailbox(struct cursor mailbox, struct address *address);

/*
 * True when the whole is a domain or an address literal (RFC 5321 sections 4.1.2 and 4.1.3) of
 * at most 255 octets. Underscores pass in labels, as some hosts have them in their names.
 */
bool address_is_host(struct cursor host);

/* True for "local" parts that ask to be relayed on: a "%" or "!" or "@" in them. */
bool address_asks_to_relay(const struct address *address);

#endif
