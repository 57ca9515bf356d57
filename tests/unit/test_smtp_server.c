/* SPDX-License-Identifier: MIT */
/* sources: firmware/intake/smtp_server.c firmware/intake/session.c firmware/intake/commands.c
 * firmware/intake/answers.c firmware/intake/origin.c firmware/intake/quota.c firmware/mail/address.c
 * firmware/mail/command.c firmware/mail/dots.c firmware/mail/headers.c firmware/mail/letter.c
 * firmware/base/ip_text.c firmware/base/crc32.c firmware/base/cursor.c firmware/base/text.c firmware/base/words.c firmware/base/log.c firmware/stream/stream.c
 * tests/unit/fake_spool.c */
/* test_smtp_server.c: listener and slots, over a stand-in for stream_tcp.h. */
#include "fake_spool.h"

#include "intake/alert.h"
#include "intake/intake.h"
#include "stream/stream_tcp.h"
#include "mail/connector.h"
#include "base/bytes.h"
#include "base/log.h"
#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- Clients, each the peer of one stream ---------------------------------------------------- */

static struct client {
    const char *address;
    const struct stream *stream; /* once accepted */
    char says[256];
    size_t said;
    char hears[512];
    size_t heard;
    bool closed;
} clients[32];

static unsigned arrived, accepted;
static struct stream_tcp_listener *listening;
static struct clock now;

uint8_t connectors_for_letter(struct cursor sender, uint32_t size)
{
    (void)sender;
    (void)size;
    return CONNECTORS_ALL;
}

uint32_t connectors_size_max(uint8_t set)
{
    (void)set;
    return UINT32_MAX;
}

uint8_t connector_for(struct cursor domain, uint8_t allowed)
{
    assert_int_equal(allowed, CONNECTORS_ALL);
    (void)domain;
    return 0;
}

void alert_set_clock(const struct clock *clock)
{
    assert_ptr_equal(clock, &now);
}

static struct client *client_of(const struct stream *s)
{
    for (unsigned i = accepted; i > 0; i--) {
        if (clients[i - 1].stream == s)
            return &clients[i - 1];
    }
    fail_msg("nobody is at the other end");
    return NULL;
}

static const uint8_t *read_buf(struct stream *s, size_t *size)
{
    struct client *client = client_of(s);

    *size = strlen(client->says) - client->said;
    return (const uint8_t *)client->says + client->said;
}

static void read_ack(struct stream *s, size_t size)
{
    client_of(s)->said += size;
}

static size_t write_bytes(struct stream *s, const uint8_t *bytes, size_t size)
{
    struct client *client = client_of(s);

    assert_true(client->heard + size < sizeof client->hears);
    memcpy(client->hears + client->heard, bytes, size);
    client->heard += size;
    return size;
}

static void flush(struct stream *s)
{
    (void)s;
}

static bool all_sent(const struct stream *s)
{
    (void)s;
    return true;
}

static void close_stream(struct stream *s)
{
    client_of(s)->closed = true;
}

static const struct stream_backend backend = {read_buf, read_ack,     write_bytes, flush,
                                              all_sent, close_stream, close_stream};

bool stream_tcp_listen(struct stream_tcp_listener *listener, uint16_t port)
{
    assert_int_equal(port, CONFIG_INTAKE_PORT);
    listening = listener;
    return true;
}

void stream_tcp_unlisten(struct stream_tcp_listener *listener)
{
    assert_ptr_equal(listener, listening);
    listening = NULL;
}

bool stream_tcp_waits(const struct stream_tcp_listener *listener,
                      char text[ADDRESS_TEXT_SIZE])
{
    assert_ptr_equal(listener, listening);
    if (arrived > accepted)
        strcpy(text, clients[accepted].address);
    return arrived > accepted;
}

bool stream_tcp_accept(struct stream_tcp_listener *listener, struct stream_tcp *s)
{
    assert_ptr_equal(listener, listening);
    if (arrived == accepted)
        return false;
    memset(s, 0, sizeof *s);
    s->stream.backend = &backend;
    s->stream.connected = true;
    clients[accepted++].stream = &s->stream;
    return true;
}

void stream_tcp_peer(const struct stream_tcp *s, char text[ADDRESS_TEXT_SIZE])
{
    strcpy(text, client_of(&s->stream)->address);
}

/* Knows one network of the default list, in its middle. */
bool stream_tcp_peer_in(const struct stream_tcp *s, const char *network)
{
    static const char inside[] = "192.168.0.0/16 ";

    return strncmp(network, inside, sizeof inside - 1) == 0 &&
           strncmp(client_of(&s->stream)->address, "192.168.", 8) == 0;
}

static struct client *arrive(const char *address)
{
    struct client *client = &clients[arrived++];

    client->address = address;
    return client;
}

/* ---- Tests ------------------------------------------------------------------------------------ */

static uint32_t pass(uint32_t ms)
{
    now.uptime_ms += ms;
    (void)intake_poll(&now);
    return intake_poll(&now);
}

static void says(struct client *client, const char *line)
{
    strcat(client->says, line);
    (void)pass(1);
}

static void heard(const struct client *client, const char *last)
{
    if (strstr(client->hears, last) == NULL)
        fail_msg("%s is not in %s", last, client->hears);
}

static void greeted(struct client *client)
{
    (void)pass(1);
    (void)pass(60);
    heard(client, "220 ");
}

static void networks(void **state)
{
    struct client *inside = arrive("192.168.1.2"), *outside = arrive("203.0.113.9");

    (void)state;
    greeted(inside);
    greeted(outside);
    assert_int_equal(intake_counts()->open, 2);
    says(inside, "EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<c@d.example>\r\n");
    heard(inside, "250 2.1.5 ");
    says(outside, "EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<c@d.example>\r\n");
    heard(outside, "550 5.7.1 ");
    says(inside, "DATA\r\nx\r\n.\r\nQUIT\r\n");
    heard(inside, "kept as 17");
    assert_string_equal(fake_spool.letter.origin.address, "192.168.1.2");
    assert_true(inside->closed);
    says(outside, "QUIT\r\n");
    assert_true(outside->closed);
    assert_int_equal(intake_counts()->open, 0);
    assert_int_equal(intake_counts()->letters, 1);
    assert_int_equal(intake_counts()->refused_relay, 1);
}

static void leave(struct client *client)
{
    says(client, "QUIT\r\n");
    assert_true(client->closed);
}

#define PATIENCE_MS (CONFIG_INTAKE_PATIENCE_S * 1000)

/* All sessions are silent: the idlest gives way, after a while, and only when others wait. */
static void silent_clients(void **state)
{
    struct client *silent[CONFIG_INTAKE_SESSIONS], *good;

    (void)state;
    for (unsigned i = 0; i < CONFIG_INTAKE_SESSIONS; i++) {
        silent[i] = arrive("192.168.1.3");
        greeted(silent[i]);
        says(silent[i], "EHLO a\r\n");
    }
    says(silent[0], "MAIL FROM:<>\r\n"); /* now the second is the idlest */
    assert_int_equal(pass(60000), 1000);
    assert_int_equal(intake_counts()->open, CONFIG_INTAKE_SESSIONS);
    says(silent[0], "RCPT TO:<c@d.example>\r\n");

    good = arrive("192.168.1.4");
    greeted(good);
    assert_true(silent[1]->closed);
    heard(silent[1], "421 4.3.2 ");
    assert_false(silent[0]->closed);
    says(good, "EHLO g\r\nMAIL FROM:<>\r\n");

    for (unsigned i = 2; i < CONFIG_INTAKE_SESSIONS; i++)
        says(silent[i], "EHLO a\r\nMAIL FROM:<>\r\n");
    arrive("192.168.1.5"); /* must wait: nobody has been idle for long */
    assert_int_equal(pass(100), 10);
    assert_int_equal(accepted, arrived - 1);
    (void)pass(PATIENCE_MS);
    assert_int_equal(accepted, arrived);
    assert_int_equal(intake_counts()->open, CONFIG_INTAKE_SESSIONS);
    for (unsigned i = 0; i < arrived; i++) {
        if (!clients[i].closed)
            leave(&clients[i]);
    }
    assert_int_equal(intake_counts()->open, 0);
}

/* A source that has sessions pushes out its own, be others' idle for longer. */
static void own_sessions_first(void **state)
{
    struct client *own, *others[CONFIG_INTAKE_SESSIONS - 1];

    (void)state;
    for (unsigned i = 0; i < CONFIG_INTAKE_SESSIONS - 1; i++) {
        others[i] = arrive("192.168.1.3");
        greeted(others[i]);
        says(others[i], "EHLO a\r\nMAIL FROM:<>\r\n");
    }
    own = arrive("192.168.1.6");
    greeted(own);
    says(own, "EHLO a\r\nMAIL FROM:<>\r\n");
    (void)pass(PATIENCE_MS - 10);
    says(own, "RSET\r\nMAIL FROM:<>\r\n");
    arrive("192.168.1.6");
    (void)pass(PATIENCE_MS - 10);
    assert_int_equal(accepted, arrived - 1);
    (void)pass(10);
    assert_int_equal(accepted, arrived);
    assert_true(own->closed);
    leave(&clients[accepted - 1]);
    for (unsigned i = 0; i < CONFIG_INTAKE_SESSIONS - 1; i++)
        leave(others[i]);
}

/* Who has not said hello is idle sooner; and nobody is while the spool takes nothing. */
static void who_has_not_said_hello(void **state)
{
    struct client *polite[CONFIG_INTAKE_SESSIONS - 1], *mute;

    (void)state;
    for (unsigned i = 0; i < CONFIG_INTAKE_SESSIONS - 1; i++) {
        polite[i] = arrive("192.168.1.3");
        greeted(polite[i]);
        says(polite[i], "EHLO a\r\nMAIL FROM:<>\r\n");
    }
    mute = arrive("192.168.1.7");
    greeted(mute);
    arrive("192.168.1.8");
    fake_spool.erasing = true;
    (void)pass(60000);
    fake_spool.erasing = false;
    assert_false(mute->closed);
    (void)pass(PATIENCE_MS / 4);
    assert_true(mute->closed);
    heard(mute, "421 4.3.2 ");
    (void)pass(60);
    leave(&clients[accepted - 1]);
    for (unsigned i = 0; i < CONFIG_INTAKE_SESSIONS - 2; i++)
        leave(polite[i]);
}

static void stop(void **state)
{
    (void)state;
    intake_stop();
    assert_null(listening);
    assert_int_equal(intake_counts()->open, 0);
    heard(&clients[accepted - 3], "421 4.3.2 ");
    assert_true(clients[accepted - 3].closed);
    assert_int_equal(fake_spool.open, 0);
    assert_int_equal(pass(10), 1000);
}

int main(void)
{
    /* One after the other: the server is one for the whole program. */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks),
        cmocka_unit_test(silent_clients),
        cmocka_unit_test(own_sessions_first),
        cmocka_unit_test(who_has_not_said_hello),
        cmocka_unit_test(stop),
    };

    log_init();
    fake_spool_reset();
    intake_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
