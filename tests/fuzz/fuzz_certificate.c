/* SPDX-License-Identifier: MIT */
/* sources: firmware/stream/tls_chain.c firmware/stream/tls_pin.c firmware/stream/tls_anchors.c firmware/stream/tls_memory.c firmware/stream/tls_kept.c firmware/base/cursor.c firmware/base/text.c */
/*
 * fuzz_certificate.c: any octets as the certificates of a server, in each way to trust. The first
 * octet says which way, and the size of the pieces; then each certificate with its length in two
 * octets before it. Whoever is believed has the one key that the tests' root has signed, but where
 * nobody is asked who he is, and where the first "certificate" is an anchor that the device keeps,
 * as it stands in the settings.
 */
#include "stream/stream_tls.h"
#include "stream/tls_chain.h"
#include "stream/tls_memory.h"
#include "stream/tls_pin.h"

#include "base/bytes.h"
#include "base/cursor.h"

#include "unit/tls_certificates.h"

#include <stdlib.h>
#include <string.h>

#define CHECK(what)                                                                        \
    do {                                                                                   \
        if (!(what))                                                                       \
            abort();                                                                       \
    } while (0)

#define NOW 1700000000u /* within the certificate's time */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static struct cursor kept_anchor;

static bool is_ready(void)
{
    return true;
}

static bool no_pin(uint8_t session, unsigned index, uint8_t pin[TLS_PIN_SIZE])
{
    (void)session;
    (void)index;
    (void)pin;
    return false;
}

/* The same twice, as of a root and its successor. */
static size_t anchor(unsigned index, size_t offset, uint8_t *octets, size_t size)
{
    size_t there = index < 2 && offset < kept_anchor.left
                       ? min_size(size, kept_anchor.left - offset)
                       : 0;

    if (there > 0)
        memcpy(octets, kept_anchor.at + offset, there);
    return there;
}

static const struct tls_kept kept = {is_ready, no_pin, anchor};

static const struct tls_peer peers[] = {
    {"mx.example.org", "",       TLS_ANCHORS,    0, NULL },
    {"mx.example.org", LEAF_PIN, TLS_PINS,       0, NULL },
    {"mx.example.org", "",       TLS_UNVERIFIED, 0, NULL },
    {"mx.example.org", "",       TLS_ANCHORS,    0, &kept},
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

/* The next one, its length before it; the last one may be shorter than it says. */
static bool next(struct cursor *input, struct cursor *certificate)
{
    struct cursor length;
    size_t size;

    if (!cursor_take(input, 2, &length))
        return false;
    size = (size_t)length.at[0] << 8 | length.at[1];
    CHECK(cursor_take(input, min_size(size, input->left), certificate));
    return true;
}

/* What the handshake is going to compute with. */
static void check_key(const br_x509_pkey *key, const struct tls_peer *peer)
{
    uint8_t digest[br_sha256_SIZE];

    CHECK(key != NULL);
    CHECK(key->key_type == BR_KEYTYPE_RSA || key->key_type == BR_KEYTYPE_EC);
    tls_pin_of(key, digest);
    if (peer->trust != TLS_UNVERIFIED && peer->kept == NULL)
        CHECK(tls_pin_is_in(LEAF_PIN, digest));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct cursor input = cursor_over(bytes, size), certificate;
    const struct tls_peer *peer;
    const br_x509_class **engine;
    unsigned usages = 0;
    int first = cursor_next(&input);

    if (first < 0)
        return 0;
    peer = &peers[(unsigned)first % COUNT_OF(peers)];
    if (peer->kept != NULL && !next(&input, &kept_anchor))
        return 0;
    tls_memory_wipe();
    engine = tls_chain_begin(peer, NOW);
    (*engine)->start_chain(engine, peer->name);
    while (next(&input, &certificate))
        push(engine, certificate, first < 128 ? SIZE_MAX : (size_t)first - 127u);
    if ((*engine)->end_chain(engine) == 0)
        check_key((*engine)->get_pkey(engine, &usages), peer);
    (void)tls_chain_is_early();
    (void)tls_chain_is_unpinned();
    return 0;
}
