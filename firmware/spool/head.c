/* SPDX-License-Identifier: MIT */
/*
 * head.c: a head page: what it says, its strip growing by one fresh unit for each event, a new
 * head when that is full, and the closing of an old one.
 *
 * Every record is announced in the journal first. Should power fail while it is written, its
 * unit may read blank, valid, or now this and now that. Until the next start has ended it
 * (recover.c) the intent counts and not the unit: a COMMIT never was, a closing was.
 */
#include "spool/store.h"

#include "base/log.h"

#include <string.h>

static const uint8_t *unit_at(const uint8_t *units, unsigned unit)
{
    return units + (size_t)unit * FLASHLOG_UNIT_SIZE;
}

static bool is_closing(const uint8_t *unit)
{
    return flashlog_unit(unit) == UNIT_VALID && unit[0] == RECORD_CLOSED;
}

bool head_is_live(const uint8_t *units, struct head_record *head,
                  struct commit_record *commit)
{
    return record_get_head(unit_at(units, HEAD_LETTER), head) &&
           record_get_commit(unit_at(units, HEAD_COMMIT), commit) &&
           !is_closing(unit_at(units, HEAD_CLOSED)) &&
           !is_closing(unit_at(units, HEAD_CLOSED_AGAIN));
}

bool head_look(uint16_t page, struct head_page *head)
{
    head->page = page;
    return flashlog_read_units(page, 0, FLASHLOG_PAGE_UNITS, head->units) == FLASHLOG_OK &&
           record_get_head(unit_at(head->units, HEAD_LETTER), &head->head);
}

/* ---- Heads that only the journal closes -------------------------------------------------------- */

static bool is_listed(const struct closed_heads *heads, uint16_t page)
{
    unsigned head = (unsigned)page - flashlog_first_head(heads->sector);

    return head < FLASHLOG_HEADS && (heads->bits[head / 8] >> head % 8 & 1) != 0;
}

static bool is_free_place(const struct closed_heads *heads)
{
    record_bytes unused;

    return !record_put_closed_heads(unused, heads);
}

/* The entry of a sector, or a free one; NULL: neither is there. */
static struct closed_heads *place_for(unsigned sector)
{
    struct closed_heads *found = NULL;

    for (unsigned i = 0; i < CLOSED_HEADS_MAX; i++) {
        struct closed_heads *place = &store.closed_heads[i];

        if (is_free_place(place))
            found = place;
        else if (place->sector == sector)
            return place;
    }
    return found;
}

void head_list_closed(const struct closed_heads *heads)
{
    struct closed_heads *place = place_for(heads->sector);

    if (place == NULL)
        return;
    place->sector = heads->sector;
    for (unsigned i = 0; i < sizeof heads->bits; i++)
        place->bits[i] |= heads->bits[i];
}

void head_forget_sector(unsigned sector)
{
    for (unsigned i = 0; i < CLOSED_HEADS_MAX; i++) {
        if (store.closed_heads[i].sector == sector)
            memset(&store.closed_heads[i], 0, sizeof store.closed_heads[i]);
    }
}

/* ---- Reading ------------------------------------------------------------------------------------- */

bool head_is_ended(uint16_t page)
{
    uint8_t kind = store.intent.record[0];

    if (store.intent.page == page && (kind == RECORD_COMMIT || kind == RECORD_CLOSED))
        return true;
    for (unsigned i = 0; i < CLOSED_HEADS_MAX; i++) {
        if (is_listed(&store.closed_heads[i], page))
            return true;
    }
    return false;
}

enum spool_result head_read(uint16_t page, struct head_page *head)
{
    if (!store.usable)
        return SPOOL_FAILED;
    if (!flashlog_ready())
        return SPOOL_BUSY;
    if (!head_look(page, head) || head_is_ended(page) ||
        !head_is_live(head->units, &head->head, &head->commit))
        return SPOOL_GONE;
    return SPOOL_OK;
}

void head_state(const struct head_page *head, uint8_t connector, struct spool_state *state)
{
    memset(state, 0, sizeof *state);
    state->id = head->head.id;
    state->boot = head->head.boot;
    state->deposited_s = head->head.deposited_s;
    state->due_s = head->head.deposited_s;
    state->connectors = head->head.connectors;
    state->recipients = head->commit.recipients;
    state->text_size = head->commit.text_size;
    for (unsigned i = HEAD_STRIP; i < FLASHLOG_PAGE_UNITS; i++) {
        const uint8_t *unit = unit_at(head->units, i);

        if (flashlog_unit(unit) == UNIT_VALID)
            record_apply(unit, connector, state);
    }
}

/* ---- Places ------------------------------------------------------------------------------------ */

/* Whether a program that was cut short, or failed, may have touched this unit. */
static bool is_touched(uint16_t page, unsigned unit)
{
    return store.intent.page == page && store.intent.unit == unit;
}

static bool is_free(const struct head_page *head, unsigned unit)
{
    return flashlog_unit(unit_at(head->units, unit)) == UNIT_BLANK &&
           !is_touched(head->page, unit);
}

/* The unit for the next event; FLASHLOG_PAGE_UNITS when the strip is full. */
static unsigned next_unit(const struct head_page *head)
{
    unsigned next = FLASHLOG_PAGE_UNITS;

    while (next > HEAD_STRIP && is_free(head, next - 1))
        next--;
    return next;
}

static enum spool_result write_unit(uint16_t page, unsigned unit, const record_bytes record)
{
    return store_result(flashlog_write_units(page, unit, record, 1));
}

/* Announces an event and writes it. */
static enum spool_result write_event(uint16_t page, unsigned unit,
                                     const record_bytes record)
{
    enum spool_result result = journal_announce(page, unit, record);

    return result == SPOOL_OK ? write_unit(page, unit, record) : result;
}

/* ---- A new head ---------------------------------------------------------------------------------- */

/* Writes what is known of the old strip in as few records as possible. */
struct condenser {
    uint16_t page;
    unsigned unit;
    enum spool_result result;
};

static void put_next(struct condenser *c, const record_bytes record)
{
    if (c->result == SPOOL_OK)
        c->result = write_unit(c->page, c->unit++, record);
}

static void condense_set(struct condenser *c, enum record_kind kind,
                         const struct recipient_set *set)
{
    record_bytes record;

    for (unsigned first = 0; first < LETTER_RECIPIENTS_MAX; first += RECORD_RECIPIENTS) {
        if (record_put_settled(record, kind, (uint8_t)first, (uint16_t)store.boot, set))
            put_next(c, record);
    }
}

static void condense(const struct head_page *old, struct condenser *c)
{
    struct spool_state state;
    record_bytes record;

    for (uint8_t i = 0; i < CONFIG_CONNECTOR_COUNT; i++) {
        head_state(old, i, &state);
        record_put_try(record, i, (uint16_t)store.boot, state.tries, state.due_s);
        if (state.tries > 0)
            put_next(c, record);
    }
    condense_set(c, RECORD_SENT, &state.sent);
    condense_set(c, RECORD_FAILED, &state.failed);
    record_put_dead(record, (uint16_t)store.boot, store.noted_s);
    if (state.dead)
        put_next(c, record);
}

static enum spool_result write_copy(const struct head_page *old, uint16_t page,
                                    const uint8_t *event)
{
    struct head_record head = old->head;
    struct condenser c = {page, HEAD_STRIP, SPOOL_OK};
    record_bytes record;

    head.boot = (uint16_t)store.boot;
    record_put_head(record, &head);
    c.result = write_unit(page, HEAD_LETTER, record);
    condense(old, &c);
    if (event != NULL)
        put_next(&c, event);
    return c.result;
}

enum spool_result head_renew(const struct head_page *old, uint16_t first_page,
                             uint16_t last_page, const uint8_t *event, uint16_t *new_page)
{
    struct commit_record commit = old->commit;
    record_bytes record;
    enum spool_result result = journal_room(flashlog_has_head, journal_reserve(SPOOL_MOVE));

    if (result != SPOOL_OK)
        return result;
    *new_page = flashlog_take_head();
    result = write_copy(old, *new_page, event);
    if (result != SPOOL_OK)
        return result;
    commit.first_page = first_page;
    commit.last_page = last_page;
    commit.origin = old->page;
    record_put_commit(record, &commit);
    result = write_event(*new_page, HEAD_COMMIT, record);
    if (result == SPOOL_OK)
        result = head_close(old, SPOOL_CLOSED_MOVED, *new_page);
    if (result != SPOOL_OK) {
        store.recovered = false;
        return result;
    }
    letter_begins(*new_page, &commit);
    letter_rename(old->page, *new_page);
    letter_ends(old->page, &old->commit);
    return SPOOL_OK;
}

/* ---- Events ---------------------------------------------------------------------------------------- */

enum spool_result head_append(uint16_t *page, const record_bytes record)
{
    struct head_page head;
    enum spool_result result = head_read(*page, &head);
    unsigned unit;

    if (result != SPOOL_OK)
        return result;
    unit = next_unit(&head);
    if (unit < FLASHLOG_PAGE_UNITS)
        result = write_event(*page, unit, record);
    if (unit == FLASHLOG_PAGE_UNITS || result == SPOOL_FAILED)
        result =
            head_renew(&head, head.commit.first_page, head.commit.last_page, record, page);
    return result;
}

/* ---- Closing ---------------------------------------------------------------------------------- */

static uint16_t moved_to(const uint8_t *unit)
{
    return is_closing(unit) && unit[1] == SPOOL_CLOSED_MOVED ? record_moved_to(unit) : 0;
}

uint16_t head_moved_to(const struct head_page *head)
{
    uint16_t page = moved_to(unit_at(head->units, HEAD_CLOSED));

    return page != 0 ? page : moved_to(unit_at(head->units, HEAD_CLOSED_AGAIN));
}

/* Units that earlier attempts to close this head may have touched stay alone. */
static unsigned first_closing_unit(uint16_t page)
{
    if (store.intent.page == page && store.intent.record[0] == RECORD_CLOSED)
        return store.intent.unit + 1u;
    return HEAD_CLOSED;
}

static enum spool_result close_by_journal(uint16_t page)
{
    struct closed_heads heads = {.sector = (uint16_t)flashlog_sector_of(page)};
    unsigned head = (unsigned)page - flashlog_first_head(heads.sector);
    record_bytes record;
    enum spool_result result = SPOOL_FAILED;

    heads.bits[head / 8] = (uint8_t)(1u << head % 8);
    record_put_closed_heads(record, &heads);
    if (place_for(heads.sector) != NULL)
        result = journal_note(record);
    if (result == SPOOL_OK)
        head_list_closed(&heads);
    else if (result == SPOOL_FAILED)
        log_write(LOG_ERROR, "spool", "not-closed", "page=%u", page);
    return result;
}

enum spool_result head_close(const struct head_page *head, enum spool_closed how,
                             uint16_t moved_to)
{
    unsigned unit = first_closing_unit(head->page);
    enum spool_result result = SPOOL_FAILED;
    record_bytes record;

    record_put_closed(record, how, (uint16_t)store.boot, moved_to, store.noted_s);
    for (; unit < HEAD_STRIP && result == SPOOL_FAILED; unit++) {
        if (is_free(head, unit))
            result = write_event(head->page, unit, record);
    }
    return result == SPOOL_FAILED ? close_by_journal(head->page) : result;
}
