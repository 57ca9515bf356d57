/* SPDX-License-Identifier: MIT */
/* sources: firmware/intake/session.c firmware/intake/commands.c firmware/intake/answers.c
 * firmware/intake/origin.c firmware/intake/quota.c firmware/mail/address.c firmware/mail/command.c
 * firmware/mail/dots.c firmware/mail/headers.c firmware/mail/letter.c firmware/base/ip_text.c firmware/base/crc32.c firmware/base/cursor.c
 * firmware/base/text.c firmware/base/words.c firmware/base/log.c firmware/stream/stream.c
 * firmware/stream/stream_memory.c tests/unit/fake_spool.c */
/*
 * fuzz_session.c: any octets as what a client says to the SMTP server, in pieces, over the
 * stand-in for the spool that test_session.c uses. What is said back is lines of a reply; a letter
 * is kept as often as "kept" is said, by whoever may relay, and clean.
 */
#define main unit_tests
int unit_tests(void);
#include "unit/test_session.c"
#undef main

#define CHECK(what)                                                                        \
    do {                                                                                   \
        if (!(what))                                                                       \
            abort();                                                                       \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static unsigned kept;

/* Whole lines of printable ASCII, each with a code. */
static void check_answers(void)
{
    const char *at = (const char *)peer.sent, *end = at + peer.sent_length;

    while (at < end) {
        const char *cr = memchr(at, '\r', (size_t)(end - at));

        CHECK(cr != NULL && cr - at >= 4 && cr + 1 < end && cr[1] == '\n');
        CHECK(at[0] >= '2' && at[0] <= '5' && (at[3] == ' ' || at[3] == '-'));
        for (const char *c = at; c < cr; c++)
            CHECK(*c >= ' ' && *c <= '~');
        kept += cr - at > 24 && memcmp(at, "250 2.0.0 Ok, kept as ", 22) == 0;
        at = cr + 2;
    }
    peer.sent_length = 0;
}

static void check_path(const char *path)
{
    for (; *path != '\0'; path++)
        CHECK(*path >= ' ' && *path <= '~');
}

static void check_letter(bool allowed)
{
    const struct fake_letter *letter = &fake_spool.letter;

    CHECK(allowed && letter->recipients > 0);
    check_path(letter->sender);
    for (unsigned i = 0; i < letter->recipients; i++)
        check_path(letter->recipient[i]);
    CHECK(memchr(letter->text, '\0', letter->text_size) == NULL);
    for (size_t i = 0; i < letter->text_size; i++) {
        bool cr = letter->text[i] == '\r', lf = letter->text[i] == '\n';

        CHECK(!cr || letter->text[i + 1] == '\n');
        CHECK(!lf || (i > 0 && letter->text[i - 1] == '\r'));
    }
}

static void take_turns(bool allowed)
{
    unsigned committed;

    do {
        committed = fake_spool.committed;
        for (int i = 0; i < 4; i++)
            run();
        if (fake_spool.committed != committed)
            check_letter(allowed);
        check_answers();
    } while (going &&
             (peer.fed_length > peer.fed_taken || fake_spool.committed != committed));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    size_t piece;
    bool allowed;

    if (size < 2)
        return 0;
    allowed = bytes[1] % 4 != 0;
    piece = bytes[0] % 64 + 1u;
    connect_client(allowed);
    fake_spool.tires = bytes[1] % 8 >= 4;
    fake_spool.text_room = bytes[1] % 16 >= 8 ? 100 : 0;
    kept = 0;
    now.uptime_ms += CONFIG_INTAKE_GREETING_MS;
    run();
    check_answers();
    for (size_t at = 2; at < size && going; at += piece) {
        stream_memory_feed(&peer, bytes + at, piece < size - at ? piece : size - at);
        take_turns(allowed);
    }
    stream_memory_end(&peer);
    take_turns(allowed);
    CHECK(!going && fake_spool.open == 0 && kept == fake_spool.committed);
    return 0;
}
