/* SPDX-License-Identifier: MIT */
/*
 * tls_paste.c: base64 as it comes, then a walk through the certificate's DER. BearSSL's
 * decoders of PEM and X.509 would take 4.7 KB of flash for what is done here in a sixth of
 * that, once in years and on an operator's word.
 */
#include "stream/tls_paste.h"

#include "stream/tls_kept.h"
#include "stream/tls_memory.h"

#include "base/bytes.h"

#include <string.h>

#define paste  (&tls_memory.paste)
#define anchor (paste->anchor)

static struct {
    uint32_t bits; /* of base64 that do not fill an octet yet */
    uint8_t bit_count;
    bool inside, padded, broken;
    uint16_t length; /* of the certificate so far */
} pem;

/* ---- PEM --------------------------------------------------------------------------------- */

/* -1: no digit. */
static int digit_of(int octet)
{
    if (octet >= 'A' && octet <= 'Z')
        return octet - 'A';
    if (octet >= 'a' && octet <= 'z')
        return octet - 'a' + 26;
    if (octet >= '0' && octet <= '9')
        return octet - '0' + 52;
    return octet == '+' ? 62 : octet == '/' ? 63 : -1;
}

static void take_digit(int octet)
{
    int digit = digit_of(octet);

    pem.padded = pem.padded || octet == '=';
    if (octet == '=' || octet == ' ')
        return;
    if (digit < 0 || pem.padded || pem.length == sizeof paste->certificate) {
        pem.broken = true;
        return;
    }
    pem.bits = pem.bits << 6 | (uint32_t)digit;
    pem.bit_count = (uint8_t)(pem.bit_count + 6);
    if (pem.bit_count < 8)
        return;
    pem.bit_count = (uint8_t)(pem.bit_count - 8);
    paste->certificate[pem.length++] = (uint8_t)(pem.bits >> pem.bit_count);
}

bool tls_paste_begin(void)
{
    memset(&pem, 0, sizeof pem);
    return tls_memory_lend();
}

bool tls_paste_is_there(void)
{
    return tls_memory_is_lent();
}

struct cursor tls_paste_anchor(void)
{
    return cursor_over(anchor, TLS_KEPT_HEAD + get_u16(anchor + TLS_KEPT_KEY_SIZE));
}

/* ---- DER --------------------------------------------------------------------------------- */

/* Below 64 KiB; -1: another, or none. */
static int take_length(struct cursor *c)
{
    int first = cursor_next(c), length = 0;

    if (first < 0x80)
        return first;
    if (first != 0x81 && first != 0x82)
        return -1;
    for (; first > 0x80; first--) {
        int octet = cursor_next(c);

        if (octet < 0)
            return -1;
        length = length << 8 | octet;
    }
    return length;
}

/* Cuts off the next element, whatever it is: its value. */
static bool take_any(struct cursor *c, struct cursor *value)
{
    int tag = cursor_next(c);
    int length = take_length(c);

    return tag >= 0 && length >= 0 && cursor_take(c, (size_t)length, value);
}

#define ENTER '>' /* in a path: goes on inside the element before */

/*
 * Cuts off the elements of these tags, one after the other: the value of the last one. Tags
 * are ASN.1's: 1 BOOLEAN, 2 INTEGER, 3 BIT STRING, 4 OCTET STRING, 6 OBJECT IDENTIFIER, '0'
 * SEQUENCE, and from a0 on the explicit ones of a certificate.
 */
static bool take(struct cursor *c, const char *path, struct cursor *value)
{
    bool found = true;

    for (; found && *path != '\0'; path++) {
        if (*path == ENTER)
            *c = *value;
        else
            found = cursor_peek(c) == (uint8_t)*path && take_any(c, value);
    }
    return found;
}

/* The next sequence, and the hash of all of it. */
static bool take_hashed(struct cursor *c, struct cursor *value, uint8_t hash[32])
{
    br_sha256_context context;
    const uint8_t *start = c->at;

    if (!take(c, "0", value))
        return false;
    br_sha256_init(&context);
    br_sha256_update(&context, start, (size_t)(c->at - start));
    br_sha256_out(&context, hash);
    return true;
}

static bool is(struct cursor value, const char *octets, size_t size)
{
    return value.left == size && memcmp(value.at, octets, size) == 0;
}

/* ---- The certificate --------------------------------------------------------------------- */

/* The second date; the years of UTCTime, which has but two digits of them, are 1950 to 2049. */
static bool take_last_day(struct cursor *dates)
{
    uint8_t *to = anchor + TLS_KEPT_LAST_DAY;
    struct cursor text;

    if (!take_any(dates, &text) || !take_any(dates, &text) || text.left < 13)
        return false;
    if (text.left == 13) {
        memcpy(to, text.at[0] < '5' ? "20" : "19", 2);
        to += 2;
    }
    memcpy(to, text.at, (size_t)(anchor + TLS_KEPT_LAST_DAY + 8 - to));
    return tls_kept_last_day(anchor) != 0;
}

static bool keep_key(unsigned curve, struct cursor first, struct cursor second)
{
    if (first.left > 512 || second.left > 8)
        return false;
    anchor[TLS_KEPT_CURVE] = (uint8_t)curve;
    anchor[TLS_KEPT_E_SIZE] = (uint8_t)second.left;
    put_u16(anchor + TLS_KEPT_KEY_SIZE, (uint16_t)(first.left + second.left));
    memcpy(anchor + TLS_KEPT_HEAD, first.at, first.left);
    memcpy(anchor + TLS_KEPT_HEAD + first.left, second.at, second.left);
    return tls_kept_is_good(anchor, TLS_KEPT_HEAD);
}

/* RFC 3279 section 2.3.1. An octet 0 says that the modulus is not negative. */
static bool keep_rsa(struct cursor key)
{
    struct cursor n, e;

    if (!take(&key, "0>\2", &n) || !take(&key, "\2", &e))
        return false;
    cursor_skip(&n, 0);
    return keep_key(0, n, e);
}

/* Of a SubjectPublicKeyInfo. The point of a curve is not compressed. */
static bool take_key(struct cursor info)
{
    static const struct {
        uint8_t curve, size;
        char algorithm[19]; /* RFC 3279 section 2.3.1, RFC 5480 section 2.1.1 */
    } kinds[] = {
        {0,               13, "\6\x09\x2a\x86\x48\x86\xf7\x0d\1\1\1\5\0"        },
        {BR_EC_secp256r1, 19,
         "\6\7\x2a\x86\x48\xce\x3d\2\1\6\x08\x2a\x86\x48\xce\x3d\3\1\7"         },
        {BR_EC_secp384r1, 16, "\6\7\x2a\x86\x48\xce\x3d\2\1\6\5\x2b\x81\4\0\x22"},
        {BR_EC_secp521r1, 16, "\6\7\x2a\x86\x48\xce\x3d\2\1\6\5\x2b\x81\4\0\x23"},
    };
    struct cursor algorithm, key;
    size_t i = 0;

    if (!take(&info, "0", &algorithm) || !take(&info, "\3", &key) || !cursor_skip(&key, 0))
        return false;
    while (i < COUNT_OF(kinds) && !is(algorithm, kinds[i].algorithm, kinds[i].size))
        i++;
    if (i == 0)
        return keep_rsa(key);
    return i < COUNT_OF(kinds) && cursor_peek(&key) == 4 &&
           keep_key(kinds[i].curve, key, cursor_over("", 0));
}

/* By the extension BasicConstraints. */
static bool may_sign(struct cursor rest)
{
    struct cursor extension, name, ca;
    bool found = false;

    if (!take(&rest, "\xa3>0>", &extension))
        return false;
    while (!found && take(&rest, "0", &extension))
        found = take(&extension, "\6", &name) && is(name, "\x55\x1d\x13", 3);
    (void)take(&extension, "\1", &ca); /* critical */
    return found && take(&extension, "\4>0>\1", &ca) && cursor_peek(&ca) > 0;
}

/* Serial number, algorithm, issuer, dates, subject, key, extensions. */
static enum tls_paste_result read_certificate(void)
{
    struct cursor all = cursor_over(paste->certificate, pem.length);
    struct cursor certificate, tbs, value, info;

    if (!take(&all, "0", &certificate) || all.left > 0 || !take(&certificate, "0", &tbs) ||
        !take(&certificate, "0\3", &value) || certificate.left > 0)
        return TLS_PASTE_NO_CERTIFICATE;
    (void)take(&tbs, "\xa0", &value); /* version */
    if (!take(&tbs,
              "\2"
              "000",
              &value) ||
        !take_last_day(&value) || !take_hashed(&tbs, &value, anchor + TLS_KEPT_NAME) ||
        !take_hashed(&tbs, &info, anchor + TLS_KEPT_PIN)) /* the key covers its end */
        return TLS_PASTE_NO_CERTIFICATE;
    if (!take_key(info))
        return TLS_PASTE_BAD_KEY;
    return may_sign(tbs) ? TLS_PASTE_DONE : TLS_PASTE_NO_CA;
}

/* ---- Lines ------------------------------------------------------------------------------- */

static enum tls_paste_result end(void)
{
    if (!tls_memory_is_lent())
        return TLS_PASTE_LOST;
    return pem.inside && !pem.broken ? read_certificate() : TLS_PASTE_NO_PEM;
}

enum tls_paste_result tls_paste_line(struct cursor line)
{
    cursor_skip_blanks(&line);
    if (cursor_skip_word(&line, "-----END"))
        return end();
    if (cursor_skip_word(&line, "-----BEGIN CERTIFICATE-----"))
        pem.inside = true;
    else if (pem.inside && tls_memory_is_lent())
        for (int octet = cursor_next(&line); octet >= 0; octet = cursor_next(&line))
            take_digit(octet);
    return TLS_PASTE_MORE;
}
