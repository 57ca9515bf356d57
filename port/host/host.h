/* SPDX-License-Identifier: MIT */
/*
 * host.h: what the files of this port tell each other. The port is a Linux process:
 *
 *     flashpost --flash FILE [--net slirp|tap:IFNAME] [--forward HOSTPORT:PORT]... [--mac MAC]
 *
 * Everything that waits does so in port_sleep (time.c), which asks each of the others what it
 * waits for (`_before_sleep`) and tells it what came (`_after_sleep`). Linux with glibc;
 * board.mk sets _GNU_SOURCE.
 */
#ifndef PORT_HOST_HOST_H
#define PORT_HOST_HOST_H

#include "port/port.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOST_FORWARDS_MAX 16

struct host_forward {
    uint16_t host_port, guest_port;
};

struct host_options {
    const char *flash;
    const char *net; /* NULL: the box runs without a network */
    struct host_forward forwards[HOST_FORWARDS_MAX];
    size_t forward_count;
    bool has_mac;
    uint8_t mac[6];
};

extern struct host_options host_options; /* start.c; set before main() */

/* One sentence on standard error, then the process ends with status 1. */
_Noreturn void host_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Before the process ends or starts over: gives the terminal back as it was. */
void host_console_restore(void);

/* Before the process starts over: gives forwarded ports back. */
void host_net_close(void);

/* ---- Waiting ----------------------------------------------------------------------------- */

/* What one sleep waits for. A file beyond the size is not waited for, but seen late. */
struct host_wait {
    struct pollfd files[1024];
    size_t count;
    uint32_t max_ms; /* may be made shorter */
};

/* Returns the index of the file in `files`, or -1. */
int host_wait_for(struct host_wait *wait, int file, short events);

/* What came for the file of this index; 0 for -1. */
short host_wait_result(const struct host_wait *wait, int index);

/* Each `_after_sleep` tells whether there is something for the firmware to look at. */
void host_console_before_sleep(struct host_wait *wait);
bool host_console_after_sleep(const struct host_wait *wait);
void host_net_before_sleep(struct host_wait *wait);
bool host_net_after_sleep(const struct host_wait *wait);
void host_nor_before_sleep(struct host_wait *wait);
bool host_nor_after_sleep(void);

/* ---- Ways to the network ----------------------------------------------------------------- */

struct host_net {
    bool (*open)(const char *argument); /* what follows "NAME:", or "" */
    void (*close)(void);
    bool (*link_up)(void);
    void (*send)(const uint8_t *frame, size_t size);
    void (*before_sleep)(struct host_wait *wait);
    void (*after_sleep)(const struct host_wait *wait);
};

extern const struct host_net host_net_slirp; /* left out with HOST_WITHOUT_SLIRP */
extern const struct host_net host_net_tap;

/* Takes in a frame that came from the network, or counts it as dropped. */
void host_net_received(const uint8_t *frame, size_t size);

#endif
