/* SPDX-License-Identifier: MIT */
/*
 * trust.h: whom this device trusts by its settings, as TLS asks for it: the settings stand
 * above stream/. For images where TRUST_IS_KEPT is 1.
 */
#ifndef RELAY_TRUST_H
#define RELAY_TRUST_H

#include "stream/stream_tls.h"

extern const struct tls_kept trust_kept;

/* The settings have changed, or may have: no session goes on from what they were. */
void trust_changed(void);

#endif
