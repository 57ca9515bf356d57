/* SPDX-License-Identifier: MIT */
/*
 * connector.h: the connectors of the configuration as a table, and which of them takes an
 * address. A connector is an address space, a cost, a route and a profile. Its number here
 * (from 0) is its place in the header (from 1); flash records carry the number and, so that a
 * new image can tell, a hash of the name.
 */
#ifndef MAIL_CONNECTOR_H
#define MAIL_CONNECTOR_H

#include "base/cursor.h"
#include "config/config.h"

#include <stdint.h>

struct connector {
    const char *name;  /* as settings and the console use it */
    const char *space; /* "*", "example.com", or "*.example.com" */
    const char *hosts; /* smart hosts in order, blank between */
    uint16_t port;
    uint8_t cost; /* lowest wins; then the lower number */
};

#define CONNECTOR_NONE 0xff

extern const struct connector connectors[CONFIG_CONNECTOR_COUNT];

/*
 * The connector for a domain ("example.com", "[192.0.2.1]"), compared without case; or
 * CONNECTOR_NONE. "*.example.com" takes sub-domains only.
 */
uint8_t connector_for(struct cursor domain);

/* 16 bits of a hash of the name: a record of another configuration's connector shows. */
uint16_t connector_name_hash(uint8_t connector);

#endif
