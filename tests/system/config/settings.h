/* SPDX-License-Identifier: MIT */
/* settings.h: a device that keeps settings of its own. */
#define CONFIG_HOST_NAME     "flashpost.example"
#define CONFIG_ADMIN_ADDRESS "admin@example.org"
#define CONFIG_ALERT_SENDER  "alerts@flashpost.example"

#define CONFIG_CONNECTOR_1_HOSTS "10.0.2.2"
#define CONFIG_CONNECTOR_1_PORT  2609

#define CONFIG_SETTINGS 1

#define CONFIG_SNTP_SERVER        "10.0.2.2"
#define CONFIG_SNTP_INTERVAL_S    15
#define CONFIG_CLOCK_FLOOR        1700000000
#define CONFIG_CLOCK_FLOOR_WAIT_S 3
