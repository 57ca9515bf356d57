/* SPDX-License-Identifier: MIT */
/* sources: firmware/stream/tls_chain.c firmware/stream/tls_pin.c firmware/stream/tls_anchors.c firmware/stream/tls_memory.c firmware/stream/tls_kept.c firmware/stream/stream.c firmware/stream/stream_memory.c firmware/crypto/random.c firmware/base/cursor.c firmware/base/log.c firmware/base/text.c tests/unit/tls_server.c */
/*
 * fuzz_handshake.c: any octets as what a TLS server says. Our random numbers are the same each
 * time, so that what a real server said once is right each time, and changes of it go deep:
 *
 *     fuzz_handshake --record FOLDER
 *
 * writes that down. The first octet says whom to trust, whether a session is offered for
 * resumption and of which cipher, and the size of the pieces.
 *
 * A handshake is over with the real server's secret only, and text is what it said.
 */
#include "stream/stream_tls.c"

#include "stream/stream_memory.h"

#include "unit/tls_certificates.h"
#include "unit/tls_server.h"

#include <stdio.h>
#include <stdlib.h>

#define CHECK(what)                                                                        \
    do {                                                                                   \
        if (!(what))                                                                       \
            abort();                                                                       \
    } while (0)

#define NOW     1700000000u /* within the certificate's time */
#define SAID    "220 mx.example.org ESMTP\r\n250 ok\r\n"
#define RESUMES 4u  /* in the first octet, twice that: of GCM; below it the trust */
#define PIECES  16u /* and above it: octets at once, 0: all */
#define STORIES 4u

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerInitialize(int *count, char ***arguments);

static struct tls_peer peer = {.name = "mx.example.org", .pins = LEAF_PIN};
static struct stream_memory line;
static br_ssl_session_parameters real[2]; /* the real server's sessions: ChaCha20, GCM */
static uint8_t octets[STORIES][8192];     /* what it said: new, resumed; the same in GCM */
static size_t lengths[STORIES];

/* Of a first octet. */
static size_t story_of(unsigned first)
{
    return first / RESUMES % STORIES;
}

static void begin(size_t story)
{
    random_init((const uint8_t *)"0123456789abcdef0123456789abcdef", 32, NULL, 0);
    if (story % 2 == 1)
        sessions[0] = real[story / 2];
    else
        memset(sessions, 0, sizeof sessions);
    stream_memory_open(&line);
    (void)stream_tls_begin(&line.stream, &peer, NOW);
}

/* ---- The real server --------------------------------------------------------------------- */

static bool server_goes_on(size_t which)
{
    uint8_t *said = octets[which] + lengths[which];
    size_t taken = tls_server_take(line.sent, line.sent_length);
    size_t given = tls_server_give(
        said, min_size(sizeof line.fed - 100, sizeof octets[0] - lengths[which]));

    memmove(line.sent, line.sent + taken, line.sent_length - taken);
    line.sent_length -= taken;
    lengths[which] += given;
    stream_memory_feed(&line, said, given);
    return taken > 0 || given > 0;
}

static void converse(size_t which)
{
    bool moved = true;

    while (moved) {
        moved = server_goes_on(which);
        moved = stream_tls_poll() == 0 || moved;
    }
}

static void play(size_t which)
{
    begin(which);
    converse(which);
    CHECK(stream_is_connected(&tls.stream) && tls.resumed == (which % 2 == 1));
    tls_server_say(SAID);
    converse(which);
    tls_server_close();
    converse(which);
    if (which % 2 == 0)
        real[which / 2] = sessions[0];
    stream_abort(&tls.stream);
    tls_server_next();
}

static void record(const char *folder)
{
    char path[200];

    for (unsigned first = 0; first < 3 * PIECES; first++) {
        size_t which = story_of(first);
        FILE *file;

        snprintf(path, sizeof path, "%s/%02u", folder, first);
        file = fopen(path, "wb");
        CHECK(file != NULL);
        CHECK(fputc((int)first, file) != EOF);
        CHECK(fwrite(octets[which], 1, lengths[which], file) == lengths[which]);
        fclose(file);
    }
    exit(0);
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    log_init();
    peer.trust = TLS_ANCHORS;
    tls_server_start(leaf_certificate, sizeof leaf_certificate, leaf_secret,
                     sizeof leaf_secret);
    play(0);
    play(1);
    tls_server_take_gcm();
    play(2);
    play(3);
    if (*count == 3 && strcmp((*arguments)[1], "--record") == 0)
        record((*arguments)[2]);
    return 0;
}

/* ---- The hostile one --------------------------------------------------------------------- */

/* What was read; more than was said is none of the real server's. */
static void check_text(size_t *heard)
{
    size_t size;
    const uint8_t *text = stream_read_buf(&tls.stream, &size);

    if (text == NULL)
        return;
    CHECK(stream_is_connected(&tls.stream) && *heard + size <= sizeof SAID - 1);
    CHECK(memcmp(text, &SAID[*heard], size) == 0);
    *heard += size;
    stream_read_ack(&tls.stream, size);
}

static bool is_real(const br_ssl_session_parameters *session)
{
    for (size_t i = 0; i < COUNT_OF(real); i++) {
        if (memcmp(session->master_secret, real[i].master_secret,
                   sizeof session->master_secret) == 0)
            return true;
    }
    return false;
}

static void check_state(void)
{
    if (stream_is_connected(&tls.stream)) {
        CHECK(stream_error(&tls.stream) == STREAM_OK);
        CHECK(sessions[0].session_id_len <= sizeof sessions[0].session_id);
        CHECK(is_real(&sessions[0]));
    }
    if (stream_error(&tls.stream) != STREAM_OK)
        CHECK(stream_error(&tls.stream) >= STREAM_TLS_NO_ENTROPY &&
              stream_error(&tls.stream) <= STREAM_TLS_PROTOCOL);
}

static void listen(size_t *heard)
{
    while (stream_tls_poll() == 0)
        line.sent_length = 0;
    check_state();
    check_text(heard);
}

static size_t say(const uint8_t *bytes, size_t size, size_t piece)
{
    size_t waiting = line.fed_length - line.fed_taken;
    size_t said = waiting > 0 ? 0 : min_size(min_size(piece, sizeof line.fed), size);

    if (said > 0)
        stream_memory_feed(&line, bytes, said);
    return said;
}

static void hear_out(const uint8_t *bytes, size_t size, size_t piece)
{
    size_t heard = 0, said;

    do {
        said = say(bytes, size, piece);
        bytes += said;
        size -= said;
        listen(&heard);
    } while (said > 0);
    (void)stream_write(&tls.stream, (const uint8_t *)"QUIT\r\n", 6);
    stream_flush(&tls.stream);
    stream_memory_end(&line);
    listen(&heard);
    listen(&heard);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const enum tls_trust trusts[] = {TLS_ANCHORS, TLS_PINS, TLS_UNVERIFIED,
                                            TLS_ANCHORS};

    if (size < 1)
        return 0;
    peer.trust = trusts[bytes[0] % COUNT_OF(trusts)];
    begin(story_of(bytes[0]));
    hear_out(bytes + 1, size - 1, bytes[0] < PIECES ? SIZE_MAX : bytes[0] / PIECES);
    stream_close(&tls.stream);
    CHECK(line.closed && tls.below == NULL);
    return 0;
}
