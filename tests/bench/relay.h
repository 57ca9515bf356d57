/* SPDX-License-Identifier: MIT */
/* relay.h: for make bench. A static address on the cable, a sink at its other end. */
#define CONFIG_HOST_NAME "flashpost.example"

#define CONFIG_NET_IPV4         NET_IPV4_STATIC
#define CONFIG_NET_IPV4_ADDRESS "10.9.0.2"
#define CONFIG_NET_IPV6         0

#define CONFIG_CONNECTOR_1_HOSTS "10.9.0.1"
#define CONFIG_CONNECTOR_1_PORT  2525

#define CONFIG_INTAKE_SESSIONS      16
#define CONFIG_INTAKE_QUOTA_LETTERS 1000000
#define CONFIG_INTAKE_QUOTA_OCTETS  2147483647
