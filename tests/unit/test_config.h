/* SPDX-License-Identifier: MIT */
/*
 * test_config.h: the configuration of the unit tests: the project's own, TLS in all its kinds
 * though no connector uses it, and our root.
 */
#include "config/flashpost_config.h"

#define TLS_USED           1
#define TRUSTS_USED        0xff
#define TRUST_IS_KEPT      1
#define CONFIG_TLS_ANCHORS "tests/unit/tls_anchors.inc"
#define CONFIG_TLS_BUFFER  4421 /* records of 4 KiB */
