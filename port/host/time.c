/* SPDX-License-Identifier: MIT */
/*
 * time.c: time, and the one place where the process waits. Time awake is the processor time of
 * the process less what was spent inside port_sleep, where the user-mode network runs too.
 * There is no watchdog: whoever runs the process sees it hang.
 */
#include "port/host/host.h"

#include <errno.h>
#include <string.h>
#include <time.h>

static uint64_t started_us,
    started_cpu_us; /* program start; the clocks run on over a reset */
static uint64_t asleep_cpu_us;

static uint64_t clock_us(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

__attribute__((constructor)) static void start(void)
{
    started_us = clock_us(CLOCK_MONOTONIC);
    started_cpu_us = clock_us(CLOCK_PROCESS_CPUTIME_ID);
}

uint64_t port_uptime_ms(void)
{
    return (clock_us(CLOCK_MONOTONIC) - started_us) / 1000;
}

uint32_t port_awake_us(void)
{
    return (uint32_t)(clock_us(CLOCK_PROCESS_CPUTIME_ID) - started_cpu_us - asleep_cpu_us);
}

int host_wait_for(struct host_wait *wait, int file, short events)
{
    if (wait->count == sizeof wait->files / sizeof wait->files[0])
        return -1;
    wait->files[wait->count] = (struct pollfd){.fd = file, .events = events};
    return (int)wait->count++;
}

short host_wait_result(const struct host_wait *wait, int index)
{
    return index < 0 ? 0 : wait->files[index].revents;
}

/* One round: true when something came for the firmware. */
static bool sleep_once(uint32_t max_ms)
{
    static struct host_wait wait;
    bool console, net, nor;

    wait.count = 0;
    wait.max_ms = max_ms;
    host_console_before_sleep(&wait);
    host_net_before_sleep(&wait);
    host_nor_before_sleep(&wait);
    if (poll(wait.files, wait.count, (int)(wait.max_ms < 60000 ? wait.max_ms : 60000)) <
        0) {
        for (size_t i = 0; i < wait.count; i++)
            wait.files[i].revents = 0;
    }
    console = host_console_after_sleep(&wait);
    net = host_net_after_sleep(&wait);
    nor = host_nor_after_sleep();
    return console || net || nor;
}

void port_sleep(uint32_t max_ms)
{
    uint64_t cpu_us = clock_us(CLOCK_PROCESS_CPUTIME_ID);
    uint64_t until_ms = port_uptime_ms() + max_ms;
    uint64_t now_ms;

    while (!sleep_once(max_ms)) {
        now_ms = port_uptime_ms();
        if (now_ms >= until_ms)
            break;
        max_ms = (uint32_t)(until_ms - now_ms);
    }
    asleep_cpu_us += clock_us(CLOCK_PROCESS_CPUTIME_ID) - cpu_us;
}

void port_watchdog_start(uint32_t ms)
{
    (void)ms;
}

void port_watchdog_feed(void)
{
}
