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
    if ((TRUSTS_USED >> TLS_ANCHORS & 1) == 0 || index >= COUNT_OF(anchors))
        return false;
    *last_day = last_days[index];
    *name = cursor_over(anchors[index].dn.data + anchors[index].dn.len - name_sizes[index],
                        name_sizes[index]);
    return true;
}
