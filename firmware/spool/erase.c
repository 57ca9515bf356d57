/* SPDX-License-Identifier: MIT */
/*
 * erase.c: which sector is erased next, and what the journal says of it: 'X' before, 'Y' when
 * it went well. A sector between the two is *spoilt*: power may have gone in its erase, or the
 * erase failed. Its content means nothing, whatever it reads, and it is erased before others.
 */
#include "spool/store.h"

#include "base/log.h"

/* A sector erase takes 650 ms at most; a worn part may take ten times as long. */
#define ERASE_MAX_S 30

static uint16_t *find(unsigned sector)
{
    for (unsigned i = 0; i < store.spoilt_count; i++) {
        if (store.spoilt[i] == sector)
            return &store.spoilt[i];
    }
    return NULL;
}

bool erase_is_spoilt(unsigned sector)
{
    return find(sector) != NULL;
}

bool erase_add_spoilt(unsigned sector)
{
    if (find(sector) == NULL) {
        if (store.spoilt_count == SPOILT_MAX || sector >= flashlog_sectors())
            return false;
        store.spoilt[store.spoilt_count++] = (uint16_t)sector;
    }
    return true;
}

void erase_remove_spoilt(unsigned sector)
{
    uint16_t *place = find(sector);

    if (place != NULL)
        *place = store.spoilt[--store.spoilt_count];
}

enum spool_result erase_note_spoilt(void)
{
    enum spool_result result = SPOOL_OK;
    record_bytes record;

    for (unsigned i = 0; i < store.spoilt_count && result == SPOOL_OK; i++) {
        record_put_place(record, RECORD_ERASE, store.spoilt[i]);
        result = store_result(flashlog_note(record));
    }
    return result;
}

/*
 * Erases make the room that others wait for, so these two notes may open the last ready
 * sector.
 */
static bool note(enum record_kind kind, unsigned sector)
{
    record_bytes record;

    record_put_place(record, kind, (uint16_t)sector);
    return journal_room(flashlog_has_note, 0) == SPOOL_OK &&
           store_result(flashlog_note(record)) == SPOOL_OK;
}

/*
 * A note that fails makes the next sector's journal begin without the 'X', which does as well.
 */
bool erase_end(void)
{
    unsigned sector = (unsigned)store.erasing;
    bool was_spoilt;

    if (store.erasing < 0)
        return false;
    was_spoilt = erase_is_spoilt(sector);
    store.erasing = -1;
    if (!flashlog_is_erased(sector))
        return true;
    erase_remove_spoilt(sector);
    if (was_spoilt && flashlog_has_note())
        note(RECORD_ERASE_OVER, sector);
    return true;
}

/* A spoilt sector that was not tried in vain since the start, or -1. */
static int next_spoilt(void)
{
    for (unsigned i = 0; i < store.spoilt_count; i++) {
        if (flashlog_may_erase(store.spoilt[i]))
            return store.spoilt[i];
    }
    return -1;
}

/*
 * Whether an erase can be noted. Not before this start has a sector open, and not when that
 * one failed and there is no other.
 */
static bool can_note(void)
{
    return flashlog_has_note() || flashlog_sectors_ready() > 0;
}

/*
 * An erase that cannot be noted takes a sector that never held a letter; there is one, as
 * every start keeps some ready.
 */
static int next_in_ring(void)
{
    int sector = can_note() ? -1 : flashlog_headless_candidate();

    return sector >= 0 ? sector : flashlog_erase_candidate();
}

static bool may_begin(unsigned sector)
{
    if (!can_note() || erase_is_spoilt(sector))
        return true;
    return store.spoilt_count < SPOILT_MAX && note(RECORD_ERASE, sector) &&
           erase_add_spoilt(sector);
}

bool erase_step(const struct clock *now)
{
    int sector = next_spoilt();

    if (sector < 0 && flashlog_sectors_ready() < READY_SECTORS)
        sector = next_in_ring();
    if (sector < 0 || !may_begin((unsigned)sector))
        return false;
    head_forget_sector((unsigned)sector);
    if (flashlog_erase((unsigned)sector) != FLASHLOG_OK)
        return false;
    store.erasing = (int16_t)sector;
    store.erase_began_s = now->powered_s;
    return true;
}

uint32_t erase_wait(const struct clock *now)
{
    if (now->powered_s - store.erase_began_s <= ERASE_MAX_S)
        return 5;
    store.usable = false;
    log_write(LOG_ERROR, "spool", "flash-stuck", "sector=%u remedy=switch-off-and-on",
              (unsigned)store.erasing);
    return 60000;
}
