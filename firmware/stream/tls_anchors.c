/* SPDX-License-Identifier: MIT */
/*
 * tls_anchors.c: the table that tools/make_trust_anchors wrote. BearSSL's types have no const
 * where it only reads; the casts are for that.
 */
#include "stream/tls_anchors.h"

#include "stream/stream_tls.h"

#include "base/bytes.h"

#include "config/config.h"

#define ANCHOR_OCTETS(array) (unsigned char *)(array), sizeof(array)

#define ANCHOR_NAME(n)                                                                     \
    {                                                                                      \
        ANCHOR_OCTETS(anchor_##n##_name)                                                   \
    }
#define ANCHOR_RSA(n)                                                                      \
    {                                                                                      \
        BR_KEYTYPE_RSA,                                                                    \
        {                                                                                  \
            .rsa = { ANCHOR_OCTETS(anchor_##n##_n), ANCHOR_OCTETS(anchor_##n##_e) }        \
        }                                                                                  \
    }
#define ANCHOR_EC(n, curve)                                                                \
    {                                                                                      \
        BR_KEYTYPE_EC,                                                                     \
        {                                                                                  \
            .ec = {(curve), ANCHOR_OCTETS(anchor_##n##_q) }                                \
        }                                                                                  \
    }

#include CONFIG_TLS_ANCHORS

const br_x509_trust_anchor *tls_anchors(size_t *count)
{
    *count = COUNT_OF(anchors);
    return anchors;
}

bool stream_tls_anchor(unsigned index, uint32_t *last_day, struct cursor *name)
{
    struct cursor dn, octets;

    if ((TRUSTS_USED >> TLS_ANCHORS & 1) == 0 || index >= COUNT_OF(anchors))
        return false;
    *last_day = last_days[index];
    dn = cursor_over(anchors[index].dn.data, anchors[index].dn.len);
    *name = cursor_over("", 0);
    while (name->left == 0 && dn.left > 0) {
        if (cursor_skip_word(&dn, "\x06\x03\x55\x04\x03")) { /* commonName */
            cursor_take(&dn, 1, &octets);                    /* kind of text */
            cursor_take(&dn, (size_t)(cursor_next(&dn) & 0x7f), name);
        }
        cursor_next(&dn);
    }
    return true;
}
