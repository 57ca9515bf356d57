/* SPDX-License-Identifier: MIT */
/*
 * stream_tls.h: TLS 1.2 as a client over any other stream (RFC 5246, BearSSL). There is one
 * TLS session at a time, with one buffer for both directions (option TLS_BUFFER).
 *
 * Offered: ECDHE with ECDSA or RSA, ChaCha20-Poly1305 or AES-GCM. Never: renegotiation,
 * compression, a certificate of our own, session tickets. Sessions are resumed by their ID.
 *
 * The stream is connected when the handshake is over. Each failure before or after that is an
 * error of the stream, STREAM_TLS_...; the log says more.
 */
#ifndef STREAM_STREAM_TLS_H
#define STREAM_STREAM_TLS_H

#include "stream/stream.h"

#include "base/cursor.h"
#include "config/config.h"

#include <stdbool.h>
#include <stdint.h>

/* Whom to believe that he is who he says. */
enum tls_trust {
    TLS_ANCHORS =
        TRUST_ANCHORS, /* who has a certificate from an anchor, of the option TLS_ANCHORS or kept */
    TLS_PINS = TRUST_PIN, /* who has one of these keys; dates and name are checked, too */
    TLS_UNVERIFIED =
        TRUST_UNVERIFIED /* anybody: then TLS keeps out those who listen, and nobody else */
};

#define TLS_PIN_SIZE 32

/*
 * What one device keeps beside what is in its image. The settings stand above this folder, so
 * that who may read them hands down how; there is none where TRUST_IS_KEPT is 0.
 */
struct tls_kept {
    /* Whether the others can be called: not while the flash erases. */
    bool (*is_ready)(void);

    /* Pin number `index`, from 0, for the peer of that `session`; false behind the last. */
    bool (*pin)(uint8_t session, unsigned index, uint8_t pin[TLS_PIN_SIZE]);

    /*
     * Up to `size` octets of trust anchor number `index`, from 0, as in tls_kept.h; returns how
     * many there were, 0 behind the last anchor.
     */
    size_t (*anchor)(unsigned index, size_t offset, uint8_t *octets, size_t size);
};

struct tls_peer {
    const char *name; /* in his certificate, and asked for (SNI) */
    const char *pins; /* SHA-256 of SubjectPublicKeyInfo in hexadecimal, blanks between */
    enum tls_trust trust;
    uint8_t session; /* where his session is kept: below CONFIG_CONNECTOR_COUNT */
    const struct tls_kept *kept; /* or NULL */
};

/*
 * Begins a handshake over a connected stream. What `below` has waiting is taken for TLS: who
 * switches in mid-stream looks first that nothing waits. `peer` must outlive the stream;
 * closing or aborting it closes or aborts `below`. `wall_s`: as in struct clock.
 * A session under way is forgotten.
 */
struct stream *stream_tls_begin(struct stream *below, const struct tls_peer *peer,
                                uint32_t wall_s);

/*
 * Trust anchor number `index`, from 0, of the image: its last day, in days since 1970, and the
 * name that its certificate has for it; false behind the last. BearSSL does not know the day.
 */
bool stream_tls_anchor(unsigned index, uint32_t *last_day, struct cursor *name);

/*
 * Whom to believe has changed: the next handshake with that peer is a whole one. One under way
 * is ended as it began, and what comes of it is not kept.
 */
void stream_tls_forget(uint8_t session);

/*
 * Takes one step of the session, in which BearSSL may compute for seconds: to be called where
 * the stack is shallow. Returns for how many milliseconds it need not be called unless the
 * network moves.
 */
uint32_t stream_tls_poll(void);

#endif
