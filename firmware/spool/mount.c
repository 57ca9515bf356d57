/* SPDX-License-Identifier: MIT */
/*
 * mount.c: what the flash says at the start. In order: the sector headers (flashlog), the
 * journals that count, then HEAD_FIXED units of each head page of each used
 * sector, and the whole head page of as many living letters as the window takes.
 *
 * It writes nothing. What the last start left half done is ended when this one has a sector
 * open (recover.c).
 */
#include "spool/store.h"

#include <string.h>

static void later_id(uint32_t id)
{
    if ((int32_t)(id + 1 - store.next_id) > 0)
        store.next_id = id + 1;
}

/* Place in the scan: sectors are visited from the one after the newest, round the ring. */
static uint32_t place_in_scan(uint16_t page)
{
    unsigned sectors = flashlog_sectors();
    unsigned first = (unsigned)(flashlog_newest() + 1) % sectors;
    unsigned turn = (flashlog_sector_of(page) + sectors - first) % sectors;

    return turn * FLASHLOG_SECTOR_PAGES + page % FLASHLOG_SECTOR_PAGES;
}

/* Whether the scan has counted this head, and with which commit. A head in doubt may read
 * otherwise by now: what was made of it then counts. */
static bool was_counted(uint16_t page, uint16_t now_at, struct head_page *head)
{
    if (place_in_scan(page) >= place_in_scan(now_at))
        return false;
    if (page != store.intent.page)
        return head_read(page, head) == SPOOL_OK;
    head->commit = store.doubt;
    return store.doubt_is_counted;
}

static bool is_in_doubt(uint16_t page)
{
    return store.intent.page == page && (store.intent.record[0] == RECORD_COMMIT ||
                                         store.intent.record[0] == RECORD_CLOSED);
}

/*
 * Two heads of one letter: power failed between the commit of the newer and the closing of the
 * older. The newer stands, but for one that is in doubt itself (the pending intent is its
 * commit, or its closing): then the older does. True when `page` is to be counted.
 */
static bool settle_twins(uint16_t page, const struct head_record *head,
                         const struct commit_record *commit)
{
    struct head_page origin;
    bool lives;

    if (commit->origin == 0 || !flashlog_is_used(flashlog_sector_of(commit->origin)) ||
        !head_look(commit->origin, &origin) || origin.head.id != head->id)
        return true;
    lives = head_read(commit->origin, &origin) == SPOOL_OK;
    if (lives && is_in_doubt(page))
        return false;
    if (was_counted(commit->origin, page, &origin))
        letter_ends(commit->origin, &origin.commit);
    if (lives || is_in_doubt(commit->origin))
        head_supersede(commit->origin);
    return true;
}

static void mount_head(uint16_t page, const uint8_t *units)
{
    struct head_record head;
    struct commit_record commit;

    if (record_get_head(units, &head))
        later_id(head.id);
    if (!head_is_live(units, &head, &commit) || head_is_superseded(page))
        return;
    if (head.deposited_s > store.powered_s)
        store.powered_s = head.deposited_s;
    if (!settle_twins(page, &head, &commit))
        return;
    letter_begins(page, &commit);
    reclaim_found(page);
}

static void mount_sector(unsigned sector)
{
    uint8_t units[HEAD_FIXED * FLASHLOG_UNIT_SIZE];

    for (unsigned i = 0; i < FLASHLOG_HEADS; i++) {
        uint16_t page = (uint16_t)(flashlog_first_head(sector) + i);

        if (flashlog_read_units(page, 0, HEAD_FIXED, units) != FLASHLOG_OK)
            return;
        if (flashlog_unit(units) == UNIT_BLANK)
            return;
        mount_head(page, units);
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

static void replay_journals(void)
{
    journal_mount();
    if (store.erase_sector >= 0)
        flashlog_distrust((unsigned)store.erase_sector);
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
    store.erase_sector = -1;
    store.next_id = 1;
    store.window_complete = true;
    store.usable = opened == FLASHLOG_OPENED;
}

enum spool_opened spool_open(struct clock *clock)
{
    enum flashlog_opened opened = flashlog_open();

    start_empty(opened);
    if (store.usable) {
        replay_journals();
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
