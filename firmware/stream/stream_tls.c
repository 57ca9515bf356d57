/* SPDX-License-Identifier: MIT */
/*
 * stream_tls.c: BearSSL's engine between two streams. It has four ends: records out and in,
 * towards the stream below; text out and in, towards the user.
 *
 * Records that come in are decrypted, and the handshake computed, in stream_tls_poll alone;
 * what the user writes is encrypted as he writes it.
 */
#include "stream/stream_tls.h"

#include "stream/tls_chain.h"
#include "stream/tls_memory.h"

#include "base/bytes.h"
#include "base/log.h"
#include "crypto/random.h"

#include "config/config.h"

#include <string.h>

#include <bearssl_ssl.h>

#define ALERT_HANDSHAKE_FAILURE     40
#define ALERT_PROTOCOL_VERSION      70
#define ALERT_INSUFFICIENT_SECURITY 71

#define WAIT_FLASH_MS 20

static struct {
    struct stream stream; /* first: a pointer to it is a pointer to this */
    struct stream *below; /* NULL: no session is under way */
    const struct tls_peer *peer;
    bool answered; /* an octet of the peer has come */
    bool resumed;
    bool lent;  /* the memory, see tls_memory.h */
    bool stale; /* what it began with does not hold any more */
} tls;

/* Of each route the last session, for the next handshake; ID length 0: none. */
static br_ssl_session_parameters sessions[CONFIG_CONNECTOR_COUNT];

#define engine (&tls_memory.client.eng)

/* ---- Errors ------------------------------------------------------------------------------ */

/* The first row that fits. */
static const struct {
    uint16_t first, last; /* errors of BearSSL */
    uint8_t error;
} meanings[] = {
    {BR_ERR_UNSUPPORTED_VERSION,                            BR_ERR_BAD_VERSION,            STREAM_TLS_VERSION    },
    {BR_ERR_TOO_LARGE,                                      BR_ERR_TOO_LARGE,              STREAM_TLS_TOO_LARGE  },
    {BR_ERR_BAD_CIPHER_SUITE,                               BR_ERR_BAD_CIPHER_SUITE,       STREAM_TLS_NO_CIPHER  },
    {BR_ERR_INVALID_ALGORITHM,                              BR_ERR_INVALID_ALGORITHM,      STREAM_TLS_NO_CIPHER  },
    {BR_ERR_BAD_SIGNATURE,                                  BR_ERR_BAD_SIGNATURE,          STREAM_TLS_SIGNATURE  },
    {BR_ERR_X509_BAD_SIGNATURE,                             BR_ERR_X509_BAD_SIGNATURE,     STREAM_TLS_SIGNATURE  },
    {BR_ERR_X509_EXPIRED,                                   BR_ERR_X509_EXPIRED,           STREAM_TLS_EXPIRED    },
    {BR_ERR_X509_BAD_SERVER_NAME,                           BR_ERR_X509_BAD_SERVER_NAME,   STREAM_TLS_NAME       },
    {BR_ERR_X509_NOT_TRUSTED,                               BR_ERR_X509_NOT_TRUSTED,       STREAM_TLS_UNKNOWN    },
    {BR_ERR_X509_DN_MISMATCH,                               BR_ERR_X509_DN_MISMATCH,       STREAM_TLS_UNKNOWN    },
    {BR_ERR_X509_OK,                                        BR_ERR_X509_NOT_TRUSTED,       STREAM_TLS_CERTIFICATE},
    {BR_ERR_RECV_FATAL_ALERT + ALERT_HANDSHAKE_FAILURE,
     BR_ERR_RECV_FATAL_ALERT + ALERT_HANDSHAKE_FAILURE,                                    STREAM_TLS_NO_CIPHER  },
    {BR_ERR_RECV_FATAL_ALERT + ALERT_PROTOCOL_VERSION,
     BR_ERR_RECV_FATAL_ALERT + ALERT_PROTOCOL_VERSION,                                     STREAM_TLS_VERSION    },
    {BR_ERR_RECV_FATAL_ALERT + ALERT_INSUFFICIENT_SECURITY,
     BR_ERR_RECV_FATAL_ALERT + ALERT_INSUFFICIENT_SECURITY,                                STREAM_TLS_NO_CIPHER  },
    {BR_ERR_RECV_FATAL_ALERT,                               BR_ERR_RECV_FATAL_ALERT + 255, STREAM_TLS_ALERT      },
    {0,                                                     UINT16_MAX,                    STREAM_TLS_PROTOCOL   },
};

static enum stream_error meaning_of(int bearssl)
{
    size_t i = 0;

    if (bearssl == BR_ERR_X509_EXPIRED && tls_chain_is_early())
        return STREAM_TLS_NOT_YET;
    if (bearssl == BR_ERR_X509_NOT_TRUSTED && tls_chain_is_unpinned())
        return STREAM_TLS_UNPINNED;
    if (bearssl >= BR_ERR_RECV_FATAL_ALERT && tls.stream.connected)
        return STREAM_TLS_ALERT; /* its number means no cipher and no version any more */
    while (bearssl < meanings[i].first || bearssl > meanings[i].last)
        i++;
    return meanings[i].error;
}

/* Forgets the session that was offered: it may be what the peer stumbles over. */
static void fail(enum stream_error error, int bearssl)
{
    tls.stream.error = error;
    tls.stream.connected = false;
    sessions[tls.peer->session].session_id_len = 0;
    log_write(LOG_WARNING, "tls", "failed", "name=%s error=%d alert=%d", tls.peer->name,
              bearssl & 0xff, bearssl >= BR_ERR_RECV_FATAL_ALERT ? bearssl & 0xff : 0);
}

/* ---- Towards the stream below ------------------------------------------------------------ */

/* Whether a record, or a part of one, went out. */
static bool pump_out(void)
{
    bool moved = false;
    unsigned char *record;
    size_t size;

    while ((record = br_ssl_engine_sendrec_buf(engine, &size)) != NULL) {
        size_t sent = stream_write(tls.below, record, size);

        if (sent == 0)
            break;
        br_ssl_engine_sendrec_ack(engine, sent);
        moved = true;
    }
    stream_flush(tls.below);
    return moved;
}

/* The first octet of anything in TLS is a type of record: 20 to 23 (RFC 5246 section 6.2.1). */
static bool is_tls(const uint8_t *octets)
{
    bool first = !tls.answered;

    tls.answered = true;
    return !first || (octets[0] >= 20 && octets[0] <= 23);
}

/* Whether octets came in. */
static bool pump_in(void)
{
    size_t room, waiting;
    unsigned char *record = br_ssl_engine_recvrec_buf(engine, &room);
    const uint8_t *octets = stream_read_buf(tls.below, &waiting);
    size_t size = min_size(room, waiting);

    if (record == NULL || size == 0)
        return false;
    if (!is_tls(octets)) {
        fail(STREAM_TLS_PROTOCOL, BR_ERR_UNKNOWN_TYPE);
        return false;
    }
    memcpy(record, octets, size);
    stream_read_ack(tls.below, size);
    br_ssl_engine_recvrec_ack(engine, size);
    return true;
}

/* ---- What became of it ------------------------------------------------------------------- */

static void note_handshake(void)
{
    br_ssl_session_parameters *kept = &sessions[tls.peer->session];
    br_ssl_session_parameters now;

    br_ssl_engine_get_session_parameters(engine, &now);
    tls.resumed = now.session_id_len > 0 && now.session_id_len == kept->session_id_len &&
                  memcmp(now.session_id, kept->session_id, now.session_id_len) == 0;
    *kept = now;
    if (tls.stale)
        kept->session_id_len = 0;
    tls.stream.connected = true;
    log_write(LOG_INFO, "tls", "secure", "name=%s cipher=%04x resumed=%d", tls.peer->name,
              now.cipher_suite, (int)tls.resumed);
}

void stream_tls_forget(uint8_t session)
{
    sessions[session].session_id_len = 0;
    if (tls.below != NULL && tls.peer->session == session)
        tls.stale = true;
}

/* Ended by the peer in TLS, or by the line below without a word. */
static void note_end(void)
{
    if (tls.stream.connected)
        tls.stream.peer_ended = true;
    else
        fail(STREAM_TLS_CLOSED, BR_ERR_IO);
}

static void note(unsigned state)
{
    int error = br_ssl_engine_last_error(engine);

    if (state == BR_SSL_CLOSED && error != BR_ERR_OK)
        fail(meaning_of(error), error);
    else if (stream_error(tls.below) != STREAM_OK && tls.stream.connected)
        tls.stream.error = stream_error(tls.below);
    else if (state == BR_SSL_CLOSED || stream_error(tls.below) != STREAM_OK ||
             (stream_at_end(tls.below) && (state & BR_SSL_RECVAPP) == 0))
        note_end();
    else if (!tls.stream.connected && (state & (BR_SSL_SENDAPP | BR_SSL_RECVAPP)) != 0)
        note_handshake(); /* text that has come holds the buffer: there is no room to send */
}

/* A certificate may be looked for in the flash; within a step no erase begins. */
static bool waits_for_flash(void)
{
    return TRUST_IS_KEPT && !tls.stream.connected && tls.peer->kept != NULL &&
           !tls.peer->kept->is_ready();
}

uint32_t stream_tls_poll(void)
{
    bool moved;

    if (tls.below == NULL || tls.stream.error != STREAM_OK || tls.stream.peer_ended)
        return UINT32_MAX;
    if (waits_for_flash())
        return WAIT_FLASH_MS;
    moved = pump_out();
    moved = pump_in() || moved;
    if (tls.stream.error == STREAM_OK)
        note(br_ssl_engine_current_state(engine));
    return moved ? 0 : UINT32_MAX;
}

/* ---- The backend ------------------------------------------------------------------------- */

static const uint8_t *read_buf(struct stream *s, size_t *size)
{
    (void)s;
    return br_ssl_engine_recvapp_buf(engine, size);
}

static void read_ack(struct stream *s, size_t size)
{
    (void)s;
    br_ssl_engine_recvapp_ack(engine, size);
}

/* What has become a record goes out at once, so that there is room for the next one. */
static size_t write_bytes(struct stream *s, const uint8_t *bytes, size_t size)
{
    size_t written = 0, room;
    unsigned char *text;

    (void)s;
    while (written < size && (text = br_ssl_engine_sendapp_buf(engine, &room)) != NULL) {
        size_t part = min_size(room, size - written);

        memcpy(text, bytes + written, part);
        br_ssl_engine_sendapp_ack(engine, part);
        written += part;
        (void)pump_out();
    }
    return written;
}

static void flush(struct stream *s)
{
    (void)s;
    br_ssl_engine_flush(engine, 0);
    (void)pump_out();
}

static bool all_sent(const struct stream *s)
{
    size_t size;

    (void)s;
    return br_ssl_engine_sendrec_buf(engine, &size) == NULL && stream_all_sent(tls.below);
}

bool tls_memory_lend(void)
{
    tls.lent = tls.below == NULL;
    return tls.lent;
}

bool tls_memory_is_lent(void)
{
    return tls.lent;
}

static struct stream *let_go(void)
{
    struct stream *below = tls.below;

    tls.below = NULL;
    tls_memory_wipe();
    return below;
}

/* Says so in TLS, too, where the line has room for it. */
static void close_stream(struct stream *s)
{
    if (s->error == STREAM_OK) {
        br_ssl_engine_close(engine);
        (void)pump_out();
    }
    stream_close(let_go());
}

static void abort_stream(struct stream *s)
{
    (void)s;
    stream_abort(let_go());
}

static const struct stream_backend backend = {read_buf, read_ack,     write_bytes, flush,
                                              all_sent, close_stream, abort_stream};

/* ---- The beginning ----------------------------------------------------------------------- */

static const uint16_t suites[] = {
    BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    BR_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    BR_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    BR_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    BR_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
};

/* Constant-time code throughout; ChaCha20 first, it takes a sixth of the time of AES. */
static void choose_algorithms(void)
{
    br_ssl_client_zero(&tls_memory.client);
    br_ssl_engine_set_versions(engine, BR_TLS12, BR_TLS12);
    br_ssl_engine_set_suites(engine, suites, COUNT_OF(suites));
    br_ssl_engine_set_hash(engine, br_sha256_ID, &br_sha256_vtable);
    br_ssl_engine_set_hash(engine, br_sha384_ID, &br_sha384_vtable);
    br_ssl_engine_set_hash(engine, br_sha512_ID, &br_sha512_vtable);
    br_ssl_engine_set_prf_sha256(engine, &br_tls12_sha256_prf);
    br_ssl_engine_set_prf_sha384(engine, &br_tls12_sha384_prf);
    br_ssl_engine_set_ec(engine, &br_ec_all_m31);
    br_ssl_engine_set_ecdsa(engine, br_ecdsa_i31_vrfy_asn1);
    br_ssl_engine_set_rsavrfy(engine, br_rsa_i31_pkcs1_vrfy);
    br_ssl_engine_set_gcm(engine, &br_sslrec_in_gcm_vtable, &br_sslrec_out_gcm_vtable);
    br_ssl_engine_set_aes_ctr(engine, &br_aes_ct_ctr_vtable);
    br_ssl_engine_set_ghash(engine, br_ghash_ctmul32);
    br_ssl_engine_set_chapol(engine, &br_sslrec_in_chapol_vtable,
                             &br_sslrec_out_chapol_vtable);
    br_ssl_engine_set_chacha20(engine, br_chacha20_ct_run);
    br_ssl_engine_set_poly1305(engine, br_poly1305_ctmul32_run);
    br_ssl_engine_add_flags(engine, BR_OPT_NO_RENEGOTIATION);
}

static void start_engine(uint32_t wall_s)
{
    const br_ssl_session_parameters *kept = &sessions[tls.peer->session];
    uint8_t seed[32];

    choose_algorithms();
    br_ssl_engine_set_x509(engine, tls_chain_begin(tls.peer, wall_s));
    br_ssl_engine_set_buffer(engine, tls_memory.buffer, sizeof tls_memory.buffer, 0);
    random_bytes(seed, sizeof seed);
    br_ssl_engine_inject_entropy(engine, seed, sizeof seed);
    memset(seed, 0, sizeof seed);
    br_ssl_engine_set_session_parameters(engine, kept);
    br_ssl_client_reset(&tls_memory.client, tls.peer->name, kept->session_id_len > 0);
}

struct stream *stream_tls_begin(struct stream *below, const struct tls_peer *peer,
                                uint32_t wall_s)
{
    memset(&tls, 0, sizeof tls);
    tls.stream.backend = &backend;
    tls.below = below;
    tls.peer = peer;
    if (!random_is_strong() && !CONFIG_TLS_PREDICTABLE)
        fail(STREAM_TLS_NO_ENTROPY, BR_ERR_NO_RANDOM);
    else if (wall_s == 0 && peer->trust != TLS_UNVERIFIED)
        fail(STREAM_TLS_NO_CLOCK, BR_ERR_X509_TIME_UNKNOWN);
    else
        start_engine(wall_s);
    return &tls.stream;
}
