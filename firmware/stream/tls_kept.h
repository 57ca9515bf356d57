/* SPDX-License-Identifier: MIT */
/*
 * tls_kept.h: a trust anchor as a device keeps it in its settings, which know nothing of it;
 * settings/FORMAT.md has the same. Pure.
 */
#ifndef STREAM_TLS_KEPT_H
#define STREAM_TLS_KEPT_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where what is. */
enum {
    TLS_KEPT_CURVE = 0,    /* 0: the key is one of RSA; else its curve's number in TLS */
    TLS_KEPT_E_SIZE = 1,   /* octets of the exponent of RSA, else 0 */
    TLS_KEPT_KEY_SIZE = 2, /* u16: octets of the key */
    TLS_KEPT_LAST_DAY = 4, /* in UTC: "20350604" */
    TLS_KEPT_NAME = 12,    /* SHA-256 of the subject's name, as it is encoded */
    TLS_KEPT_PIN =
        44, /* first octets of SHA-256 of the SubjectPublicKeyInfo, to be shown */
    TLS_KEPT_HEAD = 52, /* octets before the key: modulus and exponent, or the point */
    TLS_KEPT_MAX = TLS_KEPT_HEAD + 512 + 8
};

#define TLS_KEPT_PIN_SIZE (TLS_KEPT_HEAD - TLS_KEPT_PIN)

/* Whether these octets, `size` of them, begin an anchor with a key of a kind that we verify. */
bool tls_kept_is_good(const uint8_t *head, size_t size);

/* Its last day, in days since 1970; 0: what is there is no date since then. */
uint32_t tls_kept_last_day(const uint8_t head[TLS_KEPT_HEAD]);

/* Adds "key=rsa-2048 last_day=20350604 pin=0011223344556677..." of a good one. */
void tls_kept_put(struct text *t, const uint8_t head[TLS_KEPT_HEAD]);

#endif
