/* SPDX-License-Identifier: MIT */
/* origin.h: the first field of every envelope that intake begins. */
#ifndef INTAKE_ORIGIN_H
#define INTAKE_ORIGIN_H

#include "spool/spool.h"
#include "mail/letter.h"

/* Adds LETTER_ORIGIN; the result is spool_deposit_field's. */
enum spool_result origin_deposit(struct spool_deposit *d,
                                 const struct letter_origin *origin);

#endif
