/* SPDX-License-Identifier: MIT */
/* fake_spool.c: two letters may be under way at once. */
#include "fake_spool.h"

#include "crypto/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define UNDER_WAY 4
#define FIRST_ID  17

struct fake_spool fake_spool;

static struct {
    const struct spool_deposit *owner;
    struct fake_letter letter;
} under_way[UNDER_WAY];

static uint32_t next_id;

void fake_spool_reset(void)
{
    memset(&fake_spool, 0, sizeof fake_spool);
    memset(under_way, 0, sizeof under_way);
    next_id = FIRST_ID;
}

static struct fake_letter *letter_of(const struct spool_deposit *d)
{
    for (unsigned i = 0; i < UNDER_WAY; i++) {
        if (under_way[i].owner == d)
            return &under_way[i].letter;
    }
    fail_msg("no such deposit is under way");
    return NULL;
}

static enum spool_result answer(struct spool_deposit *d, enum spool_result result)
{
    if (fake_spool.erasing)
        fail_msg("the spool was called while an erase runs");
    assert_true(d->open);
    if (fake_spool.tired)
        return SPOOL_BUSY;
    fake_spool.tired = fake_spool.tires;
    if (d->result == SPOOL_OK)
        d->result = result;
    return d->result;
}

static void forget(struct spool_deposit *d)
{
    for (unsigned i = 0; i < UNDER_WAY; i++) {
        if (under_way[i].owner == d)
            under_way[i].owner = NULL;
    }
    d->open = false;
    fake_spool.open--;
}

bool spool_ready(void)
{
    if (fake_spool.tired) {
        fake_spool.tired = false;
        return false;
    }
    if (fake_spool.busy_for > 0) {
        fake_spool.busy_for--;
        return false;
    }
    return !fake_spool.erasing;
}

/* The firmware's generator, for the nonce of a letter. */
uint32_t random_u32(void)
{
    return 0x5eed;
}

uint32_t spool_poll(const struct clock *clock)
{
    assert_true(clock->boot > 0);
    fake_spool.polls++;
    return 0;
}

enum spool_result spool_deposit_begin(struct spool_deposit *d, enum spool_class class_,
                                      uint32_t size)
{
    struct fake_letter *letter;

    memset(d, 0, sizeof *d);
    d->open = true;
    d->result = answer(d, fake_spool.begin);
    if (d->result != SPOOL_OK) {
        d->open = false;
        return d->result;
    }
    for (unsigned i = 0; i < UNDER_WAY && under_way[i].owner != d; i++) {
        if (under_way[i].owner == NULL) {
            under_way[i].owner = d;
            break;
        }
    }
    letter = letter_of(d);
    memset(letter, 0, sizeof *letter);
    letter->class_ = class_;
    letter->size_declared = size;
    fake_spool.open++;
    return SPOOL_OK;
}

enum spool_result spool_deposit_field(struct spool_deposit *d, enum letter_field kind,
                                      const void *value, size_t size)
{
    struct fake_letter *letter = letter_of(d);
    enum spool_result result = answer(d, fake_spool.field);

    if (result != SPOOL_OK)
        return result;
    if (kind == LETTER_ORIGIN) {
        assert_true(letter_get_origin(cursor_over(value, size), &letter->origin));
    } else {
        assert_int_equal(kind, LETTER_SENDER);
        assert_true(size <= LETTER_PATH_MAX);
        if (size > 0)
            memcpy(letter->sender, value, size);
    }
    return SPOOL_OK;
}

enum spool_result spool_deposit_recipient(struct spool_deposit *d, uint8_t connector,
                                          const void *address, size_t size)
{
    struct fake_letter *letter = letter_of(d);
    enum spool_result result = answer(d, fake_spool.recipient);

    if (result != SPOOL_OK)
        return result;
    assert_true(letter->recipients < FAKE_RECIPIENTS && size <= LETTER_PATH_MAX);
    memcpy(letter->recipient[letter->recipients], address, size);
    letter->connector[letter->recipients++] = connector;
    d->connectors |= (uint8_t)(1u << connector);
    return SPOOL_OK;
}

/* Comes right after a field that was taken, be an erase due or not. */
enum spool_result spool_deposit_parameter(struct spool_deposit *d, const void *value,
                                          size_t size)
{
    struct fake_letter *letter = letter_of(d);
    size_t length = strlen(letter->parameters);

    assert_true(d->open && !fake_spool.erasing);
    if (d->result == SPOOL_OK)
        d->result = fake_spool.parameter;
    if (d->result == SPOOL_OK)
        snprintf(letter->parameters + length, sizeof letter->parameters - length,
                 " %.*s of %d", (int)size, (const char *)value,
                 (int)letter->recipients - 1);
    return d->result;
}

enum spool_result spool_deposit_text(struct spool_deposit *d, const void *text, size_t size)
{
    struct fake_letter *letter = letter_of(d);
    bool full = fake_spool.text_room > 0 && letter->text_size + size > fake_spool.text_room;
    enum spool_result result = answer(d, full ? SPOOL_FULL : fake_spool.text);

    if (result != SPOOL_OK)
        return result;
    assert_true(letter->text_size + size < sizeof letter->text);
    memcpy(letter->text + letter->text_size, text, size);
    letter->text_size += size;
    if (size > letter->text_piece_max)
        letter->text_piece_max = size;
    return SPOOL_OK;
}

enum spool_result spool_deposit_commit(struct spool_deposit *d, const struct clock *now)
{
    (void)now;
    if (fake_spool.commit_busy > 0) {
        fake_spool.commit_busy--;
        return SPOOL_BUSY;
    }
    if (fake_spool.tired)
        return SPOOL_BUSY;
    if (answer(d, fake_spool.commit) == SPOOL_OK) {
        fake_spool.letter = *letter_of(d);
        fake_spool.letter.id = d->id = next_id++;
        fake_spool.committed++;
    }
    forget(d);
    return d->result;
}

void spool_deposit_abort(struct spool_deposit *d)
{
    if (!d->open)
        return;
    fake_spool.aborted++;
    forget(d);
}
