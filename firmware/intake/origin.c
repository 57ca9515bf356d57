/* SPDX-License-Identifier: MIT */
/* origin.c: a file of its own, so that its buffer is on no one else's stack for longer. */
#include "intake/origin.h"

enum spool_result origin_deposit(struct spool_deposit *d,
                                 const struct letter_origin *origin)
{
    uint8_t packed[LETTER_FIELD_MAX];

    return spool_deposit_field(d, LETTER_ORIGIN, packed, letter_put_origin(origin, packed));
}
