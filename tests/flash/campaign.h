/* SPDX-License-Identifier: MIT */
/*
 * campaign.h: what the layers of the power-cut campaign share. One campaign runs at a time, so
 * its state is one set of variables: what was asked for, what was counted, where it is.
 *
 *   test_campaign.c      command line, scenarios one after the other, summary
 *   campaign_place.c     where we are; findings in words
 *   campaign_examine.c   what is looked at, and done, after a cut
 *   campaign_cuts.c      layers A and B
 */
#ifndef TESTS_FLASH_CAMPAIGN_H
#define TESTS_FLASH_CAMPAIGN_H

#include "tests/flash/nor_simulator.h"
#include "tests/flash/oracle.h"
#include "tests/flash/scenarios.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>

#define CAMPAIGN_DEPTH_MAX 3u

/* ---- What was asked for ---------------------------------------------------------------------- */

struct campaign_options {
    const char *program;
    const char *scenario; /* only this one, or NULL */
    uint32_t seed;
    unsigned effort; /* times that random ways are repeated; 0: the slice */
    unsigned second; /* ways of a second cut at one operation; 0: some recoveries only */
    unsigned part, parts;
    bool repeat;
    unsigned depth; /* of the cuts to repeat */
    uint32_t cut[CAMPAIGN_DEPTH_MAX], way[CAMPAIGN_DEPTH_MAX];
};

extern struct campaign_options campaign_options;

/* ---- What was done --------------------------------------------------------------------------- */

#define CAMPAIGN_FAMILIES   11 /* F0 to F10 */
#define CAMPAIGN_INVARIANTS 11 /* 1 to 10 */

struct campaign_counts {
    unsigned long operations, cuts, seconds, thirds, recoveries, recovery_operations,
        starts;
    unsigned long by_family[CAMPAIGN_FAMILIES];
    unsigned long findings, by_invariant[CAMPAIGN_INVARIANTS];
    uint32_t most_reads;
};

extern struct campaign_counts campaign_counts;

/* ---- Where we are ---------------------------------------------------------------------------- */

/* The cuts under way, for the words of a finding. */
struct campaign_place {
    const struct scenario *scenario;
    unsigned depth;
    uint32_t cut[CAMPAIGN_DEPTH_MAX], way[CAMPAIGN_DEPTH_MAX];
    struct nor_operation operation[CAMPAIGN_DEPTH_MAX];
    const char *fault[CAMPAIGN_DEPTH_MAX];
    bool early;
};

extern struct campaign_place campaign_place;

/* A cut at operation `cut`, lost in this way; `operation` may be NULL, to be filled in. */
void campaign_enter(uint32_t cut, uint32_t way, const struct nor_operation *operation,
                    const char *fault);
void campaign_leave(void);

/* Chance of this place: the same in every run with the same seed. */
uint32_t campaign_turn(void);

/* Counts and tells the oracle's finding, if there is one, and clears it. */
void campaign_report(void);
bool campaign_found(void);

/* A rule of the part was broken: a finding; goes on at `campaign_broken`. */
extern jmp_buf campaign_broken;
void campaign_breached(const char *rule, uint32_t address);

/* A signal: the firmware crashed, or did not come back. Tells where, and ends. */
void campaign_crashed(int number);

/* ---- After a cut ----------------------------------------------------------------------------- */

/* What must hold after the cut under way. */
extern struct expectation campaign_expected;

/*
 * A start up to where letters may be asked for, or (not `early`) to the end of its idle work;
 * power goes again after so many operations. Whether the spool opened.
 */
bool campaign_recover(uint32_t cut_after, bool early);

/*
 * Looks at the part as a cut left it: starts, use, further starts. Reports, and puts the part
 * back as it was. The trace and operations are those of the first recovery.
 */
void campaign_examine(bool early, uint64_t *trace, uint32_t *operations);

/* ---- Layers ---------------------------------------------------------------------------------- */

/* The operations of the scenario at hand, without a fault. */
extern struct nor_log campaign_recorded;

/* Layers A and B before this operation, the flash being as it was then. */
void campaign_cut_at(uint32_t cut);

/* Another scenario begins: no recovery was cut yet. */
void campaign_forget_recoveries(void);

#endif
