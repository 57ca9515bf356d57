/* SPDX-License-Identifier: MIT */
/*
 * journal.c: facts that belong to no letter. They are appended to the open sector's journal;
 * a sector that is newly opened starts with a copy of those that are still true, so that a
 * mount needs the last journal whose copy is whole, and those begun after it.
 */
#include "spool/store.h"

#include "base/bytes.h"
#include "mail/connector.h"

#include <string.h>

struct store store;

enum spool_result store_result(enum flashlog_result result)
{
    static const enum spool_result map[] = {
        [FLASHLOG_OK] = SPOOL_OK,           [FLASHLOG_BUSY] = SPOOL_BUSY,
        [FLASHLOG_FULL] = SPOOL_FULL,       [FLASHLOG_FAILED] = SPOOL_FAILED,
        [FLASHLOG_DAMAGED] = SPOOL_DAMAGED,
    };
    return map[result];
}

unsigned journal_reserve(enum spool_class class_)
{
    /* One sector is kept for the next start; a move may use one that the others may not. */
    static const uint8_t reserve[] = {
        [SPOOL_FROM_LAN] = 4 + CONFIG_SPOOL_RESERVE_SECTORS,
        [SPOOL_FROM_DEVICE] = 4 + CONFIG_SPOOL_RESERVE_SECTORS / 2,
        [SPOOL_NOTICE] = 4,
        [SPOOL_MOVE] = 3,
    };
    return reserve[class_];
}

static enum spool_result note(const record_bytes record)
{
    return store_result(flashlog_note(record));
}

static enum spool_result note_erase_state(void)
{
    record_bytes record;
    enum spool_result result;

    record_put_erase(record, store.erase_is_over ? RECORD_ERASE_OVER : RECORD_ERASE,
                     (uint16_t)store.erase_sector);
    result = note(record);
    if (result == SPOOL_OK && store.erase_is_over)
        store.erase_sector = -1;
    return result;
}

/* What a newly opened sector must say of the time before it. */
static enum spool_result write_snapshot(void)
{
    record_bytes record;
    enum spool_result result;

    record_put_start(record, (uint16_t)store.boot, store.powered_s, store.next_id);
    result = note(record);
    if (result == SPOOL_OK && store.wall_s != 0) {
        record_put_time(record, (uint16_t)store.boot, store.powered_s, store.wall_s);
        result = note(record);
    }
    for (uint8_t i = 0; i < CONFIG_CONNECTOR_COUNT && result == SPOOL_OK; i++) {
        record_put_route(record, i, &store.routes[i]);
        result = note(record);
    }
    if (result == SPOOL_OK && store.erase_sector >= 0)
        result = note_erase_state();
    if (result == SPOOL_OK && !store.recovered && store.intent.page != 0) {
        record_put_intent(record, &store.intent);
        result = note(record);
    }
    record_put_mark(record, RECORD_SNAPSHOT_OVER);
    return result == SPOOL_OK ? note(record) : result;
}

bool journal_enough_ready(unsigned wanted)
{
    return flashlog_sectors_ready() >= wanted || flashlog_erase_candidate() < 0;
}

enum spool_result journal_room(bool (*has)(void), unsigned reserve)
{
    enum spool_result result;

    if (!store.usable)
        return SPOOL_FAILED;
    if (!flashlog_ready())
        return SPOOL_BUSY;
    if (has())
        return SPOOL_OK;
    if (flashlog_sectors_free() <= reserve)
        return SPOOL_FULL;
    if (!journal_enough_ready(reserve > 0 ? READY_SECTORS : 1))
        return SPOOL_BUSY; /* free ones there are, but not erased yet */
    result = store_result(flashlog_turn());
    return result == SPOOL_OK ? write_snapshot() : result;
}

enum spool_result journal_note(const record_bytes record)
{
    enum spool_result result = journal_room(flashlog_has_note, journal_reserve(SPOOL_MOVE));

    return result == SPOOL_OK ? note(record) : result;
}

enum spool_result journal_announce(uint16_t page, unsigned unit, const record_bytes record)
{
    struct intent intent = {.page = page, .unit = (uint8_t)unit};
    record_bytes noted;
    enum spool_result result;

    memcpy(intent.record, record, sizeof intent.record);
    record_put_intent(noted, &intent);
    result = journal_note(noted);
    if (result == SPOOL_OK) {
        store.intent = intent;
        store.intent_is_old = false;
    }
    return result;
}

enum spool_result journal_erase_over(void)
{
    enum spool_result result;

    store.erase_is_over = true;
    if (store.erase_sector < 0 || flashlog_open_sector() < 0)
        return SPOOL_OK; /* the next sector's journal begins with it */
    result = journal_room(flashlog_has_note, journal_reserve(SPOOL_MOVE));
    if (result == SPOOL_OK && store.erase_sector >= 0)
        result = note_erase_state();
    return result;
}

enum spool_result journal_time(const struct clock *now, uint32_t age_s)
{
    record_bytes record;
    enum spool_result result;

    if (now->powered_s - store.noted_s < age_s)
        return SPOOL_OK;
    record_put_time(record, (uint16_t)store.boot, now->powered_s, now->wall_s);
    result = journal_note(record);
    if (result == SPOOL_OK)
        store.noted_s = now->powered_s;
    return result;
}

/* ---- Replay at mount ------------------------------------------------------------------------- */

static void seen_time(uint32_t powered_s)
{
    if (powered_s > store.powered_s)
        store.powered_s = powered_s;
}

static void replay_route(const uint8_t *unit)
{
    uint8_t connector = unit[1];

    if (connector >= CONFIG_CONNECTOR_COUNT ||
        get_u16(unit + 2) != connector_name_hash(connector))
        return;
    store.routes[connector] = (struct spool_route){
        .tries = unit[4],
        .stopped = unit[5],
        .frozen = unit[6],
        .cause = unit[7],
        .due_s = get_u32(unit + 8),
    };
}

/*
 * Records come one after the other, so one that follows an intent in the same boot shows that
 * what it announced was done. The records with which a new boot begins do not: it has yet to
 * look at what its forerunner left.
 */
static void replay_over_intent(const uint8_t *unit)
{
    if (unit[0] == RECORD_SNAPSHOT_OVER)
        return;
    if (unit[0] == RECORD_START && get_u16(unit + 2) != (uint16_t)store.boot)
        store.intent_is_old = true;
    else if (!store.intent_is_old || unit[0] == RECORD_INTENT_OVER)
        store.intent.page = 0;
    if (unit[0] == RECORD_INTENT && record_get_intent(unit, &store.intent))
        store.intent_is_old = false;
}

static void replay(const uint8_t *unit)
{
    replay_over_intent(unit);
    if (unit[0] == RECORD_START) {
        store.boot = get_u16(unit + 2);
        seen_time(get_u32(unit + 4));
        store.next_id = get_u32(unit + 8);
    } else if (unit[0] == RECORD_TIME) {
        seen_time(get_u32(unit + 4));
        store.wall_s = get_u32(unit + 8);
    } else if (unit[0] == RECORD_ROUTE) {
        replay_route(unit);
    } else if (unit[0] == RECORD_ERASE) {
        store.erase_sector = (int16_t)get_u16(unit + 2);
    } else if (unit[0] == RECORD_ERASE_OVER) {
        store.erase_sector = -1;
    }
}

static uint16_t journal_page(unsigned sector, unsigned page)
{
    return (uint16_t)(sector * FLASHLOG_SECTOR_PAGES + FLASHLOG_JOURNAL_PAGE + page);
}

static void replay_sector(unsigned sector)
{
    uint8_t units[FLASHLOG_PAGE_SIZE];

    for (unsigned page = 0; page < FLASHLOG_JOURNAL_UNITS / FLASHLOG_PAGE_UNITS; page++) {
        if (flashlog_read_units(journal_page(sector, page), 0, FLASHLOG_PAGE_UNITS,
                                units) != FLASHLOG_OK)
            return;
        for (unsigned i = 0; i < FLASHLOG_PAGE_UNITS; i++) {
            const uint8_t *unit = units + (size_t)i * FLASHLOG_UNIT_SIZE;
            enum flashlog_unit what = flashlog_unit(unit);

            if (what == UNIT_BLANK)
                return;
            if (what == UNIT_VALID)
                replay(unit);
        }
    }
}

/* Whether the snapshot at its start is whole; it fits the first page. */
static bool is_begun_whole(unsigned sector)
{
    uint8_t units[FLASHLOG_PAGE_SIZE];

    if (flashlog_read_units(journal_page(sector, 0), 0, FLASHLOG_PAGE_UNITS, units) !=
        FLASHLOG_OK)
        return false;
    for (unsigned i = 0; i < FLASHLOG_PAGE_UNITS; i++) {
        const uint8_t *unit = units + (size_t)i * FLASHLOG_UNIT_SIZE;

        if (flashlog_unit(unit) == UNIT_VALID && unit[0] == RECORD_SNAPSHOT_OVER)
            return true;
    }
    return false;
}

void journal_mount(void)
{
    int sector = flashlog_newest();
    bool whole = false;

    while (sector >= 0 && !whole && store.journal_count < JOURNALS_MAX) {
        uint16_t page = journal_page((unsigned)sector, 0);

        flashlog_hold(page, page);
        store.journals[store.journal_count++] = (int16_t)sector;
        whole = is_begun_whole((unsigned)sector);
        if (!whole)
            sector = flashlog_opened_before((unsigned)sector);
    }
    for (unsigned i = store.journal_count; i > 0; i--)
        replay_sector((unsigned)store.journals[i - 1]);
}

void journal_release_old(void)
{
    for (; store.journal_count > 0; store.journal_count--) {
        uint16_t page = journal_page((unsigned)store.journals[store.journal_count - 1], 0);

        flashlog_release(page, page);
    }
}

/* ---- Routes ------------------------------------------------------------------------------------ */

void spool_route_get(uint8_t connector, struct spool_route *route)
{
    *route = store.routes[connector];
}

enum spool_result spool_route_put(uint8_t connector, const struct spool_route *route,
                                  const struct clock *now)
{
    enum spool_result result = journal_time(now, 60);
    record_bytes record;

    if (result != SPOOL_OK)
        return result;
    record_put_route(record, connector, route);
    result = journal_note(record);
    if (result == SPOOL_OK)
        store.routes[connector] = *route;
    return result;
}
