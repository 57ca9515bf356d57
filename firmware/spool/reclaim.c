/* SPDX-License-Identifier: MIT */
/*
 * reclaim.c: the spool's idle work, one bounded step a call:
 *
 *   erase   keeps a few sectors ready, in the order of the ring, so that all wear alike (erase.c)
 *   move    copies a living letter out of the sector that is next in the ring
 *   look    finds letters for a window that once was too small for all
 *   scrub   reads letters where they lie, and checks them (scrub.c)
 *
 * An erase is noted in the journal before it starts. After one ends, the other tasks get their
 * turn before the next begins, so that a commit waits for at most one.
 */
#include "spool/store.h"

#include "base/bytes.h"
#include "base/log.h"

#include <string.h>

/* Letters are moved to even out wear while at most a quarter of the sectors hold any. */
#define LEVELLING_SHARE 4

#define PAGES_A_STEP 4

/* After a letter could not be moved: it may be under way to its next hop. */
#define MOVE_REST_S 60

static struct {
    struct spool_walk look;
    bool looking, window_overflowed;
    bool crumbled; /* as of the last look at all sectors */
    /* the move under way: store.moving is its head */
    uint16_t from, to; /* pages of the chain being copied; `to` is taken already */
    uint16_t first_to;
    uint16_t index;
    uint16_t find_sector, find_head; /* where the search for a letter to move goes on */
    int16_t victim;                  /* the sector being emptied, or -1 */
    uint16_t searched;               /* sectors searched for letters of the victim */
    bool starved;          /* the move needs a sector that an erase must make ready */
    uint32_t rest_until_s; /* no move before this powered time: the last one failed */
    uint8_t page[FLASHLOG_PAGE_SIZE];
} work;

void reclaim_init(void)
{
    memset(&work, 0, sizeof work);
    work.victim = -1;
}

/* ---- Look ------------------------------------------------------------------------------------------ */

void reclaim_found(uint16_t page)
{
    struct head_page head;
    struct spool_state state;
    bool all = true;

    if (window_free() == 0) {
        store.window_complete = false;
        work.window_overflowed = true;
        return;
    }
    if (window_knows(page) || head_read(page, &head) != SPOOL_OK)
        return;
    for (uint8_t i = 0; i < CONFIG_CONNECTOR_COUNT; i++) {
        head_state(&head, i, &state);
        if (state.dead)
            break;
        all = window_add(page, state.id, state.connectors & (uint8_t)(1u << i),
                         state.due_s) &&
              all;
    }
    if (state.dead)
        letter_list_dead(page, state.id);
    work.window_overflowed = work.window_overflowed || !all;
    store.revision++;
}

/* One head a call; true while there is more to look at. */
static bool look_step(void)
{
    uint16_t head;
    uint32_t id;
    enum spool_result result;

    if (!work.looking) {
        if (store.window_complete || window_free() < CONFIG_SPOOL_WINDOW / 2)
            return false;
        spool_walk_begin(&work.look);
        work.looking = true;
        work.window_overflowed = false;
    }
    result = spool_walk_next(&work.look, &head, &id);
    if (result == SPOOL_OK && head != 0)
        reclaim_found(head);
    if (result == SPOOL_OK || result == SPOOL_BUSY)
        return true;
    work.looking = false;
    store.window_complete = !work.window_overflowed;
    return false;
}

/* ---- Move ------------------------------------------------------------------------------------------ */

static unsigned sector_before(unsigned sector)
{
    return (sector + flashlog_sectors() - 1) % flashlog_sectors();
}

/* Sectors that hold letters; what is being written just now does not count. */
static unsigned count_held(void)
{
    unsigned count = 0;

    for (unsigned sector = 0; sector < flashlog_sectors(); sector++)
        count += flashlog_holds(sector) > 0 && (int)sector != flashlog_open_sector();
    return count;
}

/* The first sector after the open one in the ring that holds letters, or -1. */
static int next_held(void)
{
    int open = flashlog_open_sector();

    for (unsigned i = 1; i < flashlog_sectors(); i++) {
        unsigned sector = (unsigned)(open + (int)i) % flashlog_sectors();

        if (flashlog_is_used(sector) && flashlog_holds(sector) > 0)
            return (int)sector;
    }
    return -1;
}

/* Sectors that the living letters would take if they stood close together, about. */
static unsigned count_needed(void)
{
    uint32_t by_heads = store.letters / FLASHLOG_HEADS;
    uint32_t by_pages =
        store.pages / (FLASHLOG_SECTOR_PAGES - FLASHLOG_FIRST_HEAD - FLASHLOG_HEADS);

    return 1 + (unsigned)(by_heads > by_pages ? by_heads : by_pages);
}

/* Few letters in many sectors keep new ones out: a start leaves the rest of its sector. */
static bool is_crumbled(void)
{
    store.sector_opened = false;
    work.crumbled = flashlog_sectors_free() <= journal_reserve(SPOOL_FROM_LAN) &&
                    count_held() >= 2 * count_needed();
    return work.crumbled;
}

/* Room goes when a sector is opened; it is not counted at each poll. */
static bool may_be_crumbled(void)
{
    return store.sector_opened ? is_crumbled() : work.crumbled;
}

static unsigned turn_of(int sector)
{
    unsigned sectors = flashlog_sectors();

    return ((unsigned)sector + sectors - (unsigned)flashlog_open_sector()) % sectors;
}

/*
 * The next sector in the ring whose letters are to be moved: when it comes before the one that
 * would be erased next and few are held, when no other can be erased, or to make room.
 */
static int wanted_victim(void)
{
    int held = next_held();
    int erasable = flashlog_erase_candidate();

    if (held < 0 || flashlog_sectors_free() <= journal_reserve(SPOOL_MOVE))
        return -1;
    if (erasable < 0 || is_crumbled())
        return held;
    if (turn_of(erasable) < turn_of(held))
        return -1;
    return count_held() <= flashlog_sectors() / LEVELLING_SHARE ? held : -1;
}

static bool in_ring(unsigned sector, unsigned first, unsigned last)
{
    unsigned sectors = flashlog_sectors();

    return (sector + sectors - first) % sectors <= (last + sectors - first) % sectors;
}

static bool chain_lies_in(const struct head_page *head, unsigned sector)
{
    return in_ring(sector, flashlog_sector_of(head->commit.first_page),
                   flashlog_sector_of(head->commit.last_page));
}

static bool lies_in(const struct head_page *head, unsigned sector)
{
    return flashlog_sector_of(head->page) == sector || chain_lies_in(head, sector);
}

/* Starts to copy the chain, or renews the head alone when only that is in the way. */
static void begin_move(const struct head_page *head)
{
    uint16_t page;
    enum spool_result result;

    if (!chain_lies_in(head, (unsigned)work.victim)) {
        result =
            head_renew(head, head->commit.first_page, head->commit.last_page, NULL, &page);
        work.starved = result == SPOOL_BUSY;
        return;
    }
    result = journal_room(flashlog_has_body, journal_reserve(SPOOL_MOVE));
    work.starved = result == SPOOL_BUSY;
    if (result != SPOOL_OK)
        return;
    store.moving = head->page;
    work.from = head->commit.first_page;
    work.to = work.first_to = flashlog_take_body();
    work.index = 0;
    flashlog_hold(work.first_to, work.to);
}

static void end_move(void)
{
    flashlog_release(work.first_to, work.to);
    store.moving = 0;
}

static void give_up_victim(const char *why)
{
    log_write(LOG_WARNING, "spool", "not-moved", "sector=%d reason=%s", work.victim, why);
    work.victim = -1;
    work.rest_until_s = store.powered_s + MOVE_REST_S;
}

/* Looks at one head page; the letters of a sector begin in it or in those before it. */
static void find_step(void)
{
    struct head_page head;
    uint16_t page = (uint16_t)(flashlog_first_head(work.find_sector) + work.find_head);
    enum spool_result result = SPOOL_GONE;

    if (flashlog_is_used(work.find_sector))
        result = head_read(page, &head);
    if (result == SPOOL_OK && lies_in(&head, (unsigned)work.victim) && page != store.held)
        begin_move(&head);
    if (store.moving != 0 || work.starved)
        return;
    if (++work.find_head < FLASHLOG_HEADS && result != SPOOL_FAILED &&
        flashlog_is_used(work.find_sector) && !flashlog_ends_heads(head.units))
        return;
    work.find_head = 0;
    work.find_sector = (uint16_t)sector_before(work.find_sector);
    if (++work.searched >= flashlog_sectors())
        give_up_victim("a letter in it is busy or damaged");
}

/* Copies one page of the chain; false when the move is over, well or not. */
static bool copy_page(void)
{
    struct head_page head;
    uint16_t next, taken = 0, new_head;
    size_t size;
    enum spool_result result = head_read(store.moving, &head);

    if (result == SPOOL_OK)
        result = store_result(flashlog_read_body(work.from, work.page, &size));
    if (result == SPOOL_OK && !chain_check(work.page, head.head.id, work.index, &next))
        result = SPOOL_DAMAGED;
    if (result == SPOOL_OK)
        result = journal_room(next != 0 ? flashlog_has_body : flashlog_has_head,
                              journal_reserve(SPOOL_MOVE));
    work.starved = result == SPOOL_BUSY;
    if (work.starved)
        return false;
    if (result == SPOOL_OK) {
        taken = next != 0 ? flashlog_take_body() : 0;
        chain_put(work.page, head.head.id, work.index, taken);
        result = store_result(flashlog_write_body(work.to, work.page, size));
    }
    if (result == SPOOL_OK && taken != 0) {
        flashlog_release(work.first_to, work.to);
        work.from = next;
        work.to = taken;
        work.index++;
        flashlog_hold(work.first_to, work.to);
        return true;
    }
    if (result == SPOOL_OK)
        result = head_renew(&head, work.first_to, work.to, NULL, &new_head);
    end_move();
    if (result != SPOOL_OK && result != SPOOL_GONE)
        give_up_victim("a page is damaged");
    return false;
}

/* False when there is nothing to move, or an erase must come first. */
static bool move_step(void)
{
    work.starved = false;
    if (work.victim >= 0 && flashlog_holds((unsigned)work.victim) == 0 && store.moving == 0)
        work.victim = -1;
    if (work.victim < 0) {
        if (store.powered_s >= work.rest_until_s)
            work.victim = (int16_t)wanted_victim();
        if (work.victim < 0)
            return false;
        work.find_sector = (uint16_t)work.victim;
        work.find_head = 0;
        work.searched = 0;
    }
    for (unsigned i = 0; i < PAGES_A_STEP && work.victim >= 0 && !work.starved; i++) {
        if (store.moving == 0)
            find_step();
        else if (!copy_page())
            break;
    }
    return !work.starved;
}

/* ---- All of it -------------------------------------------------------------------------------------- */

static uint32_t until_journal(const struct clock *now)
{
    uint32_t age = now->powered_s - store.noted_s;

    return age < CONFIG_SPOOL_JOURNAL_S ? (CONFIG_SPOOL_JOURNAL_S - age) * 1000u : 0;
}

/*
 * Opens this boot's first sector and ends what the last one, or a failure of the flash in this
 * one, left half done.
 */
static bool begin_boot(void)
{
    enum spool_result result = journal_room(flashlog_has_note, 0);

    if (result == SPOOL_OK)
        result = recover();
    store.recovered = result == SPOOL_OK;
    if (store.recovered)
        journal_release_old();
    return store.recovered;
}

uint32_t spool_poll(const struct clock *now)
{
    if (!store.usable)
        return 60000;
    store.powered_s = now->powered_s;
    if (now->wall_s != 0)
        store.wall_s = now->wall_s;
    if (!flashlog_erase_poll())
        return erase_wait(now);
    if (CONFIG_SETTINGS)
        store.erase_began_s = now->powered_s; /* of one that is not ours, if any */
    if (erase_end())
        return 0;
    if (!store.recovered && !begin_boot())
        return erase_step(now) ? 5 : 1000;
    if ((flashlog_sectors_ready() < READY_SECTORS || may_be_crumbled()) && move_step())
        return 0;
    if (erase_step(now))
        return 5;
    journal_time(now, CONFIG_SPOOL_JOURNAL_S);
    if (look_step())
        return 0;
    return (uint32_t)min_size(until_journal(now) + 10, scrub_step(now));
}

bool spool_has_begun(void)
{
    return store.recovered;
}

void spool_stop(const struct clock *now)
{
    journal_time(now, 1);
}

void spool_marks(struct spool_marks *marks)
{
    const struct flashlog_marks *flash = flashlog_marks();

    *marks = (struct spool_marks){
        .letters = store.letters,
        .dead = store.dead_count,
        .letters_max = (uint32_t)flashlog_sectors() * FLASHLOG_HEADS,
        .sectors = flashlog_sectors(),
        .sectors_free = flashlog_sectors_free(),
        .sectors_bad = flash->sectors_bad,
        .erases_min = flash->erases_min == UINT32_MAX ? 0 : flash->erases_min,
        .erases_max = flash->erases_max,
        .programmed = flash->programmed,
        .erased = flash->erased,
        .damaged = flash->damaged,
        .window_complete = store.window_complete,
    };
}
