/* SPDX-License-Identifier: MIT */
/* sources: firmware/delivery/attempt.c firmware/delivery/dialogue.c firmware/delivery/turn.c firmware/delivery/verdict.c firmware/mail/outcome.c firmware/mail/reply.c firmware/mail/ehlo.c firmware/mail/command.c firmware/mail/address.c firmware/mail/dots.c firmware/base/text.c firmware/base/words.c firmware/base/ip_text.c firmware/base/cursor.c firmware/stream/stream.c firmware/stream/stream_memory.c firmware/stream/stream_tls.c firmware/stream/tls_chain.c firmware/stream/tls_pin.c firmware/stream/tls_anchors.c firmware/stream/tls_memory.c firmware/stream/tls_kept.c firmware/crypto/random.c firmware/base/log.c tests/unit/tls_server.c */
/*
 * fuzz_attempt.c: any octets as what a next hop says, over the player of test_attempt.c: NUL parts
 * its turns. The dialogue ends, commands stay commands, the peer's words are clean, and nothing
 * counts as sent without a final dot that was answered 2yz.
 */
#define main unit_tests
int unit_tests(void);
#include "unit/test_attempt.c"
#undef main

#define TURNS 64

#define CHECK(what)                                                                        \
    do {                                                                                   \
        if (!(what))                                                                       \
            abort();                                                                       \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct letter letters[] = {
    {"s@a.example", "Subject: x\r\n\r\n.dot\r\n..\r\nhello\r\n", 33, 2, false},
    {"",            "Subject: y\r\n\r\nGr\xc3\xbc\xdf\r\n",      0,  3, false},
    {"s@a.example", TEXT,                                        21, 1, true },
};

static unsigned count(const char *text, const char *part)
{
    unsigned found = 0;

    for (text = strstr(text, part); text != NULL; text = strstr(text + 1, part))
        found++;
    return found;
}

/* Each line is one of the client's, in ASCII unless a text was let through. */
static void check_said(void)
{
    static const char *const verbs[] = {
        "EHLO box.example\r\n",
        "HELO box.example\r\n",
        "MAIL FROM:<",
        "RCPT TO:<r",
        "DATA\r\n",
        "RSET\r\n",
        "QUIT\r\n",
        ".\r\n",
        "Subject: ",
        "\r\n",
        "..dot\r\n",
        "...\r\n",
        "hello\r\n",
        "Gr\xc3\xbc\xdf\r\n",
    };

    for (const char *at = play.said; *at != '\0';) {
        const char *end = strstr(at, "\r\n");
        bool known = end == NULL;

        for (size_t i = 0; i < COUNT_OF(verbs) && !known; i++)
            known = strncmp(at, verbs[i], strlen(verbs[i])) == 0;
        CHECK(known);
        at = end == NULL ? at + strlen(at) : end + 2;
    }
}

static void check_words(void)
{
    for (const char *c = play.attempt.reply.text; *c != '\0'; c++)
        CHECK(*c >= ' ' && *c <= '~');
    CHECK(count(play.facts, "sent none 2.") <= count(play.said, "\r\n.\r\n"));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static char turns[8192 + 1];
    const char *script[TURNS + 1];
    size_t used = 0;
    struct world world;

    if (size < 1 || size >= sizeof turns)
        return 0;
    memcpy(turns, bytes + 1, size - 1);
    turns[size - 1] = '\0';
    for (size_t at = 0; at < size - 1 && used < TURNS; at += strlen(&turns[at]) + 1)
        script[used++] = &turns[at];
    script[used] = NULL;
    world = worlds[bytes[0] % COUNT_OF(worlds)];
    if (world.segment > 2048)
        world.segment = 2048; /* the stream's buffer holds no more */
    world.helo_only = bytes[0] % 16 == 15;
    perform(script, letters, COUNT_OF(letters), world);
    check_said();
    check_words();
    return 0;
}
