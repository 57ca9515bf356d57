/* SPDX-License-Identifier: MIT */
/* sources: firmware/stream/stream_tls.c firmware/stream/tls_chain.c firmware/stream/tls_pin.c firmware/stream/tls_anchors.c firmware/stream/tls_memory.c firmware/stream/tls_kept.c firmware/stream/stream.c firmware/stream/stream_memory.c firmware/crypto/random.c firmware/base/cursor.c firmware/base/log.c firmware/base/text.c tests/unit/tls_server.c */
/*
 * test_stream_tls.c: our client against BearSSL's server, over two arrays. What the server
 * cannot be made to do wrong, the test does to the octets on their way.
 */
#include "stream/stream_tls.h"

#include "stream/stream_memory.h"
#include "stream/tls_chain.h"

#include "base/bytes.h"
#include "base/cursor.h"
#include "base/log.h"
#include "crypto/random.h"

#include "unit/tls_certificates.h"
#include "unit/tls_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define NOW       1700000000u /* within the certificate's time */
#define BEFORE    1500000000u
#define AFTERWARD 4200000000u
#define NO_PIN    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static struct stream_memory line;
static struct stream *client;

static struct tls_peer peer;

static void begin(uint32_t wall_s)
{
    stream_memory_open(&line);
    client = stream_tls_begin(&line.stream, &peer, wall_s);
}

/* Octets go both ways, `segment` at most at once, until neither side has any more. */
static void converse(size_t segment)
{
    bool moved = true;

    while (moved) {
        uint8_t octets[4096];
        size_t taken = tls_server_take(line.sent, line.sent_length);
        size_t given;

        memmove(line.sent, line.sent + taken, line.sent_length - taken);
        line.sent_length -= taken;
        given = tls_server_give(
            octets,
            min_size(segment, line.fed_taken == line.fed_length ? sizeof octets : 0));
        stream_memory_feed(&line, octets, given);
        moved = stream_tls_poll() == 0 || taken > 0 || given > 0;
    }
}

static enum stream_error shake_hands(uint32_t wall_s)
{
    begin(wall_s);
    converse(sizeof line.fed);
    return stream_error(client);
}

static int start(void **unused)
{
    (void)unused;
    log_init();
    random_init((const uint8_t *)"0123456789abcdef0123456789abcdef", 32, NULL, 0);
    peer = (struct tls_peer){.name = "mx.example.org", .pins = "", .trust = TLS_ANCHORS};
    tls_server_start(leaf_certificate, sizeof leaf_certificate, leaf_secret,
                     sizeof leaf_secret);
    return 0;
}

static int end(void **unused)
{
    (void)unused;
    if (client != NULL)
        stream_abort(client);
    client = NULL;
    return 0;
}

static void expect_text(const char *expected)
{
    size_t size;
    const uint8_t *text = stream_read_buf(client, &size);

    assert_int_equal(size, strlen(expected));
    if (size > 0)
        assert_memory_equal(text, expected, size);
    stream_read_ack(client, size);
}

/* ---- What goes well ---------------------------------------------------------------------- */

static void text_goes_both_ways(void **unused)
{
    (void)unused;
    assert_int_equal(shake_hands(NOW), STREAM_OK);
    assert_true(stream_is_connected(client));
    assert_string_equal(tls_server_asked_for(), "mx.example.org");
    assert_int_equal(stream_write(client, (const uint8_t *)"EHLO box\r\n", 10), 10);
    assert_int_equal(line.sent_length, 0);
    stream_flush(client);
    assert_true(line.sent_length > 10);
    converse(sizeof line.fed);
    assert_string_equal(tls_server_heard(), "EHLO box\r\n");
    tls_server_say("250 peer\r\n");
    converse(sizeof line.fed);
    expect_text("250 peer\r\n");
    expect_text("");
}

static void octet_by_octet(void **unused)
{
    (void)unused;
    begin(NOW);
    converse(1);
    assert_true(stream_is_connected(client));
    tls_server_say("250 peer\r\n");
    converse(1);
    expect_text("250 peer\r\n");
}

static void a_narrow_line_takes_it_piece_by_piece(void **unused)
{
    static uint8_t text[40000];
    size_t written = 0;

    (void)unused;
    memset(text, 'x', sizeof text);
    assert_int_equal(shake_hands(NOW), STREAM_OK);
    line.window = 7;
    while (written < sizeof text) {
        size_t part = stream_write(client, text + written, sizeof text - written);

        written += part;
        if (part == 0) {
            assert_false(stream_all_sent(client));
            converse(sizeof line.fed);
        }
    }
    stream_flush(client);
    converse(sizeof line.fed);
    assert_true(stream_all_sent(client));
    assert_int_equal(tls_server_heard_length(), sizeof text);
}

static void nothing_is_readable_or_writable_before(void **unused)
{
    size_t size;

    (void)unused;
    begin(NOW);
    (void)stream_tls_poll();
    assert_false(stream_is_connected(client));
    assert_int_equal(stream_write(client, (const uint8_t *)"QUIT", 4), 0);
    assert_null(stream_read_buf(client, &size));
}

static void sessions_are_resumed(void **unused)
{
    (void)unused;
    assert_int_equal(shake_hands(NOW), STREAM_OK);
    stream_close(client);
    tls_server_next();
    assert_int_equal(shake_hands(NOW), STREAM_OK);
    assert_true(tls_server_resumed());
    stream_close(client);
    tls_server_forget();
    assert_int_equal(shake_hands(NOW), STREAM_OK);
    assert_false(tls_server_resumed());
}

static void pins(void **unused)
{
    (void)unused;
    peer.trust = TLS_PINS;
    peer.pins = NO_PIN "  " LEAF_PIN;
    assert_int_equal(shake_hands(NOW), STREAM_OK);
    stream_close(client);
    peer.pins = NO_PIN;
    tls_server_forget();
    assert_int_equal(shake_hands(NOW), STREAM_TLS_UNPINNED);
    peer.pins = LEAF_PIN;
    peer.name = "other.example.org";
    tls_server_forget();
    assert_int_equal(shake_hands(NOW), STREAM_TLS_NAME);
}

/* ---- What a device keeps --------------------------------------------------------------------- */

static bool ready;
static unsigned asked;
static uint8_t kept_pins[2][TLS_PIN_SIZE];
static size_t kept_count;

static bool is_ready(void)
{
    return ready;
}

static bool kept_pin(uint8_t session, unsigned index, uint8_t pin[TLS_PIN_SIZE])
{
    assert_true(ready);
    assert_int_equal(session, 0);
    asked++;
    if (index >= kept_count)
        return false;
    memcpy(pin, kept_pins[index], TLS_PIN_SIZE);
    return true;
}

static size_t no_anchor(unsigned index, size_t offset, uint8_t *octets, size_t size)
{
    (void)index;
    (void)offset;
    (void)octets;
    (void)size;
    asked++;
    return 0;
}

static const struct tls_kept kept = {is_ready, kept_pin, no_anchor};

static void keep_leaf_pin(void)
{
    for (size_t i = 0; i < TLS_PIN_SIZE; i++) {
        struct cursor digits = cursor_over(LEAF_PIN + 2 * i, 2);
        uint32_t octet;

        assert_true(cursor_hex(&digits, 2, &octet));
        kept_pins[1][i] = (uint8_t)octet;
    }
}

static void start_kept(void)
{
    ready = true;
    kept_count = 0;
    memset(kept_pins, 0, sizeof kept_pins);
    keep_leaf_pin();
    peer.kept = &kept;
}

static void kept_pins_count(void **unused)
{
    (void)unused;
    start_kept();
    peer.trust = TLS_PINS;
    assert_int_equal(shake_hands(NOW), STREAM_TLS_UNPINNED);
    peer.pins = NO_PIN;
    kept_count = 1;
    tls_server_forget();
    assert_int_equal(shake_hands(NOW), STREAM_TLS_UNPINNED);
    kept_count = 2;
    tls_server_forget();
    assert_int_equal(shake_hands(NOW), STREAM_OK);
    stream_close(client);
    peer.trust = TLS_ANCHORS;
    asked = 0;
    stream_tls_forget(0);
    tls_server_forget();
    assert_int_equal(shake_hands(NOW), STREAM_OK);
    assert_int_equal(asked, 0);
}

static void no_step_while_the_flash_erases(void **unused)
{
    (void)unused;
    start_kept();
    begin(NOW);
    ready = false;
    assert_in_range(stream_tls_poll(), 1, 1000);
    assert_int_equal(line.sent_length, 0);
    ready = true;
    converse(sizeof line.fed);
    assert_true(stream_is_connected(client));
    ready = false;
    tls_server_say("250 peer\r\n");
    converse(sizeof line.fed);
    expect_text("250 peer\r\n");
}

/* A pin that is removed does not go on by a session of before, nor by one under way. */
static void a_session_is_forgotten(void **unused)
{
    (void)unused;
    start_kept();
    peer.trust = TLS_PINS;
    kept_count = 2;
    assert_int_equal(shake_hands(NOW), STREAM_OK);
    stream_close(client);
    kept_count = 0;
    tls_server_next();
    assert_int_equal(shake_hands(NOW), STREAM_OK);
    assert_true(tls_server_resumed());
    stream_close(client);
    stream_tls_forget(0);
    tls_server_next();
    assert_int_equal(shake_hands(NOW), STREAM_TLS_UNPINNED);
    stream_abort(client);
    kept_count = 2;
    tls_server_next();
    begin(NOW);
    stream_tls_forget(0);
    converse(sizeof line.fed);
    assert_true(stream_is_connected(client));
    stream_close(client);
    kept_count = 0;
    tls_server_next();
    assert_int_equal(shake_hands(NOW), STREAM_TLS_UNPINNED);
}

static void unverified_takes_anybody(void **unused)
{
    (void)unused;
    peer.trust = TLS_UNVERIFIED;
    peer.name = "other.example.org";
    assert_int_equal(shake_hands(0), STREAM_OK);
    assert_string_equal(tls_server_asked_for(), "other.example.org");
}

/* ---- The end ----------------------------------------------------------------------------- */

static void the_peer_ends(void **unused)
{
    (void)unused;
    assert_int_equal(shake_hands(NOW), STREAM_OK);
    tls_server_say("221 bye\r\n");
    tls_server_close();
    converse(sizeof line.fed);
    assert_false(stream_at_end(client));
    expect_text("221 bye\r\n");
    converse(sizeof line.fed);
    assert_true(stream_at_end(client));
}

static void the_line_ends(void **unused)
{
    (void)unused;
    assert_int_equal(shake_hands(NOW), STREAM_OK);
    tls_server_say("221 bye\r\n");
    converse(sizeof line.fed);
    stream_memory_end(&line);
    (void)stream_tls_poll();
    expect_text("221 bye\r\n");
    (void)stream_tls_poll();
    assert_true(stream_at_end(client));
}

static void the_line_breaks(void **unused)
{
    (void)unused;
    assert_int_equal(shake_hands(NOW), STREAM_OK);
    stream_memory_break(&line, STREAM_RESET);
    (void)stream_tls_poll();
    assert_int_equal(stream_error(client), STREAM_RESET);
}

static void we_end(void **unused)
{
    uint8_t answer[100];

    (void)unused;
    assert_int_equal(shake_hands(NOW), STREAM_OK);
    stream_close(client);
    client = NULL;
    assert_true(line.closed);
    (void)tls_server_take(line.sent, line.sent_length);
    (void)tls_server_give(answer, sizeof answer);
    assert_true(tls_server_is_closed());
    assert_int_equal(stream_tls_poll(), UINT32_MAX);
}

static void we_break_off(void **unused)
{
    (void)unused;
    assert_int_equal(shake_hands(NOW), STREAM_OK);
    stream_abort(client);
    client = NULL;
    assert_true(line.aborted);
    assert_int_equal(line.sent_length, 0);
}

/* ---- Anchors of the image ---------------------------------------------------------------- */

static void names_and_last_days(void **unused)
{
    struct cursor name;
    uint32_t last_day;

    (void)unused;
    assert_true(stream_tls_anchor(0, &last_day, &name));
    assert_int_equal(last_day, 4102444800u / 86400);
    assert_int_equal(name.left, 17);
    assert_memory_equal(name.at, "Root of the tests", 17);
    assert_false(stream_tls_anchor(1, &last_day, &name));
}

/* ---- What goes wrong --------------------------------------------------------------------- */

static void certificates(void **unused)
{
    static uint8_t forged[sizeof leaf_certificate];

    (void)unused;
    assert_int_equal(shake_hands(BEFORE), STREAM_TLS_NOT_YET);
    tls_server_next();
    assert_int_equal(shake_hands(AFTERWARD), STREAM_TLS_EXPIRED);
    tls_server_next();
    assert_int_equal(shake_hands(0), STREAM_TLS_NO_CLOCK);
    peer.name = "other.example.org";
    assert_int_equal(shake_hands(NOW), STREAM_TLS_NAME);
    peer.name = "mx.example.org";
    memcpy(forged, leaf_certificate, sizeof forged);
    forged[sizeof forged - 1] ^= 1;
    tls_server_start(forged, sizeof forged, leaf_secret, sizeof leaf_secret);
    assert_int_equal(shake_hands(NOW), STREAM_TLS_UNKNOWN);
    forged[10] ^= 0x20;
    tls_server_start(forged, sizeof forged, leaf_secret, sizeof leaf_secret);
    assert_int_equal(shake_hands(NOW), STREAM_TLS_CERTIFICATE);
}

/* What the engine says of a certificate that comes octet by octet, as a server may send it. */
static unsigned judge_by_octets(enum tls_trust trust, const uint8_t *octets, size_t size)
{
    const struct tls_peer server = {"mx.example.org", LEAF_PIN, trust, 0, NULL};
    const br_x509_class **judge = tls_chain_begin(&server, NOW);

    (*judge)->start_chain(judge, server.name);
    (*judge)->start_cert(judge, (uint32_t)size);
    for (size_t at = 0; at < size; at++)
        (*judge)->append(judge, octets + at, 1);
    (*judge)->end_cert(judge);
    return (*judge)->end_chain(judge);
}

/* Once wrong, it stays so, whatever comes behind. */
static void a_damaged_certificate_in_pieces(void **unused)
{
    static uint8_t damaged[sizeof leaf_certificate];

    (void)unused;
    memcpy(damaged, leaf_certificate, sizeof damaged);
    for (size_t at = 0; at < sizeof damaged; at++) {
        damaged[at] ^= 0x55;
        assert_int_not_equal(judge_by_octets(TLS_ANCHORS, damaged, sizeof damaged), 0);
        (void)judge_by_octets(TLS_PINS, damaged, sizeof damaged);
        (void)judge_by_octets(TLS_UNVERIFIED, damaged, sizeof damaged);
        damaged[at] ^= 0x55;
    }
    assert_int_equal(judge_by_octets(TLS_ANCHORS, damaged, sizeof damaged), 0);
    assert_int_equal(judge_by_octets(TLS_UNVERIFIED, damaged, sizeof damaged), 0);
}

static void no_chain_to_an_anchor(void **unused)
{
    static uint8_t other[sizeof leaf_certificate];
    uint8_t *issuer;

    (void)unused;
    memcpy(other, leaf_certificate, sizeof other);
    issuer = memmem(other, sizeof other, "Root of the tests", 17);
    assert_non_null(issuer);
    issuer[0] = 'B';
    tls_server_start(other, sizeof other, leaf_secret, sizeof leaf_secret);
    assert_int_equal(shake_hands(NOW), STREAM_TLS_UNKNOWN);
}

static void a_stolen_certificate(void **unused)
{
    static uint8_t secret[sizeof leaf_secret];

    (void)unused;
    memcpy(secret, leaf_secret, sizeof secret);
    secret[20] ^= 1;
    tls_server_start(leaf_certificate, sizeof leaf_certificate, secret, sizeof secret);
    assert_int_equal(shake_hands(NOW), STREAM_TLS_SIGNATURE);
}

static void records_by_hand(void **unused)
{
    static const struct {
        const char *octets;
        size_t size;
        enum stream_error error;
    } cases[] = {
        {"220 mx ESMTP\r\n",         14, STREAM_TLS_PROTOCOL },
        {"\x15\3\3\0\2\2\x28",       7,  STREAM_TLS_NO_CIPHER},
        {"\x15\3\3\0\2\2\x47",       7,  STREAM_TLS_NO_CIPHER},
        {"\x15\3\3\0\2\2\x46",       7,  STREAM_TLS_VERSION  },
        {"\x15\3\1\0\2\2\x46",       7,  STREAM_TLS_VERSION  },
        {"\x15\3\3\0\2\2\x50",       7,  STREAM_TLS_ALERT    },
        {"\x16\2\0\0\2\2\x50",       7,  STREAM_TLS_VERSION  },
        {"\x16\3\3\0\5\x63\0\0\1\0", 10, STREAM_TLS_PROTOCOL },
    };

    (void)unused;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        print_message("case %zu\n", i);
        begin(NOW);
        (void)stream_tls_poll();
        stream_memory_feed(&line, cases[i].octets, cases[i].size);
        while (stream_tls_poll() == 0)
            continue;
        assert_int_equal(stream_error(client), cases[i].error);
        stream_abort(client);
    }
    client = NULL;
}

static void no_common_cipher(void **unused)
{
    (void)unused;
    tls_server_refuse_suites();
    assert_int_equal(shake_hands(NOW), STREAM_TLS_NO_CIPHER);
}

static void the_end_before_the_handshake_is_over(void **unused)
{
    (void)unused;
    begin(NOW);
    (void)stream_tls_poll();
    stream_memory_end(&line);
    (void)stream_tls_poll();
    assert_int_equal(stream_error(client), STREAM_TLS_CLOSED);
    stream_abort(client);
    begin(NOW);
    (void)stream_tls_poll();
    stream_memory_break(&line, STREAM_RESET);
    (void)stream_tls_poll();
    assert_int_equal(stream_error(client), STREAM_TLS_CLOSED);
}

/* One octet changed in a record: its MAC is wrong. */
static void a_forged_record(void **unused)
{
    uint8_t octets[200];
    size_t size;

    (void)unused;
    assert_int_equal(shake_hands(NOW), STREAM_OK);
    tls_server_say("250 peer\r\n");
    size = tls_server_give(octets, sizeof octets);
    octets[size - 1] ^= 1;
    stream_memory_feed(&line, octets, size);
    while (stream_tls_poll() == 0)
        continue;
    assert_int_equal(stream_error(client), STREAM_TLS_PROTOCOL);
    expect_text("");
}

/* The server heeds the length asked for; this record is not from it. */
static void a_record_larger_than_the_buffer(void **unused)
{
    (void)unused;
    assert_int_equal(shake_hands(NOW), STREAM_OK);
    stream_memory_feed(&line, "\x17\3\3\x20\0", 5);
    while (stream_tls_poll() == 0)
        continue;
    assert_int_equal(stream_error(client), STREAM_TLS_TOO_LARGE);
}

static void renegotiation_is_refused(void **unused)
{
    (void)unused;
    assert_int_equal(shake_hands(NOW), STREAM_OK);
    (void)tls_server_renegotiate();
    converse(sizeof line.fed);
    assert_true(tls_server_is_closed() || tls_server_was_refused());
    assert_int_equal(stream_write(client, (const uint8_t *)"x", 1), 1);
}

static void no_entropy(void **unused)
{
    (void)unused;
    random_init(NULL, 0, (const uint8_t *)"boot", 4);
    assert_int_equal(shake_hands(NOW), STREAM_TLS_NO_ENTROPY);
    assert_int_equal(line.sent_length, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(text_goes_both_ways),
        TEST(octet_by_octet),
        TEST(a_narrow_line_takes_it_piece_by_piece),
        TEST(nothing_is_readable_or_writable_before),
        TEST(sessions_are_resumed),
        TEST(pins),
        TEST(kept_pins_count),
        TEST(no_step_while_the_flash_erases),
        TEST(a_session_is_forgotten),
        TEST(unverified_takes_anybody),
        TEST(the_peer_ends),
        TEST(the_line_ends),
        TEST(the_line_breaks),
        TEST(we_end),
        TEST(we_break_off),
        TEST(names_and_last_days),
        TEST(certificates),
        TEST(a_damaged_certificate_in_pieces),
        TEST(no_chain_to_an_anchor),
        TEST(a_stolen_certificate),
        TEST(records_by_hand),
        TEST(no_common_cipher),
        TEST(the_end_before_the_handshake_is_over),
        TEST(a_forged_record),
        TEST(a_record_larger_than_the_buffer),
        TEST(renegotiation_is_refused),
        TEST(no_entropy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
