/* SPDX-License-Identifier: MIT */
/* tls_server.h: BearSSL's TLS 1.2 server, ECDHE-ECDSA, as the peer of tests. */
#ifndef TESTS_UNIT_TLS_SERVER_H
#define TESTS_UNIT_TLS_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A new server without sessions. The certificate and its key (P-256) must outlive it. */
void tls_server_start(const uint8_t *certificate, size_t size, const uint8_t *secret,
                      size_t secret_size);

/* The next connection, with the sessions of those before; or without. */
void tls_server_next(void);
void tls_server_forget(void);

/* AES-256-GCM with SHA-384 in place of ChaCha20. */
void tls_server_take_gcm(void);

/* Offers suites that no client of ours does. */
void tls_server_refuse_suites(void);

/* Octets of the line: takes some, gives at most `room`; both say how many. */
size_t tls_server_take(const uint8_t *octets, size_t size);
size_t tls_server_give(uint8_t *octets, size_t room);

/* Text. What was heard is a string of at most some kilobytes; its length goes on. */
void tls_server_say(const char *text);
const char *tls_server_heard(void);
size_t tls_server_heard_length(void);
void tls_server_close(void);
bool tls_server_is_closed(void);

/* Asks for a new handshake; afterwards whether the client declined it. */
bool tls_server_renegotiate(void);
bool tls_server_was_refused(void);

/* The name that the client asked for; whether its session was taken up. */
const char *tls_server_asked_for(void);
bool tls_server_resumed(void);

#endif
