/* SPDX-License-Identifier: MIT */
/* tls_server.c: see tls_server.h. */
#include "unit/tls_server.h"

#include "base/bytes.h"

#include <string.h>

#include <bearssl_ssl.h>

static struct {
    br_ssl_server_context context;
    br_ssl_session_cache_lru cache;
    uint8_t cached[2000];
    br_x509_certificate certificate;
    br_ec_private_key key;
    unsigned char buffer[BR_SSL_BUFSIZE_BIDI];
    char heard[2000];
    size_t heard_length;
    unsigned char session[32]; /* of the connection before */
    uint16_t suite;
    bool refuses, renegotiates;
    uint32_t connection; /* differs, so that no two have one session ID */
} server;

#define engine (&server.context.eng)

static void restart(void)
{
    static const uint16_t other[] = {BR_TLS_ECDHE_ECDSA_WITH_AES_128_CCM};

    br_ssl_server_zero(&server.context);
    br_ssl_engine_set_versions(engine, BR_TLS12, BR_TLS12);
    br_ssl_engine_set_suites(engine, server.refuses ? other : &server.suite, 1);
    br_ssl_engine_set_hash(engine, br_sha256_ID, &br_sha256_vtable);
    br_ssl_engine_set_hash(engine, br_sha384_ID, &br_sha384_vtable);
    br_ssl_engine_set_prf_sha256(engine, &br_tls12_sha256_prf);
    br_ssl_engine_set_prf_sha384(engine, &br_tls12_sha384_prf);
    br_ssl_engine_set_ec(engine, &br_ec_all_m31);
    br_ssl_engine_set_gcm(engine, &br_sslrec_in_gcm_vtable, &br_sslrec_out_gcm_vtable);
    br_ssl_engine_set_aes_ctr(engine, &br_aes_ct_ctr_vtable);
    br_ssl_engine_set_ghash(engine, br_ghash_ctmul32);
    br_ssl_engine_set_chapol(engine, &br_sslrec_in_chapol_vtable,
                             &br_sslrec_out_chapol_vtable);
    br_ssl_engine_set_chacha20(engine, br_chacha20_ct_run);
    br_ssl_engine_set_poly1305(engine, br_poly1305_ctmul32_run);
    br_ssl_server_set_single_ec(&server.context, &server.certificate, 1, &server.key,
                                BR_KEYTYPE_SIGN, BR_KEYTYPE_EC, &br_ec_all_m31,
                                br_ecdsa_i31_sign_asn1);
    br_ssl_server_set_cache(&server.context, &server.cache.vtable);
    br_ssl_engine_set_buffer(engine, server.buffer, sizeof server.buffer, 1);
    server.connection++;
    br_ssl_engine_inject_entropy(engine, &server.connection, sizeof server.connection);
    br_ssl_server_reset(&server.context);
    server.heard_length = 0;
    server.renegotiates = false;
}

void tls_server_forget(void)
{
    br_ssl_session_cache_lru_init(&server.cache, server.cached, sizeof server.cached);
    memset(server.session, 0, sizeof server.session);
    restart();
}

void tls_server_start(const uint8_t *certificate, size_t size, const uint8_t *secret,
                      size_t secret_size)
{
    server.certificate = (br_x509_certificate){(unsigned char *)certificate, size};
    server.key = (br_ec_private_key){BR_EC_secp256r1, (unsigned char *)secret, secret_size};
    server.refuses = false;
    server.suite = BR_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256;
    tls_server_forget();
}

void tls_server_take_gcm(void)
{
    server.suite = BR_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384;
    restart();
}

void tls_server_next(void)
{
    memcpy(server.session, engine->session.session_id, sizeof server.session);
    restart();
}

void tls_server_refuse_suites(void)
{
    server.refuses = true;
    restart();
}

static void hear(void)
{
    size_t size;
    unsigned char *text;

    while ((text = br_ssl_engine_recvapp_buf(engine, &size)) != NULL) {
        size_t at = min_size(server.heard_length, sizeof server.heard - 1);
        size_t kept = min_size(size, sizeof server.heard - 1 - at);

        memcpy(server.heard + at, text, kept);
        server.heard[at + kept] = '\0';
        server.heard_length += size;
        br_ssl_engine_recvapp_ack(engine, size);
    }
}

size_t tls_server_take(const uint8_t *octets, size_t size)
{
    size_t taken = 0, room;
    unsigned char *record;

    while (taken < size && (record = br_ssl_engine_recvrec_buf(engine, &room)) != NULL) {
        size_t part = min_size(room, size - taken);

        memcpy(record, octets + taken, part);
        br_ssl_engine_recvrec_ack(engine, part);
        taken += part;
        hear();
    }
    return taken;
}

size_t tls_server_give(uint8_t *octets, size_t room)
{
    size_t given = 0, size;
    unsigned char *record;

    while (given < room && (record = br_ssl_engine_sendrec_buf(engine, &size)) != NULL) {
        size_t part = min_size(room - given, size);

        memcpy(octets + given, record, part);
        br_ssl_engine_sendrec_ack(engine, part);
        given += part;
    }
    return given;
}

void tls_server_say(const char *text)
{
    size_t room;
    unsigned char *buffer = br_ssl_engine_sendapp_buf(engine, &room);
    size_t size = min_size(room, strlen(text));

    memcpy(buffer, text, size);
    br_ssl_engine_sendapp_ack(engine, size);
    br_ssl_engine_flush(engine, 0);
}

const char *tls_server_heard(void)
{
    return server.heard;
}

size_t tls_server_heard_length(void)
{
    return server.heard_length;
}

void tls_server_close(void)
{
    br_ssl_engine_close(engine);
}

bool tls_server_is_closed(void)
{
    return br_ssl_engine_current_state(engine) == BR_SSL_CLOSED;
}

bool tls_server_renegotiate(void)
{
    server.renegotiates = br_ssl_engine_renegotiate(engine) != 0;
    return server.renegotiates;
}

bool tls_server_was_refused(void)
{
    return server.renegotiates &&
           (br_ssl_engine_current_state(engine) & BR_SSL_SENDAPP) != 0;
}

const char *tls_server_asked_for(void)
{
    return br_ssl_engine_get_server_name(engine);
}

bool tls_server_resumed(void)
{
    return memcmp(server.session, engine->session.session_id, sizeof server.session) == 0;
}
