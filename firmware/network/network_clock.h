/* SPDX-License-Identifier: MIT */
/* network_clock.h: the wall clock by SNTP (RFC 4330); network.c's other half. */
#ifndef NETWORK_NETWORK_CLOCK_H
#define NETWORK_NETWORK_CLOCK_H

#include <stdint.h>

/* An address has appeared: the time server, if there is one, is asked, and then regularly. */
void network_clock_restart(void);

/* Asks when it is time to; returns the milliseconds until then. */
uint32_t network_clock_poll(void);

#endif
