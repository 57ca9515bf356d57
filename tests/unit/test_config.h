/* SPDX-License-Identifier: MIT */
/* test_config.h: the configuration of the unit tests: the defaults, and TLS against our root. */
#define CONFIG_TLS_ANCHORS "tests/unit/tls_anchors.inc"
#define CONFIG_TLS_BUFFER  4421 /* records of 4 KiB */
