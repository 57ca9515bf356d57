/* SPDX-License-Identifier: MIT */
/*
 * tls_chain.h: whether the certificates of a TLS server are to be trusted, as an X.509 engine
 * for BearSSL. Of this folder's use only: others see stream_tls.h.
 */
#ifndef STREAM_TLS_CHAIN_H
#define STREAM_TLS_CHAIN_H

#include "stream/stream_tls.h"

#include <bearssl_x509.h>

/*
 * Prepares the engine for one handshake; `peer` must outlive it. `wall_s`: as in struct clock,
 * not 0 unless the peer is not verified.
 */
const br_x509_class **tls_chain_begin(const struct tls_peer *peer, uint32_t wall_s);

/* Of BR_ERR_X509_EXPIRED: the certificate's time has not begun yet. */
bool tls_chain_is_early(void);

/* Of BR_ERR_X509_NOT_TRUSTED: the key is none of the pins. */
bool tls_chain_is_unpinned(void);

#endif
