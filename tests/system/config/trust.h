/* SPDX-License-Identifier: MIT */
/*
 * trust.h: a device with settings of its own whose connectors demand TLS, one by trust anchors,
 * one by pins that the header does not name.
 */
#define CONFIG_HOST_NAME     "flashpost.example"
#define CONFIG_ADMIN_ADDRESS "admin@example.org"
#define CONFIG_ALERT_SENDER  "alerts@flashpost.example"
#define CONFIG_NET_IPV6      0
#define CONFIG_SETTINGS      1

#define CONFIG_TLS_ANCHORS     "build/test-tls/anchors.inc"
#define CONFIG_TLS_PREDICTABLE 1

#define CONFIG_CONNECTOR_COUNT 2

#define CONFIG_CONNECTOR_1_NAME       "required"
#define CONFIG_CONNECTOR_1_SPACES     "example.org"
#define CONFIG_CONNECTOR_1_HOSTS      "10.0.2.2"
#define CONFIG_CONNECTOR_1_PORT       2613
#define CONFIG_CONNECTOR_1_PROTECTION PROTECTION_REQUIRED
#define CONFIG_CONNECTOR_1_TLS_NAME   "mx.example.org"

#define CONFIG_CONNECTOR_2_NAME       "pinned"
#define CONFIG_CONNECTOR_2_SPACES     "pinned.example"
#define CONFIG_CONNECTOR_2_HOSTS      "10.0.2.2"
#define CONFIG_CONNECTOR_2_PORT       2614
#define CONFIG_CONNECTOR_2_PROTECTION PROTECTION_REQUIRED
#define CONFIG_CONNECTOR_2_TRUST      TRUST_PIN
#define CONFIG_CONNECTOR_2_TLS_NAME   "mx.example.org"

#define CONFIG_RETRY_1_S      1
#define CONFIG_RETRY_2_S      1
#define CONFIG_RETRY_3_S      1
#define CONFIG_RETRY_LATER_S  1
#define CONFIG_GLITCH_S       1
#define CONFIG_GLITCH_REPEATS 0
#define CONFIG_JITTER_PERCENT 0

#define CONFIG_SNTP_SERVER     "10.0.2.2"
#define CONFIG_SNTP_INTERVAL_S 15
#define CONFIG_CLOCK_FLOOR     1700000000
