/* SPDX-License-Identifier: MIT */
/*
 * campaign_troubles.c: a part that fails under power. The scenario runs once more, and at one
 * of its operations trouble begins: the operation fails, never ends, or is slow (F8); its
 * sector does nothing from then on (F10). The story goes on as well as it can; then everything
 * that was acknowledged must be there and a new letter is taken, at once (unless the part is
 * stuck) and after power was cycled.
 *
 * Harsh cuts (F6), which damage other pages, are counted and not judged: no format survives
 * them. The report says how many lost something, and what.
 */
#include "tests/flash/campaign.h"
#include "tests/flash/steps.h"
#include "tests/flash/tears.h"

#include "base/bytes.h"
#include "spool/records.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* The firmware must come back from what one trouble asks of it. */
#define SECONDS_MAX 60u

/* With the slice: one operation in so many. */
#define OPERATIONS_SLICE 24u

/* What a failed operation leaves depends on its seed; each operation has other ones. */
#define SEEDS 4u

static const struct {
    const char *name;
    uint8_t family, seeds;
} troubles[NOR_TROUBLES] = {
    [NOR_PROGRAM_FAILS] = {"fails",                  8,  SEEDS},
    [NOR_BUSY_STUCK] = {"never ends",             8,  1    },
    [NOR_SLOW] = {"is slow",                8,  1    },
    [NOR_WORN_PROGRAM] = {"wears out its programs", 10, 1    },
    [NOR_WORN_ERASE] = {"wears out its erases",   10, 1    },
    [NOR_WORN] = {"wears out its sector",   10, 1    },
};

/* A sector that takes nothing is met anew: each try leaves it alone from then on. */
#define TRIES 4u

static void put_one(const char *when)
{
    for (unsigned i = 0; i < TRIES; i++) {
        if (step_put(333) >= 0)
            return;
        if (step_was_full() && step_put_notice(333) >= 0)
            return;
        step_idle();
    }
    if (step_was_full() && campaign_place.scenario->room == SCENARIO_LAST_SECTORS)
        return;
    oracle_violated(7, "no letter is taken %s: answer %d", when, (int)step_refusal);
}

static void expect_now(void)
{
    oracle_expect(&campaign_expected, nor_operations(), nor_operations());
    campaign_allow_loss(step_named_loss());
}

static void look_at_once(uint32_t turn)
{
    if (!step_get_ready()) {
        oracle_violated(7, "the spool does not get ready any more");
        return;
    }
    expect_now();
    campaign_expected.begun = false; /* it is the same start */
    campaign_judge(turn, 3000);
    if (!campaign_found())
        put_one("after the trouble");
}

static void look_after_power_cycle(uint32_t turn)
{
    expect_now();
    for (unsigned start = 0; start < 2 && !campaign_found(); start++) {
        bool opened = campaign_recover(UINT32_MAX, false);

        if (!opened && !campaign_expected.may_be_foreign)
            oracle_violated(6, "the spool does not open after the trouble");
        if (!opened || campaign_found())
            return;
        if (step_named_loss())
            campaign_allow_loss(true);
        campaign_judge(turn, 3000);
        if (!campaign_found() && start == 1)
            put_one("after power was cycled");
    }
}

/* A part that is stuck takes no note of the time either. */
static void forget_time(void)
{
    unsigned step = oracle_begin(ORACLE_TIME, 0);

    oracle_end(step, true);
}

/* An intent that its unit does not take goes to the next sector; nobody is refused for it. */
static bool must_go_on(uint32_t operation, enum nor_trouble trouble)
{
    const struct nor_operation *op = &campaign_recorded.operations[operation];

    return trouble == NOR_PROGRAM_FAILS && op->kind == NOR_PROGRAM &&
           op->bytes[0] == RECORD_INTENT && op->size == NOR_UNIT_SIZE &&
           campaign_place.scenario->room == SCENARIO_HAS_ROOM;
}

static void run_with(uint32_t operation, enum nor_trouble trouble, unsigned seed)
{
    uint32_t turn = campaign_turn();

    alarm(SECONDS_MAX);
    nor_trouble_at(operation, trouble, seed);
    if (setjmp(campaign_broken) == 0) {
        step_refused = false;
        campaign_place.scenario->run();
        if (must_go_on(operation, trouble) && step_refused && step_refusal == SPOOL_FAILED)
            oracle_violated(7, "one unit of the journal is bad and a step failed");
        if (trouble != NOR_BUSY_STUCK)
            look_at_once(turn);
        else
            forget_time();
        if (!campaign_found())
            look_after_power_cycle(turn);
    }
}

/* The part as the story finds it. */
static uint8_t *before;

/*
 * The firmware's RAM cannot be put back as the part can, so each story is told by a child of
 * this process; it works on the same part, and hands its finding back through a pipe.
 */
static void run_apart(uint32_t operation, enum nor_trouble trouble, unsigned seed)
{
    int ends[2];
    pid_t child;
    bool told;

    fflush(stdout);
    if (pipe(ends) != 0 || (child = fork()) < 0)
        abort();
    if (child == 0) {
        run_with(operation, trouble, seed);
        told = write(ends[1], &oracle_finding, sizeof oracle_finding) ==
               (ssize_t)sizeof oracle_finding;
        fflush(stdout);
        _exit(told ? 0 : 1);
    }
    close(ends[1]);
    told = read(ends[0], &oracle_finding, sizeof oracle_finding) ==
           (ssize_t)sizeof oracle_finding;
    close(ends[0]);
    waitpid(child, NULL, 0);
    nor_copy_in(before);
    if (!told)
        oracle_violated(7, "the firmware crashed or did not come back");
}

static void trouble_at(uint32_t operation, enum nor_trouble trouble, unsigned number)
{
    uint32_t way = WAY_TROUBLE + (uint32_t)trouble + 100 * number;

    if (!campaign_is_wanted(operation, way))
        return;
    campaign_enter_fault("operation", operation, way, troubles[trouble].name);
    campaign_counts.troubles++;
    campaign_counts.by_family[troubles[trouble].family]++;
    run_apart(operation, trouble, number + (campaign_options.seed + operation) * SEEDS);
    campaign_report();
    campaign_leave();
}

/* Each erase, and with the slice one in so many programs. */
static bool is_turn_of(uint32_t operation)
{
    bool each = campaign_options.effort > 0 ||
                campaign_recorded.operations[operation].kind == NOR_ERASE;
    unsigned one_in = each ? campaign_options.parts : OPERATIONS_SLICE;

    return campaign_options.repeat || operation % one_in == campaign_options.part % one_in;
}

void campaign_troubles(void)
{
    uint32_t operations = campaign_recorded.count;

    scenario_prepare(campaign_place.scenario);
    campaign_prepared();
    step_named_loss();
    before = malloc(nor_copy_size());
    if (before == NULL)
        abort();
    nor_copy_out(before);
    for (uint32_t operation = 0; operation < operations; operation++) {
        if (!is_turn_of(operation))
            continue;
        for (unsigned trouble = 1; trouble < NOR_TROUBLES; trouble++) {
            if (trouble == NOR_SLOW &&
                campaign_recorded.operations[operation].kind == NOR_PROGRAM)
                continue;
            for (unsigned n = 0; n < troubles[trouble].seeds; n++)
                trouble_at(operation, (enum nor_trouble)trouble, n);
        }
    }
    free(before);
}

/* ---- Harsh cuts ------------------------------------------------------------------------------ */

#define HARSH_SEEDS 4u

void campaign_harsh_at(uint32_t cut)
{
    const struct nor_operation *op = &campaign_recorded.operations[cut];
    uint32_t operations;
    uint64_t trace;

    if (cut == campaign_recorded.count || op->kind != NOR_PROGRAM)
        return;
    oracle_expect(&campaign_expected, cut, cut + 1);
    campaign_place.harsh = true;
    for (unsigned i = 0; i < HARSH_SEEDS; i++) {
        struct nor_tear tear = {NOR_HARSH, 128, 0,
                                campaign_options.seed * 31 + cut * 7 + i};
        struct nor_mark mark = nor_mark();

        campaign_enter(cut, WAY_HARSH + i, op, tear_name(NOR_HARSH));
        nor_tear(op, &tear);
        campaign_counts.harsh++;
        campaign_counts.by_family[6]++;
        campaign_examine(false, &trace, &operations);
        campaign_leave();
        nor_rollback(mark);
        nor_release(mark);
    }
    campaign_place.harsh = false;
}
