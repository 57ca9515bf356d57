/* SPDX-License-Identifier: MIT */
/*
 * net_slirp.c: frames over libslirp, a TCP/IP stack of its own inside the process that speaks
 * to the host through ordinary sockets, so that nobody needs a privilege. The addresses are
 * those of QEMU's user network: 10.0.2.0/24 with the host at .2 and DHCP from .15 on, and
 * fec0::/64 with the host at fec0::2; connections to the host's address reach its 127.0.0.1
 * and ::1.
 *
 * libslirp hands over frames while it is being called: they are only queued.
 */
#include "port/host/host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/types.h>

#include <slirp/libslirp.h>

#define TIMERS_MAX 4 /* libslirp has one: router advertisements */
#define NEVER      INT64_MAX

struct timer {
    bool used;
    SlirpTimerId id;
    void *argument;
    int64_t due_ms;
};

static Slirp *slirp;
static struct timer timers[TIMERS_MAX];

/* ---- What libslirp calls ----------------------------------------------------------------- */

static ssize_t take_frame(const void *frame, size_t size, void *opaque)
{
    (void)opaque;
    host_net_received(frame, size);
    return (ssize_t)size;
}

static void hear_of_error(const char *message, void *opaque)
{
    (void)message;
    (void)opaque;
}

static int64_t clock_ns(void *opaque)
{
    (void)opaque;
    return (int64_t)port_uptime_ms() * 1000000;
}

static void *make_timer(SlirpTimerId id, void *argument, void *opaque)
{
    (void)opaque;
    for (size_t i = 0; i < TIMERS_MAX; i++) {
        if (!timers[i].used) {
            timers[i] = (struct timer){true, id, argument, NEVER};
            return &timers[i];
        }
    }
    host_fail("libslirp asks for more timers than are foreseen");
}

static void free_timer(void *timer, void *opaque)
{
    (void)opaque;
    ((struct timer *)timer)->used = false;
}

static void set_timer(void *timer, int64_t due_ms, void *opaque)
{
    (void)opaque;
    ((struct timer *)timer)->due_ms = due_ms;
}

static void note_file(int file, void *opaque)
{
    (void)file;
    (void)opaque;
}

static void note(void *opaque)
{
    (void)opaque;
}

static const SlirpCb callbacks = {
    .send_packet = take_frame,
    .guest_error = hear_of_error,
    .clock_get_ns = clock_ns,
    .timer_new_opaque = make_timer,
    .timer_free = free_timer,
    .timer_mod = set_timer,
    .register_poll_fd = note_file,
    .unregister_poll_fd = note_file,
    .notify = note,
};

/* ---- Opening ----------------------------------------------------------------------------- */

static struct in_addr ipv4(const char *text)
{
    struct in_addr address;

    inet_pton(AF_INET, text, &address);
    return address;
}

static struct in6_addr ipv6(const char *text)
{
    struct in6_addr address;

    inet_pton(AF_INET6, text, &address);
    return address;
}

static void forward(const struct host_forward *f)
{
    if (slirp_add_hostfwd(slirp, 0, ipv4("127.0.0.1"), f->host_port, ipv4("10.0.2.15"),
                          f->guest_port) != 0)
        host_fail("cannot listen on 127.0.0.1 port %u: %s", f->host_port, strerror(errno));
}

static bool open_slirp(const char *argument)
{
    SlirpConfig config = {
        .version = 4,
        .in_enabled = true,
        .vnetwork = ipv4("10.0.2.0"),
        .vnetmask = ipv4("255.255.255.0"),
        .vhost = ipv4("10.0.2.2"),
        .vdhcp_start = ipv4("10.0.2.15"),
        .vnameserver = ipv4("10.0.2.3"),
        .in6_enabled = true,
        .vprefix_addr6 = ipv6("fec0::"),
        .vprefix_len = 64,
        .vhost6 = ipv6("fec0::2"),
        .vnameserver6 = ipv6("fec0::3"),
    };

    (void)argument;
    slirp = slirp_new(&config, &callbacks, NULL);
    if (slirp == NULL)
        host_fail("libslirp does not start");
    for (size_t i = 0; i < host_options.forward_count; i++)
        forward(&host_options.forwards[i]);
    return true;
}

static void close_slirp(void)
{
    slirp_cleanup(slirp);
}

static bool link_up(void)
{
    return true;
}

static void send_frame(const uint8_t *frame, size_t size)
{
    slirp_input(slirp, frame, (int)size);
}

/* ---- Waiting ----------------------------------------------------------------------------- */

static const struct {
    int slirp;
    short poll;
} events[] = {
    {SLIRP_POLL_IN,  POLLIN },
    {SLIRP_POLL_OUT, POLLOUT},
    {SLIRP_POLL_PRI, POLLPRI},
    {SLIRP_POLL_ERR, POLLERR},
    {SLIRP_POLL_HUP, POLLHUP},
};

#define EVENTS (sizeof events / sizeof events[0])

static int add_file(int file, int wanted, void *opaque)
{
    short poll_events = 0;

    for (size_t i = 0; i < EVENTS; i++) {
        if ((wanted & events[i].slirp) != 0)
            poll_events = (short)(poll_events | events[i].poll);
    }
    return host_wait_for(opaque, file, poll_events);
}

static int came_for(int index, void *opaque)
{
    short came = host_wait_result(opaque, index);
    int result = 0;

    for (size_t i = 0; i < EVENTS; i++) {
        if ((came & events[i].poll) != 0)
            result |= events[i].slirp;
    }
    return result;
}

static void before_sleep(struct host_wait *wait)
{
    int64_t now_ms = (int64_t)port_uptime_ms();

    slirp_pollfds_fill(slirp, &wait->max_ms, add_file, wait);
    for (size_t i = 0; i < TIMERS_MAX; i++) {
        if (timers[i].used && timers[i].due_ms - now_ms < (int64_t)wait->max_ms)
            wait->max_ms =
                timers[i].due_ms > now_ms ? (uint32_t)(timers[i].due_ms - now_ms) : 0;
    }
}

static void after_sleep(const struct host_wait *wait)
{
    int64_t now_ms = (int64_t)port_uptime_ms();

    slirp_pollfds_poll(slirp, 0, came_for, (void *)(uintptr_t)wait);
    for (size_t i = 0; i < TIMERS_MAX; i++) {
        if (timers[i].used && timers[i].due_ms <= now_ms) {
            timers[i].due_ms = NEVER;
            slirp_handle_timer(slirp, timers[i].id, timers[i].argument);
        }
    }
}

const struct host_net host_net_slirp = {open_slirp, close_slirp,  link_up,
                                        send_frame, before_sleep, after_sleep};
