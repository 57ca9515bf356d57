/* SPDX-License-Identifier: MIT */
/*
 * mount.c: what the flash says at the start. In order: the sector headers (flashlog), the
 * journal that counts, then HEAD_FIXED units of each head page of each used sector, and the
 * whole head page of as many living letters as the window takes.
 *
 * It writes nothing. What the last start left half done is ended when this one has a sector
 * open (recover.c).
 */
#include "spool/store.h"

#include "base/log.h"

#include <string.h>

static void later_id(uint32_t id)
{
    if ((int32_t)(id + 1 - store.next_id) > 0)
        store.next_id = id + 1;
}

/*
 * Heads are written first unit first, and one whose COMMIT was cut short is closed: any other
 * with a unit that does not check out was a letter.
 */
static void name_damage(uint16_t page, const uint8_t *units)
{
    enum flashlog_unit head, commit;

    if (flashlog_unit(units + HEAD_CLOSED * FLASHLOG_UNIT_SIZE) != UNIT_BLANK ||
        head_is_ended(page))
        return;
    head = flashlog_unit(units);
    commit = flashlog_unit(units + HEAD_COMMIT * FLASHLOG_UNIT_SIZE);
    if ((head != UNIT_VALID && commit == UNIT_VALID) || commit == UNIT_BROKEN)
        log_write(LOG_ERROR, "spool", "letter-damaged", "page=%u", page);
}

static void name_lost_sectors(void)
{
    for (unsigned sector = 0; sector < flashlog_sectors(); sector++) {
        if (flashlog_is_lost(sector) && !erase_is_spoilt(sector))
            log_write(LOG_WARNING, "spool", "no-header",
                      "sector=%u cause=erase-cut-or-damage", sector);
    }
}

static void mount_letter(uint16_t page, const struct head_record *head,
                         const struct commit_record *commit)
{
    if (head_is_ended(page))
        return;
    if (head->deposited_s > store.powered_s)
        store.powered_s = head->deposited_s;
    letter_begins(page, commit);
    reclaim_found(page);
}

/*
 * The usual case: all checks out at the first reading. Of a full part there are ten thousand
 * heads, so no unit is checked twice here. False when there is doubt.
 */
static bool mount_plain_head(uint16_t page, const uint8_t *units)
{
    const uint8_t *closed = units + HEAD_CLOSED * FLASHLOG_UNIT_SIZE;
    const uint8_t *again = closed + FLASHLOG_UNIT_SIZE;
    struct head_record head;
    struct commit_record commit;

    if (flashlog_unit(closed) == UNIT_BROKEN || flashlog_unit(again) == UNIT_BROKEN ||
        !record_get_head(units, &head) ||
        !record_get_commit(units + HEAD_COMMIT * FLASHLOG_UNIT_SIZE, &commit))
        return false;
    later_id(head.id);
    if (closed[0] != RECORD_CLOSED && again[0] != RECORD_CLOSED)
        mount_letter(page, &head, &commit);
    return true;
}

/* False behind the last head of a sector. */
static bool mount_head_in_doubt(uint16_t page)
{
    uint8_t units[HEAD_FIXED * FLASHLOG_UNIT_SIZE];
    struct head_record head;
    struct commit_record commit;

    if (flashlog_read_units(page, 0, HEAD_FIXED, units) != FLASHLOG_OK ||
        flashlog_ends_heads(units))
        return false;
    if (record_get_head(units, &head))
        later_id(head.id);
    if (head_is_live(units, &head, &commit))
        mount_letter(page, &head, &commit);
    else
        name_damage(page, units);
    return true;
}

static void mount_sector(unsigned sector)
{
    uint8_t units[HEAD_FIXED * FLASHLOG_UNIT_SIZE];

    for (unsigned i = 0; i < FLASHLOG_HEADS; i++) {
        uint16_t page = (uint16_t)(flashlog_first_head(sector) + i);

        if (flashlog_read_units_once(page, 0, HEAD_FIXED, units) != FLASHLOG_OK ||
            (!mount_plain_head(page, units) && !mount_head_in_doubt(page)))
            return;
    }
}

/* From the sector after the one opened last, round the ring to that one. */
static void mount_sectors(void)
{
    int newest = flashlog_newest();

    for (unsigned i = 1; i <= flashlog_sectors(); i++) {
        unsigned sector = (unsigned)(newest + (int)i) % flashlog_sectors();

        if (flashlog_is_used(sector))
            mount_sector(sector);
    }
}

/*
 * A COMMIT is not in doubt when the head that it replaces was closed for its sake: then the
 * journal that says so is lost, and this one is older.
 */
static bool intent_is_outdated(void)
{
    uint16_t origin = intent_origin(&store.intent);
    struct head_page old;

    return store.intent.page != 0 && store.intent.record[0] == RECORD_COMMIT &&
           flashlog_is_head(origin) && head_look(origin, &old) &&
           head_moved_to(&old) == store.intent.page;
}

static void replay_journal(void)
{
    journal_mount();
    if (intent_is_outdated())
        store.intent.page = 0;
    name_lost_sectors();
    for (unsigned i = 0; i < store.spoilt_count; i++)
        flashlog_distrust(store.spoilt[i]);
}

static enum spool_opened open_result(enum flashlog_opened opened)
{
    static const enum spool_opened map[] = {
        [FLASHLOG_OPENED] = SPOOL_OPENED,
        [FLASHLOG_FOREIGN] = SPOOL_FOREIGN,
        [FLASHLOG_NO_FLASH] = SPOOL_NO_FLASH,
    };
    return map[opened];
}

static void start(struct clock *clock)
{
    store.boot++;
    clock->boot = store.boot;
    clock->powered_s = ++store.powered_s;
    store.noted_s = store.powered_s;
}

static void start_empty(enum flashlog_opened opened)
{
    memset(&store, 0, sizeof store);
    reclaim_init();
    scrub_init();
    store.erasing = -1;
    store.next_id = 1;
    store.window_complete = true;
    store.usable = opened == FLASHLOG_OPENED;
}

enum spool_opened spool_open(struct clock *clock)
{
    enum flashlog_opened opened = flashlog_open();

    start_empty(opened);
    if (store.usable) {
        replay_journal();
        mount_sectors();
    }
    start(clock);
    return open_result(opened);
}

bool spool_is_open(void)
{
    return store.usable;
}

enum spool_opened spool_format(struct clock *clock)
{
    enum flashlog_opened opened = flashlog_format();

    start_empty(opened);
    start(clock);
    return open_result(opened);
}
