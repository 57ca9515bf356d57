/* SPDX-License-Identifier: MIT */
/*
 * main.c: the appliance on one page. Built bottom-up, then every part gets its turn, then the
 * processor sleeps until something happens or the first of them wants to go on.
 */
#include "operator/console.h"

#include "intake/intake.h"
#include "relay/relay.h"

#include "settings/settings.h"
#include "spool/spool.h"

#include "network/network.h"

#include "stream/stream_tls.h"

#include "base/bytes.h"
#include "base/log.h"
#include "crypto/random.h"

#include "config/config.h"
#include "port/port.h"

/* Longer than the longest step of any part; shorter than anyone wants to wait. */
#define WATCHDOG_MS 30000

static struct clock now;

static void start_random(void)
{
    uint8_t entropy[32];
    struct {
        char mac[sizeof CONFIG_NET_MAC];
        uint32_t boot, powered_s;
        uint32_t awake_us;
    } differs = {CONFIG_NET_MAC, now.boot, now.powered_s, port_awake_us()};
    size_t size = port_entropy(entropy, sizeof entropy);

    random_init(entropy, size, (const uint8_t *)&differs, sizeof differs);
    if (!random_is_strong())
        log_write(LOG_WARNING, "random", "no-entropy",
                  "meaning=\"random numbers are no secret\"");
}

static void start_spool(void)
{
    switch (spool_open(&now)) {
    case SPOOL_OPENED:
        break;
    case SPOOL_FOREIGN:
        log_write(LOG_ERROR, "spool", "foreign-flash",
                  "remedy=\"the flash holds something else: format yes makes it ours\"");
        break;
    case SPOOL_NO_FLASH:
        log_write(LOG_ERROR, "spool", "no-flash",
                  "remedy=\"no flash part this image knows: check the board\"");
        break;
    }
}

static void renew_awake_time(void)
{
    static uint32_t counted_us;
    uint32_t awake_us = port_awake_us();

    now.awake_rest_us += awake_us - counted_us;
    counted_us = awake_us;
    while (now.awake_rest_us >= 1000000) {
        now.awake_rest_us -= 1000000;
        now.awake_s++;
    }
}

/* Powered time goes on from where the flash says; a second counts when it is over. */
static void renew_clock(void)
{
    uint64_t uptime_ms = port_uptime_ms();
    uint32_t rest_ms = now.uptime_rest_ms + (uint32_t)(uptime_ms - now.uptime_ms);

    for (; rest_ms >= 1000; rest_ms -= 1000) {
        now.uptime_s++;
        now.powered_s++;
    }
    now.uptime_rest_ms = (uint16_t)rest_ms;
    now.uptime_ms = uptime_ms;
    renew_awake_time();
    now.wall_s = network_wall_clock();
    log_set_clock(&now);
}

/* A time that has proved itself goes to flash now and then, for the next starts. */
static void renew_floor(void)
{
    uint32_t proven_s = network_clock_proven();

    if (proven_s != 0)
        settings_keep_time(proven_s);
    network_clock_set_floor(settings_time_floor());
}

static void start(void)
{
    log_init();
    port_watchdog_start(WATCHDOG_MS);
    start_spool();
    if (CONFIG_SETTINGS)
        settings_open((uint16_t)now.boot);
    start_random();
    network_init();
    renew_clock();
    relay_init(&now);
    intake_init();
    console_init();
}

/* Everyone's turn; returns how long nobody needs another. */
static uint32_t take_turns(void)
{
    uint32_t wait_ms = network_poll();

    renew_clock();
    if (CONFIG_SETTINGS)
        renew_floor();
    wait_ms = (uint32_t)min_size(wait_ms, intake_poll(&now));
    wait_ms = (uint32_t)min_size(wait_ms, relay_poll(&now));
    wait_ms = (uint32_t)min_size(wait_ms, spool_poll(&now));
    if (CONFIG_SETTINGS)
        wait_ms = (uint32_t)min_size(wait_ms, settings_poll(spool_has_begun()));
    wait_ms = (uint32_t)min_size(wait_ms, console_poll(&now));
    if (TLS_USED)
        wait_ms = (uint32_t)min_size(wait_ms, stream_tls_poll());
    return wait_ms;
}

static _Noreturn void restart(void)
{
    intake_stop();
    relay_stop(&now);
    spool_stop(&now);
    network_poll();
    port_reset();
}

int main(void)
{
    start();
    for (;;) {
        uint32_t wait_ms = take_turns();

        port_watchdog_feed();
        if (console_wants_reboot())
            restart();
        port_sleep(wait_ms);
    }
}
