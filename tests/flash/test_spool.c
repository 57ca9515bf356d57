/* SPDX-License-Identifier: MIT */
/* sources: firmware/spool/deposit.c firmware/spool/erase.c firmware/spool/journal.c firmware/spool/mount.c
            firmware/spool/reader.c firmware/spool/reclaim.c firmware/spool/scrub.c firmware/spool/recover.c firmware/spool/records.c
            firmware/spool/head.c firmware/spool/letter.c firmware/spool/window.c firmware/flashlog/flashlog.c firmware/flashlog/medium.c
            firmware/base/crc32.c firmware/base/log.c firmware/base/text.c
            firmware/base/cursor.c firmware/mail/connector.c tests/flash/nor_simulator.c */
/*
 * test_spool.c: the life of letters in flash, with power cut cleanly before every operation of
 * each scenario. The oracle is the list of letters that were acknowledged.
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

#define SECTORS 18u /* two for settings, sixteen for the spool */

static struct clock now;
static struct spool_deposit deposit; /* outlives the jump of a cut */
static struct spool_deposit second;
static struct spool_reader reader;

/* ---- Small steps ----------------------------------------------------------------------------- */

static void settle_down(void);

static void power_on(void)
{
    log_init();
    assert_int_equal(spool_open(&now), SPOOL_OPENED);
    settle_down();
}

static void idle(unsigned steps)
{
    for (unsigned i = 0; i < steps; i++)
        spool_poll(&now);
}

/* Lets idle work go on until it has nothing left to do at once. */
static void settle_down(void)
{
    for (unsigned i = 0; i < 20000; i++) {
        if (spool_poll(&now) > 5 && spool_ready())
            return;
    }
    fail_msg("idle work never ends");
}

static void new_part(void)
{
    nor_new(SECTORS);
    memset(&now, 0, sizeof now);
    power_on();
    settle_down();
}

/* Octet `at` of the text of letter number `seed`. */
static uint8_t octet_of(uint32_t seed, uint32_t at)
{
    return (uint8_t)(seed * 31 + at * 7 + (at >> 8));
}

static enum spool_result add_text(struct spool_deposit *d, uint32_t seed, uint32_t size)
{
    uint8_t piece[100];

    for (uint32_t at = 0; at < size;) {
        uint32_t part = size - at < sizeof piece ? size - at : (uint32_t)sizeof piece;
        enum spool_result result;

        for (uint32_t i = 0; i < part; i++)
            piece[i] = octet_of(seed, at + i);
        while ((result = spool_deposit_text(d, piece, part)) == SPOOL_BUSY)
            spool_poll(&now);
        if (result != SPOOL_OK)
            return result;
        at += part;
    }
    return SPOOL_OK;
}

/* Repeats a step while the flash is busy. */
#define PATIENTLY(result, step)                                                            \
    do {                                                                                   \
        while (((result) = (step)) == SPOOL_BUSY)                                          \
            spool_poll(&now);                                                              \
    } while (0)

static enum spool_result begin(struct spool_deposit *d, unsigned recipients)
{
    enum spool_result result;

    PATIENTLY(result, spool_deposit_begin(d, SPOOL_FROM_LAN, 0));
    if (result == SPOOL_OK)
        PATIENTLY(result, spool_deposit_field(d, LETTER_SENDER, "a@example.com", 13));
    for (unsigned i = 0; i < recipients && result == SPOOL_OK; i++)
        PATIENTLY(result, spool_deposit_recipient(d, 0, "b@example.com", 13));
    return result;
}

static enum spool_result put_letter(uint32_t seed, uint32_t size, unsigned recipients,
                                    uint32_t *id)
{
    enum spool_result result = begin(&deposit, recipients);

    if (result == SPOOL_OK)
        result = add_text(&deposit, seed, size);
    *id = deposit.id;
    while (result == SPOOL_OK || result == SPOOL_BUSY) {
        result = spool_deposit_commit(&deposit, &now);
        if (result != SPOOL_BUSY)
            return result;
        spool_poll(&now);
    }
    spool_deposit_abort(&deposit);
    return result;
}

static uint32_t put_ok(uint32_t seed, uint32_t size)
{
    uint32_t id;

    assert_int_equal(put_letter(seed, size, 1, &id), SPOOL_OK);
    return id;
}

static bool text_is(uint16_t head, uint32_t seed, uint32_t size)
{
    uint8_t value[400], kind;
    const uint8_t *text;
    size_t length;
    uint32_t at = 0;
    enum spool_result result = spool_reader_open(&reader, head);

    while (result == SPOOL_OK)
        result = spool_reader_field(&reader, &kind, value, sizeof value, &length);
    while (result == SPOOL_END && spool_reader_text(&reader, &text, &length) == SPOOL_OK) {
        for (size_t i = 0; i < length; i++) {
            if (text[i] != octet_of(seed, at++))
                return false;
        }
        spool_reader_ack(&reader, length);
    }
    return at == size && spool_reader_text(&reader, &text, &length) == SPOOL_END;
}

static uint16_t head_of(uint32_t id)
{
    struct spool_walk walk;
    uint16_t head, found = 0;
    uint32_t at;

    spool_walk_begin(&walk);
    while (spool_walk_next(&walk, &head, &at) == SPOOL_OK) {
        if (head != 0 && at == id) {
            assert_int_equal(found, 0); /* a letter lives at one place */
            found = head;
        }
    }
    return found;
}

static struct spool_letter letter_of(uint32_t id)
{
    return (struct spool_letter){.id = id, .head = head_of(id), .connector = 0};
}

static void close_letter(uint32_t id)
{
    struct spool_letter letter = letter_of(id);
    enum spool_result result;

    PATIENTLY(result, spool_close(&letter, SPOOL_CLOSED_SENT, &now));
    assert_int_equal(result, SPOOL_OK);
}

static struct spool_state state_of(uint32_t id)
{
    struct spool_state state;

    assert_int_equal(spool_read_state(head_of(id), 0, &state), SPOOL_OK);
    return state;
}

static struct recipient_set only(unsigned recipient)
{
    struct recipient_set set = {{0}};

    recipient_add(&set, recipient);
    return set;
}

/* ---- One letter ------------------------------------------------------------------------------ */

static void test_letter_survives_restart(void **unused)
{
    static const uint32_t sizes[] = {0, 1, 100, 224, 225, 240, 1024, 5000, 262144};

    (void)unused;
    for (unsigned i = 0; i < COUNT_OF(sizes); i++) {
        uint32_t id;

        new_part();
        id = put_ok(i, sizes[i]);
        power_on();
        assert_true(text_is(head_of(id), i, sizes[i]));
        assert_int_equal(state_of(id).text_size, sizes[i]);
    }
}

static void test_uncommitted_is_absent(void **unused)
{
    struct spool_marks marks;

    (void)unused;
    new_part();
    assert_int_equal(begin(&deposit, 1), SPOOL_OK);
    assert_int_equal(add_text(&deposit, 1, 3000), SPOOL_OK);
    power_on();
    spool_marks(&marks);
    assert_int_equal(marks.letters, 0);
    assert_int_equal(head_of(deposit.id), 0);
}

static void test_letters_interleave(void **unused)
{
    (void)unused;
    new_part();
    assert_int_equal(begin(&deposit, 1), SPOOL_OK);
    assert_int_equal(begin(&second, 2), SPOOL_OK);
    for (uint32_t at = 0; at < 3000; at += 1000) {
        uint8_t a[1000], b[1000];

        for (uint32_t i = 0; i < 1000; i++) {
            a[i] = octet_of(1, at + i);
            b[i] = octet_of(2, at + i);
        }
        assert_int_equal(spool_deposit_text(&deposit, a, sizeof a), SPOOL_OK);
        assert_int_equal(spool_deposit_text(&second, b, sizeof b), SPOOL_OK);
    }
    assert_int_equal(spool_deposit_commit(&second, &now), SPOOL_OK);
    assert_int_equal(spool_deposit_commit(&deposit, &now), SPOOL_OK);
    power_on();
    assert_true(text_is(head_of(deposit.id), 1, 3000));
    assert_true(text_is(head_of(second.id), 2, 3000));
    assert_int_equal(state_of(second.id).recipients, 2);
}

static void test_commit_needs_a_recipient(void **unused)
{
    uint32_t id;

    (void)unused;
    new_part();
    assert_int_equal(put_letter(1, 10, 0, &id), SPOOL_FAILED);
    assert_int_equal(head_of(id), 0);
}

static void test_damage_shows(void **unused)
{
    uint32_t id;

    (void)unused;
    new_part();
    id = put_ok(1, 1000);
    /* The last octet of the first body page written: page 255 of the first open sector. */
    for (uint32_t at = PARTITION_SPOOL_OFFSET; at < SECTORS * NOR_SECTOR_SIZE;
         at += NOR_SECTOR_SIZE) {
        if (nor_bytes()[at + NOR_SECTOR_SIZE - 256] == 'B')
            nor_bytes()[at + NOR_SECTOR_SIZE - 10] ^= 6; /* one bit would be put right */
    }
    assert_false(text_is(head_of(id), 1, 1000));
}

/* Damage is named while the letter waits, without anybody reading it; a sound one is not. */
static void test_scrub_names_damage(void **unused)
{
    char line[200];
    uint32_t lost;
    unsigned named = 0;

    (void)unused;
    new_part();
    put_ok(1, 1000);
    put_ok(2, 1000);
    nor_bytes()[PARTITION_SPOOL_OFFSET + NOR_SECTOR_SIZE - 10] ^= 6;
    log_init();
    for (unsigned passed_s = 0; passed_s < 2 * 3600; passed_s++) {
        now.powered_s++;
        settle_down();
    }
    while (log_read(line, sizeof line, &lost) > 0)
        named += strstr(line, "letter-damaged") != NULL;
    assert_int_equal(named, 1);
}

/* ---- Tries and recipients --------------------------------------------------------------------- */

static void test_tries_are_counted(void **unused)
{
    uint32_t id;
    struct spool_letter letter;

    (void)unused;
    new_part();
    id = put_ok(1, 500);
    for (unsigned i = 1; i <= 40; i++) {
        uint32_t due_s = now.powered_s + 900;

        letter = letter_of(id);
        assert_int_equal(spool_count_try(&letter, due_s, &now), SPOOL_OK);
        if (i % 3 == 0)
            power_on();
        assert_int_equal(state_of(id).tries, i);
        assert_int_equal(state_of(id).due_s, due_s);
        idle(50);
    }
    assert_true(text_is(head_of(id), 1, 500));
}

static void test_recipients_settle(void **unused)
{
    uint32_t id;
    struct spool_letter letter;
    struct recipient_set set;

    (void)unused;
    new_part();
    assert_int_equal(put_letter(1, 500, 100, &id), SPOOL_OK);
    letter = letter_of(id);
    set = only(0);
    recipient_add(&set, 64);
    assert_int_equal(spool_settle(&letter, SPOOL_SENT, &set), SPOOL_OK);
    set = only(99);
    assert_int_equal(spool_settle(&letter, SPOOL_GIVEN_UP, &set), SPOOL_OK);
    power_on();
    for (unsigned i = 0; i < 100; i++) {
        struct spool_state state = state_of(id);

        assert_int_equal(recipient_in(&state.sent, i), i == 0 || i == 64);
        assert_int_equal(recipient_in(&state.failed, i), i == 99);
    }
}

static void test_closed_stays_closed(void **unused)
{
    uint32_t id;
    struct spool_letter letter;

    (void)unused;
    for (unsigned restart = 0; restart < 2; restart++) {
        new_part();
        id = put_ok(1, 500);
        if (restart != 0)
            power_on();
        letter = letter_of(id);
        assert_int_equal(spool_close(&letter, SPOOL_CLOSED_SENT, &now), SPOOL_OK);
        assert_int_equal(head_of(id), 0);
        power_on();
        assert_int_equal(head_of(id), 0);
        assert_false(spool_next(0, &letter));
    }
}

static void test_dead_letters_are_bounded(void **unused)
{
    uint32_t ids[CONFIG_DEAD_LETTERS_MAX + 2];
    struct spool_marks marks;

    (void)unused;
    new_part();
    for (unsigned i = 0; i < COUNT_OF(ids); i++) {
        struct spool_letter letter;

        ids[i] = put_ok(i, 300);
        letter = letter_of(ids[i]);
        assert_int_equal(spool_bury(&letter, &now), SPOOL_OK);
        assert_false(spool_next(0, &letter));
    }
    power_on();
    spool_marks(&marks);
    assert_int_equal(marks.dead, CONFIG_DEAD_LETTERS_MAX);
    assert_int_equal(head_of(ids[0]), 0);
    assert_int_equal(head_of(ids[1]), 0);
    assert_true(state_of(ids[2]).dead);
}

static void test_due_order(void **unused)
{
    uint32_t a, b;
    struct spool_letter letter;

    (void)unused;
    new_part();
    a = put_ok(1, 10);
    b = put_ok(2, 10);
    assert_true(spool_next(0, &letter));
    assert_int_equal(letter.id, a);
    assert_int_equal(spool_count_try(&letter, now.powered_s + 100, &now), SPOOL_OK);
    assert_true(spool_next(0, &letter));
    assert_int_equal(letter.id, b);
    power_on();
    assert_true(spool_next(0, &letter));
    assert_int_equal(letter.id, b);
}

/* ---- Routes and time ---------------------------------------------------------------------------- */

static void test_route_record_survives(void **unused)
{
    struct spool_route route = {
        .tries = 3, .stopped = 1, .frozen = 2, .cause = 2, .due_s = 12345};
    struct spool_route read;

    (void)unused;
    new_part();
    assert_int_equal(spool_route_put(0, &route, &now), SPOOL_OK);
    for (unsigned i = 0; i < 5; i++) {
        power_on();
        settle_down();
        spool_route_get(0, &read);
        assert_memory_equal(&read, &route, sizeof read);
    }
}

/* No time record is due before CONFIG_SPOOL_JOURNAL_S; a route's record brings its own. */
static void test_route_record_brings_the_time(void **unused)
{
    struct spool_route route = {.tries = 0};

    (void)unused;
    new_part();
    for (unsigned i = 0; i < 400; i++) { /* past 65,536 s, and several journals */
        uint32_t noted_s = now.powered_s += CONFIG_SPOOL_JOURNAL_S - 1;

        route.tries ^= 1;
        route.due_s = noted_s + 900;
        assert_int_equal(spool_route_put(0, &route, &now), SPOOL_OK);
        if (i % 3 == 0) {
            power_on();
            assert_int_equal(now.powered_s, noted_s + 1);
        }
        settle_down();
    }
}

static void test_time_and_boots_go_on(void **unused)
{
    uint32_t powered_s, boot;

    (void)unused;
    new_part();
    for (unsigned i = 0; i < 20; i++) {
        now.powered_s += CONFIG_SPOOL_JOURNAL_S;
        settle_down();
        powered_s = now.powered_s;
        boot = now.boot;
        power_on();
        assert_true(now.powered_s > powered_s - 2);
        assert_int_equal(now.boot, boot + 1);
        settle_down();
    }
}

/* ---- Space ----------------------------------------------------------------------------------------- */

static void test_full_spool_refuses_and_recovers(void **unused)
{
    uint32_t ids[200], count = 0;
    enum spool_result result;

    (void)unused;
    new_part();
    while ((result = put_letter(count, 20000, 1, &ids[count])) == SPOOL_OK)
        count++;
    assert_int_equal(result, SPOOL_FULL);
    assert_true(count > 5);
    settle_down();
    power_on();
    settle_down();
    for (uint32_t i = 0; i < count; i++)
        assert_true(text_is(head_of(ids[i]), i, 20000));
    for (uint32_t i = 0; i < count; i++) {
        struct spool_letter letter = letter_of(ids[i]);

        assert_int_equal(spool_close(&letter, SPOOL_CLOSED_SENT, &now), SPOOL_OK);
    }
    settle_down();
    assert_int_equal(put_letter(7, 20000, 1, &ids[0]), SPOOL_OK);
}

static void test_living_letters_are_moved(void **unused)
{
    uint32_t kept[3];

    (void)unused;
    new_part();
    for (unsigned i = 0; i < 3; i++) {
        kept[i] = put_ok(100 + i, 3000);
        for (unsigned k = 0; k < 10; k++) {
            close_letter(put_ok(k, 5000));
        }
    }
    /* Several turns of the ring. */
    for (unsigned k = 0; k < 600; k++) {
        close_letter(put_ok(k, 5000));
        settle_down();
    }
    for (unsigned i = 0; i < 3; i++)
        assert_true(text_is(head_of(kept[i]), 100 + i, 3000));
    unsigned least = UINT32_MAX, most = 0;
    for (unsigned s = 2; s < SECTORS; s++) {
        least = nor_erases(s) < least ? nor_erases(s) : least;
        most = nor_erases(s) > most ? nor_erases(s) : most;
    }
    assert_true(most > 3);
    assert_true(most - least <= 2);
    power_on();
    for (unsigned i = 0; i < 3; i++)
        assert_true(text_is(head_of(kept[i]), 100 + i, 3000));
}

static void test_more_letters_than_the_window(void **unused)
{
    uint32_t ids[CONFIG_SPOOL_WINDOW * 2];
    unsigned sent = 0;

    (void)unused;
    new_part();
    for (unsigned i = 0; i < COUNT_OF(ids); i++)
        ids[i] = put_ok(i, 400);
    for (unsigned round = 0; round < 2; round++) {
        struct spool_letter letter;

        for (unsigned i = 0; i < COUNT_OF(ids) / 2 && spool_next(0, &letter); i++) {
            assert_int_equal(spool_close(&letter, SPOOL_CLOSED_SENT, &now), SPOOL_OK);
            sent++;
            settle_down();
        }
        power_on();
        settle_down();
    }
    assert_int_equal(sent, COUNT_OF(ids));
    for (unsigned i = 0; i < COUNT_OF(ids); i++)
        assert_int_equal(head_of(ids[i]), 0);
}

static void test_flash_programmed_for_one_letter(void **unused)
{
    struct spool_marks before, after;
    struct spool_letter letter;
    struct spool_route route = {.tries = 1, .due_s = 900}, clear = {0};
    uint32_t envelope = 13 + 13;

    (void)unused;
    new_part();
    spool_marks(&before);
    put_ok(1, 1024);
    assert_true(spool_next(0, &letter));
    assert_int_equal(spool_route_put(0, &route, &now), SPOOL_OK);
    assert_int_equal(spool_count_try(&letter, 900, &now), SPOOL_OK);
    assert_int_equal(spool_route_put(0, &clear, &now), SPOOL_OK);
    assert_int_equal(spool_close(&letter, SPOOL_CLOSED_SENT, &now), SPOOL_OK);
    spool_marks(&after);
    print_message("programmed for 1 KiB: %lu bytes\n",
                  (unsigned long)(after.programmed - before.programmed));
    assert_true((after.programmed - before.programmed) * 4 <=
                (1024 + envelope) * 5 + 128 * 4);
}

static void test_worn_sector_is_named_not_silent(void **unused)
{
    uint32_t id;
    enum spool_result result;

    (void)unused;
    new_part();
    nor_wear_out(2 + (unsigned)flashlog_open_sector());
    result = put_letter(1, 1000, 1, &id);
    assert_int_not_equal(result, SPOOL_OK);
}

/* ---- Flipped bits ------------------------------------------------------------------------------ */

/* Each bit of what was written for a letter, flipped for good: it is read all the same. */
static void test_any_one_flipped_bit_is_put_right(void **unused)
{
    uint32_t id, bits = 0;

    (void)unused;
    new_part();
    id = put_ok(9, 500);
    for (uint32_t at = PARTITION_SPOOL_OFFSET; at < nor_size(); at++) {
        struct nor_mark mark;
        unsigned bit = at % 8;

        if (nor_bytes()[at] == 0xff)
            continue;
        mark = nor_mark();
        nor_keep_page(at / NOR_PAGE_SIZE);
        nor_bytes()[at] ^= (uint8_t)(1u << bit);
        power_on();
        if (!text_is(head_of(id), 9, 500))
            fail_msg("bit %u of octet 0x%lx is not put right", bit, (unsigned long)at);
        nor_rollback(mark);
        nor_release(mark);
        bits++;
    }
    assert_in_range(bits, 500, 2000);
}

/* One reading of a start goes wrong: the letter is there, and the one that was closed is not. */
static void test_a_passing_fault_changes_nothing(void **unused)
{
    uint32_t id, closed, reads;
    struct spool_letter letter;
    enum spool_result result;
    struct nor_mark mark;

    (void)unused;
    new_part();
    id = put_ok(9, 500);
    closed = put_ok(10, 100);
    assert_true(spool_find(closed, 0, &letter));
    PATIENTLY(result, spool_close(&letter, SPOOL_CLOSED_SENT, &now));
    mark = nor_mark();
    nor_cut_after(UINT32_MAX);
    power_on();
    reads = nor_reads();
    assert_true(reads > 30);
    for (unsigned fault = NOR_FLIP_ONCE; fault <= NOR_READ_FAILS; fault++) {
        for (uint32_t at = 0; at < reads; at++) {
            nor_rollback(mark);
            nor_read_fault_at(at, (enum nor_read_fault)fault, at);
            power_on();
            if (head_of(closed) != 0 || !text_is(head_of(id), 9, 500))
                fail_msg("fault %u at read %lu", fault, (unsigned long)at);
        }
    }
    nor_release(mark);
}

static void test_lost_sector_is_named(void **unused)
{
    char line[200];
    uint32_t lost;
    bool named = false;

    (void)unused;
    new_part();
    put_ok(1, 100);
    nor_dead_sector(
        (int)(PARTITION_SPOOL_OFFSET / NOR_SECTOR_SIZE) + flashlog_open_sector(), 0xff);
    power_on(); /* in the first turn of the ring only a later sector shows that it was used */
    power_on();
    while (log_read(line, sizeof line, &lost) > 0)
        named = named || strstr(line, "no-header") != NULL;
    assert_true(named);
    nor_dead_sector(-1, 0);
}

/* ---- Foreign and blank ---------------------------------------------------------------------------- */

static void test_foreign_flash_is_left_alone(void **unused)
{
    (void)unused;
    nor_new(SECTORS);
    memset(nor_bytes() + PARTITION_SPOOL_OFFSET, 0x5a,
           SECTORS * NOR_SECTOR_SIZE - PARTITION_SPOOL_OFFSET);
    assert_int_equal(spool_open(&now), SPOOL_FOREIGN);
    idle(100);
    assert_int_equal(nor_operations(), 0);
    assert_int_equal(spool_deposit_begin(&deposit, SPOOL_FROM_LAN, 0), SPOOL_FAILED);
    assert_int_equal(spool_format(&now), SPOOL_OPENED);
    settle_down();
    put_ok(1, 1000);
}

/* ---- Clean cuts ------------------------------------------------------------------------------------- */

/* What was promised, kept outside of what the cut takes. */
static struct {
    uint32_t ids[64];
    uint32_t sizes[64];
    unsigned count;
    unsigned tries, closed;
} promised;

static void scenario_deposits(void)
{
    for (unsigned i = 0; i < 4; i++) {
        uint32_t id, size = 100 + i * 700;

        if (put_letter(i, size, 1, &id) == SPOOL_OK) {
            promised.ids[promised.count] = id;
            promised.sizes[promised.count++] = size;
        }
    }
}

static void scenario_tries_and_close(void)
{
    struct spool_letter letter;

    scenario_deposits();
    for (unsigned i = 0; i < 14; i++) {
        letter = letter_of(promised.ids[0]);
        if (spool_count_try(&letter, 900, &now) == SPOOL_OK)
            promised.tries = i + 1;
    }
    letter = letter_of(promised.ids[1]);
    if (spool_close(&letter, SPOOL_CLOSED_SENT, &now) == SPOOL_OK)
        promised.closed = 1;
}

static void scenario_reclaim(void)
{
    scenario_deposits();
    for (unsigned k = 0; k < 30; k++) {
        struct spool_letter letter;
        uint32_t id = put_ok(k, 15000);

        letter = letter_of(id);
        spool_close(&letter, SPOOL_CLOSED_SENT, &now);
        settle_down();
    }
}

static void check_promises(void)
{
    for (unsigned i = 0; i < promised.count; i++) {
        uint16_t head = head_of(promised.ids[i]);

        if (i == 1 && head == 0)
            continue; /* closed, or the cut came between the closing and our note of it */
        assert_int_not_equal(head, 0);
        assert_true(text_is(head, i, promised.sizes[i]));
        assert_false(i == 1 && promised.closed != 0);
    }
    if (promised.tries > 0) {
        unsigned tries = state_of(promised.ids[0]).tries;

        assert_true(tries == promised.tries || tries == promised.tries + 1);
    }
}

/* Cuts before every operation of the scenario, then once more at every 7th of the recovery. */
static void cut_everywhere(void (*scenario)(void))
{
    static uint32_t cut, cuts;
    static bool done;

    done = false;
    cuts = 0;
    for (cut = 0; !done; cut++) {
        new_part();
        memset(&promised, 0, sizeof promised);
        nor_cut_after(cut);
        if (setjmp(nor_power) == 0) {
            scenario();
            done = true;
        } else {
            cuts++;
        }
        nor_cut_after(cut % 7);
        if (setjmp(nor_power) == 0) {
            power_on();
            settle_down();
        } else {
            cuts++;
        }
        nor_cut_after(UINT32_MAX);
        power_on();
        check_promises();
        settle_down();
        check_promises();
        put_ok(9, 2000);
    }
    print_message("%lu cuts\n", (unsigned long)cuts);
}

static void test_cuts_in_deposits(void **unused)
{
    (void)unused;
    cut_everywhere(scenario_deposits);
}

static void test_cuts_in_tries(void **unused)
{
    (void)unused;
    cut_everywhere(scenario_tries_and_close);
}

static void test_cuts_in_reclaim(void **unused)
{
    (void)unused;
    cut_everywhere(scenario_reclaim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_letter_survives_restart),
        cmocka_unit_test(test_uncommitted_is_absent),
        cmocka_unit_test(test_letters_interleave),
        cmocka_unit_test(test_commit_needs_a_recipient),
        cmocka_unit_test(test_damage_shows),
        cmocka_unit_test(test_scrub_names_damage),
        cmocka_unit_test(test_tries_are_counted),
        cmocka_unit_test(test_recipients_settle),
        cmocka_unit_test(test_closed_stays_closed),
        cmocka_unit_test(test_dead_letters_are_bounded),
        cmocka_unit_test(test_due_order),
        cmocka_unit_test(test_route_record_survives),
        cmocka_unit_test(test_route_record_brings_the_time),
        cmocka_unit_test(test_time_and_boots_go_on),
        cmocka_unit_test(test_full_spool_refuses_and_recovers),
        cmocka_unit_test(test_living_letters_are_moved),
        cmocka_unit_test(test_more_letters_than_the_window),
        cmocka_unit_test(test_flash_programmed_for_one_letter),
        cmocka_unit_test(test_worn_sector_is_named_not_silent),
        cmocka_unit_test(test_any_one_flipped_bit_is_put_right),
        cmocka_unit_test(test_a_passing_fault_changes_nothing),
        cmocka_unit_test(test_lost_sector_is_named),
        cmocka_unit_test(test_foreign_flash_is_left_alone),
        cmocka_unit_test(test_cuts_in_deposits),
        cmocka_unit_test(test_cuts_in_tries),
        cmocka_unit_test(test_cuts_in_reclaim),
    };

    return cmocka_run_group_tests_name("spool", tests, NULL, NULL);
}
