/* SPDX-License-Identifier: MIT */
/*
 * campaign_damage.c: layer C, faults that stay (F9). Before some operations of a scenario one
 * bit of a used unit or of a page is wrong for good, or a sector reads all zeros or all ones.
 *
 * What the damage lies in may be lost if the console says so: a letter of which a page is hurt;
 * the facts of the journal. Everything else is there, nothing comes back to life, no octet is
 * altered, and a new letter is taken.
 */
#include "tests/flash/campaign.h"
#include "tests/flash/steps.h"

#include "base/bytes.h"
#include "flashlog/flashlog.h"
#include "spool/records.h"
#include "spool/spool.h"

#include "config/partitions.h"

#include <string.h>

/* One point in so many: with the slice, else. */
#define POINTS_SLICE 64u
#define POINTS       12u

/* Flips at one point: sampled from all used units when there are more. */
#define FLIPS 300u

#define FIRST_SECTOR (PARTITION_SPOOL_OFFSET / NOR_SECTOR_SIZE)
#define FIRST_PAGE   (PARTITION_SPOOL_OFFSET / NOR_PAGE_SIZE)
#define PAGES_MAX    (32u * FLASHLOG_SECTOR_PAGES)

/* What lies where before the damage: of each page, the letter it is of, from 1. */
static uint16_t owner[PAGES_MAX];
static struct sight seen;

/* The damage under way, in pages of the spool. */
static uint32_t hurt_page;
static unsigned hurt_pages;

/* ---- What is hurt ---------------------------------------------------------------------------- */

static uint8_t *page_bytes(uint32_t page)
{
    return nor_bytes() + (FIRST_PAGE + (size_t)page) * NOR_PAGE_SIZE;
}

static void own_chain(const struct seen_letter *letter)
{
    uint32_t page = letter->head, pages = nor_size() / NOR_PAGE_SIZE - FIRST_PAGE;

    owner[page] = (uint16_t)(letter->letter + 1);
    page = get_u16(page_bytes(page) + HEAD_COMMIT * FLASHLOG_UNIT_SIZE + 2);
    while (page != 0 && page < pages && owner[page] == 0) {
        owner[page] = (uint16_t)(letter->letter + 1);
        page = get_u16(page_bytes(page) + 8);
    }
}

/* A mount writes nothing: the letters are where it sees them. */
static void find_owners(uint32_t turn)
{
    (void)turn;
    memset(owner, 0, sizeof owner);
    nor_cut_after(UINT32_MAX);
    if (!step_power_on())
        return;
    oracle_look(&seen);
    for (unsigned i = 0; i < seen.count; i++)
        own_chain(&seen.letter[i]);
    oracle_clear();
}

static bool is_hurt(unsigned letter)
{
    for (uint32_t page = hurt_page; page < hurt_page + hurt_pages; page++) {
        if (owner[page] == letter + 1)
            return true;
    }
    return false;
}

/* A header or a journal: its sector's letters, and facts. */
static bool hurts_facts(void)
{
    return hurt_pages > 1 || hurt_page % FLASHLOG_SECTOR_PAGES < FLASHLOG_FIRST_HEAD;
}

static void allow_loss(void)
{
    campaign_expected.facts_may_be_lost = hurts_facts();
    for (unsigned i = 0; i < campaign_expected.letters; i++)
        campaign_expected.letter[i].may_be_lost = is_hurt(i);
}

/* ---- What is looked at ----------------------------------------------------------------------- */

/* Reads those that are hurt, and some others; whether one was refused. */
static bool read_letters(uint32_t turn)
{
    bool refused = false;

    for (unsigned i = 0; i < seen.count; i++) {
        const struct seen_letter *letter = &seen.letter[i];
        enum oracle_reading reading;

        if (!is_hurt(letter->letter) && (i + turn) % 8 != 0)
            continue;
        reading = oracle_read(letter);
        if (reading == ORACLE_ALTERED ||
            (reading == ORACLE_REFUSED && !is_hurt(letter->letter)))
            oracle_violated(1, "letter %u at page %u is %s", letter->letter, letter->head,
                            reading == ORACLE_ALTERED ? "altered" : "refused, unhurt");
        refused = refused || reading == ORACLE_REFUSED;
    }
    return refused;
}

static void look(uint32_t turn)
{
    bool refused, named;

    oracle_look(&seen);
    refused = read_letters(turn);
    named = step_named_loss();
    if (refused && !named)
        oracle_violated(1, "a letter cannot be read and the console does not say so");
    if (named)
        allow_loss();
    oracle_judge(&campaign_expected, &seen);
}

/* Sectors are scarce here: where one is lost, the letters from the LAN may be refused. */
static void use(void)
{
    if (step_put(333) >= 0)
        return;
    step_idle();
    if (step_put(333) < 0 && step_put_notice(333) < 0)
        oracle_violated(7, "no letter and no notice is taken any more");
}

static void examine(uint32_t turn)
{
    step_named_loss();
    for (unsigned start = 0; start < 2 && !campaign_found(); start++) {
        bool opened = campaign_recover(UINT32_MAX, false);

        if (!opened && !campaign_expected.may_be_foreign)
            oracle_violated(6, "the spool does not open");
        if (opened && !campaign_found())
            look(turn);
        if (opened && start == 1 && !campaign_found())
            use();
    }
}

/* With a journal goes what it says of units that a cut has touched. */
static void hurt(const char *what, uint32_t number, uint32_t way, const char *name)
{
    campaign_enter_fault(what, number, way, name);
    campaign_counts.damages++;
    campaign_counts.by_family[9]++;
    nor_forgive_touched(hurts_facts());
    campaign_try(examine);
    nor_forgive_touched(false);
    campaign_allow_loss(false);
    campaign_leave();
}

/* ---- Faults ---------------------------------------------------------------------------------- */

static void flip(uint32_t page, unsigned unit)
{
    uint32_t chance = campaign_options.seed + page * 2654435761u + unit * 977;
    uint32_t bit = nor_random(&chance) % (NOR_UNIT_SIZE * 8);
    uint8_t *byte = page_bytes(page) + unit * NOR_UNIT_SIZE + bit / 8;
    struct nor_mark mark;

    if (!campaign_is_wanted(page, WAY_FLIP + unit))
        return;
    hurt_page = page;
    hurt_pages = 1;
    if (page % FLASHLOG_SECTOR_PAGES == 0)
        hurt_pages = FLASHLOG_SECTOR_PAGES; /* the header speaks for all of it */
    mark = nor_mark();
    nor_keep_page(FIRST_PAGE + page);
    *byte ^= (uint8_t)(1u << bit % 8);
    hurt("page", page, WAY_FLIP + unit, "one bit flipped");
    nor_rollback(mark);
    nor_release(mark);
}

/* More than one bit of a living letter's first units: it is lost, and the console says so. */
static void break_unit(uint32_t page, unsigned unit)
{
    uint8_t *bytes = page_bytes(page) + unit * NOR_UNIT_SIZE;
    struct nor_mark mark;

    if (!campaign_is_wanted(page, WAY_BREAK + unit))
        return;
    hurt_page = page;
    hurt_pages = 1;
    mark = nor_mark();
    nor_keep_page(FIRST_PAGE + page);
    bytes[1] ^= 0x24;
    bytes[9] ^= 0x81;
    hurt("page", page, WAY_BREAK + unit, "four bits flipped");
    nor_rollback(mark);
    nor_release(mark);
}

static void broken_heads(void)
{
    static uint16_t heads[ORACLE_LETTERS_MAX];
    unsigned count = seen.count;

    for (unsigned i = 0; i < count; i++)
        heads[i] = seen.letter[i].head;
    for (unsigned i = 0; i < count; i++) {
        break_unit(heads[i], HEAD_LETTER);
        break_unit(heads[i], HEAD_COMMIT);
    }
}

static bool is_used(uint32_t page, unsigned unit)
{
    return flashlog_unit(page_bytes(page) + (size_t)unit * NOR_UNIT_SIZE) != UNIT_BLANK;
}

/* Of a body page its header and one unit of its payload; of the others each used unit. */
static bool is_place(uint32_t page, unsigned unit)
{
    bool body =
        page_bytes(page)[0] == 'B' && page % FLASHLOG_SECTOR_PAGES >= FLASHLOG_FIRST_HEAD;

    return is_used(page, unit) && (!body || unit == 0 || unit == 1 + page % 14);
}

static unsigned count_places(void)
{
    unsigned count = 0;

    for (uint32_t page = 0; page < nor_size() / NOR_PAGE_SIZE - FIRST_PAGE; page++) {
        for (unsigned unit = 0; unit < NOR_PAGE_UNITS; unit++)
            count += is_place(page, unit);
    }
    return count;
}

static void flips(void)
{
    unsigned stride = campaign_options.repeat ? 1 : count_places() / FLIPS + 1;
    unsigned turn = campaign_turn() % stride;

    for (uint32_t page = 0; page < nor_size() / NOR_PAGE_SIZE - FIRST_PAGE; page++) {
        for (unsigned unit = 0; unit < NOR_PAGE_UNITS; unit++) {
            if (is_place(page, unit) && turn++ % stride == 0)
                flip(page, unit);
        }
    }
}

/* A blank unit here and there, which may be programmed later. */
static void blank_flips(void)
{
    uint32_t chance = campaign_turn(), pages = nor_size() / NOR_PAGE_SIZE - FIRST_PAGE;

    for (unsigned i = 0; i < 32; i++) {
        uint32_t page = nor_random(&chance) % pages;

        flip(page, nor_random(&chance) % NOR_PAGE_UNITS);
    }
}

static void dead_sectors(void)
{
    for (unsigned sector = 0; sector < nor_size() / NOR_SECTOR_SIZE - FIRST_SECTOR;
         sector++) {
        for (unsigned ones = 0; ones < 2; ones++) {
            if (!campaign_is_wanted(sector, WAY_DEAD + ones))
                continue;
            hurt_page = sector * FLASHLOG_SECTOR_PAGES;
            hurt_pages = FLASHLOG_SECTOR_PAGES;
            nor_dead_sector((int)(FIRST_SECTOR + sector), ones ? 0xff : 0);
            hurt("sector", sector, WAY_DEAD + ones, ones ? "all ones" : "all zeros");
            nor_dead_sector(-1, 0);
        }
    }
}

void campaign_damage_at(uint32_t cut)
{
    unsigned one_in = campaign_options.effort > 0 ? POINTS : POINTS_SLICE;

    if (!campaign_options.repeat &&
        (cut / campaign_options.parts + campaign_options.seed) % one_in != one_in / 2)
        return;
    if (!campaign_is_wanted(cut, 0))
        return;
    oracle_expect(&campaign_expected, cut, cut);
    campaign_enter(cut, 0, &campaign_recorded.operations[cut], "clean");
    campaign_try(find_owners);
    /* A new part that is damaged is not blank: it waits for `format`. */
    if (count_places() == 0)
        campaign_expected.may_be_foreign = true;
    broken_heads();
    flips();
    blank_flips();
    dead_sectors();
    campaign_leave();
}
