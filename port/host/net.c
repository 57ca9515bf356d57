/* SPDX-License-Identifier: MIT */
/*
 * net.c: the frames, in a queue between the way to the network (net_slirp.c or net_tap.c) and
 * the firmware. The queue is far longer than a board's; what comes on top is dropped.
 */
#include "port/host/host.h"

#include <string.h>

#define QUEUE_LENGTH 64

struct frame {
    size_t size;
    uint8_t bytes[PORT_FRAME_SIZE];
};

static struct {
    const struct host_net *way;
    struct frame queue[QUEUE_LENGTH];
    size_t first, count;
    uint8_t transmit[PORT_FRAME_SIZE];
    uint32_t dropped;
} net;

/* ---- The way to the network -------------------------------------------------------------- */

static const struct way {
    const char *name;
    bool takes_argument, takes_forwards;
    const struct host_net *net;
} ways[] = {
#ifndef HOST_WITHOUT_SLIRP
    {"slirp", false, true,  &host_net_slirp},
#endif
    {"tap",   true,  false, &host_net_tap  },
};

/* What follows the name in "NAME" or "NAME:ARGUMENT"; NULL when it is another name. */
static const char *argument_of(const struct way *way, const char *text)
{
    size_t length = strlen(way->name);

    if (strncmp(text, way->name, length) != 0)
        return NULL;
    if (!way->takes_argument)
        return text[length] == '\0' ? text + length : NULL;
    return text[length] == ':' && text[length + 1] != '\0' ? text + length + 1 : NULL;
}

static bool open_way(const char *text)
{
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        const char *argument = argument_of(&ways[i], text);

        if (argument == NULL)
            continue;
        if (host_options.forward_count > 0 && !ways[i].takes_forwards)
            host_fail("--forward works with --net slirp only");
        net.way = ways[i].net;
        return net.way->open(argument);
    }
    host_fail("--net %s is not known here: see --help", text);
}

bool port_net_open(uint8_t mac[6])
{
    if (host_options.has_mac)
        memcpy(mac, host_options.mac, sizeof host_options.mac);
    if (host_options.net == NULL && host_options.forward_count > 0)
        host_fail("--forward works with --net slirp only");
    return host_options.net != NULL && open_way(host_options.net);
}

void host_net_close(void)
{
    if (net.way != NULL)
        net.way->close();
    net.way = NULL;
}

bool port_net_link_up(void)
{
    return net.way != NULL && net.way->link_up();
}

/* ---- Frames ------------------------------------------------------------------------------ */

void host_net_received(const uint8_t *frame, size_t size)
{
    struct frame *last = &net.queue[(net.first + net.count) % QUEUE_LENGTH];

    if (net.count == QUEUE_LENGTH || size > sizeof last->bytes) {
        net.dropped++;
        return;
    }
    memcpy(last->bytes, frame, size);
    last->size = size;
    net.count++;
}

const uint8_t *port_net_receive(size_t *size)
{
    if (net.count == 0)
        return NULL;
    *size = net.queue[net.first].size;
    return net.queue[net.first].bytes;
}

void port_net_receive_done(void)
{
    net.first = (net.first + 1) % QUEUE_LENGTH;
    net.count--;
}

uint8_t *port_net_transmit_buffer(void)
{
    return net.way != NULL ? net.transmit : NULL;
}

void port_net_transmit(size_t size)
{
    net.way->send(net.transmit, size);
}

uint32_t port_net_dropped(void)
{
    return net.dropped;
}

void host_net_before_sleep(struct host_wait *wait)
{
    if (net.way != NULL)
        net.way->before_sleep(wait);
    if (net.count > 0)
        wait->max_ms = 0;
}

bool host_net_after_sleep(const struct host_wait *wait)
{
    if (net.way != NULL)
        net.way->after_sleep(wait);
    return net.count > 0;
}
