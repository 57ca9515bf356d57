/* SPDX-License-Identifier: MIT */
/*
 * smtp_server.c: the listener and its sessions. Only here does intake know of TCP.
 *
 * While every session is taken and another client waits, the session that has brought no
 * letter on its way for the longest time, and for INTAKE_PATIENCE_S at least, is sent away:
 * slow or silent clients cannot keep the good ones out. A source that has sessions already
 * pushes out only its own.
 */
#include "intake/intake.h"

#include "intake/alert.h"
#include "intake/session.h"
#include "stream/stream_tcp.h"
#include "base/bytes.h"
#include "base/cursor.h"
#include "base/log.h"
#include "config/config.h"

#include <string.h>

/* When to be called again: an idle server; one that waits for an erase, a greeting, an ACK. */
#define POLL_IDLE_MS 1000
#define POLL_BUSY_MS (CONFIG_INTAKE_GREETING_MS < 10 ? CONFIG_INTAKE_GREETING_MS : 10)

static struct {
    struct stream_tcp_listener listener;
    struct intake_counts counts;
    uint32_t polled_ms; /* low part of the uptime */
    bool stopped;
    struct slot {
        struct stream_tcp tcp;
        struct session session;
        bool taken;
    } slots[CONFIG_INTAKE_SESSIONS];
} server;

_Static_assert(CONFIG_INTAKE_SESSIONS != 4 || sizeof(void *) != 4 || sizeof server <= 3600,
               "four sessions are over intake's row in config/budgets");

void intake_init(void)
{
    if (!stream_tcp_listen(&server.listener, CONFIG_INTAKE_PORT))
        log_write(LOG_ERROR, "intake", "no-listener", "port=%u", CONFIG_INTAKE_PORT);
}

const struct intake_counts *intake_counts(void)
{
    return &server.counts;
}

/* stream_tcp_peer_in reads one network of the list, up to a blank. */
static bool may_relay(const struct stream_tcp *tcp)
{
    struct cursor list =
        cursor_over(CONFIG_INTAKE_NETWORKS, sizeof CONFIG_INTAKE_NETWORKS - 1);

    for (cursor_skip_blanks(&list); list.left > 0; cursor_skip_blanks(&list)) {
        if (stream_tcp_peer_in(tcp, (const char *)list.at))
            return true;
        while (list.left > 0 && cursor_peek(&list) != ' ')
            cursor_next(&list);
    }
    return false;
}

static bool accept_into(struct slot *slot, const struct clock *now)
{
    char address[ADDRESS_TEXT_SIZE];

    if (!stream_tcp_accept(&server.listener, &slot->tcp))
        return false;
    stream_tcp_peer(&slot->tcp, address);
    session_start(&slot->session, &slot->tcp.stream, address, may_relay(&slot->tcp),
                  &server.counts, now);
    slot->taken = true;
    server.counts.open++;
    return true;
}

static void release(struct slot *slot)
{
    slot->taken = false;
    server.counts.open--;
}

static struct slot *free_slot(void)
{
    for (size_t i = 0; i < COUNT_OF(server.slots); i++) {
        if (!server.slots[i].taken)
            return &server.slots[i];
    }
    return NULL;
}

/* The idlest session of this source, or of all where it has none. */
static struct slot *idlest_for(const char *source, const struct clock *now)
{
    struct slot *idlest = NULL;
    uint32_t idlest_ms = 0;
    bool own = false;

    for (size_t i = 0; i < COUNT_OF(server.slots); i++) {
        struct slot *slot = &server.slots[i];
        bool same = strcmp(slot->session.address, source) == 0;
        uint32_t idle_ms = session_idle_ms(&slot->session, now);

        if (idlest != NULL && (own != same ? own : idle_ms <= idlest_ms))
            continue;
        idlest = slot;
        idlest_ms = idle_ms;
        own = same;
    }
    return idlest_ms < CONFIG_INTAKE_PATIENCE_S * 1000u ? NULL : idlest;
}

/* For one who waits while all sessions are taken. */
static void make_room(const char *source, const struct clock *now)
{
    struct slot *idlest = idlest_for(source, now);

    if (idlest == NULL)
        return;
    session_end(&idlest->session, ANSWER_MAKE_ROOM);
    release(idlest);
}

/* No client is idle while the spool takes nothing. */
static void excuse_clients(const struct clock *now)
{
    uint32_t passed_ms = (uint32_t)now->uptime_ms - server.polled_ms;

    server.polled_ms = (uint32_t)now->uptime_ms;
    for (size_t i = 0; i < COUNT_OF(server.slots) && !spool_ready(); i++)
        server.slots[i].session.progress_ms += passed_ms;
}

/* True when someone has to wait. */
static bool accept_waiting(const struct clock *now)
{
    char source[ADDRESS_TEXT_SIZE];

    if (!stream_tcp_waits(&server.listener, source))
        return false;
    if (free_slot() == NULL)
        make_room(source, now);
    return free_slot() == NULL || !accept_into(free_slot(), now);
}

uint32_t intake_poll(const struct clock *now)
{
    uint32_t next_ms = POLL_IDLE_MS;

    alert_set_clock(now);
    if (server.stopped)
        return next_ms;
    excuse_clients(now);
    if (accept_waiting(now))
        next_ms = POLL_BUSY_MS;
    for (size_t i = 0; i < COUNT_OF(server.slots); i++) {
        struct slot *slot = &server.slots[i];

        if (!slot->taken)
            continue;
        if (!session_run(&slot->session, now))
            release(slot);
        else if (!slot->session.hungry)
            next_ms = POLL_BUSY_MS;
    }
    return next_ms;
}

void intake_stop(void)
{
    server.stopped = true;
    stream_tcp_unlisten(&server.listener);
    for (size_t i = 0; i < COUNT_OF(server.slots); i++) {
        if (!server.slots[i].taken)
            continue;
        session_end(&server.slots[i].session, ANSWER_SHUTDOWN);
        release(&server.slots[i]);
    }
}
