/* SPDX-License-Identifier: MIT */
/*
 * lwipopts.h: lwIP 2.2.1 as flashpost uses it: raw API, NO_SYS, IPv4 and IPv6, DHCP; no sockets,
 * no resolver, no fragments. Sizes come from the group "memory" of config/options.toml. Weak
 * defaults of lwIP are overridden at the end: sequence numbers, random numbers.
 */
#ifndef CONFIG_LWIPOPTS_H
#define CONFIG_LWIPOPTS_H

#include "config/config.h"

#include <stdint.h>

/* ---- No operating system, no sockets ----------------------------------------------------- */

#define NO_SYS               1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN         0
#define LWIP_SOCKET          0
#define LWIP_SINGLE_NETIF    1
#define LWIP_NETIF_LOOPBACK  0
#define LWIP_HAVE_LOOPIF     0
#define LWIP_NETIF_HOSTNAME  0
#define LWIP_RAW             0
#define LWIP_DNS             0
#define LWIP_IGMP            0
#define LWIP_AUTOIP          0
#define MEM_ALIGNMENT        __SIZEOF_POINTER__
#define LWIP_NO_CTYPE_H      1 /* the table of <ctype.h> is larger than what needs it */

/* ---- IPv4 -------------------------------------------------------------------------------- */

#define LWIP_IPV4                     1
#define IP_REASSEMBLY                 0
#define IP_FRAG                       0
#define IP_FORWARD                    0
#define LWIP_ARP                      1
#define ARP_QUEUEING                  0
#define ARP_TABLE_SIZE                (CONFIG_INTAKE_SESSIONS + 2)
#define ETHARP_SUPPORT_STATIC_ENTRIES 0
#define LWIP_ICMP                     1

/* What the driver hands up has room for the headers of its answer: they came in it. */
#define LWIP_ICMP_ECHO_CHECK_INPUT_PBUF_LEN 0

/* Waiting for address conflicts costs 7 s at each start: DHCP servers check too. */
#define LWIP_DHCP                 (CONFIG_NET_IPV4 == NET_IPV4_DHCP)
#define LWIP_ACD                  0
#define LWIP_DHCP_DOES_ACD_CHECK  0
#define LWIP_DHCP_BOOTP_FILE      0
#define LWIP_DHCP_GET_NTP_SRV     LWIP_DHCP
#define LWIP_DHCP_MAX_NTP_SERVERS 1

/* ---- IPv6 -------------------------------------------------------------------------------- */

#define LWIP_IPV6                 CONFIG_NET_IPV6
#define LWIP_IPV6_AUTOCONFIG      LWIP_IPV6
#define LWIP_IPV6_NUM_ADDRESSES   3
#define LWIP_IPV6_SCOPES          0 /* one interface */
#define LWIP_IPV6_FRAG            0
#define LWIP_IPV6_REASS           0
#define LWIP_IPV6_FORWARD         0
#define LWIP_IPV6_DHCP6           0
#define LWIP_ND6_QUEUEING         0 /* one packet waits for each neighbour all the same */
#define LWIP_ND6_NUM_NEIGHBORS    (CONFIG_INTAKE_SESSIONS + 2)
#define LWIP_ND6_NUM_DESTINATIONS (CONFIG_INTAKE_SESSIONS + 2)
#define LWIP_ND6_NUM_PREFIXES     2
#define LWIP_ND6_NUM_ROUTERS      2
#define MEMP_NUM_MLD6_GROUP       4
#define LWIP_ICMP6_DATASIZE       64 /* of a packet that an error quotes */
#define LWIP_MULTICAST_TX_OPTIONS 0  /* nobody chooses how multicast leaves */

/*
 * Of what a router may tell about the link we need nothing: our segments fit into the least
 * MTU of IPv6, and lwIP's own times serve a host. A neighbour in use is asked every 30 s
 * whether it is still there, rather than taken for alive because TCP moves on.
 */
#define LWIP_ND6_ALLOW_RA_UPDATES       0
#define LWIP_ND6_TCP_REACHABILITY_HINTS 0

/* ---- TCP --------------------------------------------------------------------------------- */

#define TCP_MSS             CONFIG_NET_TCP_MSS
#define TCP_WND             CONFIG_NET_TCP_WINDOW
#define TCP_SND_BUF         CONFIG_NET_TCP_SEND_BUFFER
#define TCP_SND_QUEUELEN    (2 * TCP_SND_BUF / TCP_MSS + 2)
#define TCP_LISTEN_BACKLOG  1
#define LWIP_TCP_RTO_TIME   1000 /* RFC 6298 section 2.1 */
#define LWIP_TCP_TIMESTAMPS 0
#define LWIP_TCP_SACK_OUT   0
#define LWIP_WND_SCALE      0

/* CONFIG_NET_TCP_MSS is at most 1220, which fits any path that IPv6 runs over. */
#define TCP_CALCULATE_EFF_SEND_MSS 0

/*
 * What came too early is dropped and sent again: kept, it could fill the pool that the missing
 * piece needs.
 */
#define TCP_QUEUE_OOSEQ 0

/* A small write takes what it needs; the next one is chained to it, in the same segment. */
#define TCP_OVERSIZE 0

/* ---- Pools ------------------------------------------------------------------------------- */

/*
 * A full segment takes two buffers of the pool, a command or an acknowledgement one: 14 + 40 +
 * 20 octets of headers and two that align them.
 */
#define ETH_PAD_SIZE            2
#define PBUF_POOL_SIZE          (2 * CONFIG_NET_FRAMES)
#define PBUF_POOL_BUFSIZE       (((TCP_MSS + 76) / 2 + 7) & ~7)
#define MEM_SIZE                CONFIG_NET_HEAP
#define MEMP_NUM_PBUF           1 /* nothing is sent from where it lies */
#define MEMP_NUM_UDP_PCB        2 /* DHCP, and the clock */
#define MEMP_NUM_TCP_PCB        (CONFIG_INTAKE_SESSIONS + CONFIG_NET_TCP_EXTRA)
#define MEMP_NUM_TCP_PCB_LISTEN 1
#define MEMP_NUM_TCP_SEG        (2 * TCP_SND_QUEUELEN + CONFIG_INTAKE_SESSIONS)

/* Only what `status` tells: pools that ran empty. */
#define LWIP_STATS         1
#define LWIP_STATS_DISPLAY 0
#define MEM_STATS          1
#define MEMP_STATS         1
#define LINK_STATS         0
#define ETHARP_STATS       0
#define IP_STATS           0
#define IPFRAG_STATS       0
#define ICMP_STATS         0
#define UDP_STATS          0
#define TCP_STATS          0
#define SYS_STATS          0
#define IP6_STATS          0
#define ICMP6_STATS        0
#define IP6_FRAG_STATS     0
#define MLD6_STATS         0
#define ND6_STATS          0

#if !CONFIG_NET_CHECKS
#define LWIP_NOASSERT 1
#ifdef LWIP_TRUSTS_CALLERS /* mk/sources.mk says which files */
#define LWIP_ERROR(message, expression, handler) (void)0
#endif
#endif

/* ---- Overridden defaults ----------------------------------------------------------------- */

/* Initial sequence numbers of RFC 6528: see config/lwip_hooks.h. */
#define LWIP_HOOK_FILENAME "config/lwip_hooks.h"
#define LWIP_HOOK_TCP_ISN  network_tcp_isn

/* With two places for those that wait there is none to spare; the hook costs 300 octets. */
#if CONFIG_NET_TCP_EXTRA > 3
#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, header, length, length1, options2, p)              \
    ((pcb)->state == LISTEN ? stream_tcp_admits() : ERR_OK)
#endif

/* crypto/random.h, which this folder may not include. */
uint32_t random_u32(void);
#define LWIP_RAND() random_u32()

#endif
