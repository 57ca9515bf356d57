/* SPDX-License-Identifier: MIT */
/* network_clock.h: the wall clock by SNTP (RFC 4330); network.c's other half. */
#ifndef NETWORK_NETWORK_CLOCK_H
#define NETWORK_NETWORK_CLOCK_H

/* An address has appeared: asks the time server, if there is one, at once and then regularly. */
void network_clock_restart(void);

#endif
