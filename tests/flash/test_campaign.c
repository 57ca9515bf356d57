/* SPDX-License-Identifier: MIT */
/* sources: firmware/spool/deposit.c firmware/spool/erase.c firmware/spool/journal.c firmware/spool/mount.c
            firmware/spool/reader.c firmware/spool/reclaim.c firmware/spool/scrub.c firmware/spool/recover.c
            firmware/spool/records.c firmware/spool/head.c firmware/spool/letter.c firmware/spool/window.c
            firmware/flashlog/flashlog.c firmware/flashlog/medium.c firmware/base/crc32.c firmware/base/log.c
            firmware/base/text.c firmware/base/cursor.c firmware/mail/connector.c
            tests/flash/campaign_place.c tests/flash/campaign_examine.c
            tests/flash/campaign_cuts.c tests/flash/campaign_reads.c
            tests/flash/campaign_damage.c tests/flash/campaign_troubles.c
            tests/flash/nor_simulator.c tests/flash/oracle.c tests/flash/scenarios.c tests/flash/steps.c
            tests/flash/scenarios_harm.c
            tests/flash/tears.c */
/*
 * test_campaign.c: power is cut at every operation of every scenario, in every way of tears.h.
 *
 * A scenario runs once, its operations recorded. Played again onto the part, they give the
 * flash before each of them; from there each layer (campaign.h) does its harm, and the part is
 * started, looked at by the oracle, and used.
 *
 *   layer A  every operation x the ways to lose it (F0 to F5), and the last writes lost (F7)
 *   layer B  every recovery of A that differs from those before: a second cut at every one of
 *            its operations; a third at some
 *   layer C  read faults, passing and stable, after some of the cuts (F9)
 *   layer T  trouble at every operation while power is on (F8, F10)
 *   layer H  harsh cuts (F6), counted and not judged
 *
 * Without arguments a slice of A and B runs: every operation, F0 and one other way. A finding
 * prints the command that repeats it alone.
 */
#include "tests/flash/campaign.h"
#include "tests/flash/steps.h"

#include "base/bytes.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A mount of the biggest part here reads far less; more is a loop. */
#define READS_MAX 400000u

#define OPERATIONS_MAX 6000u

struct campaign_options campaign_options = {.layers = "ab", .seed = 1, .parts = 1};
struct campaign_counts campaign_counts;
struct nor_log campaign_recorded;

bool campaign_wants(char layer)
{
    return strchr(campaign_options.layers, layer) != NULL;
}

/* ---- Scenarios ------------------------------------------------------------------------------- */

void campaign_prepared(void)
{
    nor_limit_reads(READS_MAX);
    nor_tell(campaign_options.repeat);
    step_tell_log = campaign_options.repeat;
}

static bool record(const struct scenario *scenario)
{
    struct nor_mark mark;

    oracle_clear();
    campaign_place.scenario = scenario;
    campaign_place.depth = 0;
    scenario_prepare(scenario);
    campaign_prepared();
    campaign_recorded.count = 0;
    mark = nor_mark();
    nor_record(&campaign_recorded);
    if (setjmp(campaign_broken) == 0)
        scenario->run();
    nor_record(NULL);
    nor_rollback(mark);
    nor_release(mark);
    if (step_refused)
        oracle_violated(7, "a step was answered %d while nothing was wrong",
                        (int)step_refusal);
    return !campaign_found();
}

/* All layers that start from the flash before this operation. */
static void layers_at(uint32_t cut)
{
    if (campaign_wants('a'))
        campaign_cut_at(cut);
    if (campaign_wants('c')) {
        campaign_misread_at(cut);
        campaign_damage_at(cut);
    }
    if (campaign_wants('h'))
        campaign_harsh_at(cut);
}

static void all_layers(void)
{
    campaign_forget_recoveries();
    for (uint32_t cut = 0; cut <= campaign_recorded.count; cut++) {
        if (cut % campaign_options.parts == campaign_options.part ||
            campaign_options.repeat)
            layers_at(cut);
        if (cut < campaign_recorded.count)
            nor_apply(&campaign_recorded.operations[cut]);
    }
    if (campaign_wants('t'))
        campaign_troubles();
}

static void run_scenario(const struct scenario *scenario)
{
    const struct campaign_counts *c = &campaign_counts;
    unsigned long cuts = c->cuts, findings = c->findings;
    unsigned long others = c->read_faults + c->damages + c->troubles;
    clock_t began = clock();

    if (!record(scenario))
        campaign_report();
    campaign_counts.operations += campaign_recorded.count;
    if (!scenario->foreign && (!campaign_options.repeat || campaign_options.depth > 0))
        all_layers();
    printf("%-28s %5lu operations %7lu cuts %7lu faults %5lu findings %6.2f s\n",
           scenario->name, (unsigned long)campaign_recorded.count, c->cuts - cuts,
           c->read_faults + c->damages + c->troubles - others, c->findings - findings,
           (double)(clock() - began) / CLOCKS_PER_SEC);
    fflush(stdout);
}

/* ---- Command line ---------------------------------------------------------------------------- */

static unsigned number(const char *text)
{
    return (unsigned)strtoul(text, NULL, 10);
}

/* The layers that know this way. */
static void choose_layer(uint32_t way)
{
    if (way >= WAY_HARSH)
        campaign_options.layers = "h";
    else if (way >= WAY_TROUBLE)
        campaign_options.layers = "t";
    else if (way >= WAY_READ)
        campaign_options.layers = "c";
}

/* scenario:cut:way[:cut:way[:cut:way]] */
static void parse_repeat(char *text)
{
    char *at = strtok(text, ":");

    campaign_options.scenario = at;
    campaign_options.repeat = true;
    for (unsigned i = 0; i < CAMPAIGN_DEPTH_MAX; i++) {
        char *cut = strtok(NULL, ":"), *way = strtok(NULL, ":");

        if (cut == NULL || way == NULL)
            break;
        campaign_options.cut[i] = number(cut);
        campaign_options.way[i] = number(way);
        campaign_options.depth++;
        choose_layer(campaign_options.way[i]);
    }
}

static bool parse(int count, char **arguments)
{
    campaign_options.program = arguments[0];
    for (int i = 1; i + 1 < count; i += 2) {
        if (strcmp(arguments[i], "--seed") == 0)
            campaign_options.seed = number(arguments[i + 1]);
        else if (strcmp(arguments[i], "--effort") == 0)
            campaign_options.effort = number(arguments[i + 1]);
        else if (strcmp(arguments[i], "--second") == 0)
            campaign_options.second = number(arguments[i + 1]);
        else if (strcmp(arguments[i], "--layer") == 0)
            campaign_options.layers = arguments[i + 1];
        else if (strcmp(arguments[i], "--stop") == 0)
            campaign_options.stop = number(arguments[i + 1]);
        else if (strcmp(arguments[i], "--scenario") == 0)
            campaign_options.scenario = arguments[i + 1];
        else if (strcmp(arguments[i], "--repeat") == 0)
            parse_repeat(arguments[i + 1]);
        else if (strcmp(arguments[i], "--part") == 0)
            sscanf(arguments[i + 1], "%u/%u", &campaign_options.part,
                   &campaign_options.parts);
        else
            return false;
    }
    return count % 2 == 1 && campaign_options.parts > 0;
}

/* F6: what became of them; one cut counts once, by the first thing found. */
static void print_harsh(void)
{
    printf("\n%lu harsh cuts (a report): %lu lost nothing", campaign_counts.harsh,
           campaign_counts.harsh_by_invariant[0]);
    for (unsigned i = 1; i < CAMPAIGN_INVARIANTS; i++) {
        if (campaign_counts.harsh_by_invariant[i] > 0)
            printf(", invariant %u: %lu", i, campaign_counts.harsh_by_invariant[i]);
    }
}

static void print_summary(void)
{
    const struct campaign_counts *c = &campaign_counts;

    printf(
        "%lu operations, %lu cuts (%lu second, %lu third), %lu distinct recoveries of %lu "
        "operations, %lu starts, at most %lu reads a start\nby fault:",
        campaign_counts.operations, campaign_counts.cuts, campaign_counts.seconds,
        campaign_counts.thirds, campaign_counts.recoveries,
        campaign_counts.recovery_operations, campaign_counts.starts,
        (unsigned long)campaign_counts.most_reads);
    for (unsigned i = 0; i < COUNT_OF(campaign_counts.by_family); i++) {
        if (campaign_counts.by_family[i] > 0)
            printf(" F%u %lu", i, campaign_counts.by_family[i]);
    }
    if (c->read_faults + c->damages + c->troubles > 0)
        printf("\n%lu reads gone wrong, %lu damaged places, %lu troubles", c->read_faults,
               c->damages, c->troubles);
    if (c->harsh > 0)
        print_harsh();
    printf("\n%lu findings", campaign_counts.findings);
    for (unsigned i = 1; i < COUNT_OF(campaign_counts.by_invariant); i++) {
        if (campaign_counts.by_invariant[i] > 0)
            printf(", invariant %u: %lu", i, campaign_counts.by_invariant[i]);
    }
    printf("; seed %lu\n", (unsigned long)campaign_options.seed);
}

void campaign_end(void)
{
    print_summary();
    exit(1);
}

int main(int count, char **arguments)
{
    if (!parse(count, arguments)) {
        fprintf(
            stderr,
            "usage: %s [--layer abcth] [--seed N] [--effort N] [--second N] [--part I/N]\n"
            "       [--scenario NAME] [--stop N] [--repeat NAME:CUT:WAY[:CUT:WAY...]]\n",
            arguments[0]);
        return 2;
    }
    campaign_recorded.room = OPERATIONS_MAX;
    campaign_recorded.operations =
        malloc(OPERATIONS_MAX * sizeof *campaign_recorded.operations);
    if (campaign_recorded.operations == NULL)
        return 2;
    nor_on_breach(campaign_breached);
    signal(SIGALRM, campaign_crashed);
    signal(SIGSEGV, campaign_crashed);
    for (unsigned i = 0; i < scenario_count; i++) {
        if (campaign_options.scenario == NULL ||
            strcmp(campaign_options.scenario, scenarios[i].name) == 0)
            run_scenario(&scenarios[i]);
    }
    free(campaign_recorded.operations);
    print_summary();
    return campaign_counts.findings == 0 ? 0 : 1;
}
