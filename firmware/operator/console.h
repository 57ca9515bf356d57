/* SPDX-License-Identifier: MIT */
/*
 * console.h: the serial console: line editing, commands, status, and the log as it drains.
 * What programs may rely on is in operator/README.md.
 */
#ifndef OPERATOR_CONSOLE_H
#define OPERATOR_CONSOLE_H

#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

void console_init(void);

/* One bounded step; returns the milliseconds until it wants to be called again. */
uint32_t console_poll(const struct clock *now);

/* True once the operator has asked for a reboot; main.c then stops everything in order. */
bool console_wants_reboot(void);

#endif
