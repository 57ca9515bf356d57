/* SPDX-License-Identifier: MIT */
/* campaign_place.c: where the campaign is, and findings: told with the command that repeats them. */
#include "tests/flash/campaign.h"

#include "base/bytes.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

struct campaign_place campaign_place;
jmp_buf campaign_broken;

void campaign_breached(const char *rule, uint32_t address)
{
    oracle_violated(strcmp(rule, "reads without end") == 0 ? 6 : 8, "%s at 0x%lx", rule,
                    (unsigned long)address);
    longjmp(campaign_broken, 1);
}

uint32_t campaign_turn(void)
{
    uint32_t seed = campaign_options.seed * 2654435761u;

    for (unsigned i = 0; i < campaign_place.depth; i++)
        seed =
            nor_random(&seed) ^ campaign_place.cut[i] * 31 ^ campaign_place.way[i] * 2003;
    return nor_random(&seed);
}

void campaign_enter(uint32_t cut, uint32_t way, const struct nor_operation *operation,
                    const char *fault)
{
    campaign_place.cut[campaign_place.depth] = cut;
    campaign_place.way[campaign_place.depth] = way;
    campaign_place.what[campaign_place.depth] = NULL;
    campaign_place.fault[campaign_place.depth] = fault;
    if (operation != NULL)
        campaign_place.operation[campaign_place.depth] = *operation;
    campaign_place.depth++;
}

void campaign_enter_fault(const char *what, uint32_t number, uint32_t way,
                          const char *fault)
{
    campaign_enter(number, way, NULL, fault);
    campaign_place.what[campaign_place.depth - 1] = what;
}

bool campaign_is_wanted(uint32_t cut, uint32_t way)
{
    return !campaign_options.repeat || campaign_place.depth >= campaign_options.depth ||
           (campaign_options.cut[campaign_place.depth] == cut &&
            campaign_options.way[campaign_place.depth] == way);
}

void campaign_leave(void)
{
    campaign_place.depth--;
}

static void print_step(FILE *to, unsigned step)
{
    const struct nor_operation *op = &campaign_place.operation[step];

    fprintf(to, "%s %s %lu", step == 0 ? "" : ", then",
            campaign_place.what[step] == NULL ? "cut" : campaign_place.what[step],
            (unsigned long)campaign_place.cut[step]);
    if (campaign_place.what[step] == NULL) {
        fprintf(to, " (%s 0x%lx", op->kind == NOR_ERASE ? "erase" : "program",
                (unsigned long)op->address);
        if (op->kind == NOR_PROGRAM && op->size > 0)
            fprintf(to, " %u bytes '%c'", op->size,
                    op->bytes[0] > 32 && op->bytes[0] < 127 ? op->bytes[0] : '?');
        fprintf(to, ")");
    }
    fprintf(to, " %s", campaign_place.fault[step]);
}

static void print_place(FILE *to)
{
    for (unsigned i = 0; i < campaign_place.depth; i++)
        print_step(to, i);
    fprintf(to, "%s\n  repeat: %s --seed %lu --repeat %s",
            campaign_place.early ? ", acting at once" : "", campaign_options.program,
            (unsigned long)campaign_options.seed, campaign_place.scenario->name);
    for (unsigned i = 0; i < campaign_place.depth; i++)
        fprintf(to, ":%lu:%lu", (unsigned long)campaign_place.cut[i],
                (unsigned long)campaign_place.way[i]);
    fprintf(to, "\n");
}

void campaign_crashed(int number)
{
    printf("FINDING %s in %s:", number == SIGALRM ? "endless loop" : "crash",
           campaign_place.scenario->name);
    print_place(stdout);
    fflush(stdout);
    signal(number, SIG_DFL);
    raise(number);
}

/* Findings alike are told twice and counted: same scenario, invariant, and first words. */
static bool is_news(void)
{
    static struct {
        const struct scenario *scenario;
        uint32_t key;
        unsigned count;
    } known[400];
    uint32_t key = 5381 + oracle_finding.invariant;

    for (const char *at = oracle_finding.text; *at != '\0'; at++) {
        if (*at < '0' || *at > '9')
            key = key * 33 + (uint8_t)*at;
    }
    for (unsigned i = 0; i < COUNT_OF(known); i++) {
        if (known[i].count == 0) {
            known[i].scenario = campaign_place.scenario;
            known[i].key = key;
        }
        if (known[i].scenario == campaign_place.scenario && known[i].key == key)
            return known[i].count++ < 2;
    }
    return false;
}

bool campaign_found(void)
{
    return oracle_finding.invariant != 0;
}

void campaign_report(void)
{
    if (campaign_place.harsh)
        campaign_counts.harsh_by_invariant[oracle_finding.invariant]++;
    if (!campaign_found() || campaign_place.harsh) {
        oracle_clear();
        return;
    }
    campaign_counts.findings++;
    campaign_counts.by_invariant[oracle_finding.invariant]++;
    if (is_news() || campaign_options.repeat) {
        printf("FINDING invariant %u, %s: %s\n ", oracle_finding.invariant,
               campaign_place.scenario->name, oracle_finding.text);
        print_place(stdout);
    }
    oracle_clear();
    if (campaign_counts.findings == campaign_options.stop)
        campaign_end();
}
