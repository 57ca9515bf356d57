/* SPDX-License-Identifier: MIT */
/* tolerant.h: a server for old devices. */
#define CONFIG_HOST_NAME "flashpost.example"

#define CONFIG_CONNECTOR_1_HOSTS "10.0.2.2"
#define CONFIG_CONNECTOR_1_PORT  2610

#define CONFIG_INTAKE_REPAIR_LF 1
#define CONFIG_INTAKE_LAX_HELO  1
#define CONFIG_INTAKE_ANY_AUTH  1
