/* SPDX-License-Identifier: MIT */
/* command.h: SMTP command lines as a server reads them (RFC 5321 section 4.1.1). Pure. */
#ifndef MAIL_COMMAND_H
#define MAIL_COMMAND_H

#include "base/cursor.h"
#include "mail/address.h"
#include "config/config.h"

#include <stdbool.h>
#include <stdint.h>

#define COMMAND_LINE_MAX 512 /* octets with CRLF, RFC 5321 section 4.5.3.1.4 */

enum command_verb {
    COMMAND_EHLO,
    COMMAND_HELO,
    COMMAND_MAIL,
    COMMAND_RCPT,
    COMMAND_DATA,
    COMMAND_RSET,
    COMMAND_NOOP,
    COMMAND_VRFY,
    COMMAND_HELP,
    COMMAND_QUIT,
#if CONFIG_INTAKE_ANY_AUTH
    COMMAND_AUTH,
#endif
    COMMAND_UNKNOWN
};

/*
 * The verb at the start of a line without its CRLF; `arguments` is what follows the space,
 * without the blanks at either end (RFC 5321 section 4.1.1 asks to tolerate those at the end).
 */
enum command_verb command_read(struct cursor line, struct cursor *arguments);

enum command_result {
    COMMAND_OK,
    COMMAND_SYNTAX,         /* 501 5.5.4 */
    COMMAND_BAD_ADDRESS,    /* 501 5.1.3 / 5.1.7 */
    COMMAND_UNKNOWN_OPTION, /* 555 5.5.4 */
    COMMAND_BAD_OPTION      /* 501 5.5.4: a known parameter with a value out of range */
};

#define COMMAND_DSN 2 /* parameters of RFC 3461 that MAIL takes, and RCPT */

/* What MAIL or RCPT says. */
struct command_path {
    struct address address;
    uint32_t size; /* octets declared; 2^32 - 1 stands for that and more (RFC 1870) */
    bool eightbit; /* BODY=8BITMIME */
    /* "KEYWORD=value" as it came: RET and ENVID, or NOTIFY and ORCPT; empty: not given */
    struct cursor dsn[COMMAND_DSN];
};

/*
 * "FROM:<path> [SIZE=n] [BODY=7BIT|8BITMIME] [RET=FULL|HDRS] [ENVID=xtext]"; a blank after the
 * colon is tolerated. Each parameter at most once. A source route is dropped.
 */
enum command_result command_read_mail(struct cursor arguments, struct command_path *mail);

/*
 * "TO:<path> [NOTIFY=NEVER|SUCCESS,FAILURE,DELAY] [ORCPT=type;xtext]", likewise. What xtext
 * stands for must be printable.
 */
enum command_result command_read_rcpt(struct cursor arguments, struct command_path *rcpt);

/*
 * The size-value of RFC 1870 section 3, in MAIL and in EHLO replies alike: 1 to 20 digits and
 * nothing else. What is over 2^32 - 1 becomes 2^32 - 1.
 */
bool command_read_size(struct cursor value, uint32_t *size);

/* A domain or an address literal, as EHLO and HELO must give (RFC 5321 section 4.1.1.1). */
bool command_read_helo(struct cursor arguments);

#endif
