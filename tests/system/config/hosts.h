/* SPDX-License-Identifier: MIT */
/* hosts.h: two smart hosts, both on this machine; two letters a connection. */
#define CONFIG_HOST_NAME     "flashpost.example"
#define CONFIG_ADMIN_ADDRESS "admin@example.org"
#define CONFIG_ALERT_SENDER  "alerts@flashpost.example"

#define CONFIG_CONNECTOR_1_HOSTS "10.0.2.2 [fec0::2]"
#define CONFIG_CONNECTOR_1_PORT  2607

#define CONFIG_DELIVERY_LETTERS_MAX        2
#define CONFIG_DELIVERY_DATA_END_TIMEOUT_S 2
#define CONFIG_DELIVERY_RCPT_TIMEOUT_S     2

#define CONFIG_RETRY_1_S      2
#define CONFIG_RETRY_2_S      2
#define CONFIG_RETRY_3_S      2
#define CONFIG_RETRY_LATER_S  2
#define CONFIG_GLITCH_S       1
#define CONFIG_GLITCH_REPEATS 0
#define CONFIG_JITTER_PERCENT 0
