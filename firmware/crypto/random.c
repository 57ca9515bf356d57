/* SPDX-License-Identifier: MIT */
/*
 * random.c: HMAC-DRBG over SHA-256. One run of the generator costs about a dozen compressions
 * however little is asked for, so that small numbers are drawn from a store of one run; what
 * was handed out is wiped from it.
 */
#include "crypto/random.h"

#include <string.h>

#include <bearssl_hash.h>
#include <bearssl_rand.h>

#define STRONG_SEED_MIN 16
#define SECRET_SIZE     16

static struct {
    br_hmac_drbg_context generator;
    uint8_t secret[SECRET_SIZE]; /* of random_keyed */
    uint8_t store[32];
    uint8_t left; /* octets of the store not handed out yet: its first ones */
    bool strong;
} state;

void random_init(const uint8_t *entropy, size_t entropy_size, const uint8_t *personal,
                 size_t personal_size)
{
    br_hmac_drbg_init(&state.generator, &br_sha256_vtable, entropy, entropy_size);
    br_hmac_drbg_update(&state.generator, personal, personal_size);
    br_hmac_drbg_generate(&state.generator, state.secret, sizeof state.secret);
    state.left = 0;
    state.strong = entropy_size >= STRONG_SEED_MIN;
}

bool random_is_strong(void)
{
    return state.strong;
}

void random_add_seed(const uint8_t *seed, size_t size)
{
    br_hmac_drbg_update(&state.generator, seed, size);
}

void random_seed_is_renewed(void)
{
    br_hmac_drbg_generate(&state.generator, state.secret, sizeof state.secret);
    state.left = 0;
    state.strong = true;
}

void random_bytes(uint8_t *bytes, size_t size)
{
    br_hmac_drbg_generate(&state.generator, bytes, size);
}

uint32_t random_u32(void)
{
    uint8_t *last;
    uint32_t value;

    if (state.left == 0) {
        random_bytes(state.store, sizeof state.store);
        state.left = sizeof state.store;
    }
    state.left = (uint8_t)(state.left - sizeof value);
    last = state.store + state.left;
    memcpy(&value, last, sizeof value);
    memset(last, 0, sizeof value);
    return value;
}

uint32_t random_below(uint32_t limit)
{
    /* 2^32 mod limit values at the low end would make the others rarer: drawn again. */
    uint32_t uneven = (0U - limit) % limit;
    uint32_t value;

    do {
        value = random_u32();
    } while (value < uneven);
    return value % limit;
}

uint32_t random_keyed(const uint8_t *bytes, size_t size)
{
    br_sha256_context hash;
    uint8_t digest[br_sha256_SIZE];
    uint32_t value;

    br_sha256_init(&hash);
    br_sha256_update(&hash, state.secret, sizeof state.secret);
    br_sha256_update(&hash, bytes, size < RANDOM_KEYED_MAX ? size : RANDOM_KEYED_MAX);
    br_sha256_out(&hash, digest);
    memcpy(&value, digest, sizeof value);
    return value;
}
