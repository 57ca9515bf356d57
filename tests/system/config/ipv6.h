/* SPDX-License-Identifier: MIT */
/*
 * ipv6.h: the smart host is reached over IPv6, and only clients of that network may relay:
 * those that come over IPv4 are strangers.
 */
#define CONFIG_HOST_NAME     "flashpost.example"
#define CONFIG_ADMIN_ADDRESS "admin@example.org"
#define CONFIG_ALERT_SENDER  "alerts@flashpost.example"

#define CONFIG_CONNECTOR_1_HOSTS "fec0::2"
#define CONFIG_CONNECTOR_1_PORT  2603

#define CONFIG_RETRY_1_S      1
#define CONFIG_RETRY_2_S      1
#define CONFIG_RETRY_3_S      1
#define CONFIG_RETRY_LATER_S  1
#define CONFIG_GLITCH_S       1
#define CONFIG_GLITCH_REPEATS 1
#define CONFIG_JITTER_PERCENT 0

#define CONFIG_INTAKE_NETWORKS "192.0.2.0/24 fec0::/64"
