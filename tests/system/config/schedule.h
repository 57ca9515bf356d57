/* SPDX-License-Identifier: MIT */
/*
 * schedule.h: days of waiting in seconds. IPv4 only: a new address brings waiting routes
 * forward, and that of IPv6 comes seconds after the start.
 */
#define CONFIG_HOST_NAME     "flashpost.example"
#define CONFIG_ADMIN_ADDRESS "admin@example.org"
#define CONFIG_ALERT_SENDER  "alerts@flashpost.example"
#define CONFIG_NET_IPV6      0

#define CONFIG_CONNECTOR_1_HOSTS "10.0.2.2"
#define CONFIG_CONNECTOR_1_PORT  2602

#define CONFIG_RETRY_1_S        2
#define CONFIG_RETRY_2_S        3
#define CONFIG_RETRY_3_S        4
#define CONFIG_RETRY_LATER_S    60
#define CONFIG_GLITCH_S         1
#define CONFIG_GLITCH_REPEATS   2
#define CONFIG_JITTER_PERCENT   0
#define CONFIG_EXPIRE_S         20
#define CONFIG_DELAY_NOTICE_S   20
#define CONFIG_DEAD_LETTERS_MAX 2

/* For a peer that says nothing more, and for a client that does the same. */
#define CONFIG_DELIVERY_GREETING_TIMEOUT_S   3
#define CONFIG_DELIVERY_HELO_TIMEOUT_S       3
#define CONFIG_DELIVERY_MAIL_TIMEOUT_S       3
#define CONFIG_DELIVERY_RCPT_TIMEOUT_S       3
#define CONFIG_DELIVERY_DATA_START_TIMEOUT_S 3
#define CONFIG_DELIVERY_DATA_BLOCK_TIMEOUT_S 3
#define CONFIG_DELIVERY_DATA_END_TIMEOUT_S   3
#define CONFIG_DELIVERY_QUIT_TIMEOUT_S       1
#define CONFIG_INTAKE_COMMAND_TIMEOUT_S      3
#define CONFIG_INTAKE_DATA_TIMEOUT_S         3
