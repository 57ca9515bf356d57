/* SPDX-License-Identifier: MIT */
/*
 * check.h: refuses a configuration that contradicts itself, and says what to change. Ranges of
 * single options stand in options.h; here are the rules between options. What is text cannot
 * be seen by #if and is looked at with _Static_assert.
 */
#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

/* ---- Network and clock ------------------------------------------------------------------- */

#if CONFIG_NET_IPV4 == NET_IPV4_OFF && !CONFIG_NET_IPV6
#error no network is left: set CONFIG_NET_IPV4 to NET_IPV4_DHCP or CONFIG_NET_IPV6 to 1
#endif
#if CONFIG_CLOCK_CEILING <= CONFIG_CLOCK_FLOOR
#error no time is believable: set CONFIG_CLOCK_CEILING later than CONFIG_CLOCK_FLOOR
#endif
#if CONFIG_NET_TCP_WINDOW < 2 * CONFIG_NET_TCP_MSS
#error set CONFIG_NET_TCP_WINDOW to twice CONFIG_NET_TCP_MSS or more
#endif
#if CONFIG_NET_TCP_SEND_BUFFER < 2 * CONFIG_NET_TCP_MSS
#error set CONFIG_NET_TCP_SEND_BUFFER to twice CONFIG_NET_TCP_MSS or more
#endif
#if CONFIG_NET_HEAP < CONFIG_NET_TCP_SEND_BUFFER + 1536
#error the heap of lwIP holds one full send buffer and small packets beside it: raise \
       CONFIG_NET_HEAP or lower CONFIG_NET_TCP_SEND_BUFFER
#endif
#if CONFIG_NET_FRAMES * CONFIG_NET_TCP_MSS < CONFIG_NET_TCP_WINDOW
#error the buffers hold less than one window: raise CONFIG_NET_FRAMES or lower \
       CONFIG_NET_TCP_WINDOW
#endif

/* ---- Schedule ---------------------------------------------------------------------------- */

#if CONFIG_DELAY_NOTICE_S > CONFIG_EXPIRE_S
#error a letter cannot be delayed after it was given up: set CONFIG_DELAY_NOTICE_S to \
       CONFIG_EXPIRE_S or less
#endif
#if CONFIG_RETRY_1_S > CONFIG_EXPIRE_S
#error a letter would be given up before its second try: set CONFIG_RETRY_1_S to \
       CONFIG_EXPIRE_S or less
#endif

/* ---- Text ----------------------------------------------------------------------------- */

#ifndef __ASSEMBLER__

#define CONFIG_IS_EMPTY(text) (sizeof(text) == 1)

_Static_assert(!CONFIG_IS_EMPTY(CONFIG_HOST_NAME),
               "CONFIG_HOST_NAME is empty: give the fully qualified name of this box");
_Static_assert(
    CONFIG_IS_EMPTY(CONFIG_ADMIN_ADDRESS) || !CONFIG_IS_EMPTY(CONFIG_ALERT_SENDER),
    "CONFIG_ADMIN_ADDRESS has alerts sent, but from nobody: set CONFIG_ALERT_SENDER");
_Static_assert(CONFIG_NET_IPV4 != NET_IPV4_STATIC ||
                   !CONFIG_IS_EMPTY(CONFIG_NET_IPV4_ADDRESS),
               "CONFIG_NET_IPV4_ADDRESS is empty: give it, or set CONFIG_NET_IPV4 to "
               "NET_IPV4_DHCP");

/* ---- Connectors: what can never be right ------------------------------------------------- */

#define CHECK_CONNECTOR(n)                                                                 \
    _Static_assert(!CONFIG_IS_EMPTY(CONFIG_CONNECTOR_##n##_NAME),                          \
                   "CONFIG_CONNECTOR_" #n "_NAME is empty: flash records need a name");    \
    _Static_assert(!CONFIG_IS_EMPTY(CONFIG_CONNECTOR_##n##_SPACES),                        \
                   "CONFIG_CONNECTOR_" #n "_SPACES is empty: name the domains that it "    \
                   "serves, or lower CONFIG_CONNECTOR_COUNT");                             \
    _Static_assert(CONFIG_CONNECTOR_##n##_ROUTE != ROUTE_SMART_HOST ||                     \
                       !CONFIG_IS_EMPTY(CONFIG_CONNECTOR_##n##_HOSTS),                     \
                   "CONFIG_CONNECTOR_" #n "_HOSTS is empty: name the smart host, or set "  \
                   "another CONFIG_CONNECTOR_" #n "_ROUTE");                               \
    _Static_assert(CONFIG_CONNECTOR_##n##_IDENTITY == IDENTITY_ANONYMOUS ||                \
                       CONFIG_CONNECTOR_##n##_ROUTE != ROUTE_DNS,                          \
                   "credentials never go to a host that DNS names: set "                   \
                   "CONFIG_CONNECTOR_" #n "_ROUTE to ROUTE_SMART_HOST or "                 \
                   "CONFIG_CONNECTOR_" #n "_IDENTITY to IDENTITY_ANONYMOUS");              \
    _Static_assert(CONFIG_CONNECTOR_##n##_IDENTITY == IDENTITY_ANONYMOUS ||                \
                       CONFIG_CONNECTOR_##n##_PROTECTION != PROTECTION_OPPORTUNISTIC,      \
                   "opportunistic TLS may end in clear text and never carries "            \
                   "credentials: set CONFIG_CONNECTOR_" #n "_PROTECTION to "               \
                   "PROTECTION_REQUIRED or PROTECTION_IMPLICIT, or CONFIG_CONNECTOR_" #n   \
                   "_IDENTITY to IDENTITY_ANONYMOUS");                                     \
    _Static_assert(CONFIG_CONNECTOR_##n##_ROUTE != ROUTE_DNS ||                            \
                       CONFIG_CONNECTOR_##n##_PROTECTION != PROTECTION_IMPLICIT,           \
                   "hosts that DNS names listen in clear on port 25: set "                 \
                   "CONFIG_CONNECTOR_" #n "_PROTECTION to PROTECTION_NONE, "               \
                   "PROTECTION_OPPORTUNISTIC or PROTECTION_REQUIRED");                     \
    _Static_assert(!CONFIG_CONNECTOR_##n##_HELO_ONLY ||                                    \
                       (CONFIG_CONNECTOR_##n##_IDENTITY == IDENTITY_ANONYMOUS &&           \
                        (CONFIG_CONNECTOR_##n##_PROTECTION == PROTECTION_NONE ||           \
                         CONFIG_CONNECTOR_##n##_PROTECTION == PROTECTION_IMPLICIT)),       \
                   "HELO offers neither AUTH nor STARTTLS: set CONFIG_CONNECTOR_" #n       \
                   "_HELO_ONLY to 0");                                                     \
    _Static_assert(CONFIG_SETTINGS ||                                                      \
                       CONFIG_CONNECTOR_##n##_IDENTITY == IDENTITY_ANONYMOUS,              \
                   "secrets are kept per device: set CONFIG_SETTINGS to 1, or "            \
                   "CONFIG_CONNECTOR_" #n "_IDENTITY to IDENTITY_ANONYMOUS");              \
    _Static_assert(CONFIG_CONNECTOR_##n##_PROTECTION != PROTECTION_NONE ||                 \
                       (CONFIG_CONNECTOR_##n##_TRUST == TRUST_ANCHORS &&                   \
                        CONFIG_IS_EMPTY(CONFIG_CONNECTOR_##n##_PINS) &&                    \
                        CONFIG_IS_EMPTY(CONFIG_CONNECTOR_##n##_TLS_NAME)),                 \
                   "who the next hop is cannot be verified without TLS: set "              \
                   "CONFIG_CONNECTOR_" #n "_PROTECTION, or leave out _TRUST, _PINS and "   \
                   "_TLS_NAME");                                                           \
    _Static_assert(CONFIG_CONNECTOR_##n##_TRUST == TRUST_PIN ||                            \
                       CONFIG_IS_EMPTY(CONFIG_CONNECTOR_##n##_PINS),                       \
                   "CONFIG_CONNECTOR_" #n "_PINS and _TRUST contradict each other: give "  \
                   "pins with TRUST_PIN, and with nothing else");                          \
    _Static_assert(CONFIG_CONNECTOR_##n##_TRUST != TRUST_PIN || CONFIG_SETTINGS ||         \
                       !CONFIG_IS_EMPTY(CONFIG_CONNECTOR_##n##_PINS),                      \
                   "CONFIG_CONNECTOR_" #n "_TRUST is TRUST_PIN, and nobody can give a "    \
                   "pin: set CONFIG_CONNECTOR_" #n "_PINS, or CONFIG_SETTINGS to 1 and "   \
                   "enter them on each device");                                           \
    _Static_assert(CONFIG_IS_EMPTY(CONFIG_CONNECTOR_##n##_PINS) ||                         \
                       sizeof CONFIG_CONNECTOR_##n##_PINS % 65 == 0,                       \
                   "CONFIG_CONNECTOR_" #n "_PINS: each is 64 hexadecimal digits, with "    \
                   "one blank between");                                                   \
    CHECK_CONNECTOR_HAS(n)

/* ---- Connectors: what this version does not have ----------------------------------------- */

#define CHECK_CONNECTOR_HAS(n)                                                             \
    _Static_assert(CONFIG_CONNECTOR_##n##_ROUTE == ROUTE_SMART_HOST,                       \
                   "delivery by DNS is not in this version: set CONFIG_CONNECTOR_" #n      \
                   "_ROUTE to ROUTE_SMART_HOST and name the hosts in "                     \
                   "CONFIG_CONNECTOR_" #n "_HOSTS");                                       \
    _Static_assert(CONFIG_CONNECTOR_##n##_IDENTITY == IDENTITY_ANONYMOUS,                  \
                   "AUTH is not in this version: set CONFIG_CONNECTOR_" #n "_IDENTITY "    \
                   "to IDENTITY_ANONYMOUS and let the smart host accept this box by its "  \
                   "address")

/* What is described beyond the count would take no mail, unseen. */
#define CHECK_NO_CONNECTOR(n)                                                              \
    _Static_assert(CONFIG_IS_EMPTY(CONFIG_CONNECTOR_##n##_SPACES) &&                       \
                       CONFIG_IS_EMPTY(CONFIG_CONNECTOR_##n##_HOSTS),                      \
                   "CONFIG_CONNECTOR_" #n "_SPACES or _HOSTS is given, and connector " #n  \
                   " is not in use: set CONFIG_CONNECTOR_COUNT to " #n)

#define CHECK_NAMES(n, m)                                                                  \
    _Static_assert(                                                                        \
        __builtin_strcmp(CONFIG_CONNECTOR_##n##_NAME, CONFIG_CONNECTOR_##m##_NAME) != 0,   \
        "two connectors have one name: change CONFIG_CONNECTOR_" #m "_NAME")

CHECK_CONNECTOR(1);
#if CONFIG_CONNECTOR_COUNT >= 2
CHECK_CONNECTOR(2);
CHECK_NAMES(1, 2);
#else
CHECK_NO_CONNECTOR(2);
#endif
#if CONFIG_CONNECTOR_COUNT >= 3
CHECK_CONNECTOR(3);
CHECK_NAMES(1, 3);
CHECK_NAMES(2, 3);
#else
CHECK_NO_CONNECTOR(3);
#endif
#if CONFIG_CONNECTOR_COUNT >= 4
CHECK_CONNECTOR(4);
CHECK_NAMES(1, 4);
CHECK_NAMES(2, 4);
CHECK_NAMES(3, 4);
#else
CHECK_NO_CONNECTOR(4);
#endif

/* ---- The RAM ----------------------------------------------------------------------------- */

/* The sum of the allotment; `config/budgets` explains its rows. */
#define BUDGET_RAM(component, bytes, folders) +(bytes)
#define BUDGET_IMAGE(board, what, bytes)
#define BUDGET_DEBT(board, what, bytes)
_Static_assert(
    0
#include "config/budgets"
        == 65536,
    "config/budgets does not share out exactly 64 KiB of RAM: what one row gets, "
    "another must give");
#undef BUDGET_RAM
#undef BUDGET_IMAGE
#undef BUDGET_DEBT

#endif

#endif
