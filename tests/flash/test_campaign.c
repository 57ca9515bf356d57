/* SPDX-License-Identifier: MIT */
/* sources: firmware/spool/deposit.c firmware/spool/journal.c firmware/spool/mount.c
            firmware/spool/reader.c firmware/spool/reclaim.c firmware/spool/recover.c
            firmware/spool/records.c firmware/spool/strip.c firmware/spool/window.c firmware/flashlog/flashlog.c
            firmware/base/crc32.c firmware/base/log.c firmware/base/text.c
            firmware/base/cursor.c firmware/mail/connector.c tests/flash/nor_simulator.c
            tests/flash/oracle.c tests/flash/scenarios.c tests/flash/tears.c */
/*
 * test_campaign.c: power is cut at every operation of every scenario, in every way of tears.h.
 *
 * A scenario runs once, its operations recorded. Played again onto the part, they give the
 * flash before each of them; from there it is torn, started, looked at by the oracle, started
 * again, used (a try, a recipient, a letter, a close), and started once more.
 *
 *   layer A  every operation x the ways to lose it (F0 to F5), and the last writes lost (F7)
 *   layer B  every recovery of A that differs from those before: a second cut at every one of
 *            its operations; a third at some
 *
 * Without arguments a slice runs: every operation, F0 and one other way. A finding prints the
 * command that repeats it alone.
 */
#include "tests/flash/nor_simulator.h"
#include "tests/flash/oracle.h"
#include "tests/flash/scenarios.h"
#include "tests/flash/tears.h"

#include "base/bytes.h"
#include "base/log.h"
#include "flashlog/flashlog.h"
#include "spool/spool.h"

#include "config/config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A mount of the biggest part here reads far less; more is a loop. */
#define READS_MAX 400000u

#define OPERATIONS_MAX 6000u
#define DEPTH_MAX      3u

/* Numbers of ways that tears.h does not have: F7, the last one or two programs are lost. */
#define WAY_LOSE_ONE 1001u
#define WAY_LOSE_TWO 1002u

static struct {
    const char *program;
    const char *scenario; /* only this one, or NULL */
    uint32_t seed;
    unsigned effort; /* times that random ways are repeated; 0: the slice */
    unsigned second; /* ways of a second cut at one operation; 0: some recoveries only */
    unsigned part, parts;
    bool repeat, told;
    unsigned depth; /* of the cuts to repeat */
    uint32_t cut[DEPTH_MAX], way[DEPTH_MAX];
} options = {.seed = 1, .parts = 1};

static struct {
    unsigned long operations, cuts, seconds, thirds, recoveries, recovery_operations,
        starts;
    unsigned long by_family[11];
    unsigned long findings, by_invariant[11];
    uint32_t most_reads;
} counts;

/* ---- Where we are ------------------------------------------------------------------------------ */

/* The cuts under way, for the words of a finding. */
static struct {
    const struct scenario *scenario;
    unsigned depth;
    uint32_t cut[DEPTH_MAX], way[DEPTH_MAX];
    struct nor_operation operation[DEPTH_MAX];
    const char *fault[DEPTH_MAX];
    bool early;
} place;

static struct nor_log recorded;
static jmp_buf broken;

static void breached(const char *rule, uint32_t address)
{
    oracle_violated(strcmp(rule, "reads without end") == 0 ? 6 : 8, "%s at 0x%lx", rule,
                    (unsigned long)address);
    longjmp(broken, 1);
}

/* Chance of this place: the same in every run with the same seed. */
static uint32_t turn_of_place(void)
{
    uint32_t seed = options.seed * 2654435761u;

    for (unsigned i = 0; i < place.depth; i++)
        seed = nor_random(&seed) ^ place.cut[i] * 31 ^ place.way[i] * 2003;
    return nor_random(&seed);
}

static void enter(uint32_t cut, uint32_t way, const struct nor_operation *operation,
                  const char *fault)
{
    place.cut[place.depth] = cut;
    place.way[place.depth] = way;
    place.fault[place.depth] = fault;
    if (operation != NULL)
        place.operation[place.depth] = *operation;
    place.depth++;
}

static void leave(void)
{
    place.depth--;
}

static void print_place(FILE *to)
{
    for (unsigned i = 0; i < place.depth; i++) {
        const struct nor_operation *op = &place.operation[i];

        fprintf(to, "%s cut %lu (%s 0x%lx", i == 0 ? "" : ", then",
                (unsigned long)place.cut[i], op->kind == NOR_ERASE ? "erase" : "program",
                (unsigned long)op->address);
        if (op->kind == NOR_PROGRAM && op->size > 0)
            fprintf(to, " %u bytes '%c'", op->size,
                    op->bytes[0] > 32 && op->bytes[0] < 127 ? op->bytes[0] : '?');
        fprintf(to, ") %s", place.fault[i]);
    }
    fprintf(to, "%s\n  repeat: %s --seed %lu --repeat %s",
            place.early ? ", acting at once" : "", options.program,
            (unsigned long)options.seed, place.scenario->name);
    for (unsigned i = 0; i < place.depth; i++)
        fprintf(to, ":%lu:%lu", (unsigned long)place.cut[i], (unsigned long)place.way[i]);
    fprintf(to, "\n");
}

/* The firmware crashed, or has not come back for SECONDS_MAX: tells where, and ends. */
#define SECONDS_MAX 60u

static void crashed(int number)
{
    printf("FINDING %s in %s:", number == SIGALRM ? "endless loop" : "crash",
           place.scenario->name);
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
            known[i].scenario = place.scenario;
            known[i].key = key;
        }
        if (known[i].scenario == place.scenario && known[i].key == key)
            return known[i].count++ < 2;
    }
    return false;
}

static void report(void)
{
    if (oracle_finding.invariant == 0)
        return;
    counts.findings++;
    counts.by_invariant[oracle_finding.invariant]++;
    if (is_news() || options.repeat) {
        printf("FINDING invariant %u, %s: %s\n ", oracle_finding.invariant,
               place.scenario->name, oracle_finding.text);
        print_place(stdout);
    }
    oracle_clear();
}

/* ---- After a cut --------------------------------------------------------------------------------- */

static struct expectation expected;
static struct sight first, second, used, last;

static void print_log(void)
{
    char line[200];
    uint32_t lost;

    while (options.repeat && log_read(line, sizeof line, &lost) > 0)
        printf("    %s\n", line);
}

static bool start(uint32_t cut_after)
{
    bool opened;

    if (options.repeat)
        printf("  start\n");
    counts.starts++;
    nor_cut_after(cut_after);
    opened = scenario_power_on();
    if (nor_reads() > counts.most_reads)
        counts.most_reads = nor_reads();
    print_log();
    return opened;
}

/* A start up to where letters may be asked for, or (not `early`) to the end of its idle work. */
static bool recover(uint32_t cut_after, bool early)
{
    bool opened = start(cut_after);

    if (opened && !scenario_get_ready())
        oracle_violated(7, "the spool does not get ready after a start");
    else if (opened && !early && !scenario_idle())
        oracle_violated(6, "idle work after a start never ends");
    print_log();
    return opened;
}

static void judge_time(void)
{
    uint32_t lost = expected.powered_s - scenario_clock.powered_s;

    if (expected.powered_s > scenario_clock.powered_s && lost > CONFIG_SPOOL_JOURNAL_S + 60)
        oracle_violated(10, "powered time went back by %lu s", (unsigned long)lost);
    if ((int16_t)(scenario_clock.boot - expected.boot) < 0)
        oracle_violated(10, "boot %lu came after boot %lu",
                        (unsigned long)scenario_clock.boot, (unsigned long)expected.boot);
}

static void use_failed(const char *what, unsigned letter, enum spool_result result)
{
    oracle_violated(7, "letter %u: %s answered %d", letter, what, (int)result);
}

static void use_try(struct seen_letter *seen)
{
    struct spool_letter l = scenario_find(seen->letter);
    uint32_t due_s = scenario_clock.powered_s + 123;
    enum spool_result result;

    scenario_start_step();
    while (scenario_again(result = spool_count_try(&l, due_s, &scenario_clock)))
        l = scenario_find(seen->letter);
    if (result != SPOOL_OK)
        use_failed("a try", seen->letter, result);
    seen->state.tries++;
    seen->state.due_s = due_s;
}

static void use_settle(struct seen_letter *seen, uint32_t turn)
{
    struct spool_letter l = scenario_find(seen->letter);
    struct recipient_set set = {{0}};
    unsigned recipient = turn % seen->state.recipients;
    enum spool_result result;

    if (recipient_in(&seen->state.failed, recipient))
        return;
    recipient_add(&set, recipient);
    recipient_add(&seen->state.sent, recipient);
    scenario_start_step();
    while (scenario_again(result = spool_settle(&l, SPOOL_SENT, &set)))
        l = scenario_find(seen->letter);
    if (result != SPOOL_OK)
        use_failed("a settled recipient", seen->letter, result);
}

static void use_close(struct sight *seen, unsigned letter)
{
    struct spool_letter l = scenario_find((int)letter);
    enum spool_result result;

    scenario_start_step();
    while (scenario_again(result = spool_close(&l, SPOOL_CLOSED_SENT, &scenario_clock)))
        l = scenario_find((int)letter);
    if (result != SPOOL_OK)
        use_failed("a close", letter, result);
    oracle_drop(seen, letter);
}

static void use_route(struct sight *seen)
{
    enum spool_result result;

    seen->route.tries++;
    seen->route.due_s = scenario_clock.powered_s + 7;
    scenario_start_step();
    while (scenario_again(result = spool_route_put(0, &seen->route, &scenario_clock)))
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

static void use_deposit(void)
{
    if (scenario_put(333, 1) >= 0)
        return;
    if (scenario_was_full()) { /* idle work may tidy up */
        scenario_idle();
        if (scenario_put(333, 1) >= 0)
            return;
    }
    if (!scenario_was_full())
        oracle_violated(7, "a new letter is answered %d, %s", (int)scenario_refusal,
                        space());
    else if (!place.scenario->may_be_full)
        oracle_violated(7, "a new letter is refused: full, %lu letters live, %s",
                        (unsigned long)used.count, space());
    else if (scenario_put_notice(333) < 0)
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
        scenario_idle();
        oracle_look(&last);
    }
    for (unsigned i = 0; i < last.count; i++) {
        if (!last.letter[i].state.dead)
            oracle_violated(1, "letter %u lives and never comes up", last.letter[i].letter);
    }
}

static bool found(void)
{
    return oracle_finding.invariant != 0;
}

static void use(uint32_t turn)
{
    use_letters(&second, turn);
    use_route(&second);
    if (found())
        return;
    oracle_look(&used);
    oracle_same(&second, &used, "as it was used");
    use_deposit();
    if (found())
        return;
    oracle_look(&used);
    if (!recover(UINT32_MAX, true))
        oracle_violated(6, "the spool does not open after it was used");
    oracle_look(&last);
    oracle_same(&used, &last, "by the start after it was used");
    oracle_read_some(&last, 1000, turn);
    if (turn % 16 == 0 && !found())
        drain();
}

/* All of one recovery, up to the first finding. */
static void examine(uint32_t turn, bool early, uint64_t *trace, uint32_t *operations)
{
    bool opened = recover(UINT32_MAX, early);

    *trace = nor_trace();
    *operations = nor_operations();
    if (!opened) {
        if (!expected.may_be_foreign)
            oracle_violated(6, "the spool does not open");
        return;
    }
    if (found())
        return;
    judge_time();
    oracle_look(&first);
    oracle_judge(&expected, &first);
    oracle_read_some(&first, 6000, turn);
    if (found())
        return;
    if (!recover(UINT32_MAX, true))
        oracle_violated(6, "the spool does not open twice");
    oracle_look(&second);
    oracle_same(&first, &second, "by another start");
    if (!found())
        use(turn);
}

/* Looks at the part as a cut left it; puts it back as it was. */
static void examine_cut(bool early, uint64_t *trace, uint32_t *operations)
{
    struct oracle_point known = oracle_point();
    struct nor_mark mark = nor_mark();

    *trace = 0;
    *operations = 0;
    place.early = early;
    counts.cuts++;
    alarm(SECONDS_MAX);
    if (setjmp(broken) == 0)
        examine(turn_of_place(), early, trace, operations);
    report();
    place.early = false;
    oracle_return(known);
    nor_rollback(mark);
    nor_release(mark);
}

/* ---- Layer B ---------------------------------------------------------------------------------------- */

/* Recoveries of this scenario that were cut already. */
#define TRACES_MAX 65536u
static uint64_t traces[TRACES_MAX];

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

/* Whether this cut is on the way to the one to repeat. */
static bool is_wanted(uint32_t cut, uint32_t way)
{
    return !options.repeat || place.depth >= options.depth ||
           (options.cut[place.depth] == cut && options.way[place.depth] == way);
}

static void count_family(unsigned family)
{
    counts.by_family[family]++;
    if (place.depth == 2)
        counts.seconds++;
    else if (place.depth == 3)
        counts.thirds++;
}

static bool is_sampled(unsigned one_in)
{
    return one_in > 0 && turn_of_place() % one_in == 0;
}

/* The part is torn: look, and cut the recovery if it is a new one. */
static void after_tear(unsigned family)
{
    uint64_t trace;
    uint32_t operations, unused;
    uint64_t ignored;
    bool deeper;

    count_family(family);
    examine_cut(false, &trace, &operations);
    if (turn_of_place() % 4 == 1 || options.repeat) {
        examine_cut(true, &ignored, &unused);
    }
    if (options.repeat)
        deeper = place.depth < options.depth;
    else if (place.depth == 1)
        deeper =
            operations > 0 && is_new_trace(trace) && (options.second > 0 || is_sampled(40));
    else
        deeper =
            place.depth == 2 && operations > 0 && is_sampled(options.second > 0 ? 400 : 0);
    if (!deeper)
        return;
    if (place.depth == 1) {
        counts.recoveries++;
        counts.recovery_operations += operations;
    }
    cut_recovery(operations);
}

static void tear_one(const struct nor_operation *op, uint32_t cut, unsigned way)
{
    struct nor_tear tear = tear_number(op, way, options.seed + place.depth * 977);
    struct nor_mark mark;

    if (!is_wanted(cut, way))
        return;
    enter(cut, way, op, tear_name(tear.fault));
    mark = nor_mark();
    nor_tear(op, &tear);
    after_tear(tear_family(tear.fault));
    nor_rollback(mark);
    nor_release(mark);
    leave();
}

/* Runs the recovery up to its operation `cut`, and takes power away there in several ways. */
static void cut_recovery_at(uint32_t cut)
{
    struct nor_mark mark = nor_mark();
    volatile bool reached = false;
    struct nor_operation op;
    unsigned ways, some = options.second > 0 ? options.second : 2;
    uint32_t turn = turn_of_place() + cut * 7;

    if (setjmp(broken) == 0) {
        if (setjmp(nor_power) == 0)
            recover(cut, false);
        else
            reached = true;
    }
    oracle_clear();
    if (reached) {
        op = *nor_interrupted();
        ways = tear_count(&op, 1);
        for (unsigned way = 0; way < ways; way++) {
            bool chosen = way < 3 || (way + turn) % ((ways + some - 1) / some) == 0;

            if (options.repeat || (place.depth > 1 ? (way + turn) % 30 == 0 : chosen))
                tear_one(&op, cut, way);
        }
    }
    nor_rollback(mark);
    nor_release(mark);
}

static void cut_recovery(uint32_t operations)
{
    for (uint32_t cut = 0; cut < operations; cut++) {
        if (options.repeat && options.cut[place.depth] != cut)
            continue;
        cut_recovery_at(cut);
    }
}

/* ---- Layer A ---------------------------------------------------------------------------------------- */

/* F7: before operation `cut` the last one or two programs are lost. */
static void lose_last(uint32_t cut, unsigned how_many)
{
    struct nor_mark mark;
    uint32_t at = cut, certain = cut;

    if (!is_wanted(cut, WAY_LOSE_ONE - 1 + how_many))
        return;
    enter(cut, WAY_LOSE_ONE - 1 + how_many, NULL, how_many == 1 ? "lost-one" : "lost-two");
    mark = nor_mark();
    for (unsigned lost = 0; at > 0 && lost < how_many;) {
        const struct nor_operation *op = &recorded.operations[--at];

        if (op->kind != NOR_PROGRAM)
            continue;
        place.operation[0] = *op;
        nor_lose(op);
        certain = at;
        lost++;
    }
    oracle_expect(&expected, certain, cut);
    after_tear(7);
    nor_rollback(mark);
    nor_release(mark);
    leave();
}

static void cut_at(uint32_t cut)
{
    const struct nor_operation *op = &recorded.operations[cut];
    unsigned ways = cut < recorded.count ? tear_count(op, options.effort + 1) : 1;
    uint32_t chance = options.seed * 977 + cut * 131;
    unsigned other = ways > 1 ? 1 + nor_random(&chance) % (ways - 1) : 0;

    oracle_expect(&expected, cut, cut);
    tear_one(op, cut, 0);
    oracle_expect(&expected, cut, cut + 1);
    for (unsigned way = 1; way < ways; way++) {
        if (options.effort > 0 || way == other || options.repeat)
            tear_one(op, cut, way);
    }
    for (unsigned lost = 1; lost <= 2; lost++) {
        if (options.effort > 0 || options.repeat || cut % 8 == lost)
            lose_last(cut, lost);
    }
}

static bool record(const struct scenario *scenario)
{
    struct nor_mark mark;

    oracle_clear();
    place.scenario = scenario;
    place.depth = 0;
    scenario_prepare(scenario);
    nor_limit_reads(READS_MAX);
    nor_tell(options.repeat);
    recorded.count = 0;
    mark = nor_mark();
    nor_record(&recorded);
    if (setjmp(broken) == 0)
        scenario->run();
    nor_record(NULL);
    nor_rollback(mark);
    nor_release(mark);
    if (scenario_refused)
        oracle_violated(7, "a step was answered %d while nothing was wrong",
                        (int)scenario_refusal);
    return oracle_finding.invariant == 0;
}

static void run_scenario(const struct scenario *scenario)
{
    unsigned long cuts = counts.cuts, findings = counts.findings;
    bool cuts_wanted = !scenario->foreign && (!options.repeat || options.depth > 0);
    clock_t began = clock();

    if (!record(scenario))
        report();
    counts.operations += recorded.count;
    memset(traces, 0, sizeof traces);
    for (uint32_t cut = 0; cut <= recorded.count && cuts_wanted; cut++) {
        if (cut % options.parts == options.part || options.repeat)
            cut_at(cut);
        if (cut < recorded.count)
            nor_apply(&recorded.operations[cut]);
    }
    printf("%-28s %5lu operations %7lu cuts %5lu findings %6.2f s\n", scenario->name,
           (unsigned long)recorded.count, counts.cuts - cuts, counts.findings - findings,
           (double)(clock() - began) / CLOCKS_PER_SEC);
    fflush(stdout);
}

/* ---- Command line ------------------------------------------------------------------------------------- */

static unsigned number(const char *text)
{
    return (unsigned)strtoul(text, NULL, 10);
}

/* scenario:cut:way[:cut:way[:cut:way]] */
static void parse_repeat(char *text)
{
    char *at = strtok(text, ":");

    options.scenario = at;
    options.repeat = true;
    for (unsigned i = 0; i < DEPTH_MAX; i++) {
        char *cut = strtok(NULL, ":"), *way = strtok(NULL, ":");

        if (cut == NULL || way == NULL)
            break;
        options.cut[i] = number(cut);
        options.way[i] = number(way);
        options.depth++;
    }
}

static bool parse(int count, char **arguments)
{
    options.program = arguments[0];
    for (int i = 1; i + 1 < count; i += 2) {
        if (strcmp(arguments[i], "--seed") == 0)
            options.seed = number(arguments[i + 1]);
        else if (strcmp(arguments[i], "--effort") == 0)
            options.effort = number(arguments[i + 1]);
        else if (strcmp(arguments[i], "--second") == 0)
            options.second = number(arguments[i + 1]);
        else if (strcmp(arguments[i], "--scenario") == 0)
            options.scenario = arguments[i + 1];
        else if (strcmp(arguments[i], "--repeat") == 0)
            parse_repeat(arguments[i + 1]);
        else if (strcmp(arguments[i], "--part") == 0)
            sscanf(arguments[i + 1], "%u/%u", &options.part, &options.parts);
        else
            return false;
    }
    return count % 2 == 1 && options.parts > 0;
}

static void print_summary(void)
{
    printf(
        "%lu operations, %lu cuts (%lu second, %lu third), %lu distinct recoveries of %lu "
        "operations, %lu starts, at most %lu reads a start\nby fault:",
        counts.operations, counts.cuts, counts.seconds, counts.thirds, counts.recoveries,
        counts.recovery_operations, counts.starts, (unsigned long)counts.most_reads);
    for (unsigned i = 0; i < COUNT_OF(counts.by_family); i++) {
        if (counts.by_family[i] > 0)
            printf(" F%u %lu", i, counts.by_family[i]);
    }
    printf("\n%lu findings", counts.findings);
    for (unsigned i = 1; i < COUNT_OF(counts.by_invariant); i++) {
        if (counts.by_invariant[i] > 0)
            printf(", invariant %u: %lu", i, counts.by_invariant[i]);
    }
    printf("; seed %lu\n", (unsigned long)options.seed);
}

int main(int count, char **arguments)
{
    if (!parse(count, arguments)) {
        fprintf(stderr,
                "usage: %s [--seed N] [--effort N] [--second N] [--part I/N]\n"
                "       [--scenario NAME] [--repeat NAME:CUT:WAY[:CUT:WAY...]]\n",
                arguments[0]);
        return 2;
    }
    recorded.room = OPERATIONS_MAX;
    recorded.operations = malloc(OPERATIONS_MAX * sizeof *recorded.operations);
    if (recorded.operations == NULL)
        return 2;
    nor_on_breach(breached);
    signal(SIGALRM, crashed);
    signal(SIGSEGV, crashed);
    for (unsigned i = 0; i < scenario_count; i++) {
        if (options.scenario == NULL || strcmp(options.scenario, scenarios[i].name) == 0)
            run_scenario(&scenarios[i]);
    }
    free(recorded.operations);
    print_summary();
    return counts.findings == 0 ? 0 : 1;
}
