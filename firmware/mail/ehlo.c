/* SPDX-License-Identifier: MIT */
/* ehlo.c: keywords of an EHLO reply; they compare without case (RFC 5321 section 2.4). */
#include "mail/ehlo.h"

#include "base/bytes.h"
#include "base/cursor.h"
#include "mail/command.h"

#include <string.h>

/* Keywords of the session that say it all by being there. */
static const struct {
    char keyword[20];
    uint8_t offset; /* of the bool in struct ehlo */
} plain[] = {
    {"ENHANCEDSTATUSCODES", offsetof(struct ehlo, enhanced)},
    {"STARTTLS",            offsetof(struct ehlo, starttls)},
};

static const struct {
    char name[15];
    uint8_t bit;
} mechanism[] = {
    {"PLAIN",         EHLO_AUTH_PLAIN        },
    {"LOGIN",         EHLO_AUTH_LOGIN        },
    {"CRAM-MD5",      EHLO_AUTH_CRAM_MD5     },
    {"SCRAM-SHA-256", EHLO_AUTH_SCRAM_SHA_256},
    {"XOAUTH2",       EHLO_AUTH_XOAUTH2      },
    {"NTLM",          EHLO_AUTH_NTLM         },
};

void ehlo_init(struct ehlo *ehlo)
{
    memset(ehlo, 0, sizeof *ehlo);
}

/* The octets up to the next blank, or up to "=" as well where `equals` says so. */
static struct cursor take_word(struct cursor *c, bool equals)
{
    struct cursor start = *c;

    while (c->left > 0 && cursor_peek(c) != ' ' && cursor_peek(c) != '\t' &&
           !(equals && cursor_peek(c) == '='))
        cursor_next(c);
    return cursor_over(start.at, start.left - c->left);
}

static uint8_t mechanism_bit(const struct cursor *word)
{
    for (size_t i = 0; i < COUNT_OF(mechanism); i++) {
        if (cursor_is_word(word, mechanism[i].name))
            return mechanism[i].bit;
    }
    return EHLO_AUTH_OTHER;
}

/* "AUTH PLAIN LOGIN" (RFC 4954 section 3), or "AUTH=PLAIN LOGIN" as old servers say it too. */
static void add_mechanisms(struct ehlo *ehlo, struct cursor *c)
{
    cursor_skip(c, '=');
    for (cursor_skip_blanks(c); c->left > 0; cursor_skip_blanks(c)) {
        struct cursor word = take_word(c, false);

        ehlo->auth |= mechanism_bit(&word);
    }
}

void ehlo_add(struct ehlo *ehlo, const char *line, size_t length)
{
    struct cursor c = cursor_over(line, length);
    struct cursor keyword = take_word(&c, true);

    if (cursor_peek(&c) == '=')
        return;
    if (cursor_is_word(&keyword, "8BITMIME"))
        ehlo->eightbit = true;
    if (cursor_is_word(&keyword, "PIPELINING"))
        ehlo->pipelining = true;
    if (cursor_is_word(&keyword, "DSN"))
        ehlo->dsn = true;
    if (cursor_is_word(&keyword, "SIZE")) {
        ehlo->size = true;
        cursor_skip_blanks(&c);
        keyword = take_word(&c, false);
        if (!command_read_size(keyword, &ehlo->size_max))
            ehlo->size_max = 0;
    }
}

void ehlo_add_session(struct ehlo *ehlo, const char *line, size_t length)
{
    struct cursor c = cursor_over(line, length);
    struct cursor keyword = take_word(&c, true);

    if (cursor_is_word(&keyword, "AUTH"))
        add_mechanisms(ehlo, &c);
    if (cursor_peek(&c) == '=')
        return;
    for (size_t i = 0; i < COUNT_OF(plain); i++) {
        if (cursor_is_word(&keyword, plain[i].keyword))
            *(bool *)((uint8_t *)ehlo + plain[i].offset) = true;
    }
}
