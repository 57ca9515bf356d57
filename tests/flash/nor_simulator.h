/* SPDX-License-Identifier: MIT */
/*
 * nor_simulator.h: a NOR part in memory behind port/port.h, unkinder than silicon.
 *
 * Rules of the part: bits fall, a 16-byte unit is programmed once between erases, nothing is
 * programmed into a unit that an interrupted or failed operation touched, a program stays in
 * its page, an erase is aligned. A breach stops the test, or is handed to nor_on_breach.
 *
 * Power: nor_cut_after stops the firmware before an operation takes effect (F0), by a jump to
 * nor_power; nor_tear then leaves of that operation what a nor_tear says (F1 to F6). Marks and
 * rollback make a thousand ways to lose one operation cheap: only touched pages are copied.
 *
 * Everything random comes from the seeds given; the same calls give the same flash.
 */
#ifndef TESTS_FLASH_NOR_SIMULATOR_H
#define TESTS_FLASH_NOR_SIMULATOR_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NOR_SECTOR_SIZE 65536u
#define NOR_PAGE_SIZE   256u
#define NOR_UNIT_SIZE   16u
#define NOR_PAGE_UNITS  (NOR_PAGE_SIZE / NOR_UNIT_SIZE)

/* ---- The part ------------------------------------------------------------------------------ */

/*
 * A blank part of that many sectors; forgets everything before. A child process shares it.
 */
void nor_new(unsigned sectors);

/*
 * The bytes of the part, to look at or to damage; who writes there between nor_mark and
 * nor_rollback calls nor_keep_page first.
 */
uint8_t *nor_bytes(void);
uint32_t nor_size(void);
void nor_keep_page(uint32_t page);

/* Times each sector was erased. */
unsigned nor_erases(unsigned sector);

/*
 * The part's own clock, in microseconds of rated time (S25FL128S, 64 KiB sectors): 250 for a
 * page program (typical), 130,000 for a sector erase (typical; 650,000 at most). A program of
 * less than a page takes as long as a page. An erase is charged when it starts.
 */
#define NOR_PROGRAM_US   250u
#define NOR_ERASE_US     130000u
#define NOR_ERASE_MAX_US 650000u
uint64_t nor_clock_us(void);

/* From now on an erase is charged this; NOR_ERASE_US until then. */
void nor_set_erase_us(uint32_t us);

/* Polls of port_nor_erase_poll that an erase takes. */
void nor_set_erase_polls(unsigned polls);

/* What broke a rule; `address` is where. May not return. NULL: print and abort. */
void nor_on_breach(void (*handler)(const char *rule, uint32_t address));

/* The rule of touched units can be lifted, to see what the faults do without it. */
void nor_forgive_touched(bool forgive);

/* ---- Operations ---------------------------------------------------------------------------- */

enum nor_kind { NOR_PROGRAM, NOR_ERASE };

struct nor_operation {
    enum nor_kind kind;
    uint32_t address;
    uint16_t size; /* of a program */
    uint8_t bytes[NOR_PAGE_SIZE];
};

/*
 * After `operations` more of them power is cut before the next one takes effect; UINT32_MAX:
 * never. nor_operations counts from that call. nor_interrupted is the one that was cut.
 */
void nor_cut_after(uint32_t operations);
void nor_cut_in(uint32_t operations); /* the same, and the count goes on */
uint32_t nor_operations(void);
const struct nor_operation *nor_interrupted(void);

/* setjmp(nor_power) == 0 before the firmware runs; the cut returns 1 there. */
extern jmp_buf nor_power;

/* A hash of all operations since nor_cut_after, their places and bytes. */
uint64_t nor_trace(void);

/* From now on operations are copied to `log` too; NULL: no longer. Aborts when it is full. */
struct nor_log {
    struct nor_operation *operations;
    uint32_t count, room;
};
void nor_record(struct nor_log *log);

/* From now on every operation is told on standard output, for a person who repeats a finding. */
void nor_tell(bool tell);

/* Does to the flash what the operation does, without any rule or count. */
void nor_apply(const struct nor_operation *operation);

/* F7: undoes a program that was acknowledged; nothing if its sector was erased since. */
void nor_lose(const struct nor_operation *program);

/* Reads since nor_cut_after, and the bytes that they took. More than the limit is a breach ("reads without end"). */
uint32_t nor_reads(void);
uint64_t nor_read_bytes(void);
void nor_limit_reads(uint32_t limit);

/* ---- Marks --------------------------------------------------------------------------------- */

/* Flash and weak bits as they are now; nested marks are rolled back in reverse order. */
struct nor_mark {
    size_t height;
    uint64_t soft; /* index of the kept rest */
};

struct nor_mark nor_mark(void);

/* Flash as it was at the mark, which stays. */
void nor_rollback(struct nor_mark mark);

/* The mark goes; what happened since stays, and cannot be rolled back but by an outer mark. */
void nor_release(struct nor_mark mark);

/*
 * All of the flash, to be put back whoever changed it since: octets and what the rules know of
 * them, in memory of the caller; weak bits are not in it.
 */
size_t nor_copy_size(void);
void nor_copy_out(uint8_t *copy);
void nor_copy_in(const uint8_t *copy);

/* ---- Torn operations ------------------------------------------------------------------------ */

enum nor_fault {
    NOR_CLEAN,          /* F0 the operation never began */
    NOR_TORN_NOTHING,   /* F1 it began, and nothing shows */
    NOR_TORN_ALL,       /* F1 everything shows, but it never ended */
    NOR_TORN_PREFIX,    /* F1 the first `part` bytes */
    NOR_TORN_BITS,      /* F1 each bit that should fall did, by `part` in 256 */
    NOR_WEAK_WHOLE,     /* F2 all bits together read as before or as after, by one coin */
    NOR_WEAK_UNITS,     /* F2 the bits of each unit together */
    NOR_WEAK_BITS,      /* F2 each bit that should fall by its own coin */
    NOR_WEAK_LAST,      /* F2 all but one or two bits have fallen, these are weak */
    NOR_WEAK_FIRST,     /* F2 none but one or two bits, which are weak */
    NOR_WEAK_PREFIX,    /* F2 the first `part` bytes are firm, the rest as NOR_WEAK_BITS */
    NOR_ERASE_FROM_END, /* F3 the last `part` pages are zeros */
    NOR_ERASE_FROM_START, /* F3 the first `part` pages */
    NOR_ERASE_SOME,       /* F3 each page by `part` in 256 */
    NOR_ERASE_BITS,       /* F3 each bit fell by `part` in 256, the header's page stayed */
    NOR_ERASE_MIX,        /* F4 random, ones by `part` in 256 */
    NOR_ERASE_MIX_KEPT,   /* F4 the same, but a page stays by one in four, or reads blank */
    NOR_ERASE_LATE,       /* F5 all ones, but later programs may not stick */
    NOR_ERASE_ALMOST,     /* F5 all ones but for a few bits */
    NOR_HARSH,            /* F6 as NOR_TORN_BITS, and other pages of the sector lose bits */
    NOR_FAULTS
};

struct nor_tear {
    enum nor_fault fault;
    uint16_t part;
    uint16_t reads; /* F2: until a weak unit settles */
    uint32_t seed;
};

/* Leaves of the operation what the tear says. */
void nor_tear(const struct nor_operation *operation, const struct nor_tear *tear);

/* ---- Faults of a part under power ------------------------------------------------------------ */

enum nor_trouble {
    NOR_NO_TROUBLE,
    NOR_PROGRAM_FAILS, /* F8 the operation says FAILED; some bits fell, or all did */
    NOR_BUSY_STUCK, /* F8 an erase that never ends, until power goes (a program: FAILED) */
    NOR_SLOW,       /* F8 this erase and all later ones take ten times as long */
    NOR_WORN_PROGRAM, /* F10 from this operation on programs of its sector do nothing */
    NOR_WORN_ERASE,   /* F10 from this operation on erases of its sector do nothing */
    NOR_WORN,         /* F10 both */
    NOR_TROUBLES
};

/* The trouble begins at this operation, counted as nor_cut_after does. Ends a previous one. */
void nor_trouble_at(uint32_t operation, enum nor_trouble trouble, uint32_t seed);

/* From now on every program of this sector leaves it as it was (worn out, F10). */
void nor_wear_out(unsigned sector);

/* Power goes and comes: an erase that never ended leaves its sector torn. */
void nor_power_cycle(void);

enum nor_read_fault {
    NOR_READS_WELL,
    NOR_FLIP_ONCE,  /* F9 one bit of this read is wrong */
    NOR_READ_ONES,  /* F9 all ones this once */
    NOR_READ_ZEROS, /* F9 all zeros this once */
    NOR_READ_FAILS  /* F8 the port says FAILED */
};

/* The read of this number, counted from now, goes wrong. */
void nor_read_fault_at(uint32_t read, enum nor_read_fault fault, uint32_t seed);

/* F9: every read of the sector (-1: none) gives this value only. */
void nor_dead_sector(int sector, uint8_t value);

/* ---- Chance --------------------------------------------------------------------------------- */

/* The next of a series of 32-bit numbers. */
uint32_t nor_random(uint32_t *seed);

#endif
