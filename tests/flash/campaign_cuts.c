/* SPDX-License-Identifier: MIT */
/*
 * campaign_cuts.c: layer A, every operation lost in the ways of tears.h or the last programs
 * lost (F7); layer B, every recovery of A that differs from those before cut again at each of
 * its operations, and a third time at some.
 */
#include "tests/flash/campaign.h"
#include "tests/flash/tears.h"

#include <setjmp.h>
#include <string.h>

/* ---- Layer B --------------------------------------------------------------------------------- */

/* Recoveries of this scenario that were cut already. */
#define TRACES_MAX 65536u
static uint64_t traces[TRACES_MAX];

void campaign_forget_recoveries(void)
{
    memset(traces, 0, sizeof traces);
}

static bool is_new_trace(uint64_t trace)
{
    for (uint32_t i = (uint32_t)(trace % TRACES_MAX), n = 0; n < TRACES_MAX;
         i = (i + 1) % TRACES_MAX, n++) {
        if (traces[i] == trace)
            return false;
        if (traces[i] == 0) {
            traces[i] = trace;
            return true;
        }
    }
    return false;
}

static void cut_recovery(uint32_t operations);

static void count_family(unsigned family)
{
    campaign_counts.by_family[family]++;
    if (campaign_place.depth == 2)
        campaign_counts.seconds++;
    else if (campaign_place.depth == 3)
        campaign_counts.thirds++;
}

static bool is_sampled(unsigned one_in)
{
    return one_in > 0 && campaign_turn() % one_in == 0;
}

/* The part is torn: look, and cut the recovery if it is a new one. */
static void after_tear(unsigned family)
{
    uint64_t trace;
    uint32_t operations, unused;
    uint64_t ignored;
    bool deeper;

    count_family(family);
    campaign_examine(false, &trace, &operations);
    if (campaign_turn() % 4 == 1 || campaign_options.repeat) {
        campaign_examine(true, &ignored, &unused);
    }
    if (!campaign_wants('b'))
        deeper = false;
    else if (campaign_options.repeat)
        deeper = campaign_place.depth < campaign_options.depth;
    else if (campaign_place.depth == 1)
        deeper = operations > 0 && is_new_trace(trace) &&
                 (campaign_options.second > 0 || is_sampled(40));
    else
        deeper = campaign_place.depth == 2 && operations > 0 &&
                 is_sampled(campaign_options.second > 0 ? 400 : 0);
    if (!deeper)
        return;
    if (campaign_place.depth == 1) {
        campaign_counts.recoveries++;
        campaign_counts.recovery_operations += operations;
    }
    cut_recovery(operations);
}

static void tear_one(const struct nor_operation *op, uint32_t cut, unsigned way)
{
    struct nor_tear tear =
        tear_number(op, way, campaign_options.seed + campaign_place.depth * 977);
    struct nor_mark mark;

    if (!campaign_is_wanted(cut, way))
        return;
    campaign_enter(cut, way, op, tear_name(tear.fault));
    mark = nor_mark();
    nor_tear(op, &tear);
    after_tear(tear_family(tear.fault));
    nor_rollback(mark);
    nor_release(mark);
    campaign_leave();
}

/* Runs the recovery up to its operation `cut`, and takes power away there in several ways. */
static void cut_recovery_at(uint32_t cut)
{
    struct nor_mark mark = nor_mark();
    volatile bool reached = false;
    struct nor_operation op;
    unsigned ways, some = campaign_options.second > 0 ? campaign_options.second : 2;
    uint32_t turn = campaign_turn() + cut * 7;

    if (setjmp(campaign_broken) == 0) {
        if (setjmp(nor_power) == 0)
            campaign_recover(cut, false);
        else
            reached = true;
    }
    oracle_clear();
    if (reached) {
        op = *nor_interrupted();
        ways = tear_count(&op, 1);
        for (unsigned way = 0; way < ways; way++) {
            bool chosen = way < 3 || (way + turn) % ((ways + some - 1) / some) == 0;

            if (campaign_options.repeat ||
                (campaign_place.depth > 1 ? (way + turn) % 30 == 0 : chosen))
                tear_one(&op, cut, way);
        }
    }
    nor_rollback(mark);
    nor_release(mark);
}

static void cut_recovery(uint32_t operations)
{
    for (uint32_t cut = 0; cut < operations; cut++) {
        if (campaign_options.repeat && campaign_options.cut[campaign_place.depth] != cut)
            continue;
        cut_recovery_at(cut);
    }
}

/* ---- Layer A --------------------------------------------------------------------------------- */

/* F7: before operation `cut` the last one or two programs are lost. */
static void lose_last(uint32_t cut, unsigned how_many)
{
    struct nor_mark mark;
    uint32_t at = cut, certain = cut;
    uint32_t way = how_many == 1 ? WAY_LOSE_ONE : WAY_LOSE_TWO;

    if (!campaign_is_wanted(cut, way))
        return;
    campaign_enter(cut, way, NULL, how_many == 1 ? "lost-one" : "lost-two");
    mark = nor_mark();
    for (unsigned lost = 0; at > 0 && lost < how_many;) {
        const struct nor_operation *op = &campaign_recorded.operations[--at];

        if (op->kind != NOR_PROGRAM)
            continue;
        campaign_place.operation[0] = *op;
        nor_lose(op);
        certain = at;
        lost++;
    }
    oracle_expect(&campaign_expected, certain, cut);
    after_tear(7);
    nor_rollback(mark);
    nor_release(mark);
    campaign_leave();
}

void campaign_cut_at(uint32_t cut)
{
    const struct nor_operation *op = &campaign_recorded.operations[cut];
    unsigned ways =
        cut < campaign_recorded.count ? tear_count(op, campaign_options.effort + 1) : 1;
    uint32_t chance = campaign_options.seed * 977 + cut * 131;
    unsigned other = ways > 1 ? 1 + nor_random(&chance) % (ways - 1) : 0;

    oracle_expect(&campaign_expected, cut, cut);
    tear_one(op, cut, 0);
    oracle_expect(&campaign_expected, cut, cut + 1);
    for (unsigned way = 1; way < ways; way++) {
        if (campaign_options.effort > 0 || way == other || campaign_options.repeat)
            tear_one(op, cut, way);
    }
    for (unsigned lost = 1; lost <= 2; lost++) {
        if (campaign_options.effort > 0 || campaign_options.repeat || cut % 8 == lost)
            lose_last(cut, lost);
    }
}
