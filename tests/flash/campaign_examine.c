/* SPDX-License-Identifier: MIT */
/*
 * campaign_examine.c: after a cut the part is started, looked at by the oracle, started again,
 * used (a try, a recipient, a letter, a close, a route), and started once more.
 */
#include "tests/flash/campaign.h"
#include "tests/flash/steps.h"

#include "base/bytes.h"
#include "base/log.h"
#include "flashlog/flashlog.h"
#include "spool/spool.h"

#include "config/config.h"

#include <setjmp.h>
#include <stdio.h>
#include <unistd.h>

/* The firmware must come back from what one cut asks of it. */
#define SECONDS_MAX 60u

struct expectation campaign_expected;
static struct sight first, second, used, last;

static bool start(uint32_t cut_after)
{
    bool opened;

    if (campaign_options.repeat)
        printf("  start\n");
    campaign_counts.starts++;
    nor_cut_after(cut_after);
    opened = step_power_on();
    if (nor_reads() > campaign_counts.most_reads)
        campaign_counts.most_reads = nor_reads();
    return opened;
}

bool campaign_recover(uint32_t cut_after, bool early)
{
    bool opened = start(cut_after);

    if (opened && !step_get_ready())
        oracle_violated(7, "the spool does not get ready after a start");
    else if (opened && !early && !step_idle())
        oracle_violated(6, "idle work after a start never ends");
    return opened;
}

static void use_failed(const char *what, unsigned letter, enum spool_result result)
{
    oracle_violated(7, "letter %u: %s answered %d", letter, what, (int)result);
}

static void use_try(struct seen_letter *seen)
{
    struct spool_letter l = step_find(seen->letter);
    uint32_t due_s = step_clock.powered_s + 123;
    enum spool_result result;

    step_start();
    while (step_again(result = spool_count_try(&l, due_s, &step_clock)))
        l = step_find(seen->letter);
    if (result != SPOOL_OK)
        use_failed("a try", seen->letter, result);
    seen->state.tries++;
    seen->state.due_s = due_s;
}

static void use_settle(struct seen_letter *seen, uint32_t turn)
{
    struct spool_letter l = step_find(seen->letter);
    struct recipient_set set = {{0}};
    unsigned recipient = turn % seen->state.recipients;
    enum spool_result result;

    if (recipient_in(&seen->state.failed, recipient))
        return;
    recipient_add(&set, recipient);
    recipient_add(&seen->state.sent, recipient);
    step_start();
    while (step_again(result = spool_settle(&l, SPOOL_SENT, &set)))
        l = step_find(seen->letter);
    if (result != SPOOL_OK)
        use_failed("a settled recipient", seen->letter, result);
}

static void use_close(struct sight *seen, unsigned letter)
{
    struct spool_letter l = step_find((int)letter);
    enum spool_result result;

    step_start();
    while (step_again(result = spool_close(&l, SPOOL_CLOSED_SENT, &step_clock)))
        l = step_find((int)letter);
    if (result != SPOOL_OK)
        use_failed("a close", letter, result);
    oracle_drop(seen, letter);
}

static void use_route(struct sight *seen)
{
    enum spool_result result;

    seen->route.tries++;
    seen->route.due_s = step_clock.powered_s + 7;
    step_start();
    while (step_again(result = spool_route_put(0, &seen->route, &step_clock)))
        continue;
    if (result != SPOOL_OK)
        oracle_violated(7, "the route's record answered %d", (int)result);
}

/* What the relay does next: the newest letter and two others get a try, one of them ends. */
static void use_letters(struct sight *seen, uint32_t turn)
{
    unsigned ending = ORACLE_LETTERS_MAX, tried[3];

    for (unsigned i = 0; i < 3 && i < seen->count; i++) {
        unsigned at = i == 0 ? seen->count - 1 : (turn >> 4 * i) % seen->count;
        struct seen_letter *l = &seen->letter[at];

        tried[i] = at;
        if (l->state.dead || (i > 0 && at == tried[0]) || (i > 1 && at == tried[1]))
            continue;
        use_try(l);
        if ((turn >> i & 1) != 0)
            use_settle(l, turn >> 5);
        if ((turn >> 3) % 3 == i)
            ending = l->letter;
    }
    if (ending != ORACLE_LETTERS_MAX)
        use_close(seen, ending);
}

/* How the sectors stand. */
static const char *space(void)
{
    static char text[80];
    unsigned held = 0;

    for (unsigned i = 0; i < flashlog_sectors(); i++)
        held += flashlog_holds(i) > 0;
    snprintf(text, sizeof text, "%u sectors, %u held, %u free, %u ready",
             flashlog_sectors(), held, flashlog_sectors_free(), flashlog_sectors_ready());
    return text;
}

void campaign_use_deposit(void)
{
    if (step_put(333) >= 0)
        return;
    if (step_was_full()) { /* idle work may tidy up */
        step_idle();
        if (step_put(333) >= 0)
            return;
    }
    if (!step_was_full())
        oracle_violated(7, "a new letter is answered %d, %s", (int)step_refusal, space());
    else if (campaign_place.scenario->room == SCENARIO_HAS_ROOM)
        oracle_violated(7, "a new letter is refused: full, %lu letters live, %s",
                        (unsigned long)used.count, space());
    else if (step_put_notice(333) < 0)
        oracle_violated(7, "a full spool takes no notice, %s", space());
}

/* Every letter comes up, is read, and ends. */
static void drain(void)
{
    struct spool_letter next;

    oracle_look(&last);
    for (unsigned i = 0; i < ORACLE_LETTERS_MAX && spool_next(0, &next); i++) {
        const struct seen_letter *seen = NULL;

        for (unsigned k = 0; k < last.count; k++) {
            if (last.letter[k].state.id == next.id)
                seen = &last.letter[k];
        }
        if (seen == NULL || seen->state.dead) {
            oracle_violated(4, "id %lu comes up, which does not live",
                            (unsigned long)next.id);
            return;
        }
        use_close(&last, seen->letter);
        step_idle();
        oracle_look(&last);
    }
    for (unsigned i = 0; i < last.count; i++) {
        if (!last.letter[i].state.dead)
            oracle_violated(1, "letter %u lives and never comes up", last.letter[i].letter);
    }
}

static void use(uint32_t turn)
{
    use_letters(&second, turn);
    use_route(&second);
    if (campaign_found())
        return;
    oracle_look(&used);
    oracle_same(&second, &used, "as it was used");
    campaign_use_deposit();
    if (campaign_found())
        return;
    oracle_look(&used);
    if (!campaign_recover(UINT32_MAX, true))
        oracle_violated(6, "the spool does not open after it was used");
    oracle_look(&last);
    oracle_same(&used, &last, "by the start after it was used");
    oracle_read_some(&last, 1000, turn);
    if (turn % 16 == 0 && !campaign_found())
        drain();
}

void campaign_use(uint32_t turn)
{
    oracle_look(&second);
    use(turn);
}

void campaign_allow_loss(bool allow)
{
    campaign_expected.facts_may_be_lost = allow;
    for (unsigned i = 0; i < campaign_expected.letters; i++)
        campaign_expected.letter[i].may_be_lost = allow;
}

void campaign_judge(uint32_t turn, uint32_t octets)
{
    oracle_judge_time(&campaign_expected, &step_clock);
    oracle_look(&first);
    oracle_judge(&campaign_expected, &first);
    oracle_read_some(&first, octets, turn);
}

/* ---- One look -------------------------------------------------------------------------------- */

static struct {
    bool early;
    uint64_t trace;
    uint32_t operations;
} recovery;

/* All of one recovery, up to the first finding. */
static void examine(uint32_t turn)
{
    bool opened = campaign_recover(UINT32_MAX, recovery.early);

    recovery.trace = nor_trace();
    recovery.operations = nor_operations();
    if (!opened) {
        if (!campaign_expected.may_be_foreign)
            oracle_violated(6, "the spool does not open");
        return;
    }
    if (campaign_found())
        return;
    campaign_judge(turn, 6000);
    if (campaign_found())
        return;
    if (!campaign_recover(UINT32_MAX, true))
        oracle_violated(6, "the spool does not open twice");
    oracle_look(&second);
    oracle_same(&first, &second, "by another start");
    if (!campaign_found())
        use(turn);
}

void campaign_try(void (*look)(uint32_t turn))
{
    struct oracle_point known = oracle_point();
    struct nor_mark mark = nor_mark();

    alarm(SECONDS_MAX);
    if (setjmp(campaign_broken) == 0)
        look(campaign_turn());
    alarm(0);
    campaign_report();
    oracle_return(known);
    nor_rollback(mark);
    nor_release(mark);
}

void campaign_examine(bool early, uint64_t *trace, uint32_t *operations)
{
    recovery.early = campaign_place.early = early;
    recovery.trace = 0;
    recovery.operations = 0;
    campaign_counts.cuts++;
    campaign_try(examine);
    campaign_place.early = false;
    *trace = recovery.trace;
    *operations = recovery.operations;
}
