/* SPDX-License-Identifier: MIT */
/* tears.c: lists of faults with their parts; what is random is repeated with other seeds. */
#include "tests/flash/tears.h"

#include "base/bytes.h"

/* The number of elements, as a number of ways. */
#define WAYS(table) ((unsigned)COUNT_OF(table))

struct way {
    enum nor_fault fault;
    uint16_t part, reads;
};

/* Without chance: once each. */
static const struct way program_once[] = {
    {NOR_CLEAN,        0, 0},
    {NOR_TORN_NOTHING, 0, 0},
    {NOR_TORN_ALL,     0, 0},
};

static const struct way program_random[] = {
    {NOR_TORN_BITS,   4,   0    },
    {NOR_TORN_BITS,   64,  0    },
    {NOR_TORN_BITS,   128, 0    },
    {NOR_TORN_BITS,   192, 0    },
    {NOR_TORN_BITS,   250, 0    },
    {NOR_WEAK_WHOLE,  0,   1    },
    {NOR_WEAK_WHOLE,  0,   2    },
    {NOR_WEAK_WHOLE,  0,   3    },
    {NOR_WEAK_WHOLE,  0,   5    },
    {NOR_WEAK_WHOLE,  0,   8    },
    {NOR_WEAK_WHOLE,  0,   20   },
    {NOR_WEAK_WHOLE,  0,   60000},
    {NOR_WEAK_UNITS,  0,   2    },
    {NOR_WEAK_UNITS,  0,   7    },
    {NOR_WEAK_BITS,   0,   4    },
    {NOR_WEAK_BITS,   0,   60000},
    {NOR_WEAK_LAST,   0,   1    },
    {NOR_WEAK_LAST,   0,   2    },
    {NOR_WEAK_LAST,   0,   3    },
    {NOR_WEAK_LAST,   0,   6    },
    {NOR_WEAK_LAST,   0,   15   },
    {NOR_WEAK_LAST,   0,   60000},
    {NOR_WEAK_FIRST,  0,   1    },
    {NOR_WEAK_FIRST,  0,   3    },
    {NOR_WEAK_FIRST,  0,   10   },
    {NOR_WEAK_FIRST,  0,   60000},
    {NOR_WEAK_PREFIX, 0,   3    },
    {NOR_WEAK_PREFIX, 0,   60000},
};

static const struct way erase_once[] = {
    {NOR_CLEAN,            0,   0},
    {NOR_TORN_NOTHING,     0,   0},
    {NOR_ERASE_FROM_END,   1,   0},
    {NOR_ERASE_FROM_END,   16,  0},
    {NOR_ERASE_FROM_END,   128, 0},
    {NOR_ERASE_FROM_END,   207, 0},
    {NOR_ERASE_FROM_END,   230, 0},
    {NOR_ERASE_FROM_END,   247, 0},
    {NOR_ERASE_FROM_END,   248, 0},
    {NOR_ERASE_FROM_END,   254, 0},
    {NOR_ERASE_FROM_END,   255, 0},
    {NOR_ERASE_FROM_END,   256, 0},
    {NOR_ERASE_FROM_START, 1,   0},
    {NOR_ERASE_FROM_START, 2,   0},
    {NOR_ERASE_FROM_START, 9,   0},
    {NOR_ERASE_FROM_START, 49,  0},
    {NOR_ERASE_FROM_START, 255, 0},
};

static const struct way erase_random[] = {
    {NOR_ERASE_SOME,     16,  0},
    {NOR_ERASE_SOME,     128, 0},
    {NOR_ERASE_SOME,     240, 0},
    {NOR_ERASE_BITS,     2,   0},
    {NOR_ERASE_BITS,     128, 0},
    {NOR_ERASE_MIX,      2,   0},
    {NOR_ERASE_MIX,      128, 0},
    {NOR_ERASE_MIX,      253, 0},
    {NOR_ERASE_MIX_KEPT, 64,  0},
    {NOR_ERASE_MIX_KEPT, 128, 0},
    {NOR_ERASE_LATE,     0,   0},
    {NOR_ERASE_ALMOST,   0,   0},
};

#define PREFIX_SAMPLES 4u

static unsigned prefix_count(const struct nor_operation *op)
{
    unsigned units = op->size / NOR_UNIT_SIZE;

    return units == 1 ? NOR_UNIT_SIZE - 1 : (units - 1) * 3 + 2 + PREFIX_SAMPLES;
}

/* Number 0... of the prefixes; samples come last. */
static uint16_t prefix(const struct nor_operation *op, unsigned number, uint32_t seed)
{
    unsigned borders = (op->size / NOR_UNIT_SIZE - 1u) * 3;

    if (op->size == NOR_UNIT_SIZE)
        return (uint16_t)(number + 1);
    if (number < borders)
        return (uint16_t)((number / 3 + 1) * NOR_UNIT_SIZE - 1 + number % 3);
    if (number < borders + 2)
        return number == borders ? 1 : (uint16_t)(op->size - 1);
    return (uint16_t)(1 + nor_random(&seed) % (op->size - 1u));
}

unsigned tear_count(const struct nor_operation *operation, unsigned effort)
{
    if (operation->kind == NOR_ERASE)
        return WAYS(erase_once) + WAYS(erase_random) * effort;
    return WAYS(program_once) + prefix_count(operation) + WAYS(program_random) * effort;
}

static struct nor_tear tear_of(const struct way *way, uint32_t seed)
{
    return (struct nor_tear){way->fault, way->part, way->reads, seed};
}

struct nor_tear tear_number(const struct nor_operation *operation, unsigned number,
                            uint32_t seed)
{
    uint32_t mixed = seed ^ operation->address * 2654435761u ^ number * 40503u;
    uint32_t own = nor_random(&mixed);
    struct nor_tear tear;

    if (operation->kind == NOR_ERASE) {
        if (number < WAYS(erase_once))
            return tear_of(&erase_once[number], own);
        number -= WAYS(erase_once);
        return tear_of(&erase_random[number % WAYS(erase_random)], own);
    }
    if (number < WAYS(program_once))
        return tear_of(&program_once[number], own);
    number -= WAYS(program_once);
    if (number < prefix_count(operation))
        return (struct nor_tear){NOR_TORN_PREFIX, prefix(operation, number, own), 0, own};
    number -= prefix_count(operation);
    tear = tear_of(&program_random[number % WAYS(program_random)], own);
    if (tear.fault == NOR_WEAK_PREFIX)
        tear.part = (uint16_t)(nor_random(&own) % operation->size);
    return tear;
}

static const struct {
    uint8_t family;
    const char *name;
} faults[NOR_FAULTS] = {
    [NOR_CLEAN] = {0, "clean"           },
    [NOR_TORN_NOTHING] = {1, "torn-nothing"    },
    [NOR_TORN_ALL] = {1, "torn-all"        },
    [NOR_TORN_PREFIX] = {1, "torn-prefix"     },
    [NOR_TORN_BITS] = {1, "torn-bits"       },
    [NOR_WEAK_WHOLE] = {2, "weak-whole"      },
    [NOR_WEAK_UNITS] = {2, "weak-units"      },
    [NOR_WEAK_BITS] = {2, "weak-bits"       },
    [NOR_WEAK_LAST] = {2, "weak-last"       },
    [NOR_WEAK_FIRST] = {2, "weak-first"      },
    [NOR_WEAK_PREFIX] = {2, "weak-prefix"     },
    [NOR_ERASE_FROM_END] = {3, "erase-from-end"  },
    [NOR_ERASE_FROM_START] = {3, "erase-from-start"},
    [NOR_ERASE_SOME] = {3, "erase-some"      },
    [NOR_ERASE_BITS] = {3, "erase-bits"      },
    [NOR_ERASE_MIX] = {4, "erase-mix"       },
    [NOR_ERASE_MIX_KEPT] = {4, "erase-mix-kept"  },
    [NOR_ERASE_LATE] = {5, "erase-late"      },
    [NOR_ERASE_ALMOST] = {5, "erase-almost"    },
    [NOR_HARSH] = {6, "harsh"           },
};

unsigned tear_family(enum nor_fault fault)
{
    return faults[fault].family;
}

const char *tear_name(enum nor_fault fault)
{
    return faults[fault].name;
}
