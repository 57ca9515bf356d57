/* SPDX-License-Identifier: MIT */
/* tolerant_config.h: a server for old devices, for test_tolerance.c. */
#define CONFIG_HOST_NAME "box.example"

#define CONFIG_INTAKE_REPAIR_LF 1
#define CONFIG_INTAKE_LAX_HELO  1
#define CONFIG_INTAKE_ANY_AUTH  1
