/* SPDX-License-Identifier: MIT */
/*
 * journal.c: facts that belong to no letter. They are appended to the open sector's journal;
 * a sector that is newly opened starts with a copy of those that are still true, so that a
 * mount needs one journal, the last whose copy is whole.
 */
#include "spool/store.h"

#include "base/bytes.h"
#include "mail/connector.h"

#include <string.h>

/* In which a mount looks for the mark behind a snapshot. */
#define SNAPSHOT_PAGES 2

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
    /*
     * Each start opens a sector. Two that are cut before they could tidy, and the one after them,
     * have four to begin with; a move may use one that the others may not.
     */
    static const uint8_t reserve[] = {
        [SPOOL_FROM_LAN] = 5 + CONFIG_SPOOL_RESERVE_SECTORS,
        [SPOOL_FROM_DEVICE] = 5 + CONFIG_SPOOL_RESERVE_SECTORS / 2,
        [SPOOL_NOTICE] = 5,
        [SPOOL_MOVE] = 4,
    };
    return reserve[class_];
}

static enum spool_result note(const record_bytes record)
{
    return store_result(flashlog_note(record));
}

static enum spool_result note_routes(void)
{
    record_bytes record;
    enum spool_result result = SPOOL_OK;

    for (uint8_t i = 0; i < CONFIG_CONNECTOR_COUNT && result == SPOOL_OK; i++) {
        record_put_route(record, i, &store.routes[i], store.powered_s);
        result = note(record);
    }
    return result;
}

static enum spool_result note_closed_heads(void)
{
    record_bytes record;
    enum spool_result result = SPOOL_OK;

    for (unsigned i = 0; i < CLOSED_HEADS_MAX && result == SPOOL_OK; i++) {
        if (record_put_closed_heads(record, &store.closed_heads[i]))
            result = note(record);
    }
    return result;
}

/*
 * What a newly opened sector must say of the time before it: at most 19 records and the mark
 * after them, less than SNAPSHOT_PAGES.
 */
static enum spool_result write_snapshot(void)
{
    record_bytes record;
    enum spool_result result;

    record_put_start(record, (uint16_t)store.boot, store.powered_s, store.next_id);
    result = note(record);
    record_put_time(record, (uint16_t)store.boot, store.powered_s, store.wall_s);
    if (result == SPOOL_OK && store.wall_s != 0)
        result = note(record);
    if (result == SPOOL_OK)
        result = note_routes();
    if (result == SPOOL_OK)
        result = erase_note_spoilt();
    if (result == SPOOL_OK)
        result = note_closed_heads();
    record_put_intent(record, &store.intent);
    if (result == SPOOL_OK && !store.recovered && store.intent.page != 0)
        result = note(record);
    record_put_mark(record, RECORD_SNAPSHOT_OVER);
    return result == SPOOL_OK ? note(record) : result;
}

bool journal_enough_ready(unsigned wanted)
{
    return flashlog_sectors_ready() >= wanted || flashlog_erase_candidate() < 0;
}

static uint16_t header_of(int sector)
{
    return (uint16_t)(sector * FLASHLOG_SECTOR_PAGES);
}

/* Keeps a sector for what its journal says. */
static void hold_journal(int sector)
{
    flashlog_hold(header_of(sector), header_of(sector));
    store.journals[store.journal_count++] = (int16_t)sector;
}

/* The journal that counts is kept until the next one is begun whole. */
static enum spool_result next_sector(void)
{
    int before = flashlog_open_sector();
    enum spool_result result = store_result(flashlog_turn());

    store.sector_opened = true;
    if (result == SPOOL_OK && before >= 0 && store.journal_count < JOURNALS_MAX)
        hold_journal(before);
    if (result == SPOOL_OK)
        result = write_snapshot();
    if (result == SPOOL_OK && store.recovered)
        journal_release_old();
    return result;
}

enum spool_result journal_room(bool (*has)(void), unsigned reserve)
{
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
    return next_sector();
}

enum spool_result journal_note(const record_bytes record)
{
    enum spool_result result = SPOOL_FAILED;

    for (unsigned i = 0; i < 2 && result == SPOOL_FAILED; i++) {
        result = journal_room(flashlog_has_note, journal_reserve(SPOOL_MOVE));
        if (result == SPOOL_OK)
            result = note(record);
    }
    return result;
}

enum spool_result journal_announce(uint16_t page, unsigned unit, const record_bytes record)
{
    struct intent intent = {.page = page, .unit = (uint8_t)unit};
    record_bytes noted;
    enum spool_result result;

    memcpy(intent.record, record, sizeof intent.record);
    record_put_intent(noted, &intent);
    result = journal_note(noted);
    if (result == SPOOL_OK)
        store.intent = intent;
    return result;
}

enum spool_result journal_confirm(void)
{
    record_bytes record;
    enum spool_result result;

    record_put_mark(record, RECORD_INTENT_OVER);
    result = note(record);
    if (result == SPOOL_OK)
        store.intent.page = 0;
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
    struct spool_route route;
    uint8_t connector;

    seen_time(record_route_time(unit, store.powered_s));
    if (record_get_route(unit, &connector, &route))
        store.routes[connector] = route;
}

/* Of the journal being replayed: its snapshot, and whether its intent waits for a V. */
static struct {
    bool in_snapshot, intent_stays;
} replaying;

static bool is_possible(const struct intent *intent)
{
    return flashlog_is_head(intent->page) && intent->unit >= HEAD_COMMIT;
}

/*
 * Records come one after the other, so one that follows an intent shows that what it announced
 * was done. An intent in the snapshot was pending before it, and is until the next or a V.
 */
static void replay_intent(const uint8_t *unit)
{
    if (unit[0] == RECORD_INTENT) {
        if (record_get_intent(unit, &store.intent) && is_possible(&store.intent))
            replaying.intent_stays = replaying.in_snapshot;
        else
            store.intent.page = 0;
    } else if (unit[0] == RECORD_INTENT_OVER ||
               (!replaying.in_snapshot && !replaying.intent_stays)) {
        store.intent.page = 0;
    }
}

static void replay_closed_heads(const uint8_t *unit)
{
    struct closed_heads heads;

    record_get_closed_heads(unit, &heads);
    head_list_closed(&heads);
}

static void replay_fact(const uint8_t *unit)
{
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
        erase_add_spoilt(get_u16(unit + 2));
    } else if (unit[0] == RECORD_ERASE_OVER) {
        erase_remove_spoilt(get_u16(unit + 2));
    } else if (unit[0] == RECORD_HEAD_CLOSED) {
        replay_closed_heads(unit);
    }
}

static bool replay(const uint8_t *unit)
{
    if (unit[0] == RECORD_SNAPSHOT_OVER)
        replaying.in_snapshot = false;
    replay_intent(unit);
    replay_fact(unit);
    return true;
}

static enum spool_result read_journal(unsigned sector, unsigned page, uint8_t *units)
{
    return store_result(flashlog_read_units(
        (uint16_t)(sector * FLASHLOG_SECTOR_PAGES + FLASHLOG_JOURNAL_PAGE + page), 0,
        FLASHLOG_PAGE_UNITS, units));
}

/* Shows the valid records of a journal's first pages in turn, while `visit` wants more. */
static void visit_records(unsigned sector, unsigned pages,
                          bool (*visit)(const uint8_t *unit))
{
    uint8_t units[FLASHLOG_PAGE_SIZE];

    for (unsigned page = 0; page < pages; page++) {
        if (read_journal(sector, page, units) != SPOOL_OK)
            return;
        for (unsigned i = 0; i < FLASHLOG_PAGE_UNITS; i++) {
            const uint8_t *unit = units + (size_t)i * FLASHLOG_UNIT_SIZE;
            enum flashlog_unit what = flashlog_unit(unit);

            if (what == UNIT_BLANK || (what == UNIT_VALID && !visit(unit)))
                return;
        }
    }
}

/*
 * A snapshot is WHOLE when its mark reads valid. Power may have gone while that was written,
 * and it may not read so tomorrow; it is FIRM when another record follows.
 */
static enum standing { NOT_WHOLE, WHOLE, FIRM } standing;

static bool judge(const uint8_t *unit)
{
    if (standing == WHOLE)
        standing = FIRM;
    else if (unit[0] == RECORD_SNAPSHOT_OVER)
        standing = WHOLE;
    return standing != FIRM;
}

static enum standing standing_of(unsigned sector)
{
    standing = NOT_WHOLE;
    visit_records(sector, SNAPSHOT_PAGES, judge);
    return standing;
}

/*
 * The last journal that was begun whole counts. Those opened after it say nothing that it does
 * not: their starts were cut before they did anything. Held are all down to the first that is
 * firm, as the next start may find that the others are not whole.
 */
void journal_mount(void)
{
    uint32_t sequence = flashlog_next_sequence();
    enum standing found = NOT_WHOLE;

    while (found != FIRM && store.journal_count < JOURNALS_MAX) {
        int sector = flashlog_opened_before(&sequence);

        if (sector < 0)
            break;
        found = standing_of((unsigned)sector);
        if (found != NOT_WHOLE)
            hold_journal(sector);
    }
    replaying.in_snapshot = true;
    replaying.intent_stays = false;
    if (store.journal_count > 0)
        visit_records((unsigned)store.journals[0],
                      FLASHLOG_JOURNAL_UNITS / FLASHLOG_PAGE_UNITS, replay);
}

void journal_release_old(void)
{
    for (; store.journal_count > 0; store.journal_count--) {
        int sector = store.journals[store.journal_count - 1];

        flashlog_release(header_of(sector), header_of(sector));
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
    enum spool_result result;
    record_bytes record;

    if (memcmp(route, &store.routes[connector], sizeof *route) == 0)
        return SPOOL_OK; /* it says so already */
    record_put_route(record, connector, route, now->powered_s);
    result = journal_note(record);
    if (result == SPOOL_OK) {
        store.routes[connector] = *route;
        store.noted_s = now->powered_s;
    }
    return result;
}
