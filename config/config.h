/* SPDX-License-Identifier: MIT */
/*
 * config.h: every option as a macro CONFIG_<NAME>, from the nearest to the farthest word:
 * the user's header (the build's CONFIG=), the board's, the defaults. Then contradictions are
 * refused. Works in C and in assembler.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

/* A bit for each hour of the day from `from` up to `to`, over midnight where that is less. */
#define HOURS(from, to)                                                                    \
    ((to) > (from) ? (1 << (to)) - (1 << (from)) : 0xffffff - (1 << (from)) + (1 << (to)))

#ifdef CONFIG_FILE
#include CONFIG_FILE
#else
#include "config/flashpost_config.h"
#endif
#ifdef CONFIG_BOARD_FILE
#include CONFIG_BOARD_FILE
#endif
#include "config/options.h"
#include "config/check.h"

#endif
