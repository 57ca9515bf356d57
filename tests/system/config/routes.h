/* SPDX-License-Identifier: MIT */
/* routes.h: three connectors, each to a scripted peer of its own. */
#define CONFIG_HOST_NAME     "flashpost.example"
#define CONFIG_ADMIN_ADDRESS "admin@example.org"
#define CONFIG_ALERT_SENDER  "alerts@flashpost.example"
#define CONFIG_NET_IPV6      0

#define CONFIG_CONNECTOR_COUNT 3

#define CONFIG_CONNECTOR_1_NAME   "rest"
#define CONFIG_CONNECTOR_1_SPACES "example.org example.net"
#define CONFIG_CONNECTOR_1_HOSTS  "10.0.2.2"
#define CONFIG_CONNECTOR_1_PORT   2604

#define CONFIG_CONNECTOR_2_NAME   "branch"
#define CONFIG_CONNECTOR_2_SPACES "branch.example *.branch.example"
#define CONFIG_CONNECTOR_2_HOSTS  "10.0.2.2"
#define CONFIG_CONNECTOR_2_PORT   2605

#define CONFIG_CONNECTOR_2_HELO_ONLY 1

#define CONFIG_CONNECTOR_3_NAME    "boss"
#define CONFIG_CONNECTOR_3_SPACES  "branch.example private.example"
#define CONFIG_CONNECTOR_3_HOSTS   "10.0.2.2"
#define CONFIG_CONNECTOR_3_PORT    2606
#define CONFIG_CONNECTOR_3_COST    2
#define CONFIG_CONNECTOR_3_SENDERS "boss@example.net"

#define CONFIG_RETRY_1_S      1
#define CONFIG_RETRY_2_S      1
#define CONFIG_RETRY_3_S      1
#define CONFIG_RETRY_LATER_S  1
#define CONFIG_GLITCH_S       1
#define CONFIG_GLITCH_REPEATS 0
#define CONFIG_JITTER_PERCENT 0
