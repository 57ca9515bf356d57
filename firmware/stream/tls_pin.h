/* SPDX-License-Identifier: MIT */
/*
 * tls_pin.h: public keys known by their fingerprint (RFC 7469 section 2.4): SHA-256 of the
 * SubjectPublicKeyInfo. Pure. Of this folder's use only: others see stream_tls.h.
 */
#ifndef STREAM_TLS_PIN_H
#define STREAM_TLS_PIN_H

#include <stdbool.h>
#include <stdint.h>

#include <bearssl_x509.h>

#define TLS_PIN_DIGITS 64

/* Of a key as BearSSL has decoded it; its DER form is made anew, there is but one. */
void tls_pin_of(const br_x509_pkey *key, uint8_t digest[br_sha256_SIZE]);

/* Whether it is one of `pins`: words of 64 hexadecimal digits, blanks between. */
bool tls_pin_is_in(const char *pins, const uint8_t digest[br_sha256_SIZE]);

#endif
