/* SPDX-License-Identifier: MIT */
/* sources: firmware/stream/tls_chain.c firmware/stream/tls_pin.c firmware/stream/tls_anchors.c firmware/stream/tls_memory.c firmware/stream/tls_kept.c firmware/base/cursor.c firmware/base/text.c */
/*
 * fuzz_certificate.c: any octets as the certificates of a server, in each way to trust. The first
 * octet says which way, and the size of the pieces; then each certificate with its length in two
 * octets before it. Whoever is believed has the one key that the tests' root has signed, but where
 * nobody is asked who he is.
 */
#include "stream/stream_tls.h"
#include "stream/tls_chain.h"
#include "stream/tls_memory.h"
#include "stream/tls_pin.h"

#include "base/bytes.h"
#include "base/cursor.h"

#include "unit/tls_certificates.h"

#include <stdlib.h>

#define CHECK(what)                                                                        \
    do {                                                                                   \
        if (!(what))                                                                       \
            abort();                                                                       \
    } while (0)

#define NOW 1700000000u /* within the certificate's time */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct tls_peer peers[] = {
    {"mx.example.org", "",       TLS_ANCHORS,    0, NULL},
    {"mx.example.org", LEAF_PIN, TLS_PINS,       0, NULL},
    {"mx.example.org", "",       TLS_UNVERIFIED, 0, NULL},
};

static void push(const br_x509_class **engine, struct cursor certificate, size_t piece)
{
    (*engine)->start_cert(engine, (uint32_t)certificate.left);
    while (certificate.left > 0) {
        size_t size = min_size(piece, certificate.left);

        (*engine)->append(engine, certificate.at, size);
        certificate.at += size;
        certificate.left -= size;
    }
    (*engine)->end_cert(engine);
}

static void push_all(const br_x509_class **engine, struct cursor chain, size_t piece)
{
    struct cursor length, certificate;

    while (cursor_take(&chain, 2, &length)) {
        size_t size = (size_t)length.at[0] << 8 | length.at[1];

        CHECK(cursor_take(&chain, min_size(size, chain.left), &certificate));
        push(engine, certificate, piece);
    }
}

/* What the handshake is going to compute with. */
static void check_key(const br_x509_pkey *key, const struct tls_peer *peer)
{
    uint8_t digest[br_sha256_SIZE];

    CHECK(key != NULL);
    CHECK(key->key_type == BR_KEYTYPE_RSA || key->key_type == BR_KEYTYPE_EC);
    tls_pin_of(key, digest);
    if (peer->trust != TLS_UNVERIFIED)
        CHECK(tls_pin_is_in(LEAF_PIN, digest));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const struct tls_peer *peer;
    const br_x509_class **engine;
    unsigned usages = 0;

    if (size < 1)
        return 0;
    peer = &peers[bytes[0] % COUNT_OF(peers)];
    tls_memory_wipe();
    engine = tls_chain_begin(peer, NOW);
    (*engine)->start_chain(engine, peer->name);
    push_all(engine, cursor_over(bytes + 1, size - 1),
             bytes[0] < 128 ? SIZE_MAX : bytes[0] - 127u);
    if ((*engine)->end_chain(engine) == 0)
        check_key((*engine)->get_pkey(engine, &usages), peer);
    (void)tls_chain_is_early();
    (void)tls_chain_is_unpinned();
    return 0;
}
