/* SPDX-License-Identifier: MIT */
/*
 * tls_anchors.h: the trust anchors of the option TLS_ANCHORS. Of this folder's use only:
 * others see stream_tls.h.
 */
#ifndef STREAM_TLS_ANCHORS_H
#define STREAM_TLS_ANCHORS_H

#include <stddef.h>

#include <bearssl_x509.h>

/* The table and its rows. */
const br_x509_trust_anchor *tls_anchors(size_t *count);

#endif
