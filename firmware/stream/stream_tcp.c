/* SPDX-License-Identifier: MIT */
/*
 * stream_tcp.c: lwIP's callbacks turned into facts to be polled.
 *
 * Writing copies into lwIP's segments and sends nothing; stream_flush sends, and so does a
 * write that found no more room. Nagle's algorithm is off: the gathering is done here.
 *
 * A pcb whose stream was closed gets the lowest priority: when connections run out, lwIP ends
 * one that lingers in its closing states rather than refuse a new one.
 */
#include "stream/stream_tcp.h"

#include "stream/address_text.h"
#include "stream/prefix.h"

#include "base/bytes.h"
#include "config/lwip_hooks.h"

#include <string.h>

#include "lwip/ip_addr.h"
#include "lwip/pbuf.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/tcp.h"

static struct stream_tcp *tcp_of(struct stream *s)
{
    return (struct stream_tcp *)(void *)s;
}

static void drop_received(struct stream_tcp *s)
{
    if (s->received != NULL)
        pbuf_free(s->received);
    s->received = NULL;
}

/* ---- What lwIP calls --------------------------------------------------------------------- */

static err_t on_received(void *argument, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
    struct stream_tcp *s = argument;

    (void)pcb;
    (void)error;
    if (p == NULL)
        s->stream.peer_ended = true;
    else if (s->received == NULL)
        s->received = p;
    else
        pbuf_cat(s->received, p);
    return ERR_OK;
}

static enum stream_error error_of(bool connected, err_t error)
{
    if (connected)
        return STREAM_RESET;
    return error == ERR_RST ? STREAM_REFUSED : STREAM_UNREACHABLE;
}

/* The pcb is gone already; ERR_RST: the peer's reset, else lwIP gave up repeating. */
static void on_error(void *argument, err_t error)
{
    struct stream_tcp *s = argument;

    s->pcb = NULL;
    s->stream.error = error_of(s->stream.connected, error);
    s->stream.connected = false;
    drop_received(s);
}

static err_t on_connected(void *argument, struct tcp_pcb *pcb, err_t error)
{
    struct stream_tcp *s = argument;

    (void)pcb;
    (void)error;
    s->stream.connected = true;
    return ERR_OK;
}

/* ---- The backend ------------------------------------------------------------------------- */

static const uint8_t *read_buf(struct stream *stream, size_t *size)
{
    const struct stream_tcp *s = tcp_of(stream);

    if (s->received == NULL)
        return NULL;
    *size = s->received->len;
    return s->received->payload;
}

static void read_ack(struct stream *stream, size_t size)
{
    struct stream_tcp *s = tcp_of(stream);

    if (s->received == NULL)
        return;
    size = min_size(size, s->received->tot_len);
    s->received = pbuf_free_header(s->received, (u16_t)size);
    tcp_recved(s->pcb, (u16_t)size);
}

/* As much as fits into one segment, so that a crowded heap still lets something through. */
static size_t write_some(struct tcp_pcb *pcb, const uint8_t *bytes, size_t size)
{
    size_t part = min_size(min_size(size, tcp_sndbuf(pcb)), tcp_mss(pcb));

    if (part == 0 || tcp_write(pcb, bytes, (u16_t)part,
                               TCP_WRITE_FLAG_COPY | TCP_WRITE_FLAG_MORE) != ERR_OK)
        return 0;
    return part;
}

static size_t write_bytes(struct stream *stream, const uint8_t *bytes, size_t size)
{
    struct stream_tcp *s = tcp_of(stream);
    size_t written = 0;

    while (written < size) {
        size_t part = write_some(s->pcb, bytes + written, size - written);

        if (part == 0) {
            (void)tcp_output(s->pcb);
            break;
        }
        written += part;
    }
    return written;
}

static void flush(struct stream *stream)
{
    /* What it cannot send now, lwIP's timer sends. */
    (void)tcp_output(tcp_of(stream)->pcb);
}

static bool all_sent(const struct stream *stream)
{
    const struct stream_tcp *s = (const struct stream_tcp *)(const void *)stream;

    return s->pcb != NULL && s->pcb->unsent == NULL && s->pcb->unacked == NULL;
}

/* From here on lwIP keeps the pcb for itself. */
static struct tcp_pcb *let_go(struct stream_tcp *s)
{
    struct tcp_pcb *pcb = s->pcb;

    s->pcb = NULL;
    if (pcb == NULL)
        return NULL;
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_err(pcb, NULL);
    return pcb;
}

/*
 * lwIP resets a connection that is closed while its window is not wide open, and what was
 * written would be lost with it: unread bytes are acknowledged first.
 */
static void close_stream(struct stream *stream)
{
    struct stream_tcp *s = tcp_of(stream);
    struct tcp_pcb *pcb = let_go(s);

    if (pcb != NULL && s->received != NULL)
        tcp_recved(pcb, s->received->tot_len);
    drop_received(s);
    if (pcb == NULL)
        return;
    tcp_setprio(pcb, TCP_PRIO_MIN);
    if (tcp_close(pcb) != ERR_OK)
        tcp_abort(pcb);
}

static void abort_stream(struct stream *stream)
{
    struct stream_tcp *s = tcp_of(stream);
    struct tcp_pcb *pcb = let_go(s);

    drop_received(s);
    if (pcb != NULL)
        tcp_abort(pcb);
}

static const struct stream_backend backend = {read_buf, read_ack,     write_bytes, flush,
                                              all_sent, close_stream, abort_stream};

static void take(struct stream_tcp *s, struct tcp_pcb *pcb)
{
    s->pcb = pcb;
    tcp_arg(pcb, s);
    tcp_recv(pcb, on_received);
    tcp_err(pcb, on_error);
    tcp_nagle_disable(pcb);
}

static void start(struct stream_tcp *s)
{
    memset(s, 0, sizeof *s);
    s->stream.backend = &backend;
}

/* ---- Connecting -------------------------------------------------------------------------- */

static enum stream_error connect_to(struct stream_tcp *s, const ip_addr_t *address,
                                    uint16_t port)
{
    struct tcp_pcb *pcb = tcp_new_ip_type(IP_GET_TYPE(address));
    err_t error;

    if (pcb == NULL)
        return STREAM_NO_MEMORY;
    take(s, pcb);
    error = tcp_connect(pcb, address, port, on_connected);
    if (error == ERR_OK)
        return STREAM_OK;
    abort_stream(&s->stream);
    return error == ERR_RTE ? STREAM_UNREACHABLE : STREAM_NO_MEMORY;
}

bool stream_tcp_connect(struct stream_tcp *s, const char *address, uint16_t port)
{
    ip_addr_t parsed;

    start(s);
    if (address_read(address, &parsed))
        s->stream.error = connect_to(s, &parsed, port);
    else
        s->stream.error = STREAM_UNREACHABLE;
    return s->stream.error == STREAM_OK;
}

/* ---- Listening --------------------------------------------------------------------------- */

/* Data before anyone accepted stays with lwIP, which offers it again; an end breaks it off. */
static err_t on_waiting_received(void *argument, struct tcp_pcb *pcb, struct pbuf *p,
                                 err_t error)
{
    (void)argument;
    (void)error;
    if (p != NULL)
        return ERR_MEM;
    tcp_abort(pcb);
    return ERR_ABRT;
}

/*
 * lwIP's hook. One place among those that wait is kept free of whoever has the others, so that
 * many connections from one address do not keep another one out.
 */
err_t stream_tcp_admits(void)
{
    unsigned waiting = 0;

    for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next) {
        if ((pcb->state == SYN_RCVD || pcb->recv == on_waiting_received) &&
            ip_addr_eq(&pcb->remote_ip, ip_current_src_addr()))
            waiting++;
    }
    return waiting < STREAM_TCP_WAITING - 1 ? ERR_OK : ERR_RST;
}

static void on_waiting_error(void *argument, err_t error)
{
    struct tcp_pcb **slot = argument;

    (void)error;
    *slot = NULL;
}

static struct tcp_pcb **free_slot(struct stream_tcp_listener *listener)
{
    for (size_t i = 0; i < STREAM_TCP_WAITING; i++) {
        if (listener->waiting[i] == NULL)
            return &listener->waiting[i];
    }
    return NULL;
}

static err_t on_accepted(void *argument, struct tcp_pcb *pcb, err_t error)
{
    struct tcp_pcb **slot = free_slot(argument);

    if (pcb == NULL || error != ERR_OK || slot == NULL)
        return ERR_MEM;
    *slot = pcb;
    tcp_backlog_delayed(pcb);
    tcp_arg(pcb, slot);
    tcp_recv(pcb, on_waiting_received);
    tcp_err(pcb, on_waiting_error);
    return ERR_OK;
}

bool stream_tcp_listen(struct stream_tcp_listener *listener, uint16_t port)
{
    struct tcp_pcb *bound = tcp_new_ip_type(IPADDR_TYPE_ANY);

    memset(listener, 0, sizeof *listener);
    if (bound == NULL)
        return false;
    if (tcp_bind(bound, IP_ANY_TYPE, port) == ERR_OK)
        listener->pcb = tcp_listen_with_backlog(bound, STREAM_TCP_WAITING);
    if (listener->pcb == NULL) {
        tcp_abort(bound);
        return false;
    }
    tcp_arg(listener->pcb, listener);
    tcp_accept(listener->pcb, on_accepted);
    return true;
}

void stream_tcp_unlisten(struct stream_tcp_listener *listener)
{
    if (listener->pcb != NULL)
        (void)tcp_close(listener->pcb);
    listener->pcb = NULL;
    for (size_t i = 0; i < STREAM_TCP_WAITING; i++) {
        if (listener->waiting[i] != NULL)
            tcp_abort(listener->waiting[i]);
    }
}

/* STREAM_TCP_WAITING: none waits. */
static size_t next_waiting(const struct stream_tcp_listener *listener)
{
    size_t i = 0;

    while (i < STREAM_TCP_WAITING && listener->waiting[i] == NULL)
        i++;
    return i;
}

bool stream_tcp_waits(const struct stream_tcp_listener *listener,
                      char text[ADDRESS_TEXT_SIZE])
{
    size_t i = next_waiting(listener);

    if (i == STREAM_TCP_WAITING)
        return false;
    address_text(&listener->waiting[i]->remote_ip, text);
    return true;
}

bool stream_tcp_accept(struct stream_tcp_listener *listener, struct stream_tcp *s)
{
    size_t i = next_waiting(listener);

    if (i == STREAM_TCP_WAITING)
        return false;
    start(s);
    take(s, listener->waiting[i]);
    tcp_backlog_accepted(s->pcb);
    listener->waiting[i] = NULL;
    s->stream.connected = true;
    return true;
}

/* ---- The peer ---------------------------------------------------------------------------- */

void stream_tcp_peer(const struct stream_tcp *s, char text[ADDRESS_TEXT_SIZE])
{
    text[0] = '\0';
    if (s->pcb != NULL)
        address_text(&s->pcb->remote_ip, text);
}

bool stream_tcp_peer_in(const struct stream_tcp *s, const char *network)
{
    struct prefix prefix;
    const uint8_t *peer;
    size_t count;

    if (s->pcb == NULL || !prefix_read(network, &prefix))
        return false;
    peer = address_octets(&s->pcb->remote_ip, &count);
    return prefix_holds(&prefix, peer, count);
}
