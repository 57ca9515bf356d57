/* SPDX-License-Identifier: MIT */
/*
 * random.h: the firmware's random numbers: one HMAC-DRBG over SHA-256 (BearSSL), seeded once
 * from the port's entropy. Without entropy it still runs (from what differs between devices
 * and boots), for ports, sequence numbers and jitter; random_is_strong() says that it must not
 * be used for keys.
 */
#ifndef CRYPTO_RANDOM_H
#define CRYPTO_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Seeds: `entropy` from hardware (may be empty), `personal` what else differs (MAC, boot). */
void random_init(const uint8_t *entropy, size_t entropy_size, const uint8_t *personal,
                 size_t personal_size);

/* True when at least 16 bytes of hardware entropy went in, or a seed that is renewed. */
bool random_is_strong(void);

/*
 * Adds the seed of this device. Once another one has taken its place in flash, so that no start
 * ever begins from it again, random numbers are strong.
 */
void random_add_seed(const uint8_t *seed, size_t size);
void random_seed_is_renewed(void);

void random_bytes(uint8_t *bytes, size_t size);
uint32_t random_u32(void);

/* Evenly spread over 0 .. limit - 1; limit >= 1. */
uint32_t random_below(uint32_t limit);

#define RANDOM_KEYED_MAX 39 /* with the secret, one block of SHA-256 */

/*
 * A number that depends on these bytes (at most RANDOM_KEYED_MAX; the rest is not read) and on
 * a secret of this start: the F of RFC 6528.
 */
uint32_t random_keyed(const uint8_t *bytes, size_t size);

#endif
