/* SPDX-License-Identifier: MIT */
/*
 * tls_pin.c: the SubjectPublicKeyInfo (RFC 5280 section 4.1) of an RSA key (RFC 3279 section
 * 2.3.1) or an EC key (RFC 5480 section 2), hashed piece by piece as it is made.
 */
#include "stream/tls_pin.h"

#include "base/bytes.h"
#include "base/cursor.h"

#include <string.h>

enum { INTEGER = 0x02, BIT_STRING = 0x03, SEQUENCE = 0x30 };

/* AlgorithmIdentifier, whole. */
static const uint8_t rsa_algorithm[] = {0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                        0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};

/* id-ecPublicKey, and the curves' names with tag and length. */
static const uint8_t ec_algorithm[] = {0x06, 0x07, 0x2a, 0x86, 0x48,
                                       0xce, 0x3d, 0x02, 0x01};
static const uint8_t p256[] = {0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
static const uint8_t p384[] = {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22};
static const uint8_t p521[] = {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23};

struct octets {
    const uint8_t *at;
    size_t size;
};

/* ---- DER --------------------------------------------------------------------------------- */

/* Octets of tag and length of a value of so many octets, below 64 KiB. */
static size_t head_size(size_t size)
{
    return size < 0x80 ? 2 : size < 0x100 ? 3 : 4;
}

static void put_head(br_sha256_context *hash, uint8_t tag, size_t size)
{
    uint8_t head[4] = {tag, (uint8_t)size};

    if (size >= 0x100) {
        head[1] = 0x82;
        head[2] = (uint8_t)(size >> 8);
        head[3] = (uint8_t)size;
    } else if (size >= 0x80) {
        head[1] = 0x81;
        head[2] = (uint8_t)size;
    }
    br_sha256_update(hash, head, head_size(size));
}

/* A number above 0, without the octets 0 that may lead it. */
static struct octets number(const unsigned char *at, size_t size)
{
    struct cursor c = cursor_over(at, size);

    while (cursor_skip(&c, 0))
        continue;
    return (struct octets){c.at, c.left};
}

/* Where its first bit is set, an octet 0 says that it is not negative. */
static bool is_padded(struct octets n)
{
    return n.size > 0 && n.at[0] >= 0x80;
}

static size_t number_size(struct octets n)
{
    return n.size + is_padded(n);
}

static void put_number(br_sha256_context *hash, struct octets n)
{
    put_head(hash, INTEGER, number_size(n));
    br_sha256_update(hash, "", is_padded(n));
    br_sha256_update(hash, n.at, n.size);
}

/* ---- Keys -------------------------------------------------------------------------------- */

/* Outer sequence, algorithm, and the head of the bit string that holds `size` octets of key. */
static void put_info(br_sha256_context *hash, size_t algorithm_size, size_t size)
{
    put_head(hash, SEQUENCE, algorithm_size + head_size(size + 1) + size + 1);
}

static void put_bits(br_sha256_context *hash, size_t size)
{
    put_head(hash, BIT_STRING, size + 1);
    br_sha256_update(hash, "", 1); /* no bit of the last octet is unused */
}

static void put_rsa(br_sha256_context *hash, const br_rsa_public_key *key)
{
    struct octets n = number(key->n, key->nlen);
    struct octets e = number(key->e, key->elen);
    size_t inner = head_size(number_size(n)) + number_size(n) + head_size(number_size(e)) +
                   number_size(e);
    size_t size = head_size(inner) + inner;

    put_info(hash, sizeof rsa_algorithm, size);
    br_sha256_update(hash, rsa_algorithm, sizeof rsa_algorithm);
    put_bits(hash, size);
    put_head(hash, SEQUENCE, inner);
    put_number(hash, n);
    put_number(hash, e);
}

static struct octets curve_name(int curve)
{
    if (curve == BR_EC_secp256r1)
        return (struct octets){p256, sizeof p256};
    if (curve == BR_EC_secp384r1)
        return (struct octets){p384, sizeof p384};
    return (struct octets){p521, sizeof p521};
}

static void put_ec(br_sha256_context *hash, const br_ec_public_key *key)
{
    struct octets curve = curve_name(key->curve);
    size_t inner = sizeof ec_algorithm + curve.size;

    put_info(hash, head_size(inner) + inner, key->qlen);
    put_head(hash, SEQUENCE, inner);
    br_sha256_update(hash, ec_algorithm, sizeof ec_algorithm);
    br_sha256_update(hash, curve.at, curve.size);
    put_bits(hash, key->qlen);
    br_sha256_update(hash, key->q, key->qlen);
}

void tls_pin_of(const br_x509_pkey *key, uint8_t digest[br_sha256_SIZE])
{
    br_sha256_context hash;

    br_sha256_init(&hash);
    if (key->key_type == BR_KEYTYPE_RSA)
        put_rsa(&hash, &key->key.rsa);
    else
        put_ec(&hash, &key->key.ec);
    br_sha256_out(&hash, digest);
}

/* ---- Pins -------------------------------------------------------------------------------- */

static bool is_pin(struct cursor word, const uint8_t digest[br_sha256_SIZE])
{
    struct cursor octet;
    uint32_t value;

    for (size_t i = 0; i < br_sha256_SIZE; i++) {
        if (!cursor_take(&word, 2, &octet) || !cursor_hex(&octet, 2, &value) ||
            octet.left > 0 || value != digest[i])
            return false;
    }
    return word.left == 0;
}

bool tls_pin_is_in(const char *pins, const uint8_t digest[br_sha256_SIZE])
{
    struct cursor list = cursor_over(pins, strlen(pins));
    struct cursor word;

    for (cursor_skip_blanks(&list); cursor_take(&list, TLS_PIN_DIGITS, &word);
         cursor_skip_blanks(&list)) {
        if (is_pin(word, digest))
            return true;
    }
    return false;
}
