/* SPDX-License-Identifier: MIT */
/*
 * one_copy.h: ONE_COPY before a function that several call: each would take in a copy of it,
 * and the board's image grow. Measured where it stands.
 */
#ifndef BASE_ONE_COPY_H
#define BASE_ONE_COPY_H

#define ONE_COPY __attribute__((noinline))

#endif
