/* SPDX-License-Identifier: MIT */
/*
 * intake.h: how mail gets in over SMTP: a listener and a fixed number of sessions. The
 * appliance's own code uses flashpost.h instead.
 */
#ifndef INTAKE_INTAKE_H
#define INTAKE_INTAKE_H

#include "base/clock.h"

#include <stdint.h>

/* Listens on CONFIG_INTAKE_PORT; after network_init and spool_open. */
void intake_init(void);

/* One bounded step of every session; returns the ms until it wants to be called again. */
uint32_t intake_poll(const struct clock *now);

/* Answers 421 to everyone and stops listening, before a reset. */
void intake_stop(void);

/* Since the start of the firmware. */
struct intake_counts {
    uint32_t sessions, letters, refused_relay, refused_full, refused_other;
    uint8_t open; /* sessions now */
};

const struct intake_counts *intake_counts(void);

#endif
