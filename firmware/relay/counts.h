/* SPDX-License-Identifier: MIT */
/* counts.h: what relay/ counts, for `status`; relay.h shows it to others. */
#ifndef RELAY_COUNTS_H
#define RELAY_COUNTS_H

#include "relay/relay.h"

extern struct relay_counts relay_count;

#endif
