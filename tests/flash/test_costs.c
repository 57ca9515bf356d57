/* SPDX-License-Identifier: MIT */
/* sources: firmware/spool/deposit.c firmware/spool/erase.c firmware/spool/journal.c firmware/spool/mount.c
            firmware/spool/reader.c firmware/spool/reclaim.c firmware/spool/scrub.c firmware/spool/recover.c firmware/spool/records.c
            firmware/spool/head.c firmware/spool/letter.c firmware/spool/window.c firmware/flashlog/flashlog.c firmware/flashlog/medium.c
            firmware/base/crc32.c firmware/base/log.c firmware/base/text.c
            firmware/base/cursor.c firmware/mail/connector.c tests/flash/nor_simulator.c */
/*
 * test_costs.c: what the spool costs in reads, programs, erases and rated time, held to the
 * bounds that spool/INVARIANTS.md states. Each test prints its figures.
 */
#include "tests/flash/nor_simulator.h"

#include "base/bytes.h"
#include "base/log.h"
#include "flashlog/flashlog.h"
#include "spool/spool.h"

#include "config/config.h"
#include "config/partitions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SETTINGS_SECTORS (PARTITION_SETTINGS_SIZE / PARTITION_SECTOR_SIZE)
#define PART_SECTORS     256u /* the reference part: 16 MiB */
#define SMALL_SECTORS    (SETTINGS_SECTORS + 20u)

#define SENDER    "box@example.net"
#define RECIPIENT "ops@example.org"
#define ENVELOPE  (sizeof SENDER - 1 + sizeof RECIPIENT - 1)
#define KIB       1024u

#define DAY_S 86400u

static struct clock now;
static struct spool_deposit deposit;
static uint32_t chance; /* seed */

/* ---- Small steps ----------------------------------------------------------------------------- */

#define POLLS_MAX 100000u /* more than any step waits for */

/* Repeats a step while the flash is busy. */
#define PATIENTLY(step)                                                                    \
    do {                                                                                   \
        enum spool_result result;                                                          \
        unsigned polls = 0;                                                                \
        while ((result = (step)) == SPOOL_BUSY && polls++ < POLLS_MAX)                     \
            spool_poll(&now);                                                              \
        assert_int_equal(result, SPOOL_OK);                                                \
    } while (0)

/* Idle work, until it has nothing left to do at once. */
static void settle_down(void)
{
    for (unsigned i = 0; i < POLLS_MAX; i++) {
        if (spool_poll(&now) > 5 && spool_ready())
            return;
    }
    fail_msg("idle work never ends");
}

static void power_on(void)
{
    log_init();
    assert_int_equal(spool_open(&now), SPOOL_OPENED);
}

static void new_part(unsigned sectors)
{
    nor_new(sectors);
    memset(&now, 0, sizeof now);
    chance = 1;
    power_on();
    settle_down();
}

/* A letter all but for its dot. */
static void put_text(uint32_t size)
{
    static const uint8_t piece[128] = {'x'};

    PATIENTLY(spool_deposit_begin(&deposit, SPOOL_NOTICE, size));
    PATIENTLY(spool_deposit_field(&deposit, LETTER_SENDER, SENDER, sizeof SENDER - 1));
    PATIENTLY(spool_deposit_recipient(&deposit, 0, RECIPIENT, sizeof RECIPIENT - 1));
    for (uint32_t left = size; left > 0;) {
        size_t part = min_size(left, sizeof piece);

        PATIENTLY(spool_deposit_text(&deposit, piece, part));
        left -= (uint32_t)part;
    }
}

static uint32_t put_letter(uint32_t size)
{
    put_text(size);
    PATIENTLY(spool_deposit_commit(&deposit, &now));
    return deposit.id;
}

static void close_letter(uint32_t id)
{
    struct spool_letter letter;

    assert_true(spool_find(id, 0, &letter));
    PATIENTLY(spool_close(&letter, SPOOL_CLOSED_SENT, &now));
}

static struct spool_marks marks_now(void)
{
    struct spool_marks marks;

    spool_marks(&marks);
    return marks;
}

/* By how much the most worn sector of the spool was erased more often than the least worn. */
static unsigned wear_spread(unsigned sectors)
{
    unsigned least = UINT32_MAX, most = 0;

    for (unsigned s = SETTINGS_SECTORS; s < sectors; s++) {
        least = nor_erases(s) < least ? nor_erases(s) : least;
        most = nor_erases(s) > most ? nor_erases(s) : most;
    }
    print_message("erases: %u to %u a sector\n", least, most);
    return most - least;
}

/* ---- Mount ------------------------------------------------------------------------------------- */

static unsigned sectors_used(void)
{
    unsigned used = 0;

    for (unsigned s = 0; s < flashlog_sectors(); s++)
        used += flashlog_is_used(s);
    return used;
}

/* Of a used sector: its heads, or a blank one, which is read twice. */
#define HEADS_BOUND (64u * (FLASHLOG_HEADS + 1))

/* What INVARIANTS.md states for a mount of this many used sectors, full of heads. */
static uint64_t mount_bound(unsigned used)
{
    return 2 * (3 * 32u * flashlog_sectors() + FLASHLOG_JOURNAL_UNITS * 16u + 512u) +
           HEADS_BOUND * used + 256u * CONFIG_SPOOL_WINDOW;
}

/* Mounts; the bytes read, and how many sectors are used. */
static uint64_t mount_cost(unsigned *used)
{
    nor_cut_after(UINT32_MAX);
    power_on();
    *used = sectors_used();
    print_message(
        "mount: %u sectors used, %lu letters: %lu reads, %lu bytes of %lu allowed\n", *used,
        (unsigned long)marks_now().letters, (unsigned long)nor_reads(),
        (unsigned long)nor_read_bytes(), (unsigned long)mount_bound(*used));
    return nor_read_bytes();
}

/* With letters of the class that leaves the fewest sectors free. */
static void fill(uint32_t letter_size, unsigned sectors_free)
{
    while (marks_now().sectors_free > sectors_free)
        put_letter(letter_size);
    while (flashlog_has_head())
        put_letter(letter_size);
}

/* The reference part, filled in two halves: the bound holds, and each sector costs the same. */
static void mount_full_part(uint32_t letter_size)
{
    static const unsigned left[] = {252, 128, 5};
    unsigned used[COUNT_OF(left)];
    uint64_t bytes[COUNT_OF(left)];

    new_part(PART_SECTORS);
    for (unsigned i = 0; i < COUNT_OF(left); i++) {
        fill(letter_size, left[i]);
        bytes[i] = mount_cost(&used[i]);
        assert_true(bytes[i] <= mount_bound(used[i]));
        settle_down();
    }
    assert_true(marks_now().letters >= 245 * FLASHLOG_HEADS);
    assert_true((bytes[2] - bytes[0]) / (used[2] - used[0]) <= HEADS_BOUND);
    assert_true((bytes[1] - bytes[0]) / (used[1] - used[0]) <= HEADS_BOUND);
}

static void test_mount_reads_heads_only(void **unused)
{
    (void)unused;
    mount_full_part(1);
}

static void test_mount_of_letters_of_1_kib(void **unused)
{
    (void)unused;
    mount_full_part(KIB);
}

/* ---- Rated time --------------------------------------------------------------------------------- */

/* From the dot to the answer, an erase that runs at the dot counted as if it had just begun. */
static uint64_t dot_to_answer_us(struct spool_deposit *d)
{
    uint64_t start = nor_clock_us();
    uint32_t running = flashlog_ready() ? 0 : NOR_ERASE_MAX_US;

    PATIENTLY(spool_deposit_commit(d, &now));
    return nor_clock_us() - start + running;
}

static void poll_some(void)
{
    for (unsigned polls = nor_random(&chance) % 4; polls > 0; polls--)
        spool_poll(&now);
}

/*
 * The longest wait of letters up to `size_max` at whose dot another one has just been taken,
 * while one of `kept_size` stays and is moved round the ring.
 */
static uint64_t worst_answer_us(uint32_t kept_size, uint32_t size_max)
{
    uint64_t worst = 0;

    new_part(SMALL_SECTORS);
    nor_set_erase_us(NOR_ERASE_MAX_US);
    nor_set_erase_polls(3);
    put_letter(kept_size);
    for (unsigned i = 0; i < 2000; i++) {
        struct spool_deposit waiting;
        uint32_t other;
        uint64_t us;

        put_text(nor_random(&chance) % size_max);
        waiting = deposit;
        other = put_letter(nor_random(&chance) % size_max);
        poll_some();
        us = dot_to_answer_us(&waiting);
        worst = us > worst ? us : worst;
        close_letter(waiting.id);
        close_letter(other);
        poll_some();
    }
    print_message("dot to 250, %lu KiB kept: %lu us at worst\n",
                  (unsigned long)(kept_size / KIB), (unsigned long)worst);
    return worst;
}

static void test_answer_within_a_second(void **unused)
{
    (void)unused;
    assert_in_range(worst_answer_us(KIB, 300), NOR_ERASE_MAX_US, 1000000);
    assert_in_range(worst_answer_us(KIB, 9000), NOR_ERASE_MAX_US, 1000000);
    assert_in_range(worst_answer_us(60 * KIB, 9000), NOR_ERASE_MAX_US, 1000000);
}

/* Letters of 4 KiB that are moved each time the ring turns: 6 % of its pages. */
#define STAYING 14u

static void put_letters_that_stay(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        put_letter(4 * KIB);
}

/* ---- Wear --------------------------------------------------------------------------------------- */

static void turn_the_ring(unsigned sectors, unsigned turns)
{
    uint32_t wanted = turns * (sectors - SETTINGS_SECTORS);
    uint32_t before = marks_now().erased;

    while (marks_now().erased - before < wanted)
        close_letter(put_letter(45 * KIB));
}

static void test_hundred_turns_wear_evenly(void **unused)
{
    (void)unused;
    new_part(SMALL_SECTORS);
    put_letters_that_stay(STAYING);
    turn_the_ring(SMALL_SECTORS, 100);
    assert_in_range(wear_spread(SMALL_SECTORS), 0, 2);
    assert_int_equal(marks_now().letters, STAYING);
}

/* ---- Bytes programmed ------------------------------------------------------------------------------ */

#define BATCH 16u /* letters of 1 KiB that wait together: 2 % of the pages */
#define TRIES 12u

static void note_route(uint8_t tries)
{
    struct spool_route route = {.tries = tries, .due_s = now.powered_s + 900};

    PATIENTLY(spool_route_put(0, &route, &now));
}

/* As the relay does: a try is noted before the connect, and again when it has failed. */
static void fail_to_connect(uint8_t tries)
{
    now.powered_s += 900;
    note_route(tries);
    note_route(tries);
}

/* The route is reached; each letter is answered 4xx, or 250. */
static void try_letters(const uint32_t *ids, unsigned count, bool deliver)
{
    now.powered_s += 900;
    note_route(1);
    note_route(0);
    for (unsigned i = 0; i < count; i++) {
        struct spool_letter letter;

        assert_true(spool_find(ids[i], 0, &letter));
        PATIENTLY(spool_count_try(&letter, now.powered_s + 900, &now));
        if (deliver)
            PATIENTLY(spool_close(&letter, SPOOL_CLOSED_SENT, &now));
        settle_down();
    }
}

/* How letters of 1 KiB come, wait and go. */
struct traffic {
    unsigned staying;  /* letters in the way besides them */
    unsigned together; /* so many at a time */
    unsigned connects; /* that fail before the first try of the letters */
    unsigned tries;
};

static void pass_letters(const struct traffic *traffic)
{
    uint32_t ids[BATCH];

    for (unsigned i = 0; i < traffic->together; i++)
        ids[i] = put_letter(KIB);
    for (unsigned i = 1; i <= traffic->connects; i++)
        fail_to_connect((uint8_t)i);
    for (unsigned i = 1; i <= traffic->tries; i++)
        try_letters(ids, traffic->together, i == traffic->tries);
}

/* Bytes a letter, moves included, over five turns of the ring. */
static uint32_t bytes_programmed(const struct traffic *traffic)
{
    uint32_t letters = 0, before, each;

    new_part(SMALL_SECTORS);
    put_letters_that_stay(traffic->staying);
    before = marks_now().programmed;
    while (marks_now().erased < 5 * (SMALL_SECTORS - SETTINGS_SECTORS)) {
        pass_letters(traffic);
        letters += traffic->together;
    }
    each = (marks_now().programmed - before) / letters;
    print_message("programmed for 1 KiB: %lu bytes; %u staying, %u together, %u connects "
                  "failed, %u tries\n",
                  (unsigned long)each, traffic->staying, traffic->together,
                  traffic->connects, traffic->tries);
    return each;
}

static void test_bytes_of_a_letter(void **unused)
{
    static const struct traffic traffic[] = {
        {.staying = STAYING, .together = 1,     .connects = 0,         .tries = 1    },
        {.staying = STAYING, .together = BATCH, .connects = TRIES - 1, .tries = 1    },
        {.staying = 0,       .together = 1,     .connects = TRIES - 1, .tries = 1    },
        {.staying = STAYING, .together = 1,     .connects = TRIES - 1, .tries = 1    },
        {.staying = STAYING, .together = BATCH, .connects = 0,         .tries = TRIES},
    };

    (void)unused;
    for (unsigned i = 0; i < COUNT_OF(traffic); i++)
        assert_in_range(bytes_programmed(&traffic[i]), KIB, (KIB + ENVELOPE) * 3 / 2 + 384);
}

/* ---- Boots and idle days ------------------------------------------------------------------------- */

/* Units of a newly opened sector: O, then S, T, an R for each connector, X or Y, and M. */
#define OPENING_UNITS (5u + CONFIG_CONNECTOR_COUNT)
#define ERASE_UNITS   3u /* X, Y, and the E of the sector */

static void test_boot_writes_little(void **unused)
{
    uint32_t most = 0;

    (void)unused;
    new_part(SMALL_SECTORS);
    now.wall_s = 1800000000;
    for (unsigned i = 0; i < 10 * SMALL_SECTORS; i++) {
        power_on();
        settle_down();
        assert_in_range(marks_now().erased, 0, 4);
        most = marks_now().programmed > most ? marks_now().programmed : most;
    }
    print_message("boot: %lu bytes programmed\n", (unsigned long)most);
    assert_in_range(most, FLASHLOG_UNIT_SIZE,
                    FLASHLOG_UNIT_SIZE * (OPENING_UNITS + 4 * ERASE_UNITS));
    assert_in_range(wear_spread(SMALL_SECTORS), 0, 2);
}

static void test_idle_day_writes_little(void **unused)
{
    struct spool_marks before;
    uint32_t erased, programmed;

    (void)unused;
    new_part(SMALL_SECTORS);
    now.wall_s = 1800000000;
    before = marks_now();
    for (uint32_t s = 0; s < DAY_S; s++) {
        now.powered_s++;
        spool_poll(&now);
        settle_down();
    }
    erased = marks_now().erased - before.erased;
    programmed = marks_now().programmed - before.programmed;
    print_message("idle day: %lu sectors erased, %lu bytes programmed\n",
                  (unsigned long)erased, (unsigned long)programmed);
    assert_in_range(erased, 1, 3);
    assert_in_range(programmed, FLASHLOG_UNIT_SIZE * (DAY_S / CONFIG_SPOOL_JOURNAL_S - 1),
                    FLASHLOG_UNIT_SIZE * (DAY_S / CONFIG_SPOOL_JOURNAL_S +
                                          3 * (OPENING_UNITS + ERASE_UNITS)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mount_reads_heads_only),
        cmocka_unit_test(test_mount_of_letters_of_1_kib),
        cmocka_unit_test(test_answer_within_a_second),
        cmocka_unit_test(test_hundred_turns_wear_evenly),
        cmocka_unit_test(test_bytes_of_a_letter),
        cmocka_unit_test(test_boot_writes_little),
        cmocka_unit_test(test_idle_day_writes_little),
    };

    return cmocka_run_group_tests_name("costs", tests, NULL, NULL);
}
