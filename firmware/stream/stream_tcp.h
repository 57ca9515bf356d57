/* SPDX-License-Identifier: MIT */
/*
 * stream_tcp.h: streams over lwIP's TCP (raw API). The only place where a TCP callback lives:
 * it queues bytes and notes facts in the struct; the user polls through stream.h.
 */
#ifndef STREAM_STREAM_TCP_H
#define STREAM_STREAM_TCP_H

#include "stream/stream.h"
#include "config/config.h"

struct tcp_pcb;
struct pbuf;

/* An IPv4 or IPv6 address in text form, as people write it, without brackets. */
#define ADDRESS_TEXT_SIZE 46

struct stream_tcp {
    struct stream stream; /* first: a pointer to it is a pointer to this */
    struct tcp_pcb *pcb;
    struct pbuf *received; /* what came and was not acknowledged by the user yet */
};

/*
 * Begins to connect to `address` (text form of IPv4 or IPv6) at `port`. False when that fails
 * at once (stream_error tells why: UNREACHABLE for a text that is no address or where no route
 * leads, NO_MEMORY when a pool is empty). The stack itself gives up after minutes; who wants
 * to know sooner aborts the stream.
 */
bool stream_tcp_connect(struct stream_tcp *s, const char *address, uint16_t port);

/* CONFIG_NET_TCP_EXTRA without the delivery's. */
#define STREAM_TCP_WAITING (CONFIG_NET_TCP_EXTRA - 1)

/*
 * A listener on every local address, IPv4 and IPv6. While STREAM_TCP_WAITING connections wait
 * (or are half open) the next client's SYN is not answered; it asks again a second later. Where
 * there are more than two places, one is kept free of whoever has all the others.
 */
struct stream_tcp_listener {
    struct tcp_pcb *pcb;
    struct tcp_pcb *waiting[STREAM_TCP_WAITING]; /* nobody has accepted them yet */
};

/* The struct must stay put while it listens. False: the port is taken or a pool is empty. */
bool stream_tcp_listen(struct stream_tcp_listener *listener, uint16_t port);

/* Stops listening and breaks off what waits. */
void stream_tcp_unlisten(struct stream_tcp_listener *listener);

/* The address of the connection that is handed out next; false when none waits. */
bool stream_tcp_waits(const struct stream_tcp_listener *listener,
                      char text[ADDRESS_TEXT_SIZE]);

/* Hands a waiting connection to `s`; false when there is none. */
bool stream_tcp_accept(struct stream_tcp_listener *listener, struct stream_tcp *s);

/*
 * Text form of the peer's address ("192.0.2.1", "2001:db8::1"); "" once the stream is closed
 * or has failed.
 */
void stream_tcp_peer(const struct stream_tcp *s, char text[ADDRESS_TEXT_SIZE]);

/*
 * Whether the peer's address is inside `network`: "192.0.2.0/24", "2001:db8::/32", or an
 * address alone. The network ends at a blank or at NUL, so that a list can be walked in place.
 * False for a text that is no network, and once the stream is closed or has failed.
 */
bool stream_tcp_peer_in(const struct stream_tcp *s, const char *network);

#endif
