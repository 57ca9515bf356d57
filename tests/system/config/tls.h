/* SPDX-License-Identifier: MIT */
/*
 * tls.h: a connector for each way that TLS is asked for, each to a server of its own. The trust
 * anchors and the pin are those of the tests, made by tls.py before the build.
 */
#include "build/test-tls/pin.h"

#define CONFIG_HOST_NAME     "flashpost.example"
#define CONFIG_ADMIN_ADDRESS "admin@example.org"
#define CONFIG_ALERT_SENDER  "alerts@flashpost.example"
#define CONFIG_NET_IPV6      0

#define CONFIG_TLS_ANCHORS     "build/test-tls/anchors.inc"
#define CONFIG_TLS_PREDICTABLE 1

#define CONFIG_CONNECTOR_COUNT 4

#define CONFIG_CONNECTOR_1_NAME       "required"
#define CONFIG_CONNECTOR_1_SPACES     "example.org"
#define CONFIG_CONNECTOR_1_HOSTS      "10.0.2.2"
#define CONFIG_CONNECTOR_1_PORT       2607
#define CONFIG_CONNECTOR_1_PROTECTION PROTECTION_REQUIRED
#define CONFIG_CONNECTOR_1_TLS_NAME   "mx.example.org"

#define CONFIG_CONNECTOR_2_NAME       "implicit"
#define CONFIG_CONNECTOR_2_SPACES     "implicit.example"
#define CONFIG_CONNECTOR_2_HOSTS      "10.0.2.2"
#define CONFIG_CONNECTOR_2_PORT       2608
#define CONFIG_CONNECTOR_2_PROTECTION PROTECTION_IMPLICIT
#define CONFIG_CONNECTOR_2_TLS_NAME   "mx.example.org"

#define CONFIG_CONNECTOR_3_NAME       "wished"
#define CONFIG_CONNECTOR_3_SPACES     "wished.example"
#define CONFIG_CONNECTOR_3_HOSTS      "10.0.2.2"
#define CONFIG_CONNECTOR_3_PORT       2609
#define CONFIG_CONNECTOR_3_PROTECTION PROTECTION_OPPORTUNISTIC
#define CONFIG_CONNECTOR_3_TRUST      TRUST_UNVERIFIED

#define CONFIG_CONNECTOR_4_NAME       "pinned"
#define CONFIG_CONNECTOR_4_SPACES     "pinned.example"
#define CONFIG_CONNECTOR_4_HOSTS      "10.0.2.2"
#define CONFIG_CONNECTOR_4_PORT       2610
#define CONFIG_CONNECTOR_4_PROTECTION PROTECTION_REQUIRED
#define CONFIG_CONNECTOR_4_TRUST      TRUST_PIN
#define CONFIG_CONNECTOR_4_TLS_NAME   "mx.example.org"

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
