/* SPDX-License-Identifier: MIT */
/*
 * end.h: what the conformance test needs of a board beyond its port: a way to end with a
 * status, and faults to provoke. One file end_<board>.c for each; never part of a product.
 */
#ifndef TESTS_PORT_END_H
#define TESTS_PORT_END_H

#include <stdbool.h>

/* Ends the run; the status outside is 0 when `ok`, else 1. */
_Noreturn void conformance_end(bool ok);

/* The number of faults this board is to survive by a restart, and one of them, from 0. */
unsigned conformance_faults(void);
void conformance_fault(unsigned which);

#endif
