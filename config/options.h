/* SPDX-License-Identifier: MIT */
/*
 * options.h: the default and the range of every option. Made from config/options.toml by
 * tools/gen_options: do not edit. It is read after the user's header, which defines only what
 * differs; include "config/config.h" instead.
 */
#ifndef CONFIG_OPTIONS_H
#define CONFIG_OPTIONS_H

/* ---- identity: Who this box is. ------------------------------------------------------ */

/* Fully qualified name used in the greeting, EHLO, Received, Message-ID and alerts. */
#ifndef CONFIG_HOST_NAME
#define CONFIG_HOST_NAME "flashpost.invalid"
#endif

/* Mailbox that the box's own alerts and mail for Postmaster go to; empty: no alerts. */
#ifndef CONFIG_ADMIN_ADDRESS
#define CONFIG_ADMIN_ADDRESS ""
#endif

/* Mailbox that the box's own alerts come from, in the envelope and in From. */
#ifndef CONFIG_ALERT_SENDER
#define CONFIG_ALERT_SENDER ""
#endif

/* ---- network: Its place on the network, and its clock. ------------------------------- */

/* Station address of the interface, unless the port has one of its own. */
#ifndef CONFIG_NET_MAC
#define CONFIG_NET_MAC "02:46:50:00:00:01"
#endif

#define NET_IPV4_OFF    1
#define NET_IPV4_DHCP   2
#define NET_IPV4_STATIC 3

/* How the IPv4 address comes about. */
#ifndef CONFIG_NET_IPV4
#define CONFIG_NET_IPV4 NET_IPV4_DHCP
#endif
#if CONFIG_NET_IPV4 < 1 || CONFIG_NET_IPV4 > 3
#error "CONFIG_NET_IPV4 must be one of NET_IPV4_OFF, NET_IPV4_DHCP, NET_IPV4_STATIC"
#endif

/* With NET_IPV4_STATIC: the address. */
#ifndef CONFIG_NET_IPV4_ADDRESS
#define CONFIG_NET_IPV4_ADDRESS ""
#endif

/* With NET_IPV4_STATIC: the mask of the local network. */
#ifndef CONFIG_NET_IPV4_NETMASK
#define CONFIG_NET_IPV4_NETMASK "255.255.255.0"
#endif

/* With NET_IPV4_STATIC: the router; empty: none. */
#ifndef CONFIG_NET_IPV4_GATEWAY
#define CONFIG_NET_IPV4_GATEWAY ""
#endif

/* IPv6 with a link-local address and those that routers announce (SLAAC). (0 or 1) */
#ifndef CONFIG_NET_IPV6
#define CONFIG_NET_IPV6 1
#endif
#if CONFIG_NET_IPV6 < 0 || CONFIG_NET_IPV6 > 1
#error "CONFIG_NET_IPV6 must be 0 or 1"
#endif

/* Address literal of the time server; empty: the one that DHCP names. */
#ifndef CONFIG_SNTP_SERVER
#define CONFIG_SNTP_SERVER ""
#endif

/* Time between two questions to the time server. (15 .. 86400, s) */
#ifndef CONFIG_SNTP_INTERVAL_S
#define CONFIG_SNTP_INTERVAL_S 3600
#endif
#if CONFIG_SNTP_INTERVAL_S < 15 || CONFIG_SNTP_INTERVAL_S > 86400
#error "CONFIG_SNTP_INTERVAL_S must be within 15 .. 86400"
#endif

/*
 * No time before this one is believed; stands in while the clock is not set. (1700000000
 * .. 4294967295, seconds since 1970 UTC)
 */
#ifndef CONFIG_CLOCK_FLOOR
#define CONFIG_CLOCK_FLOOR 1795478400
#endif
#if CONFIG_CLOCK_FLOOR < 1700000000 || CONFIG_CLOCK_FLOOR > 4294967295UL
#error "CONFIG_CLOCK_FLOOR must be within 1700000000 .. 4294967295"
#endif

/* No time after this one is believed. (1700000000 .. 4294967295, seconds since 1970 UTC) */
#ifndef CONFIG_CLOCK_CEILING
#define CONFIG_CLOCK_CEILING 4102444800UL
#endif
#if CONFIG_CLOCK_CEILING < 1700000000 || CONFIG_CLOCK_CEILING > 4294967295UL
#error "CONFIG_CLOCK_CEILING must be within 1700000000 .. 4294967295"
#endif

/*
 * How far the time server may move the clock after its first answer of a start, either
 * way, all its steps together; 1 s in 256 comes on top for the drift of the device. (10 ..
 * 86400, s)
 */
#ifndef CONFIG_CLOCK_STEP_MAX_S
#define CONFIG_CLOCK_STEP_MAX_S 3600
#endif
#if CONFIG_CLOCK_STEP_MAX_S < 10 || CONFIG_CLOCK_STEP_MAX_S > 86400
#error "CONFIG_CLOCK_STEP_MAX_S must be within 10 .. 86400"
#endif

/*
 * With SETTINGS: time that the clock must run without a refused answer before flash may
 * keep it as the floor of later starts. (1 .. 2592000, s)
 */
#ifndef CONFIG_CLOCK_FLOOR_WAIT_S
#define CONFIG_CLOCK_FLOOR_WAIT_S 86400
#endif
#if CONFIG_CLOCK_FLOOR_WAIT_S < 1 || CONFIG_CLOCK_FLOOR_WAIT_S > 2592000
#error "CONFIG_CLOCK_FLOOR_WAIT_S must be within 1 .. 2592000"
#endif

/* ---- intake: How mail gets in. ------------------------------------------------------- */

/* TCP port that takes mail. (1 .. 65535) */
#ifndef CONFIG_INTAKE_PORT
#define CONFIG_INTAKE_PORT 25
#endif
#if CONFIG_INTAKE_PORT < 1 || CONFIG_INTAKE_PORT > 65535
#error "CONFIG_INTAKE_PORT must be within 1 .. 65535"
#endif

/* Clients served at once; each costs RAM for its session and its connection. (1 .. 16) */
#ifndef CONFIG_INTAKE_SESSIONS
#define CONFIG_INTAKE_SESSIONS 4
#endif
#if CONFIG_INTAKE_SESSIONS < 1 || CONFIG_INTAKE_SESSIONS > 16
#error "CONFIG_INTAKE_SESSIONS must be within 1 .. 16"
#endif

/* Networks whose clients may have mail relayed. */
#ifndef CONFIG_INTAKE_NETWORKS
#define CONFIG_INTAKE_NETWORKS \
    "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 127.0.0.0/8 169.254.0.0/16 fe80::/10 fc00::/7 ::1/128"
#endif

/* Greatest message accepted; told to clients as SIZE (RFC 1870). (1024 .. 8388608, bytes) */
#ifndef CONFIG_INTAKE_SIZE_MAX
#define CONFIG_INTAKE_SIZE_MAX 1048576
#endif
#if CONFIG_INTAKE_SIZE_MAX < 1024 || CONFIG_INTAKE_SIZE_MAX > 8388608
#error "CONFIG_INTAKE_SIZE_MAX must be within 1024 .. 8388608"
#endif

/*
 * Recipients of one message; more are answered 452 (RFC 5321 section 4.5.3.1.8). (1 ..
 * 100)
 */
#ifndef CONFIG_INTAKE_RECIPIENTS_MAX
#define CONFIG_INTAKE_RECIPIENTS_MAX 100
#endif
#if CONFIG_INTAKE_RECIPIENTS_MAX < 1 || CONFIG_INTAKE_RECIPIENTS_MAX > 100
#error "CONFIG_INTAKE_RECIPIENTS_MAX must be within 1 .. 100"
#endif

/* Received fields a message may carry before it is refused as looping. (2 .. 1000) */
#ifndef CONFIG_INTAKE_HOPS_MAX
#define CONFIG_INTAKE_HOPS_MAX 30
#endif
#if CONFIG_INTAKE_HOPS_MAX < 2 || CONFIG_INTAKE_HOPS_MAX > 1000
#error "CONFIG_INTAKE_HOPS_MAX must be within 2 .. 1000"
#endif

/*
 * Pause before the greeting; a client that speaks within it is no SMTP client, and
 * refused. 2 on the host. (1 .. 1000, ms)
 */
#ifndef CONFIG_INTAKE_GREETING_MS
#define CONFIG_INTAKE_GREETING_MS 50
#endif
#if CONFIG_INTAKE_GREETING_MS < 1 || CONFIG_INTAKE_GREETING_MS > 1000
#error "CONFIG_INTAKE_GREETING_MS must be within 1 .. 1000"
#endif

/* Wait for a client's next command. (1 .. 3600, s) */
#ifndef CONFIG_INTAKE_COMMAND_TIMEOUT_S
#define CONFIG_INTAKE_COMMAND_TIMEOUT_S 300
#endif
#if CONFIG_INTAKE_COMMAND_TIMEOUT_S < 1 || CONFIG_INTAKE_COMMAND_TIMEOUT_S > 3600
#error "CONFIG_INTAKE_COMMAND_TIMEOUT_S must be within 1 .. 3600"
#endif

/* Wait for the next INTAKE_DATA_MIN octets of a message. (1 .. 3600, s) */
#ifndef CONFIG_INTAKE_DATA_TIMEOUT_S
#define CONFIG_INTAKE_DATA_TIMEOUT_S 180
#endif
#if CONFIG_INTAKE_DATA_TIMEOUT_S < 1 || CONFIG_INTAKE_DATA_TIMEOUT_S > 3600
#error "CONFIG_INTAKE_DATA_TIMEOUT_S must be within 1 .. 3600"
#endif

/*
 * Octets of a message that must come within INTAKE_DATA_TIMEOUT_S: the least rate. (1 ..
 * 60000, bytes)
 */
#ifndef CONFIG_INTAKE_DATA_MIN
#define CONFIG_INTAKE_DATA_MIN 512
#endif
#if CONFIG_INTAKE_DATA_MIN < 1 || CONFIG_INTAKE_DATA_MIN > 60000
#error "CONFIG_INTAKE_DATA_MIN must be within 1 .. 60000"
#endif

/* Greatest duration of a client's connection, whatever it does. (1 .. 86400, s) */
#ifndef CONFIG_INTAKE_SESSION_S
#define CONFIG_INTAKE_SESSION_S 3600
#endif
#if CONFIG_INTAKE_SESSION_S < 1 || CONFIG_INTAKE_SESSION_S > 86400
#error "CONFIG_INTAKE_SESSION_S must be within 1 .. 86400"
#endif

/*
 * With all sessions taken and others waiting: who leads nowhere for longer must go. (1 ..
 * 3600, s)
 */
#ifndef CONFIG_INTAKE_PATIENCE_S
#define CONFIG_INTAKE_PATIENCE_S 2
#endif
#if CONFIG_INTAKE_PATIENCE_S < 1 || CONFIG_INTAKE_PATIENCE_S > 3600
#error "CONFIG_INTAKE_PATIENCE_S must be within 1 .. 3600"
#endif

/* Time after which the quotas of all clients begin anew. (1 .. 604800, s) */
#ifndef CONFIG_INTAKE_QUOTA_S
#define CONFIG_INTAKE_QUOTA_S 3600
#endif
#if CONFIG_INTAKE_QUOTA_S < 1 || CONFIG_INTAKE_QUOTA_S > 604800
#error "CONFIG_INTAKE_QUOTA_S must be within 1 .. 604800"
#endif

/* Messages that one address may begin within INTAKE_QUOTA_S, ended or not. (1 .. 1000000) */
#ifndef CONFIG_INTAKE_QUOTA_LETTERS
#define CONFIG_INTAKE_QUOTA_LETTERS 60000
#endif
#if CONFIG_INTAKE_QUOTA_LETTERS < 1 || CONFIG_INTAKE_QUOTA_LETTERS > 1000000
#error "CONFIG_INTAKE_QUOTA_LETTERS must be within 1 .. 1000000"
#endif

/*
 * What one address may write to flash within INTAKE_QUOTA_S, kept or not. (1024 ..
 * 2147483647, bytes)
 */
#ifndef CONFIG_INTAKE_QUOTA_OCTETS
#define CONFIG_INTAKE_QUOTA_OCTETS 268435456
#endif
#if CONFIG_INTAKE_QUOTA_OCTETS < 1024 || CONFIG_INTAKE_QUOTA_OCTETS > 2147483647
#error "CONFIG_INTAKE_QUOTA_OCTETS must be within 1024 .. 2147483647"
#endif

/*
 * Takes lines that end in LF alone, in commands and text, and makes CRLF of it; only
 * CRLF.CRLF ends a message all the same. For devices that cannot be mended. (0 or 1)
 */
#ifndef CONFIG_INTAKE_REPAIR_LF
#define CONFIG_INTAKE_REPAIR_LF 0
#endif
#if CONFIG_INTAKE_REPAIR_LF < 0 || CONFIG_INTAKE_REPAIR_LF > 1
#error "CONFIG_INTAKE_REPAIR_LF must be 0 or 1"
#endif

/*
 * Takes EHLO and HELO with a name that is none, or without, and mail without either. For
 * devices that cannot be mended. (0 or 1)
 */
#ifndef CONFIG_INTAKE_LAX_HELO
#define CONFIG_INTAKE_LAX_HELO 0
#endif
#if CONFIG_INTAKE_LAX_HELO < 0 || CONFIG_INTAKE_LAX_HELO > 1
#error "CONFIG_INTAKE_LAX_HELO must be 0 or 1"
#endif

/*
 * Offers AUTH PLAIN and LOGIN to clients of INTAKE_NETWORKS and takes whatever login they
 * give, unchecked and unkept. For devices that insist on one; it protects nothing. (0 or
 * 1)
 */
#ifndef CONFIG_INTAKE_ANY_AUTH
#define CONFIG_INTAKE_ANY_AUTH 0
#endif
#if CONFIG_INTAKE_ANY_AUTH < 0 || CONFIG_INTAKE_ANY_AUTH > 1
#error "CONFIG_INTAKE_ANY_AUTH must be 0 or 1"
#endif

/* ---- connectors: Where mail goes, and how the wire is protected. --------------------- */

/* Connectors described below; each costs RAM for its route. (1 .. 4) */
#ifndef CONFIG_CONNECTOR_COUNT
#define CONFIG_CONNECTOR_COUNT 1
#endif
#if CONFIG_CONNECTOR_COUNT < 1 || CONFIG_CONNECTOR_COUNT > 4
#error "CONFIG_CONNECTOR_COUNT must be within 1 .. 4"
#endif

/* Name in settings, log and flash records: letters, digits and dashes. */
#ifndef CONFIG_CONNECTOR_1_NAME
#define CONFIG_CONNECTOR_1_NAME "smarthost"
#endif

/*
 * Recipient domains it serves: example.com, *.example.com (sub-domains only) or * (all),
 * blanks between. The closest fit wins.
 */
#ifndef CONFIG_CONNECTOR_1_SPACES
#define CONFIG_CONNECTOR_1_SPACES "*"
#endif

/*
 * Of several connectors that fit a domain equally well the one of least cost is used, then
 * that of the lower number. (1 .. 100)
 */
#ifndef CONFIG_CONNECTOR_1_COST
#define CONFIG_CONNECTOR_1_COST 1
#endif
#if CONFIG_CONNECTOR_1_COST < 1 || CONFIG_CONNECTOR_1_COST > 100
#error "CONFIG_CONNECTOR_1_COST must be within 1 .. 100"
#endif

/*
 * Senders whose mail it takes: a@example.com or @example.com, blanks between; empty: all.
 * Mail without a sender always passes.
 */
#ifndef CONFIG_CONNECTOR_1_SENDERS
#define CONFIG_CONNECTOR_1_SENDERS ""
#endif

/* Greatest message it takes; 0: as INTAKE_SIZE_MAX. (0 .. 8388608, bytes) */
#ifndef CONFIG_CONNECTOR_1_SIZE_MAX
#define CONFIG_CONNECTOR_1_SIZE_MAX 0
#endif
#if CONFIG_CONNECTOR_1_SIZE_MAX < 0 || CONFIG_CONNECTOR_1_SIZE_MAX > 8388608
#error "CONFIG_CONNECTOR_1_SIZE_MAX must be within 0 .. 8388608"
#endif

/*
 * Hours of the day, in UTC, during which it connects: HOURS(22, 6) from 22:00 to 6:00, a
 * sum of several, or all. While the clock is not set it connects at any time. (1 ..
 * 16777215, a bit each)
 */
#ifndef CONFIG_CONNECTOR_1_HOURS
#define CONFIG_CONNECTOR_1_HOURS 16777215
#endif
#if CONFIG_CONNECTOR_1_HOURS < 1 || CONFIG_CONNECTOR_1_HOURS > 16777215
#error "CONFIG_CONNECTOR_1_HOURS must be within 1 .. 16777215"
#endif

/*
 * Mailbox that mail goes out from, in the envelope and in From; the old From becomes
 * Reply-To. Empty: as it came. Mail without a sender keeps its null path.
 */
#ifndef CONFIG_CONNECTOR_1_SENDER
#define CONFIG_CONNECTOR_1_SENDER ""
#endif

#define ROUTE_SMART_HOST 1
#define ROUTE_DNS        2

/* Next hop: the smart hosts named in HOSTS, or what the DNS says. */
#ifndef CONFIG_CONNECTOR_1_ROUTE
#define CONFIG_CONNECTOR_1_ROUTE ROUTE_SMART_HOST
#endif
#if CONFIG_CONNECTOR_1_ROUTE < 1 || CONFIG_CONNECTOR_1_ROUTE > 2
#error "CONFIG_CONNECTOR_1_ROUTE must be one of ROUTE_SMART_HOST, ROUTE_DNS"
#endif

/*
 * Address literals of the smart hosts, blanks between. Each try begins with the first; the
 * next one is tried where the one before fails as such.
 */
#ifndef CONFIG_CONNECTOR_1_HOSTS
#define CONFIG_CONNECTOR_1_HOSTS "192.0.2.1"
#endif

/* TCP port of the smart hosts. (1 .. 65535) */
#ifndef CONFIG_CONNECTOR_1_PORT
#define CONFIG_CONNECTOR_1_PORT 25
#endif
#if CONFIG_CONNECTOR_1_PORT < 1 || CONFIG_CONNECTOR_1_PORT > 65535
#error "CONFIG_CONNECTOR_1_PORT must be within 1 .. 65535"
#endif

/*
 * Greets with HELO and never with EHLO, for servers that break on it; 8-bit letters then
 * fail. (0 or 1)
 */
#ifndef CONFIG_CONNECTOR_1_HELO_ONLY
#define CONFIG_CONNECTOR_1_HELO_ONLY 0
#endif
#if CONFIG_CONNECTOR_1_HELO_ONLY < 0 || CONFIG_CONNECTOR_1_HELO_ONLY > 1
#error "CONFIG_CONNECTOR_1_HELO_ONLY must be 0 or 1"
#endif

#define IDENTITY_ANONYMOUS  1
#define IDENTITY_BASIC      2
#define IDENTITY_INTEGRATED 3
#define IDENTITY_OAUTH      4

/* Who the box says it is: nobody, a user with a password, a domain account, a token. */
#ifndef CONFIG_CONNECTOR_1_IDENTITY
#define CONFIG_CONNECTOR_1_IDENTITY IDENTITY_ANONYMOUS
#endif
#if CONFIG_CONNECTOR_1_IDENTITY < 1 || CONFIG_CONNECTOR_1_IDENTITY > 4
#error "CONFIG_CONNECTOR_1_IDENTITY must be one of IDENTITY_ANONYMOUS, IDENTITY_BASIC, IDENTITY_INTEGRATED, IDENTITY_OAUTH"
#endif

#define PROTECTION_NONE          1
#define PROTECTION_OPPORTUNISTIC 2
#define PROTECTION_REQUIRED      3
#define PROTECTION_IMPLICIT      4

/*
 * TLS: never, where offered, demanded by STARTTLS, or from the first byte. Where it is
 * offered and fails, mail waits once and then goes in clear.
 */
#ifndef CONFIG_CONNECTOR_1_PROTECTION
#define CONFIG_CONNECTOR_1_PROTECTION PROTECTION_NONE
#endif
#if CONFIG_CONNECTOR_1_PROTECTION < 1 || CONFIG_CONNECTOR_1_PROTECTION > 4
#error "CONFIG_CONNECTOR_1_PROTECTION must be one of PROTECTION_NONE, PROTECTION_OPPORTUNISTIC, PROTECTION_REQUIRED, PROTECTION_IMPLICIT"
#endif

#define TRUST_ANCHORS    1
#define TRUST_PIN        2
#define TRUST_UNVERIFIED 3

/*
 * With TLS, whom it believes to be the next hop: who has a certificate from a trust
 * anchor, who has a key of the pins, or anybody. Unverified TLS keeps out those who only
 * listen; who can change what is on the wire reads and changes all of it.
 */
#ifndef CONFIG_CONNECTOR_1_TRUST
#define CONFIG_CONNECTOR_1_TRUST TRUST_ANCHORS
#endif
#if CONFIG_CONNECTOR_1_TRUST < 1 || CONFIG_CONNECTOR_1_TRUST > 3
#error "CONFIG_CONNECTOR_1_TRUST must be one of TRUST_ANCHORS, TRUST_PIN, TRUST_UNVERIFIED"
#endif

/*
 * Keys of the next hop, beside those of `set pin`: SHA-256 of its SubjectPublicKeyInfo in
 * 64 hexadecimal digits each, one blank between. Name and dates of its certificate are
 * checked, too. Name a key in reserve: with a new one alone no mail leaves.
 */
#ifndef CONFIG_CONNECTOR_1_PINS
#define CONFIG_CONNECTOR_1_PINS ""
#endif

/*
 * Name in the certificate of the next hop, which is also asked for (SNI); empty: as in
 * HOSTS.
 */
#ifndef CONFIG_CONNECTOR_1_TLS_NAME
#define CONFIG_CONNECTOR_1_TLS_NAME ""
#endif

/* Name in settings, log and flash records: letters, digits and dashes. */
#ifndef CONFIG_CONNECTOR_2_NAME
#define CONFIG_CONNECTOR_2_NAME "second"
#endif

/*
 * Recipient domains it serves: example.com, *.example.com (sub-domains only) or * (all),
 * blanks between. The closest fit wins.
 */
#ifndef CONFIG_CONNECTOR_2_SPACES
#define CONFIG_CONNECTOR_2_SPACES ""
#endif

/*
 * Of several connectors that fit a domain equally well the one of least cost is used, then
 * that of the lower number. (1 .. 100)
 */
#ifndef CONFIG_CONNECTOR_2_COST
#define CONFIG_CONNECTOR_2_COST 1
#endif
#if CONFIG_CONNECTOR_2_COST < 1 || CONFIG_CONNECTOR_2_COST > 100
#error "CONFIG_CONNECTOR_2_COST must be within 1 .. 100"
#endif

/*
 * Senders whose mail it takes: a@example.com or @example.com, blanks between; empty: all.
 * Mail without a sender always passes.
 */
#ifndef CONFIG_CONNECTOR_2_SENDERS
#define CONFIG_CONNECTOR_2_SENDERS ""
#endif

/* Greatest message it takes; 0: as INTAKE_SIZE_MAX. (0 .. 8388608, bytes) */
#ifndef CONFIG_CONNECTOR_2_SIZE_MAX
#define CONFIG_CONNECTOR_2_SIZE_MAX 0
#endif
#if CONFIG_CONNECTOR_2_SIZE_MAX < 0 || CONFIG_CONNECTOR_2_SIZE_MAX > 8388608
#error "CONFIG_CONNECTOR_2_SIZE_MAX must be within 0 .. 8388608"
#endif

/*
 * Hours of the day, in UTC, during which it connects: HOURS(22, 6) from 22:00 to 6:00, a
 * sum of several, or all. While the clock is not set it connects at any time. (1 ..
 * 16777215, a bit each)
 */
#ifndef CONFIG_CONNECTOR_2_HOURS
#define CONFIG_CONNECTOR_2_HOURS 16777215
#endif
#if CONFIG_CONNECTOR_2_HOURS < 1 || CONFIG_CONNECTOR_2_HOURS > 16777215
#error "CONFIG_CONNECTOR_2_HOURS must be within 1 .. 16777215"
#endif

/*
 * Mailbox that mail goes out from, in the envelope and in From; the old From becomes
 * Reply-To. Empty: as it came. Mail without a sender keeps its null path.
 */
#ifndef CONFIG_CONNECTOR_2_SENDER
#define CONFIG_CONNECTOR_2_SENDER ""
#endif

/* Next hop: the smart hosts named in HOSTS, or what the DNS says. */
#ifndef CONFIG_CONNECTOR_2_ROUTE
#define CONFIG_CONNECTOR_2_ROUTE ROUTE_SMART_HOST
#endif
#if CONFIG_CONNECTOR_2_ROUTE < 1 || CONFIG_CONNECTOR_2_ROUTE > 2
#error "CONFIG_CONNECTOR_2_ROUTE must be one of ROUTE_SMART_HOST, ROUTE_DNS"
#endif

/*
 * Address literals of the smart hosts, blanks between. Each try begins with the first; the
 * next one is tried where the one before fails as such.
 */
#ifndef CONFIG_CONNECTOR_2_HOSTS
#define CONFIG_CONNECTOR_2_HOSTS ""
#endif

/* TCP port of the smart hosts. (1 .. 65535) */
#ifndef CONFIG_CONNECTOR_2_PORT
#define CONFIG_CONNECTOR_2_PORT 25
#endif
#if CONFIG_CONNECTOR_2_PORT < 1 || CONFIG_CONNECTOR_2_PORT > 65535
#error "CONFIG_CONNECTOR_2_PORT must be within 1 .. 65535"
#endif

/*
 * Greets with HELO and never with EHLO, for servers that break on it; 8-bit letters then
 * fail. (0 or 1)
 */
#ifndef CONFIG_CONNECTOR_2_HELO_ONLY
#define CONFIG_CONNECTOR_2_HELO_ONLY 0
#endif
#if CONFIG_CONNECTOR_2_HELO_ONLY < 0 || CONFIG_CONNECTOR_2_HELO_ONLY > 1
#error "CONFIG_CONNECTOR_2_HELO_ONLY must be 0 or 1"
#endif

/* Who the box says it is: nobody, a user with a password, a domain account, a token. */
#ifndef CONFIG_CONNECTOR_2_IDENTITY
#define CONFIG_CONNECTOR_2_IDENTITY IDENTITY_ANONYMOUS
#endif
#if CONFIG_CONNECTOR_2_IDENTITY < 1 || CONFIG_CONNECTOR_2_IDENTITY > 4
#error "CONFIG_CONNECTOR_2_IDENTITY must be one of IDENTITY_ANONYMOUS, IDENTITY_BASIC, IDENTITY_INTEGRATED, IDENTITY_OAUTH"
#endif

/*
 * TLS: never, where offered, demanded by STARTTLS, or from the first byte. Where it is
 * offered and fails, mail waits once and then goes in clear.
 */
#ifndef CONFIG_CONNECTOR_2_PROTECTION
#define CONFIG_CONNECTOR_2_PROTECTION PROTECTION_NONE
#endif
#if CONFIG_CONNECTOR_2_PROTECTION < 1 || CONFIG_CONNECTOR_2_PROTECTION > 4
#error "CONFIG_CONNECTOR_2_PROTECTION must be one of PROTECTION_NONE, PROTECTION_OPPORTUNISTIC, PROTECTION_REQUIRED, PROTECTION_IMPLICIT"
#endif

/*
 * With TLS, whom it believes to be the next hop: who has a certificate from a trust
 * anchor, who has a key of the pins, or anybody. Unverified TLS keeps out those who only
 * listen; who can change what is on the wire reads and changes all of it.
 */
#ifndef CONFIG_CONNECTOR_2_TRUST
#define CONFIG_CONNECTOR_2_TRUST TRUST_ANCHORS
#endif
#if CONFIG_CONNECTOR_2_TRUST < 1 || CONFIG_CONNECTOR_2_TRUST > 3
#error "CONFIG_CONNECTOR_2_TRUST must be one of TRUST_ANCHORS, TRUST_PIN, TRUST_UNVERIFIED"
#endif

/*
 * Keys of the next hop, beside those of `set pin`: SHA-256 of its SubjectPublicKeyInfo in
 * 64 hexadecimal digits each, one blank between. Name and dates of its certificate are
 * checked, too. Name a key in reserve: with a new one alone no mail leaves.
 */
#ifndef CONFIG_CONNECTOR_2_PINS
#define CONFIG_CONNECTOR_2_PINS ""
#endif

/*
 * Name in the certificate of the next hop, which is also asked for (SNI); empty: as in
 * HOSTS.
 */
#ifndef CONFIG_CONNECTOR_2_TLS_NAME
#define CONFIG_CONNECTOR_2_TLS_NAME ""
#endif

/* Name in settings, log and flash records: letters, digits and dashes. */
#ifndef CONFIG_CONNECTOR_3_NAME
#define CONFIG_CONNECTOR_3_NAME "third"
#endif

/*
 * Recipient domains it serves: example.com, *.example.com (sub-domains only) or * (all),
 * blanks between. The closest fit wins.
 */
#ifndef CONFIG_CONNECTOR_3_SPACES
#define CONFIG_CONNECTOR_3_SPACES ""
#endif

/*
 * Of several connectors that fit a domain equally well the one of least cost is used, then
 * that of the lower number. (1 .. 100)
 */
#ifndef CONFIG_CONNECTOR_3_COST
#define CONFIG_CONNECTOR_3_COST 1
#endif
#if CONFIG_CONNECTOR_3_COST < 1 || CONFIG_CONNECTOR_3_COST > 100
#error "CONFIG_CONNECTOR_3_COST must be within 1 .. 100"
#endif

/*
 * Senders whose mail it takes: a@example.com or @example.com, blanks between; empty: all.
 * Mail without a sender always passes.
 */
#ifndef CONFIG_CONNECTOR_3_SENDERS
#define CONFIG_CONNECTOR_3_SENDERS ""
#endif

/* Greatest message it takes; 0: as INTAKE_SIZE_MAX. (0 .. 8388608, bytes) */
#ifndef CONFIG_CONNECTOR_3_SIZE_MAX
#define CONFIG_CONNECTOR_3_SIZE_MAX 0
#endif
#if CONFIG_CONNECTOR_3_SIZE_MAX < 0 || CONFIG_CONNECTOR_3_SIZE_MAX > 8388608
#error "CONFIG_CONNECTOR_3_SIZE_MAX must be within 0 .. 8388608"
#endif

/*
 * Hours of the day, in UTC, during which it connects: HOURS(22, 6) from 22:00 to 6:00, a
 * sum of several, or all. While the clock is not set it connects at any time. (1 ..
 * 16777215, a bit each)
 */
#ifndef CONFIG_CONNECTOR_3_HOURS
#define CONFIG_CONNECTOR_3_HOURS 16777215
#endif
#if CONFIG_CONNECTOR_3_HOURS < 1 || CONFIG_CONNECTOR_3_HOURS > 16777215
#error "CONFIG_CONNECTOR_3_HOURS must be within 1 .. 16777215"
#endif

/*
 * Mailbox that mail goes out from, in the envelope and in From; the old From becomes
 * Reply-To. Empty: as it came. Mail without a sender keeps its null path.
 */
#ifndef CONFIG_CONNECTOR_3_SENDER
#define CONFIG_CONNECTOR_3_SENDER ""
#endif

/* Next hop: the smart hosts named in HOSTS, or what the DNS says. */
#ifndef CONFIG_CONNECTOR_3_ROUTE
#define CONFIG_CONNECTOR_3_ROUTE ROUTE_SMART_HOST
#endif
#if CONFIG_CONNECTOR_3_ROUTE < 1 || CONFIG_CONNECTOR_3_ROUTE > 2
#error "CONFIG_CONNECTOR_3_ROUTE must be one of ROUTE_SMART_HOST, ROUTE_DNS"
#endif

/*
 * Address literals of the smart hosts, blanks between. Each try begins with the first; the
 * next one is tried where the one before fails as such.
 */
#ifndef CONFIG_CONNECTOR_3_HOSTS
#define CONFIG_CONNECTOR_3_HOSTS ""
#endif

/* TCP port of the smart hosts. (1 .. 65535) */
#ifndef CONFIG_CONNECTOR_3_PORT
#define CONFIG_CONNECTOR_3_PORT 25
#endif
#if CONFIG_CONNECTOR_3_PORT < 1 || CONFIG_CONNECTOR_3_PORT > 65535
#error "CONFIG_CONNECTOR_3_PORT must be within 1 .. 65535"
#endif

/*
 * Greets with HELO and never with EHLO, for servers that break on it; 8-bit letters then
 * fail. (0 or 1)
 */
#ifndef CONFIG_CONNECTOR_3_HELO_ONLY
#define CONFIG_CONNECTOR_3_HELO_ONLY 0
#endif
#if CONFIG_CONNECTOR_3_HELO_ONLY < 0 || CONFIG_CONNECTOR_3_HELO_ONLY > 1
#error "CONFIG_CONNECTOR_3_HELO_ONLY must be 0 or 1"
#endif

/* Who the box says it is: nobody, a user with a password, a domain account, a token. */
#ifndef CONFIG_CONNECTOR_3_IDENTITY
#define CONFIG_CONNECTOR_3_IDENTITY IDENTITY_ANONYMOUS
#endif
#if CONFIG_CONNECTOR_3_IDENTITY < 1 || CONFIG_CONNECTOR_3_IDENTITY > 4
#error "CONFIG_CONNECTOR_3_IDENTITY must be one of IDENTITY_ANONYMOUS, IDENTITY_BASIC, IDENTITY_INTEGRATED, IDENTITY_OAUTH"
#endif

/*
 * TLS: never, where offered, demanded by STARTTLS, or from the first byte. Where it is
 * offered and fails, mail waits once and then goes in clear.
 */
#ifndef CONFIG_CONNECTOR_3_PROTECTION
#define CONFIG_CONNECTOR_3_PROTECTION PROTECTION_NONE
#endif
#if CONFIG_CONNECTOR_3_PROTECTION < 1 || CONFIG_CONNECTOR_3_PROTECTION > 4
#error "CONFIG_CONNECTOR_3_PROTECTION must be one of PROTECTION_NONE, PROTECTION_OPPORTUNISTIC, PROTECTION_REQUIRED, PROTECTION_IMPLICIT"
#endif

/*
 * With TLS, whom it believes to be the next hop: who has a certificate from a trust
 * anchor, who has a key of the pins, or anybody. Unverified TLS keeps out those who only
 * listen; who can change what is on the wire reads and changes all of it.
 */
#ifndef CONFIG_CONNECTOR_3_TRUST
#define CONFIG_CONNECTOR_3_TRUST TRUST_ANCHORS
#endif
#if CONFIG_CONNECTOR_3_TRUST < 1 || CONFIG_CONNECTOR_3_TRUST > 3
#error "CONFIG_CONNECTOR_3_TRUST must be one of TRUST_ANCHORS, TRUST_PIN, TRUST_UNVERIFIED"
#endif

/*
 * Keys of the next hop, beside those of `set pin`: SHA-256 of its SubjectPublicKeyInfo in
 * 64 hexadecimal digits each, one blank between. Name and dates of its certificate are
 * checked, too. Name a key in reserve: with a new one alone no mail leaves.
 */
#ifndef CONFIG_CONNECTOR_3_PINS
#define CONFIG_CONNECTOR_3_PINS ""
#endif

/*
 * Name in the certificate of the next hop, which is also asked for (SNI); empty: as in
 * HOSTS.
 */
#ifndef CONFIG_CONNECTOR_3_TLS_NAME
#define CONFIG_CONNECTOR_3_TLS_NAME ""
#endif

/* Name in settings, log and flash records: letters, digits and dashes. */
#ifndef CONFIG_CONNECTOR_4_NAME
#define CONFIG_CONNECTOR_4_NAME "fourth"
#endif

/*
 * Recipient domains it serves: example.com, *.example.com (sub-domains only) or * (all),
 * blanks between. The closest fit wins.
 */
#ifndef CONFIG_CONNECTOR_4_SPACES
#define CONFIG_CONNECTOR_4_SPACES ""
#endif

/*
 * Of several connectors that fit a domain equally well the one of least cost is used, then
 * that of the lower number. (1 .. 100)
 */
#ifndef CONFIG_CONNECTOR_4_COST
#define CONFIG_CONNECTOR_4_COST 1
#endif
#if CONFIG_CONNECTOR_4_COST < 1 || CONFIG_CONNECTOR_4_COST > 100
#error "CONFIG_CONNECTOR_4_COST must be within 1 .. 100"
#endif

/*
 * Senders whose mail it takes: a@example.com or @example.com, blanks between; empty: all.
 * Mail without a sender always passes.
 */
#ifndef CONFIG_CONNECTOR_4_SENDERS
#define CONFIG_CONNECTOR_4_SENDERS ""
#endif

/* Greatest message it takes; 0: as INTAKE_SIZE_MAX. (0 .. 8388608, bytes) */
#ifndef CONFIG_CONNECTOR_4_SIZE_MAX
#define CONFIG_CONNECTOR_4_SIZE_MAX 0
#endif
#if CONFIG_CONNECTOR_4_SIZE_MAX < 0 || CONFIG_CONNECTOR_4_SIZE_MAX > 8388608
#error "CONFIG_CONNECTOR_4_SIZE_MAX must be within 0 .. 8388608"
#endif

/*
 * Hours of the day, in UTC, during which it connects: HOURS(22, 6) from 22:00 to 6:00, a
 * sum of several, or all. While the clock is not set it connects at any time. (1 ..
 * 16777215, a bit each)
 */
#ifndef CONFIG_CONNECTOR_4_HOURS
#define CONFIG_CONNECTOR_4_HOURS 16777215
#endif
#if CONFIG_CONNECTOR_4_HOURS < 1 || CONFIG_CONNECTOR_4_HOURS > 16777215
#error "CONFIG_CONNECTOR_4_HOURS must be within 1 .. 16777215"
#endif

/*
 * Mailbox that mail goes out from, in the envelope and in From; the old From becomes
 * Reply-To. Empty: as it came. Mail without a sender keeps its null path.
 */
#ifndef CONFIG_CONNECTOR_4_SENDER
#define CONFIG_CONNECTOR_4_SENDER ""
#endif

/* Next hop: the smart hosts named in HOSTS, or what the DNS says. */
#ifndef CONFIG_CONNECTOR_4_ROUTE
#define CONFIG_CONNECTOR_4_ROUTE ROUTE_SMART_HOST
#endif
#if CONFIG_CONNECTOR_4_ROUTE < 1 || CONFIG_CONNECTOR_4_ROUTE > 2
#error "CONFIG_CONNECTOR_4_ROUTE must be one of ROUTE_SMART_HOST, ROUTE_DNS"
#endif

/*
 * Address literals of the smart hosts, blanks between. Each try begins with the first; the
 * next one is tried where the one before fails as such.
 */
#ifndef CONFIG_CONNECTOR_4_HOSTS
#define CONFIG_CONNECTOR_4_HOSTS ""
#endif

/* TCP port of the smart hosts. (1 .. 65535) */
#ifndef CONFIG_CONNECTOR_4_PORT
#define CONFIG_CONNECTOR_4_PORT 25
#endif
#if CONFIG_CONNECTOR_4_PORT < 1 || CONFIG_CONNECTOR_4_PORT > 65535
#error "CONFIG_CONNECTOR_4_PORT must be within 1 .. 65535"
#endif

/*
 * Greets with HELO and never with EHLO, for servers that break on it; 8-bit letters then
 * fail. (0 or 1)
 */
#ifndef CONFIG_CONNECTOR_4_HELO_ONLY
#define CONFIG_CONNECTOR_4_HELO_ONLY 0
#endif
#if CONFIG_CONNECTOR_4_HELO_ONLY < 0 || CONFIG_CONNECTOR_4_HELO_ONLY > 1
#error "CONFIG_CONNECTOR_4_HELO_ONLY must be 0 or 1"
#endif

/* Who the box says it is: nobody, a user with a password, a domain account, a token. */
#ifndef CONFIG_CONNECTOR_4_IDENTITY
#define CONFIG_CONNECTOR_4_IDENTITY IDENTITY_ANONYMOUS
#endif
#if CONFIG_CONNECTOR_4_IDENTITY < 1 || CONFIG_CONNECTOR_4_IDENTITY > 4
#error "CONFIG_CONNECTOR_4_IDENTITY must be one of IDENTITY_ANONYMOUS, IDENTITY_BASIC, IDENTITY_INTEGRATED, IDENTITY_OAUTH"
#endif

/*
 * TLS: never, where offered, demanded by STARTTLS, or from the first byte. Where it is
 * offered and fails, mail waits once and then goes in clear.
 */
#ifndef CONFIG_CONNECTOR_4_PROTECTION
#define CONFIG_CONNECTOR_4_PROTECTION PROTECTION_NONE
#endif
#if CONFIG_CONNECTOR_4_PROTECTION < 1 || CONFIG_CONNECTOR_4_PROTECTION > 4
#error "CONFIG_CONNECTOR_4_PROTECTION must be one of PROTECTION_NONE, PROTECTION_OPPORTUNISTIC, PROTECTION_REQUIRED, PROTECTION_IMPLICIT"
#endif

/*
 * With TLS, whom it believes to be the next hop: who has a certificate from a trust
 * anchor, who has a key of the pins, or anybody. Unverified TLS keeps out those who only
 * listen; who can change what is on the wire reads and changes all of it.
 */
#ifndef CONFIG_CONNECTOR_4_TRUST
#define CONFIG_CONNECTOR_4_TRUST TRUST_ANCHORS
#endif
#if CONFIG_CONNECTOR_4_TRUST < 1 || CONFIG_CONNECTOR_4_TRUST > 3
#error "CONFIG_CONNECTOR_4_TRUST must be one of TRUST_ANCHORS, TRUST_PIN, TRUST_UNVERIFIED"
#endif

/*
 * Keys of the next hop, beside those of `set pin`: SHA-256 of its SubjectPublicKeyInfo in
 * 64 hexadecimal digits each, one blank between. Name and dates of its certificate are
 * checked, too. Name a key in reserve: with a new one alone no mail leaves.
 */
#ifndef CONFIG_CONNECTOR_4_PINS
#define CONFIG_CONNECTOR_4_PINS ""
#endif

/*
 * Name in the certificate of the next hop, which is also asked for (SNI); empty: as in
 * HOSTS.
 */
#ifndef CONFIG_CONNECTOR_4_TLS_NAME
#define CONFIG_CONNECTOR_4_TLS_NAME ""
#endif

/*
 * File of trust anchors, beside those of `ta`, made by tools/make_trust_anchors; they go
 * into an image of which a connector verifies by anchors.
 */
#ifndef CONFIG_TLS_ANCHORS
#define CONFIG_TLS_ANCHORS "config/anchors.inc"
#endif

/*
 * Buffer for one record of TLS. Below 16709 the next hop is asked for smaller records (RFC
 * 6066 section 4); one that does not do so, and many do not, can send a record that is too
 * large, and mail to it waits. (837 .. 16709, bytes)
 */
#ifndef CONFIG_TLS_BUFFER
#define CONFIG_TLS_BUFFER 16709
#endif
#if CONFIG_TLS_BUFFER < 837 || CONFIG_TLS_BUFFER > 16709
#error "CONFIG_TLS_BUFFER must be within 837 .. 16709"
#endif

/*
 * TLS runs though the random numbers are no secret, so that whoever records the wire can
 * read it. For tests in the emulator and for nothing else. (0 or 1)
 */
#ifndef CONFIG_TLS_PREDICTABLE
#define CONFIG_TLS_PREDICTABLE 0
#endif
#if CONFIG_TLS_PREDICTABLE < 0 || CONFIG_TLS_PREDICTABLE > 1
#error "CONFIG_TLS_PREDICTABLE must be 0 or 1"
#endif

/* ---- delivery: How long each step of one attempt may take (RFC 5321 section 4.5.3.2), and how much goes on a connection.  */

/* Wait for the connection. (1 .. 3600, s) */
#ifndef CONFIG_DELIVERY_CONNECT_TIMEOUT_S
#define CONFIG_DELIVERY_CONNECT_TIMEOUT_S 30
#endif
#if CONFIG_DELIVERY_CONNECT_TIMEOUT_S < 1 || CONFIG_DELIVERY_CONNECT_TIMEOUT_S > 3600
#error "CONFIG_DELIVERY_CONNECT_TIMEOUT_S must be within 1 .. 3600"
#endif

/* Wait for the greeting. (1 .. 3600, s) */
#ifndef CONFIG_DELIVERY_GREETING_TIMEOUT_S
#define CONFIG_DELIVERY_GREETING_TIMEOUT_S 300
#endif
#if CONFIG_DELIVERY_GREETING_TIMEOUT_S < 1 || CONFIG_DELIVERY_GREETING_TIMEOUT_S > 3600
#error "CONFIG_DELIVERY_GREETING_TIMEOUT_S must be within 1 .. 3600"
#endif

/* Wait for the reply to EHLO or HELO. (1 .. 3600, s) */
#ifndef CONFIG_DELIVERY_HELO_TIMEOUT_S
#define CONFIG_DELIVERY_HELO_TIMEOUT_S 300
#endif
#if CONFIG_DELIVERY_HELO_TIMEOUT_S < 1 || CONFIG_DELIVERY_HELO_TIMEOUT_S > 3600
#error "CONFIG_DELIVERY_HELO_TIMEOUT_S must be within 1 .. 3600"
#endif

/* Wait for the reply to MAIL. (1 .. 3600, s) */
#ifndef CONFIG_DELIVERY_MAIL_TIMEOUT_S
#define CONFIG_DELIVERY_MAIL_TIMEOUT_S 300
#endif
#if CONFIG_DELIVERY_MAIL_TIMEOUT_S < 1 || CONFIG_DELIVERY_MAIL_TIMEOUT_S > 3600
#error "CONFIG_DELIVERY_MAIL_TIMEOUT_S must be within 1 .. 3600"
#endif

/* Wait for the reply to RCPT. (1 .. 3600, s) */
#ifndef CONFIG_DELIVERY_RCPT_TIMEOUT_S
#define CONFIG_DELIVERY_RCPT_TIMEOUT_S 300
#endif
#if CONFIG_DELIVERY_RCPT_TIMEOUT_S < 1 || CONFIG_DELIVERY_RCPT_TIMEOUT_S > 3600
#error "CONFIG_DELIVERY_RCPT_TIMEOUT_S must be within 1 .. 3600"
#endif

/* Wait for the reply to DATA. (1 .. 3600, s) */
#ifndef CONFIG_DELIVERY_DATA_START_TIMEOUT_S
#define CONFIG_DELIVERY_DATA_START_TIMEOUT_S 120
#endif
#if CONFIG_DELIVERY_DATA_START_TIMEOUT_S < 1 || CONFIG_DELIVERY_DATA_START_TIMEOUT_S > 3600
#error "CONFIG_DELIVERY_DATA_START_TIMEOUT_S must be within 1 .. 3600"
#endif

/* Wait for room to send the next piece of the message. (1 .. 3600, s) */
#ifndef CONFIG_DELIVERY_DATA_BLOCK_TIMEOUT_S
#define CONFIG_DELIVERY_DATA_BLOCK_TIMEOUT_S 180
#endif
#if CONFIG_DELIVERY_DATA_BLOCK_TIMEOUT_S < 1 || CONFIG_DELIVERY_DATA_BLOCK_TIMEOUT_S > 3600
#error "CONFIG_DELIVERY_DATA_BLOCK_TIMEOUT_S must be within 1 .. 3600"
#endif

/* Wait for the reply to the final dot. (1 .. 3600, s) */
#ifndef CONFIG_DELIVERY_DATA_END_TIMEOUT_S
#define CONFIG_DELIVERY_DATA_END_TIMEOUT_S 600
#endif
#if CONFIG_DELIVERY_DATA_END_TIMEOUT_S < 1 || CONFIG_DELIVERY_DATA_END_TIMEOUT_S > 3600
#error "CONFIG_DELIVERY_DATA_END_TIMEOUT_S must be within 1 .. 3600"
#endif

/* Wait for the reply to QUIT or RSET. (1 .. 3600, s) */
#ifndef CONFIG_DELIVERY_QUIT_TIMEOUT_S
#define CONFIG_DELIVERY_QUIT_TIMEOUT_S 10
#endif
#if CONFIG_DELIVERY_QUIT_TIMEOUT_S < 1 || CONFIG_DELIVERY_QUIT_TIMEOUT_S > 3600
#error "CONFIG_DELIVERY_QUIT_TIMEOUT_S must be within 1 .. 3600"
#endif

/* Letters given on one connection; more of them go on another one at once. (1 .. 10000) */
#ifndef CONFIG_DELIVERY_LETTERS_MAX
#define CONFIG_DELIVERY_LETTERS_MAX 100
#endif
#if CONFIG_DELIVERY_LETTERS_MAX < 1 || CONFIG_DELIVERY_LETTERS_MAX > 10000
#error "CONFIG_DELIVERY_LETTERS_MAX must be within 1 .. 10000"
#endif

/* ---- relay: When an attempt is repeated, and when it is given up (RFC 5321 section 4.5.4.1).  */

/* Wait after the first try. (1 .. 604800, s) */
#ifndef CONFIG_RETRY_1_S
#define CONFIG_RETRY_1_S 900
#endif
#if CONFIG_RETRY_1_S < 1 || CONFIG_RETRY_1_S > 604800
#error "CONFIG_RETRY_1_S must be within 1 .. 604800"
#endif

/* Wait after the second try. (1 .. 604800, s) */
#ifndef CONFIG_RETRY_2_S
#define CONFIG_RETRY_2_S 1800
#endif
#if CONFIG_RETRY_2_S < 1 || CONFIG_RETRY_2_S > 604800
#error "CONFIG_RETRY_2_S must be within 1 .. 604800"
#endif

/* Wait after the third try. (1 .. 604800, s) */
#ifndef CONFIG_RETRY_3_S
#define CONFIG_RETRY_3_S 3600
#endif
#if CONFIG_RETRY_3_S < 1 || CONFIG_RETRY_3_S > 604800
#error "CONFIG_RETRY_3_S must be within 1 .. 604800"
#endif

/* Wait after each further try. (1 .. 604800, s) */
#ifndef CONFIG_RETRY_LATER_S
#define CONFIG_RETRY_LATER_S 14400
#endif
#if CONFIG_RETRY_LATER_S < 1 || CONFIG_RETRY_LATER_S > 604800
#error "CONFIG_RETRY_LATER_S must be within 1 .. 604800"
#endif

/*
 * Wait before a repeat within the same try, after a fault that may pass by itself. (1 ..
 * 3600, s)
 */
#ifndef CONFIG_GLITCH_S
#define CONFIG_GLITCH_S 60
#endif
#if CONFIG_GLITCH_S < 1 || CONFIG_GLITCH_S > 3600
#error "CONFIG_GLITCH_S must be within 1 .. 3600"
#endif

/* Repeats that belong to one try. (0 .. 10) */
#ifndef CONFIG_GLITCH_REPEATS
#define CONFIG_GLITCH_REPEATS 3
#endif
#if CONFIG_GLITCH_REPEATS < 0 || CONFIG_GLITCH_REPEATS > 10
#error "CONFIG_GLITCH_REPEATS must be within 0 .. 10"
#endif

/* Greatest random part of a wait, so that boxes do not all come back at once. (0 .. 50, %) */
#ifndef CONFIG_JITTER_PERCENT
#define CONFIG_JITTER_PERCENT 10
#endif
#if CONFIG_JITTER_PERCENT < 0 || CONFIG_JITTER_PERCENT > 50
#error "CONFIG_JITTER_PERCENT must be within 0 .. 50"
#endif

/* Time under power after which a letter is given up. (1 .. 2592000, s) */
#ifndef CONFIG_EXPIRE_S
#define CONFIG_EXPIRE_S 172800
#endif
#if CONFIG_EXPIRE_S < 1 || CONFIG_EXPIRE_S > 2592000
#error "CONFIG_EXPIRE_S must be within 1 .. 2592000"
#endif

/* Time under power after which a waiting letter counts as delayed. (1 .. 2592000, s) */
#ifndef CONFIG_DELAY_NOTICE_S
#define CONFIG_DELAY_NOTICE_S 43200
#endif
#if CONFIG_DELAY_NOTICE_S < 1 || CONFIG_DELAY_NOTICE_S > 2592000
#error "CONFIG_DELAY_NOTICE_S must be within 1 .. 2592000"
#endif

/* Given-up letters kept for the operator; the oldest goes first. (1 .. 64) */
#ifndef CONFIG_DEAD_LETTERS_MAX
#define CONFIG_DEAD_LETTERS_MAX 8
#endif
#if CONFIG_DEAD_LETTERS_MAX < 1 || CONFIG_DEAD_LETTERS_MAX > 64
#error "CONFIG_DEAD_LETTERS_MAX must be within 1 .. 64"
#endif

/* ---- spool: Letters at rest in flash. ------------------------------------------------ */

/* Letters known in RAM at once; the rest is found by scanning the flash. (4 .. 255) */
#ifndef CONFIG_SPOOL_WINDOW
#define CONFIG_SPOOL_WINDOW 32
#endif
#if CONFIG_SPOOL_WINDOW < 4 || CONFIG_SPOOL_WINDOW > 255
#error "CONFIG_SPOOL_WINDOW must be within 4 .. 255"
#endif

/*
 * Time between two records of powered time: what a power cut can take from it. (1 .. 3600,
 * s)
 */
#ifndef CONFIG_SPOOL_JOURNAL_S
#define CONFIG_SPOOL_JOURNAL_S 300
#endif
#if CONFIG_SPOOL_JOURNAL_S < 1 || CONFIG_SPOOL_JOURNAL_S > 3600
#error "CONFIG_SPOOL_JOURNAL_S must be within 1 .. 3600"
#endif

/*
 * Sectors that no letter from outside may use: for notices, own alerts, moving letters. (2
 * .. 32)
 */
#ifndef CONFIG_SPOOL_RESERVE_SECTORS
#define CONFIG_SPOOL_RESERVE_SECTORS 4
#endif
#if CONFIG_SPOOL_RESERVE_SECTORS < 2 || CONFIG_SPOOL_RESERVE_SECTORS > 32
#error "CONFIG_SPOOL_RESERVE_SECTORS must be within 2 .. 32"
#endif

/* ---- settings: What one device keeps for itself. ------------------------------------- */

/*
 * Values of one device in flash: secrets, pins, anchors, its name (`set`, `unset`,
 * `settings`, `wipe`, `ta`). Needed for AUTH and TLS. (0 or 1)
 */
#ifndef CONFIG_SETTINGS
#define CONFIG_SETTINGS 0
#endif
#if CONFIG_SETTINGS < 0 || CONFIG_SETTINGS > 1
#error "CONFIG_SETTINGS must be 0 or 1"
#endif

/* ---- operator: Log and console. ------------------------------------------------------ */

/* RAM for log lines not yet shown. (512 .. 65536, bytes) */
#ifndef CONFIG_LOG_BYTES
#define CONFIG_LOG_BYTES 1024
#endif
#if CONFIG_LOG_BYTES < 512 || CONFIG_LOG_BYTES > 65536
#error "CONFIG_LOG_BYTES must be within 512 .. 65536"
#endif

/* Longest log line; the rest is cut. (100 .. 500, bytes) */
#ifndef CONFIG_LOG_LINE
#define CONFIG_LOG_LINE 160
#endif
#if CONFIG_LOG_LINE < 100 || CONFIG_LOG_LINE > 500
#error "CONFIG_LOG_LINE must be within 100 .. 500"
#endif

/* Longest command line of the console. (64 .. 512, bytes) */
#ifndef CONFIG_CONSOLE_LINE
#define CONFIG_CONSOLE_LINE 128
#endif
#if CONFIG_CONSOLE_LINE < 64 || CONFIG_CONSOLE_LINE > 512
#error "CONFIG_CONSOLE_LINE must be within 64 .. 512"
#endif

/*
 * RAM for console output on its way; a longer reply line is cut and ends in "...". (256 ..
 * 1024, bytes)
 */
#ifndef CONFIG_CONSOLE_OUT
#define CONFIG_CONSOLE_OUT 256
#endif
#if CONFIG_CONSOLE_OUT < 256 || CONFIG_CONSOLE_OUT > 1024
#error "CONFIG_CONSOLE_OUT must be within 256 .. 1024"
#endif

/* ---- memory: lwIP's share of the RAM. The defaults suit 64 KiB; a board's header may set more.  */

/* Greatest TCP segment; 1220 is what every IPv6 path takes. (536 .. 1220, bytes) */
#ifndef CONFIG_NET_TCP_MSS
#define CONFIG_NET_TCP_MSS 536
#endif
#if CONFIG_NET_TCP_MSS < 536 || CONFIG_NET_TCP_MSS > 1220
#error "CONFIG_NET_TCP_MSS must be within 536 .. 1220"
#endif

/* Bytes a peer may send before we answer, for each connection. (1072 .. 65535, bytes) */
#ifndef CONFIG_NET_TCP_WINDOW
#define CONFIG_NET_TCP_WINDOW 2144
#endif
#if CONFIG_NET_TCP_WINDOW < 1072 || CONFIG_NET_TCP_WINDOW > 65535
#error "CONFIG_NET_TCP_WINDOW must be within 1072 .. 65535"
#endif

/*
 * Bytes we may have on the way, for each connection; they are held in NET_HEAP. (1072 ..
 * 65535, bytes)
 */
#ifndef CONFIG_NET_TCP_SEND_BUFFER
#define CONFIG_NET_TCP_SEND_BUFFER 2144
#endif
#if CONFIG_NET_TCP_SEND_BUFFER < 1072 || CONFIG_NET_TCP_SEND_BUFFER > 65535
#error "CONFIG_NET_TCP_SEND_BUFFER must be within 1072 .. 65535"
#endif

/*
 * Connections beside those of INTAKE_SESSIONS: the delivery's, and two that wait. (3 ..
 * 16)
 */
#ifndef CONFIG_NET_TCP_EXTRA
#define CONFIG_NET_TCP_EXTRA 3
#endif
#if CONFIG_NET_TCP_EXTRA < 3 || CONFIG_NET_TCP_EXTRA > 16
#error "CONFIG_NET_TCP_EXTRA must be within 3 .. 16"
#endif

/* lwIP's heap, for what is being sent. (3072 .. 262144, bytes) */
#ifndef CONFIG_NET_HEAP
#define CONFIG_NET_HEAP 4096
#endif
#if CONFIG_NET_HEAP < 3072 || CONFIG_NET_HEAP > 262144
#error "CONFIG_NET_HEAP must be within 3072 .. 262144"
#endif

/*
 * Full segments that were received and not yet read; two small ones take one's place. (6
 * .. 256)
 */
#ifndef CONFIG_NET_FRAMES
#define CONFIG_NET_FRAMES 8
#endif
#if CONFIG_NET_FRAMES < 6 || CONFIG_NET_FRAMES > 256
#error "CONFIG_NET_FRAMES must be within 6 .. 256"
#endif

/* lwIP's own assertions; about 6 KiB of flash. (0 or 1) */
#ifndef CONFIG_NET_CHECKS
#define CONFIG_NET_CHECKS 0
#endif
#if CONFIG_NET_CHECKS < 0 || CONFIG_NET_CHECKS > 1
#error "CONFIG_NET_CHECKS must be 0 or 1"
#endif

#endif
