/* SPDX-License-Identifier: MIT */
/*
 * campaign_reads.c: layer C, passing faults. At some points of a scenario, after a clean cut
 * and after a torn one, each read of the recovery goes wrong once, in each way of enum
 * nor_read_fault.
 *
 * The start that meets the fault may hide what it could not read, if the console says so; it
 * must not bring anything back to life, nor take anything for good that it did not name.
 */
#include "tests/flash/campaign.h"
#include "tests/flash/steps.h"
#include "tests/flash/tears.h"

#include "base/bytes.h"

/* One point in so many: with the slice, else. A torn one at each second of these. */
#define POINTS_SLICE 64u
#define POINTS       12u

/* A recovery that reads more (a blank part) is sampled. */
#define READS_EACH 200u

static const struct {
    enum nor_read_fault fault;
    const char *name;
} faults[] = {
    {NOR_FLIP_ONCE,  "one bit flipped"},
    {NOR_READ_ONES,  "all ones"       },
    {NOR_READ_ZEROS, "all zeros"      },
    {NOR_READ_FAILS, "fails"          },
};

/* The fault under way. */
static uint32_t misread;
static enum nor_read_fault fault;
static uint32_t reads;

static void count_reads(uint32_t turn)
{
    (void)turn;
    campaign_recover(UINT32_MAX, false);
    reads = nor_reads();
    oracle_clear();
}

/* Each place is read again, so a fault that passed is taken for no damage. */
static void judge_marks(void)
{
    struct spool_marks marks;

    spool_marks(&marks);
    if (marks.damaged > 0)
        oracle_violated(7, "one reading went wrong and is taken for damage");
}

static void examine(uint32_t turn)
{
    bool opened;

    step_named_loss();
    nor_read_fault_at(misread, fault, turn);
    opened = campaign_recover(UINT32_MAX, false);
    nor_read_fault_at(0, NOR_READS_WELL, 0);
    if (!opened && !campaign_expected.may_be_foreign)
        oracle_violated(6, "the spool does not open");
    else if (opened)
        judge_marks();
    if (campaign_found())
        return;
    campaign_allow_loss(step_named_loss());
    if (opened)
        campaign_judge(turn, 3000);
    if (campaign_found())
        return;
    opened = campaign_recover(UINT32_MAX, true);
    if (!opened && !campaign_expected.may_be_foreign)
        oracle_violated(6, "the spool does not open after it was misread");
    if (opened)
        campaign_judge(turn, 3000);
    if (opened && turn % 8 == 0 && !campaign_found())
        campaign_use(turn);
}

static void misread_one(uint32_t read, unsigned kind)
{
    uint32_t way = WAY_READ + faults[kind].fault;

    if (!campaign_is_wanted(read, way))
        return;
    campaign_enter_fault("read", read, way, faults[kind].name);
    campaign_counts.read_faults++;
    campaign_counts.by_family[9]++;
    misread = read;
    fault = faults[kind].fault;
    campaign_try(examine);
    nor_read_fault_at(0, NOR_READS_WELL, 0);
    campaign_allow_loss(false);
    campaign_leave();
}

static void misread_recovery(const struct nor_operation *op, uint32_t cut, unsigned way)
{
    struct nor_tear tear = tear_number(op, way, campaign_options.seed);
    struct nor_mark mark;
    uint32_t stride;

    if (!campaign_is_wanted(cut, way))
        return;
    campaign_enter(cut, way, op, tear_name(tear.fault));
    mark = nor_mark();
    nor_tear(op, &tear);
    campaign_try(count_reads);
    stride = campaign_options.repeat ? 1 : reads / READS_EACH + 1;
    for (uint32_t read = campaign_turn() % stride; read < reads; read += stride) {
        for (unsigned kind = 0; kind < COUNT_OF(faults); kind++)
            misread_one(read, kind);
    }
    nor_rollback(mark);
    nor_release(mark);
    campaign_leave();
}

void campaign_misread_at(uint32_t cut)
{
    const struct nor_operation *op = &campaign_recorded.operations[cut];
    unsigned one_in = campaign_options.effort > 0 ? POINTS : POINTS_SLICE;
    uint32_t chance = campaign_options.seed * 7919 + cut;
    unsigned ways = cut < campaign_recorded.count ? tear_count(op, 1) : 1;
    unsigned torn = ways > 1 ? 1 + nor_random(&chance) % (ways - 1) : 0;

    if (!campaign_options.repeat &&
        (cut / campaign_options.parts + campaign_options.seed) % one_in != 0)
        return;
    oracle_expect(&campaign_expected, cut, cut);
    misread_recovery(op, cut, 0);
    oracle_expect(&campaign_expected, cut, cut + 1);
    for (unsigned way = 1; way < ways; way++) {
        if (campaign_options.repeat || way == torn)
            misread_recovery(op, cut, way);
    }
}
