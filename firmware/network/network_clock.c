/* SPDX-License-Identifier: MIT */
/*
 * network_clock.c: the wall clock is the uptime plus what an SNTP server said. lwIP's client
 * asks and checks that the answer is one to its question; here is decided whether to believe
 * it: not before CONFIG_CLOCK_FLOOR, not after CONFIG_CLOCK_CEILING.
 */
#include "network/network.h"
#include "network/network_clock.h"

#include "stream/address_text.h"

#include "base/log.h"

#include "config/config.h"
#include "port/port.h"

#include "lwip/apps/sntp.h"
#include "lwip/ip_addr.h"

#define NEWS_S 2 /* a correction below this is not worth a line in the log */

static struct {
    uint32_t seconds; /* the wall clock at uptime `at_ms` */
    uint64_t at_ms;
    bool set;
} wall;

/* Called by lwIP's SNTP client, see config/lwipopts.h. */
void network_clock_heard(uint32_t seconds)
{
    uint32_t step = seconds - network_wall_clock();

    if (seconds < CONFIG_CLOCK_FLOOR || seconds > CONFIG_CLOCK_CEILING) {
        log_write(LOG_WARNING, "clock", "refused", "said=%lu", (unsigned long)seconds);
        return;
    }
    if (!wall.set || step + NEWS_S > 2 * NEWS_S)
        log_write(LOG_INFO, "clock", "set", "wall=%lu", (unsigned long)seconds);
    wall.seconds = seconds;
    wall.at_ms = port_uptime_ms();
    wall.set = true;
}

uint32_t network_wall_clock(void)
{
    uint64_t now_ms = port_uptime_ms();

    if (!wall.set)
        return 0;
    for (; now_ms - wall.at_ms >= 1000; wall.at_ms += 1000)
        wall.seconds++;
    return wall.seconds;
}

static void choose_server(void)
{
    ip_addr_t server;

    if (address_read(CONFIG_SNTP_SERVER, &server))
        sntp_setserver(0, &server);
}

void network_clock_restart(void)
{
    if (sizeof CONFIG_SNTP_SERVER > 1)
        choose_server();
    sntp_stop();
    if (!ip_addr_isany(sntp_getserver(0)))
        sntp_init();
}
