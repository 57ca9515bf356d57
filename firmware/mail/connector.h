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
    const char *sender;  /* that mail goes out from; "": as it came */
    uint32_t size_max;   /* octets of a letter; UINT32_MAX: any */
    uint32_t hours;      /* of the day (UTC) during which it connects, a bit each */
    uint16_t port;
    uint8_t cost;
    bool helo_only; /* never EHLO */
#if TLS_USED
    uint8_t protection;   /* PROTECTION_..., TRUST_... of config/options.h */
    uint8_t trust;        /* whom it believes to be the next hop */
    const char *pins;     /* keys by which it knows him */
    const char *tls_name; /* "": as in `hosts` */
#endif
};

#define CONNECTOR_NONE 0xff

/* Sets of connectors, a bit each. */
#define CONNECTORS_ALL ((1u << CONFIG_CONNECTOR_COUNT) - 1)

/* Where no connector has a sender of its own, nothing of that is in the image. */
#define CONNECTOR_REWRITES                                                                 \
    (sizeof CONFIG_CONNECTOR_1_SENDER > 1 || sizeof CONFIG_CONNECTOR_2_SENDER > 1 ||       \
     sizeof CONFIG_CONNECTOR_3_SENDER > 1 || sizeof CONFIG_CONNECTOR_4_SENDER > 1)

extern const struct connector connectors[CONFIG_CONNECTOR_COUNT];

/*
 * How closely the spaces of a connector fit a domain ("example.com", "[192.0.2.1]"), compared
 * without case: 0 not at all, else the greater the closer.
 */
uint16_t connector_fit(uint8_t connector, struct cursor domain);

/*
 * The set of those that take a letter of this sender ("a@example.com"; empty: the null path)
 * and of so many octets (0: not known).
 */
uint8_t connectors_for_letter(struct cursor sender, uint32_t size);

/* Octets of the greatest letter that all of a set take; UINT32_MAX: any. */
uint32_t connectors_size_max(uint8_t set);

/* Seconds until a connector's hours begin: 0 during them, or while the clock is not known. */
uint32_t connector_rests_s(uint8_t connector, uint32_t wall_s);

/* The connector for a domain, of the set `allowed`; or CONNECTOR_NONE. */
uint8_t connector_for(struct cursor domain, uint8_t allowed);

/* 16 bits of a hash of the name: a record of another configuration's connector shows. */
uint16_t connector_name_hash(uint8_t connector);

#endif
