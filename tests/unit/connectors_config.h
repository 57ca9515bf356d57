/* SPDX-License-Identifier: MIT */
/* connectors_config.h: four connectors whose spaces overlap, for test_connector.c. */
#define CONFIG_CONNECTOR_COUNT 4

#define CONFIG_CONNECTOR_1_NAME "all"
#define CONFIG_CONNECTOR_1_COST 10

#define CONFIG_CONNECTOR_2_NAME    "twin"
#define CONFIG_CONNECTOR_2_SPACES  "*  branch.example"
#define CONFIG_CONNECTOR_2_HOSTS   "192.0.2.2"
#define CONFIG_CONNECTOR_2_COST    3
#define CONFIG_CONNECTOR_2_SENDERS "boss@example.net  @VIP.example"

#define CONFIG_CONNECTOR_3_NAME   "branch"
#define CONFIG_CONNECTOR_3_SPACES "branch.example *.Branch.example"
#define CONFIG_CONNECTOR_3_HOSTS  "192.0.2.3"
#define CONFIG_CONNECTOR_3_HOURS  HOURS(22, 6) + HOURS(12, 13)
#define CONFIG_CONNECTOR_3_COST   5

#define CONFIG_CONNECTOR_4_NAME "deep"
#define CONFIG_CONNECTOR_4_SPACES                                                          \
    " *.deep.branch.example branch.example deep.example [192.0.2.9] "
#define CONFIG_CONNECTOR_4_HOSTS    "192.0.2.4"
#define CONFIG_CONNECTOR_4_COST     5
#define CONFIG_CONNECTOR_4_SIZE_MAX 2000
