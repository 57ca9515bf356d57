/* SPDX-License-Identifier: MIT */
/*
 * campaign_config.h: the configuration of the power-cut campaign: small where smallness brings
 * the limits near (window, dead letters, reserve), so that a part of 8 to 16 sectors meets them.
 */
#define CONFIG_HOST_NAME         "campaign.example"
#define CONFIG_CONNECTOR_1_HOSTS "192.0.2.25"

#define CONFIG_SPOOL_WINDOW          8
#define CONFIG_DEAD_LETTERS_MAX      2
#define CONFIG_SPOOL_RESERVE_SECTORS 2
