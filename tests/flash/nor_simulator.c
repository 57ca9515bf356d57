/* SPDX-License-Identifier: MIT */
/* nor_simulator.c: the part, its rules, its power switch, and what a lost operation leaves. */
#include "tests/flash/nor_simulator.h"

#include "port/port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define SECTORS_MAX    256u
#define SECTOR_PAGES   (NOR_SECTOR_SIZE / NOR_PAGE_SIZE)
#define WEAK_UNITS_MAX 64u
#define MARKS_MAX      16u

/* Of a unit: what was done to it since the last whole erase of its sector. */
enum { PROGRAMMED = 1, TOUCHED = 2 };

jmp_buf nor_power;

/* A unit whose masked bits read as coins; in `bytes` they are still ones. */
struct weak_unit {
    uint32_t unit;
    uint16_t reads;       /* until it settles */
    bool whole, together; /* one coin for all such units, or for the unit */
    uint8_t mask[NOR_UNIT_SIZE];
};

/* What a mark keeps besides pages. */
struct soft {
    uint32_t coin;
    unsigned weak_count;
    struct weak_unit weak[WEAK_UNITS_MAX];
    uint8_t late[SECTORS_MAX]; /* seeds of sectors whose erase ended late (F5); 0: sound */
};

struct kept_page {
    uint32_t page;
    uint8_t flags[NOR_PAGE_UNITS];
    uint8_t bytes[NOR_PAGE_SIZE];
};

static struct {
    uint8_t *bytes;
    uint8_t *flags;    /* of each unit */
    uint32_t *kept_in; /* of each page: the mark that has it already */
    uint32_t size;
    struct soft soft;
    uint64_t clock_us;
    uint64_t trace;
    uint32_t operations, cut_at;
    uint32_t reads, reads_limit;
    uint64_t read_bytes;
    uint32_t erase_us;
    unsigned erase_polls, polls_left;
    unsigned erases[SECTORS_MAX];
    struct nor_operation last;
    struct nor_log *log;
    void (*breached)(const char *rule, uint32_t address);
    bool forgiving;

    struct kept_page *kept; /* what rollback puts back, newest last */
    size_t kept_count, kept_room;
    uint32_t mark_id;
    unsigned marks;
    struct soft soft_kept[MARKS_MAX];

    int worn_program, worn_erase; /* sector, or -1 */
    enum nor_trouble trouble;
    uint32_t trouble_at, trouble_seed;
    bool erase_fails, stuck, telling;
    enum nor_read_fault read_fault;
    uint32_t read_fault_in, read_fault_seed;
    int dead;
    uint8_t dead_value;
} nor;

uint32_t nor_random(uint32_t *seed)
{
    uint32_t x = (*seed += 0x9e3779b9u);

    x = (x ^ (x >> 16)) * 0x21f0aaadu;
    x = (x ^ (x >> 15)) * 0x735a2d97u;
    return x ^ (x >> 15);
}

static void breach(const char *rule, uint32_t address)
{
    if (nor.breached != NULL)
        nor.breached(rule, address);
    else {
        fprintf(stderr, "NOR rule broken: %s at 0x%lx\n", rule, (unsigned long)address);
        abort();
    }
}

void nor_on_breach(void (*handler)(const char *rule, uint32_t address))
{
    nor.breached = handler;
}

void nor_forgive_touched(bool forgive)
{
    nor.forgiving = forgive;
}

static void *need(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

/* Zeroed memory that a child process shares, so that it can be told a story on the same part. */
static uint8_t *shared(uint8_t *old, size_t old_size, size_t size)
{
    uint8_t *memory;

    if (old != NULL && old_size == size)
        return memset(old, 0, size);
    if (old != NULL)
        munmap(old, old_size);
    memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        abort();
    return memory;
}

void nor_new(unsigned sectors)
{
    uint32_t size = sectors * NOR_SECTOR_SIZE;
    uint8_t *bytes = shared(nor.bytes, nor.size, size);
    uint8_t *flags = shared(nor.flags, nor.size / NOR_UNIT_SIZE, size / NOR_UNIT_SIZE);
    void (*breached)(const char *rule, uint32_t address) = nor.breached;

    free(nor.kept_in);
    free(nor.kept);
    memset(&nor, 0, sizeof nor);
    nor.breached = breached;
    nor.size = size;
    nor.bytes = bytes;
    nor.flags = flags;
    nor.kept_in = need(calloc(nor.size / NOR_PAGE_SIZE, sizeof *nor.kept_in));
    memset(nor.bytes, 0xff, nor.size);
    nor.cut_at = nor.trouble_at = nor.reads_limit = UINT32_MAX;
    nor.worn_program = nor.worn_erase = nor.dead = -1;
    nor.erase_us = NOR_ERASE_US;
}

uint8_t *nor_bytes(void)
{
    return nor.bytes;
}

uint32_t nor_size(void)
{
    return nor.size;
}

unsigned nor_erases(unsigned sector)
{
    return nor.erases[sector];
}

uint64_t nor_clock_us(void)
{
    return nor.clock_us;
}

void nor_set_erase_us(uint32_t us)
{
    nor.erase_us = us;
}

void nor_set_erase_polls(unsigned polls)
{
    nor.erase_polls = polls;
}

/* ---- Marks ----------------------------------------------------------------------------------- */

void nor_keep_page(uint32_t page)
{
    struct kept_page *kept;

    if (nor.marks == 0 || nor.kept_in[page] == nor.mark_id)
        return;
    if (nor.kept_count == nor.kept_room) {
        nor.kept_room = nor.kept_room * 2 + 4096;
        nor.kept = need(realloc(nor.kept, nor.kept_room * sizeof *nor.kept));
    }
    kept = &nor.kept[nor.kept_count++];
    kept->page = page;
    memcpy(kept->bytes, nor.bytes + (size_t)page * NOR_PAGE_SIZE, NOR_PAGE_SIZE);
    memcpy(kept->flags, nor.flags + (size_t)page * NOR_PAGE_UNITS, NOR_PAGE_UNITS);
    nor.kept_in[page] = nor.mark_id;
}

struct nor_mark nor_mark(void)
{
    struct nor_mark mark = {nor.kept_count, nor.marks};

    if (nor.marks == MARKS_MAX)
        abort();
    nor.soft_kept[nor.marks++] = nor.soft;
    nor.mark_id++;
    return mark;
}

void nor_rollback(struct nor_mark mark)
{
    while (nor.kept_count > mark.height) {
        const struct kept_page *kept = &nor.kept[--nor.kept_count];

        memcpy(nor.bytes + (size_t)kept->page * NOR_PAGE_SIZE, kept->bytes, NOR_PAGE_SIZE);
        memcpy(nor.flags + (size_t)kept->page * NOR_PAGE_UNITS, kept->flags,
               NOR_PAGE_UNITS);
    }
    nor.soft = nor.soft_kept[mark.soft];
    nor.marks = (unsigned)mark.soft + 1;
    nor.mark_id++;
}

void nor_release(struct nor_mark mark)
{
    nor.marks = (unsigned)mark.soft;
    nor.mark_id++;
    if (nor.marks == 0)
        nor.kept_count = 0;
}

size_t nor_copy_size(void)
{
    return nor.size + nor.size / NOR_UNIT_SIZE;
}

void nor_copy_out(uint8_t *copy)
{
    memcpy(copy, nor.bytes, nor.size);
    memcpy(copy + nor.size, nor.flags, nor.size / NOR_UNIT_SIZE);
}

void nor_copy_in(const uint8_t *copy)
{
    memcpy(nor.bytes, copy, nor.size);
    memcpy(nor.flags, copy + nor.size, nor.size / NOR_UNIT_SIZE);
}

/* ---- Cells ----------------------------------------------------------------------------------- */

static uint8_t *flag_of(uint32_t address)
{
    return &nor.flags[address / NOR_UNIT_SIZE];
}

/* Bits fall, unless the sector is one whose erase ended late. */
static void fall(uint32_t address, const uint8_t *bytes, size_t size)
{
    uint8_t late = nor.soft.late[address / NOR_SECTOR_SIZE];
    uint32_t seed = late * 0x10001u + address;

    nor_keep_page(address / NOR_PAGE_SIZE);
    for (size_t i = 0; i < size; i++) {
        uint8_t firm = late == 0 ? 0 : (uint8_t)(nor_random(&seed) & nor_random(&seed));

        nor.bytes[address + i] &= bytes[i] | firm;
    }
}

static void set_flags(uint32_t address, size_t size, uint8_t flag)
{
    nor_keep_page(address / NOR_PAGE_SIZE);
    for (uint32_t at = address; at < address + size;
         at += NOR_UNIT_SIZE - at % NOR_UNIT_SIZE)
        *flag_of(at) |= flag;
}

static bool page_is(uint32_t page, uint8_t value, uint8_t flag)
{
    const uint8_t *bytes = nor.bytes + (size_t)page * NOR_PAGE_SIZE;
    const uint8_t *flags = nor.flags + (size_t)page * NOR_PAGE_UNITS;

    return bytes[0] == value && flags[0] == flag &&
           memcmp(bytes, bytes + 1, NOR_PAGE_SIZE - 1) == 0 &&
           memcmp(flags, flags + 1, NOR_PAGE_UNITS - 1) == 0;
}

static void fill_page(uint32_t page, uint8_t value, uint8_t flag)
{
    if (page_is(page, value, flag))
        return;
    nor_keep_page(page);
    memset(nor.bytes + (size_t)page * NOR_PAGE_SIZE, value, NOR_PAGE_SIZE);
    memset(nor.flags + (size_t)page * NOR_PAGE_UNITS, flag, NOR_PAGE_UNITS);
}

static void forget_weak(uint32_t first_unit, uint32_t count)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < nor.soft.weak_count; i++) {
        if (nor.soft.weak[i].unit - first_unit >= count)
            nor.soft.weak[kept++] = nor.soft.weak[i];
    }
    nor.soft.weak_count = kept;
}

static void erase_cells(uint32_t address)
{
    for (uint32_t i = 0; i < SECTOR_PAGES; i++)
        fill_page(address / NOR_PAGE_SIZE + i, 0xff, 0);
    forget_weak(address / NOR_UNIT_SIZE, NOR_SECTOR_SIZE / NOR_UNIT_SIZE);
    nor.soft.late[address / NOR_SECTOR_SIZE] = 0;
}

static void forget_flags(uint32_t sector_address)
{
    for (uint32_t i = 0; i < SECTOR_PAGES; i++)
        nor_keep_page(sector_address / NOR_PAGE_SIZE + i);
    memset(flag_of(sector_address), 0, NOR_SECTOR_SIZE / NOR_UNIT_SIZE);
}

void nor_apply(const struct nor_operation *operation)
{
    if (operation->kind == NOR_ERASE) {
        erase_cells(operation->address);
        return;
    }
    fall(operation->address, operation->bytes, operation->size);
    set_flags(operation->address, operation->size, PROGRAMMED);
}

void nor_lose(const struct nor_operation *program)
{
    if (*flag_of(program->address) == 0)
        return;
    nor_keep_page(program->address / NOR_PAGE_SIZE);
    memset(nor.bytes + program->address, 0xff, program->size);
    memset(flag_of(program->address), 0,
           (program->size + NOR_UNIT_SIZE - 1) / NOR_UNIT_SIZE);
}

/* ---- Weak bits ------------------------------------------------------------------------------- */

static bool coin(void)
{
    return (nor_random(&nor.soft.coin) >> 8 & 1) != 0;
}

/* One look at a weak unit: `fallen` gets the masked bits that read as zero this time. */
static void toss(const struct weak_unit *weak, bool whole_coin, uint8_t *fallen)
{
    bool unit_coin = weak->whole ? whole_coin : coin();

    for (unsigned i = 0; i < NOR_UNIT_SIZE; i++) {
        uint8_t each = weak->whole || weak->together ? (unit_coin ? 0xff : 0)
                                                     : (uint8_t)nor_random(&nor.soft.coin);

        fallen[i] = weak->mask[i] & each;
    }
}

static void settle_unit(const struct weak_unit *weak, const uint8_t *fallen)
{
    nor_keep_page(weak->unit / NOR_PAGE_UNITS);
    for (unsigned i = 0; i < NOR_UNIT_SIZE; i++)
        nor.bytes[weak->unit * NOR_UNIT_SIZE + i] &= (uint8_t)~fallen[i];
}

/* Lets weak bits of the range read as they like, and settles those that were read enough. */
static void read_weakly(uint32_t address, uint8_t *bytes, size_t size)
{
    bool whole_coin = coin();
    unsigned kept = 0;

    for (unsigned k = 0; k < nor.soft.weak_count; k++) {
        struct weak_unit *weak = &nor.soft.weak[k];
        uint32_t start = weak->unit * NOR_UNIT_SIZE;
        uint8_t fallen[NOR_UNIT_SIZE];

        if (start + NOR_UNIT_SIZE > address && start < address + size) {
            toss(weak, whole_coin, fallen);
            for (unsigned i = 0; i < NOR_UNIT_SIZE; i++) {
                if (start + i >= address && start + i < address + size)
                    bytes[start + i - address] &= (uint8_t)~fallen[i];
            }
            if (--weak->reads == 0) {
                settle_unit(weak, fallen);
                continue;
            }
        }
        nor.soft.weak[kept++] = *weak;
    }
    nor.soft.weak_count = kept;
}

/* ---- Torn programs --------------------------------------------------------------------------- */

/* The bits of byte `i` that the operation wants to fall. */
static uint8_t wanted(const struct nor_operation *op, unsigned i)
{
    return nor.bytes[op->address + i] & (uint8_t)~op->bytes[i];
}

static uint8_t random_bits(uint32_t *seed, unsigned part)
{
    uint8_t bits = 0;

    for (unsigned i = 0; i < 8; i++)
        bits |= (uint8_t)((nor_random(seed) >> 8 & 255) < part ? 1u << i : 0);
    return bits;
}

static unsigned wanted_bits(const struct nor_operation *op)
{
    unsigned count = 0;

    for (unsigned i = 0; i < op->size; i++)
        count += (unsigned)__builtin_popcount(wanted(op, i));
    return count;
}

/* Keeps two bits (maybe the same) of those that should fall. */
static void pick_two(const struct nor_operation *op, uint32_t *seed, uint8_t *mask)
{
    unsigned count = wanted_bits(op), at = 0;
    unsigned one = count > 0 ? nor_random(seed) % count : 0;
    unsigned two = count > 0 ? nor_random(seed) % count : 0;

    if ((nor_random(seed) >> 8 & 1) != 0)
        two = one;
    for (unsigned i = 0; i < op->size; i++) {
        uint8_t bits = wanted(op, i);

        mask[i] = 0;
        for (unsigned b = 0; b < 8; b++) {
            if ((bits >> b & 1) == 0)
                continue;
            if (at == one || at == two)
                mask[i] |= (uint8_t)(1u << b);
            at++;
        }
    }
}

/* For each byte: which of the wanted bits have fallen for good, and which are weak. */
static void choose_bits(const struct nor_operation *op, const struct nor_tear *tear,
                        uint8_t *fallen, uint8_t *weak)
{
    uint32_t seed = tear->seed;
    uint8_t two[NOR_PAGE_SIZE];

    pick_two(op, &seed, two);
    for (unsigned i = 0; i < op->size; i++) {
        uint8_t want = wanted(op, i);

        fallen[i] = weak[i] = 0;
        if (tear->fault == NOR_TORN_ALL ||
            (i < tear->part && tear->fault == NOR_TORN_PREFIX))
            fallen[i] = want;
        else if (tear->fault == NOR_TORN_BITS || tear->fault == NOR_HARSH)
            fallen[i] = want & random_bits(&seed, tear->part);
        else if (tear->fault == NOR_WEAK_WHOLE || tear->fault == NOR_WEAK_UNITS ||
                 tear->fault == NOR_WEAK_BITS)
            weak[i] = want;
        else if (tear->fault == NOR_WEAK_LAST) {
            weak[i] = two[i];
            fallen[i] = want & (uint8_t)~two[i];
        } else if (tear->fault == NOR_WEAK_FIRST)
            weak[i] = two[i];
        else if (tear->fault == NOR_WEAK_PREFIX)
            *(i < tear->part ? &fallen[i] : &weak[i]) = want;
    }
}

static void add_weak(uint32_t unit, const uint8_t *mask, const struct nor_tear *tear)
{
    struct weak_unit *weak = &nor.soft.weak[nor.soft.weak_count];
    uint8_t any = 0;

    for (unsigned i = 0; i < NOR_UNIT_SIZE; i++)
        any |= mask[i];
    if (any == 0 || nor.soft.weak_count == WEAK_UNITS_MAX)
        return;
    weak->unit = unit;
    weak->reads = tear->reads > 0 ? tear->reads : 1;
    weak->whole = tear->fault == NOR_WEAK_WHOLE;
    weak->together = tear->fault == NOR_WEAK_UNITS;
    memcpy(weak->mask, mask, NOR_UNIT_SIZE);
    nor.soft.weak_count++;
}

static void harm_neighbours(const struct nor_operation *op, uint32_t seed)
{
    uint32_t sector = op->address / NOR_SECTOR_SIZE * SECTOR_PAGES;

    for (unsigned i = 0; i < 4; i++) {
        uint32_t page = sector + nor_random(&seed) % SECTOR_PAGES;
        uint32_t at = page * NOR_PAGE_SIZE + nor_random(&seed) % NOR_PAGE_SIZE;

        nor_keep_page(page);
        nor.bytes[at] &= (uint8_t) ~(1u << (nor_random(&seed) & 7));
    }
}

static void tear_program(const struct nor_operation *op, const struct nor_tear *tear)
{
    uint8_t fallen[NOR_PAGE_SIZE], weak[NOR_PAGE_SIZE + NOR_UNIT_SIZE] = {0};

    choose_bits(op, tear, fallen, weak);
    set_flags(op->address, op->size, TOUCHED);
    for (unsigned i = 0; i < op->size; i++)
        nor.bytes[op->address + i] &= (uint8_t)~fallen[i];
    nor.soft.coin = tear->seed;
    for (unsigned i = 0; i < op->size; i += NOR_UNIT_SIZE)
        add_weak((op->address + i) / NOR_UNIT_SIZE, weak + i, tear);
    if (tear->fault == NOR_HARSH)
        harm_neighbours(op, tear->seed);
}

/* ---- Torn erases ----------------------------------------------------------------------------- */

static void mix_page(uint32_t page, uint32_t *seed, unsigned part)
{
    nor_keep_page(page);
    for (unsigned i = 0; i < NOR_PAGE_SIZE; i++)
        nor.bytes[(size_t)page * NOR_PAGE_SIZE + i] = random_bits(seed, part);
}

static void tear_page(uint32_t sector_page, uint32_t i, const struct nor_tear *tear,
                      uint32_t *seed)
{
    uint32_t page = sector_page + i;
    uint8_t *bytes = nor.bytes + (size_t)page * NOR_PAGE_SIZE;

    if ((tear->fault == NOR_ERASE_FROM_END && i >= SECTOR_PAGES - tear->part) ||
        (tear->fault == NOR_ERASE_FROM_START && i < tear->part) ||
        (tear->fault == NOR_ERASE_SOME && (nor_random(seed) >> 8 & 255) < tear->part)) {
        fill_page(page, 0, TOUCHED);
    } else if (tear->fault == NOR_ERASE_BITS && i > 0) {
        nor_keep_page(page);
        for (unsigned k = 0; k < NOR_PAGE_SIZE; k++)
            bytes[k] &= (uint8_t)~random_bits(seed, tear->part);
    } else if (tear->fault == NOR_ERASE_MIX) {
        mix_page(page, seed, tear->part);
    } else if (tear->fault == NOR_ERASE_MIX_KEPT) {
        unsigned what = nor_random(seed) >> 8 & 3;

        if (what == 1)
            fill_page(page, 0xff, TOUCHED);
        else if (what > 1)
            mix_page(page, seed, tear->part);
    } else if (tear->fault == NOR_ERASE_LATE || tear->fault == NOR_ERASE_ALMOST) {
        fill_page(page, 0xff, TOUCHED);
    }
}

static void touch_page(uint32_t page)
{
    uint8_t *flags = nor.flags + (size_t)page * NOR_PAGE_UNITS;

    if (flags[0] == TOUCHED && memcmp(flags, flags + 1, NOR_PAGE_UNITS - 1) == 0)
        return;
    nor_keep_page(page);
    memset(flags, TOUCHED, NOR_PAGE_UNITS);
}

static void tear_erase(const struct nor_operation *op, const struct nor_tear *tear)
{
    uint32_t sector_page = op->address / NOR_PAGE_SIZE, seed = tear->seed;

    forget_weak(op->address / NOR_UNIT_SIZE, NOR_SECTOR_SIZE / NOR_UNIT_SIZE);
    for (uint32_t i = 0; i < SECTOR_PAGES; i++) {
        tear_page(sector_page, i, tear, &seed);
        touch_page(sector_page + i);
    }
    if (tear->fault == NOR_ERASE_LATE)
        nor.soft.late[op->address / NOR_SECTOR_SIZE] = (uint8_t)(1 | tear->seed);
    if (tear->fault != NOR_ERASE_ALMOST)
        return;
    for (unsigned i = 0; i < 8; i++) {
        uint32_t at = op->address + nor_random(&seed) % NOR_SECTOR_SIZE;

        nor_keep_page(at / NOR_PAGE_SIZE);
        nor.bytes[at] &= (uint8_t) ~(1u << (nor_random(&seed) & 7));
    }
}

void nor_tear(const struct nor_operation *operation, const struct nor_tear *tear)
{
    if (tear->fault == NOR_CLEAN)
        return;
    if (operation->kind == NOR_PROGRAM)
        tear_program(operation, tear);
    else
        tear_erase(operation, tear);
}

/* ---- Counting operations --------------------------------------------------------------------- */

void nor_cut_after(uint32_t operations)
{
    nor.operations = 0;
    nor.reads = 0;
    nor.read_bytes = 0;
    nor.trace = 0xcbf29ce484222325u;
    nor.cut_at = operations;
}

void nor_cut_in(uint32_t operations)
{
    nor.cut_at = nor.operations + operations;
}

uint32_t nor_operations(void)
{
    return nor.operations;
}

const struct nor_operation *nor_interrupted(void)
{
    return &nor.last;
}

uint64_t nor_trace(void)
{
    return nor.trace;
}

void nor_record(struct nor_log *log)
{
    nor.log = log;
}

uint32_t nor_reads(void)
{
    return nor.reads;
}

uint64_t nor_read_bytes(void)
{
    return nor.read_bytes;
}

void nor_limit_reads(uint32_t limit)
{
    nor.reads_limit = limit;
}

void nor_tell(bool tell)
{
    nor.telling = tell;
}

static void tell_operation(const struct nor_operation *op)
{
    printf("    %4lu %s 0x%06lx", (unsigned long)nor.operations,
           op->kind == NOR_ERASE ? "erase  " : "program", (unsigned long)op->address);
    for (unsigned i = 0; i < op->size && i < 12; i++)
        printf(" %02x", op->bytes[i]);
    if (op->size > 0)
        printf(" '%c' %u bytes",
               op->bytes[0] > 32 && op->bytes[0] < 127 ? op->bytes[0] : '?', op->size);
    printf("\n");
}

static void add_trace(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        nor.trace = (nor.trace ^ bytes[i]) * 0x100000001b3u;
}

static void count_operation(enum nor_kind kind, uint32_t address, const uint8_t *bytes,
                            size_t size)
{
    struct nor_operation *last = &nor.last;

    last->kind = kind;
    last->address = address;
    last->size = (uint16_t)size;
    if (size > 0)
        memcpy(last->bytes, bytes, size);
    if (nor.telling)
        tell_operation(last);
    if (nor.operations == nor.cut_at) {
        nor.cut_at = UINT32_MAX;
        nor.polls_left = 0;
        longjmp(nor_power, 1);
    }
    nor.operations++;
    add_trace((const uint8_t *)&address, sizeof address);
    add_trace(bytes, size);
    if (nor.log == NULL)
        return;
    if (nor.log->count == nor.log->room)
        abort();
    nor.log->operations[nor.log->count++] = *last;
}

/* ---- Faults under power ---------------------------------------------------------------------- */

void nor_trouble_at(uint32_t operation, enum nor_trouble trouble, uint32_t seed)
{
    nor.trouble = trouble;
    nor.trouble_at = operation;
    nor.trouble_seed = seed;
    nor.worn_program = nor.worn_erase = -1;
    nor.erase_fails = nor.stuck = false;
}

void nor_wear_out(unsigned sector)
{
    nor.worn_program = (int)sector;
}

void nor_power_cycle(void)
{
    nor.polls_left = 0;
    nor.stuck = nor.erase_fails = false;
}

void nor_read_fault_at(uint32_t read, enum nor_read_fault fault, uint32_t seed)
{
    nor.read_fault = fault;
    nor.read_fault_in = read;
    nor.read_fault_seed = seed;
}

void nor_dead_sector(int sector, uint8_t value)
{
    nor.dead = sector;
    nor.dead_value = value;
}

/* Whether trouble begins with the operation that was just counted. */
static bool trouble_begins(enum nor_kind kind, uint32_t address)
{
    int sector = (int)(address / NOR_SECTOR_SIZE);

    if (nor.operations - 1 != nor.trouble_at)
        return false;
    nor.trouble_at = UINT32_MAX;
    if (nor.trouble == NOR_WORN_PROGRAM || nor.trouble == NOR_WORN)
        nor.worn_program = sector;
    if (nor.trouble == NOR_WORN_ERASE || nor.trouble == NOR_WORN)
        nor.worn_erase = sector;
    if (nor.trouble == NOR_SLOW)
        nor.erase_polls = nor.erase_polls * 10 + 10;
    return nor.trouble == NOR_PROGRAM_FAILS ||
           (nor.trouble == NOR_BUSY_STUCK && (kind == NOR_ERASE || kind == NOR_PROGRAM));
}

static enum port_nor_result fail_program(void)
{
    struct nor_tear tear = {.fault = NOR_TORN_BITS, .part = 128, .seed = nor.trouble_seed};

    if ((nor.trouble_seed & 3) == 1)
        tear.fault = NOR_TORN_NOTHING;
    else if ((nor.trouble_seed & 3) == 2)
        tear.fault = NOR_TORN_ALL;
    nor_tear(&nor.last, &tear);
    nor.stuck = nor.trouble == NOR_BUSY_STUCK;
    return PORT_NOR_FAILED;
}

static enum port_nor_result fail_erase(void)
{
    struct nor_tear tear = {.fault = NOR_ERASE_MIX, .part = 128, .seed = nor.trouble_seed};

    if ((nor.trouble_seed & 3) == 1)
        tear.fault = NOR_TORN_NOTHING;
    else if ((nor.trouble_seed & 3) == 2)
        tear.fault = NOR_ERASE_LATE;
    else if ((nor.trouble_seed & 3) == 3)
        tear = (struct nor_tear){.fault = NOR_ERASE_BITS, .part = 2, .seed = tear.seed};
    nor_tear(&nor.last, &tear);
    if (nor.trouble == NOR_BUSY_STUCK) {
        nor.polls_left = UINT32_MAX;
        return PORT_NOR_OK;
    }
    if ((nor.trouble_seed & 4) != 0)
        return PORT_NOR_FAILED;
    nor.erase_fails = true;
    return PORT_NOR_OK;
}

/* ---- The port -------------------------------------------------------------------------------- */

enum port_nor_result port_nor_open(struct port_nor_geometry *geometry)
{
    *geometry =
        (struct port_nor_geometry){nor.size, NOR_SECTOR_SIZE, NOR_PAGE_SIZE, NOR_UNIT_SIZE};
    nor.polls_left = 0;
    return nor.size > 0 ? PORT_NOR_OK : PORT_NOR_FAILED;
}

static enum port_nor_result spoil_read(uint8_t *bytes, size_t size)
{
    uint32_t bit = nor_random(&nor.read_fault_seed) % (uint32_t)(size * 8);

    switch (nor.read_fault) {
    case NOR_FLIP_ONCE:
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        break;
    case NOR_READ_ONES:
        memset(bytes, 0xff, size);
        break;
    case NOR_READ_ZEROS:
        memset(bytes, 0, size);
        break;
    case NOR_READ_FAILS:
        return PORT_NOR_FAILED;
    case NOR_READS_WELL:
        break;
    }
    return PORT_NOR_OK;
}

enum port_nor_result port_nor_read(uint32_t address, uint8_t *bytes, size_t size)
{
    if (address > nor.size || size > nor.size - address) {
        breach("read outside the part", address);
        return PORT_NOR_FAILED;
    }
    if (nor.stuck)
        return PORT_NOR_FAILED;
    if (nor.polls_left > 0)
        return PORT_NOR_BUSY;
    if (++nor.reads > nor.reads_limit)
        breach("reads without end", address);
    nor.read_bytes += size;
    if (nor.dead == (int)(address / NOR_SECTOR_SIZE))
        memset(bytes, nor.dead_value, size);
    else
        memcpy(bytes, nor.bytes + address, size);
    if (nor.soft.weak_count > 0)
        read_weakly(address, bytes, size);
    if (nor.read_fault != NOR_READS_WELL && nor.read_fault_in-- == 0) {
        enum port_nor_result result = spoil_read(bytes, size);

        nor.read_fault = NOR_READS_WELL;
        return result;
    }
    return PORT_NOR_OK;
}

static bool may_program(uint32_t address, size_t size)
{
    if (address >= nor.size || size == 0 || size > NOR_PAGE_SIZE ||
        address % NOR_PAGE_SIZE + size > NOR_PAGE_SIZE) {
        breach("program across a page", address);
        return false;
    }
    for (uint32_t unit = address / NOR_UNIT_SIZE;
         unit <= (address + size - 1) / NOR_UNIT_SIZE; unit++) {
        if ((nor.flags[unit] & PROGRAMMED) != 0)
            breach("unit programmed twice", unit * NOR_UNIT_SIZE);
        if ((nor.flags[unit] & TOUCHED) != 0 && !nor.forgiving)
            breach("unit programmed that an interrupted operation touched",
                   unit * NOR_UNIT_SIZE);
    }
    return true;
}

enum port_nor_result port_nor_program(uint32_t address, const uint8_t *bytes, size_t size)
{
    if (nor.polls_left > 0)
        return PORT_NOR_BUSY;
    if (nor.stuck || !may_program(address, size))
        return PORT_NOR_FAILED;
    count_operation(NOR_PROGRAM, address, bytes, size);
    nor.clock_us += NOR_PROGRAM_US;
    if (trouble_begins(NOR_PROGRAM, address))
        return fail_program();
    if (nor.worn_program == (int)(address / NOR_SECTOR_SIZE))
        return PORT_NOR_OK;
    fall(address, bytes, size);
    set_flags(address, size, PROGRAMMED);
    return PORT_NOR_OK;
}

enum port_nor_result port_nor_erase_start(uint32_t address)
{
    if (address % NOR_SECTOR_SIZE != 0 || address >= nor.size) {
        breach("erase not aligned", address);
        return PORT_NOR_FAILED;
    }
    if (nor.polls_left > 0)
        return PORT_NOR_BUSY;
    if (nor.stuck)
        return PORT_NOR_FAILED;
    count_operation(NOR_ERASE, address, NULL, 0);
    nor.clock_us += nor.erase_us;
    nor.erases[address / NOR_SECTOR_SIZE]++;
    if (trouble_begins(NOR_ERASE, address))
        return fail_erase();
    if (nor.worn_erase == (int)(address / NOR_SECTOR_SIZE))
        forget_flags(address); /* who was told that it worked may program here */
    else
        erase_cells(address);
    nor.polls_left = nor.erase_polls;
    return PORT_NOR_OK;
}

enum port_nor_result port_nor_erase_poll(void)
{
    if (nor.stuck)
        return PORT_NOR_FAILED;
    if (nor.polls_left > 0)
        nor.polls_left--;
    if (nor.polls_left > 0)
        return PORT_NOR_BUSY;
    if (nor.erase_fails) {
        nor.erase_fails = false;
        return PORT_NOR_FAILED;
    }
    return PORT_NOR_OK;
}

enum port_nor_result port_nor_sync(void)
{
    return PORT_NOR_OK;
}
