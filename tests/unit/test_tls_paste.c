/* SPDX-License-Identifier: MIT */
/* sources: firmware/stream/tls_paste.c firmware/stream/tls_kept.c firmware/stream/stream_tls.c firmware/stream/tls_chain.c firmware/stream/tls_pin.c firmware/stream/tls_anchors.c firmware/stream/tls_memory.c firmware/stream/stream.c firmware/stream/stream_memory.c firmware/crypto/random.c firmware/base/cursor.c firmware/base/log.c firmware/base/text.c tests/unit/tls_server.c */
/*
 * test_tls_paste.c: certificates are pasted and become anchors, as which they then verify a
 * server, or they are refused, each for what is wrong with it.
 */
#include "stream/tls_paste.h"

#include "stream/stream_memory.h"
#include "stream/stream_tls.h"
#include "stream/tls_kept.h"

#include "base/bytes.h"
#include "base/log.h"
#include "crypto/random.h"

#include "unit/tls_pasted.h"
#include "unit/tls_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define NOW       1700000000u
#define AFTERWARD 2300000000u /* in 2042, when the P-256 root is over */

static struct {
    uint8_t octets[TLS_KEPT_MAX];
    size_t size;
} kept[COUNT_OF(roots)];
static size_t kept_count;

static struct stream_memory line;

/* ---- Pasting ----------------------------------------------------------------------------- */

static enum tls_paste_result paste_on(const char *pem)
{
    enum tls_paste_result result = TLS_PASTE_MORE;

    while (*pem != '\0' && result == TLS_PASTE_MORE) {
        size_t length = strcspn(pem, "\n");

        result = tls_paste_line(cursor_over(pem, length));
        pem += length + (pem[length] != '\0');
    }
    return result;
}

static enum tls_paste_result paste(const char *pem)
{
    assert_true(tls_paste_begin());
    return paste_on(pem);
}

/* Octets of DER, in one line of base64. */
static enum tls_paste_result paste_der(const uint8_t *der, size_t size)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static char text[8192];
    size_t length = 0;
    uint32_t bits = 0;

    for (size_t i = 0; i < size * 8; i++) {
        bits = bits << 1 | (der[i / 8] >> (7 - i % 8) & 1);
        if (i % 6 == 5)
            text[length++] = digits[bits & 63];
    }
    if (size % 3 != 0)
        text[length++] = digits[bits << (size % 3 * 2) & 63];
    assert_true(tls_paste_begin());
    tls_paste_line(cursor_over("-----BEGIN CERTIFICATE-----", 27));
    tls_paste_line(cursor_over(text, length));
    return tls_paste_line(cursor_over("-----END CERTIFICATE-----", 25));
}

/* Octets of DER, out of PEM. */
static size_t der_of(const char *pem, uint8_t *der, size_t room)
{
    size_t size = 0;
    uint32_t bits = 0;
    unsigned count = 0;

    for (pem = strchr(pem, '\n'); *pem != '-'; pem++) {
        const char *digits =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        const char *digit = *pem != '\n' && *pem != '=' ? strchr(digits, *pem) : NULL;

        if (digit == NULL)
            continue;
        bits = bits << 6 | (uint32_t)(digit - digits);
        count += 6;
        if (count < 8)
            continue;
        count -= 8;
        assert_true(size < room);
        der[size++] = (uint8_t)(bits >> count);
    }
    return size;
}

static void keep(size_t root)
{
    struct cursor anchor;

    assert_int_equal(paste(roots[root].root), TLS_PASTE_DONE);
    assert_true(tls_paste_is_there());
    anchor = tls_paste_anchor();
    assert_in_range(anchor.left, TLS_KEPT_HEAD + 65, TLS_KEPT_MAX);
    memcpy(kept[kept_count].octets, anchor.at, anchor.left);
    kept[kept_count++].size = anchor.left;
}

/* ---- A server ---------------------------------------------------------------------------- */

static bool is_ready(void)
{
    return true;
}

static bool no_pin(uint8_t session, unsigned index, uint8_t pin[TLS_PIN_SIZE])
{
    (void)session;
    (void)index;
    (void)pin;
    return false;
}

static size_t read_kept(unsigned index, size_t offset, uint8_t *octets, size_t size)
{
    assert_in_range(size, 1, 520); /* the engine's room for a key */
    if (index >= kept_count || offset >= kept[index].size)
        return 0;
    size = min_size(size, kept[index].size - offset);
    memcpy(octets, kept[index].octets + offset, size);
    return size;
}

static const struct tls_kept device = {is_ready, no_pin, read_kept};
static const struct tls_peer peer = {
    .name = "mx.example.org", .pins = "", .trust = TLS_ANCHORS, .kept = &device};

static uint32_t wall_s;

static struct stream *begin(void)
{
    stream_memory_open(&line);
    return stream_tls_begin(&line.stream, &peer, wall_s);
}

static void converse(void)
{
    bool moved = true;

    while (moved) {
        uint8_t octets[4096];
        size_t taken = tls_server_take(line.sent, line.sent_length);
        size_t given;

        memmove(line.sent, line.sent + taken, line.sent_length - taken);
        line.sent_length -= taken;
        given =
            tls_server_give(octets, line.fed_taken == line.fed_length ? sizeof octets : 0);
        stream_memory_feed(&line, octets, given);
        moved = stream_tls_poll() == 0 || taken > 0 || given > 0;
    }
}

static enum stream_error meet_with(const uint8_t *leaf, size_t size)
{
    enum stream_error error;
    struct stream *client;

    tls_server_start(leaf, size, pasted_secret, sizeof pasted_secret);
    stream_tls_forget(0);
    client = begin();
    converse();
    error = stream_error(client);
    assert_int_equal(stream_is_connected(client), error == STREAM_OK);
    stream_abort(client);
    return error;
}

/* The server whose certificate that root has signed. */
static enum stream_error meet(size_t root)
{
    return meet_with(roots[root].leaf, roots[root].leaf_size);
}

static int start(void **unused)
{
    (void)unused;
    log_init();
    random_init((const uint8_t *)"0123456789abcdef0123456789abcdef", 32, NULL, 0);
    kept_count = 0;
    memset(kept, 0, sizeof kept);
    wall_s = NOW;
    return 0;
}

/* ---- What goes well ---------------------------------------------------------------------- */

static void each_kind_of_root_verifies(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < COUNT_OF(roots); i++) {
        print_message("root %zu\n", i);
        kept_count = 0;
        assert_int_equal(meet(i), STREAM_TLS_UNKNOWN);
        keep(i);
        assert_int_equal(meet(i), STREAM_OK);
        assert_int_equal(meet((i + 1) % COUNT_OF(roots)), STREAM_TLS_UNKNOWN);
    }
}

static void what_is_shown(void **unused)
{
    static const char *const keys[] = {"rsa-2048", "rsa-4096", "p-256",
                                       "p-256",    "p-384",    "p-521"};
    char shown[120], expected[120];
    struct text text;

    (void)unused;
    for (size_t i = 0; i < COUNT_OF(roots); i++) {
        keep(i);
        assert_true(tls_kept_is_good(kept[i].octets, kept[i].size));
        text_init(&text, shown, sizeof shown);
        tls_kept_put(&text, kept[i].octets);
        text_init(&text, expected, sizeof expected);
        text_printf(&text, "key=%s last_day=%s pin=%s...", keys[i],
                    i == P256 ? "20400301" : "21000301", roots[i].pin);
        assert_string_equal(shown, expected);
    }
    assert_int_equal(tls_kept_last_day(kept[P256].octets), 25627);
    assert_int_equal(tls_kept_last_day(kept[P384].octets), 47542);
}

static void dates(void **unused)
{
    static const struct {
        const char *text;
        uint32_t day;
    } cases[] = {
        {"19700102", 1      },
        {"20000229", 11016  },
        {"20000301", 11017  },
        {"20991231", 47481  },
        {"21000228", 47540  },
        {"21000301", 47542  }, /* one too late, see tls_kept.c */
        {"99991231", 2932956},
        {"19691231", 0      },
        {"20001301", 0      },
        {"20000001", 0      },
        {"20000100", 0      },
        {"20000132", 0      },
        {"2000011x", 0      },
        {"        ", 0      },
    };
    uint8_t head[TLS_KEPT_HEAD] = {0};

    (void)unused;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        memcpy(head + TLS_KEPT_LAST_DAY, cases[i].text, 8);
        assert_int_equal(tls_kept_last_day(head), cases[i].day);
    }
}

/* A root and its successor have one name. */
static void all_of_one_name_are_tried(void **unused)
{
    (void)unused;
    keep(P256);
    assert_int_equal(meet(RENEWED), STREAM_TLS_UNKNOWN);
    keep(RENEWED);
    assert_int_equal(meet(P256), STREAM_OK);
    assert_int_equal(meet(RENEWED), STREAM_OK);
}

/* relay/trust.h says why. */
static void an_anchor_that_is_over_verifies(void **unused)
{
    (void)unused;
    keep(P256);
    wall_s = AFTERWARD;
    assert_true(tls_kept_last_day(kept[0].octets) < AFTERWARD / 86400);
    assert_int_equal(meet(P256), STREAM_OK);
}

static void a_damaged_anchor_is_none_and_hides_no_other(void **unused)
{
    (void)unused;
    keep(P256);
    keep(P256);
    kept[0].octets[TLS_KEPT_CURVE] = 22;
    assert_int_equal(meet(P256), STREAM_OK);
    kept[0].octets[TLS_KEPT_CURVE] = 23;
    kept[0].octets[TLS_KEPT_HEAD + 40] ^= 1;
    assert_int_equal(meet(P256), STREAM_OK);
    kept[0].octets[TLS_KEPT_HEAD + 40] ^= 1;
    kept[0].size--;
    assert_int_equal(meet(P256), STREAM_OK);
    kept[1].octets[TLS_KEPT_NAME + 31] ^= 1;
    assert_int_equal(meet(P256), STREAM_TLS_UNKNOWN);
    kept[0].size++;
    assert_int_equal(meet(P256), STREAM_OK);
    kept_count = 0;
    keep(RSA2048);
    put_u16(kept[0].octets + TLS_KEPT_KEY_SIZE, 0xffff);
    assert_int_equal(meet(RSA2048), STREAM_TLS_UNKNOWN);
}

/* An anchor is a key: a signature that is another's does not check out, whatever its name. */
static void a_forged_signature(void **unused)
{
    static uint8_t forged[1024];

    (void)unused;
    for (size_t i = 0; i < COUNT_OF(roots); i++) {
        size_t size = roots[i].leaf_size;

        kept_count = 0;
        keep(i);
        assert_true(size <= sizeof forged);
        memcpy(forged, roots[i].leaf, size);
        forged[size - 1] ^= 1;
        assert_int_equal(meet_with(forged, size), STREAM_TLS_UNKNOWN);
        forged[size - 1] ^= 1;
        forged[20] ^= 1; /* of the serial number: the signature is good, but not for this */
        assert_int_equal(meet_with(forged, size), STREAM_TLS_UNKNOWN);
    }
}

static void text_around_it_and_blanks(void **unused)
{
    static uint8_t der[4096];
    static char pem[4096];
    struct text text;
    size_t size = der_of(roots[P256].root, der, sizeof der);

    (void)unused;
    text_init(&text, pem, sizeof pem);
    text_printf(&text, "subject=Root\n\n  %s \n", roots[P256].root);
    assert_int_equal(paste(pem), TLS_PASTE_DONE);
    assert_int_equal(paste_der(der, size), TLS_PASTE_DONE);
}

/* ---- What goes wrong --------------------------------------------------------------------- */

static void refusals(void **unused)
{
    static const struct {
        const char *pem;
        enum tls_paste_result result;
    } cases[] = {
        {rsa1024_root,                                                     TLS_PASTE_BAD_KEY},
        {rsa4104_root,                                                     TLS_PASTE_BAD_KEY},
        {ed25519_root,                                                     TLS_PASTE_BAD_KEY},
        {k256_root,                                                        TLS_PASTE_BAD_KEY},
        {no_ca,                                                            TLS_PASTE_NO_CA  },
        {no_constraints,                                                   TLS_PASTE_NO_CA  },
        {"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
         TLS_PASTE_NO_CERTIFICATE                                                           },
        {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
         TLS_PASTE_NO_CERTIFICATE                                                           },
        {"-----BEGIN CERTIFICATE-----\nMA=A\n-----END CERTIFICATE-----\n",
         TLS_PASTE_NO_PEM                                                                   },
        {"-----BEGIN CERTIFICATE-----\nMA;A\n-----END CERTIFICATE-----\n",
         TLS_PASTE_NO_PEM                                                                   },
        {"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
         TLS_PASTE_NO_PEM                                                                   },
        {"MIIB\n-----END CERTIFICATE-----\n",                              TLS_PASTE_NO_PEM },
        {"MIIB\nhello\n\n",                                                TLS_PASTE_MORE   },
    };

    (void)unused;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        print_message("case %zu\n", i);
        assert_int_equal(paste(cases[i].pem), cases[i].result);
    }
}

static void put_length(uint8_t *at, uint16_t length)
{
    at[0] = (uint8_t)(length >> 8);
    at[1] = (uint8_t)length;
}

static void cut_short_or_too_long(void **unused)
{
    static uint8_t der[5000];
    size_t size = der_of(roots[RSA2048].root, der, sizeof der);

    (void)unused;
    assert_int_equal(paste_der(der, size), TLS_PASTE_DONE);
    for (size_t i = 0; i < size; i++)
        assert_int_equal(paste_der(der, i), TLS_PASTE_NO_CERTIFICATE);
    assert_int_equal(paste_der(der, size + 1), TLS_PASTE_NO_CERTIFICATE);
    assert_int_equal(paste_der(der, 4097), TLS_PASTE_NO_PEM);
    der[size++] = 5; /* NULL, within the certificate */
    der[size++] = 0;
    put_length(der + 2, (uint16_t)(size - 4));
    assert_int_equal(paste_der(der, size), TLS_PASTE_NO_CERTIFICATE);
}

/* A default is not written; written all the same it means what it says. */
static void a_ca_that_says_it_is_none(void **unused)
{
    static uint8_t der[4096];
    size_t size = der_of(roots[P256].root, der, sizeof der);
    uint8_t *constraints = memmem(der, size, "\x30\3\1\1\xff", 5);

    (void)unused;
    assert_non_null(constraints);
    constraints[4] = 0;
    assert_int_equal(paste_der(der, size), TLS_PASTE_NO_CA);
}

static void what_is_a_good_head(void **unused)
{
    static const struct {
        uint16_t curve, e_size, key_size;
        bool is_good;
    } cases[] = {
        {0,  3, 259, true },
        {0,  3, 258, false},
        {0,  3, 515, true },
        {0,  3, 516, false},
        {0,  8, 520, true },
        {0,  9, 521, false},
        {0,  0, 256, false},
        {23, 0, 65,  true },
        {24, 0, 97,  true },
        {25, 0, 133, true },
        {25, 0, 65,  false},
        {22, 0, 0,   false},
        {26, 0, 0,   false},
        {23, 1, 65,  false},
        {23, 3, 259, false},
    };
    uint8_t head[TLS_KEPT_HEAD] = {0};

    (void)unused;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        head[TLS_KEPT_CURVE] = (uint8_t)cases[i].curve;
        head[TLS_KEPT_E_SIZE] = (uint8_t)cases[i].e_size;
        put_u16(head + TLS_KEPT_KEY_SIZE, cases[i].key_size);
        assert_int_equal(tls_kept_is_good(head, sizeof head), cases[i].is_good);
        assert_false(tls_kept_is_good(head, sizeof head - 1));
    }
}

/* Whatever octet is another: nothing is read beyond its element, and what comes is sound. */
static void any_octet_changed(void **unused)
{
    static uint8_t der[4096];
    size_t size = der_of(roots[P384].root, der, sizeof der);

    (void)unused;
    for (size_t i = 0; i < size; i++) {
        for (unsigned changed = 1; changed < 256; changed += 2) {
            der[i] ^= (uint8_t)changed;
            if (paste_der(der, size) == TLS_PASTE_DONE) {
                struct cursor anchor = tls_paste_anchor();

                assert_true(tls_kept_is_good(anchor.at, anchor.left));
                assert_true(tls_kept_last_day(anchor.at) > 0);
            }
            der[i] ^= (uint8_t)changed;
        }
    }
}

static void a_session_has_the_memory(void **unused)
{
    struct stream *client;
    const char *rest = strchr(roots[P256].root, '\n') + 1;

    (void)unused;
    keep(P256);
    tls_server_start(roots[P256].leaf, roots[P256].leaf_size, pasted_secret,
                     sizeof pasted_secret);
    assert_true(tls_paste_begin());
    tls_paste_line(cursor_over("-----BEGIN CERTIFICATE-----", 27));
    client = begin();
    assert_int_equal(paste_on(rest), TLS_PASTE_LOST);
    assert_false(tls_paste_is_there());
    assert_false(tls_paste_begin());
    converse();
    assert_int_equal(stream_error(client), STREAM_OK);
    stream_close(client);
    assert_false(tls_paste_is_there());
    assert_int_equal(paste(roots[P384].root), TLS_PASTE_DONE);
    client = begin();
    assert_false(tls_paste_is_there());
    stream_abort(client);
}

#define TEST(name) cmocka_unit_test_setup(name, start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_kind_of_root_verifies),
        TEST(what_is_shown),
        TEST(dates),
        TEST(all_of_one_name_are_tried),
        TEST(an_anchor_that_is_over_verifies),
        TEST(a_damaged_anchor_is_none_and_hides_no_other),
        TEST(a_forged_signature),
        TEST(text_around_it_and_blanks),
        TEST(refusals),
        TEST(cut_short_or_too_long),
        TEST(a_ca_that_says_it_is_none),
        TEST(what_is_a_good_head),
        TEST(any_octet_changed),
        TEST(a_session_has_the_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
