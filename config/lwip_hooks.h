/* SPDX-License-Identifier: MIT */
/* lwip_hooks.h: functions that lwIP calls in network/ and stream/ in place of its weak defaults. */
#ifndef CONFIG_LWIP_HOOKS_H
#define CONFIG_LWIP_HOOKS_H

#include "lwip/err.h"
#include "lwip/ip_addr.h"

/* The first sequence number of a connection: a keyed hash of its ends plus the time. */
u32_t network_tcp_isn(const ip_addr_t *local, u16_t local_port, const ip_addr_t *remote,
                      u16_t remote_port);

/* Whether a connection from where the present packet comes may wait; if not, it is dropped. */
err_t stream_tcp_admits(void);

#endif
