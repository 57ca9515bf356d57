/* SPDX-License-Identifier: MIT */
/*
 * campaign.h: what the layers of the power-cut campaign share. One campaign runs at a time, so
 * its state is one set of variables: what was asked for, what was counted, where it is.
 *
 *   test_campaign.c      command line, scenarios one after the other, summary
 *   campaign_place.c     where we are; findings in words
 *   campaign_examine.c   what is looked at, and done, after a cut
 *   campaign_cuts.c      layers A and B: power
 *   campaign_reads.c     layer C: one read of a recovery goes wrong
 *   campaign_damage.c    layer C: a bit, or a sector, stays wrong
 *   campaign_troubles.c  layer T: an operation fails or does nothing (F8, F10); harsh cuts (F6)
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
    const char *layers;   /* a letter each */
    const char *scenario; /* only this one, or NULL */
    uint32_t seed;
    unsigned effort; /* times that random ways are repeated; 0: the slice */
    unsigned second; /* ways of a second cut at one operation; 0: some recoveries only */
    unsigned part, parts;
    unsigned long stop; /* after so many findings; 0: never */
    bool repeat;
    unsigned depth; /* of the cuts to repeat */
    uint32_t cut[CAMPAIGN_DEPTH_MAX], way[CAMPAIGN_DEPTH_MAX];
};

extern struct campaign_options campaign_options;

/* Enough was found: the process ends, its summary printed. */
void campaign_end(void);

/* Whether a layer was asked for: a, b, c, t, or h for the report on harsh cuts. */
bool campaign_wants(char layer);

/* Whether this cut, or other fault, is on the way to the one to repeat. */
bool campaign_is_wanted(uint32_t cut, uint32_t way);

/*
 * Numbers of ways that tears.h does not have. Of those that are no cut, `cut` says where: the
 * read, page or operation.
 */
enum campaign_way {
    WAY_LOSE_ONE = 1001, /* F7: the last program, or the last two, are lost */
    WAY_LOSE_TWO,
    WAY_READ = 2000,    /* and enum nor_read_fault: the read of this number */
    WAY_FLIP = 2100,    /* a bit of this page, in the unit of this number */
    WAY_BREAK = 2150,   /* four bits of a head page, in the unit of this number */
    WAY_DEAD = 2200,    /* this sector reads all zeros; 1 more: all ones */
    WAY_TROUBLE = 3000, /* and enum nor_trouble, and 100 for each other seed */
    WAY_HARSH = 4000
};

/* ---- What was done --------------------------------------------------------------------------- */

#define CAMPAIGN_FAMILIES   11 /* F0 to F10 */
#define CAMPAIGN_INVARIANTS 11 /* 1 to 10 */

struct campaign_counts {
    unsigned long operations, cuts, seconds, thirds, recoveries, recovery_operations,
        starts;
    unsigned long by_family[CAMPAIGN_FAMILIES];
    unsigned long read_faults, damages, troubles;
    unsigned long findings, by_invariant[CAMPAIGN_INVARIANTS];
    unsigned long harsh, harsh_by_invariant[CAMPAIGN_INVARIANTS]; /* 0: nothing was lost */
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
    const char *what[CAMPAIGN_DEPTH_MAX]; /* NULL: a cut; else what `cut` numbers */
    const char *fault[CAMPAIGN_DEPTH_MAX];
    bool early, harsh;
};

extern struct campaign_place campaign_place;

/* A cut at operation `cut`, lost in this way; `operation` may be NULL, to be filled in. */
void campaign_enter(uint32_t cut, uint32_t way, const struct nor_operation *operation,
                    const char *fault);

/* The same of a fault that is no cut; `what` says what `number` numbers. */
void campaign_enter_fault(const char *what, uint32_t number, uint32_t way,
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

/*
 * The same for other faults: `look` starts this part and looks; it is put back afterwards.
 */
void campaign_try(void (*look)(uint32_t turn));

/* Letters and facts may be missing from now on: the console named a loss. */
void campaign_allow_loss(bool allow);

/* What is seen, held against what must be; about so many octets of letters are read. */
void campaign_judge(uint32_t turn, uint32_t octets);

/* A letter comes, if there is room; what the relay does, and another start. */
void campaign_use_deposit(void);
void campaign_use(uint32_t turn);

/* ---- Layers ---------------------------------------------------------------------------------- */

/* The operations of the scenario at hand, without a fault. */
extern struct nor_log campaign_recorded;

/* Layers A and B before this operation, the flash being as it was then. */
void campaign_cut_at(uint32_t cut);

/* Another scenario begins: no recovery was cut yet. */
void campaign_forget_recoveries(void);

/* Layer C at this point, where it is its turn. */
void campaign_misread_at(uint32_t cut);
void campaign_damage_at(uint32_t cut);

/* A scenario was prepared: bounds of the simulator that a new part forgets. */
void campaign_prepared(void);

/* Layer T: the scenario runs once more for each operation and trouble. */
void campaign_troubles(void);

/* F6 at this operation. */
void campaign_harsh_at(uint32_t cut);

#endif
