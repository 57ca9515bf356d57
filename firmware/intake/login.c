/* SPDX-License-Identifier: MIT */
/*
 * login.c: AUTH for devices that insist on it (RFC 4954), where INTAKE_ANY_AUTH says so. Whatever
 * is given is taken: no user is known here, and who may relay is decided by the client's address
 * alone. So nothing is decoded either, and devices that get Base64 wrong come in, too.
 *
 * Promises: credentials are not kept, checked, logged or stored; session.c wipes each line once
 * it was obeyed.
 */
#include "intake/session.h"

#include "config/config.h"

#if CONFIG_INTAKE_ANY_AUTH

/* What the next line of the client is. */
enum { AWAITS_COMMAND, AWAITS_USER, AWAITS_SECRET };

static enum answer await(struct session *s, uint8_t what, enum answer answer)
{
    s->awaits = what;
    return answer;
}

enum answer login_begin(struct session *s, struct cursor arguments)
{
    bool plain = cursor_skip_word(&arguments, "PLAIN");
    bool initial;

    if (!s->allowed)
        return ANSWER_AUTH_OUTSIDE;
    if (!plain && !cursor_skip_word(&arguments, "LOGIN"))
        return ANSWER_AUTH_MECHANISM;
    if (arguments.left > 0 && cursor_peek(&arguments) != ' ')
        return ANSWER_AUTH_MECHANISM;
    if (s->done & SESSION_MAIL)
        return ANSWER_ONE_MAIL;
    cursor_skip_blanks(&arguments);
    initial = arguments.left > 0;
    if (plain)
        return initial ? ANSWER_AUTH_DONE : await(s, AWAITS_SECRET, ANSWER_AUTH_GO_ON);
    return initial ? await(s, AWAITS_SECRET, ANSWER_AUTH_PASSWORD)
                   : await(s, AWAITS_USER, ANSWER_AUTH_USER);
}

enum answer login_go_on(struct session *s, uint8_t awaited, struct cursor line)
{
    if (cursor_is_word(&line, "*"))
        return ANSWER_AUTH_CANCELLED;
    if (awaited == AWAITS_USER)
        return await(s, AWAITS_SECRET, ANSWER_AUTH_PASSWORD);
    return ANSWER_AUTH_DONE;
}

#endif
