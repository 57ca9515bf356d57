/* SPDX-License-Identifier: MIT */
/*
 * network.h: link, addresses and wall clock: everything of lwIP that is not a connection.
 * NO_SYS=1: network_poll moves frames between the port and lwIP and runs lwIP's timers.
 */
#ifndef NETWORK_NETWORK_H
#define NETWORK_NETWORK_H

#include "base/clock.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum network_state {
    NETWORK_NO_INTERFACE, /* the port has none */
    NETWORK_NO_LINK,      /* cable out */
    NETWORK_NO_ADDRESS,   /* link, but no usable address yet */
    NETWORK_UP            /* a usable address: mail can flow */
};

/* Starts lwIP and the interface; random_init must have run. */
void network_init(void);

/*
 * Moves a bounded number of frames and runs due timers. Returns the milliseconds until lwIP
 * needs it again if no frame comes.
 */
uint32_t network_poll(void);

enum network_state network_state(void);
const char *network_state_name(enum network_state state);

/*
 * Adds the usable addresses, blank between, or "none". Usable means that mail can flow over
 * it: IPv4 from DHCP or configuration, IPv6 as a router announced it; link-local does not do.
 */
void network_put_addresses(struct text *t);

/* Seconds since 1970 UTC, or 0 while the clock is not set. */
uint32_t network_wall_clock(void);

/*
 * No time before the floor is believed: CONFIG_CLOCK_FLOOR, or a later one that was set. Where
 * it falls the time server is asked anew.
 */
uint32_t network_clock_floor(void);
void network_clock_set_floor(uint32_t floor_s);

/* As clock_rules_proven: the time, once a CONFIG_CLOCK_FLOOR_WAIT_S without contradiction. */
uint32_t network_clock_proven(void);

/* The clock is not set any more: the next answer may say any time, as after a start. */
void network_clock_forget(void);

/*
 * How often a pool of lwIP was empty when something was asked of it, since the start. Some of
 * it is everyday back-pressure of a full send buffer; much of it asks for bigger pools.
 */
uint32_t network_pool_errors(void);

#endif
