/* SPDX-License-Identifier: MIT */
/*
 * connector.h: the connectors of the configuration as a table, and which of them takes a
 * recipient. A connector is address spaces, a cost, a route and a profile. Its number here
 * (from 0) is its place in the header (from 1); flash records carry the number and, so that a
 * new image can tell, a hash of the name. README.md gives the rule of the choice.
 */
#ifndef MAIL_CONNECTOR_H
#define MAIL_CONNECTOR_H

#include "base/cursor.h"
#include "config/config.h"

#include <stdbool.h>
#include <stdint.h>

/* Lists are words with blanks between. */
struct connector {
    const char *name;    /* as settings and the console use it */
    const char *spaces;  /* "*", "example.com", "*.example.com" */
    const char *senders; /* "a@example.com", "@example.com"; none: everybody's mail */
    const char *hosts;   /* smart hosts in order */
    uint16_t port;
    uint8_t cost;
};

#define CONNECTOR_NONE 0xff

/* Sets of connectors, a bit each. */
#define CONNECTORS_ALL ((1u << CONFIG_CONNECTOR_COUNT) - 1)

extern const struct connector connectors[CONFIG_CONNECTOR_COUNT];

/*
 * How closely the spaces of a connector fit a domain ("example.com", "[192.0.2.1]"), compared
 * without case: 0 not at all, else the greater the closer.
 */
uint16_t connector_fit(uint8_t connector, struct cursor domain);

/* The set of those that take mail of this sender ("a@example.com"; empty: the null path). */
uint8_t connectors_for_sender(struct cursor sender);

/* The connector for a domain, of the set `allowed`; or CONNECTOR_NONE. */
uint8_t connector_for(struct cursor domain, uint8_t allowed);

/* 16 bits of a hash of the name: a record of another configuration's connector shows. */
uint16_t connector_name_hash(uint8_t connector);

#endif
