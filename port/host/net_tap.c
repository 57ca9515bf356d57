/* SPDX-License-Identifier: MIT */
/*
 * net_tap.c: frames over a TAP interface. Making one and setting it up takes a right that this
 * process need not have; one that is there is used. The cable counts as out while it is down.
 */
#include "port/host/host.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_tun.h>

#define FRAMES_A_SLEEP 16

static int tap = -1;
static int control = -1; /* a socket, to ask for the interface's state */
static struct ifreq interface;
static int waited;

static bool open_tap(const char *name)
{
    if (strlen(name) >= sizeof interface.ifr_name)
        host_fail("%s is too long for the name of an interface", name);
    strcpy(interface.ifr_name, name);
    interface.ifr_flags = IFF_TAP | IFF_NO_PI;
    tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (tap < 0)
        host_fail("cannot open /dev/net/tun: %s", strerror(errno));
    if (ioctl(tap, TUNSETIFF, &interface) != 0)
        host_fail("cannot use interface %s: %s", name, strerror(errno));
    control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return true;
}

static void close_tap(void)
{
    close(tap);
    close(control);
}

static bool link_up(void)
{
    struct ifreq asked = interface;

    return ioctl(control, SIOCGIFFLAGS, &asked) == 0 && (asked.ifr_flags & IFF_UP) != 0;
}

/* A frame that the interface does not take is lost, as on the wire. */
static void send_frame(const uint8_t *frame, size_t size)
{
    ssize_t written = write(tap, frame, size);

    (void)written;
}

/* An interface that is down reads as an error all the time, and is not waited for. */
static void before_sleep(struct host_wait *wait)
{
    waited = link_up() ? host_wait_for(wait, tap, POLLIN) : -1;
}

static void after_sleep(const struct host_wait *wait)
{
    uint8_t frame[PORT_FRAME_SIZE + 1];

    if (host_wait_result(wait, waited) == 0)
        return;
    for (int i = 0; i < FRAMES_A_SLEEP; i++) {
        ssize_t size = read(tap, frame, sizeof frame);

        if (size <= 0)
            return;
        host_net_received(frame, (size_t)size);
    }
}

const struct host_net host_net_tap = {open_tap,   close_tap,    link_up,
                                      send_frame, before_sleep, after_sleep};
