/* SPDX-License-Identifier: MIT */
/*
 * config.h: every option as a macro CONFIG_<NAME>, from the nearest to the farthest word:
 * the user's header (the build's CONFIG=), the board's, the defaults. Then contradictions are
 * refused. Works in C and in assembler.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

/* A bit for each hour of the day from `from` up to `to`, over midnight where that is less. */
#define HOURS(from, to)                                                                    \
    ((to) > (from) ? (1 << (to)) - (1 << (from)) : 0xffffff - (1 << (from)) + (1 << (to)))

#ifdef CONFIG_FILE
#include CONFIG_FILE
#else
#include "config/flashpost_config.h"
#endif
#ifdef CONFIG_BOARD_FILE
#include CONFIG_BOARD_FILE
#endif
#include "config/options.h"

/* What the connectors in use ask of TLS: any at all, and a bit for each kind of trust. */
#define CONNECTOR_USES_TLS(n)                                                              \
    (CONFIG_CONNECTOR_COUNT >= (n) && CONFIG_CONNECTOR_##n##_PROTECTION != PROTECTION_NONE)
#define CONNECTOR_TRUSTS(n) (CONNECTOR_USES_TLS(n) << CONFIG_CONNECTOR_##n##_TRUST)
#ifndef TLS_USED
#define TLS_USED                                                                           \
    (CONNECTOR_USES_TLS(1) || CONNECTOR_USES_TLS(2) || CONNECTOR_USES_TLS(3) ||            \
     CONNECTOR_USES_TLS(4))
#define TRUSTS_USED                                                                        \
    (CONNECTOR_TRUSTS(1) | CONNECTOR_TRUSTS(2) | CONNECTOR_TRUSTS(3) | CONNECTOR_TRUSTS(4))
/* Whether what a device keeps in its settings counts beside the image's pins and anchors. */
#define TRUST_IS_KEPT (TLS_USED && CONFIG_SETTINGS)
#endif

#include "config/check.h"

#endif
