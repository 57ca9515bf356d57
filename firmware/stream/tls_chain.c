/* SPDX-License-Identifier: MIT */
/*
 * tls_chain.c: certificates judged by BearSSL's minimal engine, or only read by its decoder.
 *
 * - anchors: the whole chain: signatures, dates, name, basic constraints, key usage, up to an
 *   anchor. The engine knows those of the image; those that the device keeps are read here, one
 *   at a time.
 * - pins: the server's own certificate: dates, name, and that its key is a pin. Who signed it
 *   does not matter, so that the others of the chain are not read.
 * - unverified: the server's own certificate is read for its key; nothing is checked.
 *
 * BearSSL has one error for a certificate whose time is over and for one whose time has not
 * begun. It stops reading at the date that it finds wrong, and what it read last tells which.
 */
#include "stream/tls_chain.h"

#include "stream/tls_anchors.h"
#include "stream/tls_kept.h"
#include "stream/tls_memory.h"
#include "stream/tls_pin.h"

#include "base/bytes.h"

#include <string.h>

#define RSA_OCTETS_MIN 256 /* of the modulus: 2,048 bits */

/* Days from 1 January of the year 0, as BearSSL counts, to that of 1970. */
#define DAYS_TO_1970 719528

/* The last octet of a date, then tag and length, then the longest date ("YYYYMMDDHHMMSSZ"). */
#define DATE_TAIL 18

static struct {
    const br_x509_class *engine; /* its address stands for this object */
    const struct tls_peer *peer;
    unsigned certificates;   /* begun */
    uint8_t tail[DATE_TAIL]; /* what was read last */
    bool unpinned;
} chain;

#define minimal (&tls_memory.chain.minimal)
#define decoder (&tls_memory.chain.decoder)

/* What no connector asks for is not in the image. */
static bool trust_is(enum tls_trust trust)
{
    return (TRUSTS_USED >> trust & 1) != 0 && chain.peer->trust == trust;
}

/* Whether the certificate under way is read: beyond the first, only for anchors. */
static bool is_read(void)
{
    return chain.certificates == 1 || trust_is(TLS_ANCHORS);
}

/* ---- What BearSSL calls ------------------------------------------------------------------ */

static void start_chain(const br_x509_class **context, const char *name)
{
    (void)context;
    chain.certificates = 0;
    chain.unpinned = false;
    if (trust_is(TLS_UNVERIFIED))
        br_x509_decoder_init(decoder, NULL, NULL);
    else
        minimal->vtable->start_chain(&minimal->vtable, name);
}

static void start_certificate(const br_x509_class **context, uint32_t length)
{
    (void)context;
    chain.certificates++;
    if (is_read() && !trust_is(TLS_UNVERIFIED))
        minimal->vtable->start_cert(&minimal->vtable, length);
}

static void keep_tail(const unsigned char *octets, size_t size)
{
    size_t kept = min_size(size, DATE_TAIL);

    memmove(chain.tail, chain.tail + kept, DATE_TAIL - kept);
    memcpy(chain.tail + DATE_TAIL - kept, octets + size - kept, kept);
}

/* After an error BearSSL's decoder must get nothing more: it would go on behind its program. */
static void append(const br_x509_class **context, const unsigned char *octets, size_t size)
{
    (void)context;
    if (!is_read())
        return;
    if (trust_is(TLS_UNVERIFIED)) {
        if (decoder->err == 0)
            br_x509_decoder_push(decoder, octets, size);
    } else if (minimal->err == 0) {
        minimal->vtable->append(&minimal->vtable, octets, size);
        keep_tail(octets, size - minimal->hlen);
    }
}

/* ---- Anchors that the device keeps ------------------------------------------------------- */

/* RFC 8017 section 8.2.2. The names of SHA-256, -384 and -512 end in 1, 2 and 3. */
static bool is_signed_by_rsa(const br_rsa_public_key *key)
{
    uint8_t name[] = {9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 0};
    uint8_t hash[br_sha512_SIZE];

    name[sizeof name - 1] = (uint8_t)(minimal->cert_sig_hash_len / 16 - 1);
    return br_rsa_i31_pkcs1_vrfy(minimal->cert_sig, minimal->cert_sig_len, name,
                                 minimal->cert_sig_hash_len, key, hash) != 0 &&
           memcmp(hash, minimal->tbs_hash, minimal->cert_sig_hash_len) == 0;
}

/* The anchor's key goes where the engine had that of the certificate, which it has used. */
static bool is_signed_by(unsigned index, const uint8_t head[TLS_KEPT_HEAD])
{
    uint8_t *key = minimal->pkey_data;
    size_t size = get_u16(head + TLS_KEPT_KEY_SIZE), n_size = size - head[TLS_KEPT_E_SIZE];
    br_ec_public_key point = {head[TLS_KEPT_CURVE], key, size};
    br_rsa_public_key rsa = {key, n_size, key + n_size, size - n_size};

    if (chain.peer->kept->anchor(index, TLS_KEPT_HEAD, key, size) != size)
        return false;
    if (point.curve == 0)
        return minimal->cert_signer_key_type == BR_KEYTYPE_RSA && is_signed_by_rsa(&rsa);
    return minimal->cert_signer_key_type == BR_KEYTYPE_EC &&
           br_ecdsa_i31_vrfy_asn1(&br_ec_all_m31, minimal->tbs_hash,
                                  minimal->cert_sig_hash_len, &point, minimal->cert_sig,
                                  minimal->cert_sig_len) != 0;
}

/*
 * Of a certificate that checks out and that no anchor of the image has signed: whether one of
 * the device has. All that have the issuer's name are tried, so that a root and its successor
 * may be there side by side.
 */
static void look_at_kept(const struct tls_kept *kept)
{
    uint8_t head[TLS_KEPT_HEAD];
    size_t size = 1;

    for (unsigned i = 0; minimal->err == 0 && size > 0; i++) {
        size = kept->anchor(i, 0, head, sizeof head);
        if (tls_kept_is_good(head, size) &&
            memcmp(head + TLS_KEPT_NAME, minimal->saved_dn_hash, br_sha256_SIZE) == 0 &&
            is_signed_by(i, head))
            minimal->err = BR_ERR_X509_OK;
    }
}

static void end_certificate(const br_x509_class **context)
{
    (void)context;
    if (!is_read() || trust_is(TLS_UNVERIFIED))
        return;
    minimal->vtable->end_cert(&minimal->vtable);
    if (TRUST_IS_KEPT && trust_is(TLS_ANCHORS) && chain.peer->kept != NULL)
        look_at_kept(chain.peer->kept);
}

static const br_x509_pkey *key(const br_x509_class *const *context, unsigned *usages)
{
    (void)context;
    if (!trust_is(TLS_UNVERIFIED))
        return minimal->vtable->get_pkey((const br_x509_class *const *)&minimal->vtable,
                                         usages);
    if (usages != NULL)
        *usages = BR_KEYTYPE_KEYX | BR_KEYTYPE_SIGN;
    return br_x509_decoder_get_pkey(decoder);
}

/* Whether the key is a pin, of the image or of those that the device keeps. */
static bool is_pinned(const br_x509_pkey *of_server)
{
    const struct tls_peer *peer = chain.peer;
    uint8_t digest[TLS_PIN_SIZE], kept[TLS_PIN_SIZE];
    bool found;

    tls_pin_of(of_server, digest);
    found = tls_pin_is_in(peer->pins, digest);
    if (!TRUST_IS_KEPT || peer->kept == NULL)
        return found;
    for (unsigned i = 0; !found && peer->kept->pin(peer->session, i, kept); i++)
        found = memcmp(kept, digest, sizeof digest) == 0;
    return found;
}

static unsigned end_chain(const br_x509_class **context)
{
    unsigned error;

    if (chain.certificates == 0)
        return BR_ERR_X509_EMPTY_CHAIN;
    if (trust_is(TLS_UNVERIFIED))
        return (unsigned)br_x509_decoder_last_error(decoder);
    error = minimal->vtable->end_chain(&minimal->vtable);
    if (error != BR_ERR_X509_NOT_TRUSTED || !trust_is(TLS_PINS))
        return error;
    chain.unpinned = !is_pinned(key(context, NULL));
    return chain.unpinned ? error : 0;
}

static const br_x509_class engine = {
    sizeof chain, start_chain, start_certificate, append, end_certificate, end_chain, key};

/* ---- Preparing --------------------------------------------------------------------------- */

static void prepare_minimal(uint32_t wall_s)
{
    size_t count = 0;
    const br_x509_trust_anchor *anchors =
        trust_is(TLS_ANCHORS) ? tls_anchors(&count) : NULL;

    br_x509_minimal_init(minimal, &br_sha256_vtable, anchors, count);
    br_x509_minimal_set_rsa(minimal, br_rsa_i31_pkcs1_vrfy);
    br_x509_minimal_set_ecdsa(minimal, &br_ec_all_m31, br_ecdsa_i31_vrfy_asn1);
    br_x509_minimal_set_hash(minimal, br_sha256_ID, &br_sha256_vtable);
    br_x509_minimal_set_hash(minimal, br_sha384_ID, &br_sha384_vtable);
    br_x509_minimal_set_hash(minimal, br_sha512_ID, &br_sha512_vtable);
    br_x509_minimal_set_minrsa(minimal, RSA_OCTETS_MIN);
    br_x509_minimal_set_time(minimal, DAYS_TO_1970 + wall_s / 86400, wall_s % 86400);
}

const br_x509_class **tls_chain_begin(const struct tls_peer *peer, uint32_t wall_s)
{
    chain.engine = &engine;
    chain.peer = peer;
    if (!trust_is(TLS_UNVERIFIED))
        prepare_minimal(wall_s);
    return &chain.engine;
}

/* The second date of a certificate, and only it, follows the Z of the first one. */
bool tls_chain_is_early(void)
{
    enum { UTC_TIME = 0x17, UTC_TIME_SIZE = 13 };
    const uint8_t *end = chain.tail + DATE_TAIL;

    if (end[-UTC_TIME_SIZE - 2] == UTC_TIME)
        return end[-UTC_TIME_SIZE - 3] != 'Z';
    return chain.tail[0] != 'Z';
}

bool tls_chain_is_unpinned(void)
{
    return chain.unpinned;
}
