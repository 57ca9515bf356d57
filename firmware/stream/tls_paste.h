/* SPDX-License-Identifier: MIT */
/*
 * tls_paste.h: a certificate that is pasted line by line, as PEM (RFC 7468), becomes a trust
 * anchor (tls_kept.h). It lies in the memory of the TLS session meanwhile: a session that
 * begins takes that back, since mail does not wait for somebody who types.
 *
 * The certificate is read (RFC 5280 section 4.1), not verified: whoever pastes it trusts it.
 * Its signature and its dates say nothing; that it may sign others, it must say itself.
 */
#ifndef STREAM_TLS_PASTE_H
#define STREAM_TLS_PASTE_H

#include "base/cursor.h"

#include <stdbool.h>

enum tls_paste_result {
    TLS_PASTE_MORE, /* the line that ends it has not come yet */
    TLS_PASTE_DONE,
    TLS_PASTE_NO_PEM, /* not between the lines BEGIN and END CERTIFICATE; damaged; long */
    TLS_PASTE_NO_CERTIFICATE, /* none in DER, or a damaged one */
    TLS_PASTE_NO_CA,          /* it may not sign others (BasicConstraints) */
    TLS_PASTE_BAD_KEY, /* not RSA of 2048 to 4096 bits, nor on P-256, P-384 or P-521 */
    TLS_PASTE_LOST     /* a session has taken the memory */
};

/* False while a session is under way. */
bool tls_paste_begin(void);

/*
 * The next line. What comes before BEGIN is skipped; an error is told with the line that
 * begins with "-----END", so that nothing of the certificate is taken for a command.
 */
enum tls_paste_result tls_paste_line(struct cursor line);

/* After DONE. The octets are good while tls_paste_is_there. */
struct cursor tls_paste_anchor(void);
bool tls_paste_is_there(void);

#endif
