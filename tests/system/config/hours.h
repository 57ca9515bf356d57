/* SPDX-License-Identifier: MIT */
/* hours.h: two connectors to one peer, of which always one is out of its hours. */
#define CONFIG_HOST_NAME "flashpost.example"

#define CONFIG_CONNECTOR_COUNT 2

#define CONFIG_CONNECTOR_1_NAME   "morning"
#define CONFIG_CONNECTOR_1_SPACES "morning.example"
#define CONFIG_CONNECTOR_1_HOSTS  "10.0.2.2"
#define CONFIG_CONNECTOR_1_PORT   2607
#define CONFIG_CONNECTOR_1_HOURS  HOURS(0, 12)

#define CONFIG_CONNECTOR_2_NAME     "evening"
#define CONFIG_CONNECTOR_2_SPACES   "evening.example"
#define CONFIG_CONNECTOR_2_HOSTS    "10.0.2.2"
#define CONFIG_CONNECTOR_2_PORT     2607
#define CONFIG_CONNECTOR_2_HOURS    HOURS(12, 24)
#define CONFIG_CONNECTOR_2_SIZE_MAX 3000

#define CONFIG_SNTP_SERVER "10.0.2.2"
#define CONFIG_CLOCK_FLOOR 1700000000
