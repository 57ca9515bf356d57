/* SPDX-License-Identifier: MIT */
/* main.h: most scenarios. A clear-text smart host on this machine, waits of a second. */
#define CONFIG_HOST_NAME     "flashpost.example"
#define CONFIG_ADMIN_ADDRESS "admin@example.org"
#define CONFIG_ALERT_SENDER  "alerts@flashpost.example"

#define CONFIG_CONNECTOR_1_HOSTS "10.0.2.2"
#define CONFIG_CONNECTOR_1_PORT  2601

#define CONFIG_RETRY_1_S      1
#define CONFIG_RETRY_2_S      1
#define CONFIG_RETRY_3_S      1
#define CONFIG_RETRY_LATER_S  1
#define CONFIG_GLITCH_S       1
#define CONFIG_GLITCH_REPEATS 1
#define CONFIG_JITTER_PERCENT 0

/* A client that speaks at once is seen to do so on a busy machine, too. */
#define CONFIG_INTAKE_GREETING_MS 50

/* A few letters fill the flash. */
#define CONFIG_INTAKE_SIZE_MAX       8388608
#define CONFIG_SPOOL_RESERVE_SECTORS 32

#define CONFIG_SNTP_SERVER     "10.0.2.2"
#define CONFIG_SNTP_INTERVAL_S 15
#define CONFIG_CLOCK_FLOOR     1700000000
