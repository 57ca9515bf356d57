/* SPDX-License-Identifier: MIT */
/*
 * deposit.c: a letter streams into a chain of body pages; when it is whole a head page is
 * written, and last of all the head's COMMIT record, which makes the letter exist.
 *
 * A page is written when the first octet beyond it arrives, so that it can name the next one.
 */
#include "spool/store.h"

#include "base/bytes.h"

#include <string.h>

/* Octets of a body page's header that are the spool's: 2 index, 4 id, 8 next page, 10 spare. */
void chain_put(uint8_t *page, uint32_t id, uint16_t index, uint16_t next)
{
    put_u16(page + 2, index);
    put_u32(page + 4, id);
    put_u16(page + 8, next);
    put_u16(page + 10, 0xffff);
}

bool chain_check(const uint8_t *page, uint32_t id, uint16_t index, uint16_t *next)
{
    *next = get_u16(page + 8);
    return get_u16(page + 2) == index && get_u32(page + 4) == id;
}

bool spool_ready(void)
{
    if (!store.usable)
        return true;
    return flashlog_ready() && store.recovered && journal_enough_ready(READY_SECTORS);
}

uint32_t spool_room(enum spool_class class_)
{
    unsigned free = flashlog_sectors_free();
    unsigned reserve = journal_reserve(class_);
    uint32_t pages = free > reserve ? free - reserve : 0;

    pages *= FLASHLOG_SECTOR_PAGES - FLASHLOG_FIRST_HEAD - FLASHLOG_HEADS;
    return (pages + flashlog_body_pages_left()) * FLASHLOG_BODY_MAX;
}

enum spool_result spool_deposit_begin(struct spool_deposit *d, enum spool_class class_,
                                      uint32_t size)
{
    memset(d, 0, offsetof(struct spool_deposit, page));
    if (!store.usable)
        return SPOOL_FAILED;
    if (!spool_ready())
        return SPOOL_BUSY;
    if (spool_room(class_) <= size)
        return SPOOL_FULL;
    d->open = true;
    d->class_ = (uint8_t)class_;
    d->id = store.next_id++;
    return SPOOL_OK;
}

/* The deposit holds the sectors from its first page to its present one. */
static void hold_up_to(struct spool_deposit *d, uint16_t page)
{
    if (d->first_page == 0)
        d->first_page = page;
    else
        flashlog_release(d->first_page, d->this_page);
    d->this_page = page;
    flashlog_hold(d->first_page, d->this_page);
}

static enum spool_result take_page(struct spool_deposit *d, uint16_t *page)
{
    enum spool_result result =
        journal_room(flashlog_has_body, journal_reserve((enum spool_class)d->class_));

    if (result == SPOOL_OK)
        *page = flashlog_take_body();
    return result;
}

static enum spool_result write_page(struct spool_deposit *d, uint16_t next)
{
    chain_put(d->page, d->id, d->index, next);
    return store_result(flashlog_write_body(d->this_page, d->page, d->fill));
}

static enum spool_result next_page(struct spool_deposit *d)
{
    uint16_t page;
    enum spool_result result = take_page(d, &page);

    if (result == SPOOL_OK && d->first_page != 0) {
        result = write_page(d, page);
        d->index++;
        d->fill = 0;
    }
    if (result == SPOOL_OK)
        hold_up_to(d, page);
    return result;
}

static enum spool_result add(struct spool_deposit *d, const uint8_t *bytes, size_t size)
{
    while (size > 0 && d->result == SPOOL_OK) {
        size_t part = min_size(size, FLASHLOG_BODY_MAX - (size_t)d->fill);

        if (part == 0 || d->first_page == 0) {
            d->result = next_page(d);
            continue;
        }
        memcpy(d->page + FLASHLOG_BODY_HEAD + d->fill, bytes, part);
        d->fill = (uint16_t)(d->fill + part);
        bytes += part;
        size -= part;
    }
    return d->result;
}

/* What every addition asks first; BUSY leaves the deposit as it was. */
static enum spool_result may_add(const struct spool_deposit *d)
{
    if (!d->open)
        return SPOOL_FAILED;
    if (d->result != SPOOL_OK)
        return d->result;
    return spool_ready() ? SPOOL_OK : SPOOL_BUSY;
}

static void put_field_head(uint8_t *to, enum letter_field kind, size_t size)
{
    to[0] = (uint8_t)kind;
    put_u16(to + 1, (uint16_t)size);
}

static enum spool_result add_field(struct spool_deposit *d, enum letter_field kind,
                                   const void *value, size_t size)
{
    uint8_t head[LETTER_FIELD_HEAD];

    put_field_head(head, kind, size);
    add(d, head, sizeof head);
    return add(d, value, size);
}

enum spool_result spool_deposit_field(struct spool_deposit *d, enum letter_field kind,
                                      const void *value, size_t size)
{
    enum spool_result result = may_add(d);

    return result == SPOOL_OK ? add_field(d, kind, value, size) : result;
}

/* The sectors that are ready (READY_SECTORS) have room for all that one command brings. */
enum spool_result spool_deposit_parameter(struct spool_deposit *d, const void *value,
                                          size_t size)
{
    return add_field(d, LETTER_PARAMETER, value, size);
}

enum spool_result spool_deposit_recipient(struct spool_deposit *d, uint8_t connector,
                                          const void *address, size_t size)
{
    uint8_t head[LETTER_FIELD_HEAD + 1];
    enum spool_result result = may_add(d);

    if (result != SPOOL_OK)
        return result;
    if (d->recipients == LETTER_RECIPIENTS_MAX || connector >= CONFIG_CONNECTOR_COUNT)
        return SPOOL_FAILED;
    put_field_head(head, LETTER_RECIPIENT, size + 1);
    head[LETTER_FIELD_HEAD] = connector;
    add(d, head, sizeof head);
    result = add(d, address, size);
    if (result == SPOOL_OK) {
        d->recipients++;
        d->connectors |= (uint8_t)(1u << connector);
    }
    return result;
}

enum spool_result spool_deposit_text(struct spool_deposit *d, const void *text, size_t size)
{
    enum spool_result result = may_add(d);

    if (result == SPOOL_OK && !d->in_text) {
        result = spool_deposit_field(d, LETTER_TEXT, "", 0);
        d->in_text = true;
    }
    if (result != SPOOL_OK)
        return result;
    d->text_size += (uint32_t)size;
    return add(d, text, size);
}

/*
 * HEAD, then COMMIT, then the note that it was done: the letter exists from the end of that.
 * An interruption before makes the COMMIT void.
 */
static enum spool_result write_head(struct spool_deposit *d, uint16_t page, uint32_t now_s,
                                    const struct commit_record *commit)
{
    struct head_record head = {.connectors = d->connectors,
                               .boot = (uint16_t)store.boot,
                               .id = d->id,
                               .deposited_s = now_s};
    record_bytes record;
    enum spool_result result;

    record_put_head(record, &head);
    result = store_result(flashlog_write_units(page, HEAD_LETTER, record, 1));
    if (result != SPOOL_OK)
        return result;
    record_put_commit(record, commit);
    result = journal_announce(page, HEAD_COMMIT, record);
    if (result != SPOOL_OK)
        return result;
    result = store_result(flashlog_write_units(page, HEAD_COMMIT, record, 1));
    if (result == SPOOL_OK)
        result = journal_confirm();
    if (result == SPOOL_OK)
        result = store_result(flashlog_sync());
    store.recovered = result == SPOOL_OK;
    return result;
}

static enum spool_result commit(struct spool_deposit *d, const struct clock *now)
{
    struct commit_record commit = {.recipients = d->recipients,
                                   .first_page = d->first_page,
                                   .last_page = d->this_page,
                                   .origin = 0,
                                   .text_size = d->text_size};
    uint16_t page;
    enum spool_result result =
        journal_room(flashlog_has_head, journal_reserve((enum spool_class)d->class_));

    if (result != SPOOL_OK)
        return result;
    if (!d->sealed)
        result = write_page(d, 0);
    d->sealed = result == SPOOL_OK;
    if (result != SPOOL_OK)
        return result;
    page = flashlog_take_head();
    result = write_head(d, page, now->powered_s, &commit);
    if (result != SPOOL_OK)
        return result;
    letter_begins(page, &commit);
    window_add(page, d->id, d->connectors, now->powered_s);
    return SPOOL_OK;
}

enum spool_result spool_deposit_commit(struct spool_deposit *d, const struct clock *now)
{
    enum spool_result result = may_add(d);

    if (result == SPOOL_OK && !d->in_text)
        result = spool_deposit_text(d, "", 0);
    if (result == SPOOL_OK)
        result = d->recipients > 0 ? commit(d, now) : SPOOL_FAILED;
    if (result != SPOOL_BUSY)
        spool_deposit_abort(d);
    return result;
}

void spool_deposit_abort(struct spool_deposit *d)
{
    if (d->open && d->first_page != 0)
        flashlog_release(d->first_page, d->this_page);
    d->open = false;
}
