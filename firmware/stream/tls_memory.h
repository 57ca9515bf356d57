/* SPDX-License-Identifier: MIT */
/*
 * tls_memory.h: BearSSL's memory for the one TLS session that there is at a time: the row
 * `tls` of config/budgets. Of this folder's use only: others see stream_tls.h.
 */
#ifndef STREAM_TLS_MEMORY_H
#define STREAM_TLS_MEMORY_H

#include "stream/tls_kept.h"

#include "config/config.h"

#include <bearssl_ssl.h>
#include <bearssl_x509.h>

extern union tls_memory {
    struct {
        br_ssl_client_context client;
        union {
            br_x509_minimal_context minimal; /* anchors and pins */
            br_x509_decoder_context decoder; /* unverified */
        } chain;
        unsigned char buffer[CONFIG_TLS_BUFFER]; /* of records, for both directions */
    };
    struct {
        uint8_t anchor[TLS_KEPT_MAX], certificate[4096];
    } paste; /* while it is lent (tls_paste.h) */
} tls_memory;

/* Keys and text are gone. */
void tls_memory_wipe(void);

/* Lends it until the next session begins; false while one is under way. */
bool tls_memory_lend(void);
bool tls_memory_is_lent(void);

#endif
