/* SPDX-License-Identifier: MIT */
/* account.h: mail goes out from the account that the smart host permits. */
#define CONFIG_HOST_NAME     "flashpost.example"
#define CONFIG_ADMIN_ADDRESS "admin@example.org"
#define CONFIG_ALERT_SENDER  "alerts@flashpost.example"

#define CONFIG_CONNECTOR_1_HOSTS  "10.0.2.2"
#define CONFIG_CONNECTOR_1_PORT   2608
#define CONFIG_CONNECTOR_1_SENDER "account@provider.example"
