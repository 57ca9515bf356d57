/* SPDX-License-Identifier: MIT */
/*
 * tears.h: the ways in which a campaign loses one operation, as a numbered list. Number 0 is
 * the clean cut; the rest are F1 and F2 of a program, F3 to F5 of an erase. Prefixes: each byte
 * of a unit record; of a page each unit's border and one byte to either side, and samples.
 */
#ifndef TESTS_FLASH_TEARS_H
#define TESTS_FLASH_TEARS_H

#include "tests/flash/nor_simulator.h"

/* How many there are; `effort` (1...) multiplies those that are random. */
unsigned tear_count(const struct nor_operation *operation, unsigned effort);

/* The one of this number; its seed depends on `seed`, the number and the operation's place. */
struct nor_tear tear_number(const struct nor_operation *operation, unsigned number,
                            uint32_t seed);

/* The letter F and number of a fault's family, and its name. */
unsigned tear_family(enum nor_fault fault);
const char *tear_name(enum nor_fault fault);

#endif
