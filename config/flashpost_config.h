/* SPDX-License-Identifier: MIT */
/*
 * flashpost_config.h: the configuration that is built when CONFIG= names no other. It names
 * only what differs from config/options.h. This one is for a first look in the emulator or on
 * the host: 10.0.2.2 is how both see the machine they run on.
 */
#define CONFIG_HOST_NAME "flashpost.example"

#define CONFIG_CONNECTOR_1_HOSTS "10.0.2.2"
#define CONFIG_CONNECTOR_1_PORT  2526

#define CONFIG_ADMIN_ADDRESS "admin@flashpost.example"
#define CONFIG_ALERT_SENDER  "alerts@flashpost.example"
