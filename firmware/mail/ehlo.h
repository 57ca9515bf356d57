/* SPDX-License-Identifier: MIT */
/* ehlo.h: what the next hop can do, from the lines of its EHLO reply (RFC 5321 4.1.1.1). */
#ifndef MAIL_EHLO_H
#define MAIL_EHLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ehlo {
    bool size;         /* SIZE announced (RFC 1870) */
    uint32_t size_max; /* its value; 0: no fixed limit */
    bool eightbit;     /* 8BITMIME (RFC 6152) */
    bool pipelining;   /* PIPELINING (RFC 2920) */
    bool enhanced;     /* ENHANCEDSTATUSCODES (RFC 2034) */
    bool starttls;     /* STARTTLS (RFC 3207) */
    bool dsn;          /* DSN (RFC 3461) */
    uint8_t auth;      /* bits of enum ehlo_auth (RFC 4954) */
};

enum ehlo_auth {
    EHLO_AUTH_PLAIN = 1,
    EHLO_AUTH_LOGIN = 2,
    EHLO_AUTH_CRAM_MD5 = 4,
    EHLO_AUTH_SCRAM_SHA_256 = 8,
    EHLO_AUTH_XOAUTH2 = 16,
    EHLO_AUTH_NTLM = 32,
    EHLO_AUTH_OTHER = 128
};

/* Forgets everything: at the start, and again after STARTTLS. */
void ehlo_init(struct ehlo *ehlo);

/*
 * Adds what one keyword line says of letters: "SIZE 35882577", "8BITMIME", "PIPELINING",
 * "DSN".
 */
void ehlo_add(struct ehlo *ehlo, const char *line, size_t length);

/*
 * Adds what one keyword line says of the session: the rest of struct ehlo ("STARTTLS",
 * "AUTH=LOGIN"). It is in an image only where a connector's profile asks for it.
 */
void ehlo_add_session(struct ehlo *ehlo, const char *line, size_t length);

#endif
