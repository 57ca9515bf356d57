/* SPDX-License-Identifier: MIT */
/* sources: firmware/settings/settings.c firmware/settings/change.c firmware/settings/sector.c
            firmware/settings/seed.c firmware/settings/floor.c
            firmware/base/crc32.c firmware/base/cursor.c firmware/base/log.c firmware/base/text.c
            tests/flash/nor_simulator.c tests/flash/tears.c tests/flash/erase_apart.c */
/*
 * test_settings.c: power is cut at every operation of every change of the settings, in every
 * way of tears.h (F0 to F5) and with the last programs lost (F7); then at the operations of the
 * recovery, and of the recovery from that.
 *
 * After each: all values are those before the change or those after it, none is mixed or lost;
 * a change that was answered stays; it is the same at the next start; a value that is not there
 * is nowhere in the partition; and another change works.
 *
 * test_settings [EFFORT [SEED]]: 1 takes seconds, more repeats what is random with other seeds.
 */
#include "tests/flash/erase_apart.h"
#include "tests/flash/nor_simulator.h"
#include "tests/flash/tears.h"

#include "settings/settings.h"

#include "base/bytes.h"
#include "crypto/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- The generator: its numbers may be any here --------------------------------------------- */

void random_add_seed(const uint8_t *seed, size_t size)
{
    (void)seed;
    (void)size;
}

void random_seed_is_renewed(void)
{
}

void random_bytes(uint8_t *bytes, size_t size)
{
    static uint32_t number;

    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)nor_random(&number);
}

/* ---- What should be there ------------------------------------------------------------------ */

#define VALUES_MAX  12
#define CHANGES_MAX 6

struct value {
    uint8_t kind;
    const char *name, *text;
    unsigned times; /* the text is repeated so often */
};

struct model {
    struct value values[VALUES_MAX];
    unsigned count;
};

enum action { END, SET, ADD, UNSET, UNSET_ONE, WIPE, GIVE_UP };

struct change {
    enum action action;
    struct value value; /* UNSET_ONE: `times` is the index */
};

struct scenario {
    const char *name;
    unsigned before; /* changes that are there when it begins */
    struct change changes[CHANGES_MAX + 1];
};

static const struct scenario scenarios[] = {
    {"first",        0, {{SET, {SETTINGS_PASSWORD, "relay", "secret-one", 1}}}},
    {"second",
     1,                 {{SET, {SETTINGS_USER, "relay", "a-user", 1}},
      {SET, {SETTINGS_PASSWORD, "relay", "secret-one", 1}}}            },
    {"change",
     2,                 {{SET, {SETTINGS_USER, "relay", "a-user", 1}},
      {SET, {SETTINGS_PASSWORD, "relay", "secret-one", 1}},
      {SET, {SETTINGS_PASSWORD, "relay", "other-secret", 1}}}          },
    {"change-twice",
     2,                 {{SET, {SETTINGS_HOST_NAME, "", "box.example", 1}},
      {SET, {SETTINGS_PASSWORD, "relay", "secret-one", 1}},
      {SET, {SETTINGS_PASSWORD, "relay", "other-secret", 1}},
      {SET, {SETTINGS_PASSWORD, "relay", "third-secret", 1}}}          },
    {"unset",
     3,                 {{SET, {SETTINGS_PASSWORD, "relay", "secret-one", 1}},
      {SET, {SETTINGS_PASSWORD, "branch", "branch-secret", 1}},
      {SET, {SETTINGS_TOKEN, "branch", "token", 60}},
      {UNSET, {SETTINGS_PASSWORD, "relay", "", 1}}}                    },
    {"long",
     1,                 {{SET, {SETTINGS_USER, "relay", "a-user", 1}},
      {SET, {SETTINGS_TOKEN, "relay", "token-part-", 70}}}             },
    {"long-change",
     2,                 {{SET, {SETTINGS_USER, "relay", "a-user", 1}},
      {SET, {SETTINGS_TOKEN, "relay", "token-part-", 70}},
      {SET, {SETTINGS_TOKEN, "relay", "short", 1}}}                    },
    {"page-borders",
     1,                 {{SET, {SETTINGS_TOKEN, "abcd", "x", 236}},
      {SET, {SETTINGS_TOKEN, "abcde", "y", 236}},
      {SET, {SETTINGS_TOKEN, "abcdefgh", "12345678", 59}}}             },
    {"several",
     2,                 {{ADD, {SETTINGS_PIN, "relay", "pin-of-the-first-key", 1}},
      {ADD, {SETTINGS_ANCHOR, "root", "anchor-", 100}},
      {ADD, {SETTINGS_PIN, "relay", "pin-of-the-second-key", 1}},
      {ADD, {SETTINGS_ANCHOR, "root", "another-anchor-", 50}},
      {UNSET_ONE, {SETTINGS_PIN, "relay", "", 0}}}                     },
    {"wipe",
     3,                 {{SET, {SETTINGS_USER, "relay", "a-user", 1}},
      {SET, {SETTINGS_PASSWORD, "relay", "secret-one", 1}},
      {ADD, {SETTINGS_ANCHOR, "root", "anchor-", 100}},
      {WIPE, {0, "", "", 0}},
      {SET, {SETTINGS_PASSWORD, "relay", "other-secret", 1}}}          },
    {"floor",
     1,                 {{SET, {SETTINGS_TIME_FLOOR, "", "time", 1}},
      {SET, {SETTINGS_TIME_FLOOR, "", "tame", 1}},
      {UNSET, {SETTINGS_TIME_FLOOR, "", "", 1}}}                       },
    {"give-up",
     2,                 {{SET, {SETTINGS_USER, "relay", "a-user", 1}},
      {SET, {SETTINGS_PASSWORD, "relay", "secret-one", 1}},
      {GIVE_UP, {SETTINGS_TOKEN, "relay", "abandoned-", 60}},
      {SET, {SETTINGS_PASSWORD, "relay", "other-secret", 1}}}          },
};

static bool is_meant(const struct value *value, const struct change *change)
{
    return change->action == WIPE || (value->kind == change->value.kind &&
                                      strcmp(value->name, change->value.name) == 0);
}

static void model_change(struct model *model, const struct change *change)
{
    unsigned kept = 0, met = 0;

    if (change->action == GIVE_UP)
        return;
    for (unsigned i = 0; i < model->count; i++) {
        bool meant = change->action != ADD && is_meant(&model->values[i], change);

        if (!meant || (change->action == UNSET_ONE && met++ != change->value.times))
            model->values[kept++] = model->values[i];
    }
    if (change->action == SET || change->action == ADD)
        model->values[kept++] = change->value;
    model->count = kept;
}

static bool same_text(const struct value *value, const uint8_t *bytes, size_t size)
{
    size_t one = strlen(value->text);

    if (size != one * value->times)
        return false;
    for (unsigned i = 0; i < value->times; i++) {
        if (memcmp(bytes + one * i, value->text, one) != 0)
            return false;
    }
    return true;
}

/* Value number `index` of a kind in the model, or NULL. */
static const struct value *of_kind(const struct model *model, unsigned kind, unsigned index)
{
    for (unsigned i = 0; i < model->count; i++) {
        if (model->values[i].kind == kind && index-- == 0)
            return &model->values[i];
    }
    return NULL;
}

static bool same_value(const struct value *value, const struct settings_value *there)
{
    uint8_t bytes[4096], name[SETTINGS_NAME_MAX];
    size_t size, name_size;

    return settings_read(there, 0, bytes, sizeof bytes, &size) == SETTINGS_OK &&
           settings_read_name(there, name, sizeof name, &name_size) == SETTINGS_OK &&
           name_size == strlen(value->name) && memcmp(name, value->name, name_size) == 0 &&
           same_text(value, bytes, size);
}

/* Whether all that is there is that of the model, and all of it. */
static bool is_model(const struct model *model)
{
    for (unsigned kind = SETTINGS_HOST_NAME; kind <= SETTINGS_TIME_FLOOR; kind++) {
        for (unsigned i = 0;; i++) {
            struct settings_value there;
            const struct value *value = of_kind(model, kind, i);
            enum settings_result result =
                settings_find((enum settings_kind)kind, cursor_over("", 0), i, &there);

            if (value == NULL && result == SETTINGS_ABSENT)
                break;
            if (value == NULL || result != SETTINGS_OK || !same_value(value, &there))
                return false;
        }
    }
    return true;
}

/* ---- Driving ------------------------------------------------------------------------------- */

#define POLLS_MAX 2000

static uint16_t boot;
static unsigned long cuts, seconds, thirds, findings, starts;
static const struct scenario *scenario;
static struct model models[CHANGES_MAX + 1];
static uint32_t seed = 1;
static unsigned effort;
static char place[200];

static void found(const char *what)
{
    printf("FINDING: %s: %s\n", place, what);
    if (++findings == 20)
        exit(1);
}

static void breached(const char *rule, uint32_t address)
{
    printf("FINDING: %s: rule broken: %s at 0x%lx\n", place, rule, (unsigned long)address);
    exit(1);
}

static void finish(void)
{
    for (unsigned i = 0; settings_poll(true) != 60000; i++) {
        if (i == POLLS_MAX) {
            found("never comes to rest");
            return;
        }
    }
}

static void start(void)
{
    erase_apart_power_on();
    starts++;
    settings_open(++boot);
}

static void put_text(const struct value *value)
{
    settings_add((enum settings_kind)value->kind,
                 cursor_over(value->name, strlen(value->name)));
    for (unsigned i = 0; i < value->times; i++)
        settings_put((const uint8_t *)value->text, strlen(value->text));
}

static enum settings_result do_change(const struct change *change)
{
    struct settings_drop drop = {change->value.kind, SETTINGS_EACH, change->value.name,
                                 (uint8_t)strlen(change->value.name)};
    enum settings_result result;

    if (change->action == UNSET_ONE)
        drop.index = (uint16_t)change->value.times;
    result =
        settings_begin(change->action == ADD || change->action == GIVE_UP ? NULL : &drop);
    if (result != SETTINGS_OK)
        return result;
    finish();
    if (change->action == SET || change->action == ADD || change->action == GIVE_UP)
        put_text(&change->value);
    if (change->action == GIVE_UP)
        settings_abandon();
    else
        settings_commit();
    finish();
    return settings_outcome();
}

/* ---- Looking ------------------------------------------------------------------------------- */

static bool is_in_flash(const char *text)
{
    return memmem(nor_bytes(), nor_size(), text, strlen(text)) != NULL;
}

static bool has_text(const struct model *model, const char *text)
{
    for (unsigned i = 0; i < model->count; i++) {
        if (strcmp(model->values[i].text, text) == 0)
            return true;
    }
    return false;
}

/* What is not in the model is nowhere. Texts of less than five octets are found by chance. */
static void look_for_removed(const struct model *model)
{
    for (const struct change *c = scenario->changes; c->action != END; c++) {
        if (strlen(c->value.text) >= 5 && !has_text(model, c->value.text) &&
            is_in_flash(c->value.text))
            found(c->value.text);
    }
}

/* Which of models `from` to `to` is there now; NULL: none. */
static const struct model *which(unsigned from, unsigned to)
{
    for (unsigned i = from; i <= to; i++) {
        if (is_model(&models[i]))
            return &models[i];
    }
    return NULL;
}

static void look_again(const struct model *model)
{
    static const struct change more = {
        SET, {SETTINGS_PASSWORD, "x", "a-secret-more", 1}
    };
    struct model with = *model;

    start();
    if (!is_model(model))
        found("another value at the next start");
    finish();
    model_change(&with, &more);
    if (do_change(&more) != SETTINGS_OK)
        found("the next change does not work");
    start();
    if (!is_model(&with))
        found("the next change is not there");
}

/* The part is torn: start, end what is to be ended, and look. */
static void examine(unsigned from, unsigned to)
{
    struct nor_mark mark = nor_mark();
    uint16_t boot_before = boot;
    const struct model *model;

    nor_cut_after(UINT32_MAX);
    start();
    model = which(from, to);
    if (model == NULL)
        found("neither the old values nor the new ones at the start");
    finish();
    model = which(from, to);
    if (model == NULL)
        found("neither the old values nor the new ones");
    else {
        look_for_removed(model);
        look_again(model);
    }
    boot = boot_before;
    nor_rollback(mark);
    nor_release(mark);
}

/* ---- Cutting ------------------------------------------------------------------------------- */

static void cut_recovery(unsigned from, unsigned to, unsigned depth);

static void tear(const struct nor_operation *op, unsigned way, unsigned from, unsigned to,
                 unsigned depth)
{
    struct nor_tear torn = tear_number(op, way, seed + depth * 977);
    struct nor_mark mark = nor_mark();
    size_t length = strlen(place);

    snprintf(place + length, sizeof place - length, " %s@%lx/%s",
             op->kind == NOR_ERASE ? "erase" : "program", (unsigned long)op->address,
             tear_name(torn.fault));
    nor_tear(op, &torn);
    cuts += depth == 1;
    seconds += depth == 2;
    thirds += depth == 3;
    examine(from, to);
    if (depth < 3)
        cut_recovery(from, to, depth + 1);
    place[length] = '\0';
    nor_rollback(mark);
    nor_release(mark);
}

/* False when the recovery ends before that many operations. */
static bool cut_recovery_at(uint32_t cut, unsigned from, unsigned to, unsigned depth)
{
    struct nor_mark mark = nor_mark();
    uint16_t boot_before = boot;
    volatile bool reached = true;

    if (setjmp(nor_power) == 0) {
        nor_cut_after(cut);
        start();
        finish();
        reached = false;
    }
    nor_cut_after(UINT32_MAX);
    if (reached) {
        struct nor_operation op = *nor_interrupted();
        unsigned ways = tear_count(&op, 1), step = depth == 2 ? 9 / effort : 23;
        uint32_t chance = seed + (uint32_t)cuts + cut;

        for (unsigned way = nor_random(&chance) % step; way < ways; way += step)
            tear(&op, way, from, to, depth);
    }
    boot = boot_before;
    nor_rollback(mark);
    nor_release(mark);
    return reached;
}

static void cut_recovery(unsigned from, unsigned to, unsigned depth)
{
    static unsigned turn;

    if (effort == 0 || (depth == 3 && turn++ % 40 != 0))
        return;
    for (uint32_t cut = 0; cut_recovery_at(cut, from, to, depth); cut++)
        continue;
}

/* F7: the last one or two programs before operation `cut` are lost, acknowledged or not. */
static void lose_last(const struct nor_log *log, uint32_t cut, unsigned count,
                      unsigned from, unsigned to)
{
    struct nor_mark mark = nor_mark();

    for (uint32_t at = cut; at > 0 && count > 0;) {
        if (log->operations[--at].kind != NOR_PROGRAM)
            continue;
        nor_lose(&log->operations[at]);
        count--;
    }
    cuts++;
    examine(from > 0 ? from - 1 : 0, to);
    nor_rollback(mark);
    nor_release(mark);
}

static void cut_at(const struct nor_log *log, uint32_t cut, unsigned from, unsigned to)
{
    const struct nor_operation *op = &log->operations[cut];
    size_t length = strlen(place);
    unsigned ways = tear_count(op, effort == 0 ? 1 : effort);

    snprintf(place + length, sizeof place - length, " cut %lu", (unsigned long)cut);
    for (unsigned way = 0; way < ways; way++) {
        if (effort > 0 || way % 8 == cut % 8)
            tear(op, way, from, to, 1);
    }
    lose_last(log, cut, 1, from, to);
    lose_last(log, cut, 2, from, to);
    place[length] = '\0';
}

/* ---- A scenario ---------------------------------------------------------------------------- */

#define OPERATIONS_MAX 400

static struct nor_operation operations[OPERATIONS_MAX];

/* The change during which operation number `cut` ran; `end`: where each change ended. */
static unsigned change_of(uint32_t cut, const uint32_t *end)
{
    unsigned i = scenario->before;

    while (scenario->changes[i].action != END && cut >= end[i])
        i++;
    return i;
}

static void run_changes(unsigned from, unsigned to, struct nor_log *log, uint32_t *end)
{
    for (unsigned i = from; i < to && scenario->changes[i].action != END; i++) {
        enum settings_result expected =
            scenario->changes[i].action == GIVE_UP ? SETTINGS_ABSENT : SETTINGS_OK;

        models[i + 1] = models[i];
        model_change(&models[i + 1], &scenario->changes[i]);
        if (do_change(&scenario->changes[i]) != expected || !is_model(&models[i + 1]))
            found("a change does not work while nothing is wrong");
        look_for_removed(&models[i + 1]);
        if (end != NULL)
            end[i] = log->count;
    }
}

static void run_scenario(void)
{
    struct nor_log log = {operations, 0, OPERATIONS_MAX};
    struct nor_mark mark;
    uint32_t end[CHANGES_MAX + 1] = {0};

    snprintf(place, sizeof place, "%s", scenario->name);
    nor_new(2);
    memset(models, 0, sizeof models);
    boot = 0;
    start();
    run_changes(0, scenario->before, NULL, NULL);
    start();
    mark = nor_mark();
    nor_record(&log);
    run_changes(scenario->before, CHANGES_MAX, &log, end);
    nor_record(NULL);
    nor_rollback(mark);
    nor_release(mark);
    for (uint32_t cut = 0; cut < log.count; cut++) {
        unsigned change = change_of(cut, end);

        cut_at(&log, cut, change, change + 1);
        nor_apply(&log.operations[cut]);
    }
    printf("%-16s %3lu operations\n", scenario->name, (unsigned long)log.count);
}

/* ---- The time floor ------------------------------------------------------------------------- */

#define DAY   86400u
#define WEEK  (7 * DAY)
#define IMAGE ((uint32_t)CONFIG_CLOCK_FLOOR)

static const struct settings_drop floor_drop = {SETTINGS_TIME_FLOOR, SETTINGS_EACH, "", 0};

static void floor_is(uint32_t expected)
{
    if (settings_time_floor() != expected)
        found("the time floor is another one");
}

/* What was proven, and the floor after it and after another start. */
static void prove(uint32_t proven, uint32_t expected)
{
    settings_keep_time(proven);
    finish();
    floor_is(expected);
    start();
    finish();
    floor_is(expected);
}

static void keep(uint32_t floor)
{
    uint8_t octets[5] = {0};

    put_u32(octets, floor);
    settings_begin(&floor_drop);
    finish();
    settings_add(SETTINGS_TIME_FLOOR, cursor_over("", 0));
    settings_put(octets, floor == 0 ? 5 : 4);
    settings_commit();
    finish();
}

/* The floor waits for a change that someone else began, and does not survive its removal. */
static void meets_another_change(void)
{
    settings_begin(NULL);
    settings_keep_time(IMAGE + 3 * WEEK);
    finish();
    settings_abandon();
    finish();
    floor_is(IMAGE + 3 * WEEK - DAY);
    settings_begin(&floor_drop);
    settings_keep_time(IMAGE + 6 * WEEK);
    finish();
    settings_commit();
    finish();
    floor_is(IMAGE);
}

static void run_floor(void)
{
    snprintf(place, sizeof place, "time floor");
    nor_new(2);
    boot = 0;
    start();
    finish();
    floor_is(IMAGE);
    prove(IMAGE + WEEK + DAY - 1, IMAGE);
    prove(IMAGE + WEEK + DAY, IMAGE + WEEK);
    prove(IMAGE + 2 * WEEK + DAY - 1, IMAGE + WEEK);
    prove(IMAGE - WEEK, IMAGE + WEEK);
    prove(IMAGE + 2 * WEEK + DAY, IMAGE + 2 * WEEK);
    keep(CONFIG_CLOCK_CEILING);
    floor_is(CONFIG_CLOCK_CEILING);
    keep(CONFIG_CLOCK_CEILING + 1u); /* what may come from another image, or from nobody */
    floor_is(IMAGE);
    keep(IMAGE - 1);
    floor_is(IMAGE);
    keep(0); /* five octets */
    floor_is(IMAGE);
    meets_another_change();
}

int main(int count, char **arguments)
{
    effort = count > 1 ? (unsigned)atoi(arguments[1]) : 0;
    seed = count > 2 ? (uint32_t)atoi(arguments[2]) : 1;
    if (effort > 9)
        effort = 9;
    nor_on_breach(breached);
    for (unsigned i = 0; i < COUNT_OF(scenarios); i++) {
        scenario = &scenarios[i];
        run_scenario();
    }
    run_floor();
    printf(
        "settings: %lu cuts, %lu second, %lu third, %lu starts, %lu findings; seed %lu\n",
        cuts, seconds, thirds, starts, findings, (unsigned long)seed);
    return findings == 0 ? 0 : 1;
}
